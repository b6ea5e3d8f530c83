package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// states gives what GET channels tells, by channel.
func states(t *testing.T, s *apptest.Server, role string) map[string]map[string]any {
	t.Helper()
	answer := s.Do(role, "GET", "/api/tminus/channels", nil)
	wantStatus(t, "channels", answer, http.StatusOK)
	all := map[string]map[string]any{}
	var order []string
	for _, c := range answer.JSON(t)["channels"].([]any) {
		c := c.(map[string]any)
		name, _ := c["name"].(string)
		all[name] = c
		order = append(order, name)
	}
	if !reflect.DeepEqual(order, []string{"email", "sms", "wechat"}) {
		t.Errorf("channels are %v", order)
	}
	return all
}

func TestChannelsTellWhatEachOfThemDoes(t *testing.T) {
	t.Parallel()
	ready := states(t, apptest.New(t).Serve(), "viewer")
	for name, c := range ready {
		if c["state"] != "ready" || c["enabled"] != true || c["provider"] != "memory" {
			t.Errorf("%s is %v", name, c)
		}
	}
	unset := states(t, apptest.New(t, apptest.WithNotifier("email", nil), apptest.WithNotifier("sms", nil), apptest.WithNotifier("wechat", nil)).Serve(), "viewer")
	for name, want := range map[string]string{"email": "sandbox", "sms": "not_configured", "wechat": "not_configured"} {
		if c := unset[name]; c["state"] != want || c["enabled"] != (want == "sandbox") {
			t.Errorf("unset, %s is %v, want %s", name, c, want)
		}
	}
	for name, c := range states(t, apptest.New(t, apptest.InDemo()).Serve(), "viewer") {
		if c["state"] != "sandbox" || c["enabled"] != true {
			t.Errorf("in the demo %s is %v", name, c)
		}
	}
	off := states(t, apptest.New(t, apptest.WithConfig(func(c *config.Config) { c.Enable.SMS = false })).Serve(), "viewer")
	if off["sms"]["enabled"] != false || off["sms"]["state"] != "ready" || off["email"]["enabled"] != true {
		t.Errorf("switched off, sms is %v", off["sms"])
	}
}

func TestAPausedChannelSaysWhyAndHowToMendIt(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Outbox.Broken(&notifiers.Error{Class: notifiers.Configuration, Reason: "535 wrong password", Hint: "Check EMAIL_HOST_PASSWORD.", Err: errors.New("secret cause")})
	e := s.Event(in(10)).Save()
	wantStatus(t, "send", send(s, "staff", s.Reminders(e)[0].Id), http.StatusAccepted)
	s.Eventually("email is paused", func() bool { return states(t, s, "viewer")["email"]["state"] == "paused" })
	c := states(t, s, "viewer")["email"]
	if c["reason"] != "535 wrong password" || c["hint"] != "Check EMAIL_HOST_PASSWORD." || c["since"] == nil || c["enabled"] != true {
		t.Errorf("email is %v", c)
	}
	if strings.Contains(fmt.Sprint(c), "secret cause") {
		t.Error("the cause, which is the operator's, is told")
	}
	s.Outbox.Broken(nil)
	s.Eventually("it heals by itself", func() bool { return states(t, s, "viewer")["email"]["state"] == "ready" })
}

func testMessage(s *apptest.Server, role, channel string, body any) apptest.Answer {
	return s.Do(role, "POST", "/api/tminus/channels/"+channel+"/test", body)
}

func TestATestMessageTakesTheWayOfAllOthers(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, tt := range []struct{ channel, address, own string }{
		{"email", "try@example.test", "admin@example.test"}, {"sms", "+85298765432", "+85291234567"}, {"wechat", "openid-of-somebody", "openid-admin"},
	} {
		for _, address := range []string{tt.address, ""} {
			answer := testMessage(s, "admin", tt.channel, map[string]any{"address": address})
			wantStatus(t, tt.channel, answer, http.StatusAccepted)
			id, _ := answer.JSON(t)["delivery"].(string)
			s.Eventually("it is sent", func() bool {
				d, err := collections.FindDelivery(s.App.App, id)
				return err == nil && d.Status == "sent"
			})
			d, err := collections.FindDelivery(s.App.App, id)
			must(t, err)
			want := address
			if want == "" {
				want = tt.own
			}
			if d.Kind != "test" || d.Channel != tt.channel || d.Address != want || d.Provider != "memory" || d.Event != "" {
				t.Errorf("%s to %q became %+v", tt.channel, address, d)
			}
			if got := s.Outbox.SentTo(want); len(got) != 1 || got[0].ID != id || got[0].Subject == "" || got[0].Lead == "" {
				t.Errorf("%s: %s got %v", tt.channel, want, got)
			}
		}
	}
	if answer := testMessage(s, "super", "email", map[string]any{"address": "ops@example.test"}); answer.Status != http.StatusAccepted {
		t.Errorf("a superuser's: %d %s", answer.Status, answer.Body)
	}
}

