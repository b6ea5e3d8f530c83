package wechatserver

import "time"

// Defaults of an account. The template is a category template as the platform's console makes them.
const (
	AppID          = "wx5823bf96d3bd56c7"
	AppSecret      = "d4624c36b6795d1d99dcf0547af5443d"
	Token          = "QDG6eK3LyFwBVmuo"
	EncodingAESKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

	TemplateID      = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
	TemplateContent = "客户名称:{{thing1.DATA}}\n提醒事项:{{thing2.DATA}}\n预约时间:{{time3.DATA}}\n地点:{{thing4.DATA}}\n编号:{{character_string5.DATA}}\n"

	SubscriptionID      = "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc"
	SubscriptionContent = "活动名称:{{thing1.DATA}}\n开始时间:{{date2.DATA}}\n负责人:{{name3.DATA}}\n类型:{{phrase4.DATA}}\n"
)

type template struct{ id, title, content string }

type options struct {
	now                             func() time.Time
	appID, appSecret, token, aesKey string
	tokenLife                       time.Duration
	templates                       []template
	subscriptions                   []template
	openids                         map[string]answer
	credits                         int
	callback                        string
	receipts                        bool
	latency                         time.Duration
}

func defaults() options {
	return options{
		now:   time.Now, // the wiring of this package: WithClock replaces it
		appID: AppID, appSecret: AppSecret, token: Token, aesKey: EncodingAESKey,
		tokenLife:     2 * time.Hour,
		templates:     []template{{TemplateID, "预约提醒", TemplateContent}},
		subscriptions: []template{{SubscriptionID, "活动提醒", SubscriptionContent}},
		openids: map[string]answer{
			"busy":        {code: -1, msg: "system error"},
			"toofast":     {code: 45011, msg: "api minute-quota reach limit, must slower, retry next minute"},
			"quota":       {code: 45009, msg: "reach max api daily quota limit"},
			"toomany":     {code: 43117, msg: "too many messages to this user"},
			"badid":       {code: 40003, msg: "invalid openid"},
			"unfollowed":  {code: 43004, msg: "require subscribe"},
			"disagreed":   {code: 43101, msg: "user refuse to accept the msg"},
			"argument":    {code: 47003, msg: "argument invalid! data.thing1.value invalid"},
			"illegal":     {code: 40249, msg: "template message blocked as illegal content"},
			"notemplate":  {code: 40037, msg: "invalid template_id"},
			"forbidden":   {code: 48001, msg: "api unauthorized"},
			"limited":     {code: 50002, msg: "user limited"},
			"review":      {code: 40252, msg: "message is under review", sends: true},
			"garbage":     {manner: garbage},
			"unavailable": {manner: unavailable},
			"hang":        {manner: hangs},
			"cutbefore":   {manner: cuts},
			"cutafter":    {manner: cuts, sends: true, once: true},
			"hangafter":   {manner: hangs, sends: true, once: true},
		},
	}
}

// Option changes a server before it starts.
type Option func(*options)

// WithAccount sets the account's id and secret.
func WithAccount(appID, appSecret string) Option {
	return func(o *options) { o.appID, o.appSecret = appID, appSecret }
}

// WithCallback sets where events are posted to and how they are signed and sealed; without a key they are in plain. The
// address may be set later, by SetCallback.
func WithCallback(url, token, encodingAESKey string) Option {
	return func(o *options) { o.callback, o.token, o.aesKey = url, token, encodingAESKey }
}

// WithPlainCallbacks posts events as they are, without sealing them.
func WithPlainCallbacks() Option { return func(o *options) { o.aesKey = "" } }

// WithReceipts posts by itself what came of each message, as the platform does, while there is a callback.
func WithReceipts() Option { return func(o *options) { o.receipts = true } }

// WithClock sets the clock that ages tokens, codes and repeated messages, and stamps events.
func WithClock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// WithTokenLife sets how long access tokens live, 2 h otherwise.
func WithTokenLife(d time.Duration) Option { return func(o *options) { o.tokenLife = d } }

// WithTemplate adds a template for template messages. The content has lines such as 时间:{{time2.DATA}}.
func WithTemplate(id, content string) Option {
	return func(o *options) { o.templates = append(o.templates, template{id, "提醒", content}) }
}

// WithSubscriptionTemplate adds a template for subscription notifications.
func WithSubscriptionTemplate(id, content string) Option {
	return func(o *options) { o.subscriptions = append(o.subscriptions, template{id, "提醒", content}) }
}

// WithCredits lets everybody have agreed to n subscription notifications of each template; nobody has otherwise.
func WithCredits(n int) Option { return func(o *options) { o.credits = n } }

// WithLatency makes every request take d longer, as a network does.
func WithLatency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// Refuse makes messages to openids of that name, up to a "-", end with an errcode.
func Refuse(name string, code int, msg string) Option {
	return func(o *options) { o.openids[name] = answer{code: code, msg: msg} }
}
