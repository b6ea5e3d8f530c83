package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/apptest/wechatserver"
	"tminus/collections"
	"tminus/config"
)

// push posts an event as the platform does, which must be taken.
func (s *weChatApp) push(t *testing.T, text string) {
	t.Helper()
	pushed, err := s.account.Push(t.Context(), text)
	must(t, err)
	if pushed.Status != http.StatusOK || pushed.Body != "success" || pushed.Tries != 1 {
		t.Fatalf("the event was answered by %d %q after %d tries", pushed.Status, pushed.Body, pushed.Tries)
	}
}

// event writes an event that happened at a time, whenever it is posted.
func event(openid, name string, at time.Time, more string) string {
	return fmt.Sprintf("<xml><ToUserName>gh_1</ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>event</MsgType><Event>%s</Event>%s</xml>", openid, at.Unix(), name, more)
}

// row puts a message into the outbox as the engine leaves it once the platform took it.
func (s *weChatApp) row(t *testing.T, address, providerID string) *collections.Delivery {
	t.Helper()
	d := &collections.Delivery{Key: address + "/" + providerID, Kind: collections.KindTest, Channel: "wechat", Address: address, Status: collections.DeliverySent}
	if _, err := collections.InsertDelivery(s.App.App, d, s.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	now := collections.DateTime(s.Clock.Now())
	_, err := s.NonconcurrentDB().Update(collections.Deliveries, dbx.Params{
		"provider": "wechat", "provider_id": providerID, "sent_at": now, "began": now, "attempts": 1,
	}, dbx.HashExp{"id": d.ID}).Execute()
	must(t, err)
	return d
}

func (s *weChatApp) status(t *testing.T, id string) string {
	t.Helper()
	d, err := collections.FindDelivery(s.App.App, id)
	must(t, err)
	return d.Status
}

func TestTheConsoleFindsTheCallback(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	if err := s.account.CheckCallback(t.Context()); err != nil {
		t.Error(err)
	}
	wantStatus(t, "somebody else", s.Do("", "GET", "/api/tminus/callbacks/wechat?echostr=x&timestamp=1&nonce=2&signature=3", nil), http.StatusForbidden)
}

func TestP14_AForgedEventChangesNothing(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	d := s.row(t, "openid-staff", "7")
	id, scene := s.code(t, "viewer")
	before := s.Snapshot()
	right := s.account.Sharing()
	other := func(change func(*wechatserver.Callback)) wechatserver.Callback { c := right; change(&c); return c }
	events := []string{
		event("openid-staff", "unsubscribe", apptest.Start, ""), s.account.TemplateSent("openid-staff", 7, "failed:user block"),
		event("openid-mallory", "SCAN", apptest.Start, "<EventKey>"+scene+"</EventKey>"),
		s.account.Popup("openid-staff", wechatserver.Entry{TemplateID: "T", Status: "accept"}),
	}
	for _, text := range events {
		for what, c := range map[string]wechatserver.Callback{
			"another token":   other(func(c *wechatserver.Callback) { c.Token = "guessed" }),
			"another key":     other(func(c *wechatserver.Callback) { c.EncodingAESKey = strings.Repeat("A", 43) }),
			"another account": other(func(c *wechatserver.Callback) { c.AppID = "wx0000000000000000" }),
			"in plain":        other(func(c *wechatserver.Callback) { c.EncodingAESKey = "" }),
		} {
			pushed, err := s.account.PushAs(t.Context(), c, text)
			must(t, err)
			if pushed.Status != http.StatusForbidden && pushed.Status != http.StatusBadRequest {
				t.Errorf("%s: %d %q", what, pushed.Status, pushed.Body)
			}
		}
		for what, at := range map[string]time.Time{"old": apptest.Start.Add(-6 * time.Minute), "of tomorrow": apptest.Start.Add(24 * time.Hour)} {
			q, body, err := right.Seal(text, at)
			must(t, err)
			wantPosted(t, s, what, q, body, http.StatusForbidden)
		}
		q, body, err := right.Seal(text, apptest.Start)
		must(t, err)
		body[len(body)/2] ^= 1
		wantPosted(t, s, "changed on its way", q, body, http.StatusForbidden)
		wantPosted(t, s, "not signed", url.Values{}, []byte(text), http.StatusForbidden)
	}
	s.Unchanged(t, "forged events", before)
	if s.status(t, d.ID) != "sent" || s.binding(t, id).State() != "waiting" || s.User("staff").WeChatStatus() != "following" {
		t.Error("a forged event was believed")
	}
}

func wantPosted(t *testing.T, s *weChatApp, what string, q url.Values, body []byte, status int) {
	t.Helper()
	pushed, err := s.account.Post(t.Context(), q, body)
	must(t, err)
	if pushed.Status != status {
		t.Errorf("%s: %d %q, want %d", what, pushed.Status, pushed.Body, status)
	}
}

func TestAnEventThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	before := s.Snapshot()
	for what, text := range map[string]string{"no XML": "hello", "nothing": "", "an entity": `<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>`, "cut off": "<xml><Event>"} {
		q, body, err := s.account.Sharing().Seal(text, apptest.Start)
		must(t, err)
		wantPosted(t, s, what, q, body, http.StatusBadRequest)
	}
	q, body, err := s.account.Sharing().Seal(strings.Repeat("x", 80<<10), apptest.Start)
	must(t, err)
	wantPosted(t, s, "too long", q, body, http.StatusRequestEntityTooLarge)
	wantPosted(t, s, "far too long", q, append(body, make([]byte, 1<<20)...), http.StatusRequestEntityTooLarge)
	s.Unchanged(t, "events that are none", before)
}

