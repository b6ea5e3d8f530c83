package notifiers

import (
	"testing"
	"time"

	"tminus/apptest/wechatserver"
	"tminus/wechat"
)

// wechatAt are an account's credentials at a server on loopback.
func wechatAt(srv *wechatserver.Server) wechat.Options {
	return wechat.Options{
		AppID: srv.AppID(), AppSecret: srv.AppSecret(), Token: srv.Token(), EncodingAESKey: srv.EncodingAESKey(),
		Endpoint: srv.URL(), Timeout: 5 * time.Second, Now: func() time.Time { return created },
	}
}

// wechatMode is one of the two senders behind the channel.
type wechatMode struct{ subscription bool }

func (w wechatMode) template() string {
	if w.subscription {
		return wechatserver.SubscriptionID
	}
	return wechatserver.TemplateID
}

func (w wechatMode) api() string {
	if w.subscription {
		return wechat.APISubscription
	}
	return wechat.APITemplate
}

func (w wechatMode) notifier(t *testing.T, o wechat.Options) Notifier {
	t.Helper()
	n := NewWeChat(WeChatOptions{Client: wechat.NewClient(o), TemplateID: w.template(), Subscription: w.subscription, Now: o.Now})
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return n
}

// to sets a scene at a well-behaved server, where the openid decides.
func (w wechatMode) to(openID string, expect func(*trial), change ...func(*wechatserver.Server, *wechat.Options)) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		srv := wechatserver.Start(t, wechatserver.WithCredits(1000))
		o := wechatAt(srv)
		for _, c := range change {
			c(srv, &o)
		}
		tr := trial{
			notifier: w.notifier(t, o), message: conformanceMessage(WeChat, openID), noID: w.subscription,
			accepted: func() int { return len(srv.Messages()) },
			secrets:  []string{srv.AppSecret(), o.AppSecret, srv.Token(), "access_token=", "Safety Protocol Review"},
		}
		expect(&tr)
		return tr
	}
}

func (w wechatMode) scenes() map[string]func(t *testing.T) trial {
	class := func(c Class) func(*trial) { return func(tr *trial) { tr.class = c } }
	configuration := class(Configuration)
	unknown := func(want int) func(*trial) { return func(tr *trial) { tr.class, tr.want = Unknown, want } }
	fail := func(api string, code int, msg string) func(*wechatserver.Server, *wechat.Options) {
		return func(srv *wechatserver.Server, _ *wechat.Options) { srv.Fail(api, code, msg) }
	}
	// Long enough for the token on a busy machine.
	impatient := func(_ *wechatserver.Server, o *wechat.Options) { o.Timeout = 2 * time.Second }
	return map[string]func(t *testing.T) trial{
		"success":           w.to("oGB1x5B8kq-_someone", func(tr *trial) { tr.want = 1 }),
		"transient refusal": w.to("busy-oGB1x5B8kq", class(Transient)),
		"permanent refusal": w.to("illegal-oGB1x5B8kq", class(Permanent)),
		"refused address":   w.to("badid-oGB1x5B8kq", func(tr *trial) { tr.class, tr.refused = Permanent, true }),
		"invalid address":   w.to("nobody@example.com", func(tr *trial) { tr.class, tr.refused = Permanent, true }),
		"wrong credentials": w.to("oA", configuration, func(_ *wechatserver.Server, o *wechat.Options) { o.AppSecret = "wrong-secret" }),
		"wrong signature":   w.to("oA", configuration, fail(w.api(), 40001, "invalid credential, access_token is invalid or not latest")),
		"wrong template":    w.to("notemplate-oGB1x5B8kq", configuration),
		"too many requests": w.to("toofast-oGB1x5B8kq", class(Transient)),
		"server error":      w.to("unavailable-oGB1x5B8kq", class(Transient)),
		"garbage":           w.to("garbage-oGB1x5B8kq", class(Transient)),
		"nobody listens":    w.to("oA", configuration, func(_ *wechatserver.Server, o *wechat.Options) { o.Endpoint = "http://127.0.0.1:1" }),
		"refusal at the door": w.to("oA", configuration,
			fail("stable_token", 40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist")),
		"silence before the message": w.to("oA", configuration, impatient,
			func(srv *wechatserver.Server, _ *wechat.Options) { srv.Hang("stable_token") }),
		"silence during the message": w.to("hang-oGB1x5B8kq", unknown(0), impatient),
		"cut before acceptance":      w.to("cutbefore-oGB1x5B8kq", unknown(0)),
		"silence after acceptance":   w.to("hangafter-oGB1x5B8kq", unknown(1), impatient),
		"cut after acceptance":       w.to("cutafter-oGB1x5B8kq", unknown(1)),
	}
}

func wechatProvider() provider { return provider{"wechat", wechatMode{}.scenes()} }

func wechatSubscriptionProvider() provider {
	return provider{"wechat-subscription", wechatMode{subscription: true}.scenes()}
}
