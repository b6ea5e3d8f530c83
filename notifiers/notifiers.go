// Package notifiers is how a message leaves: the Notifier contract, and one file per provider.
//
// A notifier gets one self-contained message for one recipient and gives back a receipt or a classed error. It never
// reads the database, so that it could run in another process.
package notifiers

import (
	"context"
	"errors"
	"time"
)

// The channels a message can take. The values are part of the REST contract.
const (
	Email  = "email"
	SMS    = "sms"
	WeChat = "wechat"
)

// Channels lists every channel in the order in which people see them.
var Channels = []string{Email, SMS, WeChat}

// Message is everything a provider needs to deliver one message to one recipient. It is stored with its delivery as
// JSON when it is fanned out, so that every attempt sends the same words.
type Message struct {
	// ID is the delivery's id and the message's identity through all its attempts: the local part of the Message-ID
	// (RFC 5322), Aliyun's OutId, WeChat's client_msg_id.
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`    // reminder, digest, overdue, alert, test, system
	Channel string    `json:"channel"` // one of Channels
	Locale  string    `json:"locale"`  // BCP 47: en, zh-HK, zh-CN
	Company string    `json:"company"` // the sender's name as people know it
	To      Recipient `json:"to"`

	Subject  string    `json:"subject"`            // one line; for email the Subject header
	Title    string    `json:"title"`              // heading of the message
	Lead     string    `json:"lead,omitempty"`     // one sentence above the facts, plain text
	Facts    []Fact    `json:"facts,omitempty"`    // what, who, when, where: label and value, plain text
	Body     string    `json:"body,omitempty"`     // a person's words, Markdown; rendered safely, never as raw HTML
	Sections []Section `json:"sections,omitempty"` // lists of a digest or an alert, plain text
	Action   *Link     `json:"action,omitempty"`   // the one button
	Footer   []string  `json:"footer,omitempty"`   // why the reader gets this, plain text

	// Unsubscribe is the https URL of RFC 8058's one-click request; empty for messages that cannot be unsubscribed.
	Unsubscribe      string `json:"unsubscribe,omitempty"`
	UnsubscribeLabel string `json:"unsubscribe_label,omitempty"`

	// Template is the provider's id of the approved template that the company chose for these words, TemplateAbroad the
	// one for numbers outside mainland China; empty = the configuration's. Params are the values of that template as the
	// company set them. Where it set none, a notifier fills the template from Values, which are always there: see the
	// Value constants.
	Template       string            `json:"template,omitempty"`
	TemplateAbroad string            `json:"template_abroad,omitempty"`
	Params         map[string]string `json:"params,omitempty"`
	Values         map[string]string `json:"values,omitempty"`

	// Parts is the length of the SMS as counted by the rules of its country, PartPrice the price of one part in the
	// currency of the settings; 0 on other channels.
	Parts     int     `json:"parts,omitempty"`
	PartPrice float64 `json:"part_price,omitempty"`

	CreatedAt time.Time `json:"created_at"` // the Date header, the same on every attempt, UTC
}

// The names of Message.Values. Texts are plain, of one line and not clipped; an empty one is left out.
const (
	ValueTitle       = "title"       // of the reminder
	ValueEvent       = "event"       // the event's title
	ValueCustomer    = "customer"    // the customer's name
	ValueTime        = "time"        // the start in the event's zone, "2026-12-01 09:00"
	ValuePlace       = "place"       // where it is
	ValueNumber      = "number"      // the event's number, EV-2026-0001
	ValueType        = "type"        // the event's type in the reader's language
	ValueResponsible = "responsible" // who is responsible
	ValueDays        = "days"        // "tomorrow", "in 3 days" in the reader's language
)

// Recipient is one person at one address of the message's channel: an email address, an E.164 number, or an openid.
type Recipient struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

// Fact is one labelled line of a message. URL, if set, makes the value a link (tel:, mailto:, https:).
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
	URL   string `json:"url,omitempty"`
}

// Link is a labelled absolute URL.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// Section is a headed list.
type Section struct {
	Title string `json:"title"`
	Items []Item `json:"items"`
}

// Item is one entry of a Section.
type Item struct {
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	URL    string `json:"url,omitempty"`
}

// Receipt is what a provider gave for an accepted message.
type Receipt struct {
	Provider   string  // "smtp", "sandbox", "aliyun", "twilio", "wechat"
	ProviderID string  // the provider's own id of the message
	Response   string  // the provider's words, safe to show to a manager
	Segments   int     // parts of an SMS, 0 elsewhere
	Cost       float64 // in the currency of the settings, 0 where unknown
}

// Notifier sends by one provider. Send is called from several goroutines at once; it honours ctx's deadline, makes at
// most one attempt, and gives back nil or an *Error.
type Notifier interface {
	// Provider is the name that is stored with each delivery.
	Provider() string
	// Send hands m to the provider.
	Send(ctx context.Context, m *Message) (Receipt, error)
	// Check tries the connection and the credentials without sending; the error is an *Error with a hint.
	Check(ctx context.Context) error
	// Close lets go of connections. Send must not be called afterwards.
	Close() error
}

// Preparer is a notifier that can make a message ready ahead of its attempt, while the attempt's beginning is written down.
// Nothing leaves before send is called, which is Send for that message; it may also never be called.
type Preparer interface {
	Prepare(m *Message) (send func(context.Context) (Receipt, error))
}

// State is what a provider says of a message.
type State string

// What can be known of a message.
const (
	Absent    State = "absent"    // the provider has no such message
	Accepted  State = "accepted"  // it has the message, and does not yet know what came of it
	Delivered State = "delivered" // it arrived
	Failed    State = "failed"    // it did not: Finding.Err says why
)

// Inquiry names a message whose fate is asked for.
type Inquiry struct {
	Message    *Message
	ProviderID string    // the provider's id; empty if the answer to the attempt was lost
	Began      time.Time // when the attempt began, UTC
}

// Finding is what a provider says of a message, asked or by itself.
type Finding struct {
	State      State
	ProviderID string
	At         time.Time // when it arrived or failed, UTC; zero if the provider does not say
	Segments   int       // as the provider counted them; 0 = it does not say
	Err        *Error    // with Failed: why, and whether the address was refused; Transient = another attempt may arrive
}

// Inquirer is a notifier whose provider can be asked about a message. Inquire is called from one goroutine at a time
// while Send is called from others. Its error means that the question was not answered: an *Error, Configuration if the
// provider cannot be asked at all.
type Inquirer interface {
	Inquire(ctx context.Context, q Inquiry) (Finding, error)
	// ReceiptAfter gives the times after acceptance at which to ask for a receipt that did not come by itself.
	ReceiptAfter() []time.Duration
}

// Deduplicator is a notifier whose provider sends a message once, however often it is handed over under one ID, for some
// time after the first attempt.
type Deduplicator interface {
	DeduplicatesFor() time.Duration
}

// Class says what can be done about an error.
type Class string

// The classes of DESIGN.md P8.
const (
	Transient     Class = "transient"     // the same message may succeed later
	Permanent     Class = "permanent"     // the same message will never succeed
	Configuration Class = "configuration" // no message of this channel can succeed until someone mends the channel
	Unknown       Class = "unknown"       // the provider may have accepted it
)

// Error is a failed attempt.
type Error struct {
	Class Class
	// AddressRefused says that a permanent error is about the recipient's address, not about the message.
	AddressRefused bool
	// RetryAfter is the provider's wish for the next attempt; 0 = none.
	RetryAfter time.Duration
	// Reason is for people: the provider's words and code, without secrets, addresses or bodies.
	Reason string
	// Hint says how to mend it; empty if there is nothing to say beyond Reason.
	Hint string
	// Err is the cause, for the operator's log.
	Err error
}

func (e *Error) Error() string { return string(e.Class) + ": " + e.Reason }

func (e *Error) Unwrap() error { return e.Err }

// AsError gives err as an *Error. An error that no notifier classed is Unknown, since nothing says that the provider
// did not accept the message.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Class: Unknown, Reason: "the attempt ended without an answer", Err: err}
}
