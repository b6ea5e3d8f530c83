package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

// TestP7_ACrashInAnyState starts from rows as a dead process left them.
func TestP7_ACrashInAnyState(t *testing.T) {
	t.Parallel()
	unknown := func(a *apptest.App, absent int, next time.Duration) dbx.Params {
		p := begun(a, time.Minute)
		p["status"], p["holder"], p["attempt_started"], p["doubt_since"] = "unknown", "", "", p["began"]
		p["absent"], p["error_class"], p["next_attempt_at"] = absent, "unknown", collections.DateTime(a.Clock.Now().Add(next))
		return p
	}
	for _, tt := range []struct {
		name     string
		lies     func(a *apptest.App) dbx.Params
		has      bool            // whether the provider has the message
		asked    []time.Duration // when it is asked for after the start
		attempts int             // when it is sent
	}{
		{"claimed and not begun", func(a *apptest.App) dbx.Params {
			return dbx.Params{"status": "sending", "holder": "dead"}
		}, false, nil, 1},
		{"begun a second ago", func(a *apptest.App) dbx.Params { return begun(a, time.Second) }, true, []time.Duration{4 * time.Second}, 1},
		{"begun long ago", func(a *apptest.App) dbx.Params { return begun(a, 24*time.Hour) }, true, []time.Duration{0}, 1},
		{
			"begun a second ago, and absent", func(a *apptest.App) dbx.Params { return begun(a, time.Second) }, false,
			[]time.Duration{4 * time.Second, 59 * time.Second, 119 * time.Second}, 2,
		},
		{
			"begun half a minute ago, and absent", func(a *apptest.App) dbx.Params { return begun(a, 30*time.Second) }, false,
			[]time.Duration{0, 30 * time.Second, 90 * time.Second}, 2,
		},
		{
			"begun long ago, and absent", func(a *apptest.App) dbx.Params { return begun(a, 24*time.Hour) }, false,
			[]time.Duration{0, time.Minute}, 2,
		},
		{"absent once", func(a *apptest.App) dbx.Params { return unknown(a, 1, time.Minute) }, false, []time.Duration{time.Minute}, 2},
		{"absent once, and the last question overdue", func(a *apptest.App) dbx.Params { return unknown(a, 1, -time.Hour) }, false, []time.Duration{0}, 2},
		{"not asked for yet", func(a *apptest.App) dbx.Params { return unknown(a, 0, -time.Second) }, true, []time.Duration{0}, 1},
		{"absent twice, and queued again", func(a *apptest.App) dbx.Params {
			p := begun(a, time.Minute)
			p["status"], p["holder"], p["attempt_started"], p["error_class"] = "queued", "", "", "transient"
			return p
		}, false, nil, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, n := asking(t)
			start := a.Clock.Now()
			id := put(t, a, "sms", tt.lies(a))
			var at []time.Duration // written by one goroutine, and read when it has ended
			n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) {
				at = append(at, a.Clock.Now().Sub(start))
				if tt.has {
					return notifiers.Finding{State: notifiers.Accepted}, nil
				}
				return notifiers.Finding{State: notifiers.Absent}, nil
			})
			a.StartEngine()
			if len(tt.asked) > 0 && tt.asked[0] > 0 {
				if next := find(t, a, id).NextAttemptAt.Time().Sub(start); next != tt.asked[0] {
					t.Errorf("to be asked for after %s, want %s", next, tt.asked[0])
				}
			}
			for i, after := range tt.asked {
				a.Clock.Set(start.Add(after))
				a.System.Engine.Wake()
				a.Eventually(fmt.Sprintf("question %d", i+1), func() bool {
					d := find(t, a, id)
					return len(n.Asked()) == i+1 && (d.Status != "unknown" || d.NextAttemptAt.Time().After(a.Clock.Now()))
				})
			}
			d := becomes(t, a, id, "sent")
			if d.Attempts != tt.attempts || d.PossibleDuplicate || tt.has != (n.Tries() == 0) || n.Tries() > 1 {
				t.Errorf("sent by attempt %d (%d here), possible duplicate %v", d.Attempts, n.Tries(), d.PossibleDuplicate)
			}
			a.System.Engine.Stop()
			if !slices.Equal(at, tt.asked) {
				t.Errorf("asked after %v, want %v", at, tt.asked)
			}
		})
	}
}

