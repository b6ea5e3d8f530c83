package outbox_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

// receive hands reports in and checks how many of them are known.
func receive(t *testing.T, a *apptest.App, known int, reports ...outbox.Report) {
	t.Helper()
	got, err := a.System.Engine.Receive(reports...)
	if err != nil || got != known {
		t.Fatalf("%d of %d reports are known (%v), want %d", got, len(reports), err, known)
	}
}

func delivered(by outbox.Report) outbox.Report {
	by.State = notifiers.Delivered
	return by
}

func failed(by outbox.Report, class notifiers.Class) outbox.Report {
	by.State, by.Err = notifiers.Failed, &notifiers.Error{Class: class, Reason: "the phone cannot be reached"}
	return by
}

// sentSMS gives a row of an app whose engine runs that was sent by SMS.
func sentSMS(t *testing.T, a *apptest.App) *collections.Delivery {
	t.Helper()
	return becomes(t, a, put(t, a, "sms", nil), "sent")
}

func TestAReceiptIsTakenOverOnceAndStays(t *testing.T) {
	t.Parallel()
	a, _ := asking(t)
	a.StartEngine()
	d := sentSMS(t, a)
	by := outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: d.ProviderID, Address: "13900001111"}
	arrived := delivered(by)
	arrived.At, arrived.Segments = a.Clock.Now(), 4
	a.Clock.Advance(time.Minute)
	receive(t, a, 1, arrived)
	want := find(t, a, d.ID)
	if want.Status != "delivered" || !want.DeliveredAt.Time().Equal(arrived.At) || want.SentAt != d.SentAt || want.Segments != 4 || want.Cost != 0.2 || !want.ReceiptAt.IsZero() {
		t.Fatalf("the row says %+v", want)
	}
	a.Clock.Advance(time.Minute)
	accepted := by
	accepted.State = notifiers.Accepted
	counted := delivered(by)
	counted.Segments = 9
	receive(t, a, 5, arrived, counted, failed(by, notifiers.Permanent), failed(by, notifiers.Transient), accepted)
	if got := find(t, a, d.ID); *got != *want {
		t.Errorf("it changed to %+v", got)
	}
}

func TestAFailedReceiptStaysWhateverComesLater(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	a.StartEngine()
	d := sentSMS(t, a)
	by := outbox.Report{Channel: "sms", ProviderID: d.ProviderID}
	refused := failed(by, notifiers.Permanent)
	refused.Err.AddressRefused = true
	receive(t, a, 1, refused)
	want := find(t, a, d.ID)
	if want.Status != "failed" || want.Error != "the phone cannot be reached" || want.ErrorClass != "permanent" || want.SentAt != d.SentAt {
		t.Fatalf("the row says %+v", want)
	}
	if reason, refused, err := collections.AddressRefused(a.App, "sms", d.Address); !refused || reason != "the phone cannot be reached" || err != nil {
		t.Errorf("the address: %v, %q, %v", refused, reason, err)
	}
	receive(t, a, 3, delivered(by), refused, failed(by, notifiers.Transient))
	if got := find(t, a, d.ID); *got != *want || n.Tries() != 1 {
		t.Errorf("%d attempts, it changed to %+v", n.Tries(), got)
	}
}

