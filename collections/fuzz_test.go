package collections

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// What is taken for a number is one that the field of the database takes, stays itself when it is read again, and does not
// show when it is masked.
func FuzzE164(f *testing.F) {
	for _, seed := range []string{
		"91234567", "13800138000", "+852 9123 4567", "+1 (202) 555-0100", "0086-138-0013-8000", "９１２３４５６７", "tel:+85291234567;ext=5", "+", "911",
		"+85291234567,,123#", "1800-FLOWERS", "+800 1234 5678", "\u202e76543219", "+852\x0091234567", strings.Repeat("9", 300), "+39 06 1234567",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		number, ok := E164(typed)
		if !ok {
			if number != strings.TrimSpace(typed) {
				t.Errorf("%q became %q", typed, number)
			}
			return
		}
		if again, ok := E164(number); again != number || !ok {
			t.Errorf("%q became %q, and that %q", typed, number, again)
		}
		if !e164.MatchString(number) || !NumberOf(number).Usable {
			t.Errorf("%q became %q: %+v", typed, number, NumberOf(number))
		}
		if masked := MaskNumber(number); strings.Contains(masked, number[1:]) || len(number) > 10 && strings.Contains(masked, number[len(number)-6:]) {
			t.Errorf("%q is shown as %q", number, masked)
		}
		if country := NumberOf(number).Country; country != "" && !KnownCountry(country) {
			t.Errorf("%q is of %q", number, country)
		}
	})
}

// A list of prices is read whole or refused, and reads the same when it is written again.
func FuzzSMSPrices(f *testing.F) {
	for _, seed := range []string{
		`{"CN": 0.045, "HK": 0.3, "*": 0.5}`, ``, `null`, `[]`, `{"CN": null}`, `{"CN": 1e400}`, `{"CN": -0}`, `{"CN":1,"CN":2}`, `{"cn":1}`, `{"CN":"1"}`,
		`{"":0}`, strings.Repeat(`{"CN":`, 10001), "\xff", `{"CN":1} x`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		prices, err := ReadSMSPrices(raw)
		if err != nil {
			if prices != nil {
				t.Errorf("%q: %v with %v", raw, err, prices)
			}
			return
		}
		for country, price := range prices {
			if country != elsewhere && !KnownCountry(country) || !(price >= 0 && price <= PriceMax) {
				t.Errorf("%q: %v in %q", raw, price, country)
			}
		}
		written, err := json.Marshal(prices)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadSMSPrices(string(written))
		if err != nil || len(again) != len(prices) || again.Of("CN") != prices.Of("CN") || again.Of("ZZ") != prices.Of("ZZ") {
			t.Errorf("%q: %v, again %v (%v)", raw, prices, again, err)
		}
	})
}

// The values of a template are read whole or refused, and read the same when they are written again.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{`{"thing1": "{{ event.title }}"}`, `{"a": {"value": "b"}}`, `{"a": {"value": null}}`, `{"a": 1}`, `[]`, `null`, `{"a":{"value":{"value":"x"}}}`, strings.Repeat(`{"a":`, 10001), `{"a":"\ud800"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		texts, err := ReadTexts(raw)
		if err != nil {
			if texts != nil {
				t.Errorf("%q: %v with %v", raw, err, texts)
			}
			return
		}
		written, err := json.Marshal(texts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadTexts(string(written))
		if err != nil || len(again) != len(texts) {
			t.Errorf("%q: %v, again %v (%v)", raw, texts, again, err)
		}
		for name, text := range texts {
			if again[name] != text {
				t.Errorf("%q: %q is %q, then %q", raw, name, text, again[name])
			}
		}
	})
}
