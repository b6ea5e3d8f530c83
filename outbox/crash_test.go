package outbox_test

import (
	"context"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
)

// manyDue saves n events whose first reminder, by email, is due in three days.
func manyDue(t *testing.T, a *apptest.App, n int) []*collections.Event {
	t.Helper()
	customer := a.Customer("Harbour Medical")
	events := make([]*collections.Event, n)
	for i := range events {
		events[i] = a.Event(apptest.Start.Add(10 * day)).With(func(e *collections.Event) {
			e.SetCustomer(customer.Id)
			e.SetAutoReminders(false)
		}).Save()
		a.MustSave(a.Reminder(events[i], apptest.Start.Add(3*day)))
	}
	return events
}

func deliveriesOf(a *apptest.App, events []*collections.Event) []*collections.Delivery {
	var all []*collections.Delivery
	for _, e := range events {
		for _, r := range a.Reminders(e) {
			all = append(all, a.Deliveries(r.Id)...)
		}
	}
	return all
}

func count(rows []*collections.Delivery, which func(*collections.Delivery) bool) int {
	n := 0
	for _, d := range rows {
		if which(d) {
			n++
		}
	}
	return n
}

func sent(d *collections.Delivery) bool { return d.Status == "sent" }

// crash gives an app on a copy of the data as it lies on the disk this instant: what a process finds that starts after
// another was killed.
func crash(t *testing.T, a *apptest.App) *apptest.App {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(a.DataDir())); err != nil {
		t.Fatal(err)
	}
	next := apptest.Open(t, dir)
	next.Clock.Set(a.Clock.Now())
	return next
}

func TestP7_ACrashLosesNothingAndRepeatsAtMostOneMessagePerConnection(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 30)
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	var accepted atomic.Int32
	a.Outbox.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		if accepted.Add(1) <= 10 {
			return nil
		}
		select { // the provider has the message; its answer never comes
		case <-hang:
		case <-ctx.Done():
		}
		return transient()
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("ten are recorded and four are in the provider's hands", func() bool {
		rows := deliveriesOf(a, events)
		return count(rows, sent) == 10 && count(rows, func(d *collections.Delivery) bool { return !d.AttemptStarted.IsZero() }) == 4
	})

	next := crash(t, a)
	next.StartEngine()
	next.Eventually("everything is sent", func() bool { return count(deliveriesOf(next, events), sent) == 30 })
	rows := deliveriesOf(next, events)
	if n := count(rows, func(d *collections.Delivery) bool { return d.PossibleDuplicate }); n != 4 {
		t.Errorf("%d are marked as possible duplicates, want the 4 that were begun", n)
	}
	before := map[string]bool{}
	for _, m := range a.Outbox.Sent() {
		before[m.ID] = true
	}
	for _, m := range next.Outbox.Sent() {
		if before[m.ID] {
			t.Errorf("%s was sent and recorded, and yet sent again", m.ID)
		}
	}
	if n := len(next.Outbox.Sent()); n != 20 {
		t.Errorf("%d were sent after the crash, want 20", n)
	}
}

func TestP11_TwoProcessesNeverSendOneMessageTwice(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 120)
	b := apptest.Open(t, a.DataDir())
	a.StartEngine()
	b.StartEngine()
	a.Clock.Advance(3 * day)
	b.Clock.Advance(3 * day)
	a.System.Engine.Wake()
	b.System.Engine.Wake()
	a.Eventually("everything is sent", func() bool { return count(deliveriesOf(a, events), sent) == 120 })
	times := map[string]int{}
	for _, m := range append(a.Outbox.Sent(), b.Outbox.Sent()...) {
		times[m.ID]++
	}
	for id, n := range times {
		if n > 1 {
			t.Errorf("%s was sent %d times", id, n)
		}
	}
	if len(times) != 120 {
		t.Errorf("%d messages were sent", len(times))
	}
}

func TestP11_AClaimPassesOnWhenItsHolderIsGoneNotByTheClock(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 1)
	hang := make(chan struct{})
	a.Outbox.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		select {
		case <-hang:
		case <-ctx.Done():
		}
		return nil
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("it is under way", func() bool {
		return count(deliveriesOf(a, events), func(d *collections.Delivery) bool { return !d.AttemptStarted.IsZero() }) == 1
	})

	b := apptest.Open(t, a.DataDir())
	b.Clock.Set(a.Clock.Now().Add(30 * 24 * time.Hour)) // a month later by the clock, yet the holder lives
	b.StartEngine()
	for range 20 {
		b.Advance(time.Second)
	}
	if n := len(b.Outbox.Sent()); n != 0 {
		t.Errorf("the claim of a living process was taken: %d sent", n)
	}
	close(hang)
	a.Eventually("its holder sends it", func() bool { return count(deliveriesOf(a, events), sent) == 1 })
}

func TestStoppingWaitsForWhatIsUnderWayAndPutsBackTheRest(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 40)
	release := make(chan struct{})
	var begun atomic.Int32
	a.Outbox.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		if begun.Add(1) <= 10 {
			return nil
		}
		select {
		case <-release:
			return nil
		case <-ctx.Done():
			return transient()
		}
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("four are under way", func() bool { return begun.Load() == 14 })
	stopped := make(chan struct{})
	go func() { a.System.Engine.Stop(); close(stopped) }()
	close(release)
	<-stopped
	rows := deliveriesOf(a, events)
	if n := count(rows, func(d *collections.Delivery) bool { return d.Status == "sending" }); n != 0 {
		t.Errorf("%d rows are still held", n)
	}
	if recorded, accepted := count(rows, sent), len(a.Outbox.Sent()); recorded != accepted || accepted < 14 {
		t.Errorf("%d were accepted, %d are recorded as sent, 14 were under way or done before", accepted, recorded)
	}
	if n := count(rows, func(d *collections.Delivery) bool {
		return d.PossibleDuplicate || (d.Status == "queued" && d.Attempts > 0)
	}); n != 0 {
		t.Errorf("%d rows that were not begun say that they were", n)
	}
}

func TestStoppingCutsOffAnAttemptThatHangs(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 1)
	a.Outbox.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		<-ctx.Done()
		return &notifiers.Error{Class: notifiers.Unknown, Reason: "cut off"}
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("it is under way", func() bool { return a.Outbox.Tries() == 1 })
	a.System.Engine.Stop()
	if d := deliveriesOf(a, events)[0]; d.Status != "unknown" {
		t.Errorf("the row is %s", d.Status)
	}
}

func TestP5_ClaimsAreBoundedByWhatTheChannelSendsSoon(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 30)
	hang := make(chan struct{})
	a.Outbox.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		select {
		case <-hang:
		case <-ctx.Done():
		}
		return nil
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("the connections are busy", func() bool { return a.Outbox.Tries() == 4 })
	claimed := count(deliveriesOf(a, events), func(d *collections.Delivery) bool { return d.Status == "sending" })
	if claimed != 4 {
		t.Errorf("%d are claimed before anything was learned of the channel's speed, want one per connection", claimed)
	}
	close(hang)
	a.Eventually("everything is sent", func() bool { return count(deliveriesOf(a, events), sent) == 30 })
	if peak := a.Outbox.Peak(); peak > 4 {
		t.Errorf("%d messages were under way at once", peak)
	}
}
