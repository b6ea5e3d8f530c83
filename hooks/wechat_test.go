package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/wechatserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// officialAccount is an app whose WeChat messages leave by the official account of a test server, which posts its events
// back.
type officialAccount struct {
	*apptest.Server
	account *wechatserver.Server
}

func withWeChat(t *testing.T, options ...wechatserver.Option) *officialAccount {
	t.Helper()
	clock := func() time.Time { return apptest.Start }
	account := wechatserver.Start(t, append([]wechatserver.Option{wechatserver.WithClock(func() time.Time { return clock() })}, options...)...)
	a := apptest.New(t, apptest.WithNotifier(notifiers.WeChat, nil), apptest.WithConfig(func(c *config.Config) {
		c.WeChat = config.WeChat{
			AppID: account.AppID(), AppSecret: account.AppSecret(), TemplateID: wechatserver.TemplateID, Token: account.Token(),
			EncodingAESKey: account.EncodingAESKey(), Endpoint: account.URL(),
		}
	}))
	clock = a.Clock.Now
	s := &officialAccount{Server: a.Serve(), account: account}
	account.SetCallback(s.URL + "/api/tminus/callbacks/wechat")
	return s
}

// dueTo saves a reminder to the staff user on these channels, due in an hour.
func dueTo(t *testing.T, a *apptest.App, channels ...string) *collections.Reminder {
	t.Helper()
	e := a.Event(in(10)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	r := a.Reminder(e, a.Clock.Now().Add(time.Hour))
	r.SetChannels(channels)
	a.MustSave(r)
	return r
}

// become binds the staff user to an openid.
func become(a *apptest.App, openid string) {
	u := a.User("staff")
	u.SetWeChatOpenID(openid)
	a.MustSave(u)
}

func theOne(t *testing.T, a *apptest.App, r *collections.Reminder) *collections.Delivery {
	t.Helper()
	rows := a.Deliveries(r.Id)
	if len(rows) != 1 {
		t.Fatalf("%d deliveries, want one", len(rows))
	}
	return rows[0]
}

func TestAWeChatMessageIsSentAndItsReceiptDelivers(t *testing.T) {
	t.Parallel()
	s := withWeChat(t, wechatserver.WithReceipts())
	r := dueTo(t, s.App, "wechat")
	s.Advance(time.Hour)
	s.Eventually("it is delivered", deliveryIs(s.App, r, "delivered", 1))
	d := theOne(t, s.App, r)
	got := s.account.Messages()
	if len(got) != 1 || got[0].ClientMsgID != d.ID || got[0].OpenID != "openid-staff" || fmt.Sprint(got[0].MsgID) != d.ProviderID || d.Provider != "wechat" {
		t.Errorf("the platform has %+v, the row is %+v", got, d)
	}
	if !strings.Contains(got[0].URL, "https://tminus.example.test/events/") {
		t.Errorf("a tap leads to %q", got[0].URL)
	}
	if s.account.TokenCalls() != 1 {
		t.Errorf("%d calls for a token", s.account.TokenCalls())
	}
}

func TestWhoBlocksTheAccountFailsWithTheReason(t *testing.T) {
	t.Parallel()
	s := withWeChat(t, wechatserver.WithReceipts())
	become(s.App, "userblock-1")
	r := dueTo(t, s.App, "wechat")
	s.Advance(time.Hour)
	s.Eventually("it failed", deliveryIs(s.App, r, "failed", 1))
	if d := theOne(t, s.App, r); !strings.HasPrefix(d.Error, notifiers.ReasonNoConsent) {
		t.Errorf("the reason is %q", d.Error)
	}
}

func TestWhoUnfollowsIsSkippedUntilTheyFollowAgain(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	_, err := s.account.Unfollow(t.Context(), "openid-staff")
	must(t, err)
	r := dueTo(t, s.App, "wechat")
	s.Advance(time.Hour)
	s.Eventually("it is skipped", deliveryIs(s.App, r, "skipped", 0))
	if d := theOne(t, s.App, r); !strings.HasPrefix(d.Error, notifiers.ReasonNotFollowing) {
		t.Errorf("the reason is %q", d.Error)
	}
	if len(s.account.Messages()) != 0 {
		t.Error("the platform was asked all the same")
	}
	s.Advance(time.Minute)
	_, err = s.account.Follow(t.Context(), "openid-staff")
	must(t, err)
	again := dueTo(t, s.App, "wechat")
	s.Advance(time.Hour)
	s.Eventually("it is sent", deliveryIs(s.App, again, "sent", 1))
}

func TestP8_AWrongSecretPausesWeChatTellsOnceAndHeals(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	s.account.Fail("stable_token", 40125, "invalid appsecret")
	var all []*collections.Reminder
	for range 3 {
		all = append(all, dueTo(t, s.App, "wechat"))
	}
	s.Advance(time.Hour)
	s.Eventually("it pauses", func() bool { return s.System.ChannelState("wechat").State == "paused" })
	state := s.System.ChannelState("wechat")
	if !strings.HasPrefix(state.Reason, notifiers.ReasonCredentials) || !strings.Contains(state.Hint, "WECHAT_APP_SECRET") {
		t.Errorf("it says %q, %q", state.Reason, state.Hint)
	}
	s.Eventually("it is probed again", func() bool { return s.account.Calls("stable_token") > 3 })
	for _, r := range all {
		s.Eventually("it waits, and no attempt is used up", deliveryIs(s.App, r, "queued", 0))
	}
	s.Eventually("the administrator is told", func() bool { return len(s.Outbox.SentTo("admin@example.test")) == 1 })
	s.account.Heal("stable_token")
	for _, r := range all {
		s.Eventually("it leaves", deliveryIs(s.App, r, "sent", 1))
	}
	if told := s.Outbox.SentTo("admin@example.test"); len(told) != 1 {
		t.Errorf("the administrator was told %d times", len(told))
	}
}

func TestARevokedTokenCostsNoAttempt(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	first := dueTo(t, s.App, "wechat")
	s.Advance(time.Hour)
	s.Eventually("the first", deliveryIs(s.App, first, "sent", 1))
	s.account.Revoke()
	second := dueTo(t, s.App, "wechat")
	s.Advance(time.Hour)
	s.Eventually("the second", deliveryIs(s.App, second, "sent", 1))
	if got := s.account.TokenCalls(); got != 2 {
		t.Errorf("%d calls for a token", got)
	}
}

func TestTheSettingsChooseTheKindOfMessage(t *testing.T) {
	t.Parallel()
	s := withWeChat(t, wechatserver.WithSubscriptionTemplate(wechatserver.TemplateID, wechatserver.TemplateContent))
	settings := s.Only(collections.SettingsName)
	set := func(sender string) {
		wantStatus(t, sender, s.Do("admin", "PATCH", path(collections.SettingsName, settings), map[string]any{"wechat_sender": sender}), http.StatusOK)
	}
	send := func() *collections.Reminder {
		r := dueTo(t, s.App, "wechat")
		s.Advance(time.Hour)
		s.Eventually("it ends", func() bool {
			rows := s.Deliveries(r.Id)
			return len(rows) == 1 && (rows[0].Status == "sent" || rows[0].Status == "failed" || rows[0].Status == "skipped")
		})
		return r
	}
	set("subscription")
	refused := theOne(t, s.App, send())
	if refused.Status != "failed" || !strings.HasPrefix(refused.Error, notifiers.ReasonNoConsent) {
		t.Errorf("without an agreement it is %s: %s", refused.Status, refused.Error)
	}
	if credits, known, err := collections.WeChatConsent(s.App.App, "openid-staff", wechatserver.TemplateID); err != nil || !known || credits != 0 {
		t.Errorf("%d agreements are known (%v, %v)", credits, known, err)
	}
	skipped := theOne(t, s.App, send())
	if skipped.Status != "skipped" || !strings.HasPrefix(skipped.Error, notifiers.ReasonNoConsent) {
		t.Errorf("the next is %s: %s", skipped.Status, skipped.Error)
	}

	s.account.Grant("openid-staff", wechatserver.TemplateID, 1)
	_, err := s.account.Push(t.Context(), s.account.Popup("openid-staff", wechatserver.Entry{TemplateID: wechatserver.TemplateID, Status: "accept"}))
	must(t, err)
	if agreed := theOne(t, s.App, send()); agreed.Status != "sent" {
		t.Errorf("with one it is %s: %s", agreed.Status, agreed.Error)
	}
	if got := s.account.Messages(); len(got) != 1 || !got[0].Subscription {
		t.Errorf("the platform has %+v", got)
	}

	set("template")
	if plain := theOne(t, s.App, send()); plain.Status != "sent" {
		t.Errorf("a template message is %s: %s", plain.Status, plain.Error)
	}
	if got := s.account.Messages(); len(got) != 2 || got[1].Subscription {
		t.Errorf("the platform has %+v", got)
	}
}

func TestTheStateOfAnAccountIsSeenByItsOwnerAndAdministrators(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	contact := s.Contact(s.Customer("Harbour Medical"), "Ms Lee", "lee@example.test")
	contact.Set("wechat_openid", "openid-lee")
	s.MustSave(contact)
	for role, want := range map[string]bool{"viewer": false, "manager": false, "admin": true, "staff": true, "super": true} {
		record := s.Do(role, "GET", path("users", apptest.UserID("staff")), nil).JSON(t)
		if got := record["wechat_status"] == "following"; got != want {
			t.Errorf("%s sees of staff: %v", role, record["wechat_status"])
		}
		if _, openid := record["wechat_openid"]; openid != (role == "super") {
			t.Errorf("%s sees an openid: %v", role, openid)
		}
		person := s.Do(role, "GET", path("contacts", contact.Id), nil).JSON(t)
		if got := person["wechat_status"] == "following"; got != (role == "admin" || role == "super") {
			t.Errorf("%s sees of the contact: %v", role, person["wechat_status"])
		}
	}
	become(s.App, "")
	if got := s.User("staff").WeChatStatus(); got != "" {
		t.Errorf("without an account it is %q", got)
	}
}

func TestP12_NobodyForgesWhoseWeChatItIs(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	contact := s.Contact(s.Customer("Harbour Medical"), "Ms Lee", "lee@example.test")
	before := s.Snapshot()
	for _, role := range []string{"staff", "admin", "super"} {
		for _, w := range ways {
			for _, f := range []forgery{
				{"wechat_openid", "openid-of-another", true}, {"wechat_status", "unfollowed", true}, {"wechat_status_at", date(in(0)), true},
			} {
				what := fmt.Sprintf("%s by %s as %s", f.field, w.name, role)
				wantForged(t, what, w.send(t, s, role, "users", apptest.UserID("staff"), map[string]any{f.field: f.value}), f, role)
				if f.field != "wechat_openid" { // which a superuser enters for a contact, who has no account here
					wantForged(t, "contact: "+what, w.send(t, s, role, "contacts", contact.Id, map[string]any{f.field: f.value}), f, role)
				}
			}
		}
	}
	s.Unchanged(t, "forging", before)
	wantStatus(t, "a contact's openid", s.Do("super", "PATCH", path("contacts", contact.Id), map[string]any{"wechat_openid": "openid-lee"}), http.StatusOK)
	if got := apptest.Find[collections.Contact](t, s, collections.Contacts, contact.Id); got.WeChatOpenID() != "openid-lee" || got.WeChatStatus() != "following" {
		t.Errorf("the contact has %q, %s", got.WeChatOpenID(), got.WeChatStatus())
	}
}
