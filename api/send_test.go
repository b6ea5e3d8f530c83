package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
)

func send(s *apptest.Server, role, reminder string) apptest.Answer {
	return s.Do(role, "POST", "/api/tminus/reminders/"+reminder+"/send", nil)
}

func retry(s *apptest.Server, role, reminder string) apptest.Answer {
	return s.Do(role, "POST", "/api/tminus/reminders/"+reminder+"/retry", nil)
}

func eventuallyIs(t *testing.T, s *apptest.Server, reminder, status string) {
	t.Helper()
	s.Eventually("the reminder is "+status, func() bool { return statusOf(t, s, reminder) == status })
}

func TestSendingNowLeavesAtOnceAndKeepsTheDate(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	planned := s.Reminders(e)[0]
	answer := send(s, "staff", planned.Id)
	wantStatus(t, "send", answer, http.StatusAccepted)
	if told := answer.JSON(t); told["id"] != planned.Id || told["status"] != "sending" {
		t.Errorf("the answer is %v", told)
	}
	eventuallyIs(t, s, planned.Id, "sent")
	r := apptest.Find[collections.Reminder](t, s, collections.Reminders, planned.Id)
	if !r.SendAt().Equal(in(3)) || !r.SentAt().Equal(s.Clock.Now()) || r.Late() {
		t.Errorf("sent at %s, planned for %s, late %v", r.SentAt(), r.SendAt(), r.Late())
	}
	// Its day comes, and it is not sent again; the others are.
	s.Advance(7 * day)
	s.Eventually("the next one is sent", func() bool { return s.Statuses(e)[1] == "sent" })
	if n := len(s.Outbox.SentTo("staff@example.test")); n != 2 {
		t.Errorf("%d mails, want one for each reminder", n)
	}
}

func TestSendingNowNeedsAPendingReminderOfAnOpenEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, status := range []string{"cancelled", "completed"} {
		e := s.Event(in(10)).Save()
		r := s.Reminder(e, in(5))
		s.MustSave(r)
		e.SetStatus(status)
		s.MustSave(e)
		before := s.Snapshot()
		wantStatus(t, "of an event that is "+status, send(s, "staff", r.Id), http.StatusBadRequest)
		// Even if SQL made it pending behind the planner's back.
		_, err := s.NonconcurrentDB().NewQuery("UPDATE reminders SET status = 'pending' WHERE id = '" + r.Id + "'").Execute()
		must(t, err)
		wantStatus(t, "pending, of an event that is "+status, send(s, "staff", r.Id), http.StatusBadRequest)
		_, err = s.NonconcurrentDB().NewQuery("UPDATE reminders SET status = 'cancelled' WHERE id = '" + r.Id + "'").Execute()
		must(t, err)
		s.Unchanged(t, status, before)
	}
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	wantStatus(t, "once", send(s, "staff", r.Id), http.StatusAccepted)
	wantStatus(t, "again", send(s, "staff", r.Id), http.StatusBadRequest)
	eventuallyIs(t, s, r.Id, "sent")
	wantStatus(t, "after it was sent", send(s, "staff", r.Id), http.StatusBadRequest)
	if n := len(s.Deliveries(r.Id)); n != 3 {
		t.Errorf("%d messages, want one for each channel", n)
	}
}

func TestSendingTwiceAtTheSameTimeSendsOnce(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	token := s.Token("staff")
	for range 10 {
		e := s.Event(in(10)).Save()
		r := s.Reminders(e)[0]
		const clicks = 5
		statuses := make([]int, clicks)
		var wg sync.WaitGroup
		for i := range clicks {
			wg.Go(func() { statuses[i] = s.DoToken(token, "POST", "/api/tminus/reminders/"+r.Id+"/send", nil).Status })
		}
		wg.Wait()
		slices.Sort(statuses)
		if fmt.Sprint(statuses) != "[202 400 400 400 400]" {
			t.Errorf("the clicks gave %v", statuses)
		}
		eventuallyIs(t, s, r.Id, "sent")
		if fresh := apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id); fresh.Generation() != 1 || len(s.Deliveries(r.Id)) != 3 {
			t.Errorf("%d fan-outs, %d messages", fresh.Generation(), len(s.Deliveries(r.Id)))
		}
	}
}

func TestSendingNowTellsWhenNobodyCanBeReached(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetSalesResponsible(apptest.UserID("viewer")) }).Save()
	viewer := s.User("viewer")
	viewer.SetActive(false)
	s.MustSave(viewer)
	r := s.Reminders(e)[0]
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "skipped")
	if reason := apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id).StatusReason(); reason != "recipient inactive" {
		t.Errorf("skipped: %s", reason)
	}
	if s.Outbox.Tries() != 0 {
		t.Errorf("%d messages were tried", s.Outbox.Tries())
	}
}

