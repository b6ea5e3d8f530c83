package notifiers

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/apptest/wechatserver"
	"tminus/wechat"
)

func newWeChat(t *testing.T, srv *wechatserver.Server, change ...func(*WeChatOptions)) Notifier {
	t.Helper()
	client := wechat.NewClient(wechatAt(srv))
	o := WeChatOptions{Client: client, TemplateID: wechatserver.TemplateID, Now: func() time.Time { return created }}
	for _, c := range change {
		c(&o)
	}
	t.Cleanup(client.CloseIdle)
	return NewWeChat(o)
}

func wechatMessage(openID string) *Message {
	m := conformanceMessage(WeChat, openID)
	m.Values = map[string]string{
		ValueTitle: "出發前檢查清單", ValueEvent: "季度檢討會", ValueCustomer: "港島電子有限公司", ValueTime: "2026-03-09 14:00",
		ValuePlace: "香港北角英皇道 510 號港運大廈 18 樓 1803 室", ValueNumber: "EV-2026-0152", ValueType: "會議", ValueResponsible: "陳大文", ValueDays: "7 日後",
	}
	return m
}

func TestWeChat_FillsTheTemplateFromTheMessage(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	m := wechatMessage("oABCD")
	m.Action = &Link{URL: "https://tminus.example.com/?a=1&b=2#/events/abc"}
	receipt, err := newWeChat(t, srv).Send(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	got := srv.Messages()[0]
	want := map[string]string{
		"thing1": "港島電子有限公司", "thing2": "出發前檢查清單", "time3": "2026年3月9日 14:00", "thing4": "香港北角英皇道 510 號港運大廈…",
		"character_string5": "EV-2026-0152",
	}
	if !reflect.DeepEqual(got.Data, want) || got.URL != m.Action.URL || got.ClientMsgID != m.ID ||
		receipt.ProviderID != strconv.FormatInt(got.MsgID, 10) || receipt.Provider != "wechat" {
		t.Errorf("receipt %+v\n got %+v\nwant %v", receipt, got, want)
	}
}

func TestWeChat_SubscriptionFillsItsOwnTemplate(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t, wechatserver.WithCredits(1))
	n := newWeChat(t, srv, func(o *WeChatOptions) {
		o.Subscription, o.TemplateID, o.Page = true, wechatserver.SubscriptionID, "https://tminus.example.com/#/reminders"
	})
	m := wechatMessage("oABCD")
	m.Action = nil
	if _, err := n.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	got := srv.Messages()[0]
	want := map[string]string{"thing1": "出發前檢查清單", "date2": "2026年3月9日 14:00", "name3": "陳大文", "phrase4": "會議"}
	if !reflect.DeepEqual(got.Data, want) || !got.Subscription || got.URL != "https://tminus.example.com/#/reminders" {
		t.Errorf("got %+v\nwant %v", got, want)
	}
	if err := n.Check(context.Background()); err != nil {
		t.Errorf("Check: %v", err)
	}
}

// Only template messages are sent once by their id.
func TestP7_WeChatDeduplicatesTemplateMessagesAlone(t *testing.T) {
	t.Parallel()
	o := WeChatOptions{Client: wechat.NewClient(wechat.Options{})}
	if d, is := NewWeChat(o).(Deduplicator); !is || d.DeduplicatesFor() != 10*time.Minute {
		t.Errorf("template messages: %t", is)
	}
	o.Subscription = true
	if _, is := NewWeChat(o).(Deduplicator); is {
		t.Error("subscription notifications have no id")
	}
}

