package notifiers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tminus/apptest/twilioserver"
)

func TestTwilio_Codes(t *testing.T) {
	for _, c := range []struct {
		status, code int
		class        Class
		refused      bool
		reason       string
	}{
		{429, 20429, Transient, false, ReasonBusy},
		{429, 0, Transient, false, ReasonBusy},
		{400, 21611, Transient, false, ReasonBusy},
		{503, 21730, Unknown, false, ReasonNoAnswer},
		{400, 21730, Transient, false, ReasonBusy},
		{500, 20500, Unknown, false, ReasonNoAnswer},
		{502, 0, Unknown, false, ReasonNoAnswer},
		{408, 0, Unknown, false, ReasonNoAnswer},
		{400, 21211, Permanent, true, ReasonBadNumber},
		{400, 21614, Permanent, true, ReasonBadNumber},
		{400, 21635, Permanent, true, ReasonBadNumber},
		{400, 21604, Permanent, true, ReasonBadNumber},
		{400, 21265, Permanent, true, ReasonBadNumber},
		{400, 21610, Permanent, true, ReasonOptedOut},
		{403, 21610, Permanent, true, ReasonOptedOut},
		{400, 21612, Permanent, false, ReasonBadNumber},
		{400, 21602, Permanent, false, ReasonContent},
		{400, 21617, Permanent, false, ReasonContent},
		{400, 21408, Permanent, false, ReasonPermission},
		{403, 21408, Permanent, false, ReasonPermission},
		{400, 21608, Permanent, false, ReasonPermission},
		{400, 99999, Permanent, false, ReasonProvider},
		{401, 20003, Configuration, false, ReasonCredentials},
		{401, 0, Configuration, false, ReasonCredentials},
		{404, 20404, Configuration, false, ReasonCredentials},
		{402, 0, Configuration, false, ReasonNoBalance},
		{403, 20005, Configuration, false, ReasonAccountClosed},
		{403, 20403, Configuration, false, ReasonAccountClosed},
		{403, 20999, Configuration, false, ReasonPermission},
		{400, 21603, Configuration, false, ReasonSender},
		{400, 21606, Configuration, false, ReasonSender},
		{400, 21660, Configuration, false, ReasonSender},
		{400, 21609, Configuration, false, ReasonProvider},
		{400, 63038, Configuration, false, ReasonQuota},
		{307, 0, Configuration, false, ReasonUnreadable},
		{407, 0, Configuration, false, ReasonUnreadable},
		{403, 0, Configuration, false, ReasonUnreadable},
		{400, 400, Configuration, false, ReasonUnreadable}, // somebody else's numbers
		{413, 0, Permanent, false, ReasonContent},
	} {
		srv := twilioserver.Start(t)
		if c.code != 0 {
			srv.Script(someNumber, twilioserver.Refuse(c.status, c.code, "about "+someNumber))
		} else {
			srv.Script(someNumber, twilioserver.Answer(c.status, "text/html", "<p>about "+someNumber+"</p>"))
		}
		_, err := newTwilio(t, twilioAt(srv)).Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
		e := failureOf(t, err)
		if e.Class != c.class || e.AddressRefused != c.refused || !strings.HasPrefix(e.Reason, c.reason+" (") {
			t.Errorf("HTTP %d, %d: %s, refused %t, %q; want %s, %t, %q", c.status, c.code, e.Class, e.AddressRefused, e.Reason, c.class, c.refused, c.reason)
		}
		if e.Class == Configuration && e.Hint == "" {
			t.Errorf("HTTP %d, %d: no hint", c.status, c.code)
		}
		if strings.Contains(fmt.Sprint(e.Reason, e.Hint, e.Err), someNumber) {
			t.Errorf("HTTP %d, %d: the number shows: %+v", c.status, c.code, e)
		}
		if len(srv.Messages()) != 0 || srv.Posts() != 1 {
			t.Errorf("HTTP %d, %d: %d messages by %d calls", c.status, c.code, len(srv.Messages()), srv.Posts())
		}
	}
}

// A sender id of letters or a short code works in some countries only; what is wrong with a number or a messaging service
// is wrong everywhere.
func TestP9_TwilioASenderThatIsNotForACountryStopsOnlyItsMessages(t *testing.T) {
	for from, class := range map[string]Class{
		"ACME": Permanent, "62255": Permanent, twilioserver.From: Configuration, "MG" + strings.Repeat("0a", 16): Configuration,
	} {
		srv := twilioserver.Start(t, twilioserver.WithSenders("none"))
		o := twilioAt(srv)
		o.From = from
		_, err := newTwilio(t, o).Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
		if e := failureOf(t, err); e.Class != class || e.Reason != ReasonSender+" (Twilio 21606)" || e.Hint == "" {
			t.Errorf("%s: %+v", from, e)
		}
	}
}

