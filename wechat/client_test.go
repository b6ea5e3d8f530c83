package wechat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tminus/apptest/wechatserver"
)

var start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// testClock is a clock that stands until it is moved.
type testClock struct{ at atomic.Int64 }

func newClock() *testClock {
	c := &testClock{}
	c.at.Store(start.UnixNano())
	return c
}

func (c *testClock) now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *testClock) advance(d time.Duration) { c.at.Add(int64(d)) }

func optionsOf(srv *wechatserver.Server) Options {
	return Options{
		AppID: srv.AppID(), AppSecret: srv.AppSecret(), Token: srv.Token(), EncodingAESKey: srv.EncodingAESKey(),
		Endpoint: srv.URL(), Timeout: 5 * time.Second, Now: func() time.Time { return start },
	}
}

func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	c := NewClient(o)
	t.Cleanup(c.CloseIdle)
	return c
}

func reminder(openID, id string) TemplateMessage {
	return TemplateMessage{
		To: openID, TemplateID: wechatserver.TemplateID, URL: "https://tminus.example.com/?a=1&b=2#/events/abc", ID: id,
		Data: map[string]string{
			"thing1": "港岛电子有限公司", "thing2": "the secret agenda", "time3": "2026年3月9日 14:00", "thing4": "北角 <18 & 19 楼>",
			"character_string5": "EV-2026-0152",
		},
	}
}

func TestSendTemplate_SaysWhatTheMessageSays(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	c := newClient(t, optionsOf(srv))
	m := reminder("oABCD", "delivery1")
	id, err := c.SendTemplate(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	all := srv.Messages()
	if len(all) != 1 || all[0].MsgID != id || all[0].OpenID != m.To || all[0].URL != m.URL || all[0].ClientMsgID != m.ID ||
		all[0].TemplateID != m.TemplateID || fmt.Sprint(all[0].Data) != fmt.Sprint(m.Data) {
		t.Errorf("id %d; the platform has %+v", id, all)
	}
	if n := srv.TokenCalls(); n != 1 {
		t.Errorf("%d token calls, want 1", n)
	}
}

func TestSendSubscription_UsesUpAnAgreement(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	srv.Grant("oABCD", wechatserver.SubscriptionID, 1)
	c := newClient(t, optionsOf(srv))
	m := SubscriptionMessage{
		To: "oABCD", TemplateID: wechatserver.SubscriptionID, Page: "https://tminus.example.com/#/events/abc",
		Data: map[string]string{"thing1": "季度检讨会", "date2": "2026年3月9日 14:00", "name3": "陈大文", "phrase4": "会议"},
	}
	if _, err := c.SendSubscription(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	all := srv.Messages()
	if len(all) != 1 || !all[0].Subscription || all[0].URL != m.Page || fmt.Sprint(all[0].Data) != fmt.Sprint(m.Data) {
		t.Errorf("the platform has %+v", all)
	}
	var refused *Error
	if _, err := c.SendSubscription(context.Background(), m); !errors.As(err, &refused) || refused.Code != CodeNoConsent {
		t.Errorf("without an agreement: %v", err)
	}
}

// Several accounts live in one process although the library keeps one http client for all.
func TestFence_ClientsOfSeveralServersDoNotMeet(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	var servers [3]*wechatserver.Server
	for i := range servers {
		servers[i] = wechatserver.Start(t, wechatserver.WithAccount(fmt.Sprintf("wx%d", i), fmt.Sprintf("secret%d", i)))
		c := newClient(t, optionsOf(servers[i]))
		for n := range 20 {
			wg.Go(func() {
				if _, err := c.SendTemplate(context.Background(), reminder(fmt.Sprintf("o%d", i), fmt.Sprintf("m%d", n))); err != nil {
					t.Errorf("client %d: %v", i, err)
				}
			})
		}
	}
	wg.Wait()
	for i, srv := range servers {
		if got := len(srv.MessagesTo(fmt.Sprintf("o%d", i))); got != 20 || len(srv.Messages()) != 20 || srv.TokenCalls() != 1 {
			t.Errorf("server %d has %d of its own among %d messages, %d token calls; want 20, 20, 1",
				i, got, len(srv.Messages()), srv.TokenCalls())
		}
	}
}

func TestFence_HonoursTheCallersContext(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	c := newClient(t, optionsOf(srv))
	ctx, cancel := context.WithCancel(context.Background())
	got := make(chan error, 1)
	go func() {
		_, err := c.SendTemplate(ctx, reminder("hang", "m1"))
		got <- err
	}()
	poll(t, func() bool { return srv.Hanging() == 1 })
	cancel()
	var lost *LostError
	if err := <-got; !errors.As(err, &lost) || lost.Kind != Interrupted || !lost.Written || lost.API != APITemplate {
		t.Errorf("a send that its caller gave up: %#v", err)
	}
}

func TestFence_EndsARequestByItsOwnTimeout(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	c := newClient(t, optionsOf(srv))
	var lost *LostError
	if _, err := c.token(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.options.Timeout = 100 * time.Millisecond
	if _, err := c.SendTemplate(context.Background(), reminder("hang", "m1")); !errors.As(err, &lost) || lost.Kind != Silent || !lost.Written {
		t.Errorf("a send that is not answered: %#v", err)
	}
	if n := srv.Calls(APITemplate); n != 1 {
		t.Errorf("%d sends, want 1", n)
	}
}

func poll(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen")
		}
	}
}

// Every way in which a request can fail, and what its error is.
func TestErrors_SayWhatHappenedAndShowNoSecret(t *testing.T) {
	t.Parallel()
	refused := func(code int) func(error) bool {
		return func(err error) bool {
			var e *Error
			return errors.As(err, &e) && e.Code == code && e.RID != ""
		}
	}
	lost := func(kind Kind, written bool) func(error) bool {
		return func(err error) bool {
			var e *LostError
			return errors.As(err, &e) && e.Kind == kind && e.Written == written
		}
	}
	for name, tc := range map[string]struct {
		openID string
		set    func(srv *wechatserver.Server, o *Options)
		want   func(error) bool
	}{
		"refused":        {openID: "unfollowed", want: refused(CodeNotFollowing)},
		"wrong value":    {openID: "argument", want: refused(CodeBadArgument)},
		"wrong appid":    {set: func(_ *wechatserver.Server, o *Options) { o.AppID = "wxother" }, want: refused(CodeBadAppID)},
		"odd appid":      {set: func(_ *wechatserver.Server, o *Options) { o.AppID = "wx &?#%zz\n" }, want: refused(CodeBadAppID)},
		"wrong secret":   {set: func(_ *wechatserver.Server, o *Options) { o.AppSecret = "another-secret" }, want: refused(CodeBadSecret)},
		"nobody listens": {set: func(_ *wechatserver.Server, o *Options) { o.Endpoint = "http://127.0.0.1:1" }, want: lost(Refused, false)},
		"no URL":         {set: func(_ *wechatserver.Server, o *Options) { o.Endpoint = "api.weixin.qq.com" }, want: lost(NoEndpoint, false)},
		"not TLS": {set: func(_ *wechatserver.Server, o *Options) {
			o.Endpoint = strings.Replace(o.Endpoint, "http:", "https:", 1)
		}, want: lost(BadTLS, false)},
		"cut":                {openID: "cutbefore", want: lost(Cut, true)},
		"garbage":            {openID: "garbage", want: lost(Garbage, true)},
		"unavailable":        {openID: "unavailable", want: lost(Garbage, true)},
		"garbage for tokens": {set: func(srv *wechatserver.Server, _ *Options) { srv.Garbage(tokenAPI) }, want: lost(Garbage, true)},
		"the server quotes":  {set: func(_ *wechatserver.Server, o *Options) { o.Endpoint = quoting(t, o.AppSecret) }, want: refused(CodeBusy)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := wechatserver.Start(t)
			o := optionsOf(srv)
			if tc.set != nil {
				tc.set(srv, &o)
			}
			if tc.openID == "" {
				tc.openID = "oSomebody"
			}
			c := newClient(t, o)
			_, err := c.SendTemplate(context.Background(), reminder(tc.openID, "m1"))
			if err == nil || !tc.want(err) {
				t.Errorf("got %#v", err)
			}
			token, _ := c.token(context.Background())
			for _, secret := range []string{o.AppSecret, token, tc.openID + ":", "secret agenda", "oSomebody", "access_token", "stolen"} {
				if secret != "" && strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
					t.Errorf("the error shows %q: %v", secret, err)
				}
			}
		})
	}
}

