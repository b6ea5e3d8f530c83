package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"tminus/apptest"
	"tminus/notifiers"
)

// kept gives the items of GET sandbox.
func kept(t *testing.T, s *apptest.Server, role, query string) []map[string]any {
	t.Helper()
	answer := s.Do(role, "GET", "/api/tminus/sandbox"+query, nil)
	wantStatus(t, role+" reads the sandbox", answer, http.StatusOK)
	var items []map[string]any
	for _, item := range answer.JSON(t)["items"].([]any) {
		items = append(items, item.(map[string]any))
	}
	return items
}

func TestTheSandboxKeepsInsteadOfSending(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, apptest.WithNotifier("email", nil)).Serve()
	if items := kept(t, s, "admin", ""); len(items) != 0 {
		t.Errorf("a fresh sandbox holds %v", items)
	}
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "sent")
	items := kept(t, s, "admin", "")
	if len(items) != 1 {
		t.Fatalf("%d messages are kept, want one", len(items))
	}
	k := items[0]
	if k["channel"] != "email" || k["kind"] != "reminder" || k["html"] == "" || k["text"] == "" || k["to"].(map[string]any)["address"] != "staff@example.test" {
		t.Errorf("kept is %v", k)
	}
	for _, d := range s.Deliveries(r.Id) {
		if d.Channel == "email" && (d.Status != "sent" || d.Provider != "sandbox" || d.ID != k["id"]) {
			t.Errorf("the delivery says %s by %s", d.Status, d.Provider)
		}
	}
}

func TestTheSandboxIsTheAdministratorsAndInTheDemoEveryones(t *testing.T) {
	t.Parallel()
	own := apptest.New(t, apptest.WithNotifier("email", nil)).Serve()
	demo := apptest.New(t, apptest.InDemo()).Serve()
	for role, want := range map[string]int{"": 401, "viewer": 403, "staff": 403, "manager": 403, "admin": 200, "super": 200} {
		wantStatus(t, role, own.Do(role, "GET", "/api/tminus/sandbox", nil), want)
		if want == 403 {
			want = 200
		}
		wantStatus(t, role+" in the demo", demo.Do(role, "GET", "/api/tminus/sandbox", nil), want)
	}
}

func TestInTheDemoTheSandboxKeepsAllThreeChannels(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, apptest.InDemo()).Serve()
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "sent")
	channels := map[string]bool{}
	for _, k := range kept(t, s, "viewer", "") {
		channels[fmt.Sprint(k["channel"])] = true
	}
	if len(channels) != 3 {
		t.Errorf("kept are messages of %v", channels)
	}
}

func TestTheSandboxShowsAsManyAsAskedTheNewestFirst(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, apptest.WithNotifier("email", nil)).Serve()
	for i := range 3 {
		address := fmt.Sprintf("n%d@example.test", i)
		wantStatus(t, address, testMessage(s, "admin", notifiers.Email, map[string]any{"address": address}), http.StatusAccepted)
		s.Eventually("it is kept", func() bool { return len(kept(t, s, "admin", "")) == i+1 })
	}
	for query, want := range map[string]int{"": 3, "?limit=2": 2, "?limit=0": 3, "?limit=-1": 3, "?limit=x": 3, "?limit=500": 3, "?limit=99999999999999999999": 3} {
		items := kept(t, s, "admin", query)
		if len(items) != want || items[0]["to"].(map[string]any)["address"] != "n2@example.test" {
			t.Errorf("%s: %d messages, the first to %v", query, len(items), items[0]["to"])
		}
	}
}
