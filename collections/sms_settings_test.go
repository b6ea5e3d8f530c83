package collections

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestReadSMSPrices(t *testing.T) {
	for raw, want := range map[string]SMSPrices{
		"": {}, "null": {}, "{}": {}, ` { } `: {},
		`{"CN": 0.045, "HK": 0.3, "*": 0.5}`: {"CN": 0.045, "HK": 0.3, "*": 0.5},
		`{"MO":0,"*":1000}`:                  {"MO": 0, "*": 1000},
		`{"HK":1e-3}`:                        {"HK": 0.001},
	} {
		if got, err := ReadSMSPrices(raw); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %v, %v", raw, got, err)
		}
	}
	for raw, want := range map[string]PriceError{
		`[]`: {}, `0.5`: {}, `"CN"`: {}, `{"CN": 0.1`: {}, `{"CN" 0.1}`: {}, "\x00": {}, `{"CN":0.1}{}`: {},
		`{"HK": "0.3"}`: {Country: "HK"}, `{"HK": null}`: {Country: "HK"}, `{"HK": true}`: {Country: "HK"}, `{"HK": [0.3]}`: {Country: "HK"},
		`{"HK": {"price": 1}}`: {Country: "HK"}, `{"HK": -0.01}`: {Country: "HK"}, `{"*": 1000.01}`: {Country: "*"}, `{"HK": 1e999}`: {Country: "HK"},
		`{"CN": 0.1, "HK": -1, "*": -2}`: {Country: "*"}, `{"HK": 1, "HK": -1}`: {Country: "HK"},
		`{"hk": 0.3}`: {Country: "hk", Unknown: true}, `{"XX": 1}`: {Country: "XX", Unknown: true}, `{"HKG": 1}`: {Country: "HKG", Unknown: true},
		`{"852": 1}`: {Country: "852", Unknown: true}, `{"": 1}`: {Unknown: true}, `{"001": 1}`: {Country: "001", Unknown: true},
		`{"香港": 1}`: {Country: "香港", Unknown: true}, "{\"\u202eKH\": 1}": {Country: "\u202eKH", Unknown: true}, `{"🇭🇰": 1}`: {Country: "🇭🇰", Unknown: true},
		`{"` + strings.Repeat("H", 100000) + `": 1}`: {Country: strings.Repeat("H", 100000), Unknown: true},
	} {
		got, err := ReadSMSPrices(raw)
		var wrong *PriceError
		if got != nil || !errors.As(err, &wrong) || *wrong != want {
			t.Errorf("%.40s gives %v, %.40v; want %.40v", raw, got, err, want)
		}
	}
}

func TestSMSPrices_Of(t *testing.T) {
	prices := SMSPrices{"CN": 0.045, "MO": 0, "*": 0.5}
	for country, want := range map[string]float64{"CN": 0.045, "MO": 0, "HK": 0.5, "": 0.5} {
		if got := prices.Of(country); got != want {
			t.Errorf("%q costs %v, want %v", country, got, want)
		}
	}
	if got := SMSPrices(nil).Of("HK"); got != 0 {
		t.Errorf("without prices it costs %v", got)
	}
}
