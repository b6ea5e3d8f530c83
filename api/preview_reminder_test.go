package api_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/planner"
)

func oneCodes(p planner.ReminderPreview) []string {
	return codes(planner.Preview{Warnings: p.Warnings})
}

// While one types, what is empty is no mistake.
func TestAReminderIsShownWhileOneTypes(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	p := previewOne(t, s, "staff", map[string]any{"event": e.Id})
	if p.ID != "" || p.Title != "" || p.Type != "custom" || p.Status != "pending" || !p.SendAt.Equal(s.Clock.Now()) || len(p.To) != 0 || len(p.Messages) != 1 {
		t.Errorf("nothing yet gives %+v", p)
	}
	if m := p.Messages[0]; m.Locale != "en" || m.Reader != "User staff" || m.Subject != "Harbour Medical · 12 Mar 09:00" || m.SMS == nil || m.WeChat == nil || m.HTML == "" || m.Text == "" {
		t.Errorf("the message is %+v", m)
	}
	if got := oneCodes(p); !reflect.DeepEqual(got, []string{"no_recipient", "no_channel"}) {
		t.Errorf("warnings %v", got)
	}
	// A superuser has no language of their own.
	if m := previewOne(t, s, "super", map[string]any{"event": e.Id, "title": "Bring it, {{ recipient.name }}"}).Messages[0]; m.Locale != "en" || !strings.HasPrefix(m.Subject, "Bring it,") {
		t.Errorf("a superuser reads %+v", m)
	}
}

func TestAReminderIsShownAsEachChannelCarriesIt(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	hk, cn := s.NewUser("陳大文", "chan@example.test", "zh-HK"), s.NewUser("王小明", "wang@example.test", "zh-CN")
	cn.SetPhone("+8613800138000")
	s.MustSave(cn)
	e := s.Event(in(10)).Save()
	body := map[string]any{
		"event": e.Id, "reminder_type": "equipment", "title": "Lamp for {{ customer.name }}", "message": "Bring the **second** lamp, {{ recipient.name }}.\n\n\n- [ ] box",
		"recipients": []string{apptest.UserID("staff"), hk.Id, cn.Id, apptest.UserID("manager")}, "channels": []string{"email", "sms"}, "send_datetime": date(in(8)),
	}
	p := previewOne(t, s, "staff", body)
	if len(p.Messages) != 3 || len(p.To) != 4 || !p.SendAt.Equal(in(8)) || p.LocalTime != "Tue, 10 Mar 2026, 09:00" {
		t.Fatalf("%d messages to %d people at %s", len(p.Messages), len(p.To), p.LocalTime)
	}
	english, hongKong, mainland := p.Messages[0], p.Messages[1], p.Messages[2]
	if english.SMS.Text != "Lamp for Harbour Medical\nBring the second lamp, User staff.\n- box" || english.SMS.Encoding != "GSM-7" || english.SMS.Parts != 1 ||
		english.SMS.Characters != len(english.SMS.Text) || english.SMS.Limit != 160 || english.SMS.Mainland || english.SMS.Signature != "" {
		t.Errorf("the English SMS is %+v", english.SMS)
	}
	if hongKong.Locale != "zh-HK" || hongKong.SMS.Encoding != "UCS-2" || hongKong.SMS.Mainland {
		t.Errorf("the SMS to Hong Kong is %+v", hongKong.SMS)
	}
	if mainland.SMS.Encoding != "UCS-2" || !mainland.SMS.Mainland || mainland.SMS.Signature != "【Acme】" && mainland.SMS.Signature != "【T-minus】" ||
		mainland.SMS.Characters != len([]rune(mainland.SMS.Signature+mainland.SMS.Text)) {
		t.Errorf("the SMS to the mainland is %+v", mainland.SMS)
	}
	if w := english.WeChat; w.Title != "Lamp for Harbour Medical" || len(w.Fields) < 5 || w.Fields[0] != (planner.PreviewField{Label: "Event", Value: "Quarterly visit"}) || w.Remark == "" {
		t.Errorf("WeChat shows %+v", w)
	}
	want := []planner.Warning{
		{Code: "unreachable", Params: map[string]string{"name": "陳大文", "channel": "sms", "reason": "no phone number"}, Message: "陳大文 gets nothing by SMS: no phone number."},
	}
	if !reflect.DeepEqual(p.Warnings, want) {
		t.Errorf("warnings %v", p.Warnings)
	}

	// And so it is sent.
	answer := s.Do("staff", "POST", records("reminders", ""), map[string]any{
		"event": e.Id, "reminder_type": "equipment", "title": body["title"], "message": body["message"], "recipients": []string{apptest.UserID("staff")},
		"channels": []string{"sms"}, "send_datetime": date(in(8)),
	})
	wantStatus(t, "save", answer, http.StatusOK)
	id, _ := answer.JSON(t)["id"].(string)
	s.Advance(8 * day)
	eventuallyIs(t, s, id, "sent")
	for _, m := range s.Outbox.SentTo("+85291234567") {
		if m.Subject == english.Subject && notifiers.ShortText(&m) != english.SMS.Text {
			t.Errorf("sent %q, shown %q", notifiers.ShortText(&m), english.SMS.Text)
		}
	}
}

