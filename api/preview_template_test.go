package api_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/collections"
	"tminus/locales/localestest"
	"tminus/planner"
	"tminus/reminders"
)

func previewTemplate(t *testing.T, s *apptest.Server, role string, body map[string]any) planner.TemplatePreview {
	t.Helper()
	return previewed[planner.TemplatePreview](t, s, role, "preview/template", body)
}

func TestATemplateIsShownAboutAMadeUpEventInItsLanguage(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for locale, want := range map[string]string{"en": "Visit to Harbour Medical Centre, Alex Wong", "zh-HK": "拜訪海港醫療中心，黃志明", "zh-CN": "拜访海湾医疗中心，王志明"} {
		title := map[string]string{"en": "Visit to {{ customer.name }}, {{ responsible.name }}", "zh-HK": "拜訪{{ customer.name }}，{{ responsible.name }}", "zh-CN": "拜访{{ customer.name }}，{{ responsible.name }}"}[locale]
		p := previewTemplate(t, s, "manager", map[string]any{
			"locale": locale, "reminder_type": "safety", "title": title, "message": "**{{ event.title }}** {{ days_left_text }} {{ recipient.name }}",
			"sms_params": map[string]any{"customer": "{{ customer.name }}"}, "wechat_data": map[string]any{"thing1": map[string]any{"value": "{{ event.title }}"}, "time2": "{{ event.when }}"},
		})
		if p.Title != want || !strings.HasPrefix(p.Subject, want) || !strings.Contains(p.Message, "User manager") || p.HTML == "" || p.SMS.Parts == 0 || p.SMSParams["customer"] == "" {
			t.Errorf("%s: %+v", locale, p.Title)
		}
		if f := p.WeChat.Fields; len(f) != 2 || f[0].Label != "thing1" || f[0].Value == "" || f[1].Label != "time2" || p.WeChat.Title != want {
			t.Errorf("%s: WeChat shows %+v", locale, p.WeChat)
		}
		if strange := localestest.Foreign(locale, p.Subject+p.Text); len(strange) > 0 {
			t.Errorf("%s: these are another language's: %v", locale, strange)
		}
		var names []string
		for _, v := range p.Variables {
			names = append(names, v.Name)
			if v.Example == "" || strings.Contains(v.Example, "{{") || len(localestest.Foreign(locale, v.Example)) > 0 {
				t.Errorf("%s: the example of %s is %q", locale, v.Name, v.Example)
			}
		}
		if !reflect.DeepEqual(names, reminders.VariableNames()) {
			t.Errorf("variables %v", names)
		}
	}
}

func TestATemplateIsShownAboutAnEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetTitle("Yearly {{ x }} <b>service</b>") }).Save()
	p := previewTemplate(t, s, "admin", map[string]any{"event": e.Id, "title": "{{ event.number }}: {{ event.title }}", "message": "{{ event.description }}-{{ days_left }}"})
	if p.Title != "EV-2026-0001: Yearly {{ x }} <b>service</b>" || p.Message != "-10" || !strings.Contains(p.HTML, "&lt;b&gt;service") {
		t.Errorf("shown as %q, %q", p.Title, p.Message)
	}
	for _, v := range p.Variables {
		if v.Name == "event.number" && v.Example != "EV-2026-0001" || v.Name == "event.description" && v.Example == "" {
			t.Errorf("the example of %s is %q", v.Name, v.Example)
		}
	}
	if empty := previewTemplate(t, s, "super", map[string]any{}); empty.Title != "Custom" || empty.Message != "" || len(empty.Variables) != len(reminders.VariableNames()) {
		t.Errorf("an empty form gives %+v", empty)
	}
	hk := s.User("manager")
	hk.SetLocale("zh-HK")
	s.MustSave(hk)
	if own := previewTemplate(t, s, "manager", map[string]any{"reminder_type": "safety"}); own.Title != "安全" {
		t.Errorf("in the caller's language it is %q", own.Title)
	}
}

