package notifiers

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tminus/apptest/aliyunserver"
)

func TestAliyunSpeaksHTTPSUnlessToldOtherwise(t *testing.T) {
	for endpoint, want := range map[string][2]string{
		"":                           {"HTTPS", "dysmsapi.aliyuncs.com"},
		"https://sms.example.com/a/": {"HTTPS", "sms.example.com/a"},
		"http://127.0.0.1:8089":      {"HTTP", "127.0.0.1:8089"},
	} {
		if scheme, domain, refused := aliyunEndpoint(endpoint); [2]string{scheme, domain} != want || refused != nil {
			t.Errorf("%q: %s %s %v", endpoint, scheme, domain, refused)
		}
	}
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler()) // its certificate is nobody's
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS()
	defer stranger.Close()
	o := AliyunOptions{AccessKeyID: "id", AccessKeySecret: "s", SignName: "sign", TemplateCode: "SMS_1", Endpoint: stranger.URL}
	_, failed := sendAliyun(t, newTestAliyun(t, o), aliyunMessage("+8613800138000"))
	if failed == nil || failed.Class != Configuration || !strings.HasPrefix(failed.Reason, ReasonOutOfReach) || failed.Hint == "" {
		t.Errorf("%+v", failed)
	}
}

func TestAliyunMakesOneRequestPerSend(t *testing.T) {
	for name, failure := range map[string]aliyunserver.Failure{
		"500": {Status: 500, Code: "InternalError"}, "503": {Status: 503}, "429": {Status: 429}, "cut": {Manner: aliyunserver.CutBefore},
		"silent": {Manner: aliyunserver.HangBefore}, "redirected": {Status: 307, Header: http.Header{"Location": {"/elsewhere"}}},
	} {
		srv := startAliyun(t)
		srv.Fail(failure)
		o := aliyunAt(srv)
		if failure.Manner == aliyunserver.HangBefore {
			o.Timeout = 200 * time.Millisecond
		}
		if _, failed := sendAliyun(t, newTestAliyun(t, o), aliyunMessage("+8613800138000")); failed == nil {
			t.Errorf("%s: no error", name)
		}
		if got := srv.Calls("SendSms"); got != 1 {
			t.Errorf("%s: %d requests", name, got)
		}
	}
}

func TestAliyunFollowsNoRedirect(t *testing.T) {
	var strange int
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strange++ }))
	defer stranger.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv := startAliyun(t)
		srv.Fail(aliyunserver.Failure{Status: status, Header: http.Header{"Location": {stranger.URL}}, Body: "moved"})
		_, failed := sendAliyun(t, newTestAliyun(t, aliyunAt(srv)), aliyunMessage("+8613800138000"))
		if failed == nil || failed.Class != Configuration {
			t.Errorf("%d: %+v", status, failed)
		}
	}
	if strange != 0 {
		t.Errorf("the signed request went elsewhere %d times", strange)
	}
}

func TestAliyunReadsAnyReply(t *testing.T) {
	for body, want := range map[string]Class{
		"":                            Unknown,
		"null":                        Unknown,
		"[]":                          Unknown,
		`"OK"`:                        Unknown,
		"{}":                          Unknown,
		`{"Code":{"OK":1}}`:           Unknown,
		`{"Code":["OK"]}`:             Unknown,
		`{"Code":"OK"`:                Unknown,
		`{"Code":null,"BizId":"1"}`:   Unknown,
		`{"code":"OK"}`:               Unknown,
		"\x1f\x8b\x00\xff":            Unknown,
		strings.Repeat("[", 100000):   Unknown,
		strings.Repeat("x", 2<<20):    Unknown,
		`{"Code":"isv.AMOUNT_NOT_ENO`: Unknown,

		`{"Code":"OK","BizId":"1","Message":"` + strings.Repeat("x", 1<<20) + `"}`: Unknown,

		`{"Code":"ok"}`:                 Transient, // an unknown code
		`{"Code":"isv.NEVER_HEARD_OF"}`: Permanent,
	} {
		srv := startAliyun(t)
		if body == "" {
			body = " "
		}
		srv.Fail(aliyunserver.Failure{Body: body})
		_, failed := sendAliyun(t, newTestAliyun(t, aliyunAt(srv)), aliyunMessage("+8613800138000"))
		if failed == nil || failed.Class != want {
			t.Errorf("%.40q: %+v, want %s", body, failed, want)
		}
	}
	// Error replies of these shapes make the SDK panic.
	for _, body := range []string{`{"Code":403}`, `{"RequestId":1,"Code":"X"}`, `{"Message":{}}`, `{"AccessDeniedDetail":1}`, `[1]`} {
		srv := startAliyun(t)
		srv.Fail(aliyunserver.Failure{Status: 403, Body: body})
		if _, failed := sendAliyun(t, newTestAliyun(t, aliyunAt(srv)), aliyunMessage("+8613800138000")); failed == nil {
			t.Errorf("%s: no error", body)
		}
	}
}

