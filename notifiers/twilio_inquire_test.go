package notifiers

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/apptest/twilioserver"
)

// handClock is moved by hand.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// asking is a Twilio with a clock of its own, at the same time as the notifier's unless told otherwise.
func asking(t *testing.T) (*twilioserver.Server, *Twilio, *handClock) {
	t.Helper()
	clock := &handClock{at: created}
	srv := twilioserver.Start(t, twilioserver.WithClock(clock.Now))
	o := twilioAt(srv)
	o.Now = clock.Now
	return srv, newTwilio(t, o), clock
}

// lose sends a message whose answer is lost after acceptance, and gives the question about it.
func lose(t *testing.T, srv *twilioserver.Server, n *Twilio, began time.Time, m *Message) Inquiry {
	t.Helper()
	srv.Script(m.To.Address, twilioserver.CutAfter())
	if _, err := n.Send(context.Background(), m); failureOf(t, err).Class != Unknown {
		t.Fatalf("%s: %v", m.ID, err)
	}
	return Inquiry{Message: m, Began: began}
}

func inquire(t *testing.T, n *Twilio, q Inquiry) Finding {
	t.Helper()
	f, err := n.Inquire(context.Background(), q)
	if err != nil {
		t.Fatalf("Inquire %s: %v", q.Message.ID, err)
	}
	return f
}

func TestP7_TwilioFindsTheMessageWhoseAnswerWasLost(t *testing.T) {
	for name, status := range map[string]string{"waiting in the queue": "queued", "sent": "sent"} {
		srv, n, clock := asking(t)
		q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
		made := srv.Messages()[0]
		srv.SetStatus(made.SID, status, 0)
		clock.Advance(5 * time.Second)
		if f := inquire(t, n, q); f.State != Accepted || f.ProviderID != made.SID || f.Segments != 1 || !f.At.IsZero() {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestP7_TwilioSaysAbsentOfWhatItNeverGot(t *testing.T) {
	srv, n, clock := asking(t)
	m := smsMessage("a", someNumber, "T", "Bring it.")
	sid := func(change func(*twilioserver.Message)) {
		other := twilioserver.Message{To: someNumber, From: twilioserver.From, Body: "T\nBring it.", Created: clock.Now()}
		change(&other)
		srv.Add(other)
	}
	sid(func(o *twilioserver.Message) { o.Body = "T\nBring another." })
	sid(func(o *twilioserver.Message) { o.To = "+85251234568" })
	sid(func(o *twilioserver.Message) { o.From = "+15005550007" })
	sid(func(o *twilioserver.Message) { o.Created = clock.Now().Add(-61 * time.Second) })
	sid(func(o *twilioserver.Message) { o.Created = clock.Now().Add(6 * time.Minute) })
	sid(func(o *twilioserver.Message) { o.SID = "XX" + strings.Repeat("0", 32) })
	q := Inquiry{Message: m, Began: clock.Now()}
	if f := inquire(t, n, q); f.State != Absent || f.ProviderID != "" {
		t.Errorf("%+v", f)
	}
	sid(func(o *twilioserver.Message) { o.Created = clock.Now().Add(-time.Minute) })
	if f := inquire(t, n, q); f.State != Accepted {
		t.Errorf("a message within the minute: %+v", f)
	}
}

func TestP7_TwilioTellsTwoMessagesToOneNumberApart(t *testing.T) {
	srv, n, clock := asking(t)
	first := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "Safety", "Read it."))
	second := lose(t, srv, n, clock.Now(), smsMessage("b", someNumber, "Equipment", "Bring it."))
	for i, q := range []Inquiry{second, first} {
		want := srv.Messages()[1-i].SID
		if f := inquire(t, n, q); f.ProviderID != want {
			t.Errorf("%s: %s, want %s", q.Message.ID, f.ProviderID, want)
		}
	}
}

// The same words twice within a minute: each attempt finds the message nearest to its beginning, whatever order they are
// asked in and however often.
func TestP7_TwilioMatchesTheSameWordsEachToItsOwn(t *testing.T) {
	for _, order := range [][]int{{0, 1, 0, 1}, {1, 0, 1, 0}} {
		srv, n, clock := asking(t)
		first := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
		clock.Advance(20 * time.Second)
		second := lose(t, srv, n, clock.Now(), smsMessage("b", someNumber, "T", "Bring it."))
		made := srv.Messages()
		for _, i := range order {
			q := []Inquiry{first, second}[i]
			if f := inquire(t, n, q); f.ProviderID != made[i].SID {
				t.Errorf("%v, %s: %s, want %s", order, q.Message.ID, f.ProviderID, made[i].SID)
			}
		}
	}
}

// In one and the same second nothing tells which is which, but there are two, and each gets one.
func TestP7_TwilioGivesNoMessageToTwoDeliveries(t *testing.T) {
	srv, n, clock := asking(t)
	first := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
	second := lose(t, srv, n, clock.Now(), smsMessage("b", someNumber, "T", "Bring it."))
	third := Inquiry{Message: smsMessage("c", someNumber, "T", "Bring it."), Began: clock.Now()}
	a, b, c := inquire(t, n, first), inquire(t, n, second), inquire(t, n, third)
	if a.State != Accepted || b.State != Accepted || a.ProviderID == b.ProviderID || c.State != Absent {
		t.Errorf("%+v, %+v, %+v", a, b, c)
	}
}

// What is known to belong to somebody else is not taken for a message that Twilio never got.
func TestP7_TwilioLeavesAnsweredMessagesToTheirs(t *testing.T) {
	srv, n, clock := asking(t)
	m := smsMessage("a", someNumber, "T", "Bring it.")
	if _, err := n.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	clock.Advance(10 * time.Second)
	for _, id := range []string{"b", "a"} { // another delivery, and a second attempt of the same
		lost := *m
		lost.ID = id
		if f := inquire(t, n, Inquiry{Message: &lost, Began: clock.Now()}); f.State != Absent {
			t.Errorf("%s: %+v", id, f)
		}
	}
	// The limit: who has just started knows of no sid.
	o := twilioAt(srv)
	o.Now = clock.Now
	lost := *m
	lost.ID = "b"
	if f := inquire(t, newTwilio(t, o), Inquiry{Message: &lost, Began: clock.Now()}); f.State != Accepted {
		t.Errorf("after a restart: %+v", f)
	}
}

func TestTwilio_KnowsItsWordsThoughTwilioChangedThem(t *testing.T) {
	for name, theirs := range map[string]string{
		"smart encoding":  "T\n\"Bring\" - it's all...",
		"a trial account": "Sent from your Twilio trial account - T\n“Bring” – itʼs all…",
		"redaction":       "",
	} {
		srv, n, clock := asking(t)
		q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "“Bring” – itʼs all…"))
		srv.Edit(srv.Messages()[0].SID, func(m *twilioserver.Message) { m.Body = theirs })
		if f := inquire(t, n, q); f.State != Accepted {
			t.Errorf("%s: %+v", name, f)
		}
	}
	srv, n, clock := asking(t)
	q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
	srv.Edit(srv.Messages()[0].SID, func(m *twilioserver.Message) { m.Created = clock.Now().Add(2 * time.Second) })
	srv.Add(twilioserver.Message{To: someNumber, From: twilioserver.From, Created: clock.Now()})
	if f := inquire(t, n, q); f.ProviderID != srv.Messages()[0].SID {
		t.Error("a message without words was preferred to one with the same words")
	}
	signs := smsMessage("b", someNumber, "!?", "…")
	srv.Add(twilioserver.Message{To: someNumber, From: twilioserver.From, Body: "anything", Created: clock.Now()})
	if got := likeness("anything", twilioBody(signs)); got != 0 {
		t.Errorf("a message of signs is alike to everything: %d", got)
	}
}

