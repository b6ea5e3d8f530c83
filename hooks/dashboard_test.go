package hooks_test

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
)

// The dashboard is PocketBase's REST API with a superuser's token.

func TestP4_MovingAnEventInTheDashboardMovesItsReminders(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	wantStatus(t, "move", s.Do("super", "PATCH", path("events", e.Id), map[string]any{"planned_start_date": date(in(20))}), http.StatusOK)
	for i, days := range []float64{13, 17, 19} {
		if r := s.Reminders(e)[i]; !r.SendAt().Equal(in(days)) {
			t.Errorf("reminder %d is due at %s", i, r.SendAt())
		}
	}
	wantStatus(t, "reassign", s.Do("super", "PATCH", path("events", e.Id), map[string]any{"sales_responsible": apptest.UserID("manager")}), http.StatusOK)
	if r := s.Reminders(e)[0]; !reflect.DeepEqual(r.Recipients(), []string{apptest.UserID("manager")}) {
		t.Errorf("reminders go to %v", r.Recipients())
	}
	wantStatus(t, "cancel", s.Do("super", "PATCH", path("events", e.Id), map[string]any{"status": "cancelled"}), http.StatusOK)
	gone := "cancelled: event cancelled"
	wantStatuses(t, s.App, e, gone, gone, gone)
	wantStatus(t, "reopen", s.Do("super", "PATCH", path("events", e.Id), map[string]any{"status": "planned"}), http.StatusOK)
	wantStatuses(t, s.App, e, pending(3)...)
}

func TestP1_AnEventMadeInTheDashboardIsWhole(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	answer := s.Do("super", "POST", path("events", ""), map[string]any{
		"title": "Visit", "customer": s.Customer("Harbour Medical").Id, "planned_start_date": date(in(10)), "sales_responsible": apptest.UserID("staff"),
	})
	wantStatus(t, "create", answer, http.StatusOK)
	id, _ := answer.JSON(t)["id"].(string)
	e := apptest.Find[collections.Event](t, s, collections.Events, id)
	if e.Number() != "EV-2026-0001" || e.Timezone() != "Asia/Hong_Kong" || !e.AutoReminders() || e.Status() != "planned" || e.Type() != "other" {
		t.Errorf("the event is %v", e.FieldsData())
	}
	wantStatuses(t, s.App, e, pending(3)...)
}

// ended gives a reminder in each status but pending, each of an event of its own.
func ended(t *testing.T, s *apptest.Server) map[string]*collections.Reminder {
	t.Helper()
	all := map[string]*collections.Reminder{}
	for _, status := range []string{"sending", "sent", "partial", "failed", "skipped", "cancelled"} {
		r := s.Reminder(s.Event(in(10)).Save(), in(5))
		s.MustSave(r)
		_, err := collections.WriteReminderState(s.App.App, collections.ReminderState{ID: r.Id, Status: status, Reason: "as told", ChannelStatus: "{}"}, s.Clock.Now())
		must(t, err)
		all[status] = r
	}
	return all
}

func TestP12_WhatIsNoLongerPendingIsFixedForSuperusersToo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	all := ended(t, s)
	before := s.Snapshot()
	for _, role := range []string{"super", "staff"} {
		for status, r := range all {
			for name, body := range map[string]map[string]any{
				"time": {"send_datetime": date(in(6))}, "recipients": {"recipients": []string{apptest.UserID("viewer")}},
				"status": {"status": "pending"}, "nothing": {},
			} {
				wantStatus(t, role+" edits the "+name+" of a reminder that is "+status, s.Do(role, "PATCH", path("reminders", r.Id), body), http.StatusBadRequest)
			}
			for _, w := range ways {
				answer := w.send(t, s, role, "reminders", r.Id, map[string]any{"title": "x"})
				wantStatus(t, role+" edits the words of a reminder that is "+status+" by "+w.name, answer, http.StatusBadRequest)
			}
			wantStatus(t, role+" deletes a reminder that is "+status, s.Do(role, "DELETE", path("reminders", r.Id), nil), http.StatusBadRequest)
			wantStatus(t, role+" deletes it in a batch", batch(s, role, request{"DELETE", path("reminders", r.Id), nil}), http.StatusBadRequest)
			wantStatus(t, role+" sends a reminder that is "+status, s.Do(role, "POST", "/api/tminus/reminders/"+r.Id+"/send", nil), http.StatusBadRequest)
		}
	}
	s.Unchanged(t, "history", before)
}

