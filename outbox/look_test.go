package outbox_test

import (
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

// source is a Source that has nothing due, and looks at every message in the same way.
type source struct {
	mu   sync.Mutex
	look outbox.Look
}

func (s *source) NextDue(core.App) (time.Time, bool, error) { return time.Time{}, false, nil }

func (s *source) FanOut(core.App, time.Time, int) ([]string, bool, error) { return nil, false, nil }

func (s *source) LastLook(_ core.App, rows []*collections.Delivery, _ time.Time) ([]outbox.Look, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	looks := make([]outbox.Look, len(rows))
	for i := range looks {
		looks[i] = s.look
	}
	return looks, nil
}

func (s *source) ChannelPaused(core.App, string, string, string, time.Time) error { return nil }

func (s *source) set(look outbox.Look) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look = look
}

func TestAMessageThatIsHeldSaysWhy(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	s := &source{}
	e := outbox.New(a.App, outbox.Options{
		Source: s, Now: a.Clock.Now, Tick: 5 * time.Millisecond, Policy: outbox.Policy{Attempts: 3, Interval: 5 * time.Minute},
	})
	n := apptest.NewNotifier()
	e.SetNotifier("sms", n, 4)
	if err := e.Start(); err != nil {
		t.Fatal(err)
	}
	defer e.Stop()
	id := put(t, a, "sms", dbx.Params{"error": "the provider is busy", "error_class": "transient", "next_attempt_at": ""})
	at := a.Clock.Now()
	queue := func(look outbox.Look) *collections.Delivery {
		s.set(look)
		_, err := a.NonconcurrentDB().NewQuery("UPDATE deliveries SET next_attempt_at = {:now} WHERE id = {:id}").
			Bind(dbx.Params{"now": collections.DateTime(a.Clock.Now()), "id": id}).Execute()
		if err != nil {
			t.Fatal(err)
		}
		e.Wake()
		var d *collections.Delivery
		a.Eventually("it was looked at", func() bool {
			d = find(t, a, id)
			return d.Status != "sending" && !d.NextAttemptAt.Time().Equal(a.Clock.Now())
		})
		return d
	}
	quiet := outbox.Look{Until: at.Add(time.Hour)}
	held := outbox.Look{Until: at.Add(2 * time.Hour), Reason: "the month's limit is reached"}
	for _, tt := range []struct {
		name         string
		look         outbox.Look
		error, class string
	}{
		{"quiet hours keep the last failure", quiet, "the provider is busy", "transient"},
		{"held", held, "the month's limit is reached", ""},
		{"quiet hours after it was held", quiet, "", ""},
		{"held again", held, "the month's limit is reached", ""},
	} {
		d := queue(tt.look)
		if d.Status != "queued" || d.Error != tt.error || d.ErrorClass != tt.class || !d.NextAttemptAt.Time().Equal(tt.look.Until) || d.Attempts != 0 {
			t.Errorf("%s: %s at %s, %q (%s)", tt.name, d.Status, d.NextAttemptAt, d.Error, d.ErrorClass)
		}
	}
	if d, failed, err := collections.LastFailure(a.App, "sms"); failed || err != nil {
		t.Errorf("a message that waits counts as a failure of the channel: %+v, %v", d, err)
	}
	if d := queue(outbox.Look{}); d.Status != "sent" || d.Error != "" {
		t.Errorf("when it goes: %s, %q", d.Status, d.Error)
	}
}

func TestTheLastFailureOfAChannelIsOneThatFailed(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	put(t, a, "sms", dbx.Params{"error": "the month's limit is reached"})
	id := put(t, a, "sms", dbx.Params{"error": "the provider is busy", "error_class": string(notifiers.Transient)})
	d, found, err := collections.LastFailure(a.App, "sms")
	if err != nil || !found || d.ID != id {
		t.Errorf("found %v: %+v (%v)", found, d, err)
	}
}
