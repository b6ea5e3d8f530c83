package notifiers

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/apptest/smtpserver"
)

func check(t *testing.T, o EmailOptions) *Error {
	t.Helper()
	err := newEmail(t, o).Check(t.Context())
	if err == nil {
		return nil
	}
	return AsError(err)
}

func wantConfiguration(t *testing.T, what string, err *Error, words string) {
	t.Helper()
	if err == nil || err.Class != Configuration || err.Hint == "" || !strings.Contains(err.Reason+" "+err.Hint, words) {
		t.Errorf("%s: %+v, want a configuration error about %q", what, err, words)
	}
}

func TestTLS_STARTTLSIsUsedAndItsCertificateChecked(t *testing.T) {
	srv := smtpserver.Start(t, smtpserver.WithAuth("user", "secret"))
	o := quick(srv.Host(), srv.Port())
	o.RequireTLS, o.User, o.Password, o.TLSConfig = true, "user", "secret", srv.TLSConfig()
	if err := sendTo(t, newEmail(t, o), "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	if m := srv.Mails()[0]; !m.TLS || m.User != "user" {
		t.Errorf("TLS %t, user %q", m.TLS, m.User)
	}
	o.TLSConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	wantConfiguration(t, "an unknown authority", check(t, o), "authority")
	o.TLSConfig = srv.TLSConfig()
	o.TLSConfig.ServerName = "other.example.com"
	wantConfiguration(t, "another name", check(t, o), "another name")
	o.TLSConfig = srv.TLSConfig()
	o.TLSConfig.Time = func() time.Time { return created.AddDate(30, 0, 0) }
	wantConfiguration(t, "expired", check(t, o), "expired")
}

func TestTLS_RequiredAndNotOffered(t *testing.T) {
	srv := smtpserver.Start(t, smtpserver.WithoutSTARTTLS())
	o := quick(srv.Host(), srv.Port())
	o.RequireTLS, o.TLSConfig = true, srv.TLSConfig()
	wantConfiguration(t, "no STARTTLS", check(t, o), "STARTTLS")
	o.RequireTLS = false
	if err := check(t, o); err != nil {
		t.Errorf("not required: %v", err)
	}
	o.RequireTLS, o.TLSConfig = true, nil
	if err := check(t, o); err != nil {
		t.Errorf("loopback: %v", err)
	}
}

func TestTLS_ASelfSignedCertificateOnLoopbackDoesNotFail(t *testing.T) {
	srv := smtpserver.Start(t, smtpserver.WithAuth("user", "secret"))
	o := quick(srv.Host(), srv.Port())
	o.RequireTLS, o.User, o.Password = true, "user", "secret"
	if err := sendTo(t, newEmail(t, o), "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	if srv.Mails()[0].TLS {
		t.Error("TLS without anything to check the certificate against")
	}
}

func TestTLS_Implicit(t *testing.T) {
	srv := smtpserver.Start(t, smtpserver.WithImplicitTLS())
	o := quick(srv.Host(), srv.Port())
	o.ImplicitTLS, o.TLSConfig = true, srv.TLSConfig()
	if err := sendTo(t, newEmail(t, o), "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	if m := srv.Mails()[0]; !m.TLS {
		t.Error("no TLS")
	}
	plain := smtpserver.Start(t)
	o.Host, o.Port = plain.Host(), plain.Port()
	wantConfiguration(t, "a port without TLS", check(t, o), "587")
}

func TestAuth_MethodsByAnnouncement(t *testing.T) {
	for _, c := range []struct {
		announced []string
		method    string
	}{{nil, ""}, {[]string{"PLAIN"}, ""}, {[]string{"LOGIN"}, ""}, {nil, "PLAIN"}, {nil, "LOGIN"}, {nil, "login"}} {
		srv := smtpserver.Start(t, smtpserver.WithAuth("user", "secret", c.announced...))
		o := quick(srv.Host(), srv.Port())
		o.User, o.Password, o.AuthMethod = "user", "secret", c.method
		if err := check(t, o); err != nil {
			t.Errorf("%v %q: %v", c.announced, c.method, err)
		}
		o.Password = "wrong"
		wantConfiguration(t, "a wrong password", check(t, o), "535")
	}
}