func TestP8_AMessageThatCouldNotBeDeliveredForNowGoesAgain(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	a.StartEngine()
	d := sentSMS(t, a)
	first := failed(outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: d.ProviderID}, notifiers.Transient)
	receive(t, a, 1, first)
	waits := find(t, a, d.ID)
	if waits.Status != "queued" || waits.Attempts != 1 || !waits.NextAttemptAt.Time().Equal(a.Clock.Now().Add(5*time.Minute)) || !waits.SentAt.IsZero() {
		t.Fatalf("the row says %+v", waits)
	}
	receive(t, a, 1, first) // told twice, and fails once
	if got := find(t, a, d.ID); *got != *waits {
		t.Errorf("told twice: %+v", got)
	}
	// The receipt of the first attempt comes once more while the second is under way, and after it.
	release := make(chan struct{})
	n.Answer(func(context.Context, *notifiers.Message, int) error { <-release; return nil })
	a.Advance(5 * time.Minute)
	a.Eventually("the second attempt is under way", func() bool { return !find(t, a, d.ID).AttemptStarted.IsZero() })
	receive(t, a, 1, first)
	if got := find(t, a, d.ID); got.Status != "sending" || got.PastIDs != d.ProviderID || got.ProviderID != "" {
		t.Errorf("during the second attempt: %+v", got)
	}
	close(release)
	second := becomes(t, a, d.ID, "sent")
	if second.ProviderID == d.ProviderID || second.PossibleDuplicate {
		t.Fatalf("the row says %+v", second)
	}
	receive(t, a, 1, first, outbox.Report{Channel: "sms", ProviderID: d.ProviderID, Finding: notifiers.Finding{State: notifiers.Failed}})
	if got := find(t, a, d.ID); *got != *second {
		t.Errorf("after the second attempt: %+v", got)
	}
	receive(t, a, 1, delivered(outbox.Report{Channel: "sms", ProviderID: second.ProviderID}))
	if got := find(t, a, d.ID); got.Status != "delivered" || n.Tries() != 2 {
		t.Errorf("%d attempts, the row says %+v", n.Tries(), got)
	}
}

func TestAReceiptTakesAWaitingRepeatBack(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	a.StartEngine()
	d := sentSMS(t, a)
	by := outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: d.ProviderID}
	receive(t, a, 2, failed(by, notifiers.Transient), delivered(by)) // out of order, and not final
	if got := find(t, a, d.ID); got.Status != "delivered" || !got.NextAttemptAt.IsZero() || got.Error != "" {
		t.Errorf("the row says %+v", got)
	}
	a.Advance(time.Hour)
	if sentSMS(t, a); n.Tries() != 2 {
		t.Errorf("%d attempts at two messages", n.Tries())
	}
}

func TestAReceiptThatComesBeforeTheResultOfItsAttempt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		report func(d *collections.Delivery) outbox.Report
		known  int
		status string
		pid    string
	}{
		{"delivered, by the delivery's id", func(d *collections.Delivery) outbox.Report {
			return delivered(outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: "p1"})
		}, 1, "delivered", "p1"},
		{"failed, by the delivery's id", func(d *collections.Delivery) outbox.Report {
			return failed(outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: "p1"}, notifiers.Permanent)
		}, 1, "failed", "p1"},
		{"delivered, by the address alone", func(d *collections.Delivery) outbox.Report {
			return delivered(outbox.Report{Channel: "sms", Address: d.Address})
		}, 1, "delivered", ""},
		{"delivered, by an id that nobody knows yet", func(d *collections.Delivery) outbox.Report {
			return delivered(outbox.Report{Channel: "sms", ProviderID: apptest.ProviderID(d.ID, 1), Address: d.Address})
		}, 0, "sent", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, n := asking(t)
			release := make(chan struct{})
			refuse := &notifiers.Error{Class: notifiers.Permanent, AddressRefused: true, Reason: "no such number"}
			n.Answer(func(context.Context, *notifiers.Message, int) error {
				<-release
				if tt.known == 0 {
					return nil
				}
				return refuse // a result that would change the row, were it still its own
			})
			a.StartEngine()
			id := put(t, a, "sms", nil)
			a.Eventually("the attempt is under way", func() bool { return !find(t, a, id).AttemptStarted.IsZero() })
			report := tt.report(find(t, a, id))
			receive(t, a, tt.known, report)
			close(release)
			a.Eventually("the attempt is over", func() bool { return n.Tries() == 1 && a.System.Engine.Status("sms").InFlight == 0 })
			d := find(t, a, id)
			if d.Status != tt.status || (tt.known == 1 && d.ProviderID != tt.pid) || !d.AttemptStarted.IsZero() || d.Holder != "" {
				t.Fatalf("the row says %+v", d)
			}
			if _, refused, err := collections.AddressRefused(a.App, "sms", d.Address); refused || err != nil {
				t.Errorf("the late result refused the address (%v)", err)
			}
			if tt.known == 0 { // handed in again, it is known
				receive(t, a, 1, report)
				becomes(t, a, id, "delivered")
			}
		})
	}
}

