package smtpserver

import (
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

func send(s *Server, messageID, to string) error {
	body := "Message-ID: <" + messageID + ">\r\nSubject: hello\r\n\r\n.dot\r\n"
	return smtp.SendMail(s.Addr(), nil, "from@example.com", []string{to}, []byte(body))
}

func plain(t *testing.T, opts ...Option) *Server {
	t.Helper()
	return Start(t, append(opts, WithoutSTARTTLS())...)
}

func TestKeepsWhatItAccepts(t *testing.T) {
	s := plain(t)
	if err := send(s, "a@x", "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	if !s.WaitFor(1, 5*time.Second) {
		t.Fatal("no mail")
	}
	m := s.Mails()[0]
	if m.From != "from@example.com" || m.To[0] != "someone@example.com" || m.MessageID != "<a@x>" ||
		m.Header.Get("Subject") != "hello" || !strings.HasSuffix(string(m.Raw), "\r\n.dot\r\n") || m.At.IsZero() {
		t.Errorf("kept %+v", m)
	}
	if s.WaitFor(2, time.Millisecond) {
		t.Error("WaitFor found a second mail")
	}
}

func TestRepliesByLocalPart(t *testing.T) {
	s := plain(t, Reply(AfterDot, "spam", 554, [3]int{5, 7, 1}, "Spam"))
	for to, want := range map[string]string{
		"busy": "451 4.3.0", "greylist": "450 4.7.1", "toomany": "452 4.5.3", "nouser": "550 5.1.1", "full": "552 5.2.2",
		"policy": "550 5.7.1", "disabled": "550 5.2.1", "shutdown": "421 4.3.2", "spam": "554 5.7.1", "NoUser+7": "550 5.1.1",
	} {
		err := send(s, to, to+"@example.com")
		var reply *textproto.Error
		if !errors.As(err, &reply) || !strings.HasPrefix(fmt.Sprintf("%d %s", reply.Code, reply.Msg), want) {
			t.Errorf("%s: %v, want %s", to, err, want)
		}
	}
	for i, accepted := range []bool{false, false, true, true} {
		if err := send(s, "x", "busytwice@example.com"); (err == nil) != accepted {
			t.Errorf("busytwice, time %d: %v", i+1, err)
		}
	}
	if got := len(s.Mails()); got != 2 {
		t.Errorf("kept %d mails, want 2", got)
	}
}

func TestCuts(t *testing.T) {
	s := plain(t)
	if err := send(s, "1@x", "cutbeforedot@example.com"); err == nil {
		t.Error("cutbeforedot: no error")
	}
	if got := len(s.Mails()); got != 0 {
		t.Errorf("cutbeforedot: kept %d", got)
	}
	if err := send(s, "2@x", "cutafterdot@example.com"); err == nil {
		t.Error("cutafterdot: no error the first time")
	}
	if err := send(s, "2@x", "cutafterdot@example.com"); err != nil {
		t.Errorf("cutafterdot: %v the second time", err)
	}
	if got := len(s.ByMessageID()["<2@x>"]); got != 2 {
		t.Errorf("cutafterdot: kept %d, want 2", got)
	}
}

func TestHangsUntilReleased(t *testing.T) {
	s := plain(t)
	done := make(chan error, 2)
	go func() { done <- send(s, "3@x", "hangafterdot@example.com") }()
	if !s.WaitFor(1, 5*time.Second) {
		t.Fatal("not accepted")
	}
	untilHanging(t, s)
	select {
	case err := <-done:
		t.Fatalf("answered: %v", err)
	default:
	}
	s.Release()
	if err := <-done; err != nil {
		t.Error(err)
	}
	go func() { done <- send(s, "4@x", "hang@example.com") }()
	untilHanging(t, s)
	s.Stop()
	if err := <-done; err == nil {
		t.Error("hang: no error after Stop")
	}
}

func untilHanging(t *testing.T, s *Server) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); s.Hanging() == 0; {
		if time.Now().After(deadline) {
			t.Fatal("nothing hangs")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestStopAndStartOnTheSameAddress(t *testing.T) {
	s := plain(t)
	addr := s.Addr()
	s.Stop()
	if c, err := net.Dial("tcp", addr); err == nil {
		_ = c.Close()
		t.Error("a stopped server accepts")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if s.Addr() != addr {
		t.Errorf("moved from %s to %s", addr, s.Addr())
	}
	if err := send(s, "5@x", "a@example.com"); err != nil {
		t.Error(err)
	}
}

func TestTLSAndAuth(t *testing.T) {
	s := Start(t, WithAuth("user", "right"))
	for _, password := range []string{"right", "wrong"} {
		c, err := smtp.Dial(s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.StartTLS(s.TLSConfig()); err != nil {
			t.Fatal(err)
		}
		err = c.Auth(smtp.PlainAuth("", "user", password, s.Host()))
		if (err == nil) != (password == "right") {
			t.Errorf("signing in with the %s password: %v", password, err)
		}
		_ = c.Close()
	}
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Mail("a@example.com"); err == nil || !strings.HasPrefix(err.Error(), "530") {
		t.Errorf("MAIL without signing in: %v", err)
	}
}

func TestCountsResetsAndConnections(t *testing.T) {
	s := plain(t, WithMaxConnections(1), WithoutPipelining())
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if ok, _ := c.Extension("PIPELINING"); ok {
		t.Error("PIPELINING is announced")
	}
	if ok, _ := c.Extension("ENHANCEDSTATUSCODES"); !ok {
		t.Error("ENHANCEDSTATUSCODES is not announced")
	}
	if err := c.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, err := smtp.Dial(s.Addr()); err == nil || !strings.HasPrefix(err.Error(), "421") {
		t.Errorf("the second connection: %v", err)
	}
	if s.Resets() != 1 || s.Connections() != 2 || s.MaxOpen() != 1 || s.Open() != 1 {
		t.Errorf("resets %d, connections %d, most open %d, open %d", s.Resets(), s.Connections(), s.MaxOpen(), s.Open())
	}
}
