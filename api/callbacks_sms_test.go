package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/apptest/twilioserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

const aliyunSecret = "0123456789abcdef0123456789abcdef"

// withAliyun is a served app whose SMS Aliyun carries, as far as callbacks are concerned.
func withAliyun(t *testing.T, secret string, options ...apptest.Option) *apptest.Server {
	t.Helper()
	return apptest.New(t, append([]apptest.Option{apptest.WithConfig(func(c *config.Config) {
		c.SMS = config.SMS{Provider: config.Aliyun, APIKey: "k", APISecret: "s", SignName: "S", TemplateCode: "SMS_1", CallbackSecret: secret}
	})}, options...)...).Serve()
}

// sms puts an SMS into the outbox as the engine leaves it once the provider took it.
func sms(t *testing.T, s *apptest.Server, address, providerID string) *collections.Delivery {
	t.Helper()
	d := &collections.Delivery{Key: "sms/" + address + providerID, Kind: collections.KindTest, Channel: "sms", Address: address, Status: collections.DeliverySent}
	if _, err := collections.InsertDelivery(s.App.App, d, s.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	now := collections.DateTime(s.Clock.Now())
	_, err := s.NonconcurrentDB().Update(collections.Deliveries, dbx.Params{
		"provider": s.System.Engine.Notifier("sms").Provider(), "provider_id": providerID, "sent_at": now, "began": now, "attempts": 1,
	}, dbx.HashExp{"id": d.ID}).Execute()
	must(t, err)
	return d
}

// receipt is one entry of an SmsReport as the documentation shows it.
func receipt(d *collections.Delivery, phone, bizID string, success bool, code string) string {
	return fmt.Sprintf(`{"phone_number":%q,"send_time":"2026-03-02 09:00:00","report_time":"2026-03-02 09:00:05","success":%v,`+
		`"err_code":%q,"err_msg":"用户接收成功","sms_size":"1","biz_id":%q,"out_id":%q}`, phone, success, code, bizID, d.ID)
}

func postSMS(t *testing.T, s *apptest.Server, path, contentType, body string, header ...string) apptest.Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/tminus/callbacks/"+path, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	must(t, err)
	return apptest.Answer{Status: response.StatusCode, Body: content, Header: response.Header}
}

func pushAliyun(t *testing.T, s *apptest.Server, secret, body string) apptest.Answer {
	t.Helper()
	return postSMS(t, s, "aliyun/"+secret, "application/json;charset=UTF-8", body)
}

func delivery(t *testing.T, s *apptest.Server, id string) *collections.Delivery {
	t.Helper()
	d, err := collections.FindDelivery(s.App.App, id)
	must(t, err)
	return d
}

func TestAliyunsReceiptsAreTakenInTogether(t *testing.T) {
	t.Parallel()
	s := withAliyun(t, aliyunSecret)
	mainland, abroad := sms(t, s, "+8613900001111", "900^0"), sms(t, s, "+85291234567", "901^0")
	body := "[" + receipt(mainland, "13900001111", "900^0", true, "DELIVERED") + "," + receipt(abroad, "85291234567", "901^0", true, "DELIVERED") + "]"
	s.Clock.Advance(time.Minute)
	for range 2 {
		answer := pushAliyun(t, s, aliyunSecret, body)
		wantStatus(t, "push", answer, http.StatusOK)
		if strings.TrimSpace(string(answer.Body)) != `{"code":0,"msg":"接收成功"}` {
			t.Errorf("the answer is %s", answer.Body)
		}
		for _, d := range []*collections.Delivery{mainland, abroad} {
			if got := delivery(t, s, d.ID); got.Status != "delivered" || got.DeliveredAt.Time().UTC().Format(time.RFC3339) != "2026-03-02T01:00:05Z" {
				t.Errorf("%s: %s at %s", d.Address, got.Status, got.DeliveredAt)
			}
		}
	}
	wantStatus(t, "of nobody we know", pushAliyun(t, s, aliyunSecret, `[{"phone_number":"1","success":true,"biz_id":"9","out_id":""},{"out_id":"unknown00000000","success":true}]`), http.StatusOK)
	wantStatus(t, "none", pushAliyun(t, s, aliyunSecret, "[]"), http.StatusOK)
}