// The dashboard empties a collection at once, which asks no hook of single requests.
func TestP12_HistoryCannotBeEmptiedAtOnce(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	ended(t, s)
	saveAudit(t, s, true)
	saveDelivery(t, s, true)
	before := s.Snapshot()
	for _, c := range []string{collections.Reminders, collections.Events, collections.Deliveries, collections.AuditLog, collections.Users, collections.Customers} {
		if answer := s.Do("super", "DELETE", "/api/collections/"+c+"/truncate", nil); answer.Status < 400 {
			t.Errorf("emptying %s: %d", c, answer.Status)
		}
	}
	s.Unchanged(t, "history", before)
}

func TestP12_AnEventOfWhichSomethingWasSentStays(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for status, kept := range map[string]bool{
		"sent": true, "delivered": true, "unknown": true, "queued": false, "skipped": false, "cancelled": false, "failed": false,
	} {
		e := s.Event(in(10)).Save()
		// On a channel that nobody sends on, so that the engine leaves it alone.
		d := &collections.Delivery{Key: fresh("key"), Kind: "reminder", Channel: "email", Event: e.Id, Reminder: s.Reminders(e)[0].Id, Status: status}
		d.NextAttemptAt = collections.DateTime(in(5))
		_, err := collections.InsertDelivery(s.App.App, d, s.Clock.Now())
		must(t, err)
		want := http.StatusNoContent
		if kept {
			want = http.StatusBadRequest
		}
		wantStatus(t, status, s.Do("super", "DELETE", path("events", e.Id), nil), want)
		if _, err := s.FindRecordById(collections.Events, e.Id); (err == nil) != kept {
			t.Errorf("%s: kept is %v, want %v", status, err == nil, kept)
		}
	}
}

// entry is one entry of the audit log as the API shows it.
type entry struct {
	Actor      string            `json:"actor"`
	Name       string            `json:"actor_name"`
	Action     string            `json:"action"`
	Collection string            `json:"collection"`
	Record     string            `json:"record"`
	Event      string            `json:"event"`
	Changes    map[string][2]any `json:"changes"`
	IP         string            `json:"ip"`
	Created    string            `json:"created"`
}

// entries gives the audit of a record as an administrator reads it, the oldest first.
func entries(t *testing.T, s *apptest.Server, record string) []entry {
	t.Helper()
	answer := s.Do("admin", "GET", path("audit_log", "")+"?perPage=200&sort=@rowid&filter=(record='"+record+"')", nil)
	wantStatus(t, "read the audit", answer, http.StatusOK)
	var page struct{ Items []entry }
	must(t, json.Unmarshal(answer.Body, &page))
	return page.Items
}

// last gives the newest entry about a record, checked for who, when and what.
func last(t *testing.T, s *apptest.Server, what, record, role, action string) entry {
	t.Helper()
	all := entries(t, s, record)
	if len(all) == 0 {
		t.Fatalf("%s: nothing is told about %s", what, record)
	}
	e := all[len(all)-1]
	who, name := actorOf(t, s, role)
	if e.Actor != who || e.Name != name || e.IP != "127.0.0.1" {
		t.Errorf("%s: by %q %q from %q, want %q %q from 127.0.0.1", what, e.Actor, e.Name, e.IP, who, name)
	}
	if e.Action != action || e.Record != record {
		t.Errorf("%s: %s of %s, want %s of %s", what, e.Action, e.Record, action, record)
	}
	if e.Created != date(s.Clock.Now()) {
		t.Errorf("%s: at %s, want %s", what, e.Created, date(s.Clock.Now()))
	}
	return e
}

