package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

func TestAFailureThatAnybodyCouldSendIsBelievedWhenTheProviderSaysSo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		says   notifiers.Finding
		status string
		next   time.Duration // of the receipt, after it was sent
	}{
		{"it does", notifiers.Finding{State: notifiers.Failed, Err: &notifiers.Error{Class: notifiers.Permanent, AddressRefused: true, Reason: "gone"}}, "failed", 0},
		{"it does not", notifiers.Finding{State: notifiers.Accepted}, "sent", receiptAfter[0]},
		{"it says the contrary", notifiers.Finding{State: notifiers.Delivered}, "delivered", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, n := asking(t)
			n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) { return tt.says, nil })
			a.StartEngine()
			d := sentSMS(t, a)
			report := failed(outbox.Report{Delivery: d.ID, Channel: "sms", Confirm: true}, notifiers.Permanent)
			report.Err.AddressRefused = true
			receive(t, a, 1, report)
			a.Eventually("the provider is asked", func() bool {
				got := find(t, a, d.ID)
				return len(n.Asked()) == 1 && !got.ReceiptAt.Time().Equal(a.Clock.Now())
			})
			got := find(t, a, d.ID)
			if got.Status != tt.status || n.Asked()[0].ProviderID != d.ProviderID {
				t.Errorf("asked for %q, the row says %+v", n.Asked()[0].ProviderID, got)
			}
			if tt.next > 0 && !got.ReceiptAt.Time().Equal(d.SentAt.Time().Add(tt.next)) {
				t.Errorf("asked for again at %q", got.ReceiptAt)
			}
			reason, refused, err := collections.AddressRefused(a.App, "sms", d.Address)
			if refused != (tt.status == "failed") || (refused && reason != "gone") || err != nil {
				t.Errorf("the address: %v, %q, %v", refused, reason, err)
			}
		})
	}
	t.Run("nobody can be asked", func(t *testing.T) {
		t.Parallel()
		a := apptest.New(t)
		a.StartEngine()
		d := sentSMS(t, a)
		receive(t, a, 1, failed(outbox.Report{Delivery: d.ID, Channel: "sms", Confirm: true}, notifiers.Permanent))
		if got := find(t, a, d.ID); *got != *d {
			t.Errorf("the row says %+v", got)
		}
	})
	t.Run("what arrived needs no confirmation", func(t *testing.T) {
		t.Parallel()
		a, n := asking(t)
		a.StartEngine()
		d := sentSMS(t, a)
		receive(t, a, 1, delivered(outbox.Report{Delivery: d.ID, Channel: "sms", Confirm: true}))
		if got := find(t, a, d.ID); got.Status != "delivered" || len(n.Asked()) != 0 {
			t.Errorf("the row says %+v", got)
		}
	})
}

func TestReceiptsThatDoNotComeAreAskedFor(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Tell(func(_ notifiers.Inquiry, try int) (notifiers.Finding, error) {
		switch try {
		case 1:
			return notifiers.Finding{}, context.DeadlineExceeded
		case 2:
			return notifiers.Finding{State: notifiers.Accepted}, nil
		}
		return notifiers.Finding{State: notifiers.Delivered, At: apptest.Start.Add(time.Minute), Segments: 1}, nil
	})
	a.StartEngine()
	d := sentSMS(t, a)
	if !d.ReceiptAt.Time().Equal(d.SentAt.Time().Add(receiptAfter[0])) || d.Segments != 2 || d.Cost != 0.1 {
		t.Fatalf("the row says %+v", d)
	}
	a.Advance(receiptAfter[0] - time.Second)
	if sentSMS(t, a); len(n.Asked()) != 0 {
		t.Errorf("asked too early")
	}
	for i, next := range []time.Duration{receiptAfter[0] + 5*time.Second, receiptAfter[1]} {
		after := []time.Duration{receiptAfter[0], receiptAfter[0] + 5*time.Second}[i]
		if got := answeredAt(t, a, n, d.ID, after, i+1); got.Status != "sent" || got.ReceiptAt.Time().Sub(d.SentAt.Time()) != next {
			t.Fatalf("after question %d: %s, again after %s", i+1, got.Status, got.ReceiptAt.Time().Sub(d.SentAt.Time()))
		}
	}
	if q := n.Asked()[0]; q.ProviderID != d.ProviderID || q.Message.ID != d.ID || !q.Began.Equal(d.Began.Time()) {
		t.Errorf("asked %+v", q)
	}
	a.Clock.Set(d.SentAt.Time().Add(receiptAfter[1]))
	a.System.Engine.Wake()
	got := becomes(t, a, d.ID, "delivered")
	if !got.DeliveredAt.Time().Equal(apptest.Start.Add(time.Minute)) || !got.ReceiptAt.IsZero() || got.Segments != 1 || got.Cost != 0.05 || got.Attempts != 1 {
		t.Errorf("the row says %+v", got)
	}
}