func TestP7_ACrashInABurstRepeatsExactlyWhatTheProviderHasNot(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	var begun atomic.Int32
	n.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		if begun.Add(1) <= 10 {
			return nil
		}
		select {
		case <-hang:
		case <-ctx.Done():
		}
		return transient()
	})
	var all []string
	for i := range 30 {
		all = append(all, put(t, a, "sms", number(i)))
	}
	a.StartEngine()
	rows := func(a *apptest.App) (rows []*collections.Delivery) {
		for _, id := range all {
			rows = append(rows, find(t, a, id))
		}
		return rows
	}
	var held []string
	a.Eventually("ten are recorded and four are in the provider's hands", func() bool {
		now := rows(a)
		held = nil
		for _, d := range now {
			if !d.AttemptStarted.IsZero() {
				held = append(held, d.ID)
			}
		}
		return count(now, sent) == 10 && len(held) == 4
	})
	has := held[:2] // of those four

	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(a.DataDir())); err != nil {
		t.Fatal(err)
	}
	m := apptest.NewInquirer(receiptAfter...)
	m.Tell(func(q notifiers.Inquiry, _ int) (notifiers.Finding, error) {
		if slices.Contains(has, q.Message.ID) {
			return notifiers.Finding{State: notifiers.Accepted}, nil
		}
		return notifiers.Finding{State: notifiers.Absent}, nil
	})
	next := apptest.Open(t, dir, apptest.WithNotifier("sms", m))
	next.StartEngine()
	for _, after := range []time.Duration{5 * time.Second, time.Minute, 2 * time.Minute} {
		next.Clock.Set(apptest.Start.Add(after))
		next.System.Engine.Wake()
		next.Eventually("nothing is to be asked at the moment", func() bool {
			return count(rows(next), func(d *collections.Delivery) bool {
				return d.Status == "unknown" && !d.NextAttemptAt.Time().After(next.Clock.Now())
			}) == 0
		})
	}
	next.Eventually("everything is sent", func() bool { return count(rows(next), sent) == 30 })
	if n := count(rows(next), func(d *collections.Delivery) bool { return d.PossibleDuplicate }); n != 0 {
		t.Errorf("%d are marked as possible duplicates", n)
	}
	times := map[string]int{}
	for _, s := range append(n.Sent(), m.Sent()...) {
		times[s.ID]++
	}
	for _, id := range has {
		times[id]++
	}
	for _, id := range all {
		if times[id] != 1 {
			t.Errorf("%s was sent %d times", id, times[id])
		}
	}
}

func TestARowThatOnlySeemsToBeChangedKeepsNobodyBusy(t *testing.T) {
	t.Parallel()
	log := &journal{}
	a, n := asking(t, apptest.WithLog(slog.New(log)), apptest.WithOutbox(func(o *outbox.Options) { o.Tick = time.Hour }))
	lost := begun(a, time.Hour)
	lost["status"], lost["holder"], lost["attempt_started"] = "unknown", "", ""
	lost["next_attempt_at"] = "2026-01-01 00:00:00Z" // by hand: not as we write it
	put(t, a, "sms", lost)
	a.StartEngine()
	a.Eventually("it is asked for", func() bool { return log.count("a delivery changed while its provider was asked") == 1 })
	a.System.Engine.Stop()
	if n := len(n.Asked()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestP11_OfTwoProcessesThatAskOneWrites(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	b := apptest.Open(t, a.DataDir(), apptest.WithNotifier("sms", n))
	lost := begun(a, time.Hour)
	lost["status"], lost["holder"], lost["attempt_started"], lost["next_attempt_at"] = "unknown", "", "", lost["began"]
	lost["absent"], lost["doubt_since"] = 1, lost["began"]
	id := put(t, a, "sms", lost)
	both := make(chan struct{})
	n.Tell(func(_ notifiers.Inquiry, try int) (notifiers.Finding, error) {
		if try == 1 {
			<-both // the other asks too
			return notifiers.Finding{State: notifiers.Absent}, nil
		}
		close(both)
		becomes(t, a, id, "sent") // by the one that was answered first
		return notifiers.Finding{State: notifiers.Absent}, nil
	})
	a.StartEngine()
	b.StartEngine()
	a.Eventually("both have asked", func() bool { return len(n.Asked()) == 2 })
	becomes(t, a, id, "sent")
	a.System.Engine.Stop()
	b.System.Engine.Stop()
	if d := find(t, a, id); d.Status != "sent" || d.Attempts != 2 || n.Tries() != 1 {
		t.Errorf("%d attempts, the row says %+v", n.Tries(), d)
	}
}
