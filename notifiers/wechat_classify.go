package notifiers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"tminus/wechat"
)

const (
	weChatTemplateHint = "Set WECHAT_TEMPLATE_ID_REMINDER to the id of a template that stands in the account's console under 模板消息 → 我的模板 (of a subscription: 订阅通知 → 我的模板), or give the reminder's template its own WeChat template id."
	weChatOwnHint      = "The reminder's template names a WeChat template that this account does not have: copy its id from the account's console (我的模板), or leave it empty to take WECHAT_TEMPLATE_ID_REMINDER."
	weChatAppIDHint    = "Check WECHAT_APP_ID: it is the AppID of the account's console under 设置与开发 → 开发接口管理, wx and 16 characters."
	weChatSecretHint   = "Check WECHAT_APP_SECRET: copy it from the account's console under 设置与开发 → 开发接口管理; a reset there makes the old one useless."
	weChatFrozenHint   = "The secret is frozen: release or reset it in the account's console under 设置与开发 → 开发接口管理, and set WECHAT_APP_SECRET."
	weChatTokenHint    = "Another program seems to make access tokens for this account in the old way: let it use stable_token, or stop it."
	weChatConfirmHint  = "An administrator of the account must allow this server's address: confirm the message that WeChat sent to their phone, or add the address to the IP 白名单."
	weChatRightsHint   = "The account may not use this: it must be a verified service account (认证服务号) with 模板消息 (or 订阅通知) switched on in its console under 广告与服务."
	weChatLimitedHint  = "The platform has limited the account: follow the notice in its console (通知中心)."
	weChatIndustryHint = "The template belongs to another industry or category than the account's: choose one of the account's own in its console (模板消息 → 模板库)."
	weChatPageHint     = "The platform refuses where the message leads: check PUBLIC_URL, and whether its domain is registered with the account."
	weChatValuesHint   = "Compare the WeChat data of the reminder's template with the template in the account's console: each key has its own kind of value."
	weChatOtherHint    = "Look the code up at https://developers.weixin.qq.com/doc/service/guide/dev/errorcode.html; WeChat's support asks for the rid."
	weChatReachHint    = "Check WECHAT_ENDPOINT and this machine's network, and whether a firewall or a proxy (HTTPS_PROXY) is in between."
	weChatForeignHint  = "Check WECHAT_ENDPOINT, and whether a proxy or a firewall stands between: the answer is not WeChat's."
)

// weChatAccepted are the refusals that mean that the platform sends the message.
var weChatAccepted = map[int]string{
	wechat.CodeDuplicate:   "the platform has it already",
	wechat.CodeUnderReview: "held for review, sent when it is approved",
}

// weChatFaultsOf is what some codes mean.
type weChatFaultsOf struct {
	Error
	codes []int
}

// weChatFaults holds the codes of https://developers.weixin.qq.com/doc/service/guide/dev/errorcode.html. What is not
// listed is the channel's matter.
var weChatFaults = []weChatFaultsOf{
	{Error{Class: Transient, Reason: ReasonBusy}, []int{wechat.CodeBusy, wechat.CodeTooManyToOne}},
	{Error{Class: Transient, Reason: ReasonBusy, RetryAfter: time.Minute}, []int{wechat.CodeTooFrequent}},

	{Error{Class: Permanent, Reason: ReasonBadOpenID, AddressRefused: true}, []int{wechat.CodeBadOpenID}},
	// The address is right: who follows again, or agrees again, gets messages again.
	{Error{Class: Permanent, Reason: ReasonNotFollowing}, []int{wechat.CodeNotFollowing}},
	{Error{Class: Permanent, Reason: ReasonNoConsent}, []int{wechat.CodeNoConsent}},
	{Error{Class: Permanent, Reason: ReasonContent, Hint: weChatValuesHint}, []int{wechat.CodeBadArgument, wechat.CodeBadJSON}},
	{Error{Class: Permanent, Reason: ReasonContent}, []int{wechat.CodeBlocked}},
	{Error{Class: Permanent, Reason: ReasonContent, Hint: weChatPageHint}, []int{
		wechat.CodeBadPage, wechat.CodeWeAppID, wechat.CodeWeAppPath}},

	{Error{Class: Configuration, Reason: ReasonCredentials, Hint: weChatTokenHint}, []int{
		wechat.CodeBadToken, wechat.CodeInvalidToken, wechat.CodeNoToken, wechat.CodeTokenExpired}},
	{Error{Class: Configuration, Reason: ReasonCredentials, Hint: weChatAppIDHint}, []int{wechat.CodeBadAppID}},
	{Error{Class: Configuration, Reason: ReasonCredentials, Hint: weChatSecretHint}, []int{wechat.CodeBadSecret}},
	{Error{Class: Configuration, Reason: ReasonCredentials, Hint: weChatFrozenHint}, []int{wechat.CodeSecretFrozen}},
	{Error{Class: Configuration, Reason: ReasonServerAddress, Hint: weChatConfirmHint}, []int{
		wechat.CodeConfirmIP, wechat.CodeConfirmIPRefused}},
	{Error{Class: Configuration, Reason: ReasonTemplate, Hint: weChatTemplateHint}, []int{wechat.CodeBadTemplate}},
	{Error{Class: Configuration, Reason: ReasonTemplate, Hint: weChatIndustryHint}, []int{wechat.CodeWrongIndustry}},
	{Error{Class: Configuration, Reason: ReasonPermission, Hint: weChatRightsHint}, []int{wechat.CodeNotAuthorised}},
	{Error{Class: Configuration, Reason: ReasonAccountClosed, Hint: weChatLimitedHint}, []int{wechat.CodeAccountLimited}},
}

