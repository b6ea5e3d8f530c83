package hooks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
)

// request is one entry of a batch.
type request struct {
	method, path string
	body         map[string]any
}

// batch sends requests as one transaction.
func batch(s *apptest.Server, role string, requests ...request) apptest.Answer {
	entries := make([]map[string]any, len(requests))
	for i, r := range requests {
		entries[i] = map[string]any{"method": r.method, "url": r.path}
		if r.body != nil {
			entries[i]["body"] = r.body
		}
	}
	return s.Do(role, http.MethodPost, "/api/batch", map[string]any{"requests": entries})
}

const (
	firstID  = "event0000000001"
	secondID = "event0000000002"
	thirdID  = "customer0000001"
)

func TestP1_ABatchCommitsTogether(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	event := func(id string, days float64) map[string]any {
		return map[string]any{"id": id, "title": "Visit " + id, "customer": customer.Id, "planned_start_date": date(in(days))}
	}
	answer := batch(s, "staff",
		request{"POST", path("events", ""), event(firstID, 10)},
		request{"POST", path("events", ""), event(secondID, 20)},
		request{"POST", path("reminders", ""), newReminder(firstID)},
	)
	wantStatus(t, "batch", answer, http.StatusOK)
	first, second := apptest.Find[collections.Event](t, s, collections.Events, firstID), apptest.Find[collections.Event](t, s, collections.Events, secondID)
	if first.Number() != "EV-2026-0001" || second.Number() != "EV-2026-0002" || first.CreatedBy() != apptest.UserID("staff") {
		t.Errorf("events %s by %s and %s", first.Number(), first.CreatedBy(), second.Number())
	}
	wantStatuses(t, s.App, first, pending(4)...)
	wantStatuses(t, s.App, second, pending(3)...)
	if n, _ := s.CountRecords(collections.AuditLog); n != 9 {
		t.Errorf("%d audit entries for two events and seven reminders", n)
	}
}

func TestP1_OneBadEntryTakesTheWholeBatchBack(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	event := func(days float64) map[string]any {
		return map[string]any{"title": "Visit", "customer": customer.Id, "planned_start_date": date(in(days))}
	}
	atOnce := event(1.0 / 24) // short notice: due in the moment of the commit
	good := []request{{"POST", path("events", ""), atOnce}, {"POST", path("events", ""), event(20)}}
	before := s.Snapshot()
	for name, bad := range map[string]request{
		"end before start":     {"POST", path("events", ""), map[string]any{"title": "Visit", "customer": customer.Id, "planned_start_date": date(in(5)), "planned_end_date": date(in(4))}},
		"no customer":          {"POST", path("events", ""), map[string]any{"title": "Visit", "planned_start_date": date(in(5))}},
		"forged":               {"POST", path("events", ""), map[string]any{"title": "Visit", "customer": customer.Id, "planned_start_date": date(in(5)), "event_number": "EV-1"}},
		"reminder of nothing":  {"POST", path("reminders", ""), newReminder("nothing00000000")},
		"not allowed":          {"DELETE", path("customers", customer.Id), nil},
		"not there":            {"PATCH", path("events", "nothing00000000"), map[string]any{"title": "x"}},
		"no batch action":      {"POST", "/api/tminus/setup", map[string]any{}},
		"a read-only one":      {"POST", path("deliveries", ""), map[string]any{"key": "x"}},
		"raising one's role":   {"PATCH", path("users", apptest.UserID("staff")), map[string]any{"role": "admin"}},
		"the planner's detour": {"PATCH", path("reminders", "nothing00000000"), map[string]any{"status": "sent"}},
	} {
		answer := batch(s, "staff", append(slices.Clone(good), bad)...)
		wantStatus(t, name, answer, http.StatusBadRequest)
		s.Unchanged(t, name, before)
	}
	// Neither a number was used up nor anything sent.
	wantStatus(t, "the good ones", batch(s, "staff", good...), http.StatusOK)
	s.Eventually("the short notice is sent", func() bool { return len(s.Outbox.SentTo("staff@example.test")) > 0 })
	events, err := s.FindRecordsByFilter(collections.Events, "", "event_number", 0, 0)
	must(t, err)
	if len(events) != 2 || events[0].GetString("event_number") != "EV-2026-0001" {
		t.Errorf("%d events, the first is %s", len(events), events[0].GetString("event_number"))
	}
	if sent := s.Outbox.SentTo("staff@example.test"); len(sent) != 1 {
		t.Errorf("%d mails, want the one short notice", len(sent))
	}
}

