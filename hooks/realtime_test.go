package hooks_test

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"tminus/apptest"
	"tminus/collections"
)

// told is the longest that a subscriber waits for the last state, by DESIGN.md §3.
const told = 2 * time.Second

// raced says whether the race detector runs: it makes everything many times slower, so that times mean nothing.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "-race" {
			return setting.Value == "true"
		}
	}
	return false
}

// due saves an event without a plan, with n reminders that are due in an hour.
func due(t *testing.T, s *apptest.Server, n int) []*collections.Reminder {
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	all := make([]*collections.Reminder, n)
	must(t, s.RunInTransaction(func(tx core.App) error {
		for i := range all {
			all[i] = s.Reminder(e, s.Clock.Now().Add(time.Hour))
			if err := tx.Save(all[i]); err != nil {
				return err
			}
		}
		return nil
	}))
	return all
}

// wantAllSent waits until the database says that the reminders are sent, and gives the moment.
func wantAllSent(s *apptest.Server) time.Time {
	s.Eventually("all are sent", func() bool {
		n, err := s.CountRecords(collections.Reminders)
		sent, err2 := s.CountRecords(collections.Reminders, statusIs("sent"))
		return err == nil && err2 == nil && n == sent
	})
	return time.Now()
}

// wantToldSent waits until a stream has told the last state of each reminder, and checks that none came too late.
func wantToldSent(t *testing.T, s *apptest.Server, stream *apptest.Stream, all []*collections.Reminder, since time.Time) {
	t.Helper()
	for _, r := range all {
		s.Eventually("a subscriber is told", func() bool { return stream.Last(r.Id, "status") == "sent" })
		changes := stream.Of(r.Id)
		if late := changes[len(changes)-1].At.Sub(since); late > told && !raced() {
			t.Errorf("told %s after it was sent", late)
		}
	}
}

func TestASubscriberSeesAReminderBeingSentAndSent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	release := held(s)
	defer release()
	all := due(t, s, 1)
	id := all[0].Id
	streams := map[string]*apptest.Stream{}
	for _, role := range []string{"viewer", "staff", "super"} {
		streams[role] = s.Subscribe(role, "reminders/*")
	}
	one := s.Subscribe("staff", "reminders/"+id)
	stranger := s.Subscribe("", "reminders/*")

	s.Advance(time.Hour)
	s.Eventually("it is being sent", func() bool {
		return apptest.Find[collections.Reminder](t, s, collections.Reminders, id).Status() == "sending"
	})
	began := time.Now()
	for role, stream := range streams {
		s.Eventually(role+" sees it", func() bool { return stream.Last(id, "status") == "sending" })
		if late := stream.Of(id)[0].At.Sub(began); late > told && !raced() {
			t.Errorf("%s was told %s later", role, late)
		}
	}
	release()
	since := wantAllSent(s)
	for role, stream := range streams {
		wantToldSent(t, s, stream, all, since)
		last := stream.Of(id)[len(stream.Of(id))-1]
		if last.Action != "update" || last.Record["sent_at"] == "" || last.Record["title"] != all[0].Title() {
			t.Errorf("%s was told %v", role, last)
		}
		if status := fmt.Sprint(last.Record["channel_status"]); status != "map[email:map[error: failed:0 queued:0 sent:1]]" {
			t.Errorf("%s was told %s", role, status)
		}
	}
	wantToldSent(t, s, one, all, since)
	if heard := stranger.Changes(); len(heard) != 0 {
		t.Errorf("somebody who is not signed in heard %v", heard)
	}
}

func TestASubscriberSeesTheLastStateOfEachOfABurst(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	stream := s.Subscribe("staff", "reminders/*")
	all := due(t, s, 100)
	s.Advance(time.Hour)
	wantToldSent(t, s, stream, all, wantAllSent(s))
	for _, r := range all {
		for _, c := range stream.Of(r.Id)[1:] { // after its making
			if c.Record["status"] == "pending" {
				t.Errorf("a reminder was told as pending after %v", stream.Of(r.Id)[0].Action)
			}
		}
	}
}

func TestASubscriberSeesWhatBecomesOfAMovedEventsReminders(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	stream := s.Subscribe("staff", "reminders/*", "events/*")
	wantStatus(t, "move", s.Do("manager", "PATCH", path("events", e.Id), map[string]any{"planned_start_date": date(in(20))}), http.StatusOK)
	for _, r := range s.Reminders(e) {
		s.Eventually("the move is told", func() bool { return stream.Last(r.Id, "send_datetime") == date(r.SendAt()) })
	}
	s.Eventually("the event too", func() bool { return stream.Last(e.Id, "planned_start_date") == date(in(20)) })

	planned := s.Reminders(e)[0]
	wantStatus(t, "send", s.Do("manager", "POST", "/api/tminus/reminders/"+planned.Id+"/send", nil), http.StatusAccepted)
	s.Eventually("sending by hand is told", func() bool { return stream.Last(planned.Id, "status") == "sent" })
}

func TestASubscriberSeesThePlannedRemindersOfANewEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	stream := s.Subscribe("staff", "reminders/*")
	made := s.Reminders(s.Event(in(10)).Save())
	if len(made) == 0 {
		t.Fatal("the event has no reminders")
	}
	for _, r := range made {
		s.Eventually("its making is told", func() bool { return len(stream.Of(r.Id)) > 0 })
		if told := stream.Of(r.Id); len(told) != 1 || told[0].Action != "create" || told[0].Record["send_datetime"] != date(r.SendAt()) {
			t.Errorf("reminder %s was told as %v", r.Id, told)
		}
	}
}

