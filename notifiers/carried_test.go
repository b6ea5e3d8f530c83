package notifiers

import (
	"reflect"
	"strings"
	"testing"
)

func TestCarries_WhatIsHandedOver(t *testing.T) {
	aliyun := NewAliyun(AliyunOptions{AccessKeyID: "key", AccessKeySecret: "secret", SignName: "山頂", TemplateCode: "SMS_1", TemplateCodeAbroad: "SMS_9"})
	twilio := NewTwilio(TwilioOptions{AccountSID: "AC" + strings.Repeat("0", 32), AuthToken: "token", From: "+15005550006"})
	long := "See https://example.com/x for " + strings.Repeat("a long story ", 9)
	m := func(address, template string, params map[string]string) *Message {
		return &Message{
			Channel: SMS, Title: "Safety", Body: strings.Repeat("的", 2000), Template: template, Params: params,
			Values: map[string]string{ValueTitle: "Safety"}, To: Recipient{Address: address},
		}
	}
	got := aliyun.Carries(m("+8613800138000", "", map[string]string{"what": long, "when": "2026-12-01 09:00"}))
	if got.Text != "" || got.Template != "SMS_1" || len(got.Values) != 2 || got.Values["when"] != "2026-12-01 09:00" ||
		len([]rune(got.Values["what"])) > 35 || strings.Contains(got.Values["what"], "example") {
		t.Errorf("the mainland gets %+v", got)
	}
	if got := aliyun.Carries(m("+85291234567", "", nil)); got.Template != "SMS_9" || got.Values[ValueTitle] != "Safety" {
		t.Errorf("Hong Kong gets %+v", got)
	}
	if got := aliyun.Carries(m("+8613800138000", "SMS_5", nil)); got.Template != "SMS_5" {
		t.Errorf("the message's own template becomes %q", got.Template)
	}
	if got := aliyun.Carries(m("91234567", "", nil)); !reflect.DeepEqual(got, Carried{}) {
		t.Errorf("no number gets %+v", got)
	}
	if got := twilio.Carries(m("+85291234567", "x", nil)); got.Values != nil || len([]rune(got.Text)) != 1600 || !strings.HasPrefix(got.Text, "Safety\n的") {
		t.Errorf("Twilio carries %d characters", len([]rune(got.Text)))
	}
}
