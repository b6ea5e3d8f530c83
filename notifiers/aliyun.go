package notifiers

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// AliyunOptions says by which account and in which words SMS leave. The key pair and one signature are needed; the rest
// has defaults.
type AliyunOptions struct {
	AccessKeyID     string
	AccessKeySecret string

	SignName           string // approved signature without 【】
	TemplateCode       string // approved template, SMS_…, of messages that bring none
	SignNameAbroad     string // for numbers outside mainland China; SignName by default
	TemplateCodeAbroad string // likewise; TemplateCode by default

	Endpoint string        // a URL with its scheme; empty: the vendor's. http is for loopback only
	Timeout  time.Duration // for one call, 8 s by default

	// Now counts what was sent to a number and says by when a limit ends. Requests are dated by the SDK itself.
	Now func() time.Time
}

const aliyunHost = "dysmsapi.aliyuncs.com"

// Aliyun sends SMS by Aliyun's Short Message Service (Dysmsapi 2017-05-25): SendSms with one number each
// (https://help.aliyun.com/document_detail/419273.html).
type Aliyun struct {
	options AliyunOptions
	invalid *Error // what is wrong with the options; given back by every method
	clients *aliyunClients
	guard   *aliyunGuard
}

var (
	_ Notifier = (*Aliyun)(nil)
	_ Inquirer = (*Aliyun)(nil)
)

// NewAliyun makes the SMS channel over Aliyun; it opens no connection. Options that cannot work show as a Configuration
// error of every method.
func NewAliyun(o AliyunOptions) *Aliyun {
	if o.SignNameAbroad == "" {
		o.SignNameAbroad = o.SignName
	}
	if o.TemplateCodeAbroad == "" {
		o.TemplateCodeAbroad = o.TemplateCode
	}
	o.Timeout = orDefault(o.Timeout, 8*time.Second)
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the wiring
	}
	a := &Aliyun{options: o, guard: newAliyunGuard()}
	scheme, domain, refused := aliyunEndpoint(o.Endpoint)
	a.clients = newAliyunClients(o, scheme, domain)
	switch {
	case refused != nil:
		a.invalid = refused
	case o.AccessKeyID == "" || o.AccessKeySecret == "":
		a.invalid = &Error{Class: Configuration, Reason: ReasonCredentials,
			Hint: "Set SMS_API_KEY and SMS_API_SECRET to the AccessKey of a RAM user that may send SMS."}
	case o.SignName == "" && o.SignNameAbroad == "":
		a.invalid = &Error{Class: Configuration, Reason: ReasonSignature,
			Hint: "Set SMS_SIGN_NAME to a signature that was approved in the SMS console, without 【】."}
	}
	return a
}

// aliyunEndpoint parts the endpoint's URL into what the SDK wants.
func aliyunEndpoint(endpoint string) (scheme, domain string, refused *Error) {
	if endpoint == "" {
		return "HTTPS", aliyunHost, nil
	}
	hint := "Set SMS_ENDPOINT to a URL such as https://" + aliyunHost + ", or remove it."
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https":
	case u.Scheme == "http" && !plainLoopback(u):
		hint = "SMS_ENDPOINT must begin with https: http would send the messages unencrypted."
	default:
		return strings.ToUpper(u.Scheme), u.Host + strings.TrimRight(u.Path, "/"), nil
	}
	return "HTTPS", aliyunHost, &Error{Class: Configuration, Reason: ReasonOutOfReach, Hint: hint}
}

// Provider is "aliyun".
func (a *Aliyun) Provider() string { return "aliyun" }

// Send hands m to Aliyun under its ID as OutId. The receipt's ProviderID is the BizId.
//
// Aliyun does not know a repeated OutId, so an attempt whose answer was lost is Unknown, to be asked for by Inquire.
func (a *Aliyun) Send(ctx context.Context, m *Message) (Receipt, error) {
	if a.invalid != nil {
		return Receipt{}, a.invalid
	}
	s, refused := a.compose(m)
	if refused != nil {
		return Receipt{}, refused
	}
	release, refused := a.reserve(s)
	if refused != nil {
		return Receipt{}, refused
	}
	bizID, reply := a.sendSMS(ctx, s)
	if failure := a.classify(reply); failure != nil {
		if failure.Class != Unknown {
			release()
		}
		a.learn(s, reply, failure)
		return Receipt{}, s.ownTemplate(failure)
	}
	return Receipt{
		Provider: a.Provider(), ProviderID: bizID, Response: because("accepted", reply.words()),
		Segments: m.Parts, Cost: float64(m.Parts) * m.PartPrice,
	}, nil
}

// reserve counts s against the limit of its number, before the call: Aliyun would count a call that it refuses as well
// as answer it.
func (a *Aliyun) reserve(s *aliyunSMS) (release func(), refused *Error) {
	if s.number.abroad {
		return func() {}, nil
	}
	now := a.options.Now()
	if wait := a.guard.reserve(s.quota(), now); wait > 0 {
		return nil, &Error{Class: Transient, Reason: ReasonNumberLimit, RetryAfter: wait}
	}
	return func() { a.guard.release(s.quota(), now) }, nil
}

// learn remembers that Aliyun takes no more for this number for now.
func (a *Aliyun) learn(s *aliyunSMS, reply *aliyunReply, failure *Error) {
	if reply.code == aliyunNumberLimit {
		a.guard.block(s.quota(), a.options.Now().Add(failure.RetryAfter))
	}
}

// Close lets go of connections.
func (a *Aliyun) Close() error {
	a.clients.close()
	return nil
}