func TestTwilio_AMessagingServiceIsTheSender(t *testing.T) {
	srv, _, clock := asking(t)
	o := twilioAt(srv)
	o.From, o.Now = "MG"+strings.Repeat("0a", 16), clock.Now
	n := newTwilio(t, o)
	q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
	made := srv.Messages()[0]
	srv.Edit(made.SID, func(m *twilioserver.Message) { m.From = "+15005550008" }) // the one it chose
	if f := inquire(t, n, q); f.ProviderID != made.SID {
		t.Errorf("%+v", f)
	}
	srv.Edit(made.SID, func(m *twilioserver.Message) { m.Service = "MG" + strings.Repeat("0b", 16) })
	if f := inquire(t, n, q); f.State != Absent {
		t.Errorf("of another service: %+v", f)
	}
}

func TestTwilio_AroundMidnightAndWithAWrongClock(t *testing.T) {
	for name, c := range map[string]struct {
		began time.Time
		off   time.Duration // of Twilio's clock from ours
	}{
		"before midnight":      {time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC), 0},
		"ours a day fast":      {created, -20 * time.Hour},
		"ours two days slow":   {created, 48 * time.Hour},
		"ours slow by seconds": {created, 20 * time.Second},
	} {
		clock := &handClock{at: c.began}
		srv := twilioserver.Start(t, twilioserver.WithClock(func() time.Time { return clock.Now().Add(c.off) }))
		o := twilioAt(srv)
		o.Now = clock.Now
		n := newTwilio(t, o)
		q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
		clock.Advance(5 * time.Second)
		srv.SetStatus(srv.Messages()[0].SID, "sent", 0)
		if f := inquire(t, n, q); f.State != Accepted {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// What is of the day before by Twilio's clock is found by the first question.
func TestTwilio_JustAfterMidnight(t *testing.T) {
	srv, n, clock := asking(t)
	clock.Advance(created.Truncate(24 * time.Hour).Add(24*time.Hour + 5*time.Second).Sub(created))
	q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
	srv.Edit(srv.Messages()[0].SID, func(m *twilioserver.Message) {
		m.Created = clock.Now().Add(-10 * time.Second)
		m.Sent = m.Created
	})
	if f := inquire(t, n, q); f.State != Accepted || srv.Gets() != 1 {
		t.Errorf("%+v after %d questions", f, srv.Gets())
	}
}

func TestTwilio_States(t *testing.T) {
	srv, n, clock := asking(t)
	m := smsMessage("a", someNumber, "T", "Bring it.")
	receipt, err := n.Send(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	q := Inquiry{Message: m, ProviderID: receipt.ProviderID, Began: clock.Now()}
	for _, c := range []struct {
		status  string
		code    int
		state   State
		class   Class
		refused bool
	}{
		{"accepted", 0, Accepted, "", false}, {"scheduled", 0, Accepted, "", false}, {"queued", 0, Accepted, "", false},
		{"sending", 0, Accepted, "", false}, {"sent", 0, Accepted, "", false}, {"a new word", 0, Accepted, "", false},
		{"delivered", 0, Delivered, "", false}, {"read", 0, Delivered, "", false},
		{"undelivered", 30003, Failed, Transient, false}, {"undelivered", 30008, Failed, Transient, false},
		{"undelivered", 0, Failed, Transient, false}, {"undelivered", 30005, Failed, Permanent, true},
		{"undelivered", 30006, Failed, Permanent, true}, {"undelivered", 30004, Failed, Permanent, false},
		{"undelivered", 30007, Failed, Permanent, false}, {"undelivered", 30999, Failed, Permanent, false},
		{"failed", 30002, Failed, Configuration, false}, {"failed", 21610, Failed, Permanent, true},
		{"failed", 30034, Failed, Permanent, false}, {"canceled", 0, Failed, Permanent, false},
	} {
		clock.Advance(time.Second)
		srv.SetStatus(receipt.ProviderID, c.status, c.code)
		f := inquire(t, n, q)
		if f.State != c.state || f.ProviderID != receipt.ProviderID || (f.Err != nil) != (c.state == Failed) {
			t.Errorf("%s %d: %+v", c.status, c.code, f)
			continue
		}
		if f.Err != nil && (f.Err.Class != c.class || f.Err.AddressRefused != c.refused) {
			t.Errorf("%s %d: %+v", c.status, c.code, f.Err)
		}
		if final := c.state != Accepted; final && !f.At.Equal(clock.Now()) || !final && !f.At.IsZero() {
			t.Errorf("%s: at %s", c.status, f.At)
		}
	}
}

func TestTwilio_ASidThatIsNotKnown(t *testing.T) {
	_, n, clock := asking(t)
	q := Inquiry{Message: smsMessage("a", someNumber, "T", "b"), ProviderID: "SM" + strings.Repeat("0", 32), Began: clock.Now()}
	if f := inquire(t, n, q); f.State != Absent {
		t.Errorf("%+v", f)
	}
	for _, id := range []string{"900111222333^0", "../../AC1", "SM" + strings.Repeat("0", 31) + "?"} {
		q.ProviderID = id
		if _, err := n.Inquire(context.Background(), q); failureOf(t, err).Class != Permanent {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestTwilio_ReceiptsAreAskedForAfterFiveMinutesAndAnHour(t *testing.T) {
	if got := NewTwilio(TwilioOptions{}).ReceiptAfter(); len(got) != 2 || got[0] != 5*time.Minute || got[1] != time.Hour {
		t.Errorf("%v", got)
	}
}

func TestTwilio_RemembersABoundedNumberOfSids(t *testing.T) {
	s := newSIDs()
	for i := range maxSIDs + 5 {
		s.answered(fmt.Sprint(i))
	}
	if len(s.lost) != maxSIDs || len(s.order) != maxSIDs || s.others("4", "a") || !s.others("5", "a") {
		t.Errorf("%d sids", len(s.lost))
	}
}