func TestP1_AnEventMadeAndMovedInOneBatchEndsRight(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	answer := batch(s, "staff",
		request{"POST", path("events", ""), map[string]any{"id": firstID, "title": "Visit", "customer": customer.Id, "planned_start_date": date(in(10))}},
		request{"PATCH", path("events", firstID), map[string]any{"planned_start_date": date(in(30))}},
		request{"PUT", path("events", ""), map[string]any{"id": firstID, "assigned_staff": []string{apptest.UserID("viewer")}}},
	)
	wantStatus(t, "batch", answer, http.StatusOK)
	e := apptest.Find[collections.Event](t, s, collections.Events, firstID)
	if !e.PlannedStart().Equal(in(30)) || !e.PlannedEnd().Equal(in(30).Add(time.Hour)) {
		t.Errorf("the event is from %s to %s", e.PlannedStart(), e.PlannedEnd())
	}
	wantStatuses(t, s.App, e, pending(3)...)
	for i, days := range []float64{23, 27, 29} {
		r := s.Reminders(e)[i]
		if !r.SendAt().Equal(in(days)) || !slices.Equal(r.Recipients(), []string{apptest.UserID("staff"), apptest.UserID("viewer")}) {
			t.Errorf("reminder %d: at %s to %v", i, r.SendAt(), r.Recipients())
		}
	}
}

func TestP1_ACustomerAndItsFirstEventInOneBatch(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	answer := batch(s, "staff",
		request{"POST", path("customers", ""), map[string]any{"id": thirdID, "name": "Clinique du Léman", "timezone": "Europe/Zurich"}},
		request{"PUT", path("events", ""), map[string]any{"id": firstID, "title": "Visite", "customer": thirdID, "planned_start_date": date(in(10))}},
		request{"POST", path("reminders", ""), newReminder(firstID)},
	)
	wantStatus(t, "batch", answer, http.StatusOK)
	e := apptest.Find[collections.Event](t, s, collections.Events, firstID)
	if e.Customer() != thirdID || e.Timezone() != "Europe/Zurich" || !e.AutoReminders() {
		t.Errorf("the event is at %s in %s, reminders %v", e.Customer(), e.Timezone(), e.AutoReminders())
	}
	if c := apptest.Find[collections.Customer](t, s, collections.Customers, thirdID); !c.Active() {
		t.Error("the customer is inactive")
	}
	wantStatuses(t, s.App, e, pending(4)...)

	answer = batch(s, "manager", request{"DELETE", path("events", firstID), nil}, request{"DELETE", path("customers", thirdID), nil})
	wantStatus(t, "both go again", answer, http.StatusOK)
	for _, c := range []string{collections.Events, collections.Reminders} {
		if n, _ := s.CountRecords(c); n != 0 {
			t.Errorf("%d %s are left", n, c)
		}
	}
	if _, err := s.FindRecordById(collections.Customers, thirdID); err == nil {
		t.Error("the customer, to whom nothing referred any more, is still there")
	}
}

