package notifiers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tminus/apptest/aliyunserver"
)

func sendAliyun(t *testing.T, a *Aliyun, m *Message) (Receipt, *Error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	receipt, err := a.Send(ctx, m)
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("Send: %v, which is no *Error", err)
	}
	return receipt, e
}

func TestAliyunSendsOneNumberUnderItsID(t *testing.T) {
	srv := startAliyun(t)
	a := newTestAliyun(t, aliyunAt(srv))
	m := aliyunMessage("+8613800138000")
	m.Values[ValuePlace] = ""
	receipt, failed := sendAliyun(t, a, m)
	if failed != nil {
		t.Fatal(failed)
	}
	kept := srv.Messages()
	if len(kept) != 1 {
		t.Fatalf("kept %+v", kept)
	}
	got := kept[0]
	if got.OutID != m.ID || got.Number != "13800138000" || got.Sign != aliyunserver.Sign || got.Template != aliyunserver.Template {
		t.Errorf("kept %+v", got)
	}
	want := "【阿里云短信测试专用】提醒：Safety Protocol Review，Pacific Dental Clinic，时间2026-03-03 09:30，地点-。"
	if got.Content != want {
		t.Errorf("arrives as %q, want %q", got.Content, want)
	}
	if receipt.Provider != "aliyun" || receipt.ProviderID != got.BizID || receipt.Segments != 2 || receipt.Cost != 0.1 ||
		!strings.HasPrefix(receipt.Response, "accepted (OK, request ") {
		t.Errorf("receipt %+v", receipt)
	}
}

func TestAliyunChoosesByTheNumbersCountry(t *testing.T) {
	templates := []aliyunserver.SMSTemplate{
		{Code: "SMS_OWN", Content: "${name}", Status: 1},
		{Code: "SMS_OWN_ABROAD", Content: "${name}", Status: 1, Abroad: true},
		{Code: "SMS_INTL", Content: "${title} ${name}", Status: 1, Abroad: true},
	}
	opts := []aliyunserver.Option{aliyunserver.WithSign("Abroad")}
	for _, template := range templates {
		opts = append(opts, aliyunserver.WithTemplate(template))
	}
	srv := startAliyun(t, opts...)
	configured := func(o *AliyunOptions) { o.TemplateCodeAbroad, o.SignNameAbroad = "SMS_INTL", "Abroad" }
	alone := func(o *AliyunOptions) { o.TemplateCodeAbroad, o.SignNameAbroad = "", "" }
	own := func(m *Message) { m.Template, m.Params = "SMS_OWN", map[string]string{"name": "Chan"} }
	both := func(m *Message) { own(m); m.TemplateAbroad = "SMS_OWN_ABROAD" }
	named := func(m *Message) { m.Params = map[string]string{"title": "T", "name": "Chan"} }
	for name, test := range map[string]struct {
		number   string
		options  func(*AliyunOptions)
		message  func(*Message)
		template string // "" = refused
		content  string
	}{
		"mainland":                          {"+8613800138000", configured, func(*Message) {}, aliyunserver.Template, "【阿里云短信测试专用】提醒"},
		"mainland, its own":                 {"+8613800138000", configured, both, "SMS_OWN", "【阿里云短信测试专用】Chan"},
		"Hong Kong":                         {"+85291234567", configured, named, "SMS_INTL", "【Abroad】T Chan"},
		"Hong Kong, its own":                {"+85291234567", configured, both, "SMS_OWN_ABROAD", "【Abroad】Chan"},
		"Hong Kong, own for mainland only":  {"+85291234567", configured, own, "SMS_INTL", "【Abroad】Safety Protocol Review Chan"},
		"Hong Kong, nothing configured":     {"+85291234567", alone, named, "", ""},
		"Hong Kong, a mainland template":    {"+85291234567", alone, own, "", ""},
		"the USA, own":                      {"+12025550123", configured, both, "SMS_OWN_ABROAD", "【Abroad】Chan"},
		"the USA, read as mainland":         {"+13105551234", alone, own, "", ""},
		"the USA, read as mainland, no own": {"+13105551234", alone, named, "", ""},
	} {
		o := aliyunAt(srv)
		test.options(&o)
		m := aliyunMessage(test.number)
		m.ID = name
		test.message(m)
		_, failed := sendAliyun(t, newTestAliyun(t, o), m)
		kept := srv.ByOutID()[name]
		if test.template == "" {
			if failed == nil || failed.Class != Permanent || failed.AddressRefused || failed.Hint == "" || len(kept) != 0 {
				t.Errorf("%s: %+v, kept %d", name, failed, len(kept))
			}
			continue
		}
		if failed != nil || len(kept) != 1 || kept[0].Template != test.template || !strings.HasPrefix(kept[0].Content, test.content) {
			t.Errorf("%s: %v, kept %+v", name, failed, kept)
		}
	}
	if got := srv.Calls("SendSms"); got != 8 { // without those that could have reached a stranger
		t.Errorf("%d calls", got)
	}
}

