package collections

import (
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
