package twilioserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

const number = "+85251234567"

func good() url.Values {
	return url.Values{"To": {number}, "From": {From}, "Body": {"Hello"}}
}

// do sends a request as the account and gives the status and the JSON of the answer.
func do(t *testing.T, s *Server, method, path string, form url.Values, change ...func(*http.Request)) (int, map[string]any, http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(s.AccountSID(), s.AuthToken())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range change {
		c(r)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, nil
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, nil
	}
	var body map[string]any
	_ = json.Unmarshal(raw, &body) // some answers are no JSON
	return response.StatusCode, body, response.Header
}

func messages(s *Server) string { return "/2010-04-01/Accounts/" + s.AccountSID() + "/Messages.json" }

func create(t *testing.T, s *Server, form url.Values) (int, map[string]any) {
	t.Helper()
	status, body, _ := do(t, s, http.MethodPost, messages(s), form)
	return status, body
}

func TestAnswersAsTwilioDoes(t *testing.T) {
	at := time.Date(2023, 8, 24, 5, 1, 45, 999, time.FixedZone("HKT", 8*3600))
	s := Start(t, WithClock(func() time.Time { return at }))
	status, body, header := do(t, s, http.MethodPost, messages(s), good())
	sid, _ := body["sid"].(string)
	if status != http.StatusCreated || !regexp.MustCompile(`^SM[0-9a-f]{32}$`).MatchString(sid) {
		t.Fatalf("HTTP %d, %v", status, body)
	}
	want := map[string]any{
		"sid": sid, "account_sid": AccountSID, "messaging_service_sid": nil, "to": number, "from": From, "body": "Hello",
		"status": "queued", "direction": "outbound-api", "num_segments": "1", "num_media": "0", "price": nil, "price_unit": "USD",
		"error_code": nil, "error_message": nil, "api_version": "2010-04-01",
		"date_created": "Wed, 23 Aug 2023 21:01:45 +0000", "date_updated": "Wed, 23 Aug 2023 21:01:45 +0000", "date_sent": nil,
		"uri":              "/2010-04-01/Accounts/" + AccountSID + "/Messages/" + sid + ".json",
		"subresource_uris": map[string]any{"media": "/2010-04-01/Accounts/" + AccountSID + "/Messages/" + sid + "/Media.json"},
	}
	if !reflect.DeepEqual(body, want) {
		t.Errorf("got %v\nwant %v", body, want)
	}
	if header.Get("Date") != "Wed, 23 Aug 2023 21:01:45 GMT" || !strings.HasPrefix(header.Get("Twilio-Request-Id"), "RQ") {
		t.Errorf("headers %v", header)
	}
	if _, fetched, _ := do(t, s, http.MethodGet, body["uri"].(string), nil); !reflect.DeepEqual(fetched, want) {
		t.Errorf("fetched %v", fetched)
	}
}

func TestChecksWhoAsksForWhat(t *testing.T) {
	s := Start(t)
	account := "/2010-04-01/Accounts/" + s.AccountSID()
	for name, c := range map[string]struct {
		method, path string
		change       func(*http.Request)
		status, code int
	}{
		"no sign-in":      {"POST", messages(s), func(r *http.Request) { r.Header.Del("Authorization") }, 401, 20003},
		"a wrong token":   {"POST", messages(s), func(r *http.Request) { r.SetBasicAuth(s.AccountSID(), "x") }, 401, 20003},
		"a wrong account": {"GET", account + ".json", func(r *http.Request) { r.SetBasicAuth("AC1", s.AuthToken()) }, 401, 20003},
		"another path":    {"POST", "/2010-04-01/Accounts/AC1/Messages.json", func(*http.Request) {}, 404, 20404},
		"no such message": {"GET", account + "/Messages/SM1.json", func(*http.Request) {}, 404, 20404},
		"another verb":    {"DELETE", messages(s), func(*http.Request) {}, 404, 20404},
		"JSON":            {"POST", messages(s), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, 400, 21604},
		"a bad date":      {"GET", messages(s) + "?DateSent=2026-3-1", func(*http.Request) {}, 400, 20001},
		"too large pages": {"GET", messages(s) + "?PageSize=1001", func(*http.Request) {}, 400, 20001},
	} {
		status, body, _ := do(t, s, c.method, c.path, good(), c.change)
		if status != c.status || body["code"] != float64(c.code) || body["status"] != float64(c.status) ||
			body["more_info"] != fmt.Sprintf("https://www.twilio.com/docs/errors/%d", c.code) {
			t.Errorf("%s: HTTP %d, %v", name, status, body)
		}
	}
	if len(s.Messages()) != 0 {
		t.Error("something was accepted")
	}
}

