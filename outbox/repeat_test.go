package outbox_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

func TestP7_AProviderThatSendsOnceIsGivenItAgainSoonAndNothingIsADuplicate(t *testing.T) {
	t.Parallel()
	var a *apptest.App
	n := apptest.NewDeduplicator(10*time.Minute, func() time.Time { return a.Clock.Now() })
	a = apptest.New(t, apptest.WithNotifier("wechat", n))
	n.Answer(silent(2, true))
	a.StartEngine()
	id := put(t, a, "wechat", nil)
	d := becomes(t, a, id, "unknown")
	first := d.Began.Time()
	if !d.NextAttemptAt.Time().Equal(first.Add(5 * time.Second)) {
		t.Errorf("repeated at %s", d.NextAttemptAt)
	}
	a.Advance(5 * time.Second)
	a.Eventually("the second attempt ends in doubt", func() bool { d = find(t, a, id); return d.Status == "unknown" && d.Attempts == 2 })
	if !d.NextAttemptAt.Time().Equal(first.Add(5*time.Second+5*time.Minute)) || !d.DoubtSince.Time().Equal(first) || d.PossibleDuplicate {
		t.Errorf("the row says %+v", d)
	}
	a.Advance(5 * time.Minute)
	if d = becomes(t, a, id, "sent"); d.PossibleDuplicate || d.Attempts != 3 || !d.DoubtSince.IsZero() {
		t.Errorf("the row says %+v", d)
	}
	if n := len(n.Sent()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestP7_ARepeatThatTheProviderMayNotKnowAnyMoreIsMarked(t *testing.T) {
	t.Parallel()
	var a *apptest.App
	n := apptest.NewDeduplicator(10*time.Minute, func() time.Time { return a.Clock.Now() })
	a = apptest.New(t, apptest.WithNotifier("wechat", n))
	doubt := func(ago time.Duration, provider string) dbx.Params {
		at := collections.DateTime(a.Clock.Now().Add(-ago))
		return dbx.Params{"status": "unknown", "attempts": 1, "began": at, "doubt_since": at, "provider": provider, "next_attempt_at": at, "error_class": "unknown"}
	}
	for _, tt := range []struct {
		what string
		id   string
		want bool
	}{
		{"in time", put(t, a, "wechat", doubt(9*time.Minute, "memory")), false},
		{"too late", put(t, a, "wechat", doubt(10*time.Minute, "memory")), true},
		{"another provider's", put(t, a, "wechat", doubt(time.Minute, "other")), true},
	} {
		if a.System.Engine.Status("wechat").Sent == 0 {
			a.StartEngine()
		}
		if d := becomes(t, a, tt.id, "sent"); d.PossibleDuplicate != tt.want {
			t.Errorf("%s: possible duplicate %v", tt.what, d.PossibleDuplicate)
		}
	}
}

func TestP7_ARepeatIsMarkedWhenItLeavesTooLate(t *testing.T) {
	t.Parallel()
	var a *apptest.App
	n := apptest.NewDeduplicator(10*time.Minute, func() time.Time { return a.Clock.Now() })
	a = apptest.New(t, apptest.WithNotifier("wechat", n), apptest.WithOutbox(func(o *outbox.Options) { o.ProbeAfter, o.ProbeMax = time.Hour, time.Hour }))
	n.Answer(func(ctx context.Context, m *notifiers.Message, try int) error {
		if try == 1 {
			return silent(1, true)(ctx, m, try)
		}
		return down()
	})
	a.StartEngine()
	id := put(t, a, "wechat", nil)
	becomes(t, a, id, "unknown")
	a.Advance(5 * time.Second)
	a.Eventually("the channel pauses", func() bool {
		status := a.System.Engine.Status("wechat")
		return status.State == outbox.StatePaused && status.InFlight == 0 && find(t, a, id).Status == "queued"
	})
	if find(t, a, id).PossibleDuplicate {
		t.Error("it is marked although it was repeated in time")
	}
	a.Advance(10 * time.Minute)
	n.Answer(nil)
	a.System.Engine.SetNotifier("wechat", n, 4)
	if d := becomes(t, a, id, "sent"); !d.PossibleDuplicate || len(n.Sent()) != 2 {
		t.Errorf("sent %d times, possible duplicate %v", len(n.Sent()), d.PossibleDuplicate)
	}
}

func TestP7_ARepeatSaysWhatTheProviderMayHaveGotAlready(t *testing.T) {
	t.Parallel()
	var a *apptest.App
	n := apptest.NewDeduplicator(10*time.Minute, func() time.Time { return a.Clock.Now() })
	a = apptest.New(t, apptest.WithNotifier("wechat", n))
	attempts := make(chan notifiers.Message, 10)
	n.Answer(func(ctx context.Context, m *notifiers.Message, try int) error {
		attempts <- *m
		return silent(1, true)(ctx, m, try)
	})
	e := a.Event(apptest.Start.Add(10 * day)).Save()
	for _, r := range a.Reminders(e) {
		r.SetChannels([]string{"wechat"})
		a.MustSave(r)
	}
	a.StartEngine()
	a.Advance(3 * day)
	first := <-attempts
	r := a.Reminders(e)[0].Id
	becomes(t, a, a.Deliveries(r)[0].ID, "unknown")
	moved := a.Reload(e)
	moved.SetLocation("Another place altogether")
	a.MustSave(moved)
	staff := a.User("staff")
	staff.SetWeChatOpenID("openid-new")
	a.MustSave(staff)
	a.Advance(5 * time.Second)
	if second := <-attempts; !reflect.DeepEqual(second, first) {
		t.Errorf("first %+v\nthen %+v", first, second)
	}
}

func TestP7_MailIsRepeatedAfterTheIntervalAndMarked(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	a.Outbox.Answer(silent(1, true))
	a.StartEngine()
	id := put(t, a, "email", nil)
	if d := becomes(t, a, id, "unknown"); !d.NextAttemptAt.Time().Equal(d.Began.Time().Add(5 * time.Minute)) {
		t.Errorf("repeated at %s", d.NextAttemptAt)
	}
	a.Advance(5 * time.Minute)
	if d := becomes(t, a, id, "sent"); !d.PossibleDuplicate || !d.DoubtSince.IsZero() || !d.ReceiptAt.IsZero() {
		t.Errorf("the row says %+v", d)
	}
}

func TestP7_ARetryByHandAsksFirstWhereNobodyKnows(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	e := smsEvent(t, a)
	n.Answer(silent(1, true))
	n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) {
		return notifiers.Finding{}, context.DeadlineExceeded
	})
	a.StartEngine()
	a.Advance(3 * day)
	r := a.Reminders(e)[0].Id
	a.Eventually("its fate is unknown", func() bool { d := a.Deliveries(r); return len(d) == 1 && d[0].Status == "unknown" })
	id := a.Deliveries(r)[0].ID
	if _, err := a.NonconcurrentDB().NewQuery("UPDATE deliveries SET receipt_tries = 4320").Execute(); err != nil {
		t.Fatal(err)
	}
	a.Advance(5 * time.Second)
	if d := becomes(t, a, id, "failed"); d.ErrorClass != "unknown" {
		t.Fatalf("failed as %s", d.ErrorClass)
	}
	a.Eventually("the reminder failed", func() bool { return a.Reminders(e)[0].Status() == "failed" })
	n.Tell(nil)
	retry(t, a, r)
	if d := becomes(t, a, id, "sent"); d.PossibleDuplicate || n.Tries() != 1 {
		t.Errorf("%d attempts, the row says %+v", n.Tries(), d)
	}
	a.Eventually("the reminder is sent", func() bool { return a.Reminders(e)[0].Status() == "sent" })
}

