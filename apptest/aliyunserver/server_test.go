package aliyunserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// common are the parameters that every request has.
func common(action, nonce, timestamp string) url.Values {
	return url.Values{
		"Action": {action}, "AccessKeyId": {KeyID}, "Format": {"JSON"}, "RegionId": {"cn-hangzhou"}, "SignatureMethod": {"HMAC-SHA1"},
		"SignatureVersion": {"1.0"}, "SignatureNonce": {nonce}, "Timestamp": {timestamp}, "Version": {"2017-05-25"},
	}
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// The vectors are those of https://help.aliyun.com/document_detail/56189.html (A), of the ECS documentation (B), and a
// request of alibaba-cloud-sdk-go v1.63.107 (C).
var (
	vectorA = with(common("SendSms", "45e25e9b-0a6f-4070-8c85-2956eda1b466", "2017-07-12T02:42:19Z"),
		"Format", "XML", "OutId", "123", "PhoneNumbers", "15300000001", "SignName", "阿里云短信测试专用",
		"TemplateCode", "SMS_71390007", "TemplateParam", `{"customer":"test"}`)
	vectorB = url.Values{
		"AccessKeyId": {"testid"}, "Action": {"DescribeRegions"}, "Format": {"XML"}, "SignatureMethod": {"HMAC-SHA1"},
		"SignatureNonce": {"3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"}, "SignatureVersion": {"1.0"},
		"Timestamp": {"2016-02-23T12:46:24Z"}, "Version": {"2014-05-26"},
	}
	vectorC = with(common("SendSms", "b31ecaf10bbd6fe601a1fb74e046a1d9", "2026-11-23T10:05:34Z"),
		"OutId", "job-1", "PhoneNumbers", "13900001234", "SignName", "阿里云", "SignatureType", "",
		"TemplateCode", "SMS_15305", "TemplateParam", `{"name":"张三 *~+","time":"08:30"}`)
)

func TestSignature(t *testing.T) {
	for name, v := range map[string]struct {
		method, secret string
		form           url.Values
		want           string
	}{
		"A": {"GET", "testSecret", vectorA, "zJDF+Lrzhj/ThnlvIToysFRq6t4="},
		"B": {"GET", "testsecret", vectorB, "OLeaidS1JvxuMvnyHOwuJ+uX5qY="},
		"C": {"POST", "testSecret", vectorC, "Qvxc3ThQOTD4lAF1+t8DGtGuaws="},
	} {
		if got := Signature(v.secret, StringToSign(v.method, v.form)); got != v.want {
			t.Errorf("%s: %s, want %s", name, got, v.want)
		}
	}
	const value = "TemplateParam%3D%257B%2522name%2522%253A%2522%25E5%25BC%25A0%25E4%25B8%2589%2520%252A~%252B%2522"
	if toSign := StringToSign("POST", vectorC); !strings.Contains(toSign, value) {
		t.Errorf("C's string to sign is %s", toSign)
	}
}

func at(s string) func() time.Time {
	moment, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return moment }
}

