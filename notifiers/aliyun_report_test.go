package notifiers

import (
	"strings"
	"testing"
	"time"
)

// The example of https://help.aliyun.com/document_detail/101867.html.
const publishedReport = `[{"phone_number":"13900001111","send_time":"2017-01-01 11:12:13","report_time":"2017-02-02 22:23:24",` +
	`"success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"12345","out_id":"67890"}]`

func TestParseAliyunReport(t *testing.T) {
	reports, err := ParseAliyunReport([]byte(publishedReport))
	want := AliyunReport{
		PhoneNumber: "13900001111", Success: true, ErrCode: "DELIVERED", Size: 1, BizID: "12345", OutID: "67890",
		SendTime: time.Date(2017, 1, 1, 3, 12, 13, 0, time.UTC), ReportTime: time.Date(2017, 2, 2, 14, 23, 24, 0, time.UTC),
	}
	if err != nil || len(reports) != 1 || reports[0] != want {
		t.Fatalf("%+v, %v", reports, err)
	}
	f := reports[0].Finding()
	if f.State != Delivered || f.ProviderID != "12345" || !f.At.Equal(want.ReportTime) || f.Segments != 1 || f.Err != nil {
		t.Errorf("finding %+v", f)
	}
}

func TestParseAliyunReportIsLenient(t *testing.T) {
	reports, err := ParseAliyunReport([]byte(` [{"success":"TRUE","sms_size":2,"out_id":123456789012345678901,"biz_id":900619746936498440},` +
		`{"success":"no","sms_size":"-5","report_time":"soon","err_code":"IS_CLOSE","phone_number":{"a":1},"out_id":null},` +
		`{"success":false,"err_code":"REQUEST_SUCCESS","report_time":"2017-02-02 22:23:24"},{}] `))
	if err != nil || len(reports) != 4 {
		t.Fatalf("%+v, %v", reports, err)
	}
	if r := reports[0]; !r.Success || r.Size != 2 || r.OutID != "123456789012345678901" || r.BizID != "900619746936498440" {
		t.Errorf("%+v", r)
	}
	if r := reports[1]; r.Success || r.Size != 0 || !r.ReportTime.IsZero() || r.PhoneNumber != "" || r.OutID != "" {
		t.Errorf("%+v", r)
	}
	if f := reports[1].Finding(); f.State != Failed || f.Err.Class != Transient || !strings.HasPrefix(f.Err.Reason, ReasonUnreachable) {
		t.Errorf("%+v", f)
	}
	if f := reports[2].Finding(); f.State != Accepted || !f.At.IsZero() || f.Err != nil {
		t.Errorf("%+v", f)
	}
	if f := reports[3].Finding(); f.State != Failed || f.Err == nil {
		t.Errorf("%+v", f)
	}
	if reports, err := ParseAliyunReport([]byte(`[]`)); err != nil || len(reports) != 0 {
		t.Errorf("an empty report: %+v, %v", reports, err)
	}
}

func TestParseAliyunReportRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":    "",
		"an object":  publishedReport[1 : len(publishedReport)-1],
		"numbers":    "[1,2]",
		"null":       "[null]",
		"more":       publishedReport + publishedReport,
		"torn":       publishedReport[:100],
		"too large":  "[" + strings.Repeat(" ", 1<<20) + "]",
		"too many":   "[" + strings.Repeat("{},", 2000) + "{}]",
		"deep":       strings.Repeat("[", 100000),
		"a secret":   "13900001111",
		"plain text": "hello",
	} {
		reports, err := ParseAliyunReport([]byte(body))
		if err == nil {
			t.Errorf("%s: %d reports", name, len(reports))
		} else if strings.Contains(err.Error(), "1390000") {
			t.Errorf("%s: the error quotes the body: %v", name, err)
		}
	}
}
