package notifiers

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"tminus/wechat"
)

var classes = []Class{Transient, Permanent, Configuration, Unknown}

// fit says whether words of the other side may be shown: one line of valid text.
func fit(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) && !strings.ContainsFunc(s, bidiControl)
}

func wantError(t *testing.T, e *Error, about ...any) {
	t.Helper()
	if e == nil || !slices.Contains(classes, e.Class) || !fit(e.Reason) || len(e.Reason) > 2000 || e.RetryAfter < 0 || e.RetryAfter > 31*24*time.Hour {
		t.Errorf("%q: %+v", about, e)
	}
}

// A body of receipts is read whole or refused; each says something, and nothing of it is beyond its bounds.
func FuzzAliyunReport(f *testing.F) {
	for _, seed := range []string{
		`[{"phone_number":"13900000000","send_time":"2026-01-01 00:00:00","success":true,"err_code":"DELIVERED","sms_size":"1","biz_id":"1","out_id":9007199254740993}]`,
		`[]`, `[null]`, `{}`, `[{}] x`, `[{"success":"TRUE","sms_size":1e400}]`, strings.Repeat("[", 10000), `[{"a":` + strings.Repeat(`{"a":`, 1000), "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		reports, err := ParseAliyunReport(body)
		if err != nil {
			if reports != nil || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("%q: %v with %v", body, err, reports)
			}
			return
		}
		for _, r := range reports {
			found := r.Finding()
			if r.Size < 0 || r.Size > 100 || (found.State == Failed) != (found.Err != nil) {
				t.Errorf("%q: %+v, %+v", body, r, found)
			}
			if found.Err != nil {
				wantError(t, found.Err, body)
			}
		}
		if len(reports) > aliyunMaxReports || len(reports) > len(body) {
			t.Errorf("%d reports of %d bytes", len(reports), len(body))
		}
	})
}

// A call that Twilio signed is taken with either way to write the port; one that it did not sign, or of which anything was
// changed, is not.
func FuzzTwilioCallback(f *testing.F) {
	f.Add("https://example.com/api/tminus/callbacks/twilio/x?y=1", "MessageSid=SM0123456789abcdef0123456789abcdef&MessageStatus=failed&ErrorCode=30003", "k")
	f.Add("http://user@[::1]:80/", "MessageSid=&SmsSid=SM0123456789abcdef0123456789abcdef&SmsStatus=\x00", "")
	f.Add("//", "a=1&a=2&a=1&=", "\xff")
	f.Fuzz(func(t *testing.T, address, body, token string) {
		form, _ := url.ParseQuery(body)
		mac := hmac.New(sha1.New, []byte(token))
		mac.Write([]byte(address + twilioForm(form)))
		signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		if VerifyTwilioSignature(token, address, form, signature) != (token != "") {
			t.Errorf("%q %q: verified wrongly", address, body)
		}
		if VerifyTwilioSignature(token+"x", address, form, signature) || VerifyTwilioSignature(token, address+"x", form, signature) ||
			VerifyTwilioBody(token, address, []byte(body), signature+"A") {
			t.Errorf("%q %q: a forgery is taken", address, body)
		}
		sid, status, found := ParseTwilioCallback(form)
		if sid == "" {
			if status != "" || found != (Finding{}) {
				t.Errorf("%q: %q %+v", body, status, found)
			}
			return
		}
		if !sidPattern.MatchString(sid) || !fit(status) || (found.State == Failed) != (found.Err != nil) {
			t.Errorf("%q: %q %q %+v", body, sid, status, found)
		}
		if found.Err != nil {
			wantError(t, found.Err, body)
		}
	})
}

// said is a connection on which the other side has said all that it will.
type said struct {
	net.Conn
	io.Reader
}

func (s said) Read(p []byte) (int, error) { return s.Reader.Read(p) }

