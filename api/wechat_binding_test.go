package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/wechatserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// weChatApp is a served app with the official account of a test server, whose events reach it.
type weChatApp struct {
	*apptest.Server
	account *wechatserver.Server
}

func withWeChat(t *testing.T, options ...apptest.Option) *weChatApp {
	t.Helper()
	clock := func() time.Time { return apptest.Start }
	account := wechatserver.Start(t, wechatserver.WithClock(func() time.Time { return clock() }))
	all := append([]apptest.Option{
		apptest.WithNotifier(notifiers.WeChat, nil),
		apptest.WithConfig(func(c *config.Config) {
			c.WeChat = config.WeChat{
				AppID: account.AppID(), AppSecret: account.AppSecret(), TemplateID: wechatserver.TemplateID, Token: account.Token(),
				EncodingAESKey: account.EncodingAESKey(), Endpoint: account.URL(),
			}
		}),
	}, options...)
	a := apptest.New(t, all...)
	clock = a.Clock.Now
	s := &weChatApp{Server: a.Serve(), account: account}
	account.SetCallback(s.URL + "/api/tminus/callbacks/wechat")
	return s
}

func (s *weChatApp) begin(role, way string) apptest.Answer {
	return s.Do(role, "POST", "/api/tminus/wechat/bindings", map[string]any{"way": way})
}

// code begins a binding by a code, and gives its id and the scene that a scan brings.
func (s *weChatApp) code(t *testing.T, role string) (id, scene string) {
	t.Helper()
	before := s.account.Scenes()
	answer := s.begin(role, "qr")
	wantStatus(t, "begin", answer, http.StatusOK)
	for _, scene = range s.account.Scenes() {
		if !slices.Contains(before, scene) {
			break
		}
	}
	id, _ = answer.JSON(t)["id"].(string)
	return id, scene
}

func (s *weChatApp) scan(t *testing.T, openid, scene string) {
	t.Helper()
	pushed, err := s.account.Scan(t.Context(), openid, scene)
	must(t, err)
	if !pushed.Taken() {
		t.Fatalf("the scan was answered by %d %q", pushed.Status, pushed.Body)
	}
}

func (s *weChatApp) confirm(role, id string) apptest.Answer {
	return s.Do(role, "POST", "/api/tminus/wechat/bindings/"+id+"/confirm", nil)
}

func (s *weChatApp) binding(t *testing.T, id string) *collections.WeChatBinding {
	t.Helper()
	return apptest.Find[collections.WeChatBinding](t, s.Server, collections.WeChatBindings, id)
}

func TestScanningACodeAndConfirmingItBindsTheAccount(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	wantStatus(t, "unbind first", s.Do("staff", "DELETE", "/api/tminus/wechat/binding", nil), http.StatusNoContent)
	begun := s.begin("staff", "qr")
	wantStatus(t, "begin", begun, http.StatusOK)
	told := begun.JSON(t)
	image, _ := told["image"].(string)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(image, "data:image/png;base64,"))
	must(t, err)
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil {
		t.Errorf("the code is no picture: %v", err)
	}
	id, _ := told["id"].(string)
	scene := s.account.Scenes()[0]
	if told["state"] != "waiting" || told["expires"] != "2026-03-02T01:10:00Z" || !strings.HasPrefix(scene, "bind:") || len(scene) != len("bind:")+32 {
		t.Errorf("begun: %v, with the scene %s", told, scene)
	}
	if strings.Contains(string(begun.Body), strings.TrimPrefix(scene, "bind:")) {
		t.Error("the secret of the code is told")
	}
	stream := s.Subscribe("staff", collections.WeChatBindings+"/"+id)

	wantStatus(t, "too early", s.confirm("staff", id), http.StatusBadRequest)
	s.scan(t, "openid-of-the-phone", scene)
	s.Eventually("the screen sees the scan", func() bool { return stream.Last(id, "state") == "scanned" })
	if user := s.User("staff"); user.WeChatOpenID() != "" || user.WeChatStatus() != "" {
		t.Errorf("bound before it was confirmed: %q", user.WeChatStatus())
	}
	confirmed := s.confirm("staff", id)
	wantStatus(t, "confirm", confirmed, http.StatusOK)
	if c := confirmed.JSON(t); c["state"] != "bound" || c["wechat_status"] != "following" {
		t.Errorf("confirmed: %v", c)
	}
	s.Eventually("the screen sees it bound", func() bool { return stream.Last(id, "state") == "bound" })
	if user := s.User("staff"); user.WeChatOpenID() != "openid-of-the-phone" || user.WeChatStatus() != "following" {
		t.Errorf("bound to %q, %s", user.WeChatOpenID(), user.WeChatStatus())
	}
	for _, change := range stream.Changes() {
		told, err := json.Marshal(change.Record)
		must(t, err)
		if strings.Contains(string(told), "openid") || strings.Contains(string(told), "token_hash") {
			t.Errorf("the screen is told %s", told)
		}
	}
	wantStatus(t, "confirm again", s.confirm("staff", id), http.StatusOK)
}

