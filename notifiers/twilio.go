package notifiers

import (
	"context"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// TwilioOptions says with which account and from which sender SMS leave by Twilio. AccountSID, AuthToken and From are
// needed; the rest has defaults.
type TwilioOptions struct {
	AccountSID string // "AC…"
	AuthToken  string // the primary one, which also signs the callbacks
	// From is a number of the account in E.164, a short code, a sender id of letters, or a messaging service ("MG…").
	From     string
	Endpoint string // scheme and host; https://api.twilio.com by default; http toward loopback only
	// CallbackURL gives the public URL to which Twilio reports on a delivery; nil or "" asks for no reports.
	CallbackURL func(deliveryID string) string
	Timeout     time.Duration    // of one call, 8 s by default
	Now         func() time.Time // the system's clock by default
}

// Twilio is the SMS channel by Twilio's Programmable Messaging, REST API 2010-04-01
// (https://www.twilio.com/docs/messaging/api/message-resource).
type Twilio struct {
	options TwilioOptions
	api     *twilioAPI
	known   *sids
	invalid *Error // what is wrong with the options; given back by every method
}

var (
	_ Notifier = (*Twilio)(nil)
	_ Inquirer = (*Twilio)(nil)
)

// NewTwilio makes the SMS channel; it opens no connection. Options that cannot work show as a Configuration error of
// every method.
func NewTwilio(o TwilioOptions) *Twilio {
	o.AccountSID, o.AuthToken = strings.TrimSpace(o.AccountSID), strings.TrimSpace(o.AuthToken)
	o.From = strings.TrimSpace(o.From)
	o.Timeout = orDefault(o.Timeout, 8*time.Second)
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the wiring
	}
	if o.Endpoint == "" {
		o.Endpoint = "https://api.twilio.com"
	}
	return &Twilio{options: o, api: newTwilioAPI(o), known: newSIDs(), invalid: invalidTwilio(o)}
}

func invalidTwilio(o TwilioOptions) *Error {
	endpoint, err := url.Parse(o.Endpoint)
	switch {
	case !strings.HasPrefix(o.AccountSID, "AC") || o.AuthToken == "":
		return &Error{Class: Configuration, Reason: ReasonCredentials, Hint: twilioKeysHint}
	case o.From == "":
		return &Error{Class: Configuration, Reason: ReasonSender,
			Hint: "Set TWILIO_FROM to a number of the account such as +15005550006, a sender id, or a messaging service (MG…)."}
	case err != nil || endpoint.Host == "" || endpoint.Scheme != "https" && !plainLoopback(endpoint):
		return &Error{Class: Configuration, Reason: ReasonOutOfReach,
			Hint: "Set TWILIO_ENDPOINT to a URL with https (http only toward this machine), or remove it."}
	}
	return nil
}

// Provider is "twilio".
func (t *Twilio) Provider() string { return "twilio" }

// Close lets go of the idle connections.
func (t *Twilio) Close() error {
	t.api.close()
	return nil
}

// Send creates one message (POST Messages.json). Twilio knows no idempotency key, so that a lost answer is Unknown:
// Inquire finds out. The receipt's ProviderID is the message's sid.
func (t *Twilio) Send(ctx context.Context, m *Message) (Receipt, error) {
	if t.invalid != nil {
		return Receipt{}, t.invalid
	}
	form, refused := t.form(m)
	if refused != nil {
		return Receipt{}, refused
	}
	a := t.api.post(ctx, "/Messages.json", form)
	if failed := a.failure(t.options.Now()); failed != nil {
		return Receipt{}, t.ofDestination(failed)
	}
	var made twilioMessage
	if !a.decode(&made) || !sidPattern.MatchString(made.SID) {
		// Something said 2xx that is not Twilio's word; the message may have been taken all the same.
		return Receipt{}, a.unreadable(Unknown)
	}
	t.known.answered(made.SID)
	segments := made.parts()
	if segments == 0 { // a messaging service counts later
		segments = m.Parts
	}
	return Receipt{
		Provider: t.Provider(), ProviderID: made.SID, Response: word(made.Status), Segments: segments,
		Cost: math.Round(float64(segments)*m.PartPrice*1e6) / 1e6,
	}, nil
}