// A reply that was cut off, and the repetition: one message, and the repetition counts as sent.
func TestP7_WeChatRepeatsUnderTheSameID(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{5 * time.Second, 5 * time.Minute} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			now := created
			srv := wechatserver.Start(t, wechatserver.WithClock(func() time.Time {
				mu.Lock()
				defer mu.Unlock()
				return now
			}))
			n := newWeChat(t, srv)
			m := wechatMessage("cutafter-1")
			if _, err := n.Send(context.Background(), m); err == nil || AsError(err).Class != Unknown {
				t.Fatalf("the cut attempt: %v", err)
			}
			mu.Lock()
			now = now.Add(after)
			mu.Unlock()
			receipt, err := n.Send(context.Background(), m)
			if err != nil || receipt.Provider != "wechat" || len(srv.Messages()) != 1 {
				t.Errorf("the repetition: %+v, %v; %d messages, want 1", receipt, err, len(srv.Messages()))
			}
		})
	}
}

func TestWeChat_ARevokedTokenIsNoError(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	n := newWeChat(t, srv)
	send := func(prefix string, count int) {
		var wg sync.WaitGroup
		for i := range count {
			m := wechatMessage(fmt.Sprintf("o%s%d", prefix, i))
			m.ID = fmt.Sprintf("%s%d", prefix, i)
			wg.Go(func() {
				if _, err := n.Send(context.Background(), m); err != nil {
					t.Errorf("%s: %v", m.ID, err)
				}
			})
		}
		wg.Wait()
	}
	send("before", 4)
	srv.Revoke()
	send("after", 50)
	if len(srv.Messages()) != 54 || srv.TokenCalls() != 2 {
		t.Errorf("%d messages, %d token calls; want 54, 2", len(srv.Messages()), srv.TokenCalls())
	}
}

