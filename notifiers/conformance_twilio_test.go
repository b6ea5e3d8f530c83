package notifiers

import (
	"encoding/base64"
	"testing"
	"time"

	"tminus/apptest/smtpserver"
	"tminus/apptest/twilioserver"
)

const someNumber = "+85251234567"

// twilioAt are options for a server on loopback.
func twilioAt(srv *twilioserver.Server) TwilioOptions {
	return TwilioOptions{
		AccountSID: srv.AccountSID(), AuthToken: srv.AuthToken(), From: twilioserver.From, Endpoint: srv.URL(),
		Timeout: 5 * time.Second, CallbackURL: func(id string) string { return "https://tminus.example.com/api/tminus/callbacks/twilio/" + id },
	}
}

func newTwilio(t *testing.T, o TwilioOptions) *Twilio {
	t.Helper()
	n := NewTwilio(o)
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return n
}

// twilioTo sets a scene at a well-behaved server that answers the messages to someNumber by acts.
func twilioTo(number string, expect func(*trial), acts ...twilioserver.Act) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		srv := twilioserver.Start(t)
		srv.Script(number, acts...)
		tr := trial{
			notifier: newTwilio(t, twilioAt(srv)), message: conformanceMessage(SMS, number),
			accepted: func() int { return len(srv.Messages()) },
			secrets:  []string{srv.AuthToken(), srv.AccountSID()},
		}
		expect(&tr)
		return tr
	}
}

// twilioSilent is twilioTo with a time-out that a test can wait for.
func twilioSilent(want int, act twilioserver.Act) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		srv := twilioserver.Start(t)
		srv.Script(someNumber, act)
		o := twilioAt(srv)
		o.Timeout = 500 * time.Millisecond
		return trial{
			notifier: newTwilio(t, o), message: conformanceMessage(SMS, someNumber), class: Unknown, want: want,
			accepted: func() int { return len(srv.Messages()) },
		}
	}
}

func twilioWrongToken(t *testing.T) trial {
	srv := twilioserver.Start(t)
	o := twilioAt(srv)
	o.AuthToken = "a-wrong-token"
	return trial{
		notifier: newTwilio(t, o), message: conformanceMessage(SMS, someNumber), class: Configuration,
		secrets:  []string{o.AuthToken, base64.StdEncoding.EncodeToString([]byte(o.AccountSID + ":" + o.AuthToken))},
		accepted: func() int { return len(srv.Messages()) },
	}
}

func twilioSuspended(t *testing.T) trial {
	srv := twilioserver.Start(t)
	srv.Suspend("suspended")
	return trial{notifier: newTwilio(t, twilioAt(srv)), message: conformanceMessage(SMS, someNumber), class: Configuration,
		accepted: func() int { return len(srv.Messages()) }}
}

func twilioNobody(t *testing.T) trial {
	srv := twilioserver.Start(t)
	srv.Stop()
	return trial{notifier: newTwilio(t, twilioAt(srv)), message: conformanceMessage(SMS, someNumber), class: Configuration}
}

// twilioMute is a port that takes connections and never starts TLS.
func twilioMute(t *testing.T) trial {
	l := smtpserver.Misbehave(t, smtpserver.Silent)
	o := TwilioOptions{
		AccountSID: twilioserver.AccountSID, AuthToken: twilioserver.AuthToken, From: twilioserver.From,
		Endpoint: "https://" + l.Addr(), Timeout: 100 * time.Millisecond,
	}
	return trial{notifier: newTwilio(t, o), message: conformanceMessage(SMS, someNumber), class: Configuration}
}

func twilioProvider() provider {
	is := func(class Class, want int) func(*trial) {
		return func(tr *trial) { tr.class, tr.want = class, want }
	}
	refused := func(tr *trial) { tr.class, tr.refused = Permanent, true }
	return provider{"twilio", map[string]func(t *testing.T) trial{
		"success":                    twilioTo(someNumber, is("", 1)),
		"transient refusal":          twilioTo(someNumber, is(Transient, 0), twilioserver.Refuse(400, 21611, "The 'From' number "+twilioserver.From+" has too many queued messages")),
		"permanent refusal":          twilioTo("+15005550002", is(Permanent, 0)),
		"refused address":            twilioTo("+15005550004", refused),
		"invalid address":            twilioTo("5123 4567", refused),
		"wrong credentials":          twilioWrongToken,
		"nobody listens":             twilioNobody,
		"silence before the message": twilioMute,
		"garbage":                    twilioTo(someNumber, is(Unknown, 0), twilioserver.Garbage()),
		"refusal at the door":        twilioTo(someNumber, is(Configuration, 0), twilioserver.Answer(403, "text/html", "<h1>Blocked</h1>"+someNumber)),
		"silence during the message": twilioSilent(0, twilioserver.HangBefore()),
		"cut before acceptance":      twilioTo(someNumber, is(Unknown, 0), twilioserver.CutBefore()),
		"silence after acceptance":   twilioSilent(1, twilioserver.HangAfter()),
		"cut after acceptance":       twilioTo(someNumber, is(Unknown, 1), twilioserver.CutAfter()),
		"too many requests":          twilioTo(someNumber, is(Transient, 0), twilioserver.TooMany("7")),
		"server error":               twilioTo(someNumber, is(Unknown, 0), twilioserver.Unavailable()),
		"no balance":                 twilioSuspended,
	}}
}
