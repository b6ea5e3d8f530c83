package planner_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
	"tminus/outbox"
)

const phone = "+85291234567" // of every user that apptest knows

func in(days float64) time.Time {
	return apptest.Start.Add(time.Duration(days * float64(24*time.Hour)))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// set changes the settings.
func set(t *testing.T, a *apptest.App, change func(*collections.Settings)) {
	t.Helper()
	s, err := collections.TheSettings(a.App)
	must(t, err)
	change(s)
	a.MustSave(s)
}

func dailyCap(n int) func(*collections.Settings) {
	return func(s *collections.Settings) { s.SetSMSDailyCap(n) }
}

func monthlyCap(n int) func(*collections.Settings) {
	return func(s *collections.Settings) { s.SetSMSMonthlyCap(n) }
}

// texts queues n SMS to a number, as a channel's test does, and gives their ids.
func texts(t *testing.T, a *apptest.App, number string, n int) []string {
	t.Helper()
	var ids []string
	for range n {
		id := core.GenerateDefaultRandomId()
		m := notifiers.Message{ID: id, Kind: collections.KindTest, Channel: notifiers.SMS, Title: "Hello", Locale: "en", To: notifiers.Recipient{Address: number}}
		must(t, a.System.Planner.Weigh(a.App, &m))
		ids = append(ids, queue(t, a, m))
	}
	return ids
}

func queue(t *testing.T, a *apptest.App, m notifiers.Message) string {
	t.Helper()
	d := &collections.Delivery{ID: m.ID, Key: "test/" + m.ID, Kind: m.Kind, Channel: m.Channel, Address: m.To.Address, Status: collections.DeliveryQueued}
	raw, err := json.Marshal(m)
	must(t, err)
	d.Message = string(raw)
	_, err = collections.InsertDelivery(a.App, d, a.Clock.Now())
	must(t, err)
	return d.ID
}

// look claims everything that is due by SMS, puts back what is held, as the engine does, and gives the looks.
func look(t *testing.T, a *apptest.App) map[string]outbox.Look {
	t.Helper()
	looks := map[string]outbox.Look{}
	must(t, a.RunInTransaction(func(tx core.App) error {
		rows, err := collections.ClaimDeliveries(tx, notifiers.SMS, "test", a.Clock.Now(), 100)
		if err != nil {
			return err
		}
		all, err := a.System.Planner.LastLook(tx, rows, a.Clock.Now())
		for i, d := range rows {
			looks[d.ID] = all[i]
			if !all[i].Until.IsZero() {
				back := collections.Outcome{Status: collections.DeliveryQueued, NextAttemptAt: all[i].Until, Error: all[i].Reason}
				if _, err := collections.SettleDelivery(tx, d, back, a.Clock.Now()); err != nil {
					return err
				}
			}
		}
		return err
	}))
	return looks
}

// went gives those of the ids that a look let go.
func went(looks map[string]outbox.Look, ids []string) int {
	n := 0
	for _, id := range ids {
		if l, ok := looks[id]; ok && l.Status == "" && l.Until.IsZero() {
			n++
		}
	}
	return n
}

func row(t *testing.T, a *apptest.App, id string) *collections.Delivery {
	t.Helper()
	d, err := collections.FindDelivery(a.App, id)
	must(t, err)
	return d
}

// statuses counts rows by status.
func statuses(t *testing.T, a *apptest.App, ids []string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, id := range ids {
		counts[row(t, a, id).Status]++
	}
	return counts
}

// alerts gives the subjects of the alerts.
func alerts(t *testing.T, a *apptest.App) []string {
	t.Helper()
	var subjects []string
	must(t, a.NonconcurrentDB().NewQuery("SELECT subject FROM deliveries WHERE kind = 'alert' ORDER BY subject").Column(&subjects))
	return subjects
}

func TestADailyLimitHoldsWhatIsTooMuchUntilTheNextDayAndTellsOnce(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	set(t, a, dailyCap(2))
	e := a.Event(in(10)).Save()
	r := a.Reminder(e, in(0.1))
	r.SetChannels([]string{"sms"})
	a.MustSave(r)
	ids := texts(t, a, phone, 4)
	other := texts(t, a, "+85261234567", 2)
	a.StartEngine()
	a.Eventually("two leave, two wait", func() bool {
		s := statuses(t, a, ids)
		return s["sent"] == 2 && s["queued"] == 2 && statuses(t, a, other)["sent"] == 2
	})
	a.Eventually("the administrator reads it at once", func() bool { return len(a.Outbox.SentTo("admin@example.test")) == 1 })
	if m := a.Outbox.SentTo("admin@example.test")[0]; m.Subject != "SMS held back: daily limit for +852 ···· 4567 on 2 Mar" || !strings.HasPrefix(m.Body, "2 messages wait.") {
		t.Errorf("the alert reads %q: %s", m.Subject, m.Body)
	}
	a.Advance(3 * time.Hour) // a reminder waits as tests do
	a.Eventually("the reminder waits too", func() bool {
		d := a.Deliveries(r.Id)
		return len(d) == 1 && d[0].Status == "queued" && d[0].Error == "held: daily SMS limit"
	})
	tomorrow := time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC) // midnight in Hong Kong
	for _, id := range ids {
		if d := row(t, a, id); d.Status == "queued" && (!d.NextAttemptAt.Time().Equal(tomorrow) || d.Error != "held: daily SMS limit" || d.Attempts != 0 || d.ErrorClass != "") {
			t.Errorf("held until %s: %q %q, %d attempts", d.NextAttemptAt, d.Error, d.ErrorClass, d.Attempts)
		}
	}
	if d := a.Deliveries(r.Id)[0]; !d.NextAttemptAt.Time().Equal(tomorrow) {
		t.Errorf("the reminder is held until %s", d.NextAttemptAt)
	}
	a.Clock.Set(tomorrow)
	a.System.Engine.Wake()
	a.Eventually("the next day begins with room for two", func() bool {
		sent := statuses(t, a, append(slices.Clone(ids), a.Deliveries(r.Id)[0].ID))
		return sent["sent"] == 4 && sent["queued"] == 1 && len(alerts(t, a)) == 2
	})
	a.Clock.Set(tomorrow.Add(24 * time.Hour))
	a.System.Engine.Wake()
	a.Eventually("nothing is lost", func() bool {
		return statuses(t, a, ids)["sent"] == 4 && a.Deliveries(r.Id)[0].Status == "sent" && a.Deliveries(r.Id)[0].Late
	})
	if d := a.Deliveries(r.Id)[0]; d.Error != "" {
		t.Errorf("it was sent, and says %q", d.Error)
	}
}

