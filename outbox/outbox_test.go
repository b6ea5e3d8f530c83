package outbox_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

const day = 24 * time.Hour

// emailOnly keeps a reminder to the email channel, which most tests are about.
func emailOnly(t *testing.T, a *apptest.App, e *collections.Event) {
	t.Helper()
	for _, r := range a.Reminders(e) {
		r.SetChannels([]string{"email"})
		a.MustSave(r)
	}
}

// eventInTenDays saves an event with its three reminders by email.
func eventInTenDays(t *testing.T, a *apptest.App) *collections.Event {
	t.Helper()
	e := a.Event(apptest.Start.Add(10 * day)).Save()
	emailOnly(t, a, e)
	return e
}

func statusIs(a *apptest.App, e *collections.Event, want ...string) func() bool {
	return func() bool { return reflect.DeepEqual(a.Statuses(e), want) }
}

func transient() error {
	return &notifiers.Error{Class: notifiers.Transient, Reason: "451 4.3.0 try again later"}
}

func down() error {
	return &notifiers.Error{Class: notifiers.Configuration, Reason: "connection refused", Hint: "Is the mail server running?"}
}

func TestP5_ADueReminderLeaves(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.StartEngine()
	a.Advance(3*day - time.Second)
	a.Advance(time.Second)
	a.Eventually("the first reminder is sent", statusIs(a, e, "sent", "pending", "pending"))
	sent := a.Outbox.Sent()
	if len(sent) != 1 || sent[0].To.Address != "staff@example.test" {
		t.Fatalf("sent: %+v", sent)
	}
	d := a.Deliveries(a.Reminders(e)[0].Id)[0]
	if d.Status != "sent" || d.Attempts != 1 || d.Late || d.Provider != "memory" || d.ID != sent[0].ID || d.SentAt.IsZero() {
		t.Errorf("the row says %+v", d)
	}
	r := a.Reminders(e)[0]
	if got := r.ChannelStatus()["email"]; got.Sent != 1 || got.Queued != 0 || r.SentAt().IsZero() {
		t.Errorf("the reminder says %+v, sent at %s", got, r.SentAt())
	}
}

func TestP8_ATransientErrorIsTriedThreeTimes(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.Outbox.Answer(func(_ context.Context, _ *notifiers.Message, try int) error {
		if try < 3 {
			return transient()
		}
		return nil
	})
	a.StartEngine()
	a.Advance(3 * day)
	id := a.Reminders(e)[0].Id
	attempts := func(n int, status string) func() bool {
		return func() bool {
			rows := a.Deliveries(id)
			return len(rows) == 1 && rows[0].Attempts == n && rows[0].Status == status
		}
	}
	a.Eventually("the first attempt fails", attempts(1, "queued"))
	d := a.Deliveries(id)[0]
	if want := a.Clock.Now().Add(5 * time.Minute); !d.NextAttemptAt.Time().Equal(want) || d.ErrorClass != "transient" {
		t.Errorf("next attempt at %s (%s), want %s", d.NextAttemptAt, d.ErrorClass, want)
	}
	a.Advance(5 * time.Minute)
	a.Eventually("the second attempt fails", attempts(2, "queued"))
	a.Advance(5 * time.Minute)
	a.Eventually("the third attempt succeeds", attempts(3, "sent"))
	if ids := a.Outbox.Sent(); len(ids) != 1 || ids[0].ID != d.ID {
		t.Errorf("the identity changed: %+v", ids)
	}
}

func TestP8_AttemptsEnd(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error { return transient() })
	a.StartEngine()
	a.Advance(3 * day)
	for try := 1; try <= 3; try++ {
		a.Eventually(fmt.Sprintf("attempt %d", try), func() bool { return a.Outbox.Tries() == try })
		a.Eventually("its result", func() bool { return a.Deliveries(a.Reminders(e)[0].Id)[0].Status != "sending" })
		a.Advance(5 * time.Minute)
	}
	a.Eventually("the reminder failed", statusIs(a, e, "failed: 451 4.3.0 try again later", "pending", "pending"))
	a.Advance(time.Hour)
	if n := a.Outbox.Tries(); n != 3 {
		t.Errorf("%d attempts", n)
	}
}