func TestAliyunRefusesWhatIsNoNumber(t *testing.T) {
	srv := startAliyun(t)
	a := newTestAliyun(t, aliyunAt(srv))
	for _, address := range []string{
		"", "13800138000", "+86 13800138000", "+861380013800", "+862012345678", "+8612345678901", "+0123456789", "+852912345678901234",
		"+85291234567,13800138000", "+852９１２３４５６７", "+", "+8613800138000\n",
	} {
		_, failed := sendAliyun(t, a, aliyunMessage(address))
		if failed == nil || failed.Class != Permanent || !failed.AddressRefused {
			t.Errorf("%q: %+v", address, failed)
		}
	}
	if got := srv.Calls("SendSms"); got != 0 {
		t.Errorf("%d calls", got)
	}
}

// A refused template pauses the channel if it is everybody's, and fails the message if it is the message's own.
func TestAliyunOwnTemplateIsTheMessagesMatter(t *testing.T) {
	srv := startAliyun(t)
	a := newTestAliyun(t, aliyunAt(srv))
	m := aliyunMessage("+8613800138000")
	m.Template = "SMS_TYPO"
	if _, failed := sendAliyun(t, a, m); failed == nil || failed.Class != Permanent || failed.AddressRefused || failed.Hint == "" {
		t.Errorf("its own: %+v", failed)
	}
	o := aliyunAt(srv)
	o.TemplateCode = "SMS_TYPO"
	m.Template = ""
	if _, failed := sendAliyun(t, newTestAliyun(t, o), m); failed == nil || failed.Class != Configuration {
		t.Errorf("everybody's: %+v", failed)
	}
}

func TestAliyunOptionsThatCannotWork(t *testing.T) {
	good := AliyunOptions{AccessKeyID: "id", AccessKeySecret: "hunter2", SignName: "sign", TemplateCode: "SMS_1"}
	for name, change := range map[string]func(*AliyunOptions){
		"no key":             func(o *AliyunOptions) { o.AccessKeyID = "" },
		"no secret":          func(o *AliyunOptions) { o.AccessKeySecret = "" },
		"no signature":       func(o *AliyunOptions) { o.SignName = "" },
		"no URL":             func(o *AliyunOptions) { o.Endpoint = "dysmsapi.aliyuncs.com" },
		"not encrypted":      func(o *AliyunOptions) { o.Endpoint = "http://dysmsapi.aliyuncs.com" },
		"with a password":    func(o *AliyunOptions) { o.Endpoint = "https://u:hunter2@example.com" },
		"another protocol":   func(o *AliyunOptions) { o.Endpoint = "ftp://127.0.0.1" },
		"not a URL, but one": func(o *AliyunOptions) { o.Endpoint = "https://exa mple.com/hunter2" },
	} {
		o := good
		change(&o)
		a := newTestAliyun(t, o)
		_, failed := sendAliyun(t, a, aliyunMessage("+8613800138000"))
		_, inquired := a.Inquire(context.Background(), Inquiry{Message: aliyunMessage("+8613800138000"), Began: time.Now()})
		for _, err := range []error{failed, inquired, a.Check(context.Background())} {
			var e *Error
			if !errors.As(err, &e) || e.Class != Configuration || e.Hint == "" || strings.Contains(fmt.Sprintf("%+v", *e), "hunter2") {
				t.Errorf("%s: %+v", name, err)
			}
		}
	}
	o := good
	o.TemplateCode = ""
	if _, failed := sendAliyun(t, newTestAliyun(t, o), aliyunMessage("+8613800138000")); failed == nil || failed.Class != Configuration {
		t.Errorf("no template: %+v", failed)
	}
	for _, endpoint := range []string{"", "https://dysmsapi.ap-southeast-1.aliyuncs.com", "http://localhost:80", "http://[::1]:80/"} {
		o := good
		o.Endpoint = endpoint
		if a := NewAliyun(o); a.invalid != nil {
			t.Errorf("%q: %v", endpoint, a.invalid)
		}
	}
}

// The SDK repeats after time-outs and 5xx where it may, which makes two SMS of one.
func TestAliyunKnowsTheLimitOfANumberBeforeTheCall(t *testing.T) {
	srv := startAliyun(t)
	now := time.Now()
	o := aliyunAt(srv)
	o.Now = func() time.Time { return now }
	a := newTestAliyun(t, o)
	var wg sync.WaitGroup
	for i := range 50 {
		m := aliyunMessage("+8613800138000")
		m.ID = fmt.Sprint("m", i)
		wg.Go(func() {
			if _, failed := sendAliyun(t, a, m); failed != nil {
				t.Error(failed)
			}
		})
	}
	wg.Wait()
	_, failed := sendAliyun(t, a, aliyunMessage("+8613800138000"))
	if failed == nil || failed.Class != Transient || failed.RetryAfter != 24*time.Hour || srv.Calls("SendSms") != 50 {
		t.Errorf("the 51st: %+v, %d calls", failed, srv.Calls("SendSms"))
	}
	if _, failed := sendAliyun(t, a, aliyunMessage("+8613800138001")); failed != nil {
		t.Errorf("another number: %v", failed)
	}
	restarted := newTestAliyun(t, o)
	for range 2 {
		_, failed = sendAliyun(t, restarted, aliyunMessage("+8613800138000"))
		if failed == nil || failed.Class != Transient || failed.RetryAfter != 24*time.Hour {
			t.Errorf("after a restart: %+v", failed)
		}
	}
	if got := srv.Calls("SendSms"); got != 52 { // one of the two: then it knows
		t.Errorf("%d calls", got)
	}
}