func TestP14_AForgedReceiptOfAliyunChangesNothing(t *testing.T) {
	t.Parallel()
	s := withAliyun(t, aliyunSecret)
	d := sms(t, s, "+8613900001111", "900^0")
	right := "[" + receipt(d, "13900001111", "900^0", true, "DELIVERED") + "]"
	before := s.Snapshot()
	for what, secret := range map[string]string{
		"a guess": strings.Repeat("0", 32), "part of it": aliyunSecret[:31], "more than it": aliyunSecret + "0", "in capitals": strings.ToUpper(aliyunSecret), "a dot": ".",
	} {
		wantStatus(t, what, pushAliyun(t, s, secret, right), map[bool]int{true: http.StatusNotFound, false: http.StatusForbidden}[secret == "."])
	}
	for what, body := range map[string]string{
		"another number":  "[" + receipt(d, "13900002222", "900^0", true, "DELIVERED") + "]",
		"another message": "[" + receipt(d, "13900001111", "999^0", true, "DELIVERED") + "]",
		// The secret may have leaked: nobody believes a failure without asking Aliyun, and this provider cannot be asked.
		"a failure": "[" + receipt(d, "13900001111", "900^0", false, "USER_REJECT") + "]",
	} {
		wantStatus(t, what, pushAliyun(t, s, aliyunSecret, body), http.StatusOK)
		s.Unchanged(t, what, before)
	}
	for what, body := range map[string]string{
		"no JSON": "hello", "nothing": "", "an object": "{}", "no objects": "[1]", "null": "[null]", "two": "[][]", "deep": strings.Repeat("[", 5000),
	} {
		wantStatus(t, what, pushAliyun(t, s, aliyunSecret, body), http.StatusBadRequest)
	}
	wantStatus(t, "2 MiB", pushAliyun(t, s, aliyunSecret, "["+strings.Repeat(" ", 2<<20)+"]"), http.StatusRequestEntityTooLarge)
	s.Unchanged(t, "all of them", before)
}

func TestAFailureThatAliyunConfirmsIsBelieved(t *testing.T) {
	t.Parallel()
	provider := apptest.NewInquirer()
	provider.Tell(func(q notifiers.Inquiry, _ int) (notifiers.Finding, error) {
		return notifiers.Finding{State: notifiers.Failed, ProviderID: q.ProviderID, Err: &notifiers.Error{Class: notifiers.Permanent, Reason: notifiers.ReasonOptedOut}}, nil
	})
	s := withAliyun(t, aliyunSecret, apptest.WithNotifier("sms", provider))
	d := sms(t, s, "+8613900001111", "900^0")
	wantStatus(t, "push", pushAliyun(t, s, aliyunSecret, "["+receipt(d, "13900001111", "900^0", false, "USER_REJECT")+"]"), http.StatusOK)
	s.Eventually("it failed", func() bool {
		s.Advance(time.Second)
		return delivery(t, s, d.ID).Status == "failed"
	})
	if got := delivery(t, s, d.ID).Error; got != notifiers.ReasonOptedOut {
		t.Errorf("the reason is %q", got)
	}
}

