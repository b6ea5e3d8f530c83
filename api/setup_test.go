package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// unset gives an instance that nobody has set up, with the token of its console.
func unset(t *testing.T) (s *apptest.Server, token string) {
	t.Helper()
	a := apptest.New(t)
	for _, collection := range []string{collections.Users, core.CollectionNameSuperusers} {
		_, err := a.NonconcurrentDB().NewQuery("DELETE FROM {{" + collection + "}}").Execute()
		must(t, err)
	}
	s = a.Serve()
	return s, s.System.API.OfferSetup()
}

func first(token string, change map[string]any) map[string]any {
	body := map[string]any{
		"token": token, "name": "Ada Chan", "email": "ada@example.test", "password": "correct horse 1",
		"company_name": "Harbour Instruments", "timezone": "Asia/Shanghai", "language": "zh-HK",
	}
	for k, v := range change {
		body[k] = v
	}
	return body
}

func setup(s *apptest.Server, body any) apptest.Answer {
	return s.Do("", "POST", "/api/tminus/setup", body)
}

func signIn(s *apptest.Server, collection, email, password string) int {
	return s.Do("", "POST", "/api/collections/"+collection+"/auth-with-password", map[string]any{"identity": email, "password": password}).Status
}

func TestSetupMakesTheFirstAdministratorInOneStep(t *testing.T) {
	t.Parallel()
	s, token := unset(t)
	wantStatus(t, "set up", setup(s, first(token, nil)), http.StatusNoContent)
	users, err := s.FindAllRecords(collections.Users)
	must(t, err)
	if len(users) != 1 {
		t.Fatalf("%d users, want one", len(users))
	}
	u := collections.Wrap[collections.User](users[0])
	if u.Name() != "Ada Chan" || u.Role() != "admin" || !u.Active() || !u.Verified() || u.Locale() != "zh-HK" {
		t.Errorf("the administrator is %v", u.FieldsData())
	}
	settings, err := collections.TheSettings(s.App.App)
	must(t, err)
	if settings.CompanyName() != "Harbour Instruments" || settings.Timezone() != "Asia/Shanghai" || settings.Language() != "zh-HK" {
		t.Errorf("the company is %v", settings.FieldsData())
	}
	if company := s.System.Company(s.App.App); company.Name != "Harbour Instruments" || company.Zone.String() != "Asia/Shanghai" || company.Locale != "zh-HK" {
		t.Errorf("the company is still known as %v", company)
	}
	for _, collection := range []string{"users", core.CollectionNameSuperusers} {
		if got := signIn(s, collection, "ada@example.test", "correct horse 1"); got != http.StatusOK {
			t.Errorf("signing in to %s: %d", collection, got)
		}
	}
	wantStatus(t, "again", setup(s, first(token, map[string]any{"email": "eve@example.test"})), http.StatusForbidden)
	if n, _ := s.CountRecords(collections.Users); n != 1 {
		t.Errorf("%d users after the second try", n)
	}
}

func TestSetupNeedsTheToken(t *testing.T) {
	t.Parallel()
	s, token := unset(t)
	before := s.Snapshot()
	for name, given := range map[string]any{
		"none": "", "wrong": strings.Repeat("x", len(token)), "cut": token[:len(token)-1], "longer": token + "x", "another case": strings.ToUpper(token),
		"null": nil, "a number": 7, "a list": []string{token},
	} {
		if answer := setup(s, first(token, map[string]any{"token": given})); answer.Status != http.StatusForbidden && answer.Status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	wantStatus(t, "in the query", s.Do("", "POST", "/api/tminus/setup?token="+token, first("", nil)), http.StatusForbidden)
	s.Unchanged(t, "what was refused", before)
	wantStatus(t, "the right one still works", setup(s, first(token, nil)), http.StatusNoContent)
}

// A mistake in the form must neither leave half an administrator behind nor use the link up.
func TestP13_SetupIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s, token := unset(t)
	broken := errors.New("disk full")
	var fail string // the collection that cannot be written
	s.OnRecordCreateExecute().BindFunc(func(e *core.RecordEvent) error {
		if e.Record.Collection().Name == fail {
			return broken
		}
		return e.Next()
	})
	s.OnRecordUpdateExecute().BindFunc(func(e *core.RecordEvent) error {
		if e.Record.Collection().Name == fail {
			return broken
		}
		return e.Next()
	})
	before := s.Snapshot()
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"a short password", map[string]any{"password": "short"}, map[string]string{"password": "validation_min_text_constraint"}},
		{"no password", map[string]any{"password": ""}, map[string]string{"password": "validation_required"}},
		{"no name", map[string]any{"name": ""}, map[string]string{"name": "validation_required"}},
		{"no email", map[string]any{"email": ""}, map[string]string{"email": "validation_required"}},
		{"no such email", map[string]any{"email": "ada"}, map[string]string{"email": "validation_is_email"}},
		{"no such zone", map[string]any{"timezone": "Asia/HongKong"}, map[string]string{"timezone": "validation_time_zone"}},
		{"no such language", map[string]any{"language": "tlh"}, map[string]string{"language": "validation_invalid_value"}},
	} {
		wantErrors(t, tt.name, setup(s, first(token, tt.change)), tt.want)
		s.Unchanged(t, tt.name, before)
	}
	for _, fail = range []string{collections.Users, core.CollectionNameSuperusers, collections.SettingsName} {
		if answer := setup(s, first(token, nil)); answer.Status < 400 || strings.Contains(string(answer.Body), "disk full") {
			t.Errorf("when %s cannot be written: %d %s", fail, answer.Status, answer.Body)
		}
		s.Unchanged(t, fail, before)
	}
	fail = ""
	wantStatus(t, "mended", setup(s, first(token, nil)), http.StatusNoContent)
}

func TestSetupWithoutACompanyKeepsTheDefaults(t *testing.T) {
	t.Parallel()
	s, token := unset(t)
	body := map[string]any{"token": token, "name": "Ada Chan", "email": "ada@example.test", "password": "correct horse 1"}
	wantStatus(t, "set up", setup(s, body), http.StatusNoContent)
	if company := s.System.Company(s.App.App); company.Name != "T-minus" || company.Zone.String() != "Asia/Hong_Kong" || company.Locale != "en" {
		t.Errorf("the company is %v", company)
	}
}

func TestSetupAtTheSameTimeMakesOneAdministrator(t *testing.T) {
	t.Parallel()
	s, token := unset(t)
	const n = 4
	statuses := make([]int, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			// Without a company: its name goes into PocketBase's settings, which PocketBase reloads without a lock.
			statuses[i] = setup(s, first(token, map[string]any{"email": fmt.Sprintf("admin%d@example.test", i), "company_name": ""})).Status
		})
	}
	wg.Wait()
	slices.Sort(statuses)
	if fmt.Sprint(statuses) != "[204 403 403 403]" {
		t.Errorf("the answers are %v", statuses)
	}
	for _, collection := range []string{collections.Users, core.CollectionNameSuperusers} {
		if n, _ := s.CountRecords(collection); n != 1 {
			t.Errorf("%d %s", n, collection)
		}
	}
}

func TestSetupIsOverOnceThereIsAnAdministrator(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	before := s.Snapshot()
	wantStatus(t, "with a token that was never offered", setup(s, first("", nil)), http.StatusForbidden)
	wantStatus(t, "with one that was", setup(s, first(s.System.API.OfferSetup(), nil)), http.StatusForbidden)
	s.Unchanged(t, "set-up", before)
}