func TestP13_ATestToNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	before := s.Snapshot()
	for _, tt := range []struct{ channel, address string }{
		{"email", "nobody"}, {"email", "a b@example.test"}, {"email", "Name <a@example.test>"}, {"email", "a@example.test, b@example.test"},
		{"email", "a@example.test\r\nBcc: b@example.test"}, {"email", "@example.test"}, {"email", "+85291234567"},
		{"sms", "call me"}, {"sms", "123"}, {"sms", "try@example.test"}, {"sms", "+1"}, {"sms", "+862162345678"}, // the last is a fixed line
		{"wechat", "小明"}, {"wechat", "a b"}, {"wechat", "openid?x=1"}, {"wechat", strings.Repeat("o", 65)},
	} {
		wantErrors(t, tt.channel+" to "+tt.address, testMessage(s, "admin", tt.channel, map[string]any{"address": tt.address}), map[string]string{"address": "validation_address"})
	}
	for _, channel := range []string{"email", "sms", "wechat"} { // a superuser has no address of their own to fall back on
		wantErrors(t, channel+" to nothing", testMessage(s, "super", channel, map[string]any{}), map[string]string{"address": "validation_required"})
	}
	s.Unchanged(t, "what was refused", before)
	if s.Outbox.Tries() != 0 {
		t.Errorf("%d messages were tried", s.Outbox.Tries())
	}
}

func TestATestNumberIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	wantStatus(t, "typed", testMessage(s, "admin", "sms", map[string]any{"address": "9876 5432"}), http.StatusAccepted)
	s.Eventually("it is sent", func() bool { return len(s.Outbox.Sent()) == 1 })
	if got := s.Outbox.Sent()[0].To.Address; got != "+85298765432" {
		t.Errorf("it went to %q", got)
	}
}

func TestATestOfAChannelThatIsNotSetUpSaysSo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, apptest.WithNotifier("sms", nil)).Serve()
	before := s.Snapshot()
	wantStatus(t, "sms", testMessage(s, "admin", "sms", map[string]any{"address": "+85291234567"}), http.StatusBadRequest)
	s.Unchanged(t, "sms", before)
}

func TestStatusTellsQueuesLagAndLastRuns(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Outbox.Broken(&notifiers.Error{Class: notifiers.Configuration, Reason: "down"})
	e := s.Event(in(10)).Save()
	wantStatus(t, "send", send(s, "staff", s.Reminders(e)[0].Id), http.StatusAccepted)
	s.Eventually("all channels are paused", func() bool {
		all := states(t, s, "viewer")
		return all["email"]["state"] == "paused" && all["sms"]["state"] == "paused" && all["wechat"]["state"] == "paused"
	})
	s.Advance(time.Minute)
	answer := s.Do("manager", "GET", "/api/tminus/status", nil)
	wantStatus(t, "status", answer, http.StatusOK)
	status := answer.JSON(t)
	if status["now"] != s.Clock.Now().Format(time.RFC3339) || status["next_reminder"] != in(7).Format(time.RFC3339) {
		t.Errorf("now %v, next reminder %v", status["now"], status["next_reminder"])
	}
	sms := status["channels"].([]any)[1].(map[string]any)
	if sms["state"] != "paused" || sms["sent"] != 0.0 {
		t.Errorf("sms is %v, want it paused with nothing sent", sms)
	}
	s.Eventually("what waits is due and late", func() bool {
		sms := s.Do("manager", "GET", "/api/tminus/status", nil).JSON(t)["channels"].([]any)[1].(map[string]any)
		return sms["waiting"] == 1.0 && sms["due"] == 1.0 && sms["lag_seconds"] == 60.0
	})
	var jobs []string
	for _, j := range status["jobs"].([]any) {
		jobs = append(jobs, fmt.Sprint(j.(map[string]any)["name"]))
	}
	if !slices.Contains(jobs, "daily-event-digest") {
		t.Errorf("jobs: %v", jobs)
	}
	s.Outbox.Broken(nil)
	s.Eventually("all is sent", func() bool {
		email := s.Do("manager", "GET", "/api/tminus/status", nil).JSON(t)["channels"].([]any)[0].(map[string]any)
		return email["waiting"] == 0.0 && email["lag_seconds"] == 0.0 && email["sent"].(float64) >= 1
	})
}

