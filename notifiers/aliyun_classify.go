package notifiers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// aliyunNumberLimit is the code of the limits of one number; which of them, its message says.
const aliyunNumberLimit = "isv.BUSINESS_LIMIT_CONTROL"

const (
	aliyunKeysHint      = "Check SMS_API_KEY and SMS_API_SECRET: they are the AccessKey ID and secret of a RAM user, which must be enabled."
	aliyunTemplateHint  = "Check SMS_TEMPLATE_CODE and SMS_TEMPLATE_CODE_INTL: each must exist in this account's SMS console and be approved."
	aliyunSignHint      = "Check SMS_SIGN_NAME and SMS_SIGN_NAME_INTL, without 【】: the signature must be approved and registered with the operators in the SMS console."
	aliyunRightsHint    = "Give the RAM user the actions dysms:SendSms, dysms:QuerySendDetails and, for the check, dysms:QuerySmsTemplate."
	aliyunServiceHint   = "Open the Short Message Service in the Aliyun console, and follow the notice that it shows."
	aliyunTestHint      = "The account is in test mode: bind the numbers in the SMS console, or send by an approved signature and template."
	aliyunVariablesHint = "The template's variables and the values do not fit together: compare the SMS parameters of the reminder's template with the template in the SMS console."
	aliyunKindHint      = "Numbers outside mainland China need an international template and signature: set SMS_TEMPLATE_CODE_INTL and SMS_SIGN_NAME_INTL."
	aliyunEndpointHint  = "Check SMS_ENDPOINT, and whether a proxy or a firewall stands between: the answer is not Aliyun's."
	aliyunNetworkHint   = "Check SMS_ENDPOINT and this machine's network, and whether a firewall or a proxy (HTTPS_PROXY) is in between."
)

// aliyunFault is what some codes mean.
type aliyunFault struct {
	Error
	codes []string
}