func TestP8_APermanentErrorFailsAtOnceAndFlagsTheAddress(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
		return &notifiers.Error{Class: notifiers.Permanent, AddressRefused: true, Reason: "550 5.1.1 no such user"}
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("it fails", statusIs(a, e, "failed: 550 5.1.1 no such user", "pending", "pending"))
	a.Outbox.Answer(nil)
	a.Advance(4 * day)
	a.Eventually("the next is skipped", statusIs(a, e, "failed: 550 5.1.1 no such user", "skipped: address refused", "pending"))

	// Another address is another matter.
	staff := a.User("staff")
	staff.SetEmail("new@example.test")
	a.MustSave(staff)
	a.Advance(2 * day)
	a.Eventually("the third is sent", func() bool { return len(a.Outbox.SentTo("new@example.test")) == 1 })
}

func TestP8_AConfigurationErrorPausesTheChannelAndUsesUpNoAttempt(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	customer := a.Customer("Harbour Medical")
	var events []*collections.Event
	for range 5 {
		e := a.Event(apptest.Start.Add(10 * day)).With(func(e *collections.Event) { e.SetCustomer(customer.Id) }).Save()
		emailOnly(t, a, e)
		events = append(events, e)
	}
	a.Outbox.Broken(down())
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("the channel pauses", func() bool { return a.System.Engine.Status("email").State == outbox.StatePaused })
	status := a.System.Engine.Status("email")
	if status.Reason != "connection refused" || status.Hint == "" {
		t.Errorf("the channel says %+v", status)
	}
	for range 20 { // probes
		a.Advance(time.Minute)
	}
	a.Eventually("nothing is under way", func() bool {
		for _, e := range events {
			d := a.Deliveries(a.Reminders(e)[0].Id)[0]
			if d.Attempts != 0 || d.Status != "queued" {
				return false
			}
		}
		return true
	})
	alerts, err := a.CountRecords(collections.Deliveries, alertsOnly())
	if err != nil || alerts != 1 {
		t.Errorf("%d alerts (%v), want one to the one administrator", alerts, err)
	}
	a.Outbox.Broken(nil)
	a.Eventually("everything leaves when it is back", func() bool {
		a.Advance(time.Second)
		return len(a.Outbox.SentTo("staff@example.test")) == 5
	})
	if state := a.System.Engine.Status("email").State; state != outbox.StateReady {
		t.Errorf("the channel is %s", state)
	}
}

func TestP9_OneRecipientsFailureIsNobodyElses(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(apptest.Start.Add(10 * day)).With(func(e *collections.Event) {
		e.SetAssignedStaff([]string{apptest.UserID("manager"), apptest.UserID("admin")})
	}).Save()
	a.Outbox.Answer(func(_ context.Context, m *notifiers.Message, _ int) error {
		if m.To.Address == "manager@example.test" || m.Channel == notifiers.SMS {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "no"}
		}
		return nil
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("partly sent", func() bool { return a.Reminders(e)[0].Status() == "partial" })
	counts := a.Reminders(e)[0].ChannelStatus()
	if counts["email"].Sent != 2 || counts["email"].Failed != 1 || counts["sms"].Failed != 3 || counts["wechat"].Sent != 3 {
		t.Errorf("counts: %+v", counts)
	}
}

func TestP9_AHangingConnectionDelaysNobody(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	slow := a.NewUser("Slow Server", "hang@example.test", "en")
	e := a.Event(apptest.Start.Add(10 * day)).With(func(e *collections.Event) {
		e.SetSalesResponsible(slow.Id)
		e.SetAssignedStaff([]string{apptest.UserID("manager"), apptest.UserID("admin"), apptest.UserID("staff")})
	}).Save()
	emailOnly(t, a, e)
	release := make(chan struct{})
	a.Outbox.Answer(func(ctx context.Context, m *notifiers.Message, _ int) error {
		if m.To.Address == "hang@example.test" {
			select {
			case <-release:
			case <-ctx.Done():
			}
			return transient()
		}
		return nil
	})
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("the others are sent", func() bool { return len(a.Outbox.Sent()) == 3 })
	close(release)
}

func TestP10_CancelledMovedOrReassignedAMomentBefore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*collections.Event)
		gone   string // an address that must get nothing
	}{
		{"cancelled", func(e *collections.Event) { e.SetStatus("cancelled") }, "staff@example.test"},
		{"completed", func(e *collections.Event) { e.SetStatus("completed") }, "staff@example.test"},
		{"moved", func(e *collections.Event) { e.SetPlannedStart(e.PlannedStart().Add(5 * day)) }, "staff@example.test"},
		{"reassigned", func(e *collections.Event) { e.SetSalesResponsible(apptest.UserID("manager")) }, "staff@example.test"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := withoutProbes(t)
			e := eventInTenDays(t, a)
			// The channel is down when the reminder falls due, so that it waits, fanned out.
			a.Outbox.Broken(down())
			a.StartEngine()
			a.Advance(3 * day)
			a.Eventually("it is fanned out", func() bool { return len(a.Deliveries(a.Reminders(e)[0].Id)) == 1 })
			a.Eventually("the channel is paused and nothing is under way", func() bool {
				status := a.System.Engine.Status("email")
				return status.State == outbox.StatePaused && status.InFlight == 0
			})
			fresh := a.Reload(e)
			tt.change(fresh)
			a.MustSave(fresh)
			mend(a)
			a.Eventually("the channel heals", func() bool {
				a.Advance(time.Second)
				return a.System.Engine.Status("email").State == outbox.StateReady
			})
			a.Eventually("the old message is settled", func() bool {
				for _, d := range a.Deliveries(a.Reminders(e)[0].Id) {
					if d.Status == "queued" || d.Status == "sending" {
						return false
					}
				}
				return true
			})
			if sent := a.Outbox.SentTo(tt.gone); len(sent) != 0 {
				t.Errorf("the old message left: %+v", sent[0].Subject)
			}
		})
	}
}