func TestATestOfATemplateGoesToItsAuthorAlone(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, role := range []string{"manager", "admin", "super"} {
		answer := s.Do(role, "POST", "/api/tminus/templates/test", map[string]any{"locale": "en", "title": "Boots for {{ customer.name }}", "message": "Bring **boots**."})
		wantStatus(t, role, answer, http.StatusAccepted)
		id, _ := answer.JSON(t)["delivery"].(string)
		s.Eventually("it is sent", func() bool {
			d, err := collections.FindDelivery(s.App.App, id)
			return err == nil && d.Status == "sent"
		})
		d, err := collections.FindDelivery(s.App.App, id)
		must(t, err)
		if d.Kind != "test" || d.Channel != "email" || d.Address != role+"@example.test" || d.Event != "" || d.Subject[:len("Boots for Harbour Medical Centre")] != "Boots for Harbour Medical Centre" {
			t.Errorf("%s: %+v", role, d)
		}
		sent := s.Outbox.SentTo(role + "@example.test")
		if len(sent) != 1 || sent[0].Body != "Bring **boots**." || len(sent[0].Footer) != 1 || !strings.Contains(sent[0].Footer[0], "test of a template") {
			t.Errorf("%s got %+v", role, sent)
		}
	}
	if n := len(s.Outbox.Sent()); n != 3 {
		t.Errorf("%d mails left", n)
	}
}

func TestP13_MistakesInATemplateAreToldByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	before := s.Snapshot()
	for _, tt := range []struct {
		name string
		body map[string]any
		want map[string]string
	}{
		{"variables", map[string]any{"title": "{{ event.titel }}", "message": "x\n{{ costumer.name }}"}, map[string]string{"title": "validation_template", "message": "validation_template"}},
		{"a filter", map[string]any{"message": "{{ event.title | shout }}"}, map[string]string{"message": "validation_template"}},
		{"a tag", map[string]any{"message": "{% for x in team %}{% endfor %}"}, map[string]string{"message": "validation_template"}},
		{"not closed", map[string]any{"message": "{{ event.title"}, map[string]string{"message": "validation_template"}},
		{"only when rendered", map[string]any{"message": "{{ days_left | divided_by: 0 }}"}, map[string]string{"message": "validation_template"}},
		{"in a value of SMS", map[string]any{"sms_params": map[string]any{"a": "ok", "b": "{{ x }}"}}, map[string]string{"sms_params": "validation_template"}},
		{"in a value of WeChat", map[string]any{"wechat_data": map[string]any{"thing1": map[string]any{"value": "{% if %}"}}}, map[string]string{"wechat_data": "validation_template"}},
		{"values of another kind", map[string]any{"sms_params": []string{"a"}, "wechat_data": map[string]any{"thing1": 7}}, map[string]string{"sms_params": "validation_texts", "wechat_data": "validation_texts"}},
		{"no such language", map[string]any{"locale": "fr"}, map[string]string{"locale": "validation_invalid_value"}},
		{"no such type", map[string]any{"reminder_type": "party"}, map[string]string{"reminder_type": "validation_invalid_value"}},
		{"no such event", map[string]any{"event": "unknown00000000"}, map[string]string{"event": "validation_unknown"}},
		{"too long", map[string]any{"title": strings.Repeat("x", 201), "message": strings.Repeat("x", 20001)}, map[string]string{"title": "validation_max_text_constraint", "message": "validation_max_text_constraint"}},
	} {
		for _, path := range []string{"/api/tminus/preview/template", "/api/tminus/templates/test"} {
			wantErrors(t, tt.name, s.Do("manager", "POST", path, tt.body), tt.want)
		}
	}
	answer := s.Do("manager", "POST", "/api/tminus/preview/template", map[string]any{"message": "x\n{{ costumer.name }}", "sms_params": map[string]any{"where": "{{ plaice }}"}})
	data := answer.JSON(t)["data"].(map[string]any)
	if got, want := data["message"].(map[string]any)["params"], map[string]any{"line": 2.0, "problem": "variable", "name": "costumer.name", "suggestion": "customer.name"}; !reflect.DeepEqual(got, want) {
		t.Errorf("params %v, want %v", got, want)
	}
	if got := data["sms_params"].(map[string]any)["message"]; !strings.HasPrefix(got.(string), "Where: Line 1: there is no variable") {
		t.Errorf("in a value: %v", got)
	}
	s.Unchanged(t, "what was refused", before)
	if s.Outbox.Tries() != 0 {
		t.Error("something was sent")
	}
}
