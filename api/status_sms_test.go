package api_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
)

// smsSent writes an SMS that was sent at a moment.
func smsSent(t *testing.T, s *apptest.Server, at time.Time, parts int, cost float64) {
	t.Helper()
	d := &collections.Delivery{Key: fmt.Sprint("sent/", at, parts, cost), Kind: "reminder", Channel: "sms", Address: "+85261234567", Status: "sent", SentAt: collections.DateTime(at)}
	_, err := collections.InsertDelivery(s.App.App, d, at)
	must(t, err)
	_, err = s.NonconcurrentDB().NewQuery("UPDATE deliveries SET segments = {:parts}, cost = {:cost} WHERE id = {:id}").
		Bind(dbx.Params{"parts": parts, "cost": cost, "id": d.ID}).Execute()
	must(t, err)
}

func smsOf(t *testing.T, s *apptest.Server) map[string]any {
	t.Helper()
	answer := s.Do("manager", "GET", "/api/tminus/status", nil)
	wantStatus(t, "status", answer, http.StatusOK)
	sms, _ := answer.JSON(t)["sms"].(map[string]any)
	return sms
}

func TestStatusSumsUpSMSByTheMonthsOfTheCompany(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve() // 2 March 2026
	settings, err := collections.TheSettings(s.App.App)
	must(t, err)
	settings.SetSMSMonthlyCap(500)
	settings.SetSMSCurrency("CNY")
	s.MustSave(settings)
	march := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC) // its first instant in Hong Kong
	smsSent(t, s, march, 2, 0.1)
	smsSent(t, s, march.Add(time.Hour), 1, 0.2)
	smsSent(t, s, march.Add(-time.Millisecond), 3, 0.9)                            // February
	smsSent(t, s, time.Date(2025, 3, 31, 16, 0, 0, 0, time.UTC), 1, 1.5)           // April 2025, the last month told
	smsSent(t, s, time.Date(2025, 3, 31, 15, 59, 59, 0, time.UTC), 1, 7)           // a year ago
	must(t, insertHeld(s, "held: daily SMS limit", "held: monthly SMS limit", "")) // the last waits for something else
	sms := smsOf(t, s)
	months, _ := sms["months"].([]any)
	if sms["currency"] != "CNY" || sms["daily_cap"] != 20.0 || sms["monthly_cap"] != 500.0 || sms["held"] != 2.0 || len(months) != 12 {
		t.Fatalf("the status is %v", sms)
	}
	month := func(name string, messages, parts, cost float64) map[string]any {
		return map[string]any{"month": name, "messages": messages, "parts": parts, "cost": cost}
	}
	for i, want := range map[int]map[string]any{
		0: month("2026-03", 2, 3, 0.3), 1: month("2026-02", 1, 3, 0.9), 2: month("2026-01", 0, 0, 0), 11: month("2025-04", 1, 1, 1.5),
	} {
		if !reflect.DeepEqual(months[i], want) {
			t.Errorf("month %d is %v, want %v", i, months[i], want)
		}
	}
}

func insertHeld(s *apptest.Server, reasons ...string) error {
	for _, reason := range reasons {
		d := &collections.Delivery{
			Key: "held/" + reason, Kind: "reminder", Channel: "sms", Address: "+85261234567", Status: "queued", Error: reason, NextAttemptAt: collections.DateTime(in(1)),
		}
		if _, err := collections.InsertDelivery(s.App.App, d, s.Clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

func TestStatusOfSMSHasDefaults(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	sms := smsOf(t, s)
	if months, _ := sms["months"].([]any); sms["currency"] != "HKD" || sms["daily_cap"] != 20.0 || sms["monthly_cap"] != 0.0 || sms["held"] != 0.0 || len(months) != 12 {
		t.Errorf("the status is %v", sms)
	}
	for _, role := range []string{"staff", "viewer"} {
		wantStatus(t, role, s.Do(role, "GET", "/api/tminus/status", nil), http.StatusForbidden)
	}
}

// A test message counts, is priced, fills any template, and is held by the limit like every other.
func TestATestBySMSIsCountedAndHeldLikeTheOthers(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	settings, err := collections.TheSettings(s.App.App)
	must(t, err)
	settings.SetSMSDailyCap(1)
	settings.SetSMSPrices(map[string]float64{"*": 0.5})
	s.MustSave(settings)
	for range 2 {
		wantStatus(t, "test", testMessage(s, "admin", "sms", map[string]any{"address": "6123 4567"}), http.StatusAccepted)
	}
	s.Eventually("one leaves, one is held", func() bool { return smsOf(t, s)["held"] == 1.0 && len(s.Outbox.SentTo("+85261234567")) == 1 })
	m := s.Outbox.SentTo("+85261234567")[0]
	if m.Parts != 1 || m.PartPrice != 0.5 {
		t.Errorf("it has %d parts at %v", m.Parts, m.PartPrice)
	}
	for _, name := range []string{"title", "event", "customer", "time", "place", "number", "type", "responsible", "days"} {
		if value := m.Values[name]; value == "" || strings.Contains(value, "\n") {
			t.Errorf("the value %s is %q", name, value)
		}
	}
	if m.Values["time"] != "2026-03-02 09:00" {
		t.Errorf("the time is %q", m.Values["time"])
	}
}

func TestPreviewsTellWhatSMSCost(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	settings, err := collections.TheSettings(s.App.App)
	must(t, err)
	settings.SetSMSPrices(map[string]float64{"HK": 0.3})
	s.MustSave(settings)
	e := s.Event(in(10)).Save()
	answer := s.Do("staff", "POST", "/api/tminus/preview/reminder", map[string]any{
		"event": e.Id, "title": strings.Repeat("x", 200), "message": "y", "channels": []string{"sms"},
		"recipients": []string{apptest.UserID("staff"), apptest.UserID("admin"), apptest.UserID("manager")}, "send_datetime": date(in(1)),
	})
	wantStatus(t, "preview", answer, http.StatusOK)
	messages, _ := answer.JSON(t)["messages"].([]any)
	sms, _ := messages[0].(map[string]any)["sms"].(map[string]any)
	for name, want := range map[string]any{"parts": 2.0, "recipients": 3.0, "price": 0.3, "cost": 1.8, "currency": "HKD"} {
		if sms[name] != want {
			t.Errorf("%s is %v, want %v, in %v", name, sms[name], want, sms)
		}
	}
	answer = s.Do("manager", "POST", "/api/tminus/preview/template", map[string]any{
		"title": "X", "sms_template_code": "SMS_1", "sms_template_code_intl": "SMS_9", "wechat_template_id": "TM",
	})
	wantStatus(t, "preview of a template", answer, http.StatusOK)
	template := answer.JSON(t)
	if template["sms_template_code"] != "SMS_1" || template["sms_template_code_intl"] != "SMS_9" || template["wechat_template_id"] != "TM" {
		t.Errorf("the template shows %v, %v, %v", template["sms_template_code"], template["sms_template_code_intl"], template["wechat_template_id"])
	}
	wantErrors(t, "a code too long", s.Do("manager", "POST", "/api/tminus/preview/template", map[string]any{"title": "X", "sms_template_code_intl": strings.Repeat("x", 81)}),
		map[string]string{"sms_template_code_intl": "validation_max_text_constraint"})
}
