package notifiers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"time"

	"tminus/wechat"
)

// WeChatOptions say by which official account and template messages leave.
type WeChatOptions struct {
	Client *wechat.Client
	// TemplateID is the template of messages that bring none of their own.
	TemplateID string
	// Subscription sends subscription notifications, each of which its reader has agreed to beforehand, instead of
	// template messages.
	Subscription bool
	// Page is where a tap on a subscription notification leads if the message has no Action.
	Page string
	Now  func() time.Time
}

// NewWeChat makes the WeChat channel; it opens no connection. With template messages it is a Deduplicator: the platform
// sends one of the same client_msg_id once. Neither kind can be asked for; what came of a message the platform posts to
// the account's callback, which WeChatFindings reads.
func NewWeChat(o WeChatOptions) Notifier {
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the wiring
	}
	account := &officialAccount{options: o}
	if o.Subscription {
		return account
	}
	return templateMessages{account}
}

// officialAccount is the WeChat channel.
type officialAccount struct{ options WeChatOptions }

// templateMessages is the channel where the platform sends a message once.
type templateMessages struct{ *officialAccount }

var (
	_ Notifier     = (*officialAccount)(nil)
	_ Deduplicator = templateMessages{}
)

// DeduplicatesFor is how long the platform knows a client_msg_id by.
func (templateMessages) DeduplicatesFor() time.Duration { return 10 * time.Minute }

// Provider is "wechat".
func (a *officialAccount) Provider() string { return "wechat" }

// Send gives m to the platform. The receipt's ProviderID is the msgid, in decimal; it is empty for subscription
// notifications, for a message that the platform already had, and for one that it holds for review.
func (a *officialAccount) Send(ctx context.Context, m *Message) (Receipt, error) {
	if !wechat.ValidOpenID(m.To.Address) {
		return Receipt{}, &Error{Class: Permanent, AddressRefused: true, Reason: because(ReasonBadOpenID, "not an openid")}
	}
	template := m.Template
	if template == "" {
		template = a.options.TemplateID
	}
	if template == "" {
		return Receipt{}, &Error{Class: Configuration, Reason: because(ReasonTemplate, "none is set"), Hint: weChatTemplateHint}
	}
	data, refused := a.data(ctx, m, template)
	if refused != nil {
		return Receipt{}, refused
	}
	var id int64
	var err error
	if a.options.Subscription {
		id, err = a.options.Client.SendSubscription(ctx, wechat.SubscriptionMessage{
			To: m.To.Address, TemplateID: template, Page: a.link(m), Data: data,
		})
	} else {
		id, err = a.options.Client.SendTemplate(ctx, wechat.TemplateMessage{
			To: m.To.Address, TemplateID: template, URL: a.link(m), ID: clientMsgID(m.ID), Data: data,
		})
	}
	if err != nil {
		return a.afterError(err, template)
	}
	return Receipt{Provider: a.Provider(), ProviderID: msgID(id), Response: "ok"}, nil
}

// afterError tells the errors that mean that the message is sent from those that do not.
func (a *officialAccount) afterError(err error, template string) (Receipt, error) {
	var e *wechat.Error
	if errors.As(err, &e) && (e.Code == wechat.CodeDuplicate || e.Code == wechat.CodeUnderReview) {
		return Receipt{Provider: a.Provider(), Response: because(weChatAccepted[e.Code], weChatWords(e))}, nil
	}
	return Receipt{}, a.classify(err, template)
}

// Check gets a token and looks for the configured template among the account's.
func (a *officialAccount) Check(ctx context.Context) error {
	if a.options.TemplateID == "" {
		if err := a.options.Client.Check(ctx); err != nil {
			return a.classify(err, "")
		}
		return nil
	}
	list := a.options.Client.Templates
	if a.options.Subscription {
		list = a.options.Client.SubscriptionTemplates
	}
	all, err := list(ctx)
	if err != nil {
		return a.classify(err, a.options.TemplateID)
	}
	for _, t := range all {
		if t.ID == a.options.TemplateID {
			return nil
		}
	}
	return a.classify(wechat.ErrNoTemplate, a.options.TemplateID)
}

// Close lets go of the idle connections. The client is not this notifier's alone.
func (a *officialAccount) Close() error {
	a.options.Client.CloseIdle()
	return nil
}

// link gives where a tap leads, empty if nowhere that the platform takes.
func (a *officialAccount) link(m *Message) string {
	target := ""
	if a.options.Subscription {
		target = a.options.Page
	}
	if m.Action != nil && m.Action.URL != "" {
		target = m.Action.URL
	}
	if u, err := url.Parse(target); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return target
}

// maxClientMsgID is the longest client_msg_id.
const maxClientMsgID = 32

// clientMsgID gives an identity that the platform takes.
func clientMsgID(id string) string {
	if len(id) <= maxClientMsgID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])[:maxClientMsgID]
}

func msgID(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