// form is the body of the request. It refuses what Twilio would refuse, without a call.
func (t *Twilio) form(m *Message) (url.Values, *Error) {
	body := twilioBody(m)
	switch {
	case !e164().MatchString(m.To.Address):
		return nil, &Error{Class: Permanent, AddressRefused: true, Reason: ReasonBadNumber,
			Hint: "Write the number with its country code, such as +85251234567."}
	case body == "":
		return nil, &Error{Class: Permanent, Reason: because(ReasonContent, "the message is empty")}
	}
	form := url.Values{"To": {m.To.Address}, "Body": {body}, "SmartEncoded": {"true"}}
	form.Set(t.senderField(), t.options.From)
	if t.options.CallbackURL != nil {
		if callback := t.options.CallbackURL(m.ID); callback != "" {
			form.Set("StatusCallback", callback)
		}
	}
	return form, nil
}

func (t *Twilio) senderField() string {
	if strings.HasPrefix(t.options.From, "MG") && len(t.options.From) == sidLength {
		return "MessagingServiceSid"
	}
	return "From"
}

// ofDestination makes what Twilio says of a short code or a sender id of letters the message's failure: these work in some
// countries only, and the codes are those of a sender that is nobody's (21606, 21659). One number abroad must not hold up
// everybody else's messages.
func (t *Twilio) ofDestination(failed *Error) *Error {
	national := t.senderField() == "From" && !e164().MatchString(t.options.From)
	if national && failed.Class == Configuration && strings.HasPrefix(failed.Reason, ReasonSender) {
		failed.Class = Permanent
	}
	return failed
}

// sidLength is that of all of Twilio's ids: two letters and 32 hexadecimal digits.
const sidLength = 34

var (
	e164       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`) })
	sidPattern = regexp.MustCompile(`^(?:SM|MM)[0-9a-f]{32}$`)
)

// twilioLimit is how many UTF-16 units a message has at most; more is error 21617.
const twilioLimit = 1600

// twilioBody is the text of the SMS: what preview shows, and so without a link that nobody has counted.
func twilioBody(m *Message) string { return clipUnits(ShortText(m), twilioLimit) }

// clipUnits cuts s to n UTF-16 units and says so by an ellipsis, which counts. In a text of ASCII it is three dots, since
// "…" would turn an SMS of 7-bit letters into one of 16 bits, and more than double its parts.
func clipUnits(s string, n int) string {
	mark := "..."
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		mark = "…"
	}
	room := n - utf8.RuneCountInString(mark)
	units, cut := 0, 0
	for i, r := range s {
		if units <= room {
			cut = i
		}
		units++
		if r > 0xffff {
			units++
		}
		if units > n {
			return s[:cut] + mark
		}
	}
	return s
}

// Check fetches the account, which costs nothing and shows wrong credentials and a suspension.
func (t *Twilio) Check(ctx context.Context) error {
	if t.invalid != nil {
		return t.invalid
	}
	a := t.api.get(ctx, t.api.account+".json")
	if failed := asked(a.failure(t.options.Now())); failed != nil {
		if failed.Hint == "" {
			failed.Hint = "Try again in a few minutes, and look at https://status.twilio.com if it lasts."
		}
		return failed
	}
	var account struct {
		SID    string `json:"sid"`
		Status string `json:"status"`
	}
	switch {
	case !a.decode(&account) || account.SID != t.options.AccountSID:
		return a.unreadable(Configuration)
	case account.Status != "active":
		return &Error{Class: Configuration, Reason: because(ReasonAccountClosed, word(account.Status)), Hint: twilioAccountHint}
	}
	return nil
}

var notWord = regexp.MustCompile(`[^a-zA-Z0-9_-]+`)

// word makes one of Twilio's keywords fit to be shown, whatever stands in its place.
func word(s string) string { return clip(notWord.ReplaceAllString(s, ""), 40) }

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