// The dearest of those who read one language decides how its SMS is counted.
func TestAnSMSIsCountedForTheDearestReader(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	cn := s.NewUser("Wang", "wang@example.test", "en")
	cn.SetPhone("+8613800138000")
	s.MustSave(cn)
	e := s.Event(in(10)).Save()
	p := previewOne(t, s, "staff", map[string]any{
		"event": e.Id, "title": strings.Repeat("x", 80), "message": "Bring it.", "recipients": []string{apptest.UserID("staff"), cn.Id}, "channels": []string{"sms"}, "send_datetime": date(in(8)),
	})
	if sms := p.Messages[0].SMS; len(p.Messages) != 1 || !sms.Mainland || sms.Parts != 2 {
		t.Errorf("counted as %+v", sms)
	}
}

func TestAReminderThatExistsIsShownWithItsChanges(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	planned := s.Reminders(e)[0]
	same := previewOne(t, s, "staff", map[string]any{"id": planned.Id})
	if same.ID != planned.Id || same.Was != nil || same.Title != planned.Title() || same.Message != planned.Message() || same.Messages[0].SMS.Text == "" {
		t.Errorf("unchanged: %+v", same)
	}
	p := previewOne(t, s, "staff", map[string]any{"id": planned.Id, "event": e.Id, "title": "Mine: {{ days_left }}", "send_datetime": date(in(4)), "status": "sent", "origin": "manual"})
	if p.Was == nil || !p.Was.SendAt.Equal(in(3)) || !p.SendAt.Equal(in(4)) || p.Status != "pending" || !strings.HasPrefix(p.Messages[0].Subject, "Mine: 6") {
		t.Errorf("changed: %+v was %+v, %q", p.SendAt, p.Was, p.Messages[0].Subject)
	}
	if !strings.Contains(p.Messages[0].Text, "checklist") && !strings.Contains(p.Messages[0].Text, "Before") && len(p.Messages[0].Text) < 300 {
		t.Errorf("the plan's message is gone: %s", p.Messages[0].Text)
	}
	// What a person typed into the event is no template in a planned reminder.
	hostile := s.Event(in(10)).With(func(e *collections.Event) { e.SetTitle("{{ nonsense }} {% for %}") }).Save()
	for _, r := range s.Reminders(hostile) {
		if p := previewOne(t, s, "staff", map[string]any{"id": r.Id, "channels": []string{"email"}}); !strings.Contains(p.Messages[0].Text, "{{ nonsense }} {% for %}") {
			t.Errorf("shown as %s", p.Messages[0].Text)
		}
	}
}

// What people typed into an event is no template where a form is filled either.
func TestAFormIsFilledAboutAnEventWithHostileWords(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetTitle("{{ nonsense }} {% for %}") }).Save()
	text, err := s.FindFirstRecordByFilter(collections.Templates, "key = 'pre_departure_checklist' && locale = 'en'")
	must(t, err)
	p := previewOne(t, s, "staff", map[string]any{"event": e.Id, "template": text.Id})
	if !strings.Contains(p.Message, "{ { nonsense }} { % for %}") || !strings.Contains(p.Messages[0].Text, "{ { nonsense }}") {
		t.Errorf("filled with %s", p.Message)
	}
}

