package notifiers

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

func sendTo(t *testing.T, e *SMTP, to string) *Error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := e.Send(ctx, conformanceMessage(Email, to))
	if err == nil {
		return nil
	}
	return AsError(err)
}

func TestARefusedRecipientIsNotDeliveredThoughTheServerWantsData(t *testing.T) {
	s := newScript(t, map[string]string{
		"EHLO": pipelining, "RCPT": "550 5.1.1 No such user here", "DATA": "354 Go ahead", ".": "554 5.5.1 No valid recipients",
	})
	e := newEmail(t, quick(s.host, s.port))
	for range 2 {
		err := sendTo(t, e, "nouser@example.com")
		if err == nil || err.Class != Permanent || !err.AddressRefused || err.Reason != "550 5.1.1 No such user here" {
			t.Fatalf("got %+v", err)
		}
	}
	said := s.said()
	dots := 0
	for i, line := range said {
		if line == "DATA" && said[i+1] != "." {
			t.Errorf("after DATA came %q, want a lone dot", said[i+1])
		}
		if line == "." {
			dots++
		}
	}
	if dots != 2 || s.connections() != 1 || !slices.Contains(said, "RSET") {
		t.Errorf("%d dots over %d connections: %q", dots, s.connections(), said)
	}
}

func TestRefusals(t *testing.T) {
	type row struct {
		verb, reply string
		class       Class
		refused     bool
	}
	for _, r := range []row{
		{"greeting", "421 4.3.2 Not now", Configuration, false},
		{"greeting", "554 No service", Configuration, false},
		{"EHLO", "421 4.7.0 Go away", Configuration, false},
		{"MAIL", "421 4.3.2 Shutting down", Transient, false},
		{"MAIL", "451 4.3.0 Try again", Transient, false},
		{"MAIL", "452 4.3.1 Insufficient storage", Transient, false},
		{"MAIL", "550 5.7.1 Sender not allowed", Configuration, false},
		{"MAIL", "553 5.1.8 Sender domain unknown", Configuration, false},
		{"MAIL", "530 5.7.0 Authentication required", Configuration, false},
		{"MAIL", "552 5.3.4 Too large", Permanent, false},
		{"RCPT", "421 4.3.2 Shutting down", Transient, false},
		{"RCPT", "450 4.7.1 Greylisted", Transient, false},
		{"RCPT", "452 4.5.3 Too many recipients", Transient, false},
		{"RCPT", "550 5.1.1 No such user", Permanent, true},
		{"RCPT", "550 5.1.10 Null MX", Permanent, true},
		{"RCPT", "550 Unknown user", Permanent, true},
		{"RCPT", "551 User not local", Permanent, true},
		{"RCPT", "553 Mailbox name not allowed", Permanent, true},
		{"RCPT", "550 5.4.1 Recipient address rejected: Access denied", Permanent, true},
		{"RCPT", "550 5.2.1 Mailbox disabled", Permanent, true},
		{"RCPT", "501 5.1.3 Bad recipient address syntax", Permanent, true},
		{"RCPT", "550 5.7.1 Rejected by policy", Permanent, false},
		{"RCPT", "553 5.7.1 Not for you", Permanent, false},
		{"RCPT", "554 5.7.1 Relay access denied", Permanent, false},
		{"RCPT", "554 Refused", Permanent, false},
		{"RCPT", "552 5.2.2 Mailbox full", Transient, false},
		{"RCPT", "552 Mailbox full", Transient, false},
		{"RCPT", "550 5.7.26 Unauthenticated mail", Configuration, false},
		{"RCPT", "530 5.7.0 Must issue a STARTTLS command first", Configuration, false},
		{"RCPT", "503 5.5.1 Bad sequence", Transient, false},
		{"DATA", "451 4.3.0 Try again", Transient, false},
		{"DATA", "554 5.5.1 No", Permanent, false},
		{"DATA", "250 2.0.0 what", Transient, false},
		{".", "421 4.3.2 Shutting down", Transient, false},
		{".", "451 4.7.1 Try again", Transient, false},
		{".", "554 5.6.0 Message content rejected", Permanent, false},
		{".", "550 5.7.1 Spam", Permanent, false},
		{".", "552 5.3.4 Too large", Permanent, false},
		{".", "552 5.2.2 Mailbox full", Transient, false},
		{".", "550 5.1.1 No such user", Permanent, true},
		{".", "550 5.7.26 DMARC", Configuration, false},
		{".", "550 5.7.23 SPF", Configuration, false},
		{".", "550 5.7.20 DKIM", Configuration, false},
	} {
		for _, ehlo := range []string{"250 script", pipelining} {
			if r.verb == "EHLO" {
				ehlo = r.reply
			}
			replies := map[string]string{"EHLO": ehlo, "DATA": "354 Go ahead"}
			replies[r.verb] = r.reply
			s := newScript(t, replies)
			err := sendTo(t, newEmail(t, quick(s.host, s.port)), "someone@example.com")
			if err == nil {
				t.Errorf("%s %q: no error", r.verb, r.reply)
				continue
			}
			if err.Class != r.class || err.AddressRefused != r.refused {
				t.Errorf("%s %q: %s, refused %t (%s)", r.verb, r.reply, err.Class, err.AddressRefused, err.Reason)
			}
			if r.verb != "EHLO" && err.Reason != r.reply {
				t.Errorf("%s %q: reason %q", r.verb, r.reply, err.Reason)
			}
			if err.Class == Configuration && err.Hint == "" {
				t.Errorf("%s %q: no hint", r.verb, r.reply)
			}
		}
	}
}