func TestWeChat_Classes(t *testing.T) {
	t.Parallel()
	for openID, want := range map[string]Error{
		"busy":        {Class: Transient, Reason: ReasonBusy},
		"toomany":     {Class: Transient, Reason: ReasonBusy},
		"toofast":     {Class: Transient, Reason: ReasonBusy, RetryAfter: time.Minute},
		"quota":       {Class: Transient, Reason: ReasonQuota, RetryAfter: 15 * time.Hour}, // created is 09:00 in Beijing
		"garbage":     {Class: Transient, Reason: ReasonUnreadable},
		"unavailable": {Class: Transient, Reason: ReasonUnreadable},
		"cutbefore":   {Class: Unknown, Reason: ReasonNoAnswer},
		"badid":       {Class: Permanent, Reason: ReasonBadOpenID, AddressRefused: true},
		"unfollowed":  {Class: Permanent, Reason: ReasonNotFollowing},
		"disagreed":   {Class: Permanent, Reason: ReasonNoConsent},
		"argument":    {Class: Permanent, Reason: ReasonContent + " (errcode 47003, thing1, rid", Hint: weChatValuesHint},
		"illegal":     {Class: Permanent, Reason: ReasonContent},
		"notemplate":  {Class: Configuration, Reason: ReasonTemplate, Hint: weChatTemplateHint},
		"forbidden":   {Class: Configuration, Reason: ReasonPermission, Hint: weChatRightsHint},
		"limited":     {Class: Configuration, Reason: ReasonAccountClosed, Hint: weChatLimitedHint},
		"novel":       {Class: Configuration, Reason: ReasonProvider + " (errcode 61023, rid", Hint: weChatOtherHint},
	} {
		t.Run(openID, func(t *testing.T) {
			t.Parallel()
			srv := wechatserver.Start(t, wechatserver.Refuse("novel", 61023, "refresh_token is invalid"))
			_, err := newWeChat(t, srv).Send(context.Background(), wechatMessage(openID+"-7"))
			var got *Error
			if !errors.As(err, &got) || got.Class != want.Class || got.AddressRefused != want.AddressRefused ||
				got.RetryAfter != want.RetryAfter || got.Hint != want.Hint || !strings.HasPrefix(got.Reason, want.Reason) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestWeChat_HeldForReviewIsSent(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	receipt, err := newWeChat(t, srv).Send(context.Background(), wechatMessage("review-1"))
	if err != nil || receipt.ProviderID != "" || !strings.Contains(receipt.Response, "held for review") {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestWeChat_CheckSaysHowToMend(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  func(srv *wechatserver.Server, o *wechat.Options, w *WeChatOptions)
		want string // part of the hint
	}{
		"appid":      {func(_ *wechatserver.Server, o *wechat.Options, _ *WeChatOptions) { o.AppID = "wxother" }, "WECHAT_APP_ID"},
		"secret":     {func(_ *wechatserver.Server, o *wechat.Options, _ *WeChatOptions) { o.AppSecret = "x" }, "WECHAT_APP_SECRET"},
		"old secret": {failing("stable_token", 40001, "AppSecret error"), "WECHAT_APP_SECRET"},
		"address": {failing("stable_token", 40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist"),
			"Add 203.0.113.7 to the IP 白名单"},
		"address unsaid":  {failing("stable_token", 40164, "not in whitelist"), "this server's public address"},
		"frozen":          {failing("stable_token", 40243, "AppSecret has been frozen"), "frozen"},
		"confirmation":    {failing("stable_token", 89503, "confirm"), "confirm the message"},
		"unauthorised":    {failing("template/get_all_private_template", 48001, "api unauthorized"), "认证服务号"},
		"no template":     {func(_ *wechatserver.Server, _ *wechat.Options, w *WeChatOptions) { w.TemplateID = "none" }, "WECHAT_TEMPLATE_ID_REMINDER"},
		"wrong kind":      {func(_ *wechatserver.Server, _ *wechat.Options, w *WeChatOptions) { w.Subscription = true }, "WECHAT_TEMPLATE_ID_REMINDER"},
		"silent":          {func(srv *wechatserver.Server, _ *wechat.Options, _ *WeChatOptions) { srv.Stop() }, "WECHAT_ENDPOINT"},
		"foreign":         {func(srv *wechatserver.Server, _ *wechat.Options, _ *WeChatOptions) { srv.Garbage("stable_token") }, "not WeChat's"},
		"no URL":          {func(_ *wechatserver.Server, o *wechat.Options, _ *WeChatOptions) { o.Endpoint = "api.weixin.qq.com" }, "WECHAT_ENDPOINT"},
		"alone, no token": {func(_ *wechatserver.Server, o *wechat.Options, w *WeChatOptions) { o.AppSecret, w.TemplateID = "x", "" }, "WECHAT_APP_SECRET"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := wechatserver.Start(t)
			o, w := wechatAt(srv), WeChatOptions{TemplateID: wechatserver.TemplateID, Now: func() time.Time { return created }}
			tc.set(srv, &o, &w)
			w.Client = wechat.NewClient(o)
			var got *Error
			if err := NewWeChat(w).Check(context.Background()); !errors.As(err, &got) || got.Class != Configuration || !strings.Contains(got.Hint, tc.want) {
				t.Errorf("got %+v, want a hint with %q", got, tc.want)
			}
		})
	}
	t.Run("without a template of its own", func(t *testing.T) {
		t.Parallel()
		if err := newWeChat(t, wechatserver.Start(t), func(o *WeChatOptions) { o.TemplateID = "" }).Check(context.Background()); err != nil {
			t.Errorf("Check: %v", err)
		}
	})
}

func failing(api string, code int, msg string) func(*wechatserver.Server, *wechat.Options, *WeChatOptions) {
	return func(srv *wechatserver.Server, _ *wechat.Options, _ *WeChatOptions) { srv.Fail(api, code, msg) }
}

// A template that the reminder names concerns its messages, the configured one everybody's.
func TestWeChat_WhoseTemplateIsWrong(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t, wechatserver.WithTemplate("money", "金额:{{amount1.DATA}}\n时间:{{time2.DATA}}\n"))
	for name, tc := range map[string]struct {
		configured, own string
		params          map[string]string
		class           Class
		reason, hint    string
	}{
		"configured is gone":       {"gone", "", nil, Configuration, ReasonTemplate, weChatTemplateHint},
		"own is gone":              {wechatserver.TemplateID, "gone", nil, Permanent, ReasonTemplate, weChatOwnHint},
		"own is gone, with params": {wechatserver.TemplateID, "gone", map[string]string{"thing1": "x"}, Permanent, ReasonTemplate, weChatOwnHint},
		"none at all":              {"", "", nil, Configuration, ReasonTemplate, weChatTemplateHint},
		"configured wants money":   {"money", "", nil, Configuration, ReasonTemplate + " (no value for amount1)", "set it in the WeChat data"},
		"own wants money":          {wechatserver.TemplateID, "money", nil, Permanent, ReasonTemplate + " (no value for amount1)", ""},
		"params lack money":        {"money", "", map[string]string{"amount1": "much", "time2": "14:00"}, Permanent, ReasonTemplate + " (no value for amount1)", "amount1"},
	} {
		n := newWeChat(t, srv, func(o *WeChatOptions) { o.TemplateID = tc.configured })
		m := wechatMessage("oABCD")
		m.Template, m.Params = tc.own, tc.params
		_, err := n.Send(context.Background(), m)
		var got *Error
		if !errors.As(err, &got) || got.Class != tc.class || !strings.HasPrefix(got.Reason, tc.reason) || !strings.Contains(got.Hint, tc.hint) {
			t.Errorf("%s: got %+v, want %s, %q, %q", name, got, tc.class, tc.reason, tc.hint)
		}
	}
	if n := len(srv.Messages()); n != 0 {
		t.Errorf("%d messages, want 0", n)
	}
}

// What goes before the message is no attempt of the message.
func TestP8_WeChatFailingToAskForTheKeysIsTheChannels(t *testing.T) {
	t.Parallel()
	const list = "template/get_all_private_template"
	for name, set := range map[string]func(*wechatserver.Server){
		"cut":     func(srv *wechatserver.Server) { srv.Cut(list) },
		"garbage": func(srv *wechatserver.Server) { srv.Garbage(list) },
		"503":     func(srv *wechatserver.Server) { srv.Unavailable(list) },
	} {
		srv := wechatserver.Start(t)
		set(srv)
		n := newWeChat(t, srv)
		if _, err := n.Send(context.Background(), wechatMessage("oABCD")); err == nil || AsError(err).Class != Configuration {
			t.Errorf("%s: %v", name, err)
		}
		srv.Heal(list)
		if _, err := n.Send(context.Background(), wechatMessage("oABCD")); err != nil {
			t.Errorf("%s, healed: %v", name, err)
		}
	}
}

func TestWeChat_GivenUpByTheCallerBeforeTheMessageIsTransient(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newWeChat(t, srv).Send(ctx, wechatMessage("oABCD")); err == nil || AsError(err).Class != Transient {
		t.Errorf("got %v", err)
	}
}

func TestWeChat_LinkAndIdentity(t *testing.T) {
	t.Parallel()
	account := &officialAccount{}
	for target, want := range map[string]string{
		"https://tminus.example.com/#/x": "https://tminus.example.com/#/x", "": "", "/events/1": "", "javascript:alert(1)": "", "https://": "", "%zz": "",
	} {
		if got := account.link(&Message{Action: &Link{URL: target}}); got != want {
			t.Errorf("%q: %q, want %q", target, got, want)
		}
	}
	if got := account.link(&Message{}); got != "" {
		t.Errorf("no action: %q", got)
	}
	long, other := clientMsgID(strings.Repeat("x", 33)), clientMsgID(strings.Repeat("x", 34))
	if clientMsgID("r8h2k1m9q0x7z4a") != "r8h2k1m9q0x7z4a" || len(long) != 32 || long == other {
		t.Errorf("identities %q, %q", long, other)
	}
}

func TestUntilBeijingMidnight(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]time.Duration{
		"2026-03-02T01:00:00Z": 15 * time.Hour, "2026-03-02T15:59:59Z": time.Second, "2026-03-02T16:00:00Z": 24 * time.Hour,
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilBeijingMidnight(at); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}