// quoting is a server whose refusals hold all that it was given, over several lines.
func quoting(t *testing.T, secret string) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "stable_token") {
			_, _ = w.Write([]byte(`{"access_token":"stolen-token","expires_in":7200}`))
			return
		}
		_, _ = fmt.Fprintf(w, `{"errcode":-1,"errmsg":"system error for %s with %s\nthe secret agenda of oSomebody hint: [%s] rid: 6554a2b1-2f6b1c2d"}`,
			r.URL.Query().Get("access_token"), secret, strings.Repeat("x", 900))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestErrors_AreOneLineThatIsFitToBeShown(t *testing.T) {
	t.Parallel()
	e := refusal("x", 40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7,\r\n not in whitelist\u202e rid: 6554a2b1-2f6b1c2d-0a1b2c3d", nil)
	if want := "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist"; e.Msg != want || e.RID != "6554a2b1-2f6b1c2d-0a1b2c3d" {
		t.Errorf("msg %q, rid %q", e.Msg, e.RID)
	}
	if e := refusal("x", 1, strings.Repeat("长", 5000), nil); len([]rune(e.Msg)) != 200 {
		t.Errorf("%d characters", len([]rune(e.Msg)))
	}
}

// A request of the library that belongs to none of our calls does not leave the process.
func TestFence_LetsNothingElseOut(t *testing.T) {
	t.Parallel()
	install()
	req := httptest.NewRequest(http.MethodPost, Platform+"/cgi-bin/menu/create?access_token=stray", strings.NewReader("{}"))
	req.RequestURI = ""
	resp, err := (fence{}).RoundTrip(req)
	if !errors.Is(err, errStray) {
		t.Errorf("%v, %v", resp, err)
	}
	if resp != nil {
		_ = resp.Body.Close()
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		want Kind
	}{
		"a closed port of some systems": {&net.OpError{Op: "dial", Err: syscall.ECONNRESET}, Refused},
		"a connection that was open":    {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, Cut},
		"written to after its end":      {&net.OpError{Op: "write", Err: syscall.EPIPE}, Cut},
		"no answer to the dialling":     {&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, Silent},
		"a foreign certificate":         {&tls.CertificateVerificationError{Err: errors.New("x")}, BadTLS},
		"no HTTP":                       {errors.New(`net/http: malformed HTTP response "220 secret"`), Garbage},
		"a name that nobody has":        {&net.DNSError{Err: "no such host", IsNotFound: true}, NoSuchName},
		"a name server that is away":    {&net.DNSError{Err: "server misbehaving", IsTemporary: true}, Broken},
	} {
		if got := kindOf(tc.err); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