func TestP7_ARetryByHandOfWhatIsTooLongAgoToAskAboutIsMarked(t *testing.T) {
	t.Parallel()
	a, n := asking(t)
	n.Tell(func(notifiers.Inquiry, int) (notifiers.Finding, error) {
		return notifiers.Finding{}, &notifiers.Error{Class: notifiers.Permanent, Reason: "its records are kept for 30 days only"}
	})
	lost := begun(a, 40*day)
	lost["status"], lost["holder"], lost["attempt_started"], lost["error_class"] = "unknown", "", "", "unknown"
	lost["attempts"], lost["doubt_since"], lost["next_attempt_at"] = 0, lost["began"], collections.DateTime(a.Clock.Now())
	id := put(t, a, "sms", lost)
	a.StartEngine()
	if d := becomes(t, a, id, "sent"); !d.PossibleDuplicate || len(n.Asked()) != 1 || !d.DoubtSince.IsZero() {
		t.Errorf("%d questions, the row says %+v", len(n.Asked()), d)
	}
}

func TestP7_ARetryByHandOfAMailThatMayHaveLeftIsMarked(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.Outbox.Answer(silent(3, true))
	a.StartEngine()
	a.Advance(3 * day)
	r := a.Reminders(e)[0].Id
	for try := 1; try <= 3; try++ {
		a.Eventually("an attempt ends", func() bool {
			d := a.Deliveries(r)
			return len(d) == 1 && d[0].Attempts == try && d[0].Status != "sending"
		})
		a.Advance(5 * time.Minute)
	}
	id := a.Deliveries(r)[0].ID
	if d := becomes(t, a, id, "failed"); d.ErrorClass != "unknown" {
		t.Fatalf("failed as %s", d.ErrorClass)
	}
	retry(t, a, r)
	if d := becomes(t, a, id, "sent"); !d.PossibleDuplicate || d.Attempts != 1 {
		t.Errorf("the row says %+v", d)
	}
}

// retry is what a person's Retry does.
func retry(t *testing.T, a *apptest.App, reminder string) {
	t.Helper()
	err := a.RunInTransaction(func(tx core.App) error {
		if n, err := collections.RetryFailed(tx, reminder, a.Clock.Now()); n != 1 || err != nil {
			return fmt.Errorf("%d rows: %w", n, err)
		}
		_, err := outbox.RollUp(tx, []string{reminder}, a.Clock.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.System.Engine.Wake()
}