// aliyunFaults holds the codes of replies: https://help.aliyun.com/document_detail/101346.html and 101347.html, and of
// the gateway. A code that ends in "*" stands for all that begin so.
var aliyunFaults = []aliyunFault{
	{Error{Class: Transient, Reason: ReasonBusy}, []string{
		"isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "ServiceUnavailable", "SignatureNonceUsed"}},
	{Error{Class: Transient, Reason: ReasonBusy, RetryAfter: time.Minute}, []string{"Throttling*"}},
	{Error{Class: Unknown, Reason: ReasonNoAnswer}, []string{"InternalError*"}},

	{Error{Class: Permanent, Reason: ReasonBadNumber, AddressRefused: true}, []string{"isv.MOBILE_NUMBER_ILLEGAL"}},
	{Error{Class: Permanent, Reason: ReasonOptedOut, AddressRefused: true}, []string{"isv.CUSTOMER_REFUSED"}},
	{Error{Class: Permanent, Reason: ReasonBadNumber}, []string{"isv.MOBILE_COUNT_OVER_LIMIT"}},
	{Error{Class: Permanent, Reason: ReasonTemplate, Hint: aliyunKindHint}, []string{"isv.DOMESTIC_NUMBER_NOT_SUPPORTED"}},

	{Error{Class: Permanent, Reason: ReasonContent, Hint: aliyunVariablesHint}, []string{
		"isv.INVALID_PARAMETERS", "isv.INVALID_JSON_PARAM", "isv.TEMPLATE_MISSING_PARAMETERS", "isv.TEMPLATE_PARAMS_ILLEGAL",
		"isv.PARAM_LENGTH_LIMIT", "isv.PARAM_NOT_SUPPORT_URL"}},
	{Error{Class: Permanent, Reason: ReasonContent}, []string{
		"isv.BLACK_KEY_CONTROL_LIMIT", "isv.SMS_CONTENT_ILLEGAL", "isv.UNSUPPORTED_CONTENT",
		"isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE"}},

	{Error{Class: Configuration, Reason: ReasonTemplate, Hint: aliyunTemplateHint}, []string{"isv.SMS_TEMPLATE_ILLEGAL"}},
	{Error{Class: Configuration, Reason: ReasonSignature, Hint: aliyunSignHint}, []string{
		"isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL", "isv.SIGN_STATE_ILLEGAL", "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
		"isv.SIGNATURE_BLACKLIST", "isv.EXTEND_CODE_ERROR", "isv.ONE_CODE_MULTIPLE_SIGN", "isv.CODE_EXCEED_LIMIT", "isv.CODE_ERROR",
		"PORT_NOT_REGISTERED"}},
	{Error{Class: Configuration, Reason: ReasonNoBalance, Hint: "Top up the Aliyun account, or buy an SMS package."}, []string{
		"isv.AMOUNT_NOT_ENOUGH"}},
	{Error{Class: Configuration, Reason: ReasonAccountClosed, Hint: aliyunServiceHint}, []string{
		"isv.OUT_OF_SERVICE", "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL",
		"isv.SECURITY_FROZEN_ACCOUNT"}},
	{Error{Class: Configuration, Reason: ReasonQuota,
		Hint: "The account's own cap is reached: raise it in the SMS console, or wait for the next day."}, []string{"isv.DAY_LIMIT_CONTROL"}},
	{Error{Class: Configuration, Reason: ReasonQuota,
		Hint: "The account's own cap is reached: raise it in the SMS console, or wait for the next month."}, []string{"isv.MONTH_LIMIT_CONTROL"}},
	{Error{Class: Configuration, Reason: ReasonPermission, Hint: aliyunRightsHint}, []string{
		"isp.RAM_PERMISSION_DENY", "Forbidden*", "NoPermission*"}},
	{Error{Class: Configuration, Reason: ReasonServerAddress,
		Hint: "Aliyun sends SMS to the mainland only for servers there, or refuses this one's address: check the allow-list in the SMS console."},
		[]string{"isv.DENY_IP_RANGE"}},
	{Error{Class: Configuration, Reason: ReasonCredentials, Hint: aliyunKeysHint}, []string{
		"InvalidAccessKeyId*", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken*", "MissingAccessKeyId"}},
	{Error{Class: Configuration, Reason: ReasonClock,
		Hint: "Set this machine's clock, and keep it right by NTP: Aliyun allows 15 minutes."}, []string{"InvalidTimeStamp*"}},
	{Error{Class: Configuration, Reason: ReasonProvider, Hint: "Check SMS_ENDPOINT: it does not serve Aliyun's SMS."}, []string{
		"InvalidVersion*", "InvalidAction*"}},
	{Error{Class: Configuration, Reason: ReasonPermission, Hint: aliyunTestHint}, []string{
		"isv.SMS_TEST_NUMBER_LIMIT", "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL"}},
}

func (f *aliyunFault) covers(code string) bool {
	return slices.ContainsFunc(f.codes, func(known string) bool {
		prefix, open := strings.CutSuffix(known, "*")
		return code == known || open && strings.HasPrefix(code, prefix)
	})
}

// classify gives nil for a reply that says OK. Nothing of the error is Aliyun's or the SDK's own text, which may hold the
// number and the values.
func (a *Aliyun) classify(r *aliyunReply) *Error {
	if r.lost != nil {
		return r.loss()
	}
	if r.code == "OK" && r.status/100 == 2 && !r.unreadable {
		return nil
	}
	failed := a.classOf(r)
	failed.Reason = because(failed.Reason, r.words())
	failed.Err = fmt.Errorf("HTTP %d, %s", r.status, r.words())
	return &failed
}

func (a *Aliyun) classOf(r *aliyunReply) Error {
	if r.unreadable || r.code == "" {
		return r.byStatus()
	}
	if r.code == aliyunNumberLimit {
		return Error{Class: Transient, Reason: ReasonNumberLimit, RetryAfter: limitEnds(r.message, a.options.Now())}
	}
	for i := range aliyunFaults {
		if aliyunFaults[i].covers(r.code) {
			return aliyunFaults[i].Error
		}
	}
	switch {
	case r.status >= 500:
		return Error{Class: Unknown, Reason: ReasonNoAnswer}
	case strings.HasPrefix(r.code, "isv."):
		return Error{Class: Permanent, Reason: ReasonProvider}
	}
	return Error{Class: Transient, Reason: ReasonProvider}
}

// byStatus classes a reply without a code, which something in between gave.
func (r *aliyunReply) byStatus() Error {
	switch {
	case r.status/100 == 2:
		return Error{Class: Unknown, Reason: ReasonUnreadable, Hint: aliyunEndpointHint}
	case r.status == http.StatusTooManyRequests:
		return Error{Class: Transient, Reason: ReasonBusy, RetryAfter: time.Minute}
	case r.status >= 500, r.status == http.StatusRequestTimeout:
		return Error{Class: Unknown, Reason: ReasonNoAnswer}
	}
	return Error{Class: Configuration, Reason: ReasonUnreadable, Hint: aliyunEndpointHint}
}

// loss classes the lack of a reply: without a connection nothing was sent, with one Aliyun may have the message.
func (r *aliyunReply) loss() *Error {
	words, _ := lossOf(r.lost)
	failed := &Error{Class: Unknown, Reason: because(ReasonNoAnswer, words), Err: errors.New(words)}
	switch {
	case r.connected:
	case r.givenUp:
		failed.Class = Transient // says nothing about the channel
	default:
		failed.Class, failed.Reason, failed.Hint = Configuration, because(ReasonOutOfReach, words), aliyunNetworkHint
	}
	return failed
}

// aliyunZone is the zone of all of Aliyun's times that carry none.
var aliyunZone = time.FixedZone("UTC+8", 8*60*60)

// limitEnds gives how long a number's limit lasts, from the message of aliyunNumberLimit, such as 触发小时级流控Permits:5:
// the minutes and hours are those of the calendar, a day is the 24 hours after the message that was too many.
func limitEnds(message string, now time.Time) time.Duration {
	const margin = 2 * time.Second // clocks differ
	for words, unit := range map[string]time.Duration{"分钟级": time.Minute, "小时级": time.Hour} {
		if strings.Contains(message, words) {
			here := now.In(aliyunZone)
			return here.Truncate(unit).Add(unit).Sub(here) + margin
		}
	}
	return aliyunDay
}

// safeCode is a code or an id of the other side, as far as it is one.
func safeCode(s string) string {
	if len(s) > 64 || strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("_.:-", r)
	}) >= 0 {
		return ""
	}
	return s
}