func TestLossesByPlace(t *testing.T) {
	for verb, class := range map[string]Class{
		"greeting": Configuration, "EHLO": Configuration, "MAIL": Transient, "RCPT": Transient, "DATA": Transient, ".": Unknown,
	} {
		for _, ehlo := range []string{"250 script", pipelining} {
			replies := map[string]string{"EHLO": ehlo, "DATA": "354 Go ahead"}
			replies[verb] = "cut"
			s := newScript(t, replies)
			err := sendTo(t, newEmail(t, quick(s.host, s.port)), "someone@example.com")
			if err == nil || err.Class != class {
				t.Errorf("cut at %s (%q): %v, want %s", verb, ehlo, err, class)
			}
		}
	}
}

// A connection that breaks while the content is written has not seen the final dot. The mail is larger than what the
// two sockets buffer, so that the break is met while writing.
func TestACutWithinTheContentIsTransient(t *testing.T) {
	s := newScript(t, map[string]string{"EHLO": pipelining, "DATA": "354 Go ahead", "content": "cut"})
	e := newEmail(t, quick(s.host, s.port))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out := e.pool.send(ctx, &envelope{
		from: "a@example.com", to: []string{"b@example.com"},
		content: bytes.Repeat([]byte(strings.Repeat("x", 998)+"\r\n"), 12_000),
	})
	if out.failure == nil || out.failure.stage != stageBody || e.classify(out.failure).Class != Transient {
		t.Errorf("got %+v", out.failure)
	}
}

func TestUnusualAnswersToEHLO(t *testing.T) {
	s := newScript(t, map[string]string{"EHLO": "502 5.5.1 Not implemented", "HELO": "250 script", "DATA": "354 Go ahead"})
	if err := sendTo(t, newEmail(t, quick(s.host, s.port)), "someone@example.com"); err != nil {
		t.Errorf("a server that knows only HELO: %v", err)
	}
	endless := newScript(t, map[string]string{"EHLO": strings.Repeat("250-"+strings.Repeat("x", 500)+"\r\n", 1000) + "250 end"})
	if err := sendTo(t, newEmail(t, quick(endless.host, endless.port)), "someone@example.com"); err == nil || err.Class != Configuration {
		t.Errorf("an endless reply: %v", err)
	}
}

func TestStuffing(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\r\n":          "a\r\nb\r\n",
		"a\nb":                "a\r\nb\r\n",
		"a\rb":                "a\r\nb\r\n",
		".\r\n":               "..\r\n",
		"a\r\n.\r\nMAIL FROM": "a\r\n..\r\nMAIL FROM\r\n",
		"a\n.\nb":             "a\r\n..\r\nb\r\n",
		"a\r.\r\n":            "a\r\n..\r\n",
		"\r\n\r\n":            "\r\n\r\n",
		"":                    "",
	} {
		if got := string(stuff([]byte(in))); got != want {
			t.Errorf("stuff(%q) = %q, want %q", in, got, want)
		}
	}
}
