package aliyunserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestSendSmsChecksWhatItIsGiven(t *testing.T) {
	s := Start(t, WithTemplate(SMSTemplate{Code: "SMS_2", Content: "x", Status: 0}))
	c := &caller{t: t, server: s}
	value := func(place string) string {
		raw, err := json.Marshal(map[string]string{"title": "a", "customer": "b", "time": "c", "place": place})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	for _, test := range []struct {
		want  string
		pairs []string
	}{
		{"OK", nil},
		{"OK", []string{"PhoneNumbers", "+8613800138001"}},
		{"OK", []string{"PhoneNumbers", "008613800138001,8613800138002"}},
		{"OK", []string{"PhoneNumbers", "85291234567", "TemplateCode", TemplateAbroad}},
		{"isv.DOMESTIC_NUMBER_NOT_SUPPORTED", []string{"PhoneNumbers", "85291234567"}},
		{"isv.DOMESTIC_NUMBER_NOT_SUPPORTED", []string{"TemplateCode", TemplateAbroad}},
		{"isv.MOBILE_NUMBER_ILLEGAL", []string{"PhoneNumbers", "+85291234567", "TemplateCode", TemplateAbroad}},
		{"isv.MOBILE_NUMBER_ILLEGAL", []string{"PhoneNumbers", "12345"}},
		{"isv.MOBILE_COUNT_OVER_LIMIT", []string{"PhoneNumbers", strings.Repeat("13800138000,", 1000) + "13800138000"}},
		{"isv.SMS_SIGNATURE_ILLEGAL", []string{"SignName", "别人"}},
		{"isv.SMS_TEMPLATE_ILLEGAL", []string{"TemplateCode", "SMS_1"}},
		{"isv.SMS_TEMPLATE_ILLEGAL", []string{"TemplateCode", "SMS_2"}},
		{"isv.INVALID_JSON_PARAM", []string{"TemplateParam", "{"}},
		{"isv.INVALID_JSON_PARAM", []string{"TemplateParam", `{"title":1}`}},
		{"isv.TEMPLATE_MISSING_PARAMETERS", []string{"TemplateParam", `{"title":"a"}`}},
		{"isv.TEMPLATE_MISSING_PARAMETERS", []string{"TemplateParam", ""}},
		{"OK", []string{"TemplateParam", value(strings.Repeat("中", 35))}},
		{"isv.PARAM_LENGTH_LIMIT", []string{"TemplateParam", value(strings.Repeat("中", 36))}},
		{"isv.PARAM_LENGTH_LIMIT", []string{"TemplateParam", value("")}},
		{"isv.PARAM_NOT_SUPPORT_URL", []string{"TemplateParam", value("see https://x.y")}},
		{"isv.PARAM_NOT_SUPPORT_URL", []string{"TemplateParam", value("example.com")}},
		{"isv.TEMPLATE_PARAMS_ILLEGAL", []string{"TemplateParam", value("a\nb")}},
		{"isv.INVALID_PARAMETERS", []string{"OutId", strings.Repeat("x", 256)}},
	} {
		before := len(s.Messages())
		if got := c.send(test.pairs...); got != test.want {
			t.Errorf("%.80q: %s, want %s", test.pairs, got, test.want)
		}
		if grew := len(s.Messages()) > before; grew != (test.want == "OK") {
			t.Errorf("%.80q: kept %t", test.pairs, grew)
		}
	}
	m := s.Messages()[0]
	if m.Content != "【"+Sign+"】提醒：a，b，时间2026-12-01 09:00，地点d。" || m.BizID == "" || m.OutID != "o" || m.Number != "13800138000" {
		t.Errorf("kept %+v", m)
	}
}

func TestOneNumberGetsFiftyADay(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	s := Start(t, WithClock(func() time.Time { return now }))
	c := &caller{t: t, server: s}
	for range 50 {
		if got := c.send(); got != "OK" {
			t.Fatal(got)
		}
	}
	if got := c.send(); got != "isv.BUSINESS_LIMIT_CONTROL" {
		t.Errorf("the 51st: %s", got)
	}
	if got := c.send("PhoneNumbers", "13800138001"); got != "OK" {
		t.Errorf("another number: %s", got)
	}
	now = now.Add(24 * time.Hour)
	if got := c.send(); got != "OK" {
		t.Errorf("a day later: %s", got)
	}
}

func TestQuerySendDetailsGivesPagesOfADay(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 59, 0, 0, time.UTC) // 23:59 in Beijing
	s := Start(t, WithClock(func() time.Time { return now }), WithoutDailyLimit(), WithOutcome("DELIVERED"))
	c := &caller{t: t, server: s}
	for i := range 51 {
		c.send("OutId", fmt.Sprint("o", i))
	}
	now = now.Add(2 * time.Minute)
	c.send("OutId", "tomorrow")
	query := func(day, page string, more ...string) (total string, entries []any) {
		reply := c.call("QuerySendDetails", append([]string{
			"PhoneNumber", "13800138000", "SendDate", day, "PageSize", "50", "CurrentPage", page}, more...)...)
		if reply["Code"] != "OK" {
			return fmt.Sprint(reply["Code"]), nil
		}
		return reply["TotalCount"].(string), reply["SmsSendDetailDTOs"].(map[string]any)["SmsSendDetailDTO"].([]any)
	}
	if total, entries := query("20261123", "1"); total != "51" || len(entries) != 50 || entries[0].(map[string]any)["OutId"] != "o50" {
		t.Errorf("first page: %s, %d entries", total, len(entries))
	}
	total, entries := query("20261123", "2")
	if total != "51" || len(entries) != 1 {
		t.Fatalf("second page: %s, %d entries", total, len(entries))
	}
	oldest := entries[0].(map[string]any)
	if oldest["OutId"] != "o0" || oldest["SendDate"] != "2026-11-23 23:59:00" || oldest["SendStatus"] != float64(3) ||
		oldest["ErrCode"] != "DELIVERED" || oldest["ReceiveDate"] != "2026-11-23 23:59:00" {
		t.Errorf("oldest: %+v", oldest)
	}
	if total, entries := query("20261124", "1"); total != "1" || entries[0].(map[string]any)["OutId"] != "tomorrow" {
		t.Errorf("next day: %s %v", total, entries)
	}
	if total, _ := query("20261123", "1", "BizId", s.Messages()[3].BizID); total != "1" {
		t.Errorf("by BizId: %s", total)
	}
	for _, wrong := range [][]string{{"20261125", "1"}, {"20261001", "1"}, {"23.11.", "1"}, {"20261123", "0"}} {
		if got, _ := query(wrong[0], wrong[1]); got != "isv.INVALID_PARAMETERS" {
			t.Errorf("%v: %s", wrong, got)
		}
	}
	if got, _ := query("20261123", "1", "PageSize", "51"); got != "isv.INVALID_PARAMETERS" {
		t.Errorf("a page of 51: %s", got)
	}
}