// Those behind the claim wait too, and one claim tells of them all.
func TestAnAlertCountsAllThatWait(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	texts(t, a, phone, 105) // look claims a hundred, of which twenty go
	texts(t, a, "+85261234567", 3)
	look(t, a)
	var message string
	must(t, a.NonconcurrentDB().NewQuery("SELECT message FROM deliveries WHERE kind = 'alert'").Row(&message))
	if !strings.Contains(message, "85 messages wait.") {
		t.Errorf("the alert reads %s", message)
	}
}

func TestAHigherLimitLetsGoAtOnce(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	set(t, a, dailyCap(1))
	ids := texts(t, a, phone, 5)
	a.StartEngine()
	a.Eventually("four wait", func() bool { return held(t, a, "held: daily SMS limit") == 4 })
	set(t, a, dailyCap(3))
	a.Eventually("two more leave, two are held again", func() bool {
		s := statuses(t, a, ids)
		return s["sent"] == 3 && held(t, a, "held: daily SMS limit") == 2
	})
	if got := alerts(t, a); len(got) != 1 {
		t.Errorf("the alerts are %q", got)
	}
	set(t, a, dailyCap(0)) // the default
	a.Eventually("all leave", func() bool { return statuses(t, a, ids)["sent"] == 5 })
}

// held counts what waits for a limit, and not for the next look.
func held(t *testing.T, a *apptest.App, why string) int {
	t.Helper()
	ids, err := collections.SMSHeld(a.App, a.Clock.Now(), why)
	must(t, err)
	return len(ids)
}