// exchange sends a form as it is, in the query of a GET or in the body of a POST, and gives status and body.
func exchange(t *testing.T, s *Server, method string, form url.Values) (int, string) {
	t.Helper()
	address, body := s.URL()+"/", ""
	if method == http.MethodGet {
		address += "?" + form.Encode()
	} else {
		body = form.Encode()
	}
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func signed(method, secret string, form url.Values) url.Values {
	form.Set("Signature", Signature(secret, StringToSign(method, form)))
	return form
}

func TestThePublishedRequestIsAccepted(t *testing.T) {
	s := Start(t, WithGatewayClock(at("2017-07-12T02:42:19Z")),
		WithTemplate(SMSTemplate{Code: "SMS_71390007", Content: "您好，${customer}", Status: 1}))
	vector := with(url.Values{}, "Signature", "zJDF+Lrzhj/ThnlvIToysFRq6t4=")
	for name, values := range vectorA {
		vector[name] = values
	}
	status, body := exchange(t, s, http.MethodGet, vector)
	if status != 200 || !strings.Contains(body, "<SendSmsResponse><Code>OK</Code>") || !strings.Contains(body, "<BizId>") {
		t.Errorf("%d %s", status, body)
	}
	if m := s.Messages(); len(m) != 1 || m[0].Content != "【阿里云短信测试专用】您好，test" || m[0].OutID != "123" {
		t.Errorf("kept %+v", m)
	}
	if status, body = exchange(t, s, http.MethodGet, vector); status != 400 || !strings.Contains(body, "<Code>SignatureNonceUsed</Code>") {
		t.Errorf("replayed: %d %s", status, body)
	}
	if len(s.Messages()) != 1 {
		t.Error("the replay was accepted")
	}
}

// caller makes signed requests, each with a nonce of its own.
type caller struct {
	t      *testing.T
	server *Server
	mu     sync.Mutex
	nonce  int
}

func (c *caller) form(action string, pairs ...string) url.Values {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nonce++
	return with(common(action, fmt.Sprint("n", c.nonce), time.Now().UTC().Format("2006-01-02T15:04:05Z")), pairs...)
}

func (c *caller) call(action string, pairs ...string) map[string]any {
	c.t.Helper()
	_, body := exchange(c.t, c.server, http.MethodPost, signed(http.MethodPost, Secret, c.form(action, pairs...)))
	var reply map[string]any
	if err := json.Unmarshal([]byte(body), &reply); err != nil {
		c.t.Fatalf("%s: %v", body, err)
	}
	return reply
}

const params = `{"title":"a","customer":"b","time":"2026-12-01 09:00","place":"d"}`

func (c *caller) send(pairs ...string) string {
	c.t.Helper()
	all := append([]string{
		"PhoneNumbers", "13800138000", "SignName", Sign, "TemplateCode", Template, "TemplateParam", params, "OutId", "o"}, pairs...)
	return fmt.Sprint(c.call("SendSms", all...)["Code"])
}

func TestTheGatewayChecksInItsOrder(t *testing.T) {
	s := Start(t)
	c := &caller{t: t, server: s}
	stale := time.Now().Add(-16 * time.Minute).UTC().Format("2006-01-02T15:04:05Z")
	for _, test := range []struct {
		name   string
		secret string
		change []string
		status int
		code   string
	}{
		{"unknown key, and all else wrong too", "wrong", []string{"AccessKeyId", "other", "Timestamp", stale}, 404, "InvalidAccessKeyId.NotFound"},
		{"old, and wrongly signed", "wrong", []string{"Timestamp", stale}, 400, "InvalidTimeStamp.Expired"},
		{"no time", "wrong", []string{"Timestamp", "yesterday"}, 400, "InvalidTimeStamp.Format"},
		{"wrongly signed", "wrong", nil, 400, "SignatureDoesNotMatch"},
		{"another method of signing", Secret, []string{"SignatureMethod", "HMAC-MD5"}, 400, "IncompleteSignature"},
		{"no nonce", Secret, []string{"SignatureNonce", ""}, 400, "SignatureNonceUsed"},
		{"another version", Secret, []string{"Version", "2018-05-01"}, 400, "InvalidVersion"},
		{"another action", Secret, []string{"Action", "SendFax"}, 404, "InvalidAction.NotFound"},
		{"no number", Secret, nil, 400, "MissingPhoneNumbers"},
	} {
		form := signed(http.MethodPost, test.secret, with(c.form("SendSms"), test.change...))
		status, body := exchange(t, s, http.MethodPost, form)
		var reply errorReply
		if err := json.Unmarshal([]byte(body), &reply); err != nil {
			t.Fatal(err)
		}
		if status != test.status || reply.Code != test.code || reply.RequestId == "" || reply.HostId == "" {
			t.Errorf("%s: %d %s, want %d %s", test.name, status, body, test.status, test.code)
		}
	}
	if s.Calls("SendSms") != 1 { // the last one, whose fault is the service's to find
		t.Errorf("%d calls passed the gateway", s.Calls("SendSms"))
	}
}

func TestFailures(t *testing.T) {
	s := Start(t)
	c := &caller{t: t, server: s}
	s.Fail(Failure{Code: "isp.SYSTEM_ERROR", Times: 1})
	s.Fail(Failure{Number: "13800138009", Status: 503, Body: "<html>"})
	s.Fail(Failure{OutID: "after", Manner: FailAfter, Code: "isp.GATEWAY_ERROR"})
	if got := c.send(); got != "isp.SYSTEM_ERROR" {
		t.Error(got)
	}
	if got := c.send(); got != "OK" {
		t.Error(got)
	}
	form := c.form("SendSms", "PhoneNumbers", "13800138009")
	if status, body := exchange(t, s, http.MethodPost, signed(http.MethodPost, Secret, form)); status != 503 || body != "<html>" {
		t.Error(status, body)
	}
	if got := c.send("OutId", "after"); got != "isp.GATEWAY_ERROR" || len(s.ByOutID()["after"]) != 1 {
		t.Errorf("%s, %d kept", got, len(s.ByOutID()["after"]))
	}
	s.Heal()
	if got := c.send("PhoneNumbers", "13800138009"); got != "OK" {
		t.Error(got)
	}
}

func TestCutAndHang(t *testing.T) {
	s := Start(t)
	c := &caller{t: t, server: s}
	kept := map[Manner]int{CutBefore: 0, HangBefore: 0, CutAfter: 1, HangAfter: 1}
	for manner, want := range kept {
		s.Fail(Failure{Manner: manner, Times: 1})
		before := len(s.Messages())
		form := signed(http.MethodPost, Secret, c.form("SendSms",
			"PhoneNumbers", "13800138000", "SignName", Sign, "TemplateCode", Template, "TemplateParam", params))
		done := make(chan error)
		go func() {
			response, err := http.PostForm(s.URL(), form)
			if err == nil {
				_ = response.Body.Close()
			}
			done <- err
		}()
		if manner == HangBefore || manner == HangAfter {
			for s.Hanging() == 0 {
				time.Sleep(time.Millisecond)
			}
			s.Release()
		}
		if err := <-done; err == nil {
			t.Errorf("manner %d was answered", manner)
		}
		if got := len(s.Messages()) - before; got != want {
			t.Errorf("manner %d kept %d, want %d", manner, got, want)
		}
	}
}

func TestAnOutageAndItsEnd(t *testing.T) {
	s := Start(t)
	c := &caller{t: t, server: s}
	s.Stop()
	if response, err := http.Get(s.URL()); err == nil {
		_ = response.Body.Close()
		t.Fatal("a stopped server answers")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if got := c.send(); got != "OK" || !s.WaitFor(1, 5*time.Second) {
		t.Error(got)
	}
}
