package webtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/apptest/wechatserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// weChat is a server whose WeChat messages leave by the official account of a test server, which posts its events back.
type weChat struct {
	*apptest.Server
	account *wechatserver.Server
}

func withWeChat(t *testing.T) *weChat {
	t.Helper()
	account := wechatserver.Start(t)
	s := &weChat{account: account, Server: apptest.New(t, production(t,
		apptest.WithNotifier(notifiers.WeChat, nil),
		apptest.WithConfig(func(c *config.Config) {
			c.WeChat = config.WeChat{
				AppID: account.AppID(), AppSecret: account.AppSecret(), TemplateID: wechatserver.TemplateID, Token: account.Token(),
				EncodingAESKey: account.EncodingAESKey(), Endpoint: account.URL(),
			}
		}))...).Serve()}
	account.SetCallback(s.URL + "/api/tminus/callbacks/wechat")
	return s
}

// unbound takes the account that the harness gave to a user.
func (s *weChat) unbound(t *testing.T, role string) {
	t.Helper()
	wantOK(t, "unbind", s.Do(role, http.MethodDelete, "/api/tminus/wechat/binding", nil))
}

// code opens the dialog with the code, and gives the scene that a scan of it brings.
func (s *weChat) code(t *testing.T, p *browser.Page, click string) string {
	t.Helper()
	before := s.account.Scenes()
	p.Click(browser.Button, click)
	p.Wait("a code that can be scanned", `document.querySelector('img.wechat-code')?.naturalWidth > 40`)
	for _, scene := range s.account.Scenes() {
		if !slices.Contains(before, scene) {
			return scene
		}
	}
	t.Fatal("the code on the screen was not asked of the account")
	return ""
}

// scan posts the event of a scan as the platform does.
func (s *weChat) scan(t *testing.T, openid, scene string) {
	t.Helper()
	pushed, err := s.account.Scan(t.Context(), openid, scene)
	s.taken(t, pushed, err)
}

// newest is the binding in a state that was begun last.
func (s *weChat) newest(t *testing.T, state string) *collections.WeChatBinding {
	t.Helper()
	found, err := s.FindRecordsByFilter(collections.WeChatBindings, "state = {:state}", "-expires", 1, 0, dbx.Params{"state": state})
	if err != nil || len(found) != 1 {
		t.Fatalf("the bindings that are %s: %v, %v", state, found, err)
	}
	return collections.Wrap[collections.WeChatBinding](found[0])
}

func (s *weChat) taken(t *testing.T, pushed wechatserver.Pushed, err error) {
	t.Helper()
	if err != nil || !pushed.Taken() {
		t.Fatalf("the event was answered by %d %q, %v", pushed.Status, pushed.Body, err)
	}
}

// panelOf is the part of a page that is about a channel.
func panelOf(p *browser.Page, channel string) *browser.Page {
	return p.Within("section[aria-labelledby=channel-" + channel + "]")
}

func TestWeb_WeChatIsBoundByACodeAndItsMessagesAreFollowed(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := withWeChat(t)
		s.unbound(t, "admin")
		p := signIn(t, s.Server, open, "admin", "/profile")
		p.See("Not bound", "Bind WeChat below, or no WeChat message reaches you.")
		scene := s.code(t, p, "Bind WeChat")
		p.Within("dialog").See("Valid for", "Scan the code with WeChat on your phone.", "Confirm here that it was you.")
		look(t, p, "wechat-code")

		loaded := p.Documents()
		s.scan(t, "oAdminsPhone0000000000000001", scene)
		p.Within("dialog").See("Somebody scanned the code. Was it you?")
		if got := s.User("admin").WeChatOpenID(); got != "" {
			t.Errorf("bound to %q before anybody confirmed it", got)
		}
		look(t, p, "wechat-scanned")
		p.Click(browser.Button, "Yes, bind")
		p.Within("dialog").See("WeChat is bound")
		look(t, p, "wechat-bound")
		p.Click(browser.Button, "Done")
		p.See("You follow the account: messages reach you.")
		if p.Documents() != loaded || s.User("admin").WeChatOpenID() != "oAdminsPhone0000000000000001" {
			t.Errorf("%d loads, bound to %q", p.Documents()-loaded, s.User("admin").WeChatOpenID())
		}

		s.testMessage(t, p)
		p.Visit(s.URL + "/team")
		p.See("WeChat bound")
		look(t, p, "team-wechat")
		s.leaves(t, p)
	})
}

