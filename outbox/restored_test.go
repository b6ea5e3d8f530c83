package outbox_test

import (
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
	"tminus/outbox"
)

func TestP7_ARestoredInstanceRepeatsUnderTheOldIdentityAndSaysSo(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 6)
	later := a.Event(apptest.Start.Add(30 * day)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	a.MustSave(a.Reminder(later, apptest.Start.Add(20*day)))
	b := crash(t, a) // a copy of before anything was due: the backup
	taken := a.Clock.Now()

	a.StartEngine()
	a.Advance(3*day + time.Minute)
	a.Eventually("the former instance to send", func() bool { return count(deliveriesOf(a, events), sent) == 6 })

	b.Clock.Set(a.Clock.Now())
	doubted, err := b.System.Engine.Doubt(outbox.Restored{Taken: taken})
	if err != nil || doubted.Messages != 6 {
		t.Fatalf("%+v messages are in doubt, %v", doubted, err)
	}
	if again, err := b.System.Engine.Doubt(outbox.Restored{Taken: taken}); err != nil || again.Messages != 0 {
		t.Errorf("asked again, as after a crash in it: %+v, %v", again, err)
	}
	b.StartEngine()
	b.Eventually("the restored instance to send", func() bool { return count(deliveriesOf(b, events), sent) == 6 })
	former := map[string]bool{}
	for _, d := range deliveriesOf(a, events) {
		former[d.ID] = true
	}
	for _, d := range deliveriesOf(b, events) {
		if !d.PossibleDuplicate || !former[d.ID] {
			t.Errorf("%s: marked: %v, by its former identity: %v", d.ID, d.PossibleDuplicate, former[d.ID])
		}
	}
	b.Advance(17*day + time.Minute)
	b.Eventually("what falls due later to be sent", func() bool {
		return count(deliveriesOf(b, []*collections.Event{later}), func(d *collections.Delivery) bool { return sent(d) && !d.PossibleDuplicate }) == 1
	})
}

func TestP7_WhatIsAssumedToBeSentIsNotSentAgain(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	events := manyDue(t, a, 3)
	after := a.Event(apptest.Start.Add(30 * day)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	a.MustSave(a.Reminder(after, apptest.Start.Add(5*day)))
	taken := a.Clock.Now()
	a.Advance(6 * day)
	doubted, err := a.System.Engine.Doubt(outbox.Restored{Taken: taken, AssumeSent: apptest.Start.Add(4 * day)})
	if err != nil || doubted.Messages != 4 || doubted.AssumedSent != 3 {
		t.Fatalf("%+v, %v", doubted, err)
	}
	a.StartEngine()
	a.Eventually("the rest to be sent", func() bool { return count(deliveriesOf(a, []*collections.Event{after}), sent) == 1 })
	for _, d := range deliveriesOf(a, events) {
		if d.Status != collections.DeliverySkipped || d.Error != outbox.ReasonAssumedSent {
			t.Errorf("%s is %s: %s", d.ID, d.Status, d.Error)
		}
	}
	if n := a.Outbox.Tries(); n != 1 {
		t.Errorf("%d messages left", n)
	}
}