func TestTwilio_EveryCodeHasAReasonAndConfigurationAHint(t *testing.T) {
	for code, fault := range twilioFaults {
		if fault.reason == "" || fault.class == Configuration && fault.hint == "" || fault.class == Unknown || fault.refused && fault.class != Permanent {
			t.Errorf("%d: %+v", code, fault)
		}
	}
	// Those that say that no message can leave stop the channel; those about one country or number do not.
	for code, class := range map[int]Class{20003: Configuration, 30002: Configuration, 21606: Configuration, 21408: Permanent, 21608: Permanent, 30034: Permanent,
		30003: Transient, 30008: Transient, 30001: Transient, 30004: Permanent, 30005: Permanent, 30006: Permanent, 30007: Permanent} {
		if got := twilioError(code).Class; got != class {
			t.Errorf("%d: %s, want %s", code, got, class)
		}
	}
}

func TestTwilio_RetryAfterIsHonoured(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, " 90 ": 90 * time.Second, "": 0, "-3": 0, "soon": 0, "9223372036854775807": 24 * time.Hour,
		"Mon, 02 Mar 2026 01:02:00 GMT": 2 * time.Minute, "Mon, 02 Mar 2026 00:00:00 GMT": 0, "Mon, 02 Mar 2099 00:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	srv := twilioserver.Start(t)
	srv.Script(someNumber, twilioserver.TooMany("7"))
	n := newTwilio(t, twilioAt(srv))
	_, err := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
	if e := failureOf(t, err); e.RetryAfter != 7*time.Second {
		t.Errorf("%+v", e)
	}
	if _, err := n.Send(context.Background(), smsMessage("a", someNumber, "T", "b")); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestTwilio_AnswersThatAreNotTwilios(t *testing.T) {
	for name, act := range map[string]twilioserver.Act{
		"a captive portal": twilioserver.Answer(200, "text/html", "<form>sign in</form>"),
		"no sid":           twilioserver.Answer(201, "application/json", `{"status":"queued"}`),
		"a strange sid":    twilioserver.Answer(201, "application/json", `{"sid":"../../x","status":"queued"}`),
		"nothing":          twilioserver.Answer(204, "application/json", ""),
		"half":             twilioserver.GarbledAfter(),
	} {
		srv := twilioserver.Start(t)
		srv.Script(someNumber, act)
		_, err := newTwilio(t, twilioAt(srv)).Send(context.Background(), smsMessage("a", someNumber, "T", "b"))
		if e := failureOf(t, err); e.Class != Unknown {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// Whatever Twilio, or who stands in its place, says: nothing of it that names somebody shows.
func TestP14_TwilioErrorsNameNobody(t *testing.T) {
	const words = "meet at the secret place"
	echo := "To=" + someNumber + "&Body=" + words + "&" + twilioserver.AccountSID + ":" + twilioserver.AuthToken
	for name, act := range map[string]twilioserver.Act{
		"a refusal":    twilioserver.Refuse(400, 21211, echo),
		"another code": twilioserver.Refuse(400, 29999, echo),
		"wrong keys":   twilioserver.Refuse(401, 20003, echo),
		"an outage":    twilioserver.Answer(500, "text/plain", echo),
		"a portal":     twilioserver.Answer(200, "text/html", echo),
		"a redirect":   twilioserver.Answer(302, "text/html", echo),
		"a cut":        twilioserver.CutBefore(),
		"garbage":      twilioserver.Garbage(),
		"a bad list":   twilioserver.Answer(200, "application/json", `{"messages":[],"next_page_uri":"https://evil.example/`+someNumber+`"}`),
	} {
		srv := twilioserver.Start(t)
		srv.Everything(act)
		n := newTwilio(t, twilioAt(srv))
		m := smsMessage("a", someNumber, "T", words)
		_, sent := n.Send(context.Background(), m)
		_, listed := n.Inquire(context.Background(), Inquiry{Message: m, Began: created})
		_, fetched := n.Inquire(context.Background(), Inquiry{Message: m, ProviderID: "SM" + strings.Repeat("0", 32), Began: created})
		srv.Stop()
		_, stopped := n.Send(context.Background(), m)
		for method, err := range map[string]error{
			"Send": sent, "Inquire the list": listed, "Inquire one": fetched, "Check": n.Check(context.Background()), "Send to nobody": stopped,
		} {
			e := failureOf(t, err)
			shown := fmt.Sprintf("%s %s %+v %s", e.Reason, e.Hint, e.Err, err)
			for _, secret := range []string{someNumber, someNumber[1:], words, twilioserver.AccountSID, twilioserver.AuthToken} {
				if strings.Contains(shown, secret) || strings.Contains(shown, strings.ReplaceAll(secret, " ", "+")) {
					t.Errorf("%s, %s: %q shows %q", name, method, shown, secret)
				}
			}
		}
	}
}
