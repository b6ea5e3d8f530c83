package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
)

// templateBombs grow or run without end if they are let: one by the tags, filters, dates, work and depth each.
var templateBombs = []string{
	"{% for i in (1..1000000000) %}x{% endfor %}",
	"{{ event.description" + strings.Repeat(" | replace: '', event.description", 9) + " }}",
	"{{ event.start | date: '%1000000d' }}",
	"{{ '" + strings.Repeat("word ", 2000) + "'" + strings.Repeat(" | truncatewords: 1000 | upcase", 200) + " }}",
	strings.Repeat("{% if true %}", 600) + strings.Repeat("{% endif %}", 300),
	"{{ 99999999999999999999999 }}",
	strings.Repeat("{% a %%}{{ days_left }} ", 400),
}

// A bomb is refused at its field wherever a person brings one in, and changes nothing.
func TestP13_ATemplateBombIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	template, err := s.FindFirstRecordByFilter(collections.Templates, "locale = 'en'")
	must(t, err)
	manual := s.Reminder(e, in(5))
	s.MustSave(manual)
	before := s.Snapshot()
	for _, bomb := range templateBombs {
		values, err := json.Marshal(map[string]string{"thing1": bomb})
		must(t, err)
		for _, tt := range []struct {
			method, path, field string
			body                map[string]any
		}{
			{"PATCH", records("reminder_templates", template.Id), "message", map[string]any{"message": bomb}},
			{"PATCH", records("reminder_templates", template.Id), "sms_params", map[string]any{"sms_params": json.RawMessage(values)}},
			{"PATCH", records("reminder_templates", template.Id), "wechat_data", map[string]any{"wechat_data": json.RawMessage(values)}},
			{"POST", "/api/tminus/preview/template", "message", map[string]any{"title": "T", "message": bomb}},
			{"POST", "/api/tminus/templates/test", "message", map[string]any{"title": "T", "message": bomb}},
			{"PATCH", records("reminders", manual.Id), "message", map[string]any{"message": bomb}},
			{"POST", "/api/tminus/preview/reminder", "message", map[string]any{"id": manual.Id, "message": bomb}},
		} {
			answer := s.Do("manager", tt.method, tt.path, tt.body)
			if code := answer.FieldErrors(t)[tt.field]; answer.Status != http.StatusBadRequest || code != "validation_template" {
				t.Errorf("%s %s %s %.60q: %d %q %.300s", tt.method, tt.path, tt.field, bomb, answer.Status, code, answer.Body)
			}
		}
	}
	many := map[string]string{}
	for i := range 60 {
		many[strings.Repeat("a", i+1)] = "x"
	}
	wantErrors(t, "many values", s.Do("manager", "PATCH", records("reminder_templates", template.Id), map[string]any{"sms_params": many}),
		map[string]string{"sms_params": "validation_texts"})
	s.Unchanged(t, "what was refused", before)
}

// Bombs in every template and in a reminder, brought in past all checks: events save, and every reminder leaves.
func TestP9_ATemplateBombKeepsNoReminderFromLeaving(t *testing.T) {
	t.Parallel()
	for _, bomb := range templateBombs {
		s := apptest.New(t).Serve()
		values, err := json.Marshal(map[string]string{"thing1": bomb})
		must(t, err)
		_, err = s.DB().NewQuery("UPDATE reminder_templates SET title = {:bomb}, message = {:bomb}, sms_params = {:values}, wechat_data = {:values}").
			Bind(dbx.Params{"bomb": bomb, "values": string(values)}).Execute()
		must(t, err)
		planned := s.Event(in(10)).With(func(e *collections.Event) { e.SetDescription(strings.Repeat("字<b> ", 4000)) }).Save()
		manual, plain := s.Reminder(planned, in(2.5)), s.Reminder(s.Event(in(20)).Save(), in(2.5))
		s.MustSave(manual)
		s.MustSave(plain)
		_, err = s.DB().NewQuery("UPDATE reminders SET message = {:bomb} WHERE id = {:id}").Bind(dbx.Params{"bomb": bomb, "id": manual.Id}).Execute()
		must(t, err)
		first := s.Reminders(planned)[0].Id
		s.Advance(3 * day)
		for _, id := range []string{first, manual.Id, plain.Id} {
			s.Eventually("the reminder leaves", func() bool { return statusOf(t, s, id) == "sent" })
		}
	}
}