func TestAReceiptOfAMessageInDoubtEndsTheDoubt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		report func(d *collections.Delivery) outbox.Report
		status string
	}{
		{"delivered", func(d *collections.Delivery) outbox.Report {
			return delivered(outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: "p1"})
		}, "delivered"},
		{"failed", func(d *collections.Delivery) outbox.Report {
			return failed(outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: "p1"}, notifiers.Permanent)
		}, "failed"},
		{"accepted", func(d *collections.Delivery) outbox.Report {
			return outbox.Report{Delivery: d.ID, Channel: "sms", ProviderID: "p1", Finding: notifiers.Finding{State: notifiers.Accepted}}
		}, "sent"},
		{"by the address, with an id whose answer was lost", func(d *collections.Delivery) outbox.Report {
			return delivered(outbox.Report{Channel: "sms", ProviderID: "p1", Address: d.Address})
		}, "delivered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, n := asking(t)
			n.Answer(silent(1, true))
			a.StartEngine()
			d := becomes(t, a, put(t, a, "sms", nil), "unknown")
			receive(t, a, 1, tt.report(d))
			got := find(t, a, d.ID)
			if got.Status != tt.status || got.ProviderID != "p1" || !got.DoubtSince.IsZero() || !got.NextAttemptAt.IsZero() {
				t.Errorf("the row says %+v", got)
			}
			if awaits := got.ReceiptAt.Time().Equal(d.Began.Time().Add(receiptAfter[0])); awaits != (tt.status == "sent") {
				t.Errorf("%s, its receipt is asked for at %q", got.Status, got.ReceiptAt)
			}
			n.Answer(nil)
			a.Advance(5 * time.Second)
			if sentSMS(t, a); len(n.Asked()) != 0 || n.Tries() != 2 {
				t.Errorf("%d questions, %d attempts at two messages", len(n.Asked()), n.Tries())
			}
		})
	}
}

func TestReceiptsAndResultsAtTheSameTime(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	const messages = 40
	ids := make(chan string, messages)
	n.Answer(func(_ context.Context, m *notifiers.Message, _ int) error {
		ids <- m.ID // the provider is quicker than its answer
		return nil
	})
	a.StartEngine()
	var all []string
	for i := range messages {
		all = append(all, put(t, a, "sms", number(i)))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range messages / 4 {
				id := <-ids
				by := outbox.Report{Delivery: id, Channel: "sms", ProviderID: apptest.ProviderID(id, 1)}
				for _, report := range []outbox.Report{delivered(by), failed(by, notifiers.Transient), delivered(by)} {
					if known, err := a.System.Engine.Receive(report); known != 1 || err != nil {
						t.Errorf("known %d, %v", known, err)
					}
				}
			}
		})
	}
	wg.Wait()
	a.Eventually("no attempt is under way", func() bool { return a.System.Engine.Status("sms").InFlight == 0 })
	for _, id := range all {
		if d := find(t, a, id); d.Status != "delivered" || d.Attempts != 1 || d.ProviderID != apptest.ProviderID(id, 1) || d.Holder != "" {
			t.Errorf("the row says %+v", d)
		}
	}
	if n.Tries() != messages {
		t.Errorf("%d attempts", n.Tries())
	}
}

func TestManyReportsAtOnceAreAllTakenOver(t *testing.T) {
	t.Parallel()
	a, _ := asking(t)
	var reports []outbox.Report
	now := collections.DateTime(a.Clock.Now())
	for range 250 {
		id := put(t, a, "sms", dbx.Params{"status": "sent", "began": now, "sent_at": now, "next_attempt_at": ""})
		reports = append(reports, delivered(outbox.Report{Delivery: id, Channel: "sms"}))
	}
	receive(t, a, 250, reports...)
	if n, err := a.CountRecords(collections.Deliveries, dbx.HashExp{"status": "delivered"}); n != 250 || err != nil {
		t.Errorf("%d delivered (%v)", n, err)
	}
	receive(t, a, 0)
}