func TestAliyunLostAnswersCountAgainstTheLimit(t *testing.T) {
	srv := startAliyun(t)
	a := newTestAliyun(t, aliyunAt(srv))
	srv.Fail(aliyunserver.Failure{Manner: aliyunserver.CutAfter})
	for range 50 {
		if _, failed := sendAliyun(t, a, aliyunMessage("+8613800138000")); failed == nil || failed.Class != Unknown {
			t.Fatal(failed)
		}
	}
	if _, failed := sendAliyun(t, a, aliyunMessage("+8613800138000")); failed == nil || failed.Class != Transient || srv.Calls("SendSms") != 50 {
		t.Errorf("%+v, %d calls", failed, srv.Calls("SendSms"))
	}
}

func TestAliyunRefusalsDoNotCountAgainstTheLimit(t *testing.T) {
	srv := startAliyun(t)
	a := newTestAliyun(t, aliyunAt(srv))
	srv.Fail(aliyunserver.Failure{Code: "isp.SYSTEM_ERROR", Times: 60})
	for range 60 {
		if _, failed := sendAliyun(t, a, aliyunMessage("+8613800138000")); failed == nil || !strings.Contains(failed.Reason, "isp.SYSTEM_ERROR") {
			t.Fatal(failed)
		}
	}
	if _, failed := sendAliyun(t, a, aliyunMessage("+8613800138000")); failed != nil {
		t.Error(failed)
	}
}

func TestAliyunCheck(t *testing.T) {
	rejected := aliyunserver.WithTemplate(aliyunserver.SMSTemplate{Code: "SMS_NO", Content: "x", Status: 2})
	pending := aliyunserver.WithTemplate(aliyunserver.SMSTemplate{Code: "SMS_WAIT", Content: "x", Status: 0})
	template := func(code string) func(*AliyunOptions) { return func(o *AliyunOptions) { o.TemplateCode = code } }
	for name, test := range map[string]struct {
		change  func(*AliyunOptions)
		failure aliyunserver.Failure
		class   Class
		reason  string
	}{
		"all well":           {},
		"wrong secret":       {change: func(o *AliyunOptions) { o.AccessKeySecret = "x" }, class: Configuration, reason: ReasonCredentials},
		"no permission":      {failure: aliyunserver.Failure{Action: "QuerySendDetails", Code: "isp.RAM_PERMISSION_DENY"}, class: Configuration, reason: ReasonPermission},
		"no such probe":      {failure: aliyunserver.Failure{Action: "QuerySendDetails", Code: "isv.MOBILE_NUMBER_ILLEGAL"}},
		"busy":               {failure: aliyunserver.Failure{Action: "QuerySendDetails", Status: 503, Code: "ServiceUnavailable"}, class: Transient, reason: ReasonBusy},
		"broken":             {failure: aliyunserver.Failure{Action: "QuerySendDetails", Status: 500}, class: Transient, reason: ReasonNoAnswer},
		"may not ask":        {failure: aliyunserver.Failure{Action: "QuerySmsTemplate", Code: "isp.RAM_PERMISSION_DENY"}},
		"template rejected":  {change: template("SMS_NO"), class: Configuration, reason: ReasonTemplate + " (SMS_NO was not approved)"},
		"template in review": {change: template("SMS_WAIT"), class: Configuration, reason: ReasonTemplate + " (SMS_WAIT is in review)"},
		"no such template":   {change: template("SMS_NONE"), class: Configuration, reason: ReasonTemplate + " (SMS_NONE does not exist)"},
		"template per reminder": {change: func(o *AliyunOptions) {
			o.TemplateCode, o.TemplateCodeAbroad = "", ""
		}},
		"abroad": {change: func(o *AliyunOptions) { o.TemplateCodeAbroad = "SMS_NO" }, class: Configuration, reason: ReasonTemplate},
	} {
		srv := startAliyun(t, rejected, pending)
		if test.failure.Action != "" {
			srv.Fail(test.failure)
		}
		o := aliyunAt(srv)
		if test.change != nil {
			test.change(&o)
		}
		err := newTestAliyun(t, o).Check(context.Background())
		if test.class == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if e := AsError(err); err == nil || e.Class != test.class || !strings.HasPrefix(e.Reason, test.reason) ||
			e.Class == Configuration && e.Hint == "" {
			t.Errorf("%s: %+v", name, err)
		}
		if srv.Calls("SendSms") != 0 {
			t.Errorf("%s: the check sent", name)
		}
	}
}
