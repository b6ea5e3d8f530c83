package demo_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations"

	"tminus/collections"
	"tminus/config"
	"tminus/demo"
	"tminus/hooks"
	"tminus/notifiers"
	_ "tminus/pb_migrations"
)

// instance is an app that was filled as the demo command fills it.
type instance struct {
	core.App
	now     time.Time
	logins  demo.Logins
	sandbox *notifiers.Sandbox
}

func fill(t *testing.T, now time.Time) instance {
	t.Helper()
	cfg, err := config.Load([]string{"EVENT_REMINDER_ENABLE_SMS=true", "EVENT_REMINDER_ENABLE_WECHAT=true"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: t.TempDir(), DBConnect: hooks.Connect})
	t.Cleanup(func() { _ = app.ResetBootstrapState() })
	clock := demo.NewClock(func() time.Time { return now })
	system := hooks.Register(app, hooks.Options{Config: cfg, Now: clock.Now, Demo: true, Log: slog.New(slog.DiscardHandler)})
	for _, step := range []func() error{app.Bootstrap, app.RunAllMigrations, system.Prepare} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	logins, err := demo.Fill(app, now, demo.Options{Planner: system.Planner, Sandbox: system.Sandbox(), Clock: clock, URL: "http://127.0.0.1:8391"})
	if err != nil {
		t.Fatal(err)
	}
	return instance{App: app, now: now, logins: logins, sandbox: system.Sandbox()}
}

// everyStatus are the statuses of a reminder.
var everyStatus = []string{
	collections.ReminderCancelled, collections.ReminderFailed, collections.ReminderPartial, collections.ReminderPending,
	collections.ReminderSending, collections.ReminderSent, collections.ReminderSkipped,
}

func TestFillTellsACompanyThatHasBeenAtWork(t *testing.T) {
	t.Parallel()
	i := fill(t, time.Date(2027, 2, 28, 15, 58, 0, 0, time.UTC)) // a Sunday, just before midnight in Hong Kong

	t.Run("people, customers and events are there", func(t *testing.T) {
		for collection, want := range map[string]int{
			collections.Users: 6, collections.Customers: 8, collections.Contacts: 13, collections.Events: 43,
		} {
			if got := len(i.column(t, "SELECT id FROM "+collection)); got != want {
				t.Errorf("%d %s, want %d", got, collection, want)
			}
		}
	})
	t.Run("every state can be seen", func(t *testing.T) {
		i.sees(t, "SELECT DISTINCT status FROM reminders ORDER BY status", everyStatus...)
		i.sees(t, "SELECT DISTINCT status FROM events ORDER BY status", "cancelled", "completed", "confirmed", "in_progress", "planned")
		i.sees(t, "SELECT DISTINCT event_type FROM events ORDER BY event_type",
			"customer_visit", "exhibition", "installation", "maintenance", "meeting", "other", "training")
		i.sees(t, "SELECT DISTINCT status FROM deliveries ORDER BY status", "failed", "queued", "sent", "skipped")
		i.sees(t, "SELECT DISTINCT error FROM deliveries WHERE status = 'skipped' ORDER BY error", "address refused", "no WeChat account", "no phone number")
		i.sees(t, "SELECT DISTINCT status_reason FROM reminders WHERE status = 'cancelled' ORDER BY status_reason", "by hand", "event cancelled")
		i.sees(t, "SELECT COUNT(*) FROM deliveries WHERE possible_duplicate", "1")
		if len(i.column(t, "SELECT id FROM deliveries WHERE late AND status = 'sent'")) == 0 {
			t.Error("nothing was sent late")
		}
	})
	t.Run("what failed can be tried again, and nothing is paused", func(t *testing.T) {
		now := collections.DateTime(i.now).String()
		ahead := " FROM reminders r JOIN events e ON e.id = r.event WHERE e.status IN ('planned','confirmed') AND e.planned_start_date > '" + now + "'"
		for status, least := range map[string]int{collections.ReminderFailed: 1, collections.ReminderPartial: 1} {
			if got := i.column(t, "SELECT r.id"+ahead+" AND r.status = '"+status+"'"); len(got) < least {
				t.Errorf("%d %s reminders of events ahead", len(got), status)
			}
		}
		if got := i.column(t, "SELECT r.id"+ahead+" AND r.late AND r.status = 'sent'"); len(got) == 0 {
			t.Error("no reminder of an event ahead was late")
		}
		i.sees(t, "SELECT name FROM channel_states WHERE state = 'paused'")
		if got := i.column(t, "SELECT a.id FROM audit_log a JOIN events e ON e.id = a.event AND a.record = e.id WHERE a.action = 'update' AND e.planned_start_date > '"+now+"'"); len(got) < 5 {
			t.Errorf("%d changes of events ahead in the history", len(got))
		}
	})
	t.Run("numbers are unique and in order of entry", func(t *testing.T) {
		numbers := i.column(t, "SELECT event_number FROM events ORDER BY created, event_number")
		if !slices.IsSorted(numbers) || len(slices.Compact(slices.Clone(numbers))) != len(numbers) {
			t.Errorf("numbers: %v", numbers)
		}
	})
	t.Run("the past is past", func(t *testing.T) {
		stamp := collections.DateTime(i.now).String()
		i.sees(t, "SELECT id FROM reminders WHERE status = 'pending' AND send_datetime < '"+stamp+"'")
		i.sees(t, "SELECT id FROM audit_log WHERE created > '"+stamp+"'")
		i.sees(t, "SELECT id FROM reminders WHERE sent_at > '"+stamp+"'")
	})
	t.Run("what was sent is in the sandbox mailbox", func(t *testing.T) {
		kept, err := i.sandbox.List(0)
		if err != nil {
			t.Fatal(err)
		}
		if sent := i.column(t, "SELECT id FROM deliveries WHERE status = 'sent'"); len(kept) != len(sent) {
			t.Errorf("%d messages kept, %d sent", len(kept), len(sent))
		}
	})
	t.Run("reminders fall due every few seconds for two minutes", i.checkLive)
	t.Run("every login works and no password is used twice", i.checkLogins)
}

