package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/collections"
)

// template gives the id of one of the templates that every instance begins with.
func template(t *testing.T, s *apptest.Server, key, locale string) string {
	t.Helper()
	all, err := collections.TemplatesWithKey(s.App, key)
	must(t, err)
	for _, one := range all {
		if one.Locale() == locale {
			return one.Id
		}
	}
	t.Fatalf("there is no template %s in %s", key, locale)
	return ""
}

func TestAFormIsFilledFromATemplateAboutItsEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	idle(s)
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetLocation("18 On Lai Street") }).Save()
	before := s.Snapshot()
	fill := func(role, key, locale string) apptest.Answer {
		return s.Do(role, "POST", "/api/tminus/preview/reminder", map[string]any{"event": e.Id, "title": "mine", "template": template(t, s, key, locale)})
	}

	answer := fill("staff", "pre_departure_checklist", "en")
	wantStatus(t, "fill", answer, http.StatusOK)
	filled := answer.JSON(t)
	message, _ := filled["message"].(string)
	if filled["title"] != "Pre-Departure Checklist" || filled["reminder_type"] != "checklist" {
		t.Errorf("filled with the title %v and the type %v", filled["title"], filled["reminder_type"])
	}
	for _, want := range []string{"**Quarterly visit**", "Going to: 18 On Lai Street", "Harbour Medical"} {
		if !strings.Contains(message, want) {
			t.Errorf("the message says nothing of %q:\n%s", want, message)
		}
	}
	if strings.Contains(message, "{%") {
		t.Errorf("the message is code:\n%s", message)
	}

	// The same words go to several people, at a time that may still be changed.
	answer = fill("staff", "custom", "zh-HK")
	message, _ = answer.JSON(t)["message"].(string)
	for _, want := range []string{"{{ recipient.name }}，你好", "{{ days_left_text }}"} {
		if !strings.Contains(message, want) {
			t.Errorf("the message has no %q:\n%s", want, message)
		}
	}
	s.Unchanged(t, "filling", before)

	for role, want := range map[string]int{"viewer": http.StatusForbidden, "manager": http.StatusOK} {
		wantStatus(t, "fill as "+role, fill(role, "custom", "en"), want)
	}
	unknown := s.Do("staff", "POST", "/api/tminus/preview/reminder", map[string]any{"event": e.Id, "template": "nothinglikethis"})
	wantStatus(t, "fill from nothing", unknown, http.StatusBadRequest)
	if got := unknown.FieldErrors(t)["template"]; got != "validation_unknown" {
		t.Errorf("the error at the template is %q", got)
	}
}
