package twilioserver

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CallbacksVia sends the callbacks to another base, such as http://127.0.0.1:8090, as a proxy in front of the public
// address does: path, query, Host and signature stay those of the StatusCallback. "" ends it.
func (s *Server) CallbacksVia(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.via = strings.TrimRight(base, "/")
}

// Callback is one status callback.
type Callback struct {
	Status string
	Code   int              // ErrorCode, 0 for none
	Token  string           // signs instead of the account's: a forged one
	Tamper func(url.Values) // changes the form after it was signed
}

// Call sends a callback for a message, whatever the message's status, and gives the receiver's HTTP status.
func (s *Server) Call(sid string, c Callback) (int, error) {
	found := s.filter(func(m Message) bool { return m.SID == sid })
	if len(found) == 0 || found[0].StatusCallback == "" {
		return 0, fmt.Errorf("message %s has no status callback", sid)
	}
	m := found[0]
	token := s.options.token
	if c.Token != "" {
		token = c.Token
	}
	form := s.form(m, c)
	signature := Sign(token, m.StatusCallback, form)
	if c.Tamper != nil {
		c.Tamper(form)
	}
	return s.post(m.StatusCallback, form, signature)
}

// form is what Twilio tells: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status.
func (s *Server) form(m Message, c Callback) url.Values {
	form := url.Values{
		"AccountSid": {s.options.account}, "ApiVersion": {"2010-04-01"}, "From": {m.From}, "To": {m.To},
		"MessageSid": {m.SID}, "MessageStatus": {c.Status}, "SmsSid": {m.SID}, "SmsStatus": {c.Status},
	}
	if m.Service != "" {
		form.Set("MessagingServiceSid", m.Service)
	}
	if c.Code != 0 {
		form.Set("ErrorCode", strconv.Itoa(c.Code))
	}
	if c.Status == "delivered" || c.Status == "undelivered" {
		form.Set("RawDlrDoneDate", s.options.now().UTC().Format("0601021504"))
	}
	return form
}

// Sign gives X-Twilio-Signature: https://www.twilio.com/docs/usage/webhooks/webhooks-security.
func Sign(token, callback string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(mac, callback) // a hash takes all
	for _, name := range slices.Sorted(maps.Keys(form)) {
		_, _ = io.WriteString(mac, name+form.Get(name))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (s *Server) post(callback string, form url.Values, signature string) (int, error) {
	s.mu.Lock()
	via := s.via
	s.mu.Unlock()
	public, err := url.Parse(callback)
	if err != nil {
		return 0, fmt.Errorf("reading the status callback: %w", err)
	}
	target := callback
	if via != "" {
		target = via + public.RequestURI()
	}
	r, err := http.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, fmt.Errorf("making a callback: %w", err)
	}
	r.Host = public.Host
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("User-Agent", "TwilioProxy/1.1")
	r.Header.Set("X-Twilio-Signature", signature)
	response, err := s.client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("sending a callback: %w", err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body) // so that the connection can be used again
	return response.StatusCode, nil
}

// Report moves a message to a status and tells so.
func (s *Server) Report(sid, status string, code int) (int, error) {
	if !s.SetStatus(sid, status, code) {
		return 0, fmt.Errorf("no message %s", sid)
	}
	return s.Call(sid, Callback{Status: status, Code: code})
}

// Deliver reports a message as queued, sent and delivered; an answer other than 2xx is an error.
func (s *Server) Deliver(sid string) error { return s.run(sid, "delivered", 0) }

// Fail reports a message as queued, sent and undelivered with a code.
func (s *Server) Fail(sid string, code int) error { return s.run(sid, "undelivered", code) }

func (s *Server) run(sid, end string, code int) error {
	for _, status := range []string{"queued", "sent", end} {
		given := 0
		if status == end {
			given = code
		}
		answer, err := s.Report(sid, status, given)
		if err != nil {
			return err
		}
		if answer < 200 || answer > 299 {
			return fmt.Errorf("the callback %s was answered with %d", status, answer)
		}
	}
	return nil
}

// Disorder reports the end of a message first, and twice, then what came before it.
func (s *Server) Disorder(sid, end string, code int) error {
	if !s.SetStatus(sid, end, code) {
		return fmt.Errorf("no message %s", sid)
	}
	for _, c := range []Callback{{Status: end, Code: code}, {Status: end, Code: code}, {Status: "sent"}, {Status: "queued"}} {
		if _, err := s.Call(sid, c); err != nil {
			return err
		}
	}
	return nil
}

// Forge calls back with a signature that is not the account's.
func (s *Server) Forge(sid, status string, code int) (int, error) {
	return s.Call(sid, Callback{Status: status, Code: code, Token: "ffffffffffffffffffffffffffffffff"})
}
