package aliyunserver

import "time"

// SMSTemplate is one template of the account.
type SMSTemplate struct {
	Code    string
	Content string // with variables as ${name}
	Abroad  bool   // for numbers outside mainland China
	Status  int    // 0 in review, 1 approved, 2 rejected
}

type options struct {
	now        func() time.Time
	gateway    func() time.Time
	keyID      string
	secret     string
	signs      []string
	templates  map[string]SMSTemplate
	outcome    string
	latency    time.Duration
	dailyLimit int
}

func defaults() options {
	o := options{
		now: time.Now, gateway: time.Now, // the wiring of this package: WithClock and WithGatewayClock replace them
		keyID: KeyID, secret: Secret, signs: []string{Sign}, templates: map[string]SMSTemplate{}, dailyLimit: 50,
	}
	for _, t := range []SMSTemplate{
		{Code: Template, Content: "提醒：${title}，${customer}，时间${time}，地点${place}。", Status: 1},
		{Code: TemplateAbroad, Content: "Reminder: ${title}, ${customer}, ${time}, ${place}", Status: 1, Abroad: true},
	} {
		o.templates[t.Code] = t
	}
	return o
}

// Option changes a server before it starts.
type Option func(*options)

// WithKey sets the account's key pair.
func WithKey(id, secret string) Option {
	return func(o *options) { o.keyID, o.secret = id, secret }
}

// WithSign adds an approved signature.
func WithSign(name string) Option { return func(o *options) { o.signs = append(o.signs, name) } }

// WithTemplate adds a template, or replaces the one of its code.
func WithTemplate(t SMSTemplate) Option { return func(o *options) { o.templates[t.Code] = t } }

// WithOutcome says what becomes of every accepted message at once: an ErrCode such as DELIVERED or IS_CLOSE.
func WithOutcome(errCode string) Option { return func(o *options) { o.outcome = errCode } }

// WithLatency makes every call take d more, as a network does.
func WithLatency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// WithoutDailyLimit lifts the limit of 50 messages a day to one number, for drills that repeat themselves.
func WithoutDailyLimit() Option { return func(o *options) { o.dailyLimit = 0 } }

// WithClock sets the clock that dates messages and counts limits.
func WithClock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// WithGatewayClock sets the clock against which the Timestamp of requests is checked.
func WithGatewayClock(now func() time.Time) Option { return func(o *options) { o.gateway = now } }