func TestP1_EventsMadeAtTheSameTimeHaveTheirOwnNumbersAndReminders(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	const n = 20
	var wg sync.WaitGroup
	answers := make([]apptest.Answer, n)
	token := s.Token("staff")
	for i := range n {
		wg.Go(func() {
			answers[i] = s.DoToken(token, "POST", path("events", ""), map[string]any{"title": "Visit", "customer": customer.Id, "planned_start_date": date(in(10))})
		})
	}
	wg.Wait()
	var numbers []string
	for _, answer := range answers {
		wantStatus(t, "create", answer, http.StatusOK)
		numbers = append(numbers, fmt.Sprint(answer.JSON(t)["event_number"]))
	}
	slices.Sort(numbers)
	for i, got := range numbers {
		if want := fmt.Sprintf("EV-2026-%04d", i+1); got != want {
			t.Errorf("number %d is %s, want %s", i, got, want)
		}
	}
	if reminders, _ := s.CountRecords(collections.Reminders); reminders != 3*n {
		t.Errorf("%d reminders, want %d", reminders, 3*n)
	}
}

// Several people have the same event open and save different things of it.
func TestP4_ChangesAtTheSameTimeAllLastAndTheRemindersFitThem(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	token := s.Token("staff")
	for round := range 8 {
		start := in(20 + float64(round))
		changes := []map[string]any{
			{"planned_start_date": date(start)}, {"location": fmt.Sprint("Pier ", round)}, {"title": fmt.Sprint("Visit ", round)},
			{"assigned_staff": []string{apptest.UserID([]string{"viewer", "manager"}[round%2])}},
		}
		var wg sync.WaitGroup
		for _, change := range changes {
			wg.Go(func() {
				wantStatus(t, "change", s.DoToken(token, "PATCH", path("events", e.Id), change), http.StatusOK)
			})
		}
		wg.Wait()
		now := s.Reload(e)
		if !now.PlannedStart().Equal(start) || !now.PlannedEnd().Equal(start.Add(time.Hour)) || now.Location() != changes[1]["location"] ||
			now.Title() != changes[2]["title"] || !slices.Equal(now.AssignedStaff(), changes[3]["assigned_staff"].([]string)) {
			t.Errorf("round %d: the event is %v", round, now.FieldsData())
		}
		wantStatuses(t, s.App, e, pending(3)...)
		for i, days := range []int{7, 3, 1} {
			r := s.Reminders(e)[i]
			to := append([]string{apptest.UserID("staff")}, now.AssignedStaff()...)
			if !r.SendAt().Equal(start.AddDate(0, 0, -days)) || !r.PlannedFor().Equal(start) || !slices.Equal(r.Recipients(), to) {
				t.Errorf("round %d: reminder %d is due at %s for %s to %v", round, i, r.SendAt(), r.PlannedFor(), r.Recipients())
			}
		}
	}
}

// held is a provider that keeps every message waiting until it is let go.
func held(s *apptest.Server) (release func()) {
	gate := make(chan struct{})
	s.Outbox.Answer(func(ctx context.Context, _ *notifiers.Message, _ int) error {
		select {
		case <-gate:
			return nil
		case <-ctx.Done():
			return errors.New("the test ended")
		}
	})
	return sync.OnceFunc(func() { close(gate) })
}

