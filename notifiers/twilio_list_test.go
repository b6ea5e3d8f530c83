package notifiers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tminus/apptest/twilioserver"
)

func TestTwilio_FollowsThePagesOfAList(t *testing.T) {
	for name, status := range map[string]string{"sent": "sent", "not sent": "queued"} {
		srv, n, clock := asking(t)
		for i := range 450 {
			sid := srv.Add(twilioserver.Message{To: someNumber, From: twilioserver.From, Body: fmt.Sprint(i), Created: clock.Now()})
			srv.SetStatus(sid, status, 0)
		}
		q := lose(t, srv, n, clock.Now(), smsMessage("a", someNumber, "T", "Bring it."))
		made := srv.Messages()[450]
		srv.SetStatus(made.SID, status, 0)
		srv.Edit(made.SID, func(m *twilioserver.Message) {
			if !m.Sent.IsZero() {
				m.Sent = m.Sent.Add(-time.Second) // last in the list
			}
		})
		if f := inquire(t, n, q); f.ProviderID != made.SID {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// A number with a long history is not read to its beginning.
func TestTwilio_StopsAtOlderMessages(t *testing.T) {
	srv, n, clock := asking(t)
	for i := range 1000 {
		day := clock.Now().AddDate(0, 0, -10-i)
		srv.Add(twilioserver.Message{To: someNumber, From: twilioserver.From, Body: "x", Status: "delivered", Created: day, Sent: day})
	}
	if f := inquire(t, n, Inquiry{Message: smsMessage("a", someNumber, "T", "b"), Began: clock.Now()}); f.State != Absent {
		t.Errorf("%+v", f)
	}
	if srv.Gets() != 2 {
		t.Errorf("%d questions, want 2", srv.Gets())
	}
}

func TestTwilio_AQuestionThatIsNotAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		act   twilioserver.Act
		class Class
	}{
		"an outage":        {twilioserver.Unavailable(), Transient},
		"too many":         {twilioserver.TooMany("3"), Transient},
		"a bad request":    {twilioserver.Refuse(400, 20001, "Invalid parameter"), Transient},
		"a cut":            {twilioserver.CutBefore(), Transient},
		"garbage":          {twilioserver.Garbage(), Transient},
		"no list":          {twilioserver.Answer(200, "application/json", `{}`), Transient},
		"a portal":         {twilioserver.Answer(200, "text/html", `<p>hello</p>`), Transient},
		"a date, not read": {twilioserver.Answer(200, "application/json", `{"messages":[{"sid":"SM1","date_created":"yesterday"}]}`), Transient},
		"wrong keys":       {twilioserver.Refuse(401, 20003, "Authenticate"), Configuration},
		"another 404":      {twilioserver.Answer(404, "application/json", `{"message":"no route"}`), Configuration},
		"not found":        {twilioserver.Answer(404, "text/html", "nothing here"), Configuration},
	} {
		srv, n, clock := asking(t)
		srv.Everything(c.act)
		for _, id := range []string{"", "SM" + strings.Repeat("0", 32)} {
			_, err := n.Inquire(context.Background(), Inquiry{Message: smsMessage("a", someNumber, "T", "b"), ProviderID: id, Began: clock.Now()})
			e := failureOf(t, err)
			if e.Class != c.class || strings.Contains(fmt.Sprint(e.Reason, e.Hint, e.Err), someNumber[1:]) {
				t.Errorf("%s, sid %q: %+v", name, id, e)
			}
		}
	}
}

// The next page is asked for with the credentials: only Twilio's own path gets them.
func TestTwilio_PagesStayAtTheEndpoint(t *testing.T) {
	visited := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	defer other.Close()
	for _, next := range []string{other.URL + "/2010-04-01/Accounts/AC1/Messages.json?Page=1", "//" + strings.TrimPrefix(other.URL, "http://") + "/x", "/elsewhere?Page=1", "@evil.example/x"} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"messages":[],"next_page_uri":%q}`, next)
		}))
		n := newTwilio(t, TwilioOptions{AccountSID: "AC1", AuthToken: "token", From: "+15005550006", Endpoint: srv.URL})
		_, err := n.Inquire(context.Background(), Inquiry{Message: smsMessage("a", someNumber, "T", "b"), Began: created})
		if e := failureOf(t, err); e.Class != Transient || visited {
			t.Errorf("%s: %+v, visited %t", next, e, visited)
		}
		srv.Close()
	}
}

func TestTwilio_AListWithoutEndIsNotFollowedForEver(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprint(w, `{"messages":[],"next_page_uri":"/2010-04-01/Accounts/AC1/Messages.json?Page=1"}`)
	}))
	defer srv.Close()
	n := newTwilio(t, TwilioOptions{AccountSID: "AC1", AuthToken: "token", From: "+15005550006", Endpoint: srv.URL})
	_, err := n.Inquire(context.Background(), Inquiry{Message: smsMessage("a", someNumber, "T", "b"), Began: created})
	if e := failureOf(t, err); e.Class != Transient || asked != maxPages {
		t.Errorf("%+v after %d pages", e, asked)
	}
}

// A list is not believed to be of the number that was asked for.
func TestTwilio_AMessageToAnotherNumberIsNotTaken(t *testing.T) {
	srv, n, clock := asking(t)
	srv.Everything(twilioserver.Answer(200, "application/json", fmt.Sprintf(
		`{"messages":[{"sid":"SM%s","to":"+85251234568","from":%q,"body":"T\nBring it.","date_created":%q}]}`,
		strings.Repeat("0a", 16), twilioserver.From, clock.Now().Format(time.RFC1123Z))))
	if f := inquire(t, n, Inquiry{Message: smsMessage("a", someNumber, "T", "Bring it."), Began: clock.Now()}); f.State != Absent {
		t.Errorf("%+v", f)
	}
}
