package hooks_test

import (
	"fmt"
	"net/http"
	"testing"

	"tminus/apptest"
)

func TestLimits_ConnectionsForChangesAreCountedWhileTheyAreOpen(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(map[string]int{"tminus:streams": 2})
	connect := func() *http.Response {
		t.Helper()
		response, err := http.Get(s.URL + "/api/realtime") //nolint:gosec // the test's own server
		must(t, err)
		return response
	}
	first, second, third := connect(), connect(), connect()
	if first.StatusCode != 200 || second.StatusCode != 200 || third.StatusCode != http.StatusTooManyRequests || third.Header.Get("Retry-After") != "60" {
		t.Errorf("%d %d %d", first.StatusCode, second.StatusCode, third.StatusCode)
	}
	first.Body.Close()
	third.Body.Close()
	s.Eventually("the closed one counts no more", func() bool {
		again := connect()
		defer again.Body.Close()
		return again.StatusCode == http.StatusOK
	})
	second.Body.Close()
}

func TestLimits_OneConnectionListensToSoMuch(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	stream := s.Subscribe("staff", "events/*")
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprint("events/", i))
	}
	for n, want := range map[int]int{100: http.StatusNoContent, 101: http.StatusBadRequest} {
		answer := s.Do("staff", "POST", "/api/realtime", map[string]any{"clientId": stream.ID, "subscriptions": many[:n]})
		if answer.Status != want {
			t.Errorf("%d: %d %s", n, answer.Status, answer.Body)
		}
	}
}
