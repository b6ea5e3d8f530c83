package notifiers

import (
	"testing"
	"time"

	"tminus/apptest/smtpserver"
)

// quick are options for a server on loopback, with time-outs that a test can wait for.
func quick(host string, port int) EmailOptions {
	return EmailOptions{
		Host: host, Port: port, From: "reminders@example.com", MaxConnections: 2,
		DialTimeout: 5 * time.Second, CommandTimeout: 5 * time.Second, DataTimeout: 5 * time.Second,
		Now: func() time.Time { return created },
	}
}

func newEmail(t *testing.T, o EmailOptions) *SMTP {
	t.Helper()
	e := NewEmail(o)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return e
}

// emailTo sets a scene at a well-behaved server, where the recipient's local part decides.
func emailTo(local string, expect func(*trial), change ...func(*EmailOptions)) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		srv := smtpserver.Start(t,
			smtpserver.Reply(smtpserver.AfterDot, "spam", 554, [3]int{5, 6, 0}, "Content refused, asked postmaster@example.com"))
		o := quick(srv.Host(), srv.Port())
		for _, c := range change {
			c(&o)
		}
		tr := trial{
			notifier: newEmail(t, o),
			message:  conformanceMessage(Email, local+"@example.com"),
			accepted: func() int { return len(srv.Mails()) },
		}
		expect(&tr)
		return tr
	}
}

func emailAt(manner smtpserver.Manner) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		l := smtpserver.Misbehave(t, manner)
		o := quick(l.Host(), l.Port())
		o.CommandTimeout = 50 * time.Millisecond
		return trial{notifier: newEmail(t, o), message: conformanceMessage(Email, "a@example.com"), class: Configuration}
	}
}

func emailNobody(t *testing.T) trial {
	srv := smtpserver.Start(t)
	o := quick(srv.Host(), srv.Port())
	srv.Stop()
	return trial{notifier: newEmail(t, o), message: conformanceMessage(Email, "a@example.com"), class: Configuration}
}

func emailWrongPassword(t *testing.T) trial {
	srv := smtpserver.Start(t, smtpserver.WithAuth("reminders@example.com", "right"))
	o := quick(srv.Host(), srv.Port())
	o.User, o.Password = "reminders@example.com", "wrong-password"
	return trial{
		notifier: newEmail(t, o), message: conformanceMessage(Email, "a@example.com"), class: Configuration,
		secrets:  []string{"wrong-password", encode64("wrong-password"), encode64("\x00reminders@example.com\x00wrong-password")},
		accepted: func() int { return len(srv.Mails()) },
	}
}

func emailProvider() provider {
	// The short time-out is that of the awaited step; long enough for the steps before it on a busy machine.
	atRcpt := func(o *EmailOptions) { o.CommandTimeout = 500 * time.Millisecond }
	afterDot := func(o *EmailOptions) { o.DataTimeout = 500 * time.Millisecond }
	return provider{"email", map[string]func(t *testing.T) trial{
		"success":                    emailTo("someone", func(tr *trial) { tr.want = 1 }),
		"transient refusal":          emailTo("busy", func(tr *trial) { tr.class = Transient }),
		"permanent refusal":          emailTo("spam", func(tr *trial) { tr.class = Permanent }),
		"refused address":            emailTo("nouser", func(tr *trial) { tr.class, tr.refused = Permanent, true }),
		"invalid address":            emailTo("not an address", func(tr *trial) { tr.class, tr.refused = Permanent, true }),
		"wrong credentials":          emailWrongPassword,
		"nobody listens":             emailNobody,
		"silence before the message": emailAt(smtpserver.Silent),
		"garbage":                    emailAt(smtpserver.Garbage),
		"refusal at the door":        emailAt(smtpserver.Refuse554),
		"silence during the message": emailTo("hang", func(tr *trial) { tr.class = Transient }, atRcpt),
		"cut before acceptance":      emailTo("cutbeforedot", func(tr *trial) { tr.class = Transient }),
		"silence after acceptance":   emailTo("hangafterdot", func(tr *trial) { tr.class, tr.want = Unknown, 1 }, afterDot),
		"cut after acceptance":       emailTo("cutafterdot", func(tr *trial) { tr.class, tr.want = Unknown, 1 }),
	}}
}

func sandboxProvider() provider {
	scene := func(channel, to string) func(t *testing.T) trial {
		return func(t *testing.T) trial {
			s := NewSandbox(t.TempDir(), func() time.Time { return created }, Compose)
			return trial{notifier: s, message: conformanceMessage(channel, to), want: 1, accepted: func() int {
				kept, err := s.List(0)
				if err != nil {
					t.Error(err)
				}
				return len(kept)
			}}
		}
	}
	return provider{"sandbox", map[string]func(t *testing.T) trial{"success": scene(Email, "a@example.com")}}
}
