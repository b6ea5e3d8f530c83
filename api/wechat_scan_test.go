package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// browser follows no redirect, and keeps cookies as it is told.
type browser struct {
	s       *weChatApp
	cookies []*http.Cookie
}

// open begins a binding by a link in the browser of a role, and gives its id and the link.
func (b *browser) open(t *testing.T, role string) (id string, link *url.URL) {
	t.Helper()
	answer := b.s.begin(role, "oauth")
	wantStatus(t, "begin", answer, http.StatusOK)
	b.cookies = (&http.Response{Header: answer.Header}).Cookies()
	told := answer.JSON(t)
	id, _ = told["id"].(string)
	address, _ := told["url"].(string)
	link, err := url.Parse(address)
	must(t, err)
	return id, link
}

// back comes back from WeChat with a code, and gives where it is led to.
func (b *browser) back(t *testing.T, code, state string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.s.URL+"/api/tminus/wechat/oauth?"+url.Values{"code": {code}, "state": {state}}.Encode(), nil)
	must(t, err)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	must(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusFound {
		t.Fatalf("back from WeChat: %d", response.StatusCode)
	}
	return response.Header.Get("Location")
}

const profile = "https://tminus.example.test/profile?wechat="

func TestALinkOpenedInsideWeChatBindsAfterConfirmation(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	b := &browser{s: s}
	id, link := b.open(t, "staff")
	q := link.Query()
	if link.Host != "open.weixin.qq.com" || link.Fragment != "wechat_redirect" || q.Get("scope") != "snsapi_base" ||
		q.Get("redirect_uri") != "https://tminus.example.test/api/tminus/wechat/oauth" {
		t.Errorf("the link is %s", link)
	}
	if c := b.cookies[0]; !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/api/tminus/wechat/oauth" {
		t.Errorf("the cookie is %v", c)
	}
	if to := b.back(t, s.account.Code("openid-inside"), q.Get("state")); to != profile+id {
		t.Errorf("led to %s", to)
	}
	wantStatus(t, "confirm", s.confirm("staff", id), http.StatusOK)
	if user := s.User("staff"); user.WeChatOpenID() != "openid-inside" || user.WeChatStatus() != "following" {
		t.Errorf("bound to %q, %s", user.WeChatOpenID(), user.WeChatStatus())
	}
	if to := b.back(t, s.account.Code("openid-other"), q.Get("state")); to != profile+"expired" {
		t.Errorf("a second time it led to %s", to)
	}
}

func TestWhoOpensALinkWithoutFollowingIsToldSo(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	b := &browser{s: s}
	id, link := b.open(t, "staff")
	s.account.SetFollowing("openid-stranger", false)
	b.back(t, s.account.Code("openid-stranger"), link.Query().Get("state"))
	answer := s.confirm("staff", id)
	wantStatus(t, "confirm", answer, http.StatusOK)
	if answer.JSON(t)["wechat_status"] != "unfollowed" {
		t.Errorf("it says %s", answer.Body)
	}
	_, err := s.account.Follow(t.Context(), "openid-stranger")
	must(t, err)
	if got := s.User("staff").WeChatStatus(); got != "following" {
		t.Errorf("after following it is %q", got)
	}
}

func TestP14_ALinkIsOfTheBrowserThatAskedForIt(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	mallory := &browser{s: s}
	id, link := mallory.open(t, "staff")
	state := link.Query().Get("state")
	before := s.Snapshot()
	victim := &browser{s: s}
	for what, to := range map[string]string{
		"another browser":   victim.back(t, s.account.Code("openid-victim"), state),
		"no state":          mallory.back(t, s.account.Code("openid-victim"), ""),
		"another state":     mallory.back(t, s.account.Code("openid-victim"), strings.Repeat("0", 32)),
		"a guessed one too": (&browser{s: s, cookies: []*http.Cookie{{Name: "tminus_wechat", Value: "x"}}}).back(t, s.account.Code("openid-victim"), "x"),
	} {
		if to != profile+"expired" {
			t.Errorf("%s is led to %s", what, to)
		}
	}
	for what, code := range map[string]string{"no code": "", "a made-up code": "guessed", "a snapshot's visitor": s.account.SnapshotCode("openid-nobody")} {
		if to := mallory.back(t, code, state); to != profile+"failed" {
			t.Errorf("%s is led to %s", what, to)
		}
	}
	s.Unchanged(t, "links that do not fit", before)
	if b := s.binding(t, id); b.State() != "waiting" {
		t.Errorf("the binding is %s", b.State())
	}
	if to := mallory.back(t, s.account.Code("openid-own"), state); to != profile+id {
		t.Errorf("at last it leads to %s", to)
	}
}
