package hooks_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// identity is somebody as an OpenID provider knows them: the claims of
// https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
type identity map[string]any

// provider is an OpenID provider: it hands out codes for whom it is told is at the keyboard, and checks the client and
// its proof (RFC 7636).
type provider struct {
	*httptest.Server
	mu         sync.Mutex
	who        identity
	challenges map[string]string   // by code
	tokens     map[string]identity // by code, then by token
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{challenges: map[string]string{}, tokens: map[string]identity{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	if q.Get("client_id") != "tminus" || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || !strings.Contains(q.Get("scope"), "email") {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	code := "code-" + q.Get("state")
	p.challenges[code], p.tokens[code] = q.Get("code_challenge"), p.who
	to, _ := url.Parse(q.Get("redirect_uri"))
	to.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	code := r.FormValue("code")
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if id != "tminus" || secret != "hush" || p.challenges[code] == "" || p.challenges[code] != base64.RawURLEncoding.EncodeToString(sum[:]) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	delete(p.challenges, code)
	p.tokens["token-"+code] = p.tokens[code]
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "token-" + code, "token_type": "Bearer", "expires_in": 3600})
}

func (p *provider) userinfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who, ok := p.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_ = json.NewEncoder(w).Encode(who)
}

// switchOn puts the provider into the collection, as the dashboard does.
func (p *provider) switchOn(t *testing.T, s *apptest.Server) {
	t.Helper()
	wantStatus(t, "switch the provider on", s.Do("super", "PATCH", "/api/collections/users", map[string]any{
		"oauth2": map[string]any{"enabled": true, "providers": []any{map[string]any{
			"name": "oidc", "clientId": "tminus", "clientSecret": "hush", "authURL": p.URL + "/authorize", "tokenURL": p.URL + "/token", "userInfoURL": p.URL + "/userinfo",
		}}},
	}), http.StatusOK)
}

// signIn goes the whole way: the app's list of methods, the provider's page, the code that comes back.
func (p *provider) signIn(t *testing.T, s *apptest.Server, session string, who identity, more map[string]any) apptest.Answer {
	t.Helper()
	p.mu.Lock()
	p.who = who
	p.mu.Unlock()
	var methods struct {
		OAuth2 struct {
			Providers []struct{ Name, State, AuthURL, CodeVerifier string }
		}
	}
	must(t, json.Unmarshal(s.Do("", "GET", "/api/collections/users/auth-methods", nil).Body, &methods))
	method := methods.OAuth2.Providers[0]
	const back = "https://tminus.example.test/login"
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.Get(method.AuthURL + url.QueryEscape(back))
	must(t, err)
	response.Body.Close()
	returned, err := response.Location()
	must(t, err)
	if returned.Query().Get("state") != method.State {
		t.Fatalf("the provider answered %s", returned)
	}
	body := map[string]any{"provider": method.Name, "code": returned.Query().Get("code"), "codeVerifier": method.CodeVerifier, "redirectURL": back}
	for k, v := range more {
		body[k] = v
	}
	return s.DoToken(session, "POST", "/api/collections/users/auth-with-oauth2", body)
}

func verified(sub, email string) identity {
	return identity{"sub": sub, "email": email, "email_verified": true, "name": "Somebody " + sub}
}

func TestAProviderSignsInThoseWhoHaveAnAccount(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	p := newProvider(t)
	p.switchOn(t, s)
	answer := p.signIn(t, s, "", verified("1", "Staff@Example.test"), nil) // another spelling of the same address
	wantStatus(t, "the first time", answer, http.StatusOK)
	record := answer.JSON(t)["record"].(map[string]any)
	token, _ := answer.JSON(t)["token"].(string)
	if record["id"] != apptest.UserID("staff") || record["name"] != "User staff" || record["role"] != "staff" {
		t.Errorf("signed in as %v", record)
	}
	wantStatus(t, "the session", s.DoToken(token, "GET", "/api/tminus/channels", nil), http.StatusOK)
	wantStatus(t, "again", p.signIn(t, s, "", verified("1", "staff@example.test"), nil), http.StatusOK)
	// The link is to the account at the provider, whose address may change.
	wantStatus(t, "with another address there", p.signIn(t, s, "", verified("1", "renamed@elsewhere.test"), nil), http.StatusOK)
	if n, _ := s.CountRecords(core.CollectionNameExternalAuths); n != 1 {
		t.Errorf("%d links", n)
	}
	wantStatus(t, "the password of before", auth(s, "auth-with-password", map[string]any{"identity": "staff@example.test", "password": apptest.Password}), http.StatusOK)
}

