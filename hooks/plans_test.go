package hooks_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
)

func create(t *testing.T, s *apptest.Server, role, collection string, body map[string]any) string {
	t.Helper()
	answer := s.Do(role, "POST", path(collection, ""), body)
	wantStatus(t, "create "+collection, answer, http.StatusOK)
	id, _ := answer.JSON(t)["id"].(string)
	return id
}

// with gives a body with changes.
func with(body, change map[string]any) map[string]any {
	merged := map[string]any{}
	for k, v := range body {
		merged[k] = v
	}
	for k, v := range change {
		merged[k] = v
	}
	return merged
}

var goodTemplate = map[string]any{
	"key": "site_survey", "locale": "en", "reminder_type": "custom", "title": "Survey at {{ customer.name }}", "message": "Measure **{{ event.location }}**.",
	"sms_params": map[string]any{"customer": "{{ customer.name }}"}, "wechat_data": map[string]any{"thing1": map[string]any{"value": "{{ event.title }}"}},
}

func TestAManagerKeepsTemplates(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	id := create(t, s, "manager", "reminder_templates", goodTemplate)
	create(t, s, "manager", "reminder_templates", with(goodTemplate, map[string]any{"locale": "zh-HK"}))
	wantStatus(t, "edit", s.Do("manager", "PATCH", path("reminder_templates", id), map[string]any{"title": "Survey: {{ event.title }}"}), http.StatusOK)
	wantStatus(t, "edit with the same key", s.Do("admin", "PATCH", path("reminder_templates", id), map[string]any{"key": "site_survey", "locale": "en"}), http.StatusOK)
	wantStatus(t, "no values", s.Do("manager", "PATCH", path("reminder_templates", id), map[string]any{"sms_params": nil, "wechat_data": nil}), http.StatusOK)
	wantStatus(t, "delete", s.Do("manager", "DELETE", path("reminder_templates", id), nil), http.StatusNoContent)
	for _, role := range []string{"", "viewer", "staff"} {
		if answer := s.Do(role, "POST", path("reminder_templates", ""), with(goodTemplate, map[string]any{"key": "other"})); answer.Status != http.StatusBadRequest {
			t.Errorf("%q creates a template: %d", role, answer.Status)
		}
	}
}

func TestP13_BadTemplatesAreRefusedByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	id := create(t, s, "manager", "reminder_templates", goodTemplate)
	before := s.Snapshot()
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"the same key and language", map[string]any{}, map[string]string{"key": "validation_not_unique"}},
		{"a key in capitals", map[string]any{"key": "Site Survey"}, map[string]string{"key": "validation_key"}},
		{"no key", map[string]any{"key": ""}, map[string]string{"key": "validation_required"}},
		{"no such variable in the title", map[string]any{"key": "a", "title": "{{ event.titel }}"}, map[string]string{"title": "validation_template"}},
		{"no such variable in the message", map[string]any{"key": "a", "message": "a\n{{ customr.name }}"}, map[string]string{"message": "validation_template"}},
		{"a loop", map[string]any{"key": "a", "message": "{% for i in (1..9) %}{% endfor %}"}, map[string]string{"message": "validation_template"}},
		{"torn", map[string]any{"key": "a", "message": "{% if event.title %}"}, map[string]string{"message": "validation_template"}},
		{"in the values", map[string]any{"key": "a", "sms_params": map[string]any{"x": "{{ y }}"}, "wechat_data": []int{1}}, map[string]string{"sms_params": "validation_template", "wechat_data": "validation_texts"}},
		{"no title, no type, no language", map[string]any{"key": "a", "title": "", "reminder_type": "", "locale": ""},
			map[string]string{"title": "validation_required", "reminder_type": "validation_required", "locale": "validation_required"}},
	} {
		wantErrors(t, tt.name, s.Do("manager", "POST", path("reminder_templates", ""), with(goodTemplate, tt.change)), tt.want)
	}
	answer := s.Do("super", "PATCH", path("reminder_templates", id), map[string]any{"message": "a\n{{ customr.name }}"})
	wantErrors(t, "by an edit in the dashboard", answer, map[string]string{"message": "validation_template"})
	wrong := answer.JSON(t)["data"].(map[string]any)["message"].(map[string]any)
	if wrong["message"] != `Line 2: there is no variable "customr.name". Did you mean "customer.name"?` {
		t.Errorf("it says %q", wrong["message"])
	}
	s.Unchanged(t, "what was refused", before)
}

func TestATemplateThatStepsSendIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	id := create(t, s, "manager", "reminder_templates", goodTemplate)
	plan := create(t, s, "manager", "reminder_plans", map[string]any{"name": "Surveys"})
	step := create(t, s, "manager", "reminder_plan_steps", map[string]any{"plan": plan, "days_before": 2, "reminder_type": "custom", "template": id, "channels": []string{"email"}, "audience": []string{"manager"}})
	before := s.Snapshot()
	for _, role := range []string{"manager", "admin", "super"} {
		answer := s.Do(role, "DELETE", path("reminder_templates", id), nil)
		wantStatus(t, role, answer, http.StatusBadRequest)
		if message, _ := answer.JSON(t)["message"].(string); !strings.Contains(message, "“Surveys”") || !strings.Contains(message, "Choose another template") {
			t.Errorf("%s is told %q", role, message)
		}
	}
	s.Unchanged(t, "what was refused", before)
	wantStatus(t, "staff", s.Do("staff", "DELETE", path("reminder_templates", id), nil), http.StatusNotFound)
	wantStatus(t, "delete the step", s.Do("manager", "DELETE", path("reminder_plan_steps", step), nil), http.StatusNoContent)
	wantStatus(t, "then the template", s.Do("manager", "DELETE", path("reminder_templates", id), nil), http.StatusNoContent)
}

func defaults(t *testing.T, s *apptest.Server) []string {
	t.Helper()
	found, err := s.FindAllRecords(collections.ReminderPlans, dbx.HashExp{"is_default": true})
	must(t, err)
	var names []string
	for _, p := range found {
		names = append(names, p.GetString("name"))
	}
	return names
}

func TestThereIsAlwaysOneDefaultPlan(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	first := s.Only(collections.ReminderPlans)
	wantErrors(t, "none", s.Do("manager", "PATCH", path("reminder_plans", first), map[string]any{"is_default": false}), map[string]string{"is_default": "validation_last_default"})
	answer := s.Do("manager", "DELETE", path("reminder_plans", first), nil)
	wantStatus(t, "delete the default one", answer, http.StatusBadRequest)
	if message, _ := answer.JSON(t)["message"].(string); !strings.Contains(message, "Make another plan the default") {
		t.Errorf("it says %q", message)
	}
	second := create(t, s, "manager", "reminder_plans", map[string]any{"name": "Second", "is_default": true})
	third := create(t, s, "manager", "reminder_plans", map[string]any{"name": "Third"})
	if got := defaults(t, s); !reflect.DeepEqual(got, []string{"Second"}) {
		t.Errorf("after creating: %v", got)
	}
	wantStatus(t, "by an edit", s.Do("manager", "PATCH", path("reminder_plans", third), map[string]any{"is_default": true}), http.StatusOK)
	if got := defaults(t, s); !reflect.DeepEqual(got, []string{"Third"}) {
		t.Errorf("after the edit: %v", got)
	}
	wantStatus(t, "the name of the default one", s.Do("manager", "PATCH", path("reminder_plans", third), map[string]any{"name": "Usual", "is_default": true}), http.StatusOK)
	wantStatus(t, "one that was it", s.Do("manager", "PATCH", path("reminder_plans", second), map[string]any{"is_default": false}), http.StatusOK)
	// All or nothing: a plan that cannot be saved takes nothing from the others.
	wantErrors(t, "without a name", s.Do("manager", "POST", path("reminder_plans", ""), map[string]any{"is_default": true}), map[string]string{"name": "validation_required"})
	if got := defaults(t, s); !reflect.DeepEqual(got, []string{"Usual"}) {
		t.Errorf("in the end: %v", got)
	}
	wantStatus(t, "now the first may go", s.Do("manager", "DELETE", path("reminder_plans", first), nil), http.StatusNoContent)
}

func TestAPlanThatOpenEventsChoseIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	plan := create(t, s, "manager", "reminder_plans", map[string]any{"name": "Surveys"})
	if n, _ := s.CountRecords(collections.PlanSteps, dbx.HashExp{"plan": plan}); n != 0 {
		t.Error("a plan without steps has some")
	}
	var open []*collections.Event
	for _, status := range []string{"planned", "confirmed", "in_progress", "completed", "cancelled"} {
		e := s.Event(in(10)).With(func(e *collections.Event) { e.SetReminderPlan(plan); e.SetStatus(status) }).Save()
		if !e.Closed() {
			open = append(open, e)
		}
	}
	for left := len(open); left > 0; left-- {
		before := s.Snapshot()
		answer := s.Do("manager", "DELETE", path("reminder_plans", plan), nil)
		wantStatus(t, "in use", answer, http.StatusBadRequest)
		if message, _ := answer.JSON(t)["message"].(string); !strings.Contains(message, fmt.Sprintf("this plan: %d", left)) {
			t.Errorf("it says %q", message)
		}
		s.Unchanged(t, "what was refused", before)
		wantStatus(t, "choose the usual plan", s.Do("manager", "PATCH", path("events", open[left-1].Id), map[string]any{"reminder_plan": ""}), http.StatusOK)
	}
	wantStatus(t, "nobody is left", s.Do("manager", "DELETE", path("reminder_plans", plan), nil), http.StatusNoContent)
}

func TestP13_BadStepsAreRefusedByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	plan := s.Only(collections.ReminderPlans)
	good := map[string]any{"plan": plan, "days_before": 2, "at": "09:30", "reminder_type": "safety", "channels": []string{"email"}, "audience": []string{"manager"}}
	before := s.Snapshot()
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"too far ahead", map[string]any{"days_before": 366}, map[string]string{"days_before": "validation_days"}},
		{"after the event", map[string]any{"days_before": -1}, map[string]string{"days_before": "validation_days"}},
		{"half a day", map[string]any{"days_before": 0.5}, map[string]string{"days_before": "validation_days"}},
		{"no time of day", map[string]any{"at": "half past nine"}, map[string]string{"at": "validation_time"}},
		{"no type", map[string]any{"reminder_type": ""}, map[string]string{"reminder_type": "validation_reminder_type"}},
		{"no such template", map[string]any{"template": "unknown00000000"}, map[string]string{"template": "validation_unknown"}},
		{"no such channel", map[string]any{"channels": []string{"email", "fax"}}, map[string]string{"channels": "validation_channel"}},
		{"no such people", map[string]any{"audience": []string{"everybody"}}, map[string]string{"audience": "validation_audience"}},
		{"no plan", map[string]any{"plan": ""}, map[string]string{"plan": "validation_required"}},
	} {
		wantErrors(t, tt.name, s.Do("manager", "POST", path("reminder_plan_steps", ""), with(good, tt.change)), tt.want)
	}
	s.Unchanged(t, "what was refused", before)
	id := create(t, s, "manager", "reminder_plan_steps", good)
	wantStatus(t, "edit", s.Do("manager", "PATCH", path("reminder_plan_steps", id), map[string]any{"at": "", "days_before": 0}), http.StatusOK)
	wantStatus(t, "delete", s.Do("manager", "DELETE", path("reminder_plan_steps", id), nil), http.StatusNoContent)
}

// Whoever may read deliveries can filter and sort by what the screens show, and nobody by an address.
func TestDeliveriesAreFilteredAndSorted(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	s.Advance(3 * day)
	s.Eventually("the first is sent", func() bool { return s.Reminders(e)[0].Status() == "sent" })
	for _, role := range []string{"viewer", "staff", "manager", "admin"} {
		for _, filter := range []string{"", "channel = 'email'", "status = 'sent' || status = 'delivered'", "kind = 'reminder'", "created >= '2026-03-01'", "reminder.event = '" + e.Id + "'",
			"event = '" + e.Id + "'", "event.title ~ 'Quarterly'", "reminder.event.customer.name ~ 'Harbour'"} {
			for _, sort := range []string{"-created", "channel", "status", "kind", "reminder.event.planned_start_date", "-sent_at"} {
				answer := s.Do(role, "GET", path("deliveries", "")+"?expand=event,reminder,user&sort="+sort+"&filter="+url.QueryEscape(filter), nil)
				wantStatus(t, role+" "+filter+" by "+sort, answer, http.StatusOK)
				items := answer.JSON(t)["items"].([]any)
				if len(items) == 0 {
					t.Errorf("%s reads nothing with %q", role, filter)
					continue
				}
				first := items[0].(map[string]any)
				if _, has := first["address"]; has != (role == "manager" || role == "admin") {
					t.Errorf("%s reads the address: %v", role, has)
				}
			}
		}
		for _, query := range []string{"filter=" + url.QueryEscape("address ~ '@'"), "sort=address", "filter=" + url.QueryEscape("message ~ 'x'")} {
			wantStatus(t, role+" "+query, s.Do(role, "GET", path("deliveries", "")+"?"+query, nil), http.StatusBadRequest)
		}
	}
}