func TestSomebodyWhoFollowsByScanningIsBoundToo(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, scene := s.code(t, "viewer")
	s.account.SetFollowing("openid-new", false) // so that the event is subscribe, with qrscene_
	s.scan(t, "openid-new", scene)
	wantStatus(t, "confirm", s.confirm("viewer", id), http.StatusOK)
	if user := s.User("viewer"); user.WeChatOpenID() != "openid-new" {
		t.Errorf("bound to %q", user.WeChatOpenID())
	}
}

// Whoever scans first is asked about: a second scan, at once or later, changes nothing.
func TestOfTwoScansAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, scene := s.code(t, "staff")
	var both sync.WaitGroup
	for _, who := range []string{"openid-one", "openid-two"} {
		both.Go(func() { _, _ = s.account.Scan(t.Context(), who, scene) })
	}
	both.Wait()
	first := s.binding(t, id).OpenID()
	if first != "openid-one" && first != "openid-two" {
		t.Fatalf("scanned by %q", first)
	}
	s.scan(t, "openid-three", scene)
	if got := s.binding(t, id); got.OpenID() != first || got.State() != "scanned" {
		t.Errorf("%s by %q, and was by %q", got.State(), got.OpenID(), first)
	}
	var confirms sync.WaitGroup
	for range 2 {
		confirms.Go(func() { wantStatus(t, "confirm at once", s.confirm("staff", id), http.StatusOK) })
	}
	confirms.Wait()
	s.scan(t, "openid-four", scene)
	if user := s.User("staff"); user.WeChatOpenID() != first {
		t.Errorf("bound to %q, and %q scanned first", user.WeChatOpenID(), first)
	}
}

func TestP13_ABindingThatCannotGoOnSaysWhy(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, scene := s.code(t, "staff")
	for _, role := range []string{"viewer", "manager", "admin"} {
		wantStatus(t, "another's, by "+role, s.confirm(role, id), http.StatusNotFound)
	}
	wantStatus(t, "a superuser", s.confirm("super", id), http.StatusForbidden)
	s.scan(t, "openid-late", scene)
	s.Clock.Advance(10 * time.Minute)
	wantStatus(t, "after ten minutes", s.confirm("staff", id), http.StatusBadRequest)

	id, scene = s.code(t, "staff")
	s.Clock.Advance(10 * time.Minute)
	s.scan(t, "openid-late", scene)
	if b := s.binding(t, id); b.State() != "waiting" || b.OpenID() != "" {
		t.Errorf("a scan after ten minutes made it %s by %q", b.State(), b.OpenID())
	}

	id, scene = s.code(t, "staff")
	s.scan(t, "openid-admin", scene)
	answer := s.confirm("staff", id)
	wantErrors(t, "another user's account", answer, map[string]string{"wechat": "validation_wechat_taken"})
	if s.User("staff").WeChatOpenID() != "openid-staff" || s.User("admin").WeChatOpenID() != "openid-admin" {
		t.Error("an account changed hands")
	}
	for _, way := range []string{"", "fax", "QR"} {
		wantErrors(t, "by "+way, s.begin("staff", way), map[string]string{"way": "validation_way"})
	}
}

func TestAnAccountPassesOnFromSomebodyWhoLeft(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	wantStatus(t, "deactivate", s.Do("admin", "PATCH", records("users", apptest.UserID("viewer")), map[string]any{"active": false}), http.StatusOK)
	id, scene := s.code(t, "staff")
	s.scan(t, "openid-viewer", scene)
	wantStatus(t, "confirm", s.confirm("staff", id), http.StatusOK)
	if gone := s.User("viewer"); gone.WeChatOpenID() != "" || gone.WeChatStatus() != "" || s.User("staff").WeChatOpenID() != "openid-viewer" {
		t.Errorf("who left has %q, who came has %q", gone.WeChatOpenID(), s.User("staff").WeChatOpenID())
	}
}

