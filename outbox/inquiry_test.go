package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

// receiptAfter is when the providers of these tests are to be asked for receipts.
var receiptAfter = []time.Duration{3 * time.Minute, time.Hour}

// asking gives an app whose SMS provider can be asked.
func asking(t *testing.T, options ...apptest.Option) (*apptest.App, *apptest.Inquirer) {
	t.Helper()
	n := apptest.NewInquirer(receiptAfter...)
	return apptest.New(t, append(options, apptest.WithNotifier("sms", n))...), n
}

// put puts a row in the outbox as the fan-out would, changed by SQL, and wakes the engine. It gives its id.
func put(t *testing.T, a *apptest.App, channel string, changes dbx.Params) string {
	t.Helper()
	m := notifiers.Message{
		ID: core.GenerateDefaultRandomId(), Kind: collections.KindTest, Channel: channel,
		To: notifiers.Recipient{Address: "+8613900001111"}, Parts: 2, PartPrice: 0.05,
	}
	words, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	err = a.RunInTransaction(func(tx core.App) error {
		_, err := collections.InsertDelivery(tx, &collections.Delivery{
			ID: m.ID, Key: "test/" + m.ID, Kind: m.Kind, Channel: channel, Address: m.To.Address, Subject: "Test",
			Status: collections.DeliveryQueued, Message: string(words),
		}, a.Clock.Now())
		if err == nil && len(changes) > 0 {
			_, err = tx.NonconcurrentDB().Update(collections.Deliveries, changes, dbx.HashExp{"id": m.ID}).Execute()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.System.Engine.Wake()
	return m.ID
}

// number is a recipient of its own, since nobody gets more than so many SMS a day.
func number(i int) dbx.Params {
	return dbx.Params{"address": fmt.Sprintf("+86139%08d", i)}
}

// begun is how a row lies in the database whose attempt began so long ago, by a process that is dead.
func begun(a *apptest.App, ago time.Duration) dbx.Params {
	at := collections.DateTime(a.Clock.Now().Add(-ago))
	return dbx.Params{"status": "sending", "holder": "dead", "attempts": 1, "attempt_started": at, "began": at, "provider": "memory"}
}

func find(t *testing.T, a *apptest.App, id string) *collections.Delivery {
	t.Helper()
	d, err := collections.FindDelivery(a.App, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// becomes waits until a row has a status.
func becomes(t *testing.T, a *apptest.App, id, status string) *collections.Delivery {
	t.Helper()
	var d *collections.Delivery
	a.Eventually("it is "+status, func() bool { d = find(t, a, id); return d.Status == status })
	return d
}

// silent lets the first attempts at a message end without an answer; accepted says whether the provider took it.
func silent(attempts int, accepted bool) func(context.Context, *notifiers.Message, int) error {
	err := error(&notifiers.Error{Class: notifiers.Unknown, Reason: "the provider did not answer"})
	return func(_ context.Context, _ *notifiers.Message, try int) error {
		switch {
		case try > attempts:
			return nil
		case accepted:
			return apptest.Lost(err)
		default:
			return err
		}
	}
}

// answeredAt moves the clock to a time after the attempt began and waits until the so-manieth question was answered.
func answeredAt(t *testing.T, a *apptest.App, n *apptest.Inquirer, id string, after time.Duration, questions int) *collections.Delivery {
	t.Helper()
	before := find(t, a, id)
	a.Clock.Set(before.Began.Time().Add(after))
	a.System.Engine.Wake()
	var d *collections.Delivery
	a.Eventually(fmt.Sprintf("question %d is answered", questions), func() bool {
		d = find(t, a, id)
		return len(n.Asked()) >= questions && (d.Status != before.Status || d.NextAttemptAt != before.NextAttemptAt || d.ReceiptAt != before.ReceiptAt)
	})
	if got := len(n.Asked()); got != questions {
		t.Fatalf("%d questions, want %d", got, questions)
	}
	return d
}

// smsEvent saves an event with its three reminders by SMS.
func smsEvent(t *testing.T, a *apptest.App) *collections.Event {
	t.Helper()
	e := a.Event(apptest.Start.Add(10 * day)).Save()
	for _, r := range a.Reminders(e) {
		r.SetChannels([]string{"sms"})
		a.MustSave(r)
	}
	return e
}

func TestP7_AMessageInDoubtIsFoundAndNotRepeated(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, true))
	a.StartEngine()
	id := put(t, a, "sms", nil)
	d := becomes(t, a, id, "unknown")
	if !d.NextAttemptAt.Time().Equal(d.Began.Time().Add(5*time.Second)) || !d.Began.Time().Equal(a.Clock.Now()) {
		t.Errorf("began at %s, asked for at %s", d.Began, d.NextAttemptAt)
	}
	n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) {
		return notifiers.Finding{State: notifiers.Accepted, ProviderID: "p1", Segments: 3}, nil
	})
	a.Advance(5 * time.Second)
	d = becomes(t, a, id, "sent")
	if d.ProviderID != "p1" || d.Provider != "memory" || d.Segments != 3 || d.Attempts != 1 || d.PossibleDuplicate || d.Error != "" {
		t.Errorf("the row says %+v", d)
	}
	if !d.SentAt.Time().Equal(d.Began.Time()) || !d.ReceiptAt.Time().Equal(d.Began.Time().Add(receiptAfter[0])) {
		t.Errorf("sent at %s, receipt at %s", d.SentAt, d.ReceiptAt)
	}
	if q := n.Asked(); len(q) != 1 || q[0].Message.ID != id || q[0].Message.To.Address != d.Address || !q[0].Began.Equal(d.Began.Time()) || q[0].ProviderID != "" {
		t.Errorf("asked %+v", q)
	}
	if len(n.Sent()) != 1 || n.Tries() != 1 {
		t.Errorf("sent %d times in %d attempts", len(n.Sent()), n.Tries())
	}
}

func TestP7_AMessageThatIsAbsentTwiceGoesAgainOnceAndIsNoDuplicate(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, false))
	a.StartEngine()
	id := put(t, a, "sms", nil)
	becomes(t, a, id, "unknown")
	for i, after := range []time.Duration{5 * time.Second, time.Minute} {
		if d := answeredAt(t, a, n, id, after, i+1); d.Status != "unknown" || d.Absent != i {
			t.Fatalf("after %s: %s, absent %d times", after, d.Status, d.Absent)
		}
	}
	if n.Tries() != 1 {
		t.Fatalf("%d attempts before it was absent twice", n.Tries())
	}
	a.Clock.Set(find(t, a, id).Began.Time().Add(2 * time.Minute))
	a.System.Engine.Wake()
	d := becomes(t, a, id, "sent")
	if d.Attempts != 2 || d.PossibleDuplicate || !d.DoubtSince.IsZero() || d.ID != n.Sent()[0].ID || d.ProviderID != apptest.ProviderID(id, 2) {
		t.Errorf("the row says %+v", d)
	}
	if len(n.Sent()) != 1 || n.Tries() != 2 || len(n.Asked()) != 3 {
		t.Errorf("sent %d times in %d attempts after %d questions", len(n.Sent()), n.Tries(), len(n.Asked()))
	}
}