func actorOf(t *testing.T, s *apptest.Server, role string) (id, name string) {
	t.Helper()
	if role != "super" {
		return apptest.UserID(role), s.User(role).Name()
	}
	super, err := s.FindAuthRecordByEmail("_superusers", "super@example.test")
	must(t, err)
	return super.Id, super.Email()
}

func wantChanges(t *testing.T, what string, e entry, want map[string][2]any) {
	t.Helper()
	if !reflect.DeepEqual(e.Changes, want) {
		t.Errorf("%s: it tells %v, want %v", what, e.Changes, want)
	}
}

func TestP12_TheAuditNamesActorTimeAndDifferenceOfEventsAndReminders(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"staff", "manager", "admin", "super"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			customer := s.Customer("Harbour Medical")
			body := map[string]any{"title": "Visit", "customer": customer.Id, "planned_start_date": date(in(10)), "sales_responsible": apptest.UserID("staff")}
			answer := s.Do(role, "POST", path("events", ""), body)
			wantStatus(t, "create", answer, http.StatusOK)
			id, _ := answer.JSON(t)["id"].(string)
			made := last(t, s, "an event is made", id, role, "create")
			if made.Event != id || made.Changes["title"] != [2]any{"", "Visit"} || made.Changes["event_number"] != [2]any{"", "EV-2026-0001"} ||
				made.Changes["planned_start_date"] != [2]any{"", date(in(10))} {
				t.Errorf("an event is made: %v", made)
			}
			event := apptest.Find[collections.Event](t, s, collections.Events, id)
			planned := s.Reminders(event)[0]
			r := last(t, s, "its reminder is planned", planned.Id, role, "create")
			if r.Event != id || r.Changes["send_datetime"] != [2]any{"", date(in(3))} || r.Changes["origin"] != [2]any{"", "plan"} {
				t.Errorf("its reminder is planned: %v", r)
			}

			s.Clock.Advance(time.Hour)
			body = map[string]any{"location": "Pier 9", "assigned_staff": []string{apptest.UserID("viewer")}}
			wantStatus(t, "change", s.Do(role, "PATCH", path("events", id), body), http.StatusOK)
			wantChanges(t, "an event is changed", last(t, s, "an event is changed", id, role, "update"), map[string][2]any{
				"location": {"", "Pier 9"}, "assigned_staff": {[]any{}, []any{apptest.UserID("viewer")}},
			})
			follows := last(t, s, "its reminder follows", planned.Id, role, "update").Changes
			if want := [2]any{[]any{apptest.UserID("staff")}, []any{apptest.UserID("staff"), apptest.UserID("viewer")}}; !reflect.DeepEqual(follows["recipients"], want) {
				t.Errorf("its reminder follows: %v", follows)
			}

			s.Clock.Advance(time.Hour)
			wantStatus(t, "move", s.Do(role, "PATCH", path("events", id), map[string]any{"planned_start_date": date(in(12))}), http.StatusOK)
			moved := last(t, s, "an event is moved", planned.Id, role, "update")
			if moved.Changes["send_datetime"] != [2]any{date(in(3)), date(in(5))} || moved.Changes["planned_for"] != [2]any{date(in(10)), date(in(12))} {
				t.Errorf("an event is moved: %v", moved.Changes)
			}

			answer = s.Do(role, "POST", path("reminders", ""), newReminder(id))
			wantStatus(t, "make a reminder", answer, http.StatusOK)
			manual, _ := answer.JSON(t)["id"].(string)
			if got := last(t, s, "a reminder is made", manual, role, "create"); got.Changes["title"] != [2]any{"", "Bring the lamp"} || got.Event != id {
				t.Errorf("a reminder is made: %v", got)
			}
			s.Clock.Advance(time.Hour)
			wantStatus(t, "edit", s.Do(role, "PATCH", path("reminders", manual), map[string]any{"title": "Bring both lamps"}), http.StatusOK)
			wantChanges(t, "a reminder is edited", last(t, s, "a reminder is edited", manual, role, "update"), map[string][2]any{
				"title": {"Bring the lamp", "Bring both lamps"},
			})
			s.Clock.Advance(time.Hour)
			wantStatus(t, "delete", s.Do(role, "DELETE", path("reminders", manual), nil), http.StatusNoContent)
			if got := last(t, s, "a reminder is deleted", manual, role, "delete"); got.Changes["title"] != [2]any{"Bring both lamps", ""} || got.Event != id {
				t.Errorf("a reminder is deleted: %v", got)
			}
			wantStatus(t, "delete a planned one", s.Do(role, "DELETE", path("reminders", planned.Id), nil), http.StatusNoContent)
			wantChanges(t, "a planned reminder is deleted", last(t, s, "a planned reminder is deleted", planned.Id, role, "update"), map[string][2]any{
				"status": {"pending", "cancelled"}, "status_reason": {"", "by hand"},
			})

			s.Clock.Advance(time.Hour)
			others := s.Reminders(event)
			wantStatus(t, "delete the event", s.Do(role, "DELETE", path("events", id), nil), http.StatusNoContent)
			if got := last(t, s, "an event is deleted", id, role, "delete"); got.Changes["title"] != [2]any{"Visit", ""} {
				t.Errorf("an event is deleted: %v", got)
			}
			for _, r := range others {
				last(t, s, "its reminders go with it", r.Id, role, "delete")
			}
		})
	}
}

