package twilioserver

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// receiver keeps the callbacks that it gets.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	statuses []string
	valid    []bool
	hosts    []string
}

func receive(t *testing.T, public string) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if err := req.ParseForm(); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.statuses = append(r.statuses, req.PostForm.Get("MessageStatus")+req.PostForm.Get("ErrorCode"))
		r.valid = append(r.valid, req.Header.Get("X-Twilio-Signature") == Sign(AuthToken, public+req.URL.RequestURI(), req.PostForm))
		r.hosts = append(r.hosts, req.Host)
	}))
	t.Cleanup(r.Close)
	return r
}

func TestSignsAsTwilioDoes(t *testing.T) {
	form := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Digits": {"1234"}, "To": {"+18005551212"}, "From": {"+14158675309"}, "Caller": {"+14158675309"}}
	if got := Sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form); got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Error(got)
	}
}

func TestCallsBack(t *testing.T) {
	s := Start(t)
	r := receive(t, "https://public.example")
	s.CallbacksVia(r.URL + "/")
	form := good()
	form.Set("StatusCallback", "https://public.example/cb/d1?x=1")
	create(t, s, form)
	sid := s.ByCallback()["d1"][0].SID
	forged, err := s.Forge(sid, "delivered", 0)
	if err != nil || forged != 200 {
		t.Errorf("%d %v", forged, err)
	}
	tampered, err := s.Call(sid, Callback{Status: "sent", Tamper: func(f url.Values) { f.Set("MessageStatus", "read") }})
	if err != nil || tampered != 200 || s.Messages()[0].Status != "queued" {
		t.Errorf("%d %v", tampered, err)
	}
	for _, err := range []error{s.Deliver(sid), s.Fail(sid, 30005), s.Disorder(sid, "delivered", 0)} {
		if err != nil {
			t.Error(err)
		}
	}
	want := "delivered read queued sent delivered queued sent undelivered30005 delivered delivered sent queued"
	if got := strings.Join(r.statuses, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for i, valid := range r.valid {
		if valid != (i >= 2) || r.hosts[i] != "public.example" {
			t.Errorf("callback %d: valid %t, host %s", i, valid, r.hosts[i])
		}
	}
	if m := s.Messages()[0]; m.Status != "delivered" || m.ErrorCode != 0 {
		t.Errorf("%+v", m)
	}
}

func TestSendsReceiptsByItself(t *testing.T) {
	s := Start(t, WithReceipts())
	r := receive(t, "")
	form := good()
	form.Set("StatusCallback", r.URL+"/cb/d1")
	if _, body := create(t, s, form); body["status"] != "queued" {
		t.Errorf("%v", body)
	}
	if !s.WaitFor(1, 5*time.Second) || s.WaitFor(2, time.Millisecond) {
		t.Error("WaitFor")
	}
	s.Close() // after the callbacks that are under way
	if got := strings.Join(r.statuses, " "); got != "queued sent delivered" {
		t.Errorf("%s", got)
	}
}

func TestWhatCannotBeReported(t *testing.T) {
	s := Start(t)
	create(t, s, good())
	if _, err := s.Report("SM1", "sent", 0); err == nil {
		t.Error("no such message: no error")
	}
	if err := s.Deliver(s.Messages()[0].SID); err == nil {
		t.Error("no callback: no error")
	}
	if s.Edit("SM1", func(*Message) {}) || s.Disorder("SM1", "delivered", 0) == nil {
		t.Error("no such message: changed")
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	sid := s.Add(Message{To: number, StatusCallback: refusing.URL})
	if err := s.Deliver(sid); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("refused: %v", err)
	}
}