func TestP7_AMessageThatIsAbsentOnceAndThenFoundIsNotRepeated(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, true))
	n.Tell(func(_ notifiers.Inquiry, try int) (notifiers.Finding, error) {
		if try <= 2 {
			return notifiers.Finding{State: notifiers.Absent}, nil
		}
		return notifiers.Finding{State: notifiers.Delivered}, nil
	})
	a.StartEngine()
	id := put(t, a, "sms", nil)
	becomes(t, a, id, "unknown")
	answeredAt(t, a, n, id, 5*time.Second, 1)
	answeredAt(t, a, n, id, time.Minute, 2)
	d := answeredAt(t, a, n, id, 2*time.Minute, 3)
	if d.Status != "delivered" || d.DeliveredAt.IsZero() || d.Absent != 0 || n.Tries() != 1 {
		t.Errorf("%d attempts, the row says %+v", n.Tries(), d)
	}
}

func TestP7_AQuestionIsRepeatedUntilItIsAnsweredAndUsesUpNoAttempt(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, true))
	n.Tell(func(_ notifiers.Inquiry, try int) (notifiers.Finding, error) {
		switch try {
		case 1:
			return notifiers.Finding{}, &notifiers.Error{Class: notifiers.Transient, Reason: "busy"}
		case 2:
			panic("a notifier's bug")
		case 3:
			return notifiers.Finding{}, context.DeadlineExceeded
		}
		return notifiers.Finding{State: notifiers.Accepted}, nil
	})
	a.StartEngine()
	id := put(t, a, "sms", nil)
	becomes(t, a, id, "unknown")
	at := 5 * time.Second
	for i, wait := range []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second} {
		d := answeredAt(t, a, n, id, at, i+1)
		at += wait
		if d.Status != "unknown" || d.Attempts != 1 || d.Absent != 0 || d.NextAttemptAt.Time().Sub(d.Began.Time()) != at {
			t.Fatalf("after question %d: %s, attempts %d, absent %d, again after %s, want %s",
				i+1, d.Status, d.Attempts, d.Absent, d.NextAttemptAt.Time().Sub(d.Began.Time()), at)
		}
	}
	if d := answeredAt(t, a, n, id, at, 4); d.Status != "sent" || d.Attempts != 1 || d.ReceiptTries != 0 || n.Tries() != 1 {
		t.Errorf("%d attempts, the row says %+v", n.Tries(), d)
	}
	if state := a.System.Engine.Status("sms").State; state != outbox.StateReady {
		t.Errorf("the channel is %s", state)
	}
}

