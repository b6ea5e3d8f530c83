package notifiers

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/dysmsapi"
)

// aliyunSMS is one SendSms.
type aliyunSMS struct {
	id       string
	number   aliyunNumber
	sign     string
	template string
	own      bool   // the template is the message's, not the configuration's
	params   string // JSON object of strings
}

func (s *aliyunSMS) quota() aliyunQuota {
	return aliyunQuota{sign: s.sign, template: s.template, number: s.number.digits}
}

// ownTemplate makes a refusal of the message's own template a matter of that message: the others have another one, and
// this one keeps its own whatever is mended.
func (s *aliyunSMS) ownTemplate(e *Error) *Error {
	if s.own && e.Class == Configuration && e.Reason != "" && strings.HasPrefix(e.Reason, ReasonTemplate) {
		e.Class = Permanent
		e.Hint = "The reminder's template names a code that this account cannot send with: correct it there. It must exist in the SMS console and be approved."
	}
	return e
}

// aliyunNumber is a number as Aliyun writes it: mainland ones in 11 digits, others as country code and number without +.
type aliyunNumber struct {
	digits string
	abroad bool
}

var mainlandMobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

func parseAliyunNumber(address string) (aliyunNumber, *Error) {
	digits, mainland := strings.CutPrefix(address, "+86")
	switch {
	case !e164().MatchString(address), mainland && !mainlandMobile.MatchString(digits):
		return aliyunNumber{}, &Error{Class: Permanent, AddressRefused: true, Reason: ReasonBadNumber}
	case mainland:
		return aliyunNumber{digits: digits}, nil
	}
	return aliyunNumber{digits: address[1:], abroad: true}, nil
}

// compose chooses signature, template and values.
func (a *Aliyun) compose(m *Message) (*aliyunSMS, *Error) {
	number, refused := parseAliyunNumber(m.To.Address)
	if refused != nil {
		return nil, refused
	}
	s := &aliyunSMS{id: m.ID, number: number, sign: a.options.SignName}
	values := m.Params
	if number.abroad {
		s.sign = a.options.SignNameAbroad
		if values, refused = a.chooseAbroad(m, s); refused != nil {
			return nil, refused
		}
	} else {
		s.template, s.own = a.options.TemplateCode, m.Template != ""
		if s.own {
			s.template = m.Template
		}
	}
	switch {
	case s.template == "":
		return nil, &Error{Class: Configuration, Reason: ReasonTemplate,
			Hint: "Set SMS_TEMPLATE_CODE to a template that was approved in the SMS console."}
	case s.sign == "":
		return nil, &Error{Class: Configuration, Reason: ReasonSignature,
			Hint: "Set SMS_SIGN_NAME to a signature that was approved in the SMS console, without 【】."}
	}
	s.params, refused = aliyunParams(m, values)
	return s, refused
}

// chooseAbroad sets the template of a number outside mainland China, and gives the company's values for it: the message's
// own international template, the configured one if there is a separate one, or else whatever is there, which Aliyun will
// refuse by a code that says so.
func (a *Aliyun) chooseAbroad(m *Message, s *aliyunSMS) (map[string]string, *Error) {
	switch separate := a.options.TemplateCodeAbroad != a.options.TemplateCode; {
	case m.TemplateAbroad != "":
		s.template, s.own = m.TemplateAbroad, true
		return m.Params, nil
	case separate:
		s.template = a.options.TemplateCodeAbroad
		if m.Template == "" {
			return m.Params, nil
		}
		// The values were set for another template: this one may want either names.
		return overlaid(aliyunValues(m), m.Params), nil
	case mainlandMobile.MatchString(s.number.digits):
		// +1 310 555 1234 reads as the mainland's 131 0555 1234, to which a mainland template would go.
		return nil, &Error{Class: Permanent, Reason: ReasonTemplate,
			Hint: "Numbers of this country need an international template: set SMS_TEMPLATE_CODE_INTL."}
	case m.Template != "":
		s.template, s.own = m.Template, true
	default:
		s.template = a.options.TemplateCodeAbroad
	}
	return m.Params, nil
}

// sendSMS makes one call of SendSms. bizID is empty unless it was accepted.
func (a *Aliyun) sendSMS(ctx context.Context, s *aliyunSMS) (bizID string, reply *aliyunReply) {
	var response *dysmsapi.SendSmsResponse
	reply = a.clients.call(ctx, func(c *dysmsapi.Client) (err error) {
		r := dysmsapi.CreateSendSmsRequest() // a used one keeps its parameters
		r.PhoneNumbers, r.SignName, r.TemplateCode, r.TemplateParam, r.OutId = s.number.digits, s.sign, s.template, s.params, s.id
		response, err = c.SendSms(r)
		return err
	})
	if reply.status/100 == 2 && response != nil {
		reply.code, reply.message, reply.requestID = response.Code, response.Message, response.RequestId
		bizID = response.BizId
	}
	return bizID, reply
}

// readRefusal reads the reply of a status other than 2xx. A proxy's page leaves it empty.
func (r *aliyunReply) readRefusal(body []byte) {
	var refusal struct {
		Code, Message, RequestId any
	}
	if json.Unmarshal(body, &refusal) != nil {
		return
	}
	r.code, _ = refusal.Code.(string)
	r.message, _ = refusal.Message.(string)
	r.requestID, _ = refusal.RequestId.(string)
}
