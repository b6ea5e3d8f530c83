package reminders

import (
	"strings"
	"testing"
)

func TestCountSMS(t *testing.T) {
	abroad, mainland := SMSRule{}, SMSRule{Mainland: true, Signature: "山頂儀器"} // six characters with the brackets
	many := strings.Repeat
	for _, tt := range []struct {
		name string
		text string
		rule SMSRule
		want SMSCount
	}{
		{"nothing", "", abroad, SMSCount{GSM7, 0, 0, 160}},
		{"one letter", "a", abroad, SMSCount{GSM7, 1, 1, 160}},
		{"a full part", many("a", 160), abroad, SMSCount{GSM7, 160, 1, 160}},
		{"one too many", many("a", 161), abroad, SMSCount{GSM7, 161, 2, 306}},
		{"two full parts", many("a", 306), abroad, SMSCount{GSM7, 306, 2, 306}},
		{"three parts", many("a", 307), abroad, SMSCount{GSM7, 307, 3, 459}},
		{"European letters of the alphabet", "Größe: 5 Å, ¿sí? no: señor", abroad, SMSCount{UCS2, 26, 1, 70}}, // í is not
		{"the alphabet itself", basic, abroad, SMSCount{GSM7, 127, 1, 160}},
		{"the extension counts twice", extended, abroad, SMSCount{GSM7, 20, 1, 160}},
		{"a euro at the edge of a part", many("a", 152) + "€" + many("a", 10), abroad, SMSCount{GSM7, 164, 2, 306}},
		{"euros that would be cut apart", many("€", 153), abroad, SMSCount{GSM7, 306, 3, 459}}, // 76 a part
		{"line breaks count", "a\nb\r\nc", abroad, SMSCount{GSM7, 6, 1, 160}},
		{"a tab is not in the alphabet", "a\tb", abroad, SMSCount{UCS2, 3, 1, 70}},
		{"one Chinese letter turns all", many("a", 69) + "的", abroad, SMSCount{UCS2, 70, 1, 70}},
		{"one too many in UCS-2", many("的", 71), abroad, SMSCount{UCS2, 71, 2, 134}},
		{"two full parts in UCS-2", many("的", 134), abroad, SMSCount{UCS2, 134, 2, 134}},
		{"three parts in UCS-2", many("的", 135), abroad, SMSCount{UCS2, 135, 3, 201}},
		{"an emoji counts twice", "🔧", abroad, SMSCount{UCS2, 2, 1, 70}},
		{"an emoji of several signs", "👩‍🔧", abroad, SMSCount{UCS2, 5, 1, 70}},
		{"a rare Chinese letter counts twice", "𠮷", abroad, SMSCount{UCS2, 2, 1, 70}},
		{"35 emoji fill a part", many("🔧", 35), abroad, SMSCount{UCS2, 70, 1, 70}},
		{"emoji are not cut apart", many("🔧", 67), abroad, SMSCount{UCS2, 134, 3, 201}}, // 33 a part
		{"curly quotes cost", "don’t", abroad, SMSCount{UCS2, 5, 1, 70}},
		{"invalid bytes count as letters", "a\xff\xfe", abroad, SMSCount{UCS2, 3, 1, 70}},
		{"a signature abroad does not count", "a", SMSRule{Signature: "Peak"}, SMSCount{GSM7, 1, 1, 160}},

		{"mainland, nothing but the signature", "", mainland, SMSCount{UCS2, 6, 1, 70}},
		{"mainland, nothing at all", "", SMSRule{Mainland: true}, SMSCount{UCS2, 0, 0, 70}},
		{"mainland, a full part", many("的", 64), mainland, SMSCount{UCS2, 70, 1, 70}},
		{"mainland, one too many", many("的", 65), mainland, SMSCount{UCS2, 71, 2, 134}},
		{"mainland, letters cost as much", many("a", 160), SMSRule{Mainland: true}, SMSCount{UCS2, 160, 3, 201}},
		{"mainland, an emoji is one character", "🔧", SMSRule{Mainland: true}, SMSCount{UCS2, 1, 1, 70}},
		{"mainland, three parts", many("的", 129), mainland, SMSCount{UCS2, 135, 3, 201}},
	} {
		if got := CountSMS(tt.text, tt.rule); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func FuzzCountSMS(f *testing.F) {
	for _, seed := range []string{"", "a", "€", "的", "🔧", "\xff"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, mainland bool) {
		c := CountSMS(text, SMSRule{Mainland: mainland})
		if c.Characters > c.Limit || c.Parts < 0 || (c.Parts == 0) != (text == "") {
			t.Errorf("%q: %+v", text, c)
		}
	})
}
