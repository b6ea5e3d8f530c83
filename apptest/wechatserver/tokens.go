package wechatserver

import (
	"crypto/rand"
	"net/http"
	"time"
)

const (
	renewBefore = 5 * time.Minute  // a stable token is renewed so long before its end; both live on
	forceEvery  = 30 * time.Second // how far forced renewals must be apart
)

// tokenState are the account's access tokens.
type tokenState struct {
	live    map[string]time.Time // until when
	refused map[string]bool      // stale, though stable_token still gives them
	current string
	classic string // the last one of the old API
	forced  time.Time
	forces  int
}

// stableToken gives the same token while it is valid.
//
// https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
func (s *Server) stableToken(r request) object {
	var in struct {
		GrantType string `json:"grant_type"`
		AppID     string `json:"appid"`
		Secret    string `json:"secret"`
		Force     bool   `json:"force_refresh"`
	}
	if bad := r.decode(&in); bad != nil {
		return bad
	}
	if in.GrantType != "client_credential" {
		return refused(40002, "invalid grant_type")
	}
	if bad := s.credentials(in.AppID, in.Secret); bad != nil {
		return bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.now()
	t := &s.tokens
	left := t.live[t.current].Sub(now)
	switch {
	case in.Force:
		if !t.forced.IsZero() && now.Before(t.forced.Add(forceEvery)) {
			return refused(45011, "api minute-quota reach limit, must slower, retry next minute")
		}
		t.forced = now
		t.forces++
		delete(t.live, t.current)
		s.newToken(now)
	case t.current == "" || left <= renewBefore:
		s.newToken(now)
	}
	return object{"access_token": t.current, "expires_in": int(t.live[t.current].Sub(now).Seconds())}
}

// newToken makes a token. The caller holds mu.
func (s *Server) newToken(now time.Time) {
	s.tokens.current = "68_" + rand.Text() + rand.Text() + rand.Text()
	s.tokens.live[s.tokens.current] = now.Add(s.options.tokenLife)
}

// classicToken gives another token each time, as the old API does; the one before lives on for 5 minutes.
func (s *Server) classicToken(r request) object {
	q := r.URL.Query()
	if bad := s.credentials(q.Get("appid"), q.Get("secret")); bad != nil {
		return bad
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.now()
	token := "67_" + rand.Text() + rand.Text()
	if until, ok := s.tokens.live[s.tokens.classic]; ok && until.After(now.Add(renewBefore)) {
		s.tokens.live[s.tokens.classic] = now.Add(renewBefore)
	}
	s.tokens.live[token] = now.Add(s.options.tokenLife)
	s.tokens.classic = token
	return object{"access_token": token, "expires_in": int(s.options.tokenLife.Seconds())}
}

func (s *Server) credentials(appID, secret string) object {
	switch {
	case appID != s.options.appID:
		return refused(40013, "invalid appid")
	case secret != s.options.appSecret:
		return refused(40125, "invalid appsecret, view more at http://t.cn/RAEkdVq")
	}
	return nil
}

// tokenRefused gives the refusal of a request without a valid token.
func (s *Server) tokenRefused(r *http.Request) object {
	token := r.URL.Query().Get("access_token")
	s.mu.Lock()
	defer s.mu.Unlock()
	until, known := s.tokens.live[token]
	switch {
	case token == "":
		return refused(41001, "access_token missing")
	case !known || s.tokens.refused[token]:
		return refused(40001, "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r")
	case !s.options.now().Before(until):
		return refused(42001, "access_token expired")
	}
	return nil
}

// Revoke makes every token stale, as a change of the secret does: the next one asked for is another.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens.live = map[string]time.Time{}
	s.tokens.current = ""
}

// RevokeUntilForced makes every token stale, while stable_token still gives the last one to who does not force a
// renewal.
func (s *Server) RevokeUntilForced() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.tokens.live {
		s.tokens.refused[token] = true
	}
}

// TokenCalls is the number of requests for a token.
func (s *Server) TokenCalls() int { return s.Calls("stable_token") + s.Calls("token") }

// Forced is the number of forced renewals that were granted.
func (s *Server) Forced() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens.forces
}
