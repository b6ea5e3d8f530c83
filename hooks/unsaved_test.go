package hooks

import (
	"net/http"
	"testing"
)

// What the machine cannot do is not told as if the request were wrong.
func TestP13_ACauseOfTheMachineIsToldAsSuch(t *testing.T) {
	for text, want := range map[string]int{
		"INSERT: database or disk is full (13); failed query: x": http.StatusInsufficientStorage,
		"write data.db: no space left on device":                 http.StatusInsufficientStorage,
		"database is locked (5) (SQLITE_BUSY)":                   http.StatusServiceUnavailable,
		"disk I/O error (778)":                                   http.StatusServiceUnavailable,
		"attempt to write a readonly database (8)":               http.StatusServiceUnavailable,
		"UNIQUE constraint failed: events.event_number (2067)":   0,
		"title: cannot be blank.":                                0,
	} {
		if status, told := causeOf(text); status != want || (told == "") != (want == 0) {
			t.Errorf("%q is answered by %d %q, where %d is right", text, status, told, want)
		}
	}
}
