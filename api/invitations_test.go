package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/security"

	"tminus/apptest"
	"tminus/collections"
)

func invite(s *apptest.Server, role string, change map[string]any) apptest.Answer {
	body := map[string]any{"email": "wing@example.test", "name": "Wing Wong", "role": "staff", "locale": "zh-HK"}
	for k, v := range change {
		body[k] = v
	}
	return s.Do(role, "POST", "/api/tminus/invitations", body)
}

// links waits for n invitations to an address and gives the tokens of their links.
func links(t *testing.T, s *apptest.Server, address string, n int) []string {
	t.Helper()
	s.Eventually("the invitation is sent", func() bool { return len(s.Outbox.SentTo(address)) == n })
	var tokens []string
	for _, m := range s.Outbox.SentTo(address) {
		if m.Action == nil {
			t.Fatalf("the invitation %q has no link", m.Subject)
		}
		link, err := url.Parse(m.Action.URL)
		must(t, err)
		if link.Scheme+"://"+link.Host+link.Path != "https://tminus.example.test/accept" {
			t.Errorf("the link is %s", link)
		}
		// In the fragment, which no server's log ever sees.
		values, err := url.ParseQuery(link.Fragment)
		must(t, err)
		if link.RawQuery != "" || values.Get("token") == "" {
			t.Errorf("the link is %s", link)
		}
		tokens = append(tokens, values.Get("token"))
	}
	return tokens
}

func accept(s *apptest.Server, token, password string) apptest.Answer {
	return s.Do("", "POST", "/api/collections/users/confirm-password-reset", map[string]any{"token": token, "password": password, "passwordConfirm": password})
}

func TestAnInvitedPersonChoosesAPasswordAndSignsIn(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	answer := invite(s, "admin", nil)
	wantStatus(t, "invite", answer, http.StatusOK)
	id, _ := answer.JSON(t)["id"].(string)
	u := apptest.Find[collections.User](t, s, collections.Users, id)
	if u.Name() != "Wing Wong" || u.Role() != "staff" || u.Locale() != "zh-HK" || !u.Active() || u.Verified() {
		t.Errorf("the invited person is %v", u.FieldsData())
	}
	token := links(t, s, "wing@example.test", 1)[0]
	claims, err := security.ParseUnverifiedJWT(token)
	must(t, err)
	if left := time.Until(time.Unix(int64(claims["exp"].(float64)), 0)); left < 6*day || left > 8*day {
		t.Errorf("the link lasts %s", left)
	}
	if m := s.Outbox.SentTo("wing@example.test")[0]; m.Locale != "zh-HK" || !strings.Contains(m.Subject, "User admin") {
		t.Errorf("the mail is %q in %s", m.Subject, m.Locale)
	}
	wantStatus(t, "a short password", accept(s, token, "short"), http.StatusBadRequest)
	wantStatus(t, "accept", accept(s, token, "a pass phrase"), http.StatusNoContent)
	if got := signIn(s, "users", "wing@example.test", "a pass phrase"); got != http.StatusOK {
		t.Errorf("signing in: %d", got)
	}
	if u := apptest.Find[collections.User](t, s, collections.Users, id); !u.Verified() || u.Role() != "staff" {
		t.Errorf("after accepting: verified %v, %s", u.Verified(), u.Role())
	}
	wantStatus(t, "the link works once", accept(s, token, "another phrase"), http.StatusBadRequest)
}

func TestAnInvitationIsRepeatedUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	firstAnswer, second := invite(s, "admin", nil), invite(s, "admin", map[string]any{"email": "Wing@Example.test"})
	wantStatus(t, "invite", firstAnswer, http.StatusOK)
	wantStatus(t, "again", second, http.StatusOK)
	if firstAnswer.JSON(t)["id"] != second.JSON(t)["id"] {
		t.Errorf("the second invitation made another person: %s, %s", firstAnswer.Body, second.Body)
	}
	tokens := links(t, s, "wing@example.test", 2)
	wantStatus(t, "the newer link", accept(s, tokens[1], "a pass phrase"), http.StatusNoContent)
	wantStatus(t, "the older one is over then", accept(s, tokens[0], "another phrase"), http.StatusBadRequest)

	before := s.Snapshot()
	wantErrors(t, "somebody who has accepted", invite(s, "admin", nil), map[string]string{"email": "validation_known"})
	wantErrors(t, "somebody known", invite(s, "admin", map[string]any{"email": "staff@example.test"}), map[string]string{"email": "validation_known"})
	s.Unchanged(t, "somebody known", before)
}