// Somebody who was invited and has not chosen a password yet may come in by the provider at once.
func TestAnInvitedPersonMayComeInByTheProvider(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	p := newProvider(t)
	p.switchOn(t, s)
	wantStatus(t, "invite", s.Do("admin", "POST", "/api/tminus/invitations", map[string]any{"email": "new@example.test", "name": "New Person", "role": "viewer"}), http.StatusOK)
	answer := p.signIn(t, s, "", verified("7", "new@example.test"), map[string]any{"createData": map[string]any{"role": "admin", "name": "Mallory"}})
	wantStatus(t, "come in", answer, http.StatusOK)
	if record := answer.JSON(t)["record"].(map[string]any); record["role"] != "viewer" || record["name"] != "New Person" || record["verified"] != true {
		t.Errorf("signed in as %v", record)
	}
}

func TestP14_AProviderMakesNoAccountAndOpensNobodyElses(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	p := newProvider(t)
	p.switchOn(t, s)
	gone := s.NewUser("Gone", "gone@example.test", "en")
	linked := s.NewUser("Linked", "linked@example.test", "en")
	wantStatus(t, "link", p.signIn(t, s, "", verified("9", "linked@example.test"), nil), http.StatusOK)
	for _, u := range []*collections.User{gone, linked} {
		wantStatus(t, "deactivate", s.Do("admin", "PATCH", path("users", u.Id), map[string]any{"active": false}), http.StatusOK)
	}
	staff := s.Token("staff")
	people, err := s.CountRecords(collections.Users)
	must(t, err)
	for _, tt := range []struct {
		name    string
		session string
		who     identity
		more    map[string]any
	}{
		{"somebody unknown", "", verified("2", "stranger@example.test"), nil},
		{"somebody unknown with data of an account", "", verified("2", "stranger@example.test"), map[string]any{"createData": map[string]any{
			"email": "stranger@example.test", "name": "Mallory", "role": "admin", "active": true, "password": "long enough 1", "passwordConfirm": "long enough 1"}}},
		{"an address that the provider did not verify", "", identity{"sub": "3", "email": "admin@example.test", "email_verified": false}, nil},
		{"an address of which it does not say so", "", identity{"sub": "3", "email": "admin@example.test"}, nil},
		{"no address", "", identity{"sub": "4"}, nil},
		{"somebody who left", "", verified("5", "gone@example.test"), nil},
		{"somebody who left and was linked", "", verified("9", "linked@example.test"), nil},
		{"another address from within a session", staff, verified("6", "private@elsewhere.test"), nil},
		{"another user's address from within a session", staff, verified("6", "admin@example.test"), nil},
		{"a like address", "", verified("8", "admin@example.test.evil.test"), nil},
	} {
		answer := p.signIn(t, s, tt.session, tt.who, tt.more)
		wantStatus(t, tt.name, answer, http.StatusForbidden)
		if message, _ := answer.JSON(t)["message"].(string); !strings.Contains(message, "Ask an administrator to invite you") {
			t.Errorf("%s: it says %q", tt.name, message)
		}
	}
	if n, _ := s.CountRecords(collections.Users); n != people {
		t.Errorf("there are %d people, were %d", n, people)
	}
	if n, _ := s.CountRecords(core.CollectionNameExternalAuths, dbx.Not(dbx.HashExp{"recordRef": linked.Id})); n != 0 {
		t.Errorf("%d links were made", n)
	}
	wantStatus(t, "a code that the provider did not give", s.Do("", "POST", "/api/collections/users/auth-with-oauth2",
		map[string]any{"provider": "oidc", "code": "guessed", "codeVerifier": "x", "redirectURL": "https://evil.test"}), http.StatusBadRequest)
	wantStatus(t, "a provider that is off", s.Do("", "POST", "/api/collections/users/auth-with-oauth2",
		map[string]any{"provider": "google", "code": "x", "codeVerifier": "x", "redirectURL": "x"}), http.StatusBadRequest)
}
