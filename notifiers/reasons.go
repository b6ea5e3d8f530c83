package notifiers

// What keeps a message from somebody, or a channel from everybody, in words that the screens and the digest know in the
// reader's language. A provider's own words follow in brackets: see because.
const (
	ReasonBadNumber     = "the number cannot get SMS"
	ReasonOptedOut      = "the recipient refuses SMS"
	ReasonUnreachable   = "the phone cannot be reached"
	ReasonNumberLimit   = "the number got too many SMS"
	ReasonNotFollowing  = "the recipient does not follow the account"
	ReasonNoConsent     = "the recipient has not agreed to another message"
	ReasonBadOpenID     = "the WeChat account is not known"
	ReasonContent       = "the provider refused the content"
	ReasonBusy          = "the provider is busy"
	ReasonNoAnswer      = "the provider did not answer"
	ReasonUnreadable    = "the provider's answer cannot be read"
	ReasonOutOfReach    = "the provider cannot be reached"
	ReasonNoBalance     = "the account has no balance"
	ReasonAccountClosed = "the account is suspended"
	ReasonCredentials   = "the credentials are wrong"
	ReasonPermission    = "the account lacks a permission"
	ReasonServerAddress = "the provider refuses this server's address"
	ReasonTemplate      = "the template is wrong"
	ReasonSignature     = "the signature is wrong"
	ReasonSender        = "the sender is wrong"
	ReasonQuota         = "the account's limit is reached"
	ReasonClock         = "this server's clock is wrong"
	ReasonProvider      = "the provider refused the request"
)

// because gives a reason with the provider's own words, a code first.
func because(reason, detail string) string {
	if detail = clip(oneLine(detail), 200); detail == "" {
		return reason
	}
	return reason + " (" + detail + ")"
}
