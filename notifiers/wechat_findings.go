package notifiers

import (
	"fmt"
	"strings"

	"tminus/wechat"
)

// WeChatFindings reads what the platform posts of messages that it took: one Finding for a template message, one for
// each subscription notification in the event, none for other events. Whose messages they are, the event's FromUser
// says; the platform gave no id of a subscription notification when it took it.
func WeChatFindings(e wechat.Event) []Finding {
	switch e.Event {
	case wechat.EventTemplateSent:
		return []Finding{weChatFinding(e, e.MsgID, templateFate(e.Status))}
	case wechat.EventSubscriptionSent:
		findings := make([]Finding, 0, len(e.List))
		for _, entry := range e.List {
			findings = append(findings, weChatFinding(e, entry.MsgID, subscriptionFate(entry.ErrorCode)))
		}
		return findings
	}
	return nil
}

func weChatFinding(e wechat.Event, id string, failure *Error) Finding {
	f := Finding{State: Delivered, ProviderID: id, At: e.CreateTime, Err: failure}
	if failure != nil {
		f.State = Failed
	}
	return f
}

// templateFate reads the Status of a template message; nil = it arrived.
//
// https://developers.weixin.qq.com/doc/service/guide/product/template_message/Template_Message_Interface.html
func templateFate(status string) *Error {
	switch s := strings.ReplaceAll(strings.ToLower(status), " ", ""); { // "failed: system failed" has a space more
	case s == "success":
		return nil
	case strings.HasPrefix(s, "failed:userblock"):
		return &Error{Class: Permanent, Reason: because(ReasonNoConsent, "user block")}
	case strings.HasPrefix(s, "failed:systemfailed"):
		return &Error{Class: Transient, Reason: because(ReasonBusy, "system failed")}
	case strings.HasPrefix(s, "failed:freqlimit"):
		return &Error{Class: Transient, Reason: because(ReasonQuota, "freq limit")}
	}
	return &Error{Class: Permanent, Reason: because(ReasonProvider, status)}
}

// subscriptionFate reads the ErrorCode of a subscription notification; nil = it arrived.
func subscriptionFate(code int) *Error {
	if code == 0 {
		return nil
	}
	e := Error{Class: Permanent, Reason: ReasonProvider}
	if f, known := weChatFault(code); known && f.Class != Configuration {
		e = f
	}
	e.Reason = because(e.Reason, fmt.Sprintf("errcode %d", code))
	return &e
}