// deafClient is a subscriber that takes nothing of what is sent to it until the test ends.
type deafClient struct {
	*subscriptions.DefaultClient
	end chan struct{}
}

func (c deafClient) Send(subscriptions.Message) { <-c.end }

func deaf(t *testing.T, s *apptest.Server) {
	t.Helper()
	client := deafClient{subscriptions.NewDefaultClient(), make(chan struct{})}
	client.Set(apis.RealtimeClientAuthKey, s.User("staff").Record)
	client.Subscribe("reminders/*", "events/*")
	s.SubscriptionsBroker().Register(client)
	t.Cleanup(func() {
		s.SubscriptionsBroker().Unregister(client.Id())
		close(client.end)
	})
}

func TestP5_NothingWaitsForASubscriberThatDoesNotRead(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for range 3 {
		deaf(t, s)
	}
	stream := s.Subscribe("staff", "reminders/*")
	all := due(t, s, 100)
	began := time.Now()
	s.Advance(time.Hour)
	// Neither people's saves …
	for range 5 {
		e := all[0].Event()
		wantStatus(t, "a save", s.Do("staff", "PATCH", path("events", e), map[string]any{"location": fresh("pier")}), http.StatusOK)
	}
	// … nor the sender, nor those who do read.
	since := wantAllSent(s)
	wantToldSent(t, s, stream, all, since)
	if took := time.Since(began); took > 8*time.Second && !raced() {
		t.Errorf("all of it took %s", took)
	}
}

// muteClient is a subscriber of which nobody reads.
type muteClient struct{ *subscriptions.DefaultClient }

func (muteClient) Send(subscriptions.Message) {}

func TestWhatIsTooMuchToTellEverybodyIsReadAnew(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	var mute []muteClient
	for range 250 {
		client := muteClient{subscriptions.NewDefaultClient()}
		client.Set(apis.RealtimeClientAuthKey, s.User("staff").Record)
		client.Subscribe("reminders/*")
		s.SubscriptionsBroker().Register(client)
		mute = append(mute, client)
	}
	stream, other := s.Subscribe("staff", "reminders"), s.Subscribe("staff", "customers/*")
	due(t, s, 100)
	s.Advance(time.Hour)
	wantAllSent(s)
	s.Eventually("the subscriber is made to read anew", stream.Ended)
	for _, client := range mute {
		s.Eventually("so is each other one", client.IsDiscarded)
	}
	if other.Ended() {
		t.Error("somebody who did not subscribe to reminders lost the connection")
	}
}

func TestP14_RealtimeHidesWhatTheAPIHides(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	viewer, manager := s.Subscribe("viewer", "users/*", "deliveries/*"), s.Subscribe("manager", "users/*")
	wantStatus(t, "change", s.Do("staff", "PATCH", path("users", apptest.UserID("staff")), map[string]any{"phone": "+85298765432"}), http.StatusOK)
	staff := apptest.UserID("staff")
	s.Eventually("a manager is told the number", func() bool { return manager.Last(staff, "phone") == "+85298765432" })
	s.Eventually("a viewer is told of the change", func() bool { return viewer.Last(staff, "name") == "User staff" })
	for _, field := range []string{"phone", "email", "tokenKey", "password", "wechat_openid"} {
		if got := viewer.Last(staff, field); got != nil {
			t.Errorf("a viewer is told %s: %v", field, got)
		}
	}
}

func TestWhoIsDeactivatedHearsNothingMore(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	gone, stays := s.Subscribe("viewer", "events/*"), s.Subscribe("manager", "events/*")
	move := func(days float64) {
		wantStatus(t, "move", s.Do("staff", "PATCH", path("events", e.Id), map[string]any{"planned_start_date": date(in(days))}), http.StatusOK)
		s.Eventually("the manager hears of it", func() bool { return stays.Last(e.Id, "planned_start_date") == date(in(days)) })
	}
	move(20)
	s.Eventually("the viewer hears of it", func() bool { return gone.Last(e.Id, "planned_start_date") == date(in(20)) })
	wantStatus(t, "deactivate", s.Do("admin", "PATCH", path("users", apptest.UserID("viewer")), map[string]any{"active": false}), http.StatusOK)
	move(21)
	move(22) // so that the first would have arrived by now
	if got := gone.Last(e.Id, "planned_start_date"); got != date(in(20)) {
		t.Errorf("somebody who left still hears of %v", got)
	}
}

func TestALoweredRoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	token := s.Token("manager")
	change := func() int {
		return s.DoToken(token, "PATCH", path("events", e.Id), map[string]any{"location": fresh("pier")}).Status
	}
	if got := change(); got != http.StatusOK {
		t.Errorf("as a manager: %d", got)
	}
	wantStatus(t, "lower the role", s.Do("admin", "PATCH", path("users", apptest.UserID("manager")), map[string]any{"role": "viewer"}), http.StatusOK)
	if got := change(); got != http.StatusNotFound {
		t.Errorf("as a viewer, with the old token: %d", got)
	}
	wantStatus(t, "and below /api/tminus/", s.DoToken(token, "GET", "/api/tminus/status", nil), http.StatusForbidden)
}
