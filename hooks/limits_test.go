package hooks_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
)

// from makes requests seem to come from an address: it names the header that a proxy would set.
func from(t *testing.T, s *apptest.Server) func(ip, method, address string, body any, role string) apptest.Answer {
	t.Helper()
	settings, err := s.Settings().Clone()
	must(t, err)
	settings.TrustedProxy.Headers = []string{"X-Test-Ip"}
	must(t, s.Save(settings))
	return func(ip, method, address string, body any, role string) apptest.Answer {
		t.Helper()
		return s.DoHeader(http.Header{"Authorization": {s.Token(role)}, "X-Test-Ip": {ip}}, method, address, body)
	}
}

// wantWait checks a 429: it says when to try again to machines and to people, and how long that is at most.
func wantWait(t *testing.T, what string, answer apptest.Answer, most time.Duration) {
	t.Helper()
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if answer.Status != http.StatusTooManyRequests || err != nil || seconds < 1 || time.Duration(seconds)*time.Second > most {
		t.Fatalf("%s: %d, Retry-After %q, %s", what, answer.Status, answer.Header.Get("Retry-After"), answer.Body)
	}
	body := answer.JSON(t)
	if message, _ := body["message"].(string); !strings.Contains(message, "Try again in") || body["status"] != 429.0 {
		t.Errorf("%s: %s", what, answer.Body)
	}
	told, _ := body["data"].(map[string]any)["retry_after"].(map[string]any)
	params, _ := told["params"].(map[string]any)
	if told["code"] != "validation_too_many" || params["seconds"] != float64(seconds) {
		t.Errorf("%s: %s", what, answer.Body)
	}
}

func TestLimits_AFreshInstanceHasThem(t *testing.T) {
	t.Parallel()
	app := migrated(t)
	limits := app.Settings().RateLimits
	if !limits.Enabled {
		t.Fatal("they are off")
	}
	for _, label := range []string{
		"users:auth", "_superusers:auth", "*:requestOTP", "*:requestPasswordReset", "*:requestVerification", "tminus:failures", "tminus:guesses", "tminus:code",
		"tminus:refused", "tminus:setup", "tminus:streams", "tminus:requests", "tminus:batch", "tminus:events", "tminus:reminders", "tminus:send",
		"tminus:preview", "tminus:test", "tminus:invitation", "tminus:binding", "tminus:sandbox",
	} {
		if rule, found := limits.FindRateLimitRule([]string{label}); !found || rule.Label != label {
			t.Errorf("there is no rule %s", label)
		}
	}
	if err := app.Settings().PostScan(); err != nil {
		t.Error(err)
	}
}

// migrated gives an app that was migrated and nothing more.
func migrated(t *testing.T) core.App {
	t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: t.TempDir()})
	must(t, app.Bootstrap())
	t.Cleanup(func() { _ = app.ResetBootstrapState() })
	must(t, app.RunAllMigrations())
	return app
}

func TestLimits_WhatAnAdministratorSetStays(t *testing.T) {
	t.Parallel()
	migration := "1795435220_limits.go"
	for name, set := range map[string]struct {
		change func(*core.RateLimitsConfig)
		ours   bool
	}{
		"nothing":            {func(c *core.RateLimitsConfig) { c.Enabled, c.Rules = false, pocketBasesRules }, true},
		"switched on":        {func(c *core.RateLimitsConfig) { c.Enabled, c.Rules = true, pocketBasesRules }, false},
		"a rule of its own":  {func(c *core.RateLimitsConfig) { c.Enabled, c.Rules = false, pocketBasesRules[:1] }, false},
		"another and turned": {func(c *core.RateLimitsConfig) { c.Enabled, c.Rules = true, pocketBasesRules[2:] }, false},
	} {
		app := migrated(t)
		settings, err := app.Settings().Clone()
		must(t, err)
		set.change(&settings.RateLimits)
		must(t, app.Save(settings))
		before := settings.RateLimits
		_, err = app.DB().NewQuery("DELETE FROM _migrations WHERE file = '" + migration + "'").Execute()
		must(t, err)
		must(t, app.RunAllMigrations())
		after := app.Settings().RateLimits
		if ours := after.Enabled && len(after.Rules) > len(pocketBasesRules); ours != set.ours {
			t.Errorf("%s: %v, %d rules", name, after.Enabled, len(after.Rules))
		}
		if !set.ours && fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s: %v became %v", name, before, after)
		}
	}
}

var pocketBasesRules = []core.RateLimitRule{
	{Label: "*:auth", MaxRequests: 2, Duration: 3}, {Label: "*:create", MaxRequests: 20, Duration: 5},
	{Label: "/api/batch", MaxRequests: 3, Duration: 1}, {Label: "/api/", MaxRequests: 300, Duration: 10},
}

func TestLimits_PocketBasesOwnSayWhenToo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(map[string]int{"*:requestPasswordReset": 1})
	address, body := "/api/collections/users/request-password-reset", map[string]any{"email": "nobody@example.test"}
	for range 20 { // PocketBase's windows begin by the real clock
		answer := s.Do("", "POST", address, body)
		if answer.Status == http.StatusTooManyRequests {
			wantWait(t, "a reset", answer, time.Minute)
			return
		}
	}
	t.Error("nobody was refused")
}