func TestChecksTheMessage(t *testing.T) {
	s := Start(t, WithSenders(From, "ACME"))
	s.Receive(number+"8", " stop ")
	for name, c := range map[string]struct {
		field, value string
		code         int
	}{
		"To missing":          {"To", "", 21604},
		"To without +":        {"To", "85251234567", 21211},
		"From missing":        {"From", "", 21603},
		"another From":        {"From", "+15005550007", 21606},
		"a bad service":       {"MessagingServiceSid", "MG1", 21705},
		"Body missing":        {"Body", "", 21602},
		"Body too long":       {"Body", strings.Repeat("😀", 801), 21617},
		"a bad callback":      {"StatusCallback", "https://my_host/x", 21609},
		"a relative callback": {"StatusCallback", "/x", 21609},
		"opted out":           {"To", number + "8", 21610},
		"to itself":           {"To", From, 21266},
		"no valid number":     {"To", "+15005550001", 21211},
		"no route":            {"To", "+15005550002", 21612},
		"no permission":       {"To", "+15005550003", 21408},
		"on the list":         {"To", "+15005550004", 21610},
		"a landline":          {"To", "+15005550009", 21614},
	} {
		form := good()
		form.Set(c.field, c.value)
		if status, body := create(t, s, form); status != 400 || body["code"] != float64(c.code) {
			t.Errorf("%s: HTTP %d, %v", name, status, body)
		}
	}
	s.Receive(number+"8", "START")
	for field, value := range map[string]string{"To": number + "8", "From": "ACME", "Body": strings.Repeat("😀", 800), "StatusCallback": "https://a.example/x"} {
		form := good()
		form.Set(field, value)
		if status, body := create(t, s, form); status != 201 {
			t.Errorf("%s=%.20s: HTTP %d, %v", field, value, status, body)
		}
	}
}

func TestAMessagingServiceCountsLater(t *testing.T) {
	s := Start(t)
	form := good()
	form.Del("From")
	form.Set("MessagingServiceSid", "MG"+strings.Repeat("0a", 16))
	_, body := create(t, s, form)
	if body["status"] != "accepted" || body["num_segments"] != "0" || body["from"] != nil || body["messaging_service_sid"] != form.Get("MessagingServiceSid") {
		t.Errorf("%v", body)
	}
	s.SetStatus(body["sid"].(string), "sent", 0)
	if m := s.Messages()[0]; m.Segments != 1 || m.Sent.IsZero() {
		t.Errorf("%+v", m)
	}
}

func TestCountsSegments(t *testing.T) {
	s := Start(t)
	for body, want := range map[string]string{
		strings.Repeat("a", 160): "1", strings.Repeat("a", 161): "2", strings.Repeat("€", 80): "1", strings.Repeat("€", 81): "2",
		strings.Repeat("字", 70): "1", strings.Repeat("字", 71): "2", strings.Repeat("😀", 35): "1", strings.Repeat("😀", 36): "2",
		"“" + strings.Repeat("a", 100) + "”": "2",
	} {
		form := good()
		form.Set("Body", body)
		if _, got := create(t, s, form); got["num_segments"] != want {
			t.Errorf("%.20s…: %v, want %s", body, got["num_segments"], want)
		}
	}
	form := good()
	form.Set("Body", "“"+strings.Repeat("a", 100)+"”")
	form.Set("SmartEncoded", "true")
	if _, got := create(t, s, form); got["num_segments"] != "1" || strings.ContainsAny(got["body"].(string), "“”") {
		t.Errorf("smart: %v", got)
	}
}

