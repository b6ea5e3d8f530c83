package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/apptest/wechatserver"
)

func TestCreateQR(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	c := newClient(t, optionsOf(srv))
	ticket, link, err := c.CreateQR(context.Background(), "bind:4f2c0b6a", 10*time.Minute)
	if err != nil || ticket == "" || !strings.HasPrefix(link, "http://weixin.qq.com/q/") {
		t.Errorf("ticket %q, url %q, %v", ticket, link, err)
	}
	for name, tc := range map[string]struct {
		scene string
		ttl   time.Duration
	}{
		"no scene": {"", time.Minute}, "long scene": {strings.Repeat("x", 65), time.Minute}, "no life": {"x", 0}, "31 days": {"x", 31 * 24 * time.Hour},
	} {
		if _, _, err := c.CreateQR(context.Background(), tc.scene, tc.ttl); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if n := srv.Calls("qrcode/create"); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

func TestUserSubscribed(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	srv.SetFollowing("oGone", false)
	c := newClient(t, optionsOf(srv))
	for openID, want := range map[string]bool{"oHere": true, "oGone": false} {
		if got, err := c.UserSubscribed(context.Background(), openID); err != nil || got != want {
			t.Errorf("%s: %t, %v", openID, got, err)
		}
	}
	for _, openID := range []string{"badid", "", "o&lang=en", "陈"} {
		var e *Error
		if _, err := c.UserSubscribed(context.Background(), openID); !errors.As(err, &e) || e.Code != CodeBadOpenID {
			t.Errorf("%q: %v", openID, err)
		}
	}
}

func TestSetMenu(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	c := newClient(t, optionsOf(srv))
	menu := []Button{
		{Name: "我的提醒", URL: "https://tminus.example.com/?x=1&y=2#/reminders"},
		{Name: "更多", Sub: []Button{{Name: "今天", URL: "https://tminus.example.com/#/today"}, {Name: "帮助", Key: "help"}}},
	}
	if err := c.SetMenu(context.Background(), menu); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"我的提醒": menu[0].URL, "今天": "https://tminus.example.com/#/today", "帮助": "help"}
	if got := srv.MenuURLs(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var e *Error
	if err := c.SetMenu(context.Background(), make([]Button, 4)); !errors.As(err, &e) || e.Code != 40016 {
		t.Errorf("four buttons: %v", err)
	}
}

func TestOAuth(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	c := newClient(t, optionsOf(srv))
	want := "https://open.weixin.qq.com/connect/oauth2/authorize?appid=" + srv.AppID() +
		"&redirect_uri=https%3A%2F%2Ftminus.example.com%2Fapi%2Fx%3Fa%3D1%26b%3D2&response_type=code&scope=snsapi_base&state=a%26b#wechat_redirect"
	got := c.OAuthURL("https://tminus.example.com/api/x?a=1&b=2", "a&b")
	if _, err := url.Parse(got); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	code := srv.Code("oABCD")
	if openID, err := c.OAuthOpenID(context.Background(), code); err != nil || openID != "oABCD" {
		t.Errorf("openid %q, %v", openID, err)
	}
	for code, wantCode := range map[string]int{code: CodeUsedCode, "never-made": CodeBadCode, "": CodeBadCode, "x&secret=y": CodeBadCode} {
		var e *Error
		if _, err := c.OAuthOpenID(context.Background(), code); !errors.As(err, &e) || e.Code != wantCode ||
			strings.Contains(err.Error(), srv.AppSecret()) {
			t.Errorf("code %q: %v", code, err)
		}
	}
	if _, err := c.OAuthOpenID(context.Background(), srv.SnapshotCode("oVirtual")); !errors.Is(err, ErrSnapshotUser) {
		t.Errorf("a virtual account: %v", err)
	}
	srv.Stop()
	_, err := c.OAuthOpenID(context.Background(), "some-code")
	var lost *LostError
	if !errors.As(err, &lost) || strings.Contains(err.Error(), "some-code") || strings.Contains(err.Error(), srv.AppSecret()) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestTemplate_FieldsAndLabels(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		wechatserver.TemplateContent:                                  "[{thing1 客户名称} {thing2 提醒事项} {time3 预约时间} {thing4 地点} {character_string5 编号}]",
		"{{first.DATA}}\n客户：{{ keyword1.DATA }}\r\n\n{{remark.DATA}}": "[{first } {keyword1 客户} {remark }]",
		"":        "[]",
		"no keys": "[]",
	} {
		if got := fmt.Sprint((Template{Content: content}).Fields()); got != want {
			t.Errorf("%q: %s, want %s", content, got, want)
		}
	}
	if p := (Field{Key: "character_string15"}).Prefix(); p != "character_string" {
		t.Errorf("prefix %q", p)
	}
}

func TestTemplate_IsAskedForOnceAnHour(t *testing.T) {
	t.Parallel()
	const list = "template/get_all_private_template"
	clock := newClock()
	srv := wechatserver.Start(t, wechatserver.WithClock(clock.now), wechatserver.WithLatency(2*time.Millisecond))
	o := optionsOf(srv)
	o.Now = clock.now
	c := newClient(t, o)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := c.Template(context.Background(), wechatserver.TemplateID); err != nil || len(got.Fields()) != 5 {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	wg.Wait()
	for i, step := range []struct {
		wait  time.Duration
		id    string
		found bool
		calls int
	}{
		{0, wechatserver.TemplateID, true, 1},
		{0, "another", false, 1},               // just read
		{2 * time.Minute, "another", false, 2}, // may have been approved since
		{59 * time.Minute, wechatserver.TemplateID, true, 2},
		{2 * time.Minute, wechatserver.TemplateID, true, 3},
	} {
		clock.advance(step.wait)
		_, err := c.Template(context.Background(), step.id)
		if (err == nil) != step.found || err != nil && !errors.Is(err, ErrNoTemplate) || srv.Calls(list) != step.calls {
			t.Errorf("step %d: %v after %d calls, want found %t, %d", i, err, srv.Calls(list), step.found, step.calls)
		}
	}
	if got, err := c.SubscriptionTemplate(context.Background(), wechatserver.SubscriptionID); err != nil || len(got.Fields()) != 4 {
		t.Errorf("subscription: %+v, %v", got, err)
	}
}