func TestP7_TheFateOfTheLastAttemptIsAskedForToo(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, true))
	a.StartEngine()
	id := put(t, a, "sms", dbx.Params{"attempts": 2})
	becomes(t, a, id, "unknown")
	if d := answeredAt(t, a, n, id, 5*time.Second, 1); d.Status != "sent" || d.Attempts != 3 {
		t.Errorf("%s after %d attempts", d.Status, d.Attempts)
	}
}

func TestP7_TheTimesOfTheQuestionsCanBeSet(t *testing.T) {
	t.Parallel()
	a, n := asking(t, apptest.WithOutbox(func(o *outbox.Options) { o.AskAfter = []time.Duration{time.Second, 3 * time.Second} }))
	n.Answer(silent(1, false))
	a.StartEngine()
	id := put(t, a, "sms", nil)
	becomes(t, a, id, "unknown")
	answeredAt(t, a, n, id, time.Second, 1)
	a.Clock.Set(find(t, a, id).Began.Time().Add(3 * time.Second))
	a.System.Engine.Wake()
	if d := becomes(t, a, id, "sent"); d.Attempts != 2 {
		t.Errorf("sent by attempt %d", d.Attempts)
	}
}

func TestP7_AProviderIsNotAskedForAnothersMessages(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	lost := begun(a, time.Hour)
	lost["status"], lost["holder"], lost["attempt_started"], lost["next_attempt_at"] = "unknown", "", "", lost["began"]
	lost["provider"], lost["doubt_since"] = "other", lost["began"]
	doubted := put(t, a, "sms", lost)
	now := collections.DateTime(a.Clock.Now())
	awaited := put(t, a, "sms", dbx.Params{"status": "sent", "began": now, "sent_at": now, "receipt_at": now, "provider": "other", "next_attempt_at": ""})
	a.StartEngine()
	if d := becomes(t, a, doubted, "sent"); !d.PossibleDuplicate || d.Provider != "memory" {
		t.Errorf("the one in doubt says %+v", d)
	}
	a.Eventually("the other's receipt is not awaited any more", func() bool { return find(t, a, awaited).ReceiptAt.IsZero() })
	if n := len(n.Asked()); n != 0 {
		t.Errorf("asked %d times", n)
	}
}
