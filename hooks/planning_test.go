package hooks_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
)

const day = 24 * time.Hour

func in(days float64) time.Time {
	return apptest.Start.Add(time.Duration(days * float64(day)))
}

func pending(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "pending"
	}
	return all
}

func wantStatuses(t *testing.T, a *apptest.App, e *collections.Event, want ...string) {
	t.Helper()
	if got := a.Statuses(e); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestP1_AnEventAndItsRemindersCommitTogether(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	reminders := a.Reminders(e)
	if len(reminders) != 3 {
		t.Fatalf("%d reminders, want 3", len(reminders))
	}
	for i, want := range []struct {
		days float64
		kind string
	}{{3, "checklist"}, {7, "equipment"}, {9, "safety"}} {
		r := reminders[i]
		if !r.SendAt().Equal(in(want.days)) || r.Type() != want.kind || r.Origin() != "plan" || r.Status() != "pending" {
			t.Errorf("reminder %d: %s %s at %s", i, r.Type(), r.Status(), r.SendAt())
		}
		if !reflect.DeepEqual(r.Recipients(), []string{apptest.UserID("staff")}) || !reflect.DeepEqual(r.Channels(), []string{"email", "sms", "wechat"}) {
			t.Errorf("reminder %d: to %v by %v", i, r.Recipients(), r.Channels())
		}
		if r.Title() == "" || strings.Contains(r.Title()+r.Message(), "{{") {
			t.Errorf("reminder %d reads %q %q", i, r.Title(), r.Message())
		}
	}
	if e.Number() != "EV-2026-0001" || e.Status() != "planned" || !e.PlannedEnd().Equal(in(10).Add(time.Hour)) {
		t.Errorf("the event is %s, %s, until %s", e.Number(), e.Status(), e.PlannedEnd())
	}
}

func TestP1_AReminderThatCannotBeSavedTakesTheEventWithIt(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	bySQL(t, a, "CREATE TRIGGER broken BEFORE INSERT ON reminders BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	customer := a.Customer("Harbour Medical")
	e, err := collections.NewEvent(a.App)
	if err != nil {
		t.Fatal(err)
	}
	e.SetTitle("Visit")
	e.SetCustomer(customer.Id)
	e.SetPlannedStart(in(10))
	e.SetAutoReminders(true)
	if err := a.Save(e); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("saving gave %v, want the cause", err)
	}
	if n, err := a.CountRecords(collections.Events); err != nil || n != 0 {
		t.Errorf("%d events were left behind (%v)", n, err)
	}
	// The number was not used up either.
	bySQL(t, a, "DROP TRIGGER broken")
	if again := a.Event(in(10)).Save(); again.Number() != "EV-2026-0001" {
		t.Errorf("the next event is %s", again.Number())
	}
}

func TestP1_InsideAnotherTransactionToo(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	customer := a.Customer("Harbour Medical")
	stop := errors.New("the other half of the work failed")
	err := a.RunInTransaction(func(tx core.App) error {
		e, err := collections.NewEvent(tx)
		if err != nil {
			return err
		}
		e.SetTitle("Visit")
		e.SetCustomer(customer.Id)
		e.SetPlannedStart(in(10))
		e.SetAutoReminders(true)
		if err := tx.Save(e); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	for _, c := range []string{collections.Events, collections.Reminders, collections.AuditLog} {
		if n, _ := a.CountRecords(c); n != 0 {
			t.Errorf("%d %s were left behind", n, c)
		}
	}
}

func TestP4_MovingAnEventMovesItsReminders(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	before := a.Reminders(e)
	e.SetPlannedStart(in(12))
	a.MustSave(e)
	after := a.Reminders(e)
	for i, r := range after {
		if r.Id != before[i].Id || !r.SendAt().Equal(before[i].SendAt().Add(2*day)) {
			t.Errorf("reminder %d went from %s to %s", i, before[i].SendAt(), r.SendAt())
		}
	}
	if !a.Reload(e).PlannedEnd().Equal(in(12).Add(time.Hour)) {
		t.Errorf("the event's end stayed at %s", a.Reload(e).PlannedEnd())
	}
}

func TestP4_CancellingAndReopening(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	m := a.Reminder(e, in(1))
	a.MustSave(m)
	e = a.Reload(e)
	e.SetStatus("cancelled")
	a.MustSave(e)
	cancelled := "cancelled: event cancelled"
	wantStatuses(t, a, e, cancelled, cancelled, cancelled, cancelled)
	a.Clock.Set(in(4))
	e = a.Reload(e)
	e.SetStatus("planned")
	a.MustSave(e)
	wantStatuses(t, a, e, cancelled, cancelled, "pending", "pending")
}

func TestP4_ReassigningChangesTheRecipients(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	e.SetSalesResponsible(apptest.UserID("manager"))
	e.SetAssignedStaff([]string{apptest.UserID("admin"), apptest.UserID("manager")})
	a.MustSave(e)
	for _, r := range a.Reminders(e) {
		if !reflect.DeepEqual(r.Recipients(), []string{apptest.UserID("manager"), apptest.UserID("admin")}) {
			t.Errorf("recipients are %v", r.Recipients())
		}
	}
}

func TestP4_AnEditByHandDetachesTheEditedFieldsOnly(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	r := a.Reminders(e)[1]
	r.SetTitle("Take the long ladder")
	r.SetSendAt(in(6))
	a.MustSave(r)
	e = a.Reload(e)
	e.SetPlannedStart(in(12))
	e.SetSalesResponsible(apptest.UserID("manager"))
	a.MustSave(e)
	fresh, err := collections.Find[collections.Reminder](a.App, collections.Reminders, r.Id)
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Title() != "Take the long ladder" || !fresh.SendAt().Equal(in(6)) {
		t.Errorf("the edit was lost: %q at %s", fresh.Title(), fresh.SendAt())
	}
	if fresh.Recipients()[0] != apptest.UserID("manager") {
		t.Errorf("the recipients no longer follow the event: %v", fresh.Recipients())
	}
	if !reflect.DeepEqual(fresh.Detached(), []string{"title", "send_datetime"}) {
		t.Errorf("detached: %v", fresh.Detached())
	}
}

func TestP4_ReplanningIsIdempotent(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	before := fmt.Sprint(records(a, e))
	entries, _ := a.CountRecords(collections.AuditLog)
	for range 3 {
		a.MustSave(a.Reload(e))
	}
	if after := fmt.Sprint(records(a, e)); after != before {
		t.Errorf("saving again changed the reminders:\n%s\n%s", before, after)
	}
	if n, _ := a.CountRecords(collections.AuditLog); n != entries {
		t.Errorf("saving without a change wrote %d audit entries", n-entries)
	}
}

func records(a *apptest.App, e *collections.Event) []map[string]any {
	var all []map[string]any
	for _, r := range a.Reminders(e) {
		all = append(all, r.FieldsData())
	}
	return all
}

func TestP4_WhatSQLMovedIsReconciled(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	_, err := a.NonconcurrentDB().NewQuery("UPDATE events SET planned_start_date = {:at} WHERE id = {:id}").
		Bind(map[string]any{"at": collections.DateTime(in(20)), "id": e.Id}).Execute()
	if err != nil {
		t.Fatal(err)
	}
	run(t, a, "check-and-send-reminders")
	if first := a.Reminders(e)[0]; !first.SendAt().Equal(in(13)) {
		t.Errorf("the first reminder is still due at %s", first.SendAt())
	}
}

// run runs a cron job as the dashboard does.
func bySQL(t *testing.T, a *apptest.App, text string) {
	t.Helper()
	if _, err := a.NonconcurrentDB().NewQuery(text).Execute(); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, a *apptest.App, name string) {
	t.Helper()
	for _, job := range a.Cron().Jobs() {
		if job.Id() == name {
			job.Run()
			return
		}
	}
	t.Fatalf("there is no cron job %s", name)
}

func TestTheDefaultPlanFollowsTheConfiguredDays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := apptest.Open(t, dir, apptest.WithConfig(func(c *config.Config) { c.DaysBefore = []int{14, 2} }))
	plan, err := collections.PlanFor(a.App, "", "other")
	if err != nil || plan == nil {
		t.Fatalf("no default plan: %v", err)
	}
	steps, err := collections.StepsOf(a.App, plan.Id)
	if err != nil || len(steps) != 2 || steps[0].DaysBefore() != 14 || steps[0].ReminderType() != "equipment" || steps[1].ReminderType() != "safety" {
		t.Errorf("steps: %v (%v)", steps, err)
	}
}

func TestSeedingHappensOnce(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	plan, err := collections.PlanFor(a.App, "", "other")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Delete(plan); err != nil {
		t.Fatal(err)
	}
	if err := a.System.Prepare(); err != nil {
		t.Fatal(err)
	}
	if plan, _ := collections.PlanFor(a.App, "", "other"); plan != nil {
		t.Error("what an administrator deleted came back")
	}
	wantStatuses(t, a, a.Event(in(10)).Save())
}

func TestEventNumbersAreUniqueAndCountByYear(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	customer := a.Customer("Harbour Medical")
	numbers := map[string]bool{}
	for range 3 {
		e := a.Event(in(10)).With(func(e *collections.Event) { e.SetCustomer(customer.Id) }).Save()
		numbers[e.Number()] = true
	}
	a.Clock.Set(time.Date(2026, 12, 31, 16, 30, 0, 0, time.UTC)) // 2027 in Hong Kong
	if e := a.Event(in(400)).Save(); e.Number() != "EV-2027-0001" {
		t.Errorf("the first of the new year is %s", e.Number())
	}
	if len(numbers) != 3 {
		t.Errorf("numbers: %v", numbers)
	}
}