func TestListsByNumberAndDayInPages(t *testing.T) {
	s := Start(t)
	day := func(d int) time.Time { return time.Date(2026, 3, d, 23, 30, 0, 0, time.UTC) }
	for d := 1; d <= 3; d++ {
		s.Add(Message{To: number, From: From, Body: fmt.Sprint(d), Status: "delivered", Created: day(d), Sent: day(d)})
	}
	s.Add(Message{To: number, From: "ACME", Body: "waiting", Created: day(1)})
	s.Add(Message{To: "+85251234568", From: From, Body: "other", Created: day(2), Sent: day(2)})
	for query, want := range map[string]string{
		"To=%2B85251234567":                                                       "waiting 3 2 1",
		"To=%2B85251234567&From=ACME":                                             "waiting",
		"To=%2B85251234567&DateSent=2026-03-02":                                   "2",
		"To=%2B85251234567&DateSent%3E=2026-03-02":                                "3 2",
		"To=%2B85251234567&DateSent%3C=2026-03-02":                                "2 1",
		"To=%2B85251234567&DateSent%3E=2026-03-02&DateSent%3C=2026-03-02":         "2",
		"DateSent=2026-03-02":                                                     "2 other",
		"To=%2B85251234567&DateSent=2026-03-09":                                   "",
		"To=%2B85251234567&PageSize=1":                                            "waiting 3 2 1",
		"To=%2B85251234567&DateSent%3E=2026-03-01&PageSize=2&From=%2B15005550006": "3 2 1",
	} {
		var bodies []string
		pages := 0
		for path := messages(s) + "?" + query; path != ""; pages++ {
			status, page, _ := do(t, s, http.MethodGet, path, nil)
			if status != 200 {
				t.Fatalf("%s: HTTP %d, %v", path, status, page)
			}
			for _, m := range page["messages"].([]any) {
				bodies = append(bodies, m.(map[string]any)["body"].(string))
			}
			path, _ = page["next_page_uri"].(string)
		}
		if got := strings.Join(bodies, " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
		if strings.HasSuffix(query, "PageSize=1") && pages != 4 {
			t.Errorf("%s: %d pages", query, pages)
		}
	}
}

func TestScripts(t *testing.T) {
	s := Start(t)
	s.Script(number, TooMany("5"), Unavailable(), CutBefore(), CutAfter(), Garbage(), GarbledAfter())
	for i, want := range []struct{ status, kept int }{{429, 0}, {503, 0}, {0, 0}, {0, 1}, {0, 1}, {201, 2}, {201, 3}} {
		status, body, header := do(t, s, http.MethodPost, messages(s), good())
		if status != want.status || len(s.To(number)) != want.kept {
			t.Errorf("request %d: HTTP %d, %v, %d kept; want %d, %d", i+1, status, body, len(s.To(number)), want.status, want.kept)
		}
		if status == 429 && (header.Get("Retry-After") != "5" || body["code"] != float64(20429)) {
			t.Errorf("%v %v", header, body)
		}
		if status == 503 && (body != nil || header.Get("Content-Type") != "text/plain") {
			t.Errorf("%v %v", header, body)
		}
	}
	s.Always(number, Refuse(400, 30999, "no"))
	for range 2 {
		if status, body := create(t, s, good()); status != 400 || body["code"] != float64(30999) {
			t.Errorf("always: HTTP %d, %v", status, body)
		}
	}
	s.Everything(Unavailable())
	if status, _, _ := do(t, s, http.MethodGet, messages(s), nil); status != 503 {
		t.Errorf("everything: HTTP %d", status)
	}
	s.Heal()
	if status, _, _ := do(t, s, http.MethodGet, messages(s), nil); status != 200 {
		t.Errorf("healed: HTTP %d", status)
	}
	if s.Posts() != 9 || s.Gets() != 2 {
		t.Errorf("%d posts, %d gets", s.Posts(), s.Gets())
	}
}

func TestHangsUntilReleased(t *testing.T) {
	for name, c := range map[string]struct {
		act  Act
		kept int
	}{"before": {HangBefore(), 0}, "after": {HangAfter(), 1}} {
		s := Start(t)
		s.Script(number, c.act)
		answered := make(chan int)
		go func() {
			status, _ := create(t, s, good())
			answered <- status
		}()
		deadline := time.Now().Add(5 * time.Second)
		for s.Posts() == 0 || len(s.Messages()) < c.kept {
			if time.Now().After(deadline) {
				t.Fatalf("%s: no request", name)
			}
			time.Sleep(time.Millisecond)
		}
		select {
		case status := <-answered:
			t.Errorf("%s: answered with %d", name, status)
		default:
		}
		for done := false; !done; { // the request may not hang yet
			s.Release()
			select {
			case status := <-answered:
				if status != 0 || len(s.Messages()) != c.kept {
					t.Errorf("%s: HTTP %d, %d kept", name, status, len(s.Messages()))
				}
				done = true
			case <-time.After(time.Millisecond):
			}
		}
	}
}

func TestAnOutage(t *testing.T) {
	s := Start(t)
	create(t, s, good())
	at := s.URL()
	s.Stop()
	if status, _ := create(t, s, good()); status != 0 {
		t.Errorf("stopped: HTTP %d", status)
	}
	if err := errors.Join(s.Start(), s.Start()); err != nil {
		t.Fatal(err)
	}
	if status, _ := create(t, s, good()); status != 201 || s.URL() != at || len(s.Messages()) != 2 {
		t.Errorf("back: HTTP %d at %s, %d kept", status, s.URL(), len(s.Messages()))
	}
	s.Suspend("suspended")
	if status, body := create(t, s, good()); status != 403 || body["code"] != float64(20005) {
		t.Errorf("suspended: HTTP %d, %v", status, body)
	}
	if _, body, _ := do(t, s, http.MethodGet, "/2010-04-01/Accounts/"+s.AccountSID()+".json", nil); body["status"] != "suspended" {
		t.Errorf("the account: %v", body)
	}
}
