package hooks_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/apptest/wechatserver"
	"tminus/collections"
	"tminus/config"
)

// weChatSignIn switches sign-in with WeChat on, as the dashboard does, with the account of a test server.
func weChatSignIn(t *testing.T, s *apptest.Server, clientID, secret, tokenURL string) {
	t.Helper()
	wantStatus(t, "switch WeChat on", s.Do("super", "PATCH", "/api/collections/users", map[string]any{
		"oauth2": map[string]any{"enabled": true, "providers": []any{map[string]any{
			"name": "wechat", "clientId": clientID, "clientSecret": secret, "tokenURL": tokenURL,
		}}},
	}), http.StatusOK)
}

func signInWithWeChat(s *apptest.Server, session, code string) apptest.Answer {
	return s.DoToken(session, "POST", "/api/collections/users/auth-with-oauth2",
		map[string]any{"provider": "wechat", "code": code, "codeVerifier": "", "redirectURL": "https://tminus.example.test/api/oauth2-redirect"})
}

// website is an app with sign-in by a website application, whose openids are not those of the official account.
func website(t *testing.T) (*apptest.Server, *wechatserver.Server) {
	t.Helper()
	account := wechatserver.Start(t)
	s := apptest.New(t, apptest.WithConfig(func(c *config.Config) { c.WeChat.AppID, c.WeChat.AppSecret = "wx0000000000000000", "s" })).Serve()
	weChatSignIn(t, s, account.AppID(), account.AppSecret(), account.URL()+"/sns/oauth2/access_token")
	return s, account
}

func TestThePageOfWeChatIsAskedForInItsOwnWords(t *testing.T) {
	t.Parallel()
	s, account := website(t)
	var methods struct {
		OAuth2 struct {
			Providers []struct{ Name, DisplayName, State, AuthURL, CodeVerifier string }
		}
	}
	must(t, json.Unmarshal(s.Do("", "GET", "/api/collections/users/auth-methods", nil).Body, &methods))
	p := methods.OAuth2.Providers[0]
	want := "https://open.weixin.qq.com/connect/qrconnect?appid=" + account.AppID() + "&response_type=code&scope=snsapi_login&state=" + p.State + "&redirect_uri="
	if p.Name != "wechat" || p.DisplayName != "WeChat" || p.CodeVerifier != "" || p.AuthURL != want {
		t.Errorf("the provider is %+v, want %s", p, want)
	}
	var all []struct{ Name, DisplayName, Logo string }
	must(t, json.Unmarshal(s.Do("super", "GET", "/api/collections/meta/oauth2-providers", nil).Body, &all))
	for _, one := range all {
		if one.Name == "wechat" && !strings.HasPrefix(one.Logo, "<svg") {
			t.Errorf("the dashboard shows %+v", one)
		}
	}
}

func TestWeChatSignsInWhoLinkedItWhileSignedIn(t *testing.T) {
	t.Parallel()
	s, account := website(t)
	wantStatus(t, "before", signInWithWeChat(s, "", account.Code("web-1")), http.StatusForbidden)
	linked := signInWithWeChat(s, s.Token("staff"), account.Code("web-1"))
	wantStatus(t, "link", linked, http.StatusOK)
	answer := signInWithWeChat(s, "", account.Code("web-1"))
	wantStatus(t, "sign in", answer, http.StatusOK)
	if id := answer.JSON(t)["record"].(map[string]any)["id"]; id != apptest.UserID("staff") {
		t.Errorf("signed in as %v", id)
	}
	token, _ := answer.JSON(t)["token"].(string)
	wantStatus(t, "the session", s.DoToken(token, "GET", "/api/tminus/channels", nil), http.StatusOK)
	for _, answer := range []apptest.Answer{linked, answer} {
		if meta := answer.JSON(t)["meta"].(map[string]any); meta["accessToken"] != "" || meta["refreshToken"] != "" {
			t.Errorf("WeChat's tokens are told: %v", meta)
		}
	}
	wantStatus(t, "another WeChat to the same user", signInWithWeChat(s, s.Token("staff"), account.Code("web-2")), http.StatusBadRequest)
	wantStatus(t, "the password", auth(s, "auth-with-password", map[string]any{"identity": "staff@example.test", "password": apptest.Password}), http.StatusOK)
	wantStatus(t, "deactivate", s.Do("admin", "PATCH", path("users", apptest.UserID("staff")), map[string]any{"active": false}), http.StatusOK)
	wantStatus(t, "who left", signInWithWeChat(s, "", account.Code("web-1")), http.StatusForbidden)
}