func TestTheAddressOfAliyunsReceiptsIsForAdministrators(t *testing.T) {
	t.Parallel()
	s := withAliyun(t, "")
	wantStatus(t, "before there is a secret", pushAliyun(t, s, "", "[]"), http.StatusNotFound)
	for _, role := range []string{"viewer", "staff", "manager"} {
		if url := states(t, s, role)["sms"]["callback_url"]; url != nil {
			t.Errorf("%s is shown %v", role, url)
		}
	}
	if secret, err := collections.SMSCallbackSecret(s.App.App); err != nil || secret != "" {
		t.Errorf("a secret was made for nobody (%v)", err)
	}
	shown, _ := states(t, s, "admin")["sms"]["callback_url"].(string)
	secret, found := strings.CutPrefix(shown, "https://tminus.example.test/api/tminus/callbacks/aliyun/")
	if !found || len(secret) != 48 {
		t.Fatalf("the address is %s", shown)
	}
	if again := states(t, s, "super")["sms"]["callback_url"]; again != shown {
		t.Errorf("another time it is %v", again)
	}
	d := sms(t, s, "+8613900001111", "900^0")
	wantStatus(t, "by that address", pushAliyun(t, s, secret, "["+receipt(d, "13900001111", "900^0", true, "DELIVERED")+"]"), http.StatusOK)
	if got := delivery(t, s, d.ID).Status; got != "delivered" {
		t.Errorf("it is %s", got)
	}
	settings := s.Do("admin", "GET", "/api/collections/settings/records", nil)
	if strings.Contains(string(settings.Body), secret) {
		t.Error("the settings show the secret")
	}
	for _, role := range []string{"manager", "admin"} {
		if told := s.Do(role, "GET", "/api/tminus/status", nil); strings.Contains(string(told.Body), secret) {
			t.Errorf("GET status tells the secret to %s", role)
		}
	}
	own := withAliyun(t, aliyunSecret)
	if shown := states(t, own, "admin")["sms"]["callback_url"]; shown != "https://tminus.example.test/api/tminus/callbacks/aliyun/"+aliyunSecret {
		t.Errorf("with a secret of the environment it is %v", shown)
	}
}

// The address of a call holds what is secret or personal, and PocketBase logs addresses.
func TestP14_NoLogHoldsTheAddressOfACall(t *testing.T) {
	t.Parallel()
	s := withWeChat(t, apptest.WithConfig(func(c *config.Config) {
		c.SMS = config.SMS{Provider: config.Aliyun, APIKey: "k", APISecret: "s", SignName: "S", TemplateCode: "SMS_1", CallbackSecret: aliyunSecret}
	}))
	s.Settings().Logs.MaxDays = 1
	wantStatus(t, "receipts", pushAliyun(t, s.Server, aliyunSecret, "[]"), http.StatusOK)
	wantStatus(t, "no receipts", pushAliyun(t, s.Server, aliyunSecret, "{}"), http.StatusBadRequest)
	wantStatus(t, "an event", s.Do("", "POST", "/api/tminus/callbacks/wechat?openid=openid-of-somebody&signature=x", nil), http.StatusForbidden)
	(&browser{s: s}).back(t, "code-of-somebody", "state-of-somebody")
	var rows []string
	s.Eventually("the requests are logged", func() bool {
		rows = nil
		must(t, s.AuxDB().NewQuery("SELECT data FROM _logs").Column(&rows))
		told := strings.Join(rows, "\n")
		return strings.Contains(told, "callbacks/aliyun/-") && strings.Contains(told, "callbacks/wechat")
	})
	for _, word := range []string{aliyunSecret, "of-somebody", "signature"} {
		if told := strings.Join(rows, "\n"); strings.Contains(told, word) {
			t.Errorf("the log holds %s:\n%s", word, told)
		}
	}
}

// --- Twilio

func withTwilio(t *testing.T, publicURL string) *apptest.Server {
	t.Helper()
	return apptest.New(t, apptest.WithConfig(func(c *config.Config) {
		c.SMS = config.SMS{Provider: config.Twilio, APIKey: twilioserver.AccountSID, APISecret: twilioserver.AuthToken, TwilioFrom: twilioserver.From}
		c.PublicURL = publicURL
	})).Serve()
}

const sid = "SM0123456789abcdef0123456789abcdef"

