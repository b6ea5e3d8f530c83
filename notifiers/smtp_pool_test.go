package notifiers

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/apptest/smtpserver"
)

// eventually polls until ok holds, for conditions that another goroutine or process brings about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		if ok() {
			return
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("waited in vain until %s", what)
}

func TestPool_TwoHundredMessagesOverTwoConnections(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	var wg sync.WaitGroup
	for g := range 20 {
		wg.Go(func() {
			for i := range 10 {
				m := conformanceMessage(Email, "someone@example.com")
				m.ID = fmt.Sprintf("m%dx%d", g, i)
				if _, err := e.Send(t.Context(), m); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(srv.ByMessageID()); got != 200 || len(srv.Mails()) != 200 {
		t.Errorf("%d Message-IDs in %d mails, want 200", got, len(srv.Mails()))
	}
	// A connection is replaced after 100 messages, and the two need not share evenly.
	if srv.MaxOpen() > 2 || srv.Connections() > 4 || srv.Resets() != 0 {
		t.Errorf("%d open at once, %d in all, %d RSET", srv.MaxOpen(), srv.Connections(), srv.Resets())
	}
}

func TestPool_AConnectionIsReplacedAfterItsUses(t *testing.T) {
	srv := smtpserver.Start(t)
	o := quick(srv.Host(), srv.Port())
	o.MaxConnections = 1
	e := newEmail(t, o)
	e.pool.maxUses = 3
	for range 7 {
		if err := sendTo(t, e, "someone@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	if srv.Connections() != 3 || srv.MaxOpen() != 1 {
		t.Errorf("%d connections, %d at once, want 3, 1", srv.Connections(), srv.MaxOpen())
	}
}

func TestPool_AnIdleConnectionThatDiedIsReplacedSilently(t *testing.T) {
	for name, die := range map[string]func(*smtpserver.Server){
		"cut":       func(s *smtpserver.Server) { s.Cut() },
		"restarted": func(s *smtpserver.Server) { s.Stop(); _ = s.Start() },
	} {
		srv := smtpserver.Start(t)
		e := newEmail(t, quick(srv.Host(), srv.Port()))
		for i := range 3 {
			if err := sendTo(t, e, "someone@example.com"); err != nil {
				t.Fatalf("%s: message %d: %v", name, i, err)
			}
			die(srv)
		}
		if len(srv.Mails()) != 3 || srv.Connections() != 3 {
			t.Errorf("%s: %d mails over %d connections", name, len(srv.Mails()), srv.Connections())
		}
	}
}

func TestPool_AConnectionThatSays421ForIdlenessIsReplacedSilently(t *testing.T) {
	srv := smtpserver.Start(t, smtpserver.WithIdleTimeout(200*time.Millisecond))
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	for range 2 {
		if err := sendTo(t, e, "someone@example.com"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the server tired", func() bool { return srv.Open() == 0 })
	}
	if len(srv.Mails()) != 2 || srv.Connections() != 2 {
		t.Errorf("%d mails over %d connections", len(srv.Mails()), srv.Connections())
	}
}

func TestPool_ADeadServerIsTheChannelsFailureAlsoForAReusedConnection(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	if err := sendTo(t, e, "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	srv.Stop()
	if err := sendTo(t, e, "someone@example.com"); err == nil || err.Class != Configuration {
		t.Errorf("got %v", err)
	}
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	if err := sendTo(t, e, "someone@example.com"); err != nil {
		t.Errorf("after the outage: %v", err)
	}
}

func TestPool_ResetsOnlyAfterATransactionThatDidNotEnd(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	for _, step := range []struct {
		to     string
		resets int
	}{{"a", 0}, {"b", 0}, {"nouser", 0}, {"c", 1}, {"d", 1}, {"busy", 1}, {"nouser", 2}, {"e", 3}} {
		_ = sendTo(t, e, step.to+"@example.com")
		if got := srv.Resets(); got != step.resets {
			t.Errorf("after %s: %d RSET, want %d", step.to, got, step.resets)
		}
	}
	if len(srv.Mails()) != 5 || srv.Connections() != 1 {
		t.Errorf("%d mails over %d connections", len(srv.Mails()), srv.Connections())
	}
}

func TestPool_421ClosesTheConnection(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	if err := sendTo(t, e, "shutdown@example.com"); err == nil || err.Class != Transient {
		t.Errorf("got %v", err)
	}
	if err := sendTo(t, e, "someone@example.com"); err != nil {
		t.Error(err)
	}
	if srv.Connections() != 2 {
		t.Errorf("%d connections, want 2", srv.Connections())
	}
}

func TestPool_IdleConnectionsAreClosed(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	e.pool.idleTimeout = time.Millisecond
	if err := sendTo(t, e, "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the idle connection is closed", func() bool { return srv.Open() == 0 })
}

func TestPool_CloseSaysGoodbye(t *testing.T) {
	s := newScript(t, map[string]string{"EHLO": pipelining, "DATA": "354 Go ahead", "QUIT": "221 Bye"})
	e := NewEmail(quick(s.host, s.port))
	if err := sendTo(t, e, "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	said := s.said()
	if said[len(said)-1] != "QUIT" {
		t.Errorf("the last words are %q", said[len(said)-1])
	}
}

func TestPool_AHangingRecipientBlocksOnlyItsConnection(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	hung := make(chan *Error, 1)
	go func() { hung <- sendTo(t, e, "hang@example.com") }()
	eventually(t, "the first message hangs", func() bool { return srv.Hanging() == 1 })
	for range 5 {
		if err := sendTo(t, e, "someone@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-hung:
		t.Fatalf("the hanging message came back: %v", err)
	default:
	}
	srv.Release()
	if err := <-hung; err != nil {
		t.Error(err)
	}
	if srv.MaxOpen() != 2 || len(srv.Mails()) != 6 {
		t.Errorf("%d open at once, %d mails", srv.MaxOpen(), len(srv.Mails()))
	}
}

// ending is a context that its test ends, by either cause.
type ending struct {
	context.Context
	done  chan struct{}
	cause error
}

func (e *ending) Done() <-chan struct{} { return e.done }

func (e *ending) Err() error {
	select {
	case <-e.done:
		return e.cause
	default:
		return nil
	}
}

func TestPool_TheContextEndsEveryWait(t *testing.T) {
	srv := smtpserver.Start(t)
	silent := smtpserver.Misbehave(t, smtpserver.Silent)
	for i, c := range []struct {
		to     string
		host   string
		port   int
		waits  func() bool
		cause  error
		class  Class
		reason string
	}{
		{"a", silent.Host(), silent.Port(), func() bool { return silent.Connections() == 1 }, context.DeadlineExceeded, Configuration, "no answer in time"},
		{"a", silent.Host(), silent.Port(), func() bool { return silent.Connections() == 2 }, context.Canceled, Transient, "interrupted"},
		{"hang", srv.Host(), srv.Port(), func() bool { return srv.Hanging() == 1 }, context.DeadlineExceeded, Transient, "no answer in time"},
		{"hang", srv.Host(), srv.Port(), func() bool { return srv.Hanging() == 1 }, context.Canceled, Transient, "interrupted"},
		{"hangafterdot", srv.Host(), srv.Port(), func() bool { return srv.Hanging() == 1 }, context.DeadlineExceeded, Unknown, "no answer in time"},
		{"hangafterdot", srv.Host(), srv.Port(), func() bool { return srv.Hanging() == 1 }, context.Canceled, Unknown, "interrupted"},
	} {
		e := newEmail(t, quick(c.host, c.port))
		ctx := &ending{Context: context.Background(), done: make(chan struct{}), cause: c.cause}
		m := conformanceMessage(Email, c.to+"@example.com")
		m.ID = fmt.Sprintf("end%d", i)
		sent := make(chan error, 1)
		go func() {
			_, err := e.Send(ctx, m)
			sent <- err
		}()
		eventually(t, c.to+" waits", c.waits)
		close(ctx.done)
		select {
		case err := <-sent:
			if got := AsError(err); err == nil || got.Class != c.class || !errors.Is(got, c.cause) || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("%s, %v: %v, want %s", c.to, c.cause, err, c.class)
			}
		case <-time.After(3 * time.Second): // less than any of the time-outs
			t.Errorf("%s, %v: Send waits on", c.to, c.cause)
		}
		srv.Release()
		eventually(t, "nothing hangs", func() bool { return srv.Hanging() == 0 })
	}
}

func TestPool_AnEndedContextIsNotTheServersFault(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	ctx, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	for range 20 {
		if _, err := e.Send(ctx, conformanceMessage(Email, "someone@example.com")); err == nil || AsError(err).Class != Transient {
			t.Fatalf("got %v", err)
		}
	}
	if srv.Connections() != 0 {
		t.Error("a connection was opened")
	}
}

func TestPool_WaitingForAConnectionEndsWithTheContext(t *testing.T) {
	srv := smtpserver.Start(t)
	o := quick(srv.Host(), srv.Port())
	o.MaxConnections = 1
	e := newEmail(t, o)
	done := make(chan struct{})
	go func() { defer close(done); _ = sendTo(t, e, "hang@example.com") }()
	eventually(t, "the connection is taken", func() bool { return srv.Hanging() == 1 })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := e.Send(ctx, conformanceMessage(Email, "someone@example.com"))
	if got := AsError(err); err == nil || got.Class != Transient || !errors.Is(got, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	srv.Release()
	<-done
}

func TestPool_AServersLimitOnConnectionsIsRespected(t *testing.T) {
	srv := smtpserver.Start(t, smtpserver.WithMaxConnections(1))
	o := quick(srv.Host(), srv.Port())
	o.MaxConnections = 4
	e := newEmail(t, o)
	if err := sendTo(t, e, "someone@example.com"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := sendTo(t, e, "someone@example.com"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(srv.Mails()) != 21 || srv.MaxOpen() != 1 {
		t.Errorf("%d mails, %d connections at once", len(srv.Mails()), srv.MaxOpen())
	}
}

func TestPool_PipeliningIsUsedWhereItIsAnnounced(t *testing.T) {
	for ehlo, hold := range map[string]bool{pipelining: true, "250 script": false} {
		s := newScript(t, map[string]string{"EHLO": ehlo, "DATA": "354 Go ahead"})
		s.hold = hold // a client that waited for the reply to MAIL would wait in vain
		e := newEmail(t, quick(s.host, s.port))
		for range 2 {
			if err := sendTo(t, e, "someone@example.com"); err != nil {
				t.Errorf("%q: %v", ehlo, err)
			}
		}
	}
}

func TestPool_ManyRecipientsAreNotPipelinedWithoutBound(t *testing.T) {
	s := newScript(t, map[string]string{"EHLO": pipelining, "DATA": "354 Go ahead"})
	e := newEmail(t, quick(s.host, s.port))
	mail := &envelope{from: "a@example.com", content: []byte("x\r\n")}
	for i := range 100 {
		mail.to = append(mail.to, fmt.Sprintf("r%d@example.com", i))
	}
	if out := e.pool.send(t.Context(), mail); out.failure != nil {
		t.Fatalf("%+v", out.failure)
	}
	rcpt := 0
	for _, line := range s.said() {
		if strings.HasPrefix(line, "RCPT") {
			rcpt++
		}
	}
	if rcpt != 100 {
		t.Errorf("%d RCPT, want 100", rcpt)
	}
}