// What a person changes at the very moment in which the engine takes the reminder is either sent, or refused; it never
// makes a reminder pending again that is being sent.
func TestP12_AnEditThatRacesTheFanOutIsSentOrRefused(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"the clock", "hand"} {
		t.Run("due by "+by, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			release := held(s)
			defer release()
			e := s.Event(in(10)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
			token := s.Token("staff")
			const rounds = 15
			var ids []string
			edited, refused := 0, 0
			for i := range rounds {
				r := s.Reminder(e, s.Clock.Now().Add(time.Hour))
				s.MustSave(r)
				ids = append(ids, r.Id)
				var wg sync.WaitGroup
				wg.Go(func() {
					if by == "hand" {
						wantStatus(t, "send", s.DoToken(token, "POST", "/api/tminus/reminders/"+r.Id+"/send", nil), http.StatusAccepted)
						return
					}
					s.Advance(time.Hour)
				})
				wg.Go(func() {
					answer := s.DoToken(token, "PATCH", path("reminders", r.Id), map[string]any{"title": fmt.Sprintf("Edited %d", i)})
					switch answer.Status {
					case http.StatusOK:
						edited++
					case http.StatusBadRequest:
						refused++
					default:
						t.Errorf("edit: %d %s", answer.Status, answer.Body)
					}
				})
				wg.Wait()
				s.Eventually("it is being sent", func() bool {
					return apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id).Status() == "sending"
				})
			}
			t.Logf("%d edits came in time, %d were refused", edited, refused)
			release()
			for _, id := range ids {
				s.Eventually("it is sent", func() bool {
					return apptest.Find[collections.Reminder](t, s, collections.Reminders, id).Status() == "sent"
				})
				r := apptest.Find[collections.Reminder](t, s, collections.Reminders, id)
				rows := s.Deliveries(id)
				if len(rows) != 1 || r.Generation() != 1 {
					t.Errorf("%d messages in %d fan-outs", len(rows), r.Generation())
					continue
				}
				var m notifiers.Message
				must(t, rows[0].MessageJSON(&m))
				if m.Title != r.Title() {
					t.Errorf("the reminder says %q, the message said %q", r.Title(), m.Title)
				}
			}
			if n := len(s.Outbox.Sent()); n != rounds {
				t.Errorf("%d messages were sent, want %d", n, rounds)
			}
		})
	}
}

// What was deleted is not sent, and what is being sent is not deleted.
func TestP12_ADeletionThatRacesTheFanOutWinsOrIsRefused(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"manual reminder", "planned reminder", "event"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			release := held(s)
			defer release()
			token := s.Token("staff")
			deleted, sent := 0, 0
			for range 12 {
				e := s.Event(in(10)).Save()
				r := s.Reminders(e)[0]
				gone := path("reminders", r.Id)
				switch what {
				case "manual reminder":
					r = s.Reminder(e, in(5))
					s.MustSave(r)
					gone = path("reminders", r.Id)
				case "event":
					gone = path("events", e.Id)
				}
				var wg sync.WaitGroup
				var deletion, sending apptest.Answer
				wg.Go(func() { deletion = s.DoToken(token, "DELETE", gone, nil) })
				wg.Go(func() { sending = s.DoToken(token, "POST", "/api/tminus/reminders/"+r.Id+"/send", nil) })
				wg.Wait()
				now, err := s.FindRecordById(collections.Reminders, r.Id)
				switch {
				case deletion.Status == http.StatusNoContent && sending.Status == http.StatusAccepted:
					// An event whose messages nobody has claimed may still go. A reminder that is being sent may not.
					if what != "event" {
						t.Errorf("it was deleted and sent: %v", err)
					}
				case deletion.Status == http.StatusNoContent:
					deleted++
					if err == nil && now.GetString("status") != "cancelled" {
						t.Errorf("deleted, it is %s", now.GetString("status"))
					}
				case sending.Status == http.StatusAccepted:
					sent++
					if err != nil || now.GetString("status") != "sending" {
						t.Errorf("sent, it is %v (%v)", now, err)
					}
				default:
					t.Errorf("neither: %d %s, %d %s", deletion.Status, deletion.Body, sending.Status, sending.Body)
				}
			}
			t.Logf("%d were deleted, %d sent", deleted, sent)
			release()
			s.Eventually("all is sent", func() bool {
				n, err := s.CountRecords(collections.Deliveries, dbx.HashExp{"status": []any{"queued", "sending"}})
				return err == nil && n == 0
			})
			for _, m := range s.Outbox.Sent() {
				if _, err := collections.FindDelivery(s.App.App, m.ID); err != nil {
					t.Errorf("message %s left, and nothing tells of it: %v", m.ID, err)
				}
			}
		})
	}
}