func status(s string, more ...string) url.Values {
	form := url.Values{
		"AccountSid": {twilioserver.AccountSID}, "ApiVersion": {"2010-04-01"}, "From": {twilioserver.From}, "To": {"+85291234567"},
		"MessageSid": {sid}, "MessageStatus": {s}, "SmsSid": {sid}, "SmsStatus": {s},
	}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func callTwilio(t *testing.T, s *apptest.Server, d *collections.Delivery, form url.Values, signature string) apptest.Answer {
	t.Helper()
	return postSMS(t, s, "twilio/"+d.ID, "application/x-www-form-urlencoded", form.Encode(), "X-Twilio-Signature", signature)
}

func signed(d *collections.Delivery, form url.Values) string {
	return twilioserver.Sign(twilioserver.AuthToken, "https://tminus.example.test/api/tminus/callbacks/twilio/"+d.ID, form)
}

func TestTwilioTellsWhatBecameOfAMessageInAnyOrder(t *testing.T) {
	t.Parallel()
	for want, order := range map[string][]url.Values{
		"sent":      {status("queued"), status("sent"), status("sending")},
		"delivered": {status("delivered"), status("sent"), status("undelivered", "ErrorCode", "30005"), status("delivered")},
		"failed":    {status("sent"), status("undelivered", "ErrorCode", "30005"), status("sent"), status("undelivered", "ErrorCode", "30005")},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := withTwilio(t, "https://tminus.example.test")
			d := sms(t, s, "+85291234567", sid)
			for _, form := range order {
				answer := callTwilio(t, s, d, form, signed(d, form))
				wantStatus(t, form.Get("MessageStatus"), answer, http.StatusNoContent)
			}
			if got := delivery(t, s, d.ID); got.Status != want {
				t.Errorf("it is %s (%s)", got.Status, got.Error)
			}
		})
	}
}

func TestP14_AForgedStatusOfTwilioChangesNothing(t *testing.T) {
	t.Parallel()
	s := withTwilio(t, "https://tminus.example.test")
	d, other := sms(t, s, "+85291234567", sid), sms(t, s, "+85298765432", "SM"+strings.Repeat("0", 32))
	form := status("delivered")
	before := s.Snapshot()
	for what, signature := range map[string]string{
		"none": "", "another token's": twilioserver.Sign("guessed", "https://tminus.example.test/api/tminus/callbacks/twilio/"+d.ID, form),
		"of another address":     twilioserver.Sign(twilioserver.AuthToken, s.URL+"/api/tminus/callbacks/twilio/"+d.ID, form),
		"of another message":     signed(other, form),
		"of another status":      signed(d, status("failed")),
		"the token itself":       twilioserver.AuthToken,
		"an empty token's":       twilioserver.Sign("", "https://tminus.example.test/api/tminus/callbacks/twilio/"+d.ID, form),
		"right but for its last": signed(d, form)[:27] + "A",
	} {
		wantStatus(t, "a signature: "+what, callTwilio(t, s, d, form, signature), http.StatusForbidden)
	}
	big := status("delivered", "Body", strings.Repeat("x", 70<<10))
	wantStatus(t, "70 KiB", callTwilio(t, s, d, big, signed(d, big)), http.StatusRequestEntityTooLarge)
	no := url.Values{"Hello": {"you"}}
	wantStatus(t, "signed and no status", callTwilio(t, s, d, no, signed(d, no)), http.StatusBadRequest)
	swapped := status("delivered") // signed for the other message's address, and about the first one's sid
	wantStatus(t, "signed and about another message", callTwilio(t, s, other, swapped, signed(other, swapped)), http.StatusNoContent)
	s.Unchanged(t, "forged", before)
}

func TestTwilioIsGivenAnAddressThatItCanCall(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]string{
		"https://tminus.example.test":      "https://tminus.example.test/api/tminus/callbacks/twilio/abc",
		"https://tminus.example.test/base": "https://tminus.example.test/base/api/tminus/callbacks/twilio/abc",
		"http://tminus.example.test":       "",
		"http://localhost:8090":            "",
	} {
		s := withTwilio(t, public)
		if got := s.System.API.TwilioCallbackURL(s.App.App, "abc"); got != want {
			t.Errorf("for %s it is %q, want %q", public, got, want)
		}
	}
}