func TestAPersonHasAtMostFiveCodesOpen(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	for range 5 {
		wantStatus(t, "one of five", s.begin("staff", "qr"), http.StatusOK)
	}
	wantStatus(t, "the sixth", s.begin("staff", "oauth"), http.StatusTooManyRequests)
	wantStatus(t, "somebody else's", s.begin("viewer", "qr"), http.StatusOK)
	s.Clock.Advance(10 * time.Minute)
	wantStatus(t, "when the first have expired", s.begin("staff", "qr"), http.StatusOK)
}

func TestACodeThatWeChatRefusesIsNotKeptOpen(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	s.account.Fail("qrcode/create", 48001, "api unauthorized")
	for range 6 {
		answer := s.begin("staff", "qr")
		wantStatus(t, "refused", answer, http.StatusServiceUnavailable)
		if !strings.Contains(string(answer.Body), "48001") {
			t.Errorf("it says %s", answer.Body)
		}
	}
	s.account.Heal("qrcode/create")
	wantStatus(t, "healed", s.begin("staff", "qr"), http.StatusOK)
}

func TestWhereWeChatCannotBeBoundItSaysSo(t *testing.T) {
	t.Parallel()
	bare := withWeChat(t, apptest.WithConfig(func(c *config.Config) { c.WeChat.Token, c.WeChat.EncodingAESKey = "", "" }))
	wantErrors(t, "without a token", bare.begin("staff", "qr"), map[string]string{"way": "validation_way"})
	wantStatus(t, "by a link", bare.begin("staff", "oauth"), http.StatusOK)
	if ways := states(t, bare.Server, "viewer")["wechat"]["binding"]; len(ways.([]any)) != 1 || ways.([]any)[0] != "oauth" {
		t.Errorf("the ways are %v", ways)
	}
	demo := apptest.New(t, apptest.InDemo(), apptest.WithConfig(func(c *config.Config) { c.WeChat = config.WeChat{AppID: "wx1", AppSecret: "s", Token: "tok"} })).Serve()
	answer := demo.Do("staff", "POST", "/api/tminus/wechat/bindings", map[string]any{"way": "qr"})
	wantStatus(t, "in the demo", answer, http.StatusBadRequest)
	if !strings.Contains(string(answer.Body), "sandbox") {
		t.Errorf("the demo says %s", answer.Body)
	}
	wantStatus(t, "an event in the demo", demo.Do("", "POST", "/api/tminus/callbacks/wechat", nil), http.StatusNotFound)
}

func TestUnbindingEndsWhatIsOpen(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, scene := s.code(t, "staff")
	s.scan(t, "openid-of-the-phone", scene)
	for range 2 {
		wantStatus(t, "unbind", s.Do("staff", "DELETE", "/api/tminus/wechat/binding", nil), http.StatusNoContent)
	}
	if user := s.User("staff"); user.WeChatOpenID() != "" || user.WeChatStatus() != "" {
		t.Errorf("still bound to %q", user.WeChatOpenID())
	}
	wantStatus(t, "confirm after all", s.confirm("staff", id), http.StatusBadRequest)
	if s.User("admin").WeChatOpenID() == "" {
		t.Error("somebody else's is gone")
	}
}

func TestWeChatBindingsAreSeenByWhoBeganThem(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, _ := s.code(t, "staff")
	for role, want := range map[string]int{"": 404, "viewer": 404, "manager": 404, "admin": 404, "staff": 200} {
		answer := s.Do(role, "GET", records(collections.WeChatBindings, id), nil)
		wantStatus(t, "view as "+role, answer, want)
		if want == 200 && (strings.Contains(string(answer.Body), "token_hash") || strings.Contains(string(answer.Body), "openid")) {
			t.Errorf("it shows %s", answer.Body)
		}
	}
	wantStatus(t, "list", s.Do("staff", "GET", records(collections.WeChatBindings, ""), nil), http.StatusForbidden)
	for _, role := range []string{"staff", "admin", "super"} {
		wantStatus(t, "change", s.Do(role, "PATCH", records(collections.WeChatBindings, id), map[string]any{"state": "bound"}), http.StatusForbidden)
	}
}