func TestP10_ADeactivatedUserGetsNothing(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	staff := a.User("staff")
	staff.SetActive(false)
	a.MustSave(staff)
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("it is skipped", statusIs(a, e, "skipped: recipient inactive", "pending", "pending"))
	if len(a.Outbox.Sent()) != 0 {
		t.Error("a deactivated user got a message")
	}
}

func TestP6_AnOutageOfThreeDaysAccountsForEveryReminder(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	customer := a.Customer("Harbour Medical")
	at := func(days float64) *collections.Event {
		e := a.Event(apptest.Start.Add(time.Duration(days * float64(day)))).With(func(e *collections.Event) { e.SetCustomer(customer.Id) }).Save()
		emailOnly(t, a, e)
		return e
	}
	ahead, twoMissed, begun := at(9), at(4.5), at(2.5)
	manual := a.Reminder(begun, apptest.Start.Add(2*day))
	a.MustSave(manual)
	afterwards := a.Reminder(begun, apptest.Start.Add(67*time.Hour))
	a.MustSave(afterwards)

	a.Clock.Advance(3*day + 12*time.Hour + time.Minute) // nobody was running
	a.StartEngine()
	a.Eventually("one step missed: sent late", statusIs(a, ahead, "sent", "pending", "pending"))
	a.Eventually("several missed: the newest only", statusIs(a, twoMissed, "skipped: superseded", "sent"))
	a.Eventually("the event began", func() bool {
		for _, s := range a.Statuses(begun) {
			if s == "pending" || s == "sending" {
				return false
			}
		}
		return true
	})
	want := []string{"skipped: event started", "skipped: event started", "sent"}
	if got := a.Statuses(begun); !reflect.DeepEqual(got, want) {
		t.Errorf("of the event that began: %q, want %q", got, want)
	}
	if d := a.Deliveries(a.Reminders(ahead)[0].Id)[0]; !d.Late {
		t.Error("a late message is not marked so")
	}
	if !a.Reminders(ahead)[0].Late() {
		t.Error("a late reminder is not marked so")
	}
}

func TestP6_AChannelsOutageSkipsWhatBecamePointless(t *testing.T) {
	t.Parallel()
	a := withoutProbes(t)
	e := waiting(t, a)
	for range 6 {
		a.Advance(day)
		a.Eventually("due reminders are fanned out", func() bool {
			for _, r := range a.Reminders(e) {
				if r.Status() == "pending" && !r.SendAt().After(a.Clock.Now()) {
					return false
				}
			}
			return true
		})
	}
	a.Clock.Set(apptest.Start.Add(9*day + 12*time.Hour)) // the event is still ahead
	mend(a)
	a.Eventually("the newest leaves late, the older are superseded", statusIs(a, e, "skipped: superseded", "skipped: superseded", "sent"))
}