func TestWhatIsHeldIsSkippedWhenItsEventStarts(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	set(t, a, dailyCap(1))
	e := a.Event(in(0.25)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save() // at 15:00
	r := a.Reminder(e, in(0.1))
	r.SetChannels([]string{"sms"})
	a.MustSave(r)
	texts(t, a, phone, 1)
	a.StartEngine()
	a.Eventually("the day's only SMS leaves", func() bool { return len(a.Outbox.SentTo(phone)) == 1 })
	a.Advance(3 * time.Hour)
	a.Eventually("the reminder waits", func() bool { return held(t, a, "held: daily SMS limit") == 1 })
	if d := a.Deliveries(r.Id)[0]; !d.NextAttemptAt.Time().Equal(in(0.25)) {
		t.Errorf("it waits until %s, past the start", d.NextAttemptAt)
	}
	a.Clock.Set(in(0.25))
	a.System.Engine.Wake()
	a.Eventually("the reminder is skipped", func() bool { return slices.Equal(a.Statuses(e), []string{"skipped: event started"}) })
}

func TestAMonthlyLimitCountsPartsOfTheCompanysMonth(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	a.Clock.Set(time.Date(2026, 3, 31, 15, 59, 59, 0, time.UTC)) // the last second of March in Hong Kong
	set(t, a, monthlyCap(5))
	sentAt(t, a, "+85261234567", time.Date(2026, 2, 28, 15, 59, 59, 0, time.UTC), 9) // February
	sentAt(t, a, "+85261234567", time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC), 2)
	long := notifiers.Message{ID: core.GenerateDefaultRandomId(), Kind: collections.KindTest, Channel: notifiers.SMS, Title: strings.Repeat("的", 140), To: notifiers.Recipient{Address: phone}}
	must(t, a.System.Planner.Weigh(a.App, &long))
	if long.Parts != 3 {
		t.Fatalf("the long one has %d parts", long.Parts)
	}
	first, second := texts(t, a, phone, 1), []string{queue(t, a, long)}
	looks := look(t, a)
	if went(looks, first) != 1 || went(looks, second) != 0 {
		t.Errorf("the looks are %+v", looks)
	}
	april := time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)
	if l := looks[second[0]]; !l.Until.Equal(april) || l.Reason != "held: monthly SMS limit" {
		t.Errorf("the long one is held as %+v", l)
	}
	if got := alerts(t, a); len(got) != 1 || got[0] != "SMS held back: monthly limit for March 2026" {
		t.Errorf("the alerts are %q", got)
	}
	third := texts(t, a, phone, 3)
	if n := went(look(t, a), third); n != 2 { // 2 and 1 were used
		t.Errorf("%d of three fit, want 2", n)
	}
	a.Clock.Set(april)
	looks = look(t, a) // the long one is due first, and does not fit beside the three that are still in hand
	if went(looks, second) != 0 || went(looks, third) != 1 {
		t.Errorf("in April the looks are %+v", looks)
	}
	fourth := texts(t, a, phone, 2)
	if n := went(look(t, a), fourth); n != 1 {
		t.Errorf("%d of two fit into April, want 1", n)
	}
	if got := alerts(t, a); len(got) != 2 {
		t.Errorf("the alerts are %q", got)
	}
}

// sentAt writes an SMS that was sent.
func sentAt(t *testing.T, a *apptest.App, number string, at time.Time, parts int) {
	t.Helper()
	id := texts(t, a, number, 1)[0]
	_, err := a.NonconcurrentDB().NewQuery("UPDATE deliveries SET status = 'sent', next_attempt_at = '', sent_at = {:at}, segments = {:parts} WHERE id = {:id}").
		Bind(dbx.Params{"id": id, "at": collections.DateTime(at), "parts": parts}).Execute()
	must(t, err)
}

// The day is the company's, 23 or 25 hours long where clocks change.
func TestADayIsCountedOnTheCompanysClockAtBothEdgesOfSummerTime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, zone       string
		before, from, at time.Time // just before the day, its first instant, a moment of it
		until            time.Time
	}{
		{"23 hours", "Europe/London", utc(2026, 3, 28, 23, 59), utc(2026, 3, 29, 0, 0), utc(2026, 3, 29, 22, 59), utc(2026, 3, 29, 23, 0)},
		{"25 hours", "Europe/London", utc(2026, 10, 24, 22, 59), utc(2026, 10, 24, 23, 0), utc(2026, 10, 25, 23, 59), utc(2026, 10, 26, 0, 0)},
		{"no midnight", "Africa/Cairo", utc(2026, 4, 23, 21, 59), utc(2026, 4, 23, 22, 0), utc(2026, 4, 24, 20, 59), utc(2026, 4, 24, 21, 0)},
		{"two midnights", "America/Havana", utc(2026, 11, 1, 3, 59), utc(2026, 11, 1, 4, 0), utc(2026, 11, 1, 5, 30), utc(2026, 11, 2, 5, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := apptest.New(t)
			set(t, a, func(s *collections.Settings) { s.SetTimezone(tt.zone); s.SetSMSDailyCap(3) })
			sentAt(t, a, phone, tt.before, 1)
			sentAt(t, a, phone, tt.from, 1)
			a.Clock.Set(tt.at)
			ids := texts(t, a, phone, 3)
			looks := look(t, a)
			if n := went(looks, ids); n != 2 {
				t.Errorf("%d of three fit, want 2", n)
			}
			for id, l := range looks {
				if !l.Until.IsZero() && !l.Until.Equal(tt.until) {
					t.Errorf("%s is held until %s, want %s", id, l.Until, tt.until)
				}
			}
		})
	}
}

func utc(y int, m time.Month, d, hour, minute int) time.Time {
	return time.Date(y, m, d, hour, minute, 0, 0, time.UTC)
}