func TestP12_TheAuditTellsWhoSentAndWhoTriedAgain(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Outbox.Answer(func(_ context.Context, _ *notifiers.Message, try int) error {
		if try == 1 {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "mailbox full"}
		}
		return nil
	})
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	r := s.Reminder(e, in(5))
	s.MustSave(r)
	status := func(want string) func() bool {
		return func() bool {
			return apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id).Status() == want
		}
	}
	wantStatus(t, "send", s.Do("staff", "POST", "/api/tminus/reminders/"+r.Id+"/send", nil), http.StatusAccepted)
	s.Eventually("it failed", status("failed"))
	wantStatus(t, "retry", s.Do("manager", "POST", "/api/tminus/reminders/"+r.Id+"/retry", nil), http.StatusAccepted)
	s.Eventually("it is sent", status("sent"))

	staff, manager := apptest.UserID("staff"), apptest.UserID("manager")
	all := entries(t, s, r.Id)[1:] // without its making
	want := []entry{
		{Actor: staff, Name: "User staff", IP: "127.0.0.1", Changes: map[string][2]any{"status": {"pending", "sending"}}},
		{Actor: "system", Changes: map[string][2]any{"status": {"sending", "failed"}, "status_reason": {"", "mailbox full"}}},
		{Actor: manager, Name: "User manager", IP: "127.0.0.1", Changes: map[string][2]any{"status": {"failed", "sending"}}},
		{Actor: "system", Changes: map[string][2]any{"status": {"sending", "sent"}}},
	}
	for i, e := range all {
		if i >= len(want) {
			t.Fatalf("it also tells %v", e)
		}
		w := want[i]
		if e.Actor != w.Actor || e.Name != w.Name || e.IP != w.IP || e.Action != "update" || e.Event != r.Event() || e.Created != date(s.Clock.Now()) {
			t.Errorf("entry %d is %v, want %v", i, e, w)
		}
		wantChanges(t, "what came of it", e, w.Changes)
	}
	if len(all) != len(want) {
		t.Errorf("%d entries, want %d", len(all), len(want))
	}
}