func TestAuth_Refusals(t *testing.T) {
	for ehlo, words := range map[string]string{
		"250 script":                       "no way to sign in",
		"250-script\r\n250 AUTH CRAM-MD5":  "CRAM-MD5",
		"250-script\r\n250 AUTH  PLAIN  X": "454",
	} {
		s := newScript(t, map[string]string{"EHLO": ehlo, "AUTH": "454 4.7.0 Temporary failure"})
		o := quick(s.host, s.port)
		o.User, o.Password = "user", "secret"
		wantConfiguration(t, ehlo, check(t, o), words)
	}
}

func TestAuth_WhatTheServerRepeatsOfThePasswordIsTakenOut(t *testing.T) {
	const user, password = "user@example.com", "correct-horse"
	line := encode64("\x00" + user + "\x00" + password)
	s := newScript(t, map[string]string{
		"EHLO": "250-script\r\n250 AUTH PLAIN",
		"AUTH": "535 5.7.8 bad " + line + " for " + user + " with " + password + " " + encode64(password),
	})
	o := quick(s.host, s.port)
	o.User, o.Password = user, password
	err := check(t, o)
	wantConfiguration(t, "a talkative server", err, "535 5.7.8")
	for _, secret := range []string{line, user, password, encode64(password)} {
		if strings.Contains(err.Error()+err.Hint+err.Err.Error(), secret) {
			t.Errorf("the error shows %q: %s", secret, err)
		}
	}
}

func TestAuth_NeverInClearButToLoopback(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	heard := make(chan []byte, 1)
	go func() {
		buffer := make([]byte, 1)
		n, _ := server.Read(buffer)
		heard <- buffer[:n]
	}()
	c := &smtpConn{raw: client, conn: client, ext: map[string]string{"AUTH": "PLAIN LOGIN"},
		options: EmailOptions{User: "user", Password: "secret"}.withDefaults()}
	f := c.signIn()
	if f == nil || f.stage != stageAuth || !strings.Contains(f.note, "not encrypted") {
		t.Fatalf("got %+v", f)
	}
	_ = client.Close()
	if said := <-heard; len(said) > 0 {
		t.Errorf("something was said: %q", said)
	}
}

func TestTLS_WhatWasSaidInClearAfterSTARTTLSIsNotHeard(t *testing.T) {
	s := newScript(t, map[string]string{
		"EHLO":     "250-script\r\n250 STARTTLS",
		"STARTTLS": "220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome",
	})
	o := quick(s.host, s.port)
	o.TLSConfig, o.User, o.Password = &tls.Config{InsecureSkipVerify: true}, "user", "secret"
	if err := check(t, o); err == nil {
		t.Error("the injected replies were taken")
	}
	if slices.ContainsFunc(s.said(), func(l string) bool { return strings.HasPrefix(l, "AUTH") }) {
		t.Error("the password went out in clear")
	}
}

func TestCheck_SaysHowToMendAnUnknownName(t *testing.T) {
	o := quick("mail.invalid", 587)
	o.DialTimeout = time.Second
	err := check(t, o)
	if err == nil || err.Class != Configuration || err.Hint == "" {
		t.Errorf("got %+v", err)
	}
}

func TestOptions_ABadSenderShowsAtOnce(t *testing.T) {
	o := quick("127.0.0.1", 1)
	o.From = "not an address"
	wantConfiguration(t, "a bad From", check(t, o), "DEFAULT_FROM_EMAIL")
	o = quick("127.0.0.1", 1)
	o.ReplyTo = "not an address"
	wantConfiguration(t, "a bad ReplyTo", check(t, o), "reply address")
}