// testMessage sends one to oneself, and waits for the receipt that the platform posts later.
func (s *weChat) testMessage(t *testing.T, p *browser.Page) {
	t.Helper()
	p.Visit(s.URL + "/channels")
	panel := panelOf(p, "wechat")
	panel.See("Empty: your own WeChat account.", "4 of 4 people get WeChat messages.")
	browser.Ask[bool](p, `document.querySelector('#callback-wechat').value.endsWith('/api/tminus/callbacks/wechat')`)
	panel.Click(browser.Button, "Send")
	panel.Within(".fate").See("Sent")
	sent := s.account.Messages()
	if len(sent) != 1 || sent[0].OpenID != "oAdminsPhone0000000000000001" {
		t.Fatalf("the platform has %+v", sent)
	}
	pushed, err := s.account.Push(t.Context(), s.account.TemplateSent(sent[0].OpenID, sent[0].MsgID, "success"))
	s.taken(t, pushed, err)
	panel.Within(".fate").See("Delivered")
	look(t, p, "channels-wechat")
}

// leaves stops following the account, binds nothing more, and is told each time.
func (s *weChat) leaves(t *testing.T, p *browser.Page) {
	t.Helper()
	p.Visit(s.URL + "/profile")
	p.See("You follow the account")
	pushed, err := s.account.Unfollow(t.Context(), "oAdminsPhone0000000000000001")
	s.taken(t, pushed, err)
	p.See("Not following", "You do not follow the account, so no message reaches you.")
	look(t, p, "profile-unfollowed")
	p.Click(browser.Button, "Unbind")
	p.Within("dialog").Click(browser.Button, "Unbind")
	p.See("WeChat is unbound.", "Not bound")
	if got := s.User("admin").WeChatOpenID(); got != "" {
		t.Errorf("still bound to %q", got)
	}
}

func TestWeb_WhoeverElseScansTheCodeIsNotBound(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := withWeChat(t)
		s.unbound(t, "viewer")
		p := signIn(t, s.Server, open, "viewer", "/profile")
		first := s.code(t, p, "Bind WeChat")
		s.scan(t, "oSomebodyElse000000000000001", first)
		p.See("Somebody scanned the code. Was it you?")
		second := s.code(t, p, "No, start again")
		if second == first {
			t.Fatal("the same code again")
		}

		s.scan(t, "openid-staff", second)
		p.Refuses(http.StatusBadRequest, "/api/tminus/wechat/bindings/"+s.newest(t, collections.BindingScanned).Id+"/confirm")
		p.See("Somebody scanned the code. Was it you?")
		p.Click(browser.Button, "Yes, bind")
		p.See("This WeChat account is bound to somebody else here.")
		look(t, p, "wechat-taken")

		s.code(t, p, "No, start again")
		late := s.newest(t, collections.BindingWaiting)
		late.SetState(collections.BindingExpired)
		s.MustSave(late)
		p.See("The code has expired")
		look(t, p, "wechat-expired")
		s.code(t, p, "New code")
		p.Click(browser.Button, "Cancel")
		p.Gone("Valid for")
		if got := s.User("viewer").WeChatOpenID(); got != "" {
			t.Errorf("bound to %q", got)
		}
	})
}

func TestWeb_InsideWeChatALinkTakesTheCodesPlace(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := withWeChat(t)
		s.unbound(t, "staff")
		b, err := collections.NewWeChatBinding(s, apptest.UserID("staff"), collections.BindingOAuth, strings.Repeat("0", 64), time.Now().Add(10*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		b.Scan("oStaffInsideWeChat0000000001", time.Now())
		s.MustSave(b)
		p := signIn(t, s.Server, open, "staff", "/profile?wechat="+b.Id)
		p.Within("dialog").See("Bind this WeChat account to User staff?")
		look(t, p, "wechat-link")
		p.Click(browser.Button, "Yes, bind")
		p.See("WeChat is bound")
		p.Click(browser.Button, "Done")
		p.Wait("a plain address", `location.search === ''`)
		if got := s.User("staff").WeChatOpenID(); got != "oStaffInsideWeChat0000000001" {
			t.Errorf("bound to %q", got)
		}

		p.Visit(s.URL + "/profile?wechat=failed")
		p.Within("dialog").See("WeChat did not say who you are")
		look(t, p, "wechat-failed")
		p.Click(browser.Button, "Cancel")

		s.unbound(t, "staff")
		p.See("Not bound")
		browser.Ask[bool](p, `Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 MicroMessenger/8.0' }) && true`)
		p.Click(browser.Button, "Bind WeChat")
		p.Within("dialog").See("WeChat tells which account this is.", "Bind this account")
	})
}
