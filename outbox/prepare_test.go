package outbox_test

import (
	"context"
	"testing"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
)

// ahead is a notifier that makes messages ready; its first one breaks.
type ahead struct {
	*apptest.Notifier
	prepared int
}

func (a *ahead) Prepare(m *notifiers.Message) func(context.Context) (notifiers.Receipt, error) {
	if a.prepared++; a.prepared == 1 {
		panic("a notifier's bug")
	}
	return func(ctx context.Context) (notifiers.Receipt, error) { return a.Notifier.Send(ctx, m) }
}

func TestP9_AMessageThatBreaksWhileItIsMadeReadyKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	broken, sound := eventInTenDays(t, a), eventInTenDays(t, a)
	n := &ahead{Notifier: a.Outbox}
	a.System.Engine.SetNotifier("email", n, 1) // one worker, so that prepared has one owner
	a.StartEngine()
	a.Advance(3 * day)
	first := func(e *collections.Event) string { return a.Reminders(e)[0].Id }
	a.Eventually("one is of unknown fate, the other is sent", func() bool {
		got := map[string]int{}
		for _, e := range []*collections.Event{broken, sound} {
			for _, d := range a.Deliveries(first(e)) {
				got[d.Status]++
			}
		}
		return got["unknown"] == 1 && got["sent"] == 1
	})
	if n := len(a.Outbox.Sent()); n != 1 {
		t.Errorf("%d messages left, want one", n)
	}
}
