package collections

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// E164 gives a phone number as E.164, and whether it is one. People in Hong Kong type eight digits, on the mainland
// eleven; what cannot be read is given back as it is.
func E164(typed string) (number string, ok bool) {
	typed = strings.TrimSpace(typed)
	for _, region := range []string{"HK", "CN"} {
		if n, err := phonenumbers.Parse(typed, region); err == nil && phonenumbers.IsValidNumber(n) {
			return phonenumbers.Format(n, phonenumbers.E164), true
		}
	}
	return typed, false
}

// Mainland is the country whose operators count and limit SMS by rules of their own.
const Mainland = "CN"

// Number is what an E.164 number tells by itself.
type Number struct {
	// Country is its country as an ISO 3166 alpha-2 code; empty where it belongs to none, as satellite phones do.
	Country string
	// Usable says that it is a number of its country's, or one as long as a mobile there: operators open new ranges before
	// the library knows them.
	Usable bool
	// NoSMS says that it is usable and surely gets no SMS: a fixed line or a service number in Hong Kong or on the mainland.
	NoSMS bool
}

// noSMSTypes are the types of numbers that get no SMS in the countries where types can be told for sure.
var noSMSTypes = []phonenumbers.PhoneNumberType{
	phonenumbers.FIXED_LINE, phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST,
}

// NumberOf reads an E.164 number. Anything else, 91234567 too, gives the zero Number.
func NumberOf(e164 string) Number {
	n, err := phonenumbers.Parse(e164, phonenumbers.UNKNOWN_REGION)
	if err != nil || phonenumbers.Format(n, phonenumbers.E164) != e164 {
		return Number{}
	}
	country := phonenumbers.GetRegionCodeForNumber(n)
	if country == "" { // of a range that none of the countries that share the code has given
		country = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if !phonenumbers.IsValidNumber(n) && !longAsMobile(n, country) {
		return Number{}
	}
	if !KnownCountry(country) {
		country = ""
	}
	certain := country == "HK" || country == Mainland
	return Number{Country: country, Usable: true, NoSMS: certain && slices.Contains(noSMSTypes, phonenumbers.GetNumberType(n))}
}

func longAsMobile(n *phonenumbers.PhoneNumber, country string) bool {
	mobile := phonenumbers.GetExampleNumberForType(country, phonenumbers.MOBILE)
	length := func(n *phonenumbers.PhoneNumber) int { return len(phonenumbers.GetNationalSignificantNumber(n)) }
	return mobile != nil && length(n) == length(mobile)
}

// KnownCountry says whether a text is the ISO 3166 alpha-2 code, in capitals, of a country that has phone numbers.
func KnownCountry(code string) bool { return phonenumbers.GetSupportedRegions()[code] }

// MaskNumber gives a number as it may stand in a mail: "+852 ···· 4567". What is no E.164 number gives "····".
func MaskNumber(e164 string) string {
	n, err := phonenumbers.Parse(e164, phonenumbers.UNKNOWN_REGION)
	if err != nil || !NumberOf(e164).Usable {
		return masked
	}
	national := phonenumbers.GetNationalSignificantNumber(n)
	return strings.TrimSuffix(e164, national) + " " + masked + " " + national[len(national)-min(4, len(national)/2):]
}

const masked = "····"