func TestP12_TheAuditOfABatchNamesItsSender(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	wantStatus(t, "batch", batch(s, "manager",
		request{"POST", path("events", ""), map[string]any{"id": firstID, "title": "Visit", "customer": customer.Id, "planned_start_date": date(in(10))}},
		request{"PATCH", path("events", firstID), map[string]any{"location": "Pier 9"}},
	), http.StatusOK)
	wantChanges(t, "change", last(t, s, "change", firstID, "manager", "update"), map[string][2]any{"location": {"", "Pier 9"}})
	if all := entries(t, s, firstID); len(all) != 2 {
		t.Errorf("%d entries, want one for each request", len(all))
	}
}

func TestP14_OnlyAdministratorsReadWhereAChangeCameFrom(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	wantStatus(t, "change", s.Do("staff", "PATCH", path("events", e.Id), map[string]any{"location": "Pier 9"}), http.StatusOK)
	for role, sees := range map[string]bool{"staff": false, "manager": false, "admin": true} {
		items := s.Do(role, "GET", path("audit_log", ""), nil).JSON(t)["items"].([]any)
		if len(items) == 0 {
			t.Fatalf("%s reads no audit", role)
		}
		if _, has := items[0].(map[string]any)["ip"]; has != sees {
			t.Errorf("%s sees the IP address: %v", role, has)
		}
	}
}

// A plan changes and its steps go; what was sent because of them stays as it was.
func TestP12_APlanThatServedCanBeDeletedAndItsHistoryStays(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	s.Advance(3 * day)
	s.Eventually("the first is sent", func() bool { return s.Reminders(e)[0].Status() == "sent" })
	sent := s.Reminders(e)[0]
	wantStatus(t, "delete its step", s.Do("manager", "DELETE", path("reminder_plan_steps", sent.PlanStep()), nil), http.StatusNoContent)
	plan := s.Only(collections.ReminderPlans)
	wantStatus(t, "make another one the default", s.Do("manager", "POST", path("reminder_plans", ""), map[string]any{"name": "Quiet", "is_default": true}), http.StatusOK)
	wantStatus(t, "delete the plan", s.Do("manager", "DELETE", path("reminder_plans", plan), nil), http.StatusNoContent)
	if n, _ := s.CountRecords(collections.PlanSteps); n != 0 {
		t.Errorf("%d steps of no plan are left", n)
	}
	after := s.Reminders(e)
	if len(after) != 3 || after[0].Status() != "sent" || after[0].Title() != sent.Title() || len(s.Deliveries(sent.Id)) != 3 {
		t.Errorf("the history became %v", s.Statuses(e))
	}
	wantStatus(t, "replan", s.Do("staff", "POST", "/api/tminus/events/"+e.Id+"/replan", nil), http.StatusOK)
	wantStatuses(t, s.App, e, "sent", "cancelled: plan changed", "cancelled: plan changed")
}

func TestP12_ATemplateThatWasSentCanBeDeletedAndTheRemindersKeepTheirWords(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	before := s.Reminders(e)[0].Title()
	steps, err := s.FindAllRecords(collections.PlanSteps)
	must(t, err)
	for _, step := range steps {
		wantStatus(t, "take it out of its step", s.Do("manager", "PATCH", path("reminder_plan_steps", step.Id), map[string]any{"template": ""}), http.StatusOK)
	}
	templates, err := s.FindAllRecords(collections.Templates, dbx.HashExp{"locale": "en"})
	must(t, err)
	for _, text := range templates {
		wantStatus(t, "delete "+text.GetString("key"), s.Do("manager", "DELETE", path("reminder_templates", text.Id), nil), http.StatusNoContent)
	}
	if got := s.Reminders(e)[0]; got.Title() != before || got.Status() != "pending" {
		t.Errorf("the reminder became %q, %s", got.Title(), got.Status())
	}
	s.Advance(3 * day)
	s.Eventually("it is sent all the same", func() bool { return s.Reminders(e)[0].Status() == "sent" })
}