// Where the official account itself signs in, its openids are those that people bound in their profiles.
func TestTheOfficialAccountSignsInWhomItIsBoundTo(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	weChatSignIn(t, s.Server, s.account.AppID(), s.account.AppSecret(), s.account.URL()+"/sns/oauth2/access_token")
	answer := signInWithWeChat(s.Server, "", s.account.Code("openid-staff"))
	wantStatus(t, "sign in", answer, http.StatusOK)
	if id := answer.JSON(t)["record"].(map[string]any)["id"]; id != apptest.UserID("staff") {
		t.Errorf("signed in as %v", id)
	}
	wantStatus(t, "nobody's", signInWithWeChat(s.Server, "", s.account.Code("openid-nobody")), http.StatusForbidden)
	wantStatus(t, "another's from within a session", signInWithWeChat(s.Server, s.Token("viewer"), s.account.Code("openid-admin")), http.StatusForbidden)
}

// The same openid at another application is another person.
func TestP14_AnOpenidOfAnotherApplicationOpensNothing(t *testing.T) {
	t.Parallel()
	s, account := website(t)
	people, err := s.CountRecords(collections.Users)
	must(t, err)
	wantStatus(t, "an openid that somebody has bound at the official account", signInWithWeChat(s, "", account.Code("openid-admin")), http.StatusForbidden)
	wantStatus(t, "a snapshot's visitor", signInWithWeChat(s, s.Token("staff"), account.SnapshotCode("web-9")), http.StatusBadRequest)
	used := account.Code("web-9")
	wantStatus(t, "a stranger", signInWithWeChat(s, "", used), http.StatusForbidden)
	for what, code := range map[string]string{"a used code": used, "a made-up code": "guessed", "another request": "x&openid=web-1"} {
		wantStatus(t, what, signInWithWeChat(s, s.Token("staff"), code), http.StatusBadRequest)
	}
	if n, _ := s.CountRecords(core.CollectionNameExternalAuths); n != 0 {
		t.Errorf("%d links were made", n)
	}
	if n, _ := s.CountRecords(collections.Users); n != people {
		t.Errorf("there are %d people, were %d", n, people)
	}
}

// PocketBase takes the password from somebody unverified whom a provider signs in; here it stays.
func TestWeChatLeavesThePasswordOfSomebodyUnverified(t *testing.T) {
	t.Parallel()
	s, account := website(t)
	u := s.User("viewer")
	u.SetVerified(false)
	s.MustSave(u)
	wantStatus(t, "link", signInWithWeChat(s, s.Token("viewer"), account.Code("web-3")), http.StatusOK)
	wantStatus(t, "sign in", signInWithWeChat(s, "", account.Code("web-3")), http.StatusOK)
	wantStatus(t, "the password", auth(s, "auth-with-password", map[string]any{"identity": "viewer@example.test", "password": apptest.Password}), http.StatusOK)
}

func TestP14_NoErrorOfSigningInHoldsTheSecret(t *testing.T) {
	t.Parallel()
	const secret, code = "hush-hush-secret", "the-code"
	answers := map[string]http.HandlerFunc{
		"cut":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"garbage": func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<html>" + r.URL.String())) },
		"refused": func(w http.ResponseWriter, r *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{"errcode": 40125, "errmsg": "invalid " + r.URL.Query().Get("secret")})
		},
		"nobody": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"access_token":"t","openid":"a b"}`))
		},
	}
	for what, answer := range answers {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			vendor := httptest.NewServer(answer)
			t.Cleanup(vendor.Close)
			s := apptest.New(t).Serve()
			s.Settings().Logs.MaxDays = 1
			weChatSignIn(t, s, "wx1", secret, vendor.URL+"/sns/oauth2/access_token")
			got := signInWithWeChat(s, "", code)
			wantStatus(t, what, got, http.StatusBadRequest)
			if strings.Contains(string(got.Body), secret) {
				t.Errorf("the answer is %s", got.Body)
			}
			s.Eventually("the request is logged", func() bool { return strings.Contains(loggedData(t, s), "auth-with-oauth2") })
			if rows := loggedData(t, s); strings.Contains(rows, secret) {
				t.Errorf("the log holds the secret: %s", rows)
			}
		})
	}
}

// loggedData gives what PocketBase logged of requests.
func loggedData(t *testing.T, s *apptest.Server) string {
	t.Helper()
	var rows []string
	must(t, s.AuxDB().NewQuery("SELECT data FROM _logs").Column(&rows))
	return strings.Join(rows, "\n")
}
