package notifiers

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tminus/apptest/twilioserver"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// The vectors are those of Twilio's own helper for Node.js (webhooks.spec).
const (
	vectorToken = "12345"
	vectorURL   = "https://mycompany.com/myapp.php?foo=1&bar=2"
)

func vectorForm(caller string) url.Values {
	return url.Values{"CallSid": {"CA1234567890ABCDE"}, "Digits": {"1234"}, "To": {"+18005551212"}, "From": {caller}, "Caller": {caller}}
}

func TestTwilio_SignatureVectors(t *testing.T) {
	for name, c := range map[string]struct {
		token, url string
		form       url.Values
		signature  string
		want       bool
	}{
		"the first":                {vectorToken, vectorURL, vectorForm("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", true},
		"the second":               {vectorToken, vectorURL, vectorForm("+12349013030"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", true},
		"signed with the port":     {vectorToken, vectorURL, vectorForm("+12349013030"), "EpDEmp1PyjDYp77YxYU3GILBWzE=", true},
		"signed without the port":  {vectorToken, "https://mycompany.com:443/myapp.php?foo=1&bar=2", vectorForm("+12349013030"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", true},
		"without another port":     {vectorToken, "https://mycompany.com:8443/myapp.php?foo=1&bar=2", vectorForm("+12349013030"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", true},
		"another value":            {vectorToken, vectorURL, vectorForm("+14158675300"), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"another query":            {vectorToken, strings.TrimSuffix(vectorURL, "2"), vectorForm("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"another host":             {vectorToken, "https://mycompany.org/myapp.php?foo=1&bar=2", vectorForm("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"http":                     {vectorToken, "http://mycompany.com/myapp.php?foo=1&bar=2", vectorForm("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"another token":            {"12346", vectorURL, vectorForm("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"another case":             {vectorToken, vectorURL, vectorForm("+14158675309"), "rSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"cut":                      {vectorToken, vectorURL, vectorForm("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8", false},
		"none":                     {vectorToken, vectorURL, vectorForm("+14158675309"), "", false},
		"an empty key signs right": {"", "https://a.example/", nil, signed("", "https://a.example/"), false},
		"a GET":                    {vectorToken, vectorURL, nil, signed(vectorToken, vectorURL), true},
		"not a URL":                {vectorToken, "%zz", nil, signed(vectorToken, "%zz"), true},
		"with a sign-in":           {vectorToken, "https://u:p@a.example/x", nil, signed(vectorToken, "https://u:p@a.example:443/x"), true},
		"a host in the sign-in":    {vectorToken, "http://a@a/x", nil, signed(vectorToken, "http://a@a:80/x"), false},
		"IPv6":                     {vectorToken, "https://[::1]:8443/x", nil, signed(vectorToken, "https://[::1]/x"), true},
	} {
		if got := VerifyTwilioSignature(c.token, c.url, c.form, c.signature); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

// signed makes a signature over text alone, as the server of the tests does.
func signed(token, text string) string { return twilioserver.Sign(token, text, nil) }

func TestTwilio_RepeatedNamesAreSignedOnceForEachValue(t *testing.T) {
	const u = "https://a.example/x"
	form := url.Values{"b": {"2", "1", "2"}, "a": {"z"}, "B": {""}}
	if !VerifyTwilioSignature(vectorToken, u, form, signed(vectorToken, u+"B"+"az"+"b1"+"b2")) {
		t.Errorf("signed form %q", twilioForm(form))
	}
	if strings.Join(form["b"], "") != "212" {
		t.Error("the form was changed")
	}
}

func TestTwilio_BodySignature(t *testing.T) {
	const body = `{"property": "value", "boolean": true}`
	const sum = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
	const signature = "a9nBmqA0ju/hNViExpshrM61xv4="
	for name, c := range map[string]struct {
		url, body, signature string
		want                 bool
	}{
		"the vector":        {vectorURL + "&bodySHA256=" + sum, body, signature, true},
		"another body":      {vectorURL + "&bodySHA256=" + sum, body + " ", signature, false},
		"another signature": {vectorURL + "&bodySHA256=" + sum, body, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", false},
		"no sum":            {vectorURL, body, signed(vectorToken, vectorURL), false},
		"not a URL":         {"%zz", body, signed(vectorToken, "%zz"), false},
	} {
		if got := VerifyTwilioBody(vectorToken, c.url, []byte(c.body), c.signature); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestTwilio_CallbacksAsTheServerSendsThem(t *testing.T) {
	type seen struct {
		status string
		valid  bool
		found  Finding
	}
	var got []seen
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		_, status, found := ParseTwilioCallback(r.PostForm)
		valid := VerifyTwilioSignature(twilioserver.AuthToken, "https://"+r.Host+r.URL.RequestURI(), r.PostForm, r.Header.Get("X-Twilio-Signature"))
		got = append(got, seen{status, valid, found})
		w.WriteHeader(http.StatusNoContent)
	}))
	defer receiver.Close()
	srv := twilioserver.Start(t)
	srv.CallbacksVia(receiver.URL)
	receipt, err := newTwilio(t, twilioAt(srv)).Send(t.Context(), smsMessage("a", someNumber, "T", "b"))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{srv.Deliver(receipt.ProviderID), srv.Fail(receipt.ProviderID, 30005)} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := srv.Forge(receipt.ProviderID, "delivered", 0); err != nil {
		t.Error(err)
	}
	tampered := twilioserver.Callback{Status: "undelivered", Code: 30005, Tamper: func(form url.Values) { form.Set("MessageStatus", "delivered") }}
	if _, err := srv.Call(receipt.ProviderID, tampered); err != nil {
		t.Error(err)
	}
	want := []seen{
		{"queued", true, Finding{State: Accepted}}, {"sent", true, Finding{State: Accepted}}, {"delivered", true, Finding{State: Delivered}},
		{"queued", true, Finding{State: Accepted}}, {"sent", true, Finding{State: Accepted}}, {"undelivered", true, Finding{State: Failed}},
		{"delivered", false, Finding{State: Delivered}}, {"delivered", false, Finding{State: Delivered}},
	}
	if len(got) != len(want) {
		t.Fatalf("%d callbacks, want %d", len(got), len(want))
	}
	for i, g := range got {
		if g.status != want[i].status || g.valid != want[i].valid || g.found.State != want[i].found.State || g.found.ProviderID != receipt.ProviderID {
			t.Errorf("callback %d: %+v, want %+v", i, g, want[i])
		}
	}
	if e := got[5].found.Err; e == nil || !e.AddressRefused || e.Reason != ReasonBadNumber+" (Twilio 30005)" {
		t.Errorf("undelivered: %+v", e)
	}
}

func TestTwilio_CallbacksThatSayNothing(t *testing.T) {
	sid := "SM" + strings.Repeat("0a", 16)
	for name, form := range map[string]url.Values{
		"nothing":       {},
		"no status":     {"MessageSid": {sid}},
		"no sid":        {"MessageStatus": {"delivered"}},
		"a strange sid": {"MessageSid": {"SM' OR 1=1"}, "MessageStatus": {"delivered"}},
		"signs":         {"MessageSid": {sid}, "MessageStatus": {"\u202e\x00"}},
	} {
		if got, status, found := ParseTwilioCallback(form); got != "" || status != "" || found.State != "" {
			t.Errorf("%s: %q %q %+v", name, got, status, found)
		}
	}
	got, status, found := ParseTwilioCallback(url.Values{"SmsSid": {sid}, "SmsStatus": {"failed"}, "ErrorCode": {"-1"}})
	if got != sid || status != "failed" || found.State != Failed || found.Err.Class != Transient {
		t.Errorf("the older names: %q %q %+v", got, status, found)
	}
}