func TestP7_WhatWasInTheProvidersHandsIsRepeatedUnderItsIdentity(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.Outbox.Answer(func(_ context.Context, _ *notifiers.Message, try int) error {
		if try == 1 {
			return &notifiers.Error{Class: notifiers.Unknown, Reason: "the connection was lost after the message"}
		}
		return nil
	})
	a.StartEngine()
	a.Advance(3 * day)
	id := a.Reminders(e)[0].Id
	a.Eventually("its fate is unknown", func() bool { d := a.Deliveries(id); return len(d) == 1 && d[0].Status == "unknown" })
	if a.Reminders(e)[0].Status() != "sending" {
		t.Errorf("the reminder is %s meanwhile", a.Reminders(e)[0].Status())
	}
	a.Advance(5 * time.Minute)
	a.Eventually("it is repeated", statusIs(a, e, "sent", "pending", "pending"))
	d := a.Deliveries(id)[0]
	if !d.PossibleDuplicate || d.Attempts != 2 || a.Outbox.Sent()[0].ID != d.ID {
		t.Errorf("the row says %+v", d)
	}
}

func TestSendNowKeepsTheDate(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := eventInTenDays(t, a)
	a.StartEngine()
	r := a.Reminders(e)[2]
	if ok, err := a.System.Planner.SendNow(a.App, r); !ok || err != nil {
		t.Fatal(ok, err)
	}
	a.System.Engine.Wake()
	a.Eventually("it is sent", func() bool { return a.Reminders(e)[2].Status() == "sent" })
	if got := a.Reminders(e)[2]; !got.SendAt().Equal(r.SendAt()) || got.Late() {
		t.Errorf("send_datetime became %s, late %v", got.SendAt(), got.Late())
	}
}

func alertsOnly() dbx.Expression { return dbx.HashExp{"kind": "alert"} }

func TestP9_AnEventThatCannotBeFannedOutKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	sick, sound := eventInTenDays(t, a), eventInTenDays(t, a)
	// SQL breaks a step's time and moves the event, so that replanning it must fail.
	for _, query := range []string{
		"UPDATE reminder_plan_steps SET at = '99:99'",
		"UPDATE events SET planned_start_date = '2026-06-01 00:00:00.000Z' WHERE id = '" + sick.Id + "'",
	} {
		if _, err := a.NonconcurrentDB().NewQuery(query).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("the sound one is sent", statusIs(a, sound, "sent", "pending", "pending"))
	if got := a.Statuses(sick)[0]; got != "pending" {
		t.Errorf("the sick one is %s", got)
	}
	if _, err := a.NonconcurrentDB().NewQuery("UPDATE reminder_plan_steps SET at = ''").Execute(); err != nil {
		t.Fatal(err)
	}
	a.Advance(6 * time.Minute)
	a.Eventually("it is planned anew when it is mended", func() bool { return a.Reminders(sick)[0].SendAt().After(a.Clock.Now()) })
}

// withoutProbes is an app whose paused channels stay so until mend, so that no probe is under way while a test changes
// something.
func withoutProbes(t *testing.T) *apptest.App {
	t.Helper()
	return apptest.New(t, apptest.WithOutbox(func(o *outbox.Options) { o.ProbeAfter, o.ProbeMax = time.Hour, time.Hour }))
}

// mend brings the provider back, and has it tried at once.
func mend(a *apptest.App) {
	a.Outbox.Broken(nil)
	a.System.Engine.SetNotifier("email", a.Outbox, 4)
}

// waiting gives an event whose first reminder is fanned out and cannot leave, because the channel is down.
func waiting(t *testing.T, a *apptest.App) *collections.Event {
	t.Helper()
	e := eventInTenDays(t, a)
	a.Outbox.Broken(down())
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("the channel is paused and the message waits", func() bool {
		status := a.System.Engine.Status("email")
		rows := a.Deliveries(a.Reminders(e)[0].Id)
		return status.State == outbox.StatePaused && status.InFlight == 0 && len(rows) == 1 && rows[0].Status == "queued"
	})
	return e
}