func TestWhatIsToBeAskedFirstIsAskedFirst(t *testing.T) {
	t.Parallel()
	for _, receiptFirst := range []bool{true, false} {
		a, n := asking(t)
		now := a.Clock.Now()
		soon, later := collections.DateTime(now.Add(time.Minute)), collections.DateTime(now.Add(time.Hour))
		if !receiptFirst {
			soon, later = later, soon
		}
		sent := put(t, a, "sms", dbx.Params{
			"status": "sent", "began": collections.DateTime(now), "sent_at": collections.DateTime(now), "receipt_at": soon, "provider": "memory", "next_attempt_at": "",
		})
		lost := begun(a, time.Second)
		lost["status"], lost["holder"], lost["attempt_started"], lost["next_attempt_at"] = "unknown", "", "", later
		want := put(t, a, "sms", lost)
		if receiptFirst {
			want = sent
		}
		a.StartEngine()
		a.Clock.Advance(time.Minute) // nobody wakes the one who asks
		a.Eventually("a question", func() bool { return len(n.Asked()) > 0 })
		if got := n.Asked()[0].Message.ID; got != want {
			t.Errorf("asked for %s, want %s", got, want)
		}
	}
}

func TestNobodyIsAskedAfterTheLastOfTheTimes(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	a.StartEngine()
	d := sentSMS(t, a)
	a.Advance(receiptAfter[1])
	a.Eventually("it is asked for once", func() bool { return find(t, a, d.ID).ReceiptAt.IsZero() })
	if got := find(t, a, d.ID); got.Status != "sent" || len(n.Asked()) != 1 {
		t.Errorf("%d questions, the row says %+v", len(n.Asked()), got)
	}
}

func TestNoReceiptsAreAwaitedWhereNobodyCanBeAsked(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	a.StartEngine()
	if d := sentSMS(t, a); !d.ReceiptAt.IsZero() {
		t.Errorf("asked for at %s", d.ReceiptAt)
	}
}

// announced gives, each time that subscribers are told of a reminder, the state of the reminder and of its one delivery.
func announced(a *apptest.App, reminder string) <-chan string {
	a.SubscriptionsBroker().Register(subscriptions.NewDefaultClient())
	told := make(chan string, 100)
	a.OnModelAfterUpdateSuccess(collections.Reminders).BindFunc(func(e *core.ModelEvent) error {
		r, err := collections.Find[collections.Reminder](a.App, collections.Reminders, reminder)
		if err != nil {
			return err
		}
		rows, err := collections.DeliveriesOf(a.App, reminder)
		if err == nil && len(rows) == 1 {
			told <- r.Status() + " " + rows[0].Status
		}
		return errors.Join(err, e.Next())
	})
	return told
}

// hear waits until subscribers are told of a state.
func hear(t *testing.T, told <-chan string, want string) {
	t.Helper()
	for {
		select {
		case got := <-told:
			if got == want {
				return
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("nobody was told of %q", want)
		}
	}
}

func TestAReminderFollowsTheReceiptsAndSubscribersSeeThem(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	e := smsEvent(t, a)
	r := a.Reminders(e)[0].Id
	told := announced(a, r)
	a.StartEngine()
	a.Advance(3 * day)
	hear(t, told, "sent sent")
	by := outbox.Report{Delivery: a.Deliveries(r)[0].ID, Channel: "sms"}
	receive(t, a, 1, failed(by, notifiers.Transient))
	hear(t, told, "sending queued")
	receive(t, a, 1, delivered(by))
	hear(t, told, "sent delivered")
	if got := a.Reminders(e)[0].ChannelStatus()["sms"]; got.Sent != 1 || got.Queued != 0 || got.Error != "" {
		t.Errorf("the reminder says %+v", got)
	}

	// The same by questions: the next reminder is sent, and its receipt asked for.
	r = a.Reminders(e)[1].Id
	told = announced(a, r)
	n.Tell(func(_ notifiers.Inquiry, try int) (notifiers.Finding, error) {
		if try == 1 {
			return notifiers.Finding{State: notifiers.Failed, Err: &notifiers.Error{Class: notifiers.Transient, Reason: "off"}}, nil
		}
		return notifiers.Finding{State: notifiers.Delivered}, nil
	})
	a.Advance(4 * day)
	hear(t, told, "sent sent")
	a.Advance(receiptAfter[0])
	hear(t, told, "sending queued")
	a.Advance(5 * time.Minute)
	hear(t, told, "sent sent")
	a.Advance(receiptAfter[0])
	hear(t, told, "sent delivered")
}