func TestAliyunMindsNoProxyOfTheEnvironmentTowardLoopback(t *testing.T) {
	srv := startAliyun(t)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	t.Setenv("NO_PROXY", "(,[::1")
	if _, failed := sendAliyun(t, newTestAliyun(t, aliyunAt(srv)), aliyunMessage("+8613800138000")); failed != nil {
		t.Error(failed)
	}
	t.Setenv("HTTP_PROXY", ":// no URL")
	if _, failed := sendAliyun(t, newTestAliyun(t, aliyunAt(srv)), aliyunMessage("+8613800138000")); failed != nil {
		t.Error(failed)
	}
}

func TestAliyunHonoursItsContext(t *testing.T) {
	srv := startAliyun(t)
	a := newTestAliyun(t, aliyunAt(srv))
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.Send(gone, aliyunMessage("+8613800138000")); AsError(err).Class != Transient || srv.Calls("SendSms") != 0 {
		t.Errorf("given up before: %v, %d calls", err, srv.Calls("SendSms"))
	}
	srv.Fail(aliyunserver.Failure{Manner: aliyunserver.HangAfter})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := a.Send(ctx, aliyunMessage("+8613800138000"))
		done <- err
	}()
	for srv.Hanging() == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-done; AsError(err).Class != Unknown {
		t.Errorf("given up in between: %v", err)
	}
}

func TestP14_AliyunErrorsHoldNothingOfTheRequest(t *testing.T) {
	secrets := []string{
		aliyunTestNumber, aliyunTestSecret, aliyunserver.KeyID, "Signature=", "string to sign", "TemplateParam", "Pacific", secretBody, "127.0.0.1", "Set-Cookie",
	}
	dead := startAliyun(t)
	broken := []AliyunOptions{aliyunAt(dead)} // a *url.Error in the SDK
	dead.Stop()
	for _, failure := range []aliyunserver.Failure{
		{Manner: aliyunserver.CutAfter},
		{Manner: aliyunserver.HangAfter},
		{Status: 400, Code: "SignatureDoesNotMatch", Message: "server string to sign is:POST&%2F&AccessKeyId%3DtestId PhoneNumbers 13800138000"},
		{Status: 403, Code: "Forbidden.RAM", Message: "testId", Header: http.Header{"Set-Cookie": {"Pacific"}}}, // a *ServerError
		{Code: "isv.PARAM_LENGTH_LIMIT", Message: "Pacific Dental Clinic"},
		{Code: "13800138000 is wrong", Message: "x"},
		{Body: "Pacific 13800138000"},
	} {
		srv := startAliyun(t)
		srv.Fail(failure)
		o := aliyunAt(srv)
		o.Timeout = time.Second
		broken = append(broken, o)
	}
	for i, o := range broken {
		m := aliyunMessage("+86" + aliyunTestNumber)
		_, failed := sendAliyun(t, newTestAliyun(t, o), m)
		if failed == nil {
			t.Fatalf("%d: no error", i)
		}
		for _, secret := range secrets {
			if text := fmt.Sprintf("%+v %v", *failed, failed.Err); strings.Contains(text, secret) {
				t.Errorf("%d shows %q: %s", i, secret, text)
			}
		}
	}
}
