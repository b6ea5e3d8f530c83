package commands_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tminus/apptest/smtpserver"
)

// mailVariables point at a test server.
func mailVariables(s *smtpserver.Server, more ...string) []string {
	return append([]string{
		"EMAIL_HOST=" + s.Host(), fmt.Sprintf("EMAIL_PORT=%d", s.Port()), "DEFAULT_FROM_EMAIL=Reminders <reminders@example.com>",
	}, more...)
}

func TestNotifySendsOneMailAndTellsItsMessageID(t *testing.T) {
	t.Parallel()
	server := smtpserver.Start(t, smtpserver.WithoutSTARTTLS(), smtpserver.WithAuth("ann", "secret"))
	s := newShell(t, mailVariables(server, "EMAIL_HOST_USER=ann", "EMAIL_HOST_PASSWORD=secret")...)
	output := s.succeeds("notify", "email", "you@example.com", "--locale", "zh-HK")
	has(t, output, "Accepted by smtp for you@example.com")
	mails := server.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails arrived", len(mails))
	}
	has(t, output, "Message-ID: "+mails[0].MessageID)
}

func TestNotifyTellsWhyAndHowToMend(t *testing.T) {
	t.Parallel()
	server := smtpserver.Start(t, smtpserver.WithoutSTARTTLS(), smtpserver.WithAuth("ann", "secret"))
	s := newShell(t, mailVariables(server, "EMAIL_HOST_USER=ann", "EMAIL_HOST_PASSWORD=secret")...)
	has(t, s.fails("notify", "email", "nouser@example.com"), "class: permanent", "No such user here")

	s.environ = mailVariables(server, "EMAIL_HOST_USER=ann", "EMAIL_HOST_PASSWORD=wrong-guess")
	failure := s.fails("notify", "email", "you@example.com")
	has(t, failure, "class: configuration", "hint: ")
	lacks(t, failure, "wrong-guess")

	server.Stop()
	has(t, s.fails("notify", "email", "you@example.com"), "class: configuration", "hint: ")
}

func TestNotifySaysThatTheSandboxKeepsAndDoesNotSend(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	has(t, s.succeeds("notify", "email", "you@example.com"), "Kept, not sent", filepath.Join(s.dir, "sandbox"))
	kept, err := os.ReadDir(filepath.Join(s.dir, "sandbox"))
	if err != nil || len(kept) != 1 {
		t.Errorf("%d messages kept (%v)", len(kept), err)
	}
}

func TestNotifySaysThatAChannelIsNotConfigured(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	has(t, s.fails("notify", "sms", "+85291234567"), "sms is not configured")
	has(t, s.fails("notify", "wechat", "oVPI-demo-0123456789"), "wechat is not configured")
}
