package apptest

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// WantStatus fails the test if an answer has another status.
func WantStatus(t testing.TB, what string, got Answer, want int) {
	t.Helper()
	if got.Status != want {
		t.Errorf("%s: %d %.300s, want %d", what, got.Status, got.Body, want)
	}
}

// WantErrors checks that a request was refused for these fields with these codes, and for no others.
func WantErrors(t testing.TB, what string, got Answer, want map[string]string) {
	t.Helper()
	WantStatus(t, what, got, http.StatusBadRequest)
	if got.Status != http.StatusBadRequest {
		return
	}
	if errs := got.FieldErrors(t); !reflect.DeepEqual(errs, want) {
		t.Errorf("%s: errors %v, want %v", what, errs, want)
	}
}

// Find reads a record that is there.
func Find[T any, P interface {
	*T
	core.RecordProxy
}](t testing.TB, s *Server, collection, id string) P {
	t.Helper()
	found, err := collections.Find[T, P](s.App.App, collection, id)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Only gives the id of the one record of a collection.
func (a *App) Only(collection string) string {
	a.t.Helper()
	all, err := a.FindAllRecords(collection)
	a.must(err)
	if len(all) != 1 {
		a.t.Fatalf("%d %s, want one", len(all), collection)
	}
	return all[0].Id
}
