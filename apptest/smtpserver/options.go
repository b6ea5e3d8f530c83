package smtpserver

import (
	"time"

	"github.com/emersion/go-smtp"
)

// Stage is where in a transaction a reply is given.
type Stage int

// The stages that Reply knows. AtMail looks at the sender's local part, the others at the recipient's.
const (
	AtMail Stage = iota
	AtRcpt
	AfterDot
)

type rule struct {
	stage Stage
	local string
}

type options struct {
	now         func() time.Time
	user        string
	password    string
	mechanisms  []string
	startTLS    bool
	implicitTLS bool
	pipelining  bool
	smtpUTF8    bool
	latency     time.Duration
	dataDelay   time.Duration
	idleTimeout time.Duration
	maxOpen     int
	replies     map[rule]*smtp.SMTPError
}

func defaults() options {
	at := func(code, subject, detail int, text string) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, subject, detail}, Message: text}
	}
	return options{
		now:        time.Now, // the wiring of this package: WithClock replaces it
		startTLS:   true,
		pipelining: true,
		replies: map[rule]*smtp.SMTPError{
			{AtRcpt, "busy"}:     at(451, 3, 0, "Try again later"),
			{AtRcpt, "greylist"}: at(450, 7, 1, "Greylisted, please try again in 300 seconds"),
			{AtRcpt, "toomany"}:  at(452, 5, 3, "Too many recipients"),
			{AtRcpt, "nouser"}:   at(550, 1, 1, "No such user here"),
			{AtRcpt, "full"}:     at(552, 2, 2, "Mailbox full"),
			{AtRcpt, "policy"}:   at(550, 7, 1, "Rejected by policy"),
			{AtRcpt, "disabled"}: at(550, 2, 1, "Mailbox disabled"),
			{AtRcpt, "shutdown"}: at(421, 3, 2, "Shutting down"),
		},
	}
}

// Option changes a server before it starts.
type Option func(*options)

// WithAuth demands that clients sign in, by PLAIN (RFC 4616) and LOGIN unless mechanisms are named.
func WithAuth(user, password string, mechanisms ...string) Option {
	return func(o *options) {
		o.user, o.password, o.mechanisms = user, password, mechanisms
		if len(mechanisms) == 0 {
			o.mechanisms = []string{"PLAIN", "LOGIN"}
		}
	}
}

// WithoutSTARTTLS stops the server from offering STARTTLS (RFC 3207), which it does otherwise.
func WithoutSTARTTLS() Option { return func(o *options) { o.startTLS = false } }

// WithImplicitTLS makes the server speak TLS from the first byte, as on port 465 (RFC 8314).
func WithImplicitTLS() Option { return func(o *options) { o.implicitTLS = true } }

// WithoutPipelining hides PIPELINING (RFC 2920) from the answer to EHLO. It works on connections without TLS only.
func WithoutPipelining() Option { return func(o *options) { o.pipelining = false } }

// WithSMTPUTF8 announces SMTPUTF8 (RFC 6531).
func WithSMTPUTF8() Option { return func(o *options) { o.smtpUTF8 = true } }

// WithLatency makes every turn of the conversation, that is each reading after a writing, take d, as a network's round
// trip does: a group of pipelined commands costs d once.
func WithLatency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// WithDataDelay makes the server take d between the final dot and its reply.
func WithDataDelay(d time.Duration) Option { return func(o *options) { o.dataDelay = d } }

// WithIdleTimeout makes the server say 421 and close a connection on which nothing was said for d.
func WithIdleTimeout(d time.Duration) Option { return func(o *options) { o.idleTimeout = d } }

// WithMaxConnections makes the server greet connections above n with 421.
func WithMaxConnections(n int) Option { return func(o *options) { o.maxOpen = n } }

// WithClock sets the clock that stamps accepted mails.
func WithClock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// Reply makes the server refuse at stage for that local part, with a code and an enhanced code (RFC 3463).
func Reply(stage Stage, local string, code int, enhanced [3]int, text string) Option {
	return func(o *options) {
		o.replies[rule{stage, local}] = &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
	}
}
