package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
)

// What the machine cannot do is not told as if the request were wrong, and what a person writes is not taken for its words.
func TestP13_ACauseOfTheMachineIsToldAsSuch(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]struct {
		limit  string // what keeps the database from writing
		status int
		told   string
	}{
		"a full disk":   {"PRAGMA max_page_count = 1", http.StatusInsufficientStorage, "disk is full"}, // SQLite takes the present size
		"a broken disk": {"PRAGMA query_only = TRUE", http.StatusServiceUnavailable, "could not write to its disk"},
	} {
		s := apptest.New(t).Serve()
		event := map[string]any{
			"title": "database or disk is full", "customer": s.Customer("Harbour Medical").Id, "description": strings.Repeat("x", 19_000),
			"planned_start_date": in(10).Format(time.RFC3339), "location": "database is locked",
		}
		wrong := map[string]any{"title": "disk I/O error", "customer": "database is locked"}
		if answer := s.Do("staff", "POST", path(collections.Events, ""), wrong); answer.Status != http.StatusBadRequest {
			t.Errorf("%s: a wrong request is answered by %d %s", name, answer.Status, answer.Body)
		}
		_, err := s.NonconcurrentDB().NewQuery(cause.limit).Execute()
		must(t, err)
		create := map[string]any{"method": "POST", "url": path(collections.Events, ""), "body": event}
		for what, ask := range map[string]func() apptest.Answer{
			"a save": func() apptest.Answer { return s.Do("staff", "POST", path(collections.Events, ""), event) },
			"a batch": func() apptest.Answer {
				return s.Do("staff", "POST", "/api/batch", map[string]any{"requests": []any{create}})
			},
		} {
			answer := ask()
			for n := 0; n < 20 && answer.Status == http.StatusOK; n++ { // some pages may be free
				answer = ask()
			}
			if answer.Status != cause.status || !strings.Contains(fmt.Sprint(answer.JSON(t)["message"]), cause.told) {
				t.Errorf("%s, %s: %d %s", name, what, answer.Status, answer.Body)
			}
		}
	}
}