// checkLive sees that reminders fall due every few seconds for two minutes.
func (i instance) checkLive(t *testing.T) {
	due, err := collections.DueReminders(i, i.now.Add(2*time.Minute+10*time.Second), 1000, nil)
	if err != nil {
		t.Fatal(err)
	}
	last, channels := i.now, map[string]int{}
	for _, r := range due {
		if r.Origin() != collections.OriginManual {
			continue
		}
		if gap := r.SendAt().Sub(last); gap < 4*time.Second || gap > 6*time.Second {
			t.Errorf("%q falls due %s after the one before it", r.Title(), gap)
		}
		last = r.SendAt()
		for _, c := range r.Channels() {
			channels[c]++
		}
	}
	if span := last.Sub(i.now); span < 110*time.Second || span > 125*time.Second {
		t.Errorf("the last one falls due after %s", span)
	}
	for _, c := range collections.Channels {
		if channels[c] < 4 {
			t.Errorf("%d reminders by %s, want more", channels[c], c)
		}
	}
}

func (i instance) checkLogins(t *testing.T) {
	var used, seen []string
	for _, l := range append(slices.Clone(i.logins.People), i.logins.Superuser) {
		collection := collections.Users
		if l.Role == "superuser" {
			collection = core.CollectionNameSuperusers
		} else {
			seen = append(seen, l.Role)
		}
		record, err := i.FindAuthRecordByEmail(collection, l.Email)
		if err != nil {
			t.Fatalf("%s: %v", l.Email, err)
		}
		if !record.ValidatePassword(l.Password) {
			t.Errorf("%s: the password %q is not valid", l.Email, l.Password)
		}
		if slices.Contains(used, l.Password) {
			t.Errorf("%s: the password is another's too", l.Email)
		}
		used = append(used, l.Password)
	}
	if want := []string{"admin", "manager", "staff", "staff", "staff", "viewer"}; !slices.Equal(seen, want) {
		t.Errorf("roles %v, want %v", seen, want)
	}
}

// column gives the one column of a query as text.
func (i instance) column(t *testing.T, query string) []string {
	t.Helper()
	values := []string{}
	if err := i.DB().NewQuery(query).Column(&values); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return values
}

func (i instance) sees(t *testing.T, query string, want ...string) {
	t.Helper()
	if got := i.column(t, query); !slices.Equal(got, append([]string{}, want...)) {
		t.Errorf("%s:\ngot  %v\nwant %v", query, got, want)
	}
}
