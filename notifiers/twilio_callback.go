package notifiers

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// VerifyTwilioSignature says whether Twilio sent a webhook: signature is the header X-Twilio-Signature, base64 of
// HMAC-SHA1 over the URL and the sorted parameters of the form, name and value with nothing between
// (https://www.twilio.com/docs/usage/webhooks/webhooks-security). rawURL is the public URL as it was given to Twilio,
// with its query; params are those of the POST's body alone, none for a GET. Twilio signs with and without the port, so
// that both are tried. There is no time in it: a call can be repeated by whoever saw it.
func VerifyTwilioSignature(authToken, rawURL string, params url.Values, signature string) bool {
	if authToken == "" || signature == "" {
		return false // everybody can sign with an empty key
	}
	form := twilioForm(params)
	valid := 0
	for _, candidate := range portForms(rawURL) {
		mac := hmac.New(sha1.New, []byte(authToken))
		mac.Write([]byte(candidate + form))
		want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		valid |= subtle.ConstantTimeCompare([]byte(want), []byte(signature))
	}
	return valid == 1
}

// VerifyTwilioBody is VerifyTwilioSignature for a body that is no form: the URL's bodySHA256 is the SHA-256 of the body
// in hexadecimal, and the signature is over the URL alone.
func VerifyTwilioBody(authToken, rawURL string, body []byte, signature string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(body)
	given := strings.ToLower(u.Query().Get("bodySHA256"))
	same := subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(given)) == 1
	return VerifyTwilioSignature(authToken, rawURL, nil, signature) && same
}

// twilioForm is the signed form of parameters: sorted by name, and a name with several values once before each of the
// sorted, distinct values.
func twilioForm(params url.Values) string {
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		values := slices.Clone(params[name])
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			b.WriteString(name + value)
		}
	}
	return b.String()
}

// portForms gives a URL as it is, and with its port taken away or, where it has none, with its scheme's. The rest stays
// as it was written, since the signature is over its bytes.
func portForms(rawURL string) []string {
	forms := []string{rawURL}
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" {
		return forms
	}
	other := u.Host
	switch {
	case u.Port() != "":
		other = strings.TrimSuffix(u.Host, ":"+u.Port())
	case u.Scheme == "https":
		other += ":443"
	default:
		other += ":80"
	}
	start := strings.Index(rawURL, "//") + 2
	before, after, found := strings.Cut(rawURL[start:], u.Host)
	if !found {
		return forms
	}
	return append(forms, rawURL[:start]+before+other+after)
}

// ParseTwilioCallback reads a status callback whose signature is verified. sid is the message's, "" if the form is not
// that of a status callback; status is Twilio's word. The finding says Accepted for whatever is not final, and has no
// time: RawDlrDoneDate names no zone (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).
func ParseTwilioCallback(form url.Values) (sid, status string, found Finding) {
	sid, status = form.Get("MessageSid"), form.Get("MessageStatus")
	if sid == "" {
		sid = form.Get("SmsSid")
	}
	if status == "" {
		status = form.Get("SmsStatus")
	}
	status = word(status)
	if !sidPattern.MatchString(sid) || status == "" {
		return "", "", Finding{}
	}
	found.ProviderID = sid
	found.State, found.Err = twilioState(status, number(form.Get("ErrorCode")))
	return sid, status, found
}

// twilioState says what a status means. sent stays Accepted for ever where an operator gives no receipts; a status that
// is not known belongs to a message that exists.
func twilioState(status string, code int) (State, *Error) {
	switch status {
	case "delivered", "read":
		return Delivered, nil
	case "undelivered", "failed":
		if code == 0 {
			code = 30008 // unknown, which is what no code says too
		}
		return Failed, twilioError(code)
	case "canceled":
		return Failed, &Error{Class: Permanent, Reason: because(ReasonProvider, "Twilio: "+status)}
	}
	return Accepted, nil
}