func TestWithoutATokenThereIsNoCallback(t *testing.T) {
	t.Parallel()
	s := withWeChat(t, apptest.WithConfig(func(c *config.Config) { c.WeChat.Token, c.WeChat.EncodingAESKey = "", "" }))
	for _, method := range []string{"GET", "POST"} {
		wantStatus(t, method, s.Do("", method, "/api/tminus/callbacks/wechat", nil), http.StatusNotFound)
	}
}

func TestEventsInPlainAreHeardWhereNoKeyIsSet(t *testing.T) {
	t.Parallel()
	s := withWeChat(t, apptest.WithConfig(func(c *config.Config) { c.WeChat.EncodingAESKey = "" }))
	plain := s.account.Sharing()
	plain.EncodingAESKey = ""
	pushed, err := s.account.PushAs(t.Context(), plain, event("openid-staff", "unsubscribe", apptest.Start, ""))
	must(t, err)
	if !pushed.Taken() || s.User("staff").WeChatStatus() != "unfollowed" {
		t.Errorf("%d %q, and staff is %s", pushed.Status, pushed.Body, s.User("staff").WeChatStatus())
	}
}

func TestUnfollowingAndFollowingAreNotedInTheirOrder(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	customer := s.Customer("Harbour Medical")
	contact := s.Contact(customer, "Ms Lee", "lee@example.test")
	contact.Set("wechat_openid", "openid-staff") // the same person in two roles
	s.MustSave(contact)
	must(t, collections.RefuseAddress(s.App.App, "wechat", "openid-staff", "gone", apptest.Start))
	at := func(minutes int) time.Time { return apptest.Start.Add(time.Duration(minutes) * time.Minute) }
	s.Clock.Advance(time.Hour)
	for _, tt := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"unsubscribe", at(10), "unfollowed"},
		{"unsubscribe", at(10), "unfollowed"}, // repeated
		{"subscribe", at(20), "following"},
		{"unsubscribe", at(15), "following"}, // late
		{"CLICK", at(30), "following"},
		{"unsubscribe", at(25), "following"}, // later than what is known from the click
		{"unsubscribe", at(40), "unfollowed"},
		{"subscribe_msg_popup_event", at(45), "unfollowed"}, // who follows nobody may agree to notifications
		{"VIEW", at(50), "following"},
	} {
		s.push(t, event("openid-staff", tt.name, tt.at, ""))
		person := apptest.Find[collections.Contact](t, s.Server, collections.Contacts, contact.Id)
		if got := s.User("staff").WeChatStatus(); got != tt.want || person.WeChatStatus() != tt.want {
			t.Errorf("after %s of %s: user %s, contact %s, want %s", tt.name, tt.at.Format("15:04"), got, person.WeChatStatus(), tt.want)
		}
	}
	if _, refused, _ := collections.AddressRefused(s.App.App, "wechat", "openid-staff"); refused {
		t.Error("the address is still refused")
	}
	if s.User("admin").WeChatStatus() != "following" {
		t.Error("somebody else was changed")
	}
}

func TestWhoUnfollowsBeforeConfirmingIsNotBound(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, scene := s.code(t, "staff")
	s.scan(t, "openid-fickle", scene)
	_, err := s.account.Unfollow(t.Context(), "openid-fickle")
	must(t, err)
	wantStatus(t, "confirm", s.confirm("staff", id), http.StatusBadRequest)
	if s.User("staff").WeChatOpenID() != "openid-staff" {
		t.Error("bound all the same")
	}
}