func TestQuerySmsTemplate(t *testing.T) {
	c := &caller{t: t, server: Start(t)}
	if reply := c.call("QuerySmsTemplate", "TemplateCode", Template); reply["TemplateStatus"] != float64(1) {
		t.Errorf("%v", reply)
	}
	if reply := c.call("QuerySmsTemplate", "TemplateCode", "SMS_1"); reply["Code"] != "isv.SMS_TEMPLATE_ILLEGAL" {
		t.Errorf("%v", reply)
	}
}

func TestReceiptsArePushedAsAliyunPushesThem(t *testing.T) {
	s := Start(t, WithClock(at("2026-11-23T16:00:01Z")))
	c := &caller{t: t, server: s}
	s.Outcome("13800138001", "IS_CLOSE")
	c.send("OutId", "a")
	c.send("OutId", "b", "PhoneNumbers", "13800138001")
	if got := s.Reports(); len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	if s.Settle("a", "DELIVERED") != 1 || s.Settle("a", "IS_CLOSE") != 0 {
		t.Error("a message is settled once")
	}
	var got []string
	answer := `{"code":0,"msg":"接收成功"}`
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body))
		_, _ = io.WriteString(w, answer)
	}))
	defer callback.Close()
	if err := s.Push(callback.URL, s.Reports()...); err != nil {
		t.Fatal(err)
	}
	const want = `[{"phone_number":"13800138000","send_time":"2026-11-24 00:00:01","report_time":"2026-11-24 00:00:01","success":true,` +
		`"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"`
	if !strings.HasPrefix(got[0], want) || !strings.Contains(got[0], `"success":false,"err_code":"IS_CLOSE"`) {
		t.Errorf("pushed %s", got[0])
	}
	if err := s.PushJumbled(callback.URL); err != nil || len(got) != 7 || !strings.Contains(got[1], `"out_id":"b"`) {
		t.Errorf("%v, %d pushes", err, len(got))
	}
	answer = `{"code":1}`
	if err := s.Push(callback.URL, s.Reports("a")...); err == nil {
		t.Error("an answer with another code counts as received")
	}
}