func TestStatusTellsTheLastErrorOfAChannel(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	channel := func(name string) map[string]any {
		for _, c := range s.Do("manager", "GET", "/api/tminus/status", nil).JSON(t)["channels"].([]any) {
			if c := c.(map[string]any); c["name"] == name {
				return c
			}
		}
		return nil
	}
	if c := channel("email"); c["last_error"] != nil {
		t.Errorf("before anything, the last error is %v", c["last_error"])
	}
	s.Outbox.Broken(&notifiers.Error{Class: notifiers.Permanent, Reason: "550 no such user"})
	e := s.Event(in(10)).Save()
	wantStatus(t, "send", send(s, "staff", s.Reminders(e)[0].Id), http.StatusAccepted)
	eventuallyIs(t, s, s.Reminders(e)[0].Id, "failed")
	got, _ := channel("email")["last_error"].(map[string]any)
	if got["error"] != "550 no such user" || got["class"] != "permanent" || got["at"] != s.Clock.Now().Format(time.RFC3339) || got["delivery"] == "" {
		t.Errorf("the last error is %v", got)
	}
	s.Advance(time.Hour)
	s.Outbox.Broken(&notifiers.Error{Class: notifiers.Transient, Reason: "451 later"})
	wantStatus(t, "send", send(s, "staff", s.Reminders(e)[1].Id), http.StatusAccepted)
	s.Eventually("a message that waits for its next attempt says why", func() bool {
		last, _ := channel("email")["last_error"].(map[string]any)
		return last["error"] == "451 later" && last["class"] == "transient"
	})
}

func TestMetricsAreForWhoeverBearsTheToken(t *testing.T) {
	t.Parallel()
	const token = "a token for the scraper"
	off := apptest.New(t).Serve()
	for _, given := range []string{"", "Bearer ", "Bearer " + token, off.Token("super")} {
		wantStatus(t, "switched off, with "+given, off.DoToken(given, "GET", "/metrics", nil), http.StatusNotFound)
	}
	s := apptest.New(t, apptest.WithConfig(func(c *config.Config) { c.MetricsToken = token })).Serve()
	for _, given := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Bearer " + token + "x", "Basic " + token, s.Token("admin"), s.Token("super")} {
		answer := s.DoToken(given, "GET", "/metrics", nil)
		wantStatus(t, "with "+given, answer, http.StatusUnauthorized)
		if strings.Contains(string(answer.Body), "tminus_") || strings.Contains(string(answer.Body), token) {
			t.Errorf("with %q it tells %s", given, answer.Body)
		}
	}
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	wantStatus(t, "send", send(s, "staff", r.Id), http.StatusAccepted)
	eventuallyIs(t, s, r.Id, "sent")
	answer := s.DoToken("Bearer "+token, "GET", "/metrics", nil)
	wantStatus(t, "with the token", answer, http.StatusOK)
	if kind := answer.Header.Get("Content-Type"); kind != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("the type is %q", kind)
	}
	wantPrometheus(t, string(answer.Body))
	for _, line := range []string{`tminus_sent_total{channel="email"} 1`, `tminus_queue_waiting{channel="sms"} 0`, `tminus_channel_paused{channel="wechat"} 0`} {
		if !strings.Contains(string(answer.Body), line+"\n") {
			t.Errorf("it does not tell %s:\n%s", line, answer.Body)
		}
	}
}

// wantPrometheus checks the text format 0.0.4: each sample under its HELP and TYPE, none twice.
// https://prometheus.io/docs/instrumenting/exposition_formats/
func wantPrometheus(t *testing.T, text string) {
	t.Helper()
	if !strings.HasSuffix(text, "\n") {
		t.Error("the last line is not ended")
	}
	family, seen := "", map[string]bool{}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "# HELP "):
			family = words[2]
		case strings.HasPrefix(line, "# TYPE "):
			if words[2] != family || (words[3] != "gauge" && words[3] != "counter") || seen[family] {
				t.Errorf("%q under %s", line, family)
			}
			seen[family] = true
			if (words[3] == "counter") != strings.HasSuffix(family, "_total") {
				t.Errorf("%q: a counter's name ends in _total", line)
			}
		default:
			var value float64
			name, _, _ := strings.Cut(words[0], "{")
			if _, err := fmt.Sscan(words[1], &value); err != nil || len(words) != 2 || name != family || seen[words[0]] {
				t.Errorf("%q under %s (%v)", line, family, err)
			}
			seen[words[0]] = true
		}
	}
}
