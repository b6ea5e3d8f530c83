package notifiers

import (
	"strings"
	"testing"
	"time"
)

func TestAliyunCodes(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 20, 30, 0, time.UTC)
	a := NewAliyun(AliyunOptions{AccessKeyID: "i", AccessKeySecret: "s", SignName: "n", Now: func() time.Time { return now }})
	for _, group := range []struct {
		class   Class
		refused bool
		reason  string
		codes   string
	}{
		{Transient, false, ReasonBusy, "isp.SYSTEM_ERROR isp.GATEWAY_ERROR Throttling Throttling.User Throttling.Api ServiceUnavailable SignatureNonceUsed"},
		{Transient, false, ReasonNumberLimit, "isv.BUSINESS_LIMIT_CONTROL"},
		{Transient, false, ReasonProvider, "isp.SOMETHING_NEW SomethingElse"},
		{Unknown, false, ReasonNoAnswer, "InternalError"},
		{Permanent, true, ReasonBadNumber, "isv.MOBILE_NUMBER_ILLEGAL"},
		{Permanent, false, ReasonBadNumber, "isv.MOBILE_COUNT_OVER_LIMIT"},
		{Permanent, true, ReasonOptedOut, "isv.CUSTOMER_REFUSED"},
		{Permanent, false, ReasonTemplate, "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"},
		{Permanent, false, ReasonProvider, "isv.SOMETHING_NEW"},
		{Permanent, false, ReasonContent, "isv.INVALID_PARAMETERS isv.INVALID_JSON_PARAM isv.TEMPLATE_MISSING_PARAMETERS " +
			"isv.TEMPLATE_PARAMS_ILLEGAL isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL isv.BLACK_KEY_CONTROL_LIMIT " +
			"isv.SMS_CONTENT_ILLEGAL isv.UNSUPPORTED_CONTENT isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE"},
		{Configuration, false, ReasonTemplate, "isv.SMS_TEMPLATE_ILLEGAL"},
		{Configuration, false, ReasonSignature, "isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SIGN_STATE_ILLEGAL " +
			"isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.SIGNATURE_BLACKLIST isv.EXTEND_CODE_ERROR isv.ONE_CODE_MULTIPLE_SIGN " +
			"isv.CODE_EXCEED_LIMIT isv.CODE_ERROR PORT_NOT_REGISTERED"},
		{Configuration, false, ReasonNoBalance, "isv.AMOUNT_NOT_ENOUGH"},
		{Configuration, false, ReasonAccountClosed, "isv.OUT_OF_SERVICE isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE " +
			"isv.ACCOUNT_NOT_EXISTS isv.ACCOUNT_ABNORMAL isv.SECURITY_FROZEN_ACCOUNT"},
		{Configuration, false, ReasonQuota, "isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL"},
		{Configuration, false, ReasonPermission, "isp.RAM_PERMISSION_DENY Forbidden.RAM isv.SMS_TEST_NUMBER_LIMIT " +
			"isv.SMS_TEST_SIGN_TEMPLATE_LIMIT isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL"},
		{Configuration, false, ReasonServerAddress, "isv.DENY_IP_RANGE"},
		{Configuration, false, ReasonCredentials, "InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive SignatureDoesNotMatch IncompleteSignature"},
		{Configuration, false, ReasonClock, "InvalidTimeStamp.Expired InvalidTimeStamp.Format"},
		{Configuration, false, ReasonProvider, "InvalidVersion InvalidAction.NotFound"},
	} {
		for _, code := range strings.Fields(group.codes) {
			e := a.classify(&aliyunReply{status: 200, code: code, message: "13800138000 的话", requestID: "F655-01"})
			if e.Class != group.class || e.AddressRefused != group.refused || e.Reason != group.reason+" ("+code+", request F655-01)" {
				t.Errorf("%s: %s, refused %t, %q", code, e.Class, e.AddressRefused, e.Reason)
			}
			if e.Class == Configuration && e.Hint == "" {
				t.Errorf("%s: no hint", code)
			}
		}
	}
	for status, want := range map[int]Class{
		429: Transient, 500: Unknown, 502: Unknown, 503: Unknown, 504: Unknown, 408: Unknown, 200: Unknown,
		301: Configuration, 403: Configuration, 404: Configuration, 407: Configuration,
	} {
		if e := a.classify(&aliyunReply{status: status}); e.Class != want || e.Reason == "" {
			t.Errorf("HTTP %d without a code: %s, %q", status, e.Class, e.Reason)
		}
	}
	if e := a.classify(&aliyunReply{status: 502, code: "Something"}); e.Class != Unknown {
		t.Errorf("an unknown code with 502: %s", e.Class)
	}
	if e := a.classify(&aliyunReply{status: 200, code: "he said: 13800138000!"}); strings.Contains(e.Error(), "13800138000") {
		t.Errorf("a code that is none shows: %s", e.Reason)
	}
}

func TestAliyunLimitsEndByTheCalendar(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 20, 30, 0, time.UTC)
	for message, want := range map[string]time.Duration{
		"触发分钟级流控Permits:1": 32 * time.Second,
		"触发小时级流控Permits:5": 39*time.Minute + 32*time.Second,
		"触发天级流控Permits:10": 24 * time.Hour,
		"something":        24 * time.Hour,
		"":                 24 * time.Hour,
	} {
		if got := limitEnds(message, now); got != want {
			t.Errorf("%q: %s, want %s", message, got, want)
		}
	}
}

func TestAliyunReceiptCodes(t *testing.T) {
	for codes, want := range map[string]Error{
		"IS_CLOSE SP_UNKNOWN_ERROR MOBLLE_TERMINAL_ERROR EXPIRED": {Class: Transient, Reason: ReasonUnreachable},
		"MOBILE_SEND_LIMIT": {Class: Transient, Reason: ReasonNumberLimit, RetryAfter: 24 * time.Hour},
		"MOBILE_NOT_ON_SERVICE MOBILE_ACCOUNT_ABNORMAL INVALID_NUMBER NO_ROUTE": {Class: Permanent, Reason: ReasonBadNumber, AddressRefused: true},
		"MOBILE_IN_BLACK USER_REJECT":                                           {Class: Permanent, Reason: ReasonOptedOut, AddressRefused: true},
		"CONTENT_KEYWORD CONTENT_ERROR PARAMS_ILLEGAL":                          {Class: Permanent, Reason: ReasonContent},
		"SP_NOT_BY_INTER_SMS":                                                   {Class: Permanent, Reason: ReasonPermission},
		"MK:0005 SOMETHING_NEW":                                                 {Class: Permanent, Reason: ReasonProvider},
	} {
		for _, code := range strings.Fields(codes) {
			e := aliyunReceiptError(code)
			if e.Class != want.Class || e.AddressRefused != want.AddressRefused || e.RetryAfter != want.RetryAfter ||
				e.Reason != want.Reason+" ("+code+")" {
				t.Errorf("%s: %+v", code, e)
			}
		}
	}
}