func TestLimits_OnePersonsCountIsNobodyElses(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	for label, request := range map[string]struct {
		method, path string
		body         func() map[string]any
	}{
		"tminus:preview":    {"POST", "/api/tminus/preview", func() map[string]any { return map[string]any{} }},
		"tminus:send":       {"POST", "/api/tminus/reminders/none/send", nil},
		"tminus:test":       {"POST", "/api/tminus/channels/email/test", nil},
		"tminus:sandbox":    {"GET", "/api/tminus/sandbox", nil},
		"tminus:invitation": {"POST", "/api/tminus/invitations", func() map[string]any { return map[string]any{} }},
		"tminus:binding":    {"POST", "/api/tminus/wechat/bindings", func() map[string]any { return map[string]any{} }},
		"tminus:requests":   {"GET", "/api/tminus/channels", nil},
		"tminus:events":     {"POST", path(collections.Events, ""), func() map[string]any { return map[string]any{} }},
		"tminus:reminders":  {"POST", path(collections.Reminders, ""), func() map[string]any { return map[string]any{"event": e.Id} }},
		"tminus:batch": {"POST", "/api/batch", func() map[string]any {
			return map[string]any{"requests": []any{map[string]any{"method": "POST", "url": "/x"}}}
		}},
	} {
		s.Limit(map[string]int{label: 2})
		var body any
		if request.body != nil {
			body = request.body()
		}
		do := func(role string) apptest.Answer { return s.Do(role, request.method, request.path, body) }
		for range 2 {
			if answer := do("staff"); answer.Status == http.StatusTooManyRequests {
				t.Errorf("%s: %d %s", label, answer.Status, answer.Body)
			}
		}
		wantWait(t, label, do("staff"), 10*time.Minute)
		for _, role := range []string{"manager", "super", "super", "super"} {
			if answer := do(role); answer.Status == http.StatusTooManyRequests {
				t.Errorf("%s, %s: %d %s", label, role, answer.Status, answer.Body)
			}
		}
		s.Limit(map[string]int{label: 1_000_000})
		s.Clock.Advance(time.Hour)
	}
}

func TestLimits_ABatchCountsEveryReminderItWouldCreate(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(map[string]int{"tminus:reminders": 10})
	batch := func(n int) apptest.Answer {
		var requests []any
		for i := range n {
			name := []string{collections.Reminders, collectionID(t, s, collections.Reminders)}[i%2]
			requests = append(requests, map[string]any{"method": "POST", "url": path(name, ""), "body": map[string]any{}})
		}
		return s.Do("staff", "POST", "/api/batch", map[string]any{"requests": requests})
	}
	if answer := batch(8); answer.Status != http.StatusBadRequest {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	wantWait(t, "3 more", batch(3), 10*time.Minute)
	if answer := batch(2); answer.Status != http.StatusBadRequest {
		t.Errorf("2 more: %d %s", answer.Status, answer.Body)
	}
}

func collectionID(t *testing.T, s *apptest.Server, name string) string {
	t.Helper()
	c, err := s.FindCachedCollectionByNameOrId(name)
	must(t, err)
	return c.Id
}

func TestLimits_AForgerIsCountedAndAReceiptIsNot(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("s3cret", 8)
	s := apptest.New(t, apptest.WithConfig(func(c *config.Config) {
		c.SMS.Provider, c.SMS.CallbackSecret = config.Aliyun, secret
	})).Serve()
	s.Limit(map[string]int{"tminus:refused": 5})
	const callbacks = "/api/tminus/callbacks/aliyun/"
	receipts := func(secret string) apptest.Answer { return s.Do("", "POST", callbacks+secret, []any{}) }
	for range 5 {
		if answer := receipts("wrong"); answer.Status != http.StatusForbidden {
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}
	wantWait(t, "a sixth", receipts("wrong"), time.Minute)
	for i := range 1000 { // from the same address, as behind a proxy that nobody named
		if answer := receipts(secret); answer.Status != http.StatusOK {
			t.Fatalf("receipt %d: %d %s", i, answer.Status, answer.Body)
		}
	}
	wantWait(t, "a link of nobody's", s.Do("", "GET", "/u/nobody.0", nil), time.Minute)
}

func TestLimits_AddressesThatAreExcludedDoAsTheyPlease(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(map[string]int{"tminus:preview": 1})
	settings, err := s.Settings().Clone()
	must(t, err)
	settings.RateLimits.ExcludedIPs = []string{"10.0.0.0/8", "127.0.0.1"}
	must(t, s.Save(settings))
	for range 3 {
		if answer := s.Do("staff", "POST", "/api/tminus/preview", map[string]any{}); answer.Status == http.StatusTooManyRequests {
			t.Fatalf("%s", answer.Body)
		}
	}
}

func TestLimits_OneIPv6NetworkIsOneClient(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(map[string]int{"tminus:setup": 2})
	ask := from(t, s)
	try := func(ip string) apptest.Answer {
		return ask(ip, "POST", "/api/tminus/setup", map[string]any{"token": "x"}, "")
	}
	for _, ip := range []string{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"} {
		if answer := try(ip); answer.Status != http.StatusForbidden {
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}
	wantWait(t, "a third of the network", try("2001:db8:1:2:3:4:5:6"), time.Minute)
	if answer := try("2001:db8:1:3::1"); answer.Status != http.StatusForbidden {
		t.Errorf("the next network: %d %s", answer.Status, answer.Body)
	}
}
