package notifiers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	aliyunMaxReport  = 1 << 20
	aliyunMaxReports = 2000
)

// AliyunReport is one receipt that Aliyun pushes (SmsReport, https://help.aliyun.com/document_detail/101867.html). Nobody
// signs it: whoever knows the address can send one, so that OutID and BizID must belong together, and a failure should
// be asked for by Inquire before it is believed. The same receipt may come several times, and late.
type AliyunReport struct {
	PhoneNumber string    // as Aliyun writes it: 11 digits of the mainland, or country code and number
	SendTime    time.Time // UTC; zero if it was no time
	ReportTime  time.Time // UTC; zero if it was no time
	Success     bool
	ErrCode     string // DELIVERED, or why not
	Size        int    // parts; 0 if it was no number
	BizID       string // Receipt.ProviderID
	OutID       string // Message.ID
}

// ParseAliyunReport reads the body of a push, a JSON array of at most 1 MiB and 2000 receipts. Strings, numbers and
// booleans may stand for each other, as they do in the documented example.
func ParseAliyunReport(body []byte) ([]AliyunReport, error) {
	if len(body) > aliyunMaxReport {
		return nil, errors.New("the report is larger than 1 MiB")
	}
	var entries []map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // out_id may be a long number
	if err := decoder.Decode(&entries); err != nil {
		return nil, errors.New("the report is no JSON array of objects") // the decoder's own text would quote it
	}
	if decoder.More() {
		return nil, errors.New("something follows the report")
	}
	if len(entries) > aliyunMaxReports {
		return nil, fmt.Errorf("the report holds more than %d receipts", aliyunMaxReports)
	}
	reports := make([]AliyunReport, 0, len(entries))
	for _, e := range entries {
		if e == nil {
			return nil, errors.New("a receipt of the report is no object")
		}
		text := func(name string) string { return scalar(e[name]) }
		r := AliyunReport{
			PhoneNumber: text("phone_number"), ErrCode: text("err_code"), BizID: text("biz_id"), OutID: text("out_id"),
			SendTime: aliyunTime(text("send_time")), ReportTime: aliyunTime(text("report_time")),
		}
		r.Success, _ = strconv.ParseBool(strings.ToLower(text("success"))) // what is neither is no success
		if size, err := strconv.Atoi(text("sms_size")); err == nil && size > 0 && size <= 100 {
			r.Size = size
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// scalar gives a JSON scalar as text; nothing for null, objects and arrays.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// Finding is what the receipt says of its message.
func (r AliyunReport) Finding() Finding {
	f := Finding{ProviderID: r.BizID, At: r.ReportTime, Segments: r.Size}
	switch {
	case r.Success:
		f.State = Delivered
	case r.ErrCode == "REQUEST_SUCCESS": // handed to the operator
		f.State, f.At = Accepted, time.Time{}
	default:
		f.State, f.Err = Failed, aliyunReceiptError(r.ErrCode)
	}
	return f
}

// aliyunReceiptFaults holds what operators say of a message that did not arrive
// (https://help.aliyun.com/document_detail/101347.html).
var aliyunReceiptFaults = []aliyunFault{
	{Error{Class: Transient, Reason: ReasonUnreachable}, []string{
		"IS_CLOSE", "SP_UNKNOWN_ERROR", "MOBLLE_TERMINAL_ERROR", "MOBILE_TERMINAL_ERROR", "EXPIRED"}},
	{Error{Class: Transient, Reason: ReasonNumberLimit, RetryAfter: aliyunDay}, []string{"MOBILE_SEND_LIMIT"}},
	{Error{Class: Permanent, Reason: ReasonBadNumber, AddressRefused: true}, []string{
		"MOBILE_NOT_ON_SERVICE", "MOBILE_ACCOUNT_ABNORMAL", "INVALID_NUMBER", "NO_ROUTE"}},
	{Error{Class: Permanent, Reason: ReasonOptedOut, AddressRefused: true}, []string{"MOBILE_IN_BLACK", "USER_REJECT"}},
	{Error{Class: Permanent, Reason: ReasonContent}, []string{"CONTENT_KEYWORD", "CONTENT_ERROR", "PARAMS_ILLEGAL"}},
	{Error{Class: Permanent, Reason: ReasonPermission, Hint: "Open international SMS in the SMS console."}, []string{"SP_NOT_BY_INTER_SMS"}},
}

// aliyunReceiptError says what can be done about a receipt's code.
func aliyunReceiptError(code string) *Error {
	failed := Error{Class: Permanent, Reason: ReasonProvider}
	for i := range aliyunReceiptFaults {
		if aliyunReceiptFaults[i].covers(code) {
			failed = aliyunReceiptFaults[i].Error
		}
	}
	failed.Reason = because(failed.Reason, safeCode(code))
	failed.Err = errors.New("receipt " + safeCode(code))
	return &failed
}
