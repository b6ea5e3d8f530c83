package aliyunserver

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// tolerance is how far a request's Timestamp may be from the gateway's clock.
const tolerance = 15 * time.Minute

// refusal is a reply that is no success. Status 200 is a business error.
type refusal struct {
	status  int
	code    string
	message string
}

func business(code, message string) *refusal { return &refusal{http.StatusOK, code, message} }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.options.latency > 0 {
		time.Sleep(s.options.latency)
	}
	if err := r.ParseForm(); err != nil { // merges query and body
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	call := &call{server: s, w: w, r: r, requestID: s.requestID(), action: r.Form.Get("Action")}
	if refused := s.admit(r.Method, r.Form); refused != nil {
		call.refuse(refused)
		return
	}
	failure := s.enter(call.action, r.Form)
	if failure != nil && failure.before(call) {
		return
	}
	reply, refused := s.act(call.action, r.Form)
	if failure != nil && failure.Manner.after() && refused == nil {
		failure.afterwards(call)
		return
	}
	if refused != nil {
		call.refuse(refused)
		return
	}
	call.write(http.StatusOK, call.action+"Response", reply(call.requestID))
}

// act does what the request asks for. The reply is made of its request id.
func (s *Server) act(action string, form url.Values) (func(requestID string) any, *refusal) {
	switch action {
	case "SendSms":
		return s.sendSMS(form)
	case "QuerySendDetails":
		return s.querySendDetails(form)
	}
	return s.querySMSTemplate(form)
}

// admit is what the gateway checks of every call, in the order in which it does.
func (s *Server) admit(method string, form url.Values) *refusal {
	if id := form.Get("AccessKeyId"); id != s.options.keyID {
		return &refusal{http.StatusNotFound, "InvalidAccessKeyId.NotFound", "Specified access key is not found."}
	}
	if refused := s.checkTimestamp(form.Get("Timestamp")); refused != nil {
		return refused
	}
	if form.Get("SignatureMethod") != "HMAC-SHA1" || form.Get("SignatureVersion") != "1.0" || form.Get("Signature") == "" {
		return &refusal{http.StatusBadRequest, "IncompleteSignature", "The request signature does not conform to Aliyun standards."}
	}
	toSign := StringToSign(method, form)
	if !hmac.Equal([]byte(form.Get("Signature")), []byte(Signature(s.options.secret, toSign))) {
		return &refusal{http.StatusBadRequest, "SignatureDoesNotMatch",
			"Specified signature is not matched with our calculation. server string to sign is:" + toSign}
	}
	if refused := s.checkNonce(form.Get("SignatureNonce")); refused != nil {
		return refused
	}
	if form.Get("Version") != "2017-05-25" {
		return &refusal{http.StatusBadRequest, "InvalidVersion", "Specified parameter Version is not valid."}
	}
	if !slices.Contains([]string{"SendSms", "QuerySendDetails", "QuerySmsTemplate"}, form.Get("Action")) {
		return &refusal{http.StatusNotFound, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."}
	}
	return nil
}

func (s *Server) checkTimestamp(stamp string) *refusal {
	at, err := time.Parse("2006-01-02T15:04:05Z", stamp)
	if err != nil {
		return &refusal{http.StatusBadRequest, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."}
	}
	if off := s.options.gateway().Sub(at); off > tolerance || off < -tolerance {
		return &refusal{http.StatusBadRequest, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."}
	}
	return nil
}

// checkNonce forgets a nonce only when its timestamp would be refused anyway.
func (s *Server) checkNonce(nonce string) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.gateway()
	seen, used := s.nonces[nonce]
	if nonce == "" || used && now.Sub(seen) <= 2*tolerance {
		return &refusal{http.StatusBadRequest, "SignatureNonceUsed", "Specified signature nonce was used already."}
	}
	s.nonces[nonce] = now
	return nil
}

// StringToSign is what the signature of SignatureVersion 1.0 is made of: every parameter but Signature, sorted by name
// in byte order and percent-encoded twice.
func StringToSign(method string, form url.Values) string {
	var pairs [][2]string
	for name, values := range form {
		if name != "Signature" && len(values) > 0 {
			pairs = append(pairs, [2]string{name, values[0]})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	encoded := make([]string, 0, len(pairs))
	for _, p := range pairs {
		encoded = append(encoded, percent(p[0])+"="+percent(p[1]))
	}
	return method + "&%2F&" + percent(strings.Join(encoded, "&"))
}

// Signature is base64(HMAC-SHA1(secret + "&", toSign)).
func Signature(secret, toSign string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(toSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// percent is RFC 3986's encoding: all but A-Z a-z 0-9 - _ . ~.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// requestID looks like the vendor's.
func (s *Server) requestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return fmt.Sprintf("F655A8D5-B967-440B-8683-%012X", s.serial)
}

// call is one request under way.
type call struct {
	server    *Server
	w         http.ResponseWriter
	r         *http.Request
	requestID string
	action    string
}

// errorReply is what the gateway says to a request that it does not admit.
type errorReply struct {
	RequestId string
	HostId    string
	Code      string
	Message   string
	Recommend string
}

// businessReply is what the service says to a request that it does not carry out.
type businessReply struct {
	RequestId string
	Code      string
	Message   string
}

func (c *call) refuse(refused *refusal) {
	if refused.status == http.StatusOK {
		c.write(refused.status, c.action+"Response", businessReply{c.requestID, refused.code, refused.message})
		return
	}
	c.write(refused.status, "Error", errorReply{
		c.requestID, "dysmsapi.aliyuncs.com", refused.code, refused.message,
		"https://api.aliyun.com/troubleshoot?q=" + refused.code + "&product=Dysmsapi",
	})
}

// write answers in the Format that the request names; XML is the gateway's own.
func (c *call) write(status int, element string, reply any) {
	var body []byte
	var err error
	if strings.EqualFold(c.r.Form.Get("Format"), "JSON") {
		c.w.Header().Set("Content-Type", "application/json;charset=utf-8")
		body, err = json.Marshal(reply)
	} else {
		c.w.Header().Set("Content-Type", "text/xml;charset=utf-8")
		var b strings.Builder
		err = xml.NewEncoder(&b).EncodeElement(reply, xml.StartElement{Name: xml.Name{Local: element}})
		body = []byte(xml.Header + b.String())
	}
	if err != nil {
		panic(fmt.Sprintf("aliyunserver: encoding a reply: %v", err))
	}
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body) // a client that went away has nobody to be told
}

// cut closes the connection without an answer.
func (c *call) cut() {
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		panic(fmt.Sprintf("aliyunserver: taking the connection: %v", err))
	}
	_ = conn.Close() // only the cut counts
}
