package outbox_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

// journal is a log that counts what it is told.
type journal struct {
	mu    sync.Mutex
	lines map[string]int
}

func (j *journal) Enabled(context.Context, slog.Level) bool { return true }
func (j *journal) WithAttrs([]slog.Attr) slog.Handler       { return j }
func (j *journal) WithGroup(string) slog.Handler            { return j }

func (j *journal) Handle(_ context.Context, r slog.Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.lines == nil {
		j.lines = map[string]int{}
	}
	j.lines[r.Message]++
	return nil
}

func (j *journal) count(line string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines[line]
}

func TestP8_AQuestionThatCannotBeAskedPausesTheChannelUntilItCan(t *testing.T) {
	t.Parallel()
	t.Run("and is answered", func(t *testing.T) {
		t.Parallel()
		pauseAndHeal(t, notifiers.Finding{State: notifiers.Accepted}, nil, "sent")
	})
	t.Run("and is not answered", func(t *testing.T) {
		t.Parallel()
		pauseAndHeal(t, notifiers.Finding{}, &notifiers.Error{Class: notifiers.Transient, Reason: "busy"}, "unknown")
	})
}

// pauseAndHeal has a question pause the channel, and a mended one, which gives answer and err, heal it; the row that it is
// about then has a status.
func pauseAndHeal(t *testing.T, answer notifiers.Finding, err error, status string) {
	log := &journal{}
	a, n := asking(t, apptest.WithLog(slog.New(log)))
	n.Broken(down()) // what Check says, so that it is a question that heals
	var refused atomic.Bool
	refused.Store(true)
	n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) {
		if refused.Load() {
			return notifiers.Finding{}, &notifiers.Error{Class: notifiers.Configuration, Reason: "the account lacks a permission", Hint: "Grant it."}
		}
		return answer, err
	})
	// Two attempts are under way when the channel pauses. What they come to is not what the questions come to.
	succeeds, fails := make(chan struct{}), make(chan struct{})
	n.Answer(func(ctx context.Context, m *notifiers.Message, try int) error {
		switch m.To.Address {
		case "succeeds":
			<-succeeds
			return nil
		case "fails":
			<-fails
			return down()
		}
		return silent(1, true)(ctx, m, try)
	})
	a.StartEngine()
	lost := put(t, a, "sms", nil)
	becomes(t, a, lost, "unknown")
	sent, queued := put(t, a, "sms", to("succeeds")), put(t, a, "sms", to("fails"))
	a.Eventually("two others are under way", func() bool { return n.Tries() == 3 })
	a.Advance(5 * time.Second)
	a.Eventually("the channel pauses", func() bool { return a.System.Engine.Status("sms").State == outbox.StatePaused })
	waiting := put(t, a, "sms", nil)
	close(succeeds)
	becomes(t, a, sent, "sent")
	close(fails)
	becomes(t, a, queued, "queued")
	probes := len(n.Asked())
	a.Eventually("it is probed by questions", func() bool { return len(n.Asked()) >= probes+3 })
	channel := a.System.Engine.Status("sms")
	if channel.State != outbox.StatePaused || channel.Reason != "the account lacks a permission" || channel.Hint != "Grant it." {
		t.Errorf("the channel says %+v", channel)
	}
	if d := find(t, a, waiting); d.Status != "queued" || d.Attempts != 0 || n.Tries() != 3 {
		t.Errorf("a message is %s on the paused channel", d.Status)
	}
	if d := find(t, a, lost); d.Status != "unknown" || d.ReceiptTries != 0 || d.Attempts != 1 {
		t.Errorf("the row that was asked for says %+v", d)
	}
	if alerts, err := a.CountRecords(collections.Deliveries, alertsOnly()); err != nil || alerts != 1 {
		t.Errorf("%d alerts (%v), want one", alerts, err)
	}
	n.Answer(nil)
	refused.Store(false)
	becomes(t, a, waiting, "sent")
	becomes(t, a, queued, "sent")
	becomes(t, a, lost, status)
	if state := a.System.Engine.Status("sms").State; state != outbox.StateReady {
		t.Errorf("the channel is %s", state)
	}
	if paused, resumed := log.count("channel paused"), log.count("channel resumed"); paused != 1 || resumed != 1 {
		t.Errorf("it paused %d times and resumed %d times", paused, resumed)
	}
}

// to is a message to an address that is none, for a test's Answer.
func to(address string) dbx.Params {
	return dbx.Params{"message": `{"channel": "sms", "kind": "test", "to": {"address": "` + address + `"}}`}
}

func TestP8_AChannelThatAQuestionPausedIsTriedByAMessageWhereNobodyIsAskedAnyMore(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, true))
	n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) { return notifiers.Finding{}, down() })
	a.StartEngine()
	becomes(t, a, put(t, a, "sms", nil), "unknown")
	a.Advance(5 * time.Second)
	a.Eventually("the channel pauses", func() bool { return a.System.Engine.Status("sms").State == outbox.StatePaused })
	waiting := put(t, a, "sms", nil)
	a.System.Engine.SetNotifier("sms", apptest.NewNotifier(), 4)
	becomes(t, a, waiting, "sent")
	if state := a.System.Engine.Status("sms").State; state != outbox.StateReady {
		t.Errorf("the channel is %s", state)
	}
}

func TestP8_AChannelThatAQuestionPausedIsTriedWhenThereIsNothingToAsk(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Answer(silent(1, true))
	n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) { return notifiers.Finding{}, down() })
	a.StartEngine()
	id := put(t, a, "sms", nil)
	becomes(t, a, id, "unknown")
	a.Advance(5 * time.Second)
	a.Eventually("the channel pauses", func() bool { return a.System.Engine.Status("sms").State == outbox.StatePaused })
	if _, err := a.System.Engine.Receive(outbox.Report{Delivery: id, Channel: "sms", Finding: notifiers.Finding{State: notifiers.Delivered}}); err != nil {
		t.Fatal(err)
	}
	a.Eventually("the channel heals", func() bool { return a.System.Engine.Status("sms").State == outbox.StateReady })
}

func TestP8_NothingIsAskedOnAChannelThatAMessagePaused(t *testing.T) {
	t.Parallel()
	a, n := asking(t, apptest.WithOutbox(func(o *outbox.Options) { o.ProbeAfter, o.ProbeMax = time.Hour, time.Hour }))
	n.Answer(func(ctx context.Context, m *notifiers.Message, try int) error {
		if n.Tries() == 1 {
			return silent(1, true)(ctx, m, try)
		}
		return down()
	})
	a.StartEngine()
	lost := put(t, a, "sms", nil)
	becomes(t, a, lost, "unknown")
	put(t, a, "sms", nil)
	a.Eventually("the channel pauses", func() bool { return a.System.Engine.Status("sms").State == outbox.StatePaused })
	a.Advance(time.Minute)
	n.Answer(nil)
	a.System.Engine.SetNotifier("sms", n, 4) // as a new configuration does: tried at once
	a.Eventually("the channel heals", func() bool { return a.System.Engine.Status("sms").State == outbox.StateReady })
	becomes(t, a, lost, "sent")
	if n := len(n.Asked()); n != 1 {
		t.Errorf("%d questions, want one after it healed", n)
	}
}