func TestAReminderWarns(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	good := func(change map[string]any) map[string]any {
		body := map[string]any{"event": e.Id, "title": "X", "recipients": []string{apptest.UserID("staff")}, "channels": []string{"email"}, "send_datetime": date(in(1))}
		for k, v := range change {
			body[k] = v
		}
		return body
	}
	closed := s.Event(in(10)).With(func(e *collections.Event) { e.SetStatus("completed") }).Save()
	must(t, collections.RefuseAddress(s.App.App, "email", "manager@example.test", "unknown user", s.Clock.Now()))
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   []string
	}{
		{"nothing", nil, nil},
		{"in the past", map[string]any{"send_datetime": date(in(-1))}, []string{"past_time"}},
		{"no time", map[string]any{"send_datetime": ""}, nil},
		{"nobody", map[string]any{"recipients": []string{}}, []string{"no_recipient"}},
		{"somebody unknown", map[string]any{"recipients": []string{"unknown00000000"}}, []string{"no_recipient"}},
		{"no channel", map[string]any{"channels": []string{}}, []string{"no_channel"}},
		{"refused", map[string]any{"recipients": []string{apptest.UserID("manager")}}, []string{"unreachable"}},
		{"closed", map[string]any{"event": closed.Id}, []string{"closed"}},
	} {
		if got := oneCodes(previewOne(t, s, "staff", good(tt.change))); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: warnings %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestP13_AReminderThatCannotBeShownSaysWhy(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e, other := s.Event(in(10)).Save(), s.Event(in(11)).Save()
	before := s.Snapshot()
	for _, tt := range []struct {
		name string
		body any
		want map[string]string
	}{
		{"no event", map[string]any{"title": "X"}, map[string]string{"event": "validation_required"}},
		{"an event of another kind", map[string]any{"event": 7}, map[string]string{"event": "validation_required"}},
		{"another event", map[string]any{"id": s.Reminders(e)[0].Id, "event": other.Id}, map[string]string{"event": "validation_other_event"}},
		{"no variable", map[string]any{"event": e.Id, "title": "{{ event.titel }}", "message": "{{ x }}"}, map[string]string{"title": "validation_template", "message": "validation_template"}},
		{"a torn template", map[string]any{"event": e.Id, "message": "{% if %}"}, map[string]string{"message": "validation_template"}},
		{"half typed", map[string]any{"event": e.Id, "message": "Dear {{ recip"}, map[string]string{"message": "validation_template"}},
		{"too long", map[string]any{"event": e.Id, "title": strings.Repeat("x", 201)}, map[string]string{"title": "validation_max_text_constraint"}},
		{"far too long", map[string]any{"event": e.Id, "message": strings.Repeat("x", 20001)}, map[string]string{"message": "validation_max_text_constraint"}},
	} {
		wantErrors(t, tt.name, s.Do("staff", "POST", "/api/tminus/preview/reminder", tt.body), tt.want)
	}
	answer := s.Do("staff", "POST", "/api/tminus/preview/reminder", map[string]any{"event": e.Id, "title": "{{ event.titel }}"})
	wrong := answer.JSON(t)["data"].(map[string]any)["title"].(map[string]any)
	if want := map[string]any{"line": 1.0, "problem": "variable", "name": "event.titel", "suggestion": "event.title"}; !reflect.DeepEqual(wrong["params"], want) {
		t.Errorf("params %v, want %v", wrong["params"], want)
	}
	if wrong["message"] != `Line 1: there is no variable "event.titel". Did you mean "event.title"?` {
		t.Errorf("the message is %q", wrong["message"])
	}
	for _, body := range []any{"a text", []int{1}, 7, nil} {
		if answer := s.Do("staff", "POST", "/api/tminus/preview/reminder", body); answer.Status != http.StatusBadRequest {
			t.Errorf("%v: %d %s", body, answer.Status, answer.Body)
		}
	}
	for name, body := range map[string]any{
		"wrong types": map[string]any{"event": e.Id, "title": []int{1}, "recipients": 7, "channels": map[string]any{}, "send_datetime": "soon", "reminder_type": "party"},
		"hidden":      map[string]any{"event": e.Id, "generation": 7, "planned_for": date(in(1)), "detached": []string{"title"}, "plan_step": "x"},
	} {
		wantStatus(t, name, s.Do("staff", "POST", "/api/tminus/preview/reminder", body), http.StatusOK)
	}
	s.Unchanged(t, "what was refused", before)
}