func TestRetryingTriesTheFailedMessagesAgainUnderTheirIdentity(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Outbox.Answer(func(_ context.Context, m *notifiers.Message, try int) error {
		if m.Channel == "sms" && try == 1 {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "template refused"}
		}
		return nil
	})
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "partial")
	before := map[string]string{}
	for _, d := range s.Deliveries(r.Id) {
		before[d.Channel] = d.ID
	}
	tried := s.Outbox.Tries()
	wantStatus(t, "retry", retry(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "sent")
	for _, d := range s.Deliveries(r.Id) {
		if before[d.Channel] != d.ID {
			t.Errorf("the %s message was %s and is %s", d.Channel, before[d.Channel], d.ID)
		}
	}
	if n := s.Outbox.Tries() - tried; n != 1 {
		t.Errorf("%d messages were tried again, want the failed one", n)
	}
	if n := len(s.Deliveries(r.Id)); n != 3 {
		t.Errorf("%d messages, want three", n)
	}
	wantStatus(t, "retry what was sent", retry(s, "staff", r.Id), http.StatusBadRequest)
}

func TestRetryingNeedsAFailureAndAnOpenEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
		return &notifiers.Error{Class: notifiers.Permanent, Reason: "no"}
	})
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	before := s.Snapshot()
	wantStatus(t, "a pending one", retry(s, "staff", r.Id), http.StatusBadRequest)
	s.Unchanged(t, "a pending one", before)
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "failed")
	e = s.Reload(e)
	e.SetStatus("cancelled")
	s.MustSave(e)
	before = s.Snapshot()
	wantStatus(t, "of a cancelled event", retry(s, "staff", r.Id), http.StatusBadRequest)
	s.Unchanged(t, "of a cancelled event", before)
}

func TestRetryingTwiceAtTheSameTimeTriesOnce(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Outbox.Answer(func(_ context.Context, _ *notifiers.Message, try int) error {
		if try == 1 {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "no"}
		}
		return nil
	})
	token := s.Token("staff")
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "failed")
	var wg sync.WaitGroup
	statuses := make([]int, 4)
	for i := range statuses {
		wg.Go(func() { statuses[i] = s.DoToken(token, "POST", "/api/tminus/reminders/"+r.Id+"/retry", nil).Status })
	}
	wg.Wait()
	slices.Sort(statuses)
	if fmt.Sprint(statuses) != "[202 400 400 400]" {
		t.Errorf("the clicks gave %v", statuses)
	}
	eventuallyIs(t, s, r.Id, "sent")
	if n := s.Outbox.Tries(); n != 6 {
		t.Errorf("%d attempts, want two for each channel", n)
	}
}

func TestReplanningByHandHoldsTheRemindersAgainstThePlan(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	replan := func() apptest.Answer { return s.Do("staff", "POST", "/api/tminus/events/"+e.Id+"/replan", nil) }
	before := s.Snapshot()
	for range 3 {
		wantStatus(t, "replan", replan(), http.StatusOK)
	}
	s.Unchanged(t, "replanning what fits", before)

	// The plan gets another step; the event learns of it when it is replanned.
	step := map[string]any{
		"plan": s.Only(collections.ReminderPlans), "days_before": 5, "reminder_type": "custom", "channels": []string{"email"}, "audience": []string{"sales_responsible"},
	}
	wantStatus(t, "add a step", s.Do("manager", "POST", records("reminder_plan_steps", ""), step), http.StatusOK)
	answer := replan()
	wantStatus(t, "replan", answer, http.StatusOK)
	told, _ := answer.JSON(t)["reminders"].([]any)
	if len(told) != 4 || len(s.Reminders(e)) != 4 {
		t.Fatalf("told of %d, there are %d, want four", len(told), len(s.Reminders(e)))
	}
	for i, r := range s.Reminders(e) {
		one := told[i].(map[string]any)
		at, err := time.Parse(time.RFC3339, fmt.Sprint(one["send_datetime"]))
		if err != nil || one["id"] != r.Id || one["title"] != r.Title() || one["status"] != r.Status() || !at.Equal(r.SendAt()) {
			t.Errorf("told %v, want %s %q %s %s (%v)", one, r.Id, r.Title(), r.Status(), r.SendAt(), err)
		}
	}
}
