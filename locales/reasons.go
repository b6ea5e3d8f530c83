package locales

import "strings"

// reasons has one entry for each language but English, in which a reason says itself.
var reasons = map[string]map[string]string{ZhHK: zhHKReasons, ZhCN: zhCNReasons}

// Reason says in a language why a message or a channel does not go, from the reason as it is stored: one of the constants of
// packages reminders and notifiers, or of the outbox. What follows it in brackets, a provider's own words, stays as it is;
// so does a reason that is not known, as those of mail servers are.
func Reason(locale, reason string) string {
	known := reasons[Match(locale)]
	if said, ok := known[reason]; ok {
		return said
	}
	what, detail, bracketed := strings.Cut(strings.TrimSuffix(reason, ")"), " (")
	if said, ok := known[what]; ok && bracketed {
		return said + "（" + detail + "）"
	}
	return reason
}
