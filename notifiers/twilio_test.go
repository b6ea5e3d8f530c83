package notifiers

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"tminus/apptest/twilioserver"
)

func smsMessage(id, to, title, body string) *Message {
	return &Message{
		ID: id, Kind: "reminder", Channel: SMS, Locale: "en", To: Recipient{Name: "Someone", Address: to},
		Title: title, Body: body, Parts: 1, PartPrice: 0.07,
	}
}

// failureOf gives the *Error of what a method returned.
func failureOf(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	return e
}

func TestTwilio_AMessageAsTwilioGetsIt(t *testing.T) {
	srv := twilioserver.Start(t)
	n := newTwilio(t, twilioAt(srv))
	m := smsMessage("r8h2k1m9q0x7z4a", someNumber, "入廠安全", "**注意：**請帶安全帽")
	m.Action = &Link{Label: "Open", URL: "https://tminus.example.com/#/events/abc"}
	receipt, err := n.Send(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	got := srv.Messages()[0]
	if got.To != someNumber || got.From != twilioserver.From || got.Body != "入廠安全\n注意：請帶安全帽" || !got.SmartEncoded ||
		got.StatusCallback != "https://tminus.example.com/api/tminus/callbacks/twilio/r8h2k1m9q0x7z4a" {
		t.Errorf("Twilio got %+v", got)
	}
	want := Receipt{Provider: "twilio", ProviderID: got.SID, Response: "queued", Segments: 1, Cost: 0.07}
	if receipt != want {
		t.Errorf("receipt %+v, want %+v", receipt, want)
	}
}

func TestTwilio_CostIsSegmentsTimesPrice(t *testing.T) {
	service := "MG" + strings.Repeat("0a", 16)
	for name, c := range map[string]struct {
		from, body string
		parts      int
		segments   int
		cost       float64
	}{
		"Twilio counts":                     {twilioserver.From, strings.Repeat("字", 140), 1, 3, 0.21},
		"a messaging service counts later":  {service, strings.Repeat("字", 140), 3, 3, 0.21},
		"typographic signs are made simple": {twilioserver.From, "“" + strings.Repeat("a", 156) + "”", 3, 1, 0.07},
	} {
		srv := twilioserver.Start(t)
		o := twilioAt(srv)
		o.From, o.CallbackURL = c.from, nil
		m := smsMessage("a", someNumber, "", c.body)
		m.Parts = c.parts
		receipt, err := newTwilio(t, o).Send(context.Background(), m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := srv.Messages()[0]
		if receipt.Segments != c.segments || receipt.Cost != c.cost {
			t.Errorf("%s: %d segments for %v, want %d for %v", name, receipt.Segments, receipt.Cost, c.segments, c.cost)
		}
		if got.From+got.Service != c.from || (got.Service != "") != (c.from == service) || got.StatusCallback != "" {
			t.Errorf("%s: from %q, service %q, callback %q", name, got.From, got.Service, got.StatusCallback)
		}
	}
}

func TestTwilio_LongTextsAreClippedBetweenLetters(t *testing.T) {
	for name, c := range map[string]struct {
		in, end string
		units   int
	}{
		"exactly":         {strings.Repeat("a", 1600), "aaaa", 1600},
		"one too many":    {strings.Repeat("a", 1601), "aaa...", 1600},
		"Chinese":         {strings.Repeat("字", 2000), "字字…", 1600},
		"emoji":           {strings.Repeat("😀", 900), "😀😀…", 1599},
		"emoji, exactly":  {strings.Repeat("😀", 800), "😀😀😀", 1600},
		"a mix":           {"a" + strings.Repeat("😀", 800), "😀😀…", 1600},
		"nothing":         {"", "", 0},
		"right to left":   {strings.Repeat("ש", 1601), "שש…", 1600},
		"a late one":      {strings.Repeat("a", 1599) + "😀", "aaa…", 1600},
		"dots at the end": {strings.Repeat("a", 1598) + "\n\n\n", "...", 1600},
	} {
		got := clipUnits(c.in, twilioLimit)
		if units := len(utf16.Encode([]rune(got))); units != c.units || !strings.HasSuffix(got, c.end) {
			t.Errorf("%s: %d units, ending %q; want %d, ending %q", name, units, got[max(0, len(got)-12):], c.units, c.end)
		}
	}
	srv := twilioserver.Start(t)
	if _, err := newTwilio(t, twilioAt(srv)).Send(context.Background(), smsMessage("a", someNumber, "T", strings.Repeat("字😀", 900))); err != nil {
		t.Errorf("a long text: %v", err)
	}
}

func TestTwilio_RefusesWithoutACall(t *testing.T) {
	srv := twilioserver.Start(t)
	n := newTwilio(t, twilioAt(srv))
	for name, c := range map[string]struct {
		m       *Message
		refused bool
	}{
		"no number":       {smsMessage("a", "", "T", "b"), true},
		"no country":      {smsMessage("a", "51234567", "T", "b"), true},
		"two numbers":     {smsMessage("a", "+85251234567,+85251234568", "T", "b"), true},
		"letters":         {smsMessage("a", "+8525123456x", "T", "b"), true},
		"too long":        {smsMessage("a", "+8525123456789012", "T", "b"), true},
		"Chinese digits":  {smsMessage("a", "+８５２５１２３４５６７", "T", "b"), true},
		"a second line":   {smsMessage("a", "+85251234567\n", "T", "b"), true},
		"nothing to say":  {smsMessage("a", someNumber, "", " \n "), false},
		"only bidi signs": {smsMessage("a", someNumber, "\u202e", ""), false},
	} {
		_, err := n.Send(context.Background(), c.m)
		if e := failureOf(t, err); e.Class != Permanent || e.AddressRefused != c.refused {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if srv.Posts() != 0 {
		t.Errorf("%d calls", srv.Posts())
	}
}

func TestTwilio_OptionsThatCannotWork(t *testing.T) {
	good := TwilioOptions{AccountSID: "AC1", AuthToken: "token", From: "+15005550006"}
	for name, change := range map[string]func(*TwilioOptions){
		"no account":           func(o *TwilioOptions) { o.AccountSID = "" },
		"an API key":           func(o *TwilioOptions) { o.AccountSID = "SK00112233445566778899aabbccddeeff" },
		"no token":             func(o *TwilioOptions) { o.AuthToken = " " },
		"no sender":            func(o *TwilioOptions) { o.From = "" },
		"http to elsewhere":    func(o *TwilioOptions) { o.Endpoint = "http://twilio.example.com" },
		"no scheme":            func(o *TwilioOptions) { o.Endpoint = "api.twilio.com" },
		"not a URL":            func(o *TwilioOptions) { o.Endpoint = "https://%zz" },
		"a private address":    func(o *TwilioOptions) { o.Endpoint = "http://10.0.0.1" },
		"a name like loopback": func(o *TwilioOptions) { o.Endpoint = "http://localhost.example.com" },
	} {
		o := good
		change(&o)
		n := newTwilio(t, o)
		_, sendErr := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
		_, askErr := n.Inquire(context.Background(), Inquiry{Message: smsMessage("a", someNumber, "T", "b"), Began: created})
		for method, err := range map[string]error{"Send": sendErr, "Check": n.Check(context.Background()), "Inquire": askErr} {
			if e := failureOf(t, err); e.Class != Configuration || e.Hint == "" || strings.Contains(e.Reason+e.Hint, "token") && !strings.Contains(e.Hint, "Auth Token") {
				t.Errorf("%s, %s: %+v", name, method, e)
			}
		}
	}
	if n := NewTwilio(good); n.invalid != nil {
		t.Errorf("good options: %v", n.invalid)
	}
}

// A redirect would carry the message, or the credentials, to whoever is named in it.
func TestTwilio_RedirectsAreNotFollowed(t *testing.T) {
	visited := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	defer other.Close()
	first := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer first.Close()
	n := newTwilio(t, TwilioOptions{AccountSID: "AC1", AuthToken: "token", From: "+15005550006", Endpoint: first.URL})
	_, err := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
	if e := failureOf(t, err); e.Class != Configuration || visited {
		t.Errorf("%+v, visited %t", e, visited)
	}
}

func TestTwilio_AnUntrustedCertificateIsTheChannelsFailure(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = discardLog()
	srv.StartTLS()
	defer srv.Close()
	n := newTwilio(t, TwilioOptions{AccountSID: "AC1", AuthToken: "token", From: "+15005550006", Endpoint: srv.URL})
	_, err := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
	if e := failureOf(t, err); e.Class != Configuration || !strings.Contains(e.Hint, "SSL_CERT_FILE") {
		t.Errorf("%+v", e)
	}
}

func TestTwilio_ACallerThatGivesUpBlamesNobody(t *testing.T) {
	srv := twilioserver.Start(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := newTwilio(t, twilioAt(srv)).Send(ctx, smsMessage("a", someNumber, "T", "b"))
	if e := failureOf(t, err); e.Class != Transient {
		t.Errorf("before a connection: %+v", e)
	}
	srv.Script(someNumber, twilioserver.HangAfter())
	ctx, cancel = context.WithCancel(context.Background())
	go func() {
		srv.WaitFor(1, 5*time.Second)
		cancel()
	}()
	_, err = newTwilio(t, twilioAt(srv)).Send(ctx, smsMessage("a", someNumber, "T", "b"))
	if e := failureOf(t, err); e.Class != Unknown {
		t.Errorf("after the request: %+v", e)
	}
}

func TestTwilio_Check(t *testing.T) {
	srv := twilioserver.Start(t)
	o := twilioAt(srv)
	if err := newTwilio(t, o).Check(context.Background()); err != nil {
		t.Errorf("all is well: %v", err)
	}
	for name, c := range map[string]struct {
		scene func(*TwilioOptions)
		class Class
		words string
	}{
		"a wrong token":     {func(o *TwilioOptions) { o.AuthToken = "x" }, Configuration, ReasonCredentials},
		"a wrong account":   {func(o *TwilioOptions) { o.AccountSID = "AC" + strings.Repeat("0", 32) }, Configuration, ReasonCredentials},
		"a suspended one":   {func(*TwilioOptions) { srv.Suspend("suspended") }, Configuration, ReasonAccountClosed + " (suspended)"},
		"an outage":         {func(*TwilioOptions) { srv.Everything(twilioserver.Unavailable()) }, Transient, ReasonNoAnswer},
		"too many requests": {func(*TwilioOptions) { srv.Everything(twilioserver.TooMany("9")) }, Transient, ReasonBusy},
		"another account": {func(*TwilioOptions) {
			srv.Everything(twilioserver.Answer(200, "application/json", `{"sid":"AC9","status":"active"}`))
		}, Configuration, ReasonUnreadable},
		"another machine": {func(*TwilioOptions) { srv.Everything(twilioserver.Answer(200, "text/html", "hello")) }, Configuration, ReasonUnreadable},
	} {
		o := o
		c.scene(&o)
		e := failureOf(t, newTwilio(t, o).Check(context.Background()))
		if e.Class != c.class || !strings.HasPrefix(e.Reason, c.words) || e.Hint == "" {
			t.Errorf("%s: %+v", name, e)
		}
		srv.Heal()
		srv.Suspend("active")
	}
	if srv.Posts() != 0 {
		t.Errorf("a check sent %d messages", srv.Posts())
	}
}

func TestTwilio_SomebodyWhoOptedOutGetsNothingUntilTheyStart(t *testing.T) {
	srv := twilioserver.Start(t)
	n := newTwilio(t, twilioAt(srv))
	srv.Receive(someNumber, "Stop")
	_, err := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
	if e := failureOf(t, err); !e.AddressRefused || !strings.HasPrefix(e.Reason, ReasonOptedOut) || !strings.Contains(e.Hint, "START") {
		t.Errorf("%+v", e)
	}
	srv.Receive(someNumber, "START")
	if _, err := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b")); err != nil {
		t.Errorf("after START: %v", err)
	}
}