// Two processes on one data directory, each claiming all the time.
func TestTwoClaimsAtTheSameTimeNeverTakeTheSameRoom(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	b := apptest.Open(t, a.DataDir())
	set(t, a, func(s *collections.Settings) { s.SetSMSDailyCap(20); s.SetSMSMonthlyCap(30) })
	ids := append(texts(t, a, phone, 40), texts(t, a, "+85261234567", 40)...)
	a.StartEngine()
	b.StartEngine()
	a.Eventually("everything has left or waits", func() bool {
		s := statuses(t, a, ids)
		return s["sent"]+held(t, a, "held: daily SMS limit")+held(t, a, "held: monthly SMS limit") == len(ids)
	})
	if to := len(a.Outbox.SentTo(phone)) + len(b.Outbox.SentTo(phone)); to > 20 {
		t.Errorf("%d SMS to one number", to)
	}
	if all := statuses(t, a, ids)["sent"]; all != 30 {
		t.Errorf("%d SMS in all, want 30", all)
	}
}

// What nobody knows the fate of may have arrived.
func TestSMSOfUnknownFateCount(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	set(t, a, dailyCap(2))
	a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
		return &notifiers.Error{Class: notifiers.Unknown, Reason: "no answer", Err: errors.New("cut")}
	})
	lost := texts(t, a, phone, 1)
	a.StartEngine()
	a.Eventually("nobody knows", func() bool { return row(t, a, lost[0]).Status == "unknown" })
	a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
		return &notifiers.Error{Class: notifiers.Permanent, Reason: "refused"}
	})
	refused := texts(t, a, phone, 1)
	a.System.Engine.Wake()
	a.Eventually("refused", func() bool { return row(t, a, refused[0]).Status == "failed" })
	a.Outbox.Answer(nil)
	ids := texts(t, a, phone, 2)
	a.System.Engine.Wake()
	a.Eventually("one leaves, one waits", func() bool { return statuses(t, a, ids)["sent"] == 1 && held(t, a, "held: daily SMS limit") == 1 })
}

func TestAnSMSIsPricedByTheCountryOfItsNumber(t *testing.T) {
	t.Parallel()
	a := apptest.New(t, apptest.WithConfig(func(c *config.Config) { c.SMS.SignName = "山頂儀器" }))
	set(t, a, func(s *collections.Settings) { s.SetSMSPrices(map[string]float64{"CN": 0.045, "HK": 0.3, "*": 0.5}) })
	for _, tt := range []struct {
		number, title string
		parts         int
		price         float64
	}{
		{"+8613800138000", strings.Repeat("的", 64), 1, 0.045}, {"+8613800138000", strings.Repeat("的", 65), 2, 0.045}, // six are the signature's
		{phone, strings.Repeat("的", 70), 1, 0.3}, {phone, strings.Repeat("a", 160), 1, 0.3}, {phone, strings.Repeat("a", 161), 2, 0.3},
		{"+85366123456", "a", 1, 0.5}, {"+14155550100", "", 1, 0.5}, {"not a number", "a", 1, 0.5},
	} {
		m := notifiers.Message{Channel: notifiers.SMS, Title: tt.title, To: notifiers.Recipient{Address: tt.number}}
		must(t, a.System.Planner.Weigh(a.App, &m))
		if m.Parts != tt.parts || m.PartPrice != tt.price {
			t.Errorf("%s, %d characters: %d parts at %v", tt.number, len([]rune(tt.title)), m.Parts, m.PartPrice)
		}
	}
	mail := notifiers.Message{Channel: notifiers.Email, Title: "x", To: notifiers.Recipient{Address: "a@example.test"}}
	must(t, a.System.Planner.Weigh(a.App, &mail))
	if mail.Parts != 0 || mail.PartPrice != 0 {
		t.Errorf("a mail costs %+v", fmt.Sprint(mail.Parts, mail.PartPrice))
	}
	for name, hostile := range map[string]string{"text": `"free"`, "list": `[1,2]`, "negative": `{"HK":-5}`, "huge": `{"HK":1e308}`, "words": `{"HK":"0.3"}`} {
		_, err := a.NonconcurrentDB().NewQuery("UPDATE settings SET sms_prices = {:p}").Bind(dbx.Params{"p": hostile}).Execute()
		must(t, err)
		m := notifiers.Message{Channel: notifiers.SMS, Title: "x", To: notifiers.Recipient{Address: phone}}
		must(t, a.System.Planner.Weigh(a.App, &m))
		if m.Parts != 1 || m.PartPrice != 0 {
			t.Errorf("%s in the database prices %+v", name, m.PartPrice)
		}
	}
}