func TestAnInvitationAgainSaysWhatTheAdministratorSaysNow(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	answer := invite(s, "admin", map[string]any{"role": "viewer", "name": "Wing", "locale": "en"})
	wantStatus(t, "invite", answer, http.StatusOK)
	wantStatus(t, "again", invite(s, "admin", map[string]any{"role": "manager"}), http.StatusOK)
	id, _ := answer.JSON(t)["id"].(string)
	if u := apptest.Find[collections.User](t, s, collections.Users, id); u.Role() != "manager" || u.Name() != "Wing Wong" || u.Locale() != "zh-HK" {
		t.Errorf("the person is %s, %s, %s", u.Role(), u.Name(), u.Locale())
	}
}

func TestP13_ABadInvitationIsRefusedByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	before := s.Snapshot()
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"nothing", map[string]any{"email": "", "name": "", "role": ""}, map[string]string{"email": "validation_required", "name": "validation_required", "role": "validation_role"}},
		{"no such address", map[string]any{"email": "wing"}, map[string]string{"email": "validation_is_email"}},
		{"two addresses", map[string]any{"email": "a@example.test,b@example.test"}, map[string]string{"email": "validation_is_email"}},
		{"no such role", map[string]any{"role": "owner"}, map[string]string{"role": "validation_role"}},
		{"no such language", map[string]any{"locale": "tlh"}, map[string]string{"locale": "validation_invalid_value"}},
		{"a name without end", map[string]any{"name": strings.Repeat("陳", 500)}, map[string]string{"name": "validation_max_text_constraint"}},
	} {
		wantErrors(t, tt.name, invite(s, "admin", tt.change), tt.want)
		s.Unchanged(t, tt.name, before)
	}
}

func TestP14_AnInvitationsSecretIsNotReadAndNotKept(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	gate := make(chan struct{})
	s.Outbox.Answer(waitFor(gate))
	wantStatus(t, "invite", invite(s, "admin", nil), http.StatusOK)
	rows, err := s.FindAllRecords(collections.Deliveries)
	must(t, err)
	if len(rows) != 1 || rows[0].GetString("kind") != "system" {
		t.Fatalf("%d rows in the outbox", len(rows))
	}
	row := rows[0]
	if !strings.Contains(row.GetString("message"), "token=") {
		t.Fatalf("the waiting message holds no link: %s", row.GetString("message"))
	}
	secret := strings.TrimRight(strings.SplitN(strings.SplitN(row.GetString("message"), "token=", 2)[1], `"`, 2)[0], `\`)
	for _, role := range []string{"viewer", "staff", "manager", "admin"} {
		for _, query := range []string{
			records("deliveries", row.Id), records("deliveries", "") + "?fields=*,message", records("deliveries", "") + "?expand=user",
			records("deliveries", "") + "?filter=(message~'token')", records("deliveries", "") + "?sort=message",
			records("users", "") + "?expand=deliveries_via_user", records("audit_log", ""), "/api/tminus/status",
		} {
			if answer := s.Do(role, "GET", query, nil); strings.Contains(string(answer.Body), secret) || (strings.Contains(query, "message~") && strings.Contains(string(answer.Body), row.Id)) {
				t.Errorf("%s reads the secret at %s", role, query)
			}
		}
	}
	close(gate)
	s.Eventually("it is sent", func() bool { return len(s.Outbox.Sent()) == 1 })
	s.Eventually("its secret is forgotten", func() bool {
		row, err := s.FindRecordById(collections.Deliveries, row.Id)
		return err == nil && row.GetString("status") == "sent" && !strings.Contains(row.GetString("message"), "token")
	})
	for table, content := range s.Snapshot() {
		if strings.Contains(content, secret) {
			t.Errorf("%s still holds the secret", table)
		}
	}
}

func TestTheInvitationOfSomebodyWhoIsDeactivatedOpensNothing(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	answer := invite(s, "admin", nil)
	wantStatus(t, "invite", answer, http.StatusOK)
	id, _ := answer.JSON(t)["id"].(string)
	token := links(t, s, "wing@example.test", 1)[0]
	wantStatus(t, "deactivate", s.Do("admin", "PATCH", records("users", id), map[string]any{"active": false}), http.StatusOK)
	wantStatus(t, "accept", accept(s, token, "a pass phrase"), http.StatusBadRequest)
	if got := signIn(s, "users", "wing@example.test", "a pass phrase"); got < 400 {
		t.Errorf("signing in: %d", got)
	}
}

// Phones write a capital at the start of an address.
func TestAnAddressWithACapitalIsTheSamePersons(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	if got := signIn(s, "users", "Staff@Example.test", apptest.Password); got != http.StatusOK {
		t.Errorf("signing in: %d", got)
	}
	body := map[string]any{"name": "Twin", "email": "STAFF@example.test", "role": "staff", "password": apptest.Password, "passwordConfirm": apptest.Password}
	if answer := s.Do("admin", "POST", records("users", ""), body); answer.Status != http.StatusBadRequest {
		t.Errorf("a second account for the address: %d", answer.Status)
	}
}