// Whatever a mail server says at whatever stage becomes a classed error in one short line, and its end is seen.
func FuzzSMTPReply(f *testing.F) {
	for _, seed := range []string{
		"550 5.1.1 <john@example.com> unknown\r\n", "250-a\r\n250 b\r\n", "421 bye\n", "999 x\r\n", "550-5.7.1 a\r\n550-5.7.1 b\r\n", "250-" + strings.Repeat("a\r\n250-", 500),
		"5", "-1 x\r\n", "2 50 a\r\n", "\x00\x00\r\n", "220\r\n", "334 VXNlcm5hbWU6\r\n",
	} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint8) {
		r := newReplyReader(said{Reader: bytes.NewReader(data)})
		for n := 0; ; n++ {
			got, err := r.read()
			if err != nil {
				break
			}
			if n > len(data) || got.code < 200 || got.code > 599 {
				t.Fatalf("%q: %+v", data, got)
			}
			for s := stage(0); s <= stage(at%10); s++ {
				if e := classifyReply(s, got); !slices.Contains(classes, e.Class) || e.AddressRefused && e.Class != Permanent {
					t.Errorf("%+v at %d: %+v", got, s, e)
				}
			}
			if w := got.words(); !fit(w) || utf8.RuneCountInString(w) > maxReason+20 {
				t.Errorf("%q: %q", data, w)
			}
			if hint := replyHint(&failure{reply: &got}); !fit(hint) {
				t.Errorf("%q: the hint %q", data, hint)
			}
		}
	})
}

// Whatever a vendor answers is classed, and shows neither the number nor the words of the answer.
func FuzzVendorAnswer(f *testing.F) {
	f.Add(400, `{"code":21211,"message":"The 'To' number +85255500111 is not valid"}`, "isv.MOBILE_NUMBER_ILLEGAL", "3", 40003)
	f.Add(503, "<html>", "isv.BUSINESS_LIMIT_CONTROL", "Wed, 21 Oct 2099 07:28:00 GMT", 45009)
	f.Add(200, `{"code":-9223372036854775808}`, "\x00", "-9223372036854775808", 47003)
	f.Add(429, `{"code":20429}`, "", "9223372036854775807", 0)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	a := &Aliyun{options: AliyunOptions{Now: func() time.Time { return now }}}
	w := &officialAccount{options: WeChatOptions{Now: func() time.Time { return now }}}
	f.Fuzz(func(t *testing.T, status int, body, code, after string, errcode int) {
		from := answer{status: status, body: []byte(body), header: http.Header{"Retry-After": {after}, "Twilio-Request-Id": {code}}}
		if e := from.failure(now); e != nil {
			wantError(t, e, body)
			if strings.Contains(e.Error(), "+85255500111") {
				t.Errorf("%q shows the number", e)
			}
		}
		if wait := retryAfter(after, now); wait < 0 || wait > 24*time.Hour {
			t.Errorf("%q: wait %s", after, wait)
		}
		if e := a.classify(&aliyunReply{status: status, code: code, message: body, requestID: after}); e != nil {
			wantError(t, e, code)
		}
		wantError(t, w.classify(&wechat.Error{API: "send", Code: errcode, Msg: body}, code), body)
		wantError(t, w.classify(&wechat.LostError{API: wechat.APITemplate, Status: status, Written: errcode%2 == 0, Kind: wechat.Garbage}, code), body)
	})
}