func weChatFault(code int) (Error, bool) {
	for _, f := range weChatFaults {
		if slices.Contains(f.codes, code) {
			return f.Error, true
		}
	}
	return Error{}, false
}

// classify says what an error of the client means for a message by that template.
func (a *officialAccount) classify(err error, template string) *Error {
	var refused *wechat.Error
	var lost *wechat.LostError
	switch {
	case errors.As(err, &refused):
		return a.refused(refused, template)
	case errors.As(err, &lost):
		return classifyLost(lost)
	case errors.Is(err, wechat.ErrNoTemplate):
		return a.noTemplate(&Error{Class: Configuration, Reason: because(ReasonTemplate, "the account does not have it"),
			Hint: weChatTemplateHint, Err: err}, template)
	}
	// Nothing of the client's ends here; its words are its own.
	return &Error{Class: Configuration, Reason: ReasonProvider, Hint: weChatOtherHint, Err: err}
}

func (a *officialAccount) refused(r *wechat.Error, template string) *Error {
	e, known := weChatFault(r.Code)
	if !known {
		e = Error{Class: Configuration, Reason: ReasonProvider, Hint: weChatOtherHint}
	}
	switch r.Code {
	case wechat.CodeQuota:
		e = Error{Class: Transient, Reason: ReasonQuota, RetryAfter: untilBeijingMidnight(a.options.Now())}
	case wechat.CodeAddressRefused:
		e = Error{Class: Configuration, Reason: ReasonServerAddress, Hint: allowHint(r.Msg)}
	case wechat.CodeBadToken:
		if r.API == "stable_token" { // there is no token yet: it is the secret
			e.Hint = weChatSecretHint
		}
	}
	e.Reason, e.Err = because(e.Reason, weChatWords(r)), r
	if r.Code == wechat.CodeBadTemplate {
		return a.noTemplate(&e, template)
	}
	return &e
}

// noTemplate makes the error of a template that the reminder names a matter of that message alone: its id is kept with
// the message, and would hold up the channel for good.
func (a *officialAccount) noTemplate(e *Error, template string) *Error {
	if template != a.options.TemplateID {
		e.Class, e.Hint = Permanent, weChatOwnHint
	}
	return e
}

var (
	wrongKey  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`data\.([a-z_]+[0-9]{0,3})\b`) })
	ipAddress = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`invalid ip ([0-9a-fA-F.:]{3,45})`) })
)

// weChatWords gives the platform's code, the key that it names, and its id of the request, without its other words.
func weChatWords(e *wechat.Error) string {
	text := fmt.Sprintf("errcode %d", e.Code)
	if m := wrongKey().FindStringSubmatch(e.Msg); m != nil && e.Code == wechat.CodeBadArgument {
		text += ", " + m[1]
	}
	if e.RID != "" {
		text += ", rid " + e.RID
	}
	return text
}

// allowHint names the address that the platform saw.
func allowHint(msg string) string {
	address := "this server's public address"
	if m := ipAddress().FindStringSubmatch(msg); m != nil {
		address = m[1]
	}
	return "Add " + address + " to the IP 白名单 in the account's console under 设置与开发 → 开发接口管理."
}

// classifyLost classes a request without an answer. What goes before a message (the token, the template's keys) is the
// channel's matter, as signing in to a mail server is.
func classifyLost(l *wechat.LostError) *Error {
	e := &Error{Class: Configuration, Reason: because(ReasonNoAnswer, string(l.Kind)), Hint: weChatReachHint, Err: l}
	sending := l.API == wechat.APITemplate || l.API == wechat.APISubscription
	switch {
	case l.Kind == wechat.Garbage && sending:
		e.Class, e.Hint = Transient, ""
		e.Reason = because(ReasonUnreadable, statusWords(l.Status))
	case l.Kind == wechat.Garbage:
		e.Reason, e.Hint = because(ReasonUnreadable, statusWords(l.Status)), weChatForeignHint
	case sending && l.Written:
		e.Class, e.Hint = Unknown, ""
	case l.Kind == wechat.Interrupted:
		e.Class, e.Hint = Transient, "" // the caller gave up, which says nothing about the channel
	case !l.Written:
		e.Reason = because(ReasonOutOfReach, string(l.Kind))
	}
	return e
}

func statusWords(status int) string {
	if status == 0 || status == 200 {
		return "not the platform's JSON"
	}
	return fmt.Sprintf("HTTP %d", status)
}

// weChatZone is where the platform counts its days: Beijing's time, without summer time since 1991.
var weChatZone = time.FixedZone("UTC+8", 8*60*60)

// untilBeijingMidnight is when the day's quota begins anew.
func untilBeijingMidnight(now time.Time) time.Duration {
	y, m, d := now.In(weChatZone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, weChatZone).Sub(now)
}
