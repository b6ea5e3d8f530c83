package hooks

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/wechat"
)

// weChatConnections is how many WeChat messages are handed over at once; the platform answers in about 100 ms, and takes
// some thousand calls a minute.
const weChatConnections = 8

// WeChat gives the official account; nil unless the environment names one, and in the demo.
func (s *System) WeChat() *wechat.Client { return s.official }

// openWeChat makes the client of the official account: one for all that is asked of it, since they share its token.
func (s *System) openWeChat() {
	account := s.Options.Config.WeChat
	if account.AppID == "" || s.Options.Demo {
		return
	}
	s.official = wechat.NewClient(wechat.Options{
		AppID: account.AppID, AppSecret: account.AppSecret, Token: account.Token, EncodingAESKey: account.EncodingAESKey,
		Endpoint: account.Endpoint, Now: s.Options.Now,
	})
}

// configureWeChat takes the official account of the environment, with the kind of message that the settings choose.
func (s *System) configureWeChat() {
	if s.replaced(notifiers.WeChat) || s.official == nil {
		return
	}
	sender, err := collections.WeChatSender(s.App)
	if err != nil {
		s.log.Error("read how WeChat sends", "error", err)
	}
	template := s.Options.Config.WeChat.TemplateID
	n := notifiers.NewWeChat(notifiers.WeChatOptions{
		Client: s.official, TemplateID: template, Subscription: sender == collections.WeChatSubscription,
		Page: s.PublicURL(s.App), Now: s.Options.Now,
	})
	if sender == collections.WeChatSubscription {
		n = consenting{Notifier: n, s: s, template: template}
	}
	s.weChatSender.Store(&sender)
	s.Engine.SetNotifier(notifiers.WeChat, n, weChatConnections)
}

// followWeChatSender changes the kind of message when the settings do.
func (s *System) followWeChatSender(settings *collections.Settings) {
	if now := s.weChatSender.Load(); now != nil && *now != settings.WeChatSender() {
		s.configureWeChat()
	}
}

// consenting notes it when the platform says that somebody has not agreed to another message. The notifier itself reads
// and writes no database.
type consenting struct {
	notifiers.Notifier
	s        *System
	template string
}

// Send implements notifiers.Notifier.
func (c consenting) Send(ctx context.Context, m *notifiers.Message) (notifiers.Receipt, error) {
	receipt, err := c.Notifier.Send(ctx, m)
	if err == nil || !strings.HasPrefix(notifiers.AsError(err).Reason, notifiers.ReasonNoConsent) {
		return receipt, err
	}
	if failed := collections.EndWeChatConsent(c.s.App, m.To.Address, cmp.Or(m.Template, c.template), c.s.Options.Now()); failed != nil {
		c.s.log.Error("note that a consent is used up", "error", failed)
	}
	return receipt, err
}

// Consent says whether somebody agreed to another message by a template; "" is the configuration's. Where the platform
// never said anything of it the message is tried: events may have been missed, and a refusal costs nothing.
func (s *System) Consent(app core.App, openid, template string) (bool, error) {
	credits, known, err := collections.WeChatConsent(app, openid, cmp.Or(template, s.Options.Config.WeChat.TemplateID))
	if err != nil {
		return false, fmt.Errorf("read a consent: %w", err)
	}
	return !known || credits > 0, nil
}