// A mail has the headers that were meant and no others, whatever the texts, names and addresses hold; its parts are read
// back as they were written.
func FuzzCompose(f *testing.F) {
	f.Add("Subject\r\nBcc: all@example.test", "a\nb", "Name\r\nX: y", "a@example.test", "https://example.test/u/x", "id")
	f.Add("=?utf-8?q?=0d=0aBcc:_x?=", "..\r\n.\r\n", "\"\\", "\"a b\"@exämple.test", "https://x/>\r\nBcc: y", "\x00")
	f.Add(strings.Repeat("長", 300), "--tminus", "🔧\u202e", "a@b,c@d", "http://x", "é")
	e := NewEmail(EmailOptions{Host: "mail.example.test", From: "T-minus <tminus@example.test>", Now: time.Now})
	allowed := []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id",
		"Mime-Version", "Subject", "To"}
	f.Fuzz(func(t *testing.T, subject, body, name, to, link, id string) {
		m := Message{ID: id, Channel: Email, Locale: "en", Company: name, Title: subject, Subject: subject, Body: body, Lead: body, Unsubscribe: link,
			To: Recipient{Name: name, Address: to}, Facts: []Fact{{Label: name, Value: body, URL: link}}, Footer: []string{name},
			Action: &Link{Label: name, URL: link}, CreatedAt: time.Unix(0, 0)}
		sealed, failed := e.compose(&m)
		if failed != nil {
			wantError(t, failed, to)
			return
		}
		parsed, err := mail.ReadMessage(bytes.NewReader(bytes.ReplaceAll(sealed.content, []byte("\n.."), []byte("\n."))))
		if err != nil {
			t.Fatalf("%v: %q", err, sealed.content)
		}
		for header, values := range parsed.Header {
			if !slices.Contains(allowed, header) || len(values) != 1 {
				t.Errorf("the header %s: %q", header, values)
			}
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject")); err != nil || strings.Join(strings.Fields(got), " ") != clip(oneLine(subject), maxSubject) {
			t.Errorf("the subject of %q is %q (%v)", subject, got, err)
		}
		if all, err := parsed.Header.AddressList("To"); err != nil || len(all) != 1 || len(sealed.to) != 1 || strings.ContainsAny(sealed.to[0], "\r\n<>") {
			t.Errorf("to %v %q (%v)", all, sealed.to, err)
		}
		if bytes.Contains(sealed.content, []byte("\r\n.\r\n")) || bytes.Contains(bytes.ReplaceAll(sealed.content, []byte("\r\n"), nil), []byte("\n")) {
			t.Error("the content would end early, or has bare line ends")
		}
		for _, line := range bytes.Split(sealed.content, []byte("\r\n")) {
			if len(line) > 998 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
		for kind, text := range parts(t, parsed) {
			if kind == "text/html" && len(harmful(text)) > 0 {
				t.Errorf("%q gives %q", body, harmful(text))
			}
			if len(text) > 40*(len(subject)+len(body)+len(name)+len(link))+40000 {
				t.Errorf("%s of %d bytes", kind, len(text))
			}
		}
	})
}

// The values of approved templates are what the vendors take, whatever people typed.
func FuzzParams(f *testing.F) {
	f.Add("name", "Meeting at https://example.test 2026-03-01 09:00 【x】", "thing1")
	f.Add("time", strings.Repeat("09:30", 50), "phrase2.DATA")
	f.Add("\xff", "\x00\u202e🔧", "number3")
	f.Fuzz(func(t *testing.T, name, value, key string) {
		m := &Message{ID: "id", Title: value, Values: map[string]string{ValueTime: value, ValueTitle: value, ValueNumber: value}}
		for _, company := range []map[string]string{nil, {name: value}} {
			raw, refused := aliyunParams(m, company)
			if refused != nil {
				wantError(t, refused, value)
				continue
			}
			var values map[string]string
			if err := json.Unmarshal([]byte(raw), &values); err != nil {
				t.Fatalf("%q: %v", raw, err)
			}
			for _, v := range values {
				if v == "" || utf8.RuneCountInString(v) > aliyunMaxValue || !fit(v) || strings.Contains(v, "://") {
					t.Errorf("%q gives %q", value, v)
				}
			}
		}
		data, refused := weChatParams(map[string]string{key: value, "thing1": value}, weChatValues(m))
		if refused != nil {
			wantError(t, refused, value)
		}
		for k, v := range data {
			if v == "" || !fit(v) || utf8.RuneCountInString(v) > 200 {
				t.Errorf("%s of %q: %q", k, value, v)
			}
		}
		if text := ShortText(&Message{Title: value, Lead: value, Body: value, Subject: value}); !utf8.ValidString(text) || len(text) > 20*len(value)+4000 {
			t.Errorf("%q gives %q", value, text)
		}
	})
}