func TestP4_MovingTakesBackWhatNobodyHasClaimed(t *testing.T) {
	t.Parallel()
	a := withoutProbes(t)
	e := waiting(t, a)
	fresh := a.Reload(e)
	fresh.SetPlannedStart(fresh.PlannedStart().Add(5 * day))
	a.MustSave(fresh)
	first := a.Reminders(e)[0]
	if d := a.Deliveries(first.Id)[0]; d.Status != "cancelled" || d.Error != "event moved" {
		t.Errorf("the old message is %s: %s", d.Status, d.Error)
	}
	if first.Status() != "pending" || !first.SendAt().Equal(apptest.Start.Add(8*day)) {
		t.Errorf("the reminder is %s, due %s", first.Status(), first.SendAt())
	}
	mend(a)
	for range 6 {
		a.Advance(day)
	}
	a.Eventually("it leaves with the new date", func() bool { return len(a.Outbox.SentTo("staff@example.test")) == 1 })
}

func TestP10_TheLastLookSeesWhatNoHookSaw(t *testing.T) {
	t.Parallel()
	for change, want := range map[string]string{
		"UPDATE events SET status = 'cancelled'":                                                           "cancelled: event cancelled",
		"UPDATE events SET planned_start_date = '2026-06-01 00:00:00.000Z'":                                "cancelled: event moved",
		"UPDATE reminders SET recipients = '[]'":                                                           "cancelled: no longer a recipient",
		"UPDATE users SET active = FALSE":                                                                  "skipped: recipient inactive",
		`UPDATE users SET preferences = '{"channels":["sms"]}'`:                                            "skipped: switched off by the recipient",
		"UPDATE users SET email = '' WHERE email = 'staff@example.test'":                                   "skipped: no email address",
		"INSERT INTO refused_addresses (id, channel, address) VALUES ('x', 'email', 'staff@example.test')": "skipped: address refused",
	} {
		t.Run(change, func(t *testing.T) {
			t.Parallel()
			a := withoutProbes(t)
			e := waiting(t, a)
			id := a.Reminders(e)[0].Id
			if _, err := a.NonconcurrentDB().NewQuery(change).Execute(); err != nil {
				t.Fatal(err)
			}
			mend(a)
			a.Eventually(want, func() bool {
				a.Advance(time.Second)
				d := a.Deliveries(id)[0]
				return d.Status+": "+d.Error == want
			})
			if n := len(a.Outbox.SentTo("staff@example.test")); n != 0 {
				t.Errorf("%d messages left", n)
			}
		})
	}
}

func TestP10_TheWordsAreMadeAnewWhenTheEventChanged(t *testing.T) {
	t.Parallel()
	a := withoutProbes(t)
	e := waiting(t, a)
	fresh := a.Reload(e)
	fresh.SetLocation("Another place altogether")
	a.MustSave(fresh)
	mend(a)
	a.Eventually("it is sent", func() bool { a.Advance(time.Second); return len(a.Outbox.Sent()) > 0 })
	found := false
	for _, f := range a.Outbox.SentTo("staff@example.test")[0].Facts {
		found = found || f.Value == "Another place altogether"
	}
	if !found {
		t.Error("the message names the old place")
	}
}

func TestQuietHoursHoldSMSAndWeChatBackButNoMail(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	staff := a.User("staff")
	staff.SetTimezone("Asia/Hong_Kong")
	staff.SetPreferences(collections.Preferences{QuietHours: &collections.QuietHours{From: "08:00", To: "10:30"}})
	a.MustSave(staff)
	e := a.Event(apptest.Start.Add(10 * day)).Save() // reminders are due at 09:00 in Hong Kong
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("the mail leaves", func() bool { return len(a.Outbox.Sent()) == 1 })
	if m := a.Outbox.Sent()[0]; m.Channel != "email" {
		t.Errorf("%s left during quiet hours", m.Channel)
	}
	a.Advance(90 * time.Minute)
	a.Eventually("the rest leaves when they end", func() bool { return a.Reminders(e)[0].Status() == "sent" })
	for _, d := range a.Deliveries(a.Reminders(e)[0].Id) {
		if d.Late {
			t.Errorf("%s is marked late, though its reader wanted it later", d.Channel)
		}
	}
}

func TestP10_AReminderWhoseLastRecipientLeftIsCancelledNotSentForEver(t *testing.T) {
	t.Parallel()
	a := withoutProbes(t)
	e := waiting(t, a)
	fresh := a.Reload(e)
	fresh.SetSalesResponsible("")
	a.MustSave(fresh)
	mend(a)
	a.Eventually("it ends", func() bool {
		a.Advance(time.Second)
		return a.Statuses(e)[0] == "cancelled: no longer a recipient"
	})
}
