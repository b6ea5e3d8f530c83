package collections

import "testing"

// People type numbers as they say them, with spaces and without their country.
func TestE164_ReadsNumbersAsTheyAreTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"9123 4567": "+85291234567", "91234567": "+85291234567", "(852) 9123-4567": "+85291234567", "+852 9123 4567": "+85291234567",
		"00852 9123 4567": "+85291234567", "２１２３ ４５６７": "+85221234567", " 9123 4567\n": "+85291234567", "٩١٢٣٤٥٦٧": "+85291234567",
		"138 0013 8000": "+8613800138000", "13800138000": "+8613800138000", "86 138 0013 8000": "+8613800138000", "+86-138-0013-8000": "+8613800138000",
		"0086 138 0013 8000": "+8613800138000", "010-8888 8888": "+861088888888", "+44 20 7946 0000": "+442079460000", "tel:+85291234567": "+85291234567",
	} {
		if got, ok := E164(typed); !ok || got != want {
			t.Errorf("E164(%q) = %q, %t; want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{
		"", " ", "1", "12345", "999", "call me", "9123 456", "9123 4567 8901 2345", "+", "+852", "+999 1234 5678", "９", "🙂",
		"+85291234567; DROP TABLE users",
	} {
		if got, ok := E164(typed); ok {
			t.Errorf("E164(%q) = %q, want none", typed, got)
		}
	}
}

func TestNumberOf(t *testing.T) {
	mobile := func(country string) Number { return Number{Country: country, Usable: true} }
	deaf := func(country string) Number { return Number{Country: country, Usable: true, NoSMS: true} }
	for number, want := range map[string]Number{
		"+85291234567": mobile("HK"), "+85261234567": mobile("HK"), "+85281234567": mobile("HK"), // the last is a personal number
		"+85221234567": deaf("HK"), "+85231234567": deaf("HK"), "+852800123456": deaf("HK"),
		"+8613800138000": mobile("CN"), "+8617012345678": mobile("CN"), "+861088888888": deaf("CN"), "+864008001234": deaf("CN"),
		"+85366123456": mobile("MO"), "+886912345678": mobile("TW"), "+85328123456": mobile("MO"), // elsewhere nobody judges
		"+14155550100": mobile("US"), "+442079460000": mobile("GB"), "+447400123456": mobile("GB"), "+16135550123": mobile("CA"),
		"+85255500101": mobile("HK"), "+15005550006": mobile("US"), // ranges that nobody has
		"+870773111632": mobile(""), // a satellite phone
		"":              {}, "91234567": {}, "9123 4567": {}, "+852 9123 4567": {}, "85291234567": {}, "+8529123456": {}, "+852912345678901": {},
		"+99912345678": {}, "+0085291234567": {}, "＋85291234567": {}, "+85291234567 ": {}, "+86013800138000": {}, "openid": {}, "+\u202e7654321": {},
	} {
		if got := NumberOf(number); got != want {
			t.Errorf("NumberOf(%q) = %+v, want %+v", number, got, want)
		}
	}
}

func TestMaskNumber_ShowsTheCountryAndTheEnd(t *testing.T) {
	for number, want := range map[string]string{
		"+85291234567": "+852 ···· 4567", "+8613800138000": "+86 ···· 8000", "+14155550100": "+1 ···· 0100", "91234567": "····", "": "····",
	} {
		if got := MaskNumber(number); got != want {
			t.Errorf("MaskNumber(%q) = %q, want %q", number, got, want)
		}
	}
}