func TestAReceiptIsFoundByTheIDOrByTheReader(t *testing.T) {
	t.Parallel()
	for what, tt := range map[string]struct {
		msgID  int64
		status string
		want   string
	}{
		"it arrived":       {200163836, "success", "delivered"},
		"the event has no": {0, "success", "delivered"},
		"blocked":          {200163836, "failed:user block", "failed"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := withWeChat(t)
			d := s.row(t, "openid-staff", "200163836")
			for range 2 {
				s.push(t, s.account.TemplateSent("openid-staff", tt.msgID, tt.status))
			}
			if got := s.status(t, d.ID); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			s.push(t, s.account.TemplateSent("openid-staff", 200163836, map[bool]string{true: "failed:user block", false: "success"}[tt.want == "delivered"]))
			if got := s.status(t, d.ID); got != tt.want {
				t.Errorf("a contradiction made it %s", got)
			}
		})
	}
}

// The event may come before the answer to the message that it is about.
func TestAReceiptThatComesBeforeTheAnswerIsNotLost(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	s.push(t, s.account.TemplateSent("openid-late", 42, "success"))
	d := s.row(t, "openid-late", "42")
	s.Eventually("it is delivered", func() bool { return s.status(t, d.ID) == "delivered" })
}

func TestAgreementsAreCountedOnceEach(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	accept := func(template string) wechatserver.Entry {
		return wechatserver.Entry{TemplateID: template, Status: "accept"}
	}
	reject := func(template string) wechatserver.Entry {
		return wechatserver.Entry{TemplateID: template, Status: "reject"}
	}
	sent := func(template string, id int64, code int) wechatserver.Entry {
		return wechatserver.Entry{TemplateID: template, MsgID: id, ErrorCode: code}
	}
	for i, step := range []struct {
		text   string
		t1, t2 int
	}{
		{s.account.Popup("openid-staff", accept("T1"), accept("T2"), reject("T3")), 1, 1},
		{s.account.Popup("openid-staff", accept("T1")), 2, 1},
		{s.account.SubscriptionSent("openid-staff", sent("T1", 9, 0)), 1, 1},
		{s.account.SubscriptionSent("openid-staff", sent("T1", 9, 0)), 1, 1}, // the same, repeated
		{s.account.SubscriptionSent("openid-staff", sent("T2", 10, 1)), 1, 1},
		{s.account.SubscriptionSent("openid-staff", sent("T2", 11, 43101)), 1, 0},
		{s.account.SubscriptionSent("openid-staff", sent("T2", 12, 0)), 1, 0}, // never below none
		{s.account.Changed("openid-staff", reject("T1")), 0, 0},
		{s.account.Popup("openid-other", accept("T1")), 0, 0},
	} {
		s.push(t, step.text)
		for template, want := range map[string]int{"T1": step.t1, "T2": step.t2} {
			got, known, err := collections.WeChatConsent(s.App.App, "openid-staff", template)
			must(t, err)
			if got != want || !known {
				t.Errorf("after event %d: %s has %d (%v), want %d", i+1, template, got, known, want)
			}
		}
	}
	if _, known, _ := collections.WeChatConsent(s.App.App, "openid-staff", "T4"); known {
		t.Error("something is known of a template that was never asked about")
	}
}

func TestOldEventsAreForgotten(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	id, _ := s.code(t, "staff")
	s.push(t, event("openid-staff", "CLICK", apptest.Start, ""))
	count := func() int64 {
		n, err := s.CountRecords(collections.Callbacks)
		must(t, err)
		return n
	}
	job := func() {
		for _, j := range s.Cron().Jobs() {
			if j.Id() == "check-and-send-reminders" {
				j.Run()
			}
		}
	}
	s.Clock.Advance(47 * time.Hour)
	job()
	if count() != 1 || s.binding(t, id).State() != "expired" {
		t.Errorf("after 47 hours: %d events, the code is %s", count(), s.binding(t, id).State())
	}
	s.Clock.Advance(2 * time.Hour)
	job()
	if n, err := s.CountRecords(collections.WeChatBindings); err != nil || n != 0 || count() != 0 {
		t.Errorf("after 49 hours: %d events, %d codes (%v)", count(), n, err)
	}
}

// While the database is busy the platform is told to post again, and what was begun is not done twice.
func TestAnEventThatTakesTooLongIsPostedAgainAndCountsOnce(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	q, body, err := s.account.Sharing().Seal(s.account.Popup("openid-staff", wechatserver.Entry{TemplateID: "T1", Status: "accept"}), apptest.Start)
	must(t, err)
	held, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.RunInTransaction(func(core.App) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	first, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/tminus/callbacks/wechat?"+q.Encode(), strings.NewReader(string(body)))
	must(t, err)
	answer, err := http.DefaultClient.Do(first)
	must(t, err)
	answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the first is answered by %d", answer.StatusCode)
	}
	close(release)
	must(t, <-done)
	wantPosted(t, s, "again", q, body, http.StatusOK)
	if credits, _, err := collections.WeChatConsent(s.App.App, "openid-staff", "T1"); err != nil || credits != 1 {
		t.Errorf("%d agreements (%v)", credits, err)
	}
}
