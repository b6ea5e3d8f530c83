package notifiers

import (
	"context"
	"crypto/tls"
	"net"
	"net/mail"
	"strconv"
	"time"
)

// EmailOptions says where and how mail leaves. Host, Port and From are needed; the rest has defaults.
type EmailOptions struct {
	Host string
	Port int
	// ImplicitTLS speaks TLS from the first byte (RFC 8314); port 465 implies it.
	ImplicitTLS bool
	// RequireTLS refuses to go on when the server does not offer STARTTLS (RFC 3207). A server on loopback is exempt
	// unless TLSConfig is given. Without RequireTLS, STARTTLS is used where it is offered.
	RequireTLS bool
	// User and Password sign in, if User is set. They are sent over TLS or to loopback only.
	User     string
	Password string
	// AuthMethod is PLAIN (RFC 4616), LOGIN, or empty: what the server announces, PLAIN first.
	AuthMethod string

	From      string // address with an optional display name (RFC 5322, 3.4); without one the message's Company is shown
	ReplyTo   string // empty: answers go to From
	LocalName string // the name in EHLO; "localhost" by default

	MaxConnections int         // 4 by default
	TLSConfig      *tls.Config // nil: the system's roots, TLS 1.2 and later

	DialTimeout    time.Duration // 10 s by default
	CommandTimeout time.Duration // for each command's reply, 30 s by default
	DataTimeout    time.Duration // for the content, and again for the reply to the final dot, 60 s by default

	Now func() time.Time // dates mails that bring no date of their own; sockets follow the system's clock
}

func (o EmailOptions) withDefaults() EmailOptions {
	if o.Port == 465 {
		o.ImplicitTLS = true
	}
	if o.LocalName == "" {
		o.LocalName = "localhost"
	}
	if o.MaxConnections <= 0 {
		o.MaxConnections = 4
	}
	o.DialTimeout = orDefault(o.DialTimeout, 10*time.Second)
	o.CommandTimeout = orDefault(o.CommandTimeout, 30*time.Second)
	o.DataTimeout = orDefault(o.DataTimeout, 60*time.Second)
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the wiring
	}
	return o
}

func orDefault(d, def time.Duration) time.Duration {
	if d <= 0 {
		return def
	}
	return d
}

func (o EmailOptions) addr() string { return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) }

// SMTP is the email channel: it sends over a few kept connections to one mail server.
type SMTP struct {
	options EmailOptions
	from    mail.Address
	replyTo *mail.Address
	invalid *Error // what is wrong with the options; given back by every method
	pool    *pool
}

var (
	_ Notifier = (*SMTP)(nil)
	_ Preparer = (*SMTP)(nil)
)

// NewEmail makes the email channel; it opens no connection. Options that cannot work show as a Configuration error of Check and
// Send.
func NewEmail(o EmailOptions) *SMTP {
	o = o.withDefaults()
	e := &SMTP{options: o, pool: newPool(o)}
	from, err := parseMailbox(o.From)
	if err != nil {
		e.invalid = &Error{Class: Configuration, Reason: "the sender's address is not valid", Err: err,
			Hint: "Set DEFAULT_FROM_EMAIL to an address such as reminders@example.com or Acme <reminders@example.com>."}
		return e
	}
	e.from = *from
	if o.ReplyTo != "" {
		e.replyTo, err = parseMailbox(o.ReplyTo)
		if err != nil {
			e.invalid = &Error{Class: Configuration, Reason: "the reply address is not valid", Err: err,
				Hint: "Set the reply address to one such as office@example.com."}
		}
	}
	return e
}

// Provider is "smtp".
func (e *SMTP) Provider() string { return "smtp" }

// Send gives m to the mail server. The receipt's ProviderID is the Message-ID without its angle brackets, which is what
// a mail server's log can be searched for.
func (e *SMTP) Send(ctx context.Context, m *Message) (Receipt, error) { return e.Prepare(m)(ctx) }

// Prepare implements Preparer: it composes the mail.
func (e *SMTP) Prepare(m *Message) (send func(context.Context) (Receipt, error)) {
	var composed *envelope
	invalid := e.invalid
	if invalid == nil {
		composed, invalid = e.compose(m)
	}
	return func(ctx context.Context) (Receipt, error) {
		if invalid != nil {
			return Receipt{}, invalid
		}
		out := e.pool.send(ctx, composed)
		if out.failure != nil {
			return Receipt{}, e.classify(out.failure)
		}
		return Receipt{Provider: e.Provider(), ProviderID: composed.messageID, Response: out.reply.words()}, nil
	}
}

// Check connects, greets, starts TLS and signs in over a connection of its own.
func (e *SMTP) Check(ctx context.Context) error {
	if e.invalid != nil {
		return e.invalid
	}
	if f := e.pool.check(ctx); f != nil {
		return e.classify(f)
	}
	return nil
}

// Close says QUIT on the idle connections, and makes those in use close when their message is done.
func (e *SMTP) Close() error {
	e.pool.close()
	return nil
}
