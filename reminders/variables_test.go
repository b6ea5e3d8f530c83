package reminders

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/locales"
)

func TestEveryVariableHasAValue(t *testing.T) {
	now := instant(t, "2026-03-17T09:00:00+08:00")
	r := NewRenderer()
	for _, locale := range locales.All {
		b := Sample(locale, "Peak", zoneOf(t, "Asia/Hong_Kong"), now)
		b.URL = "https://tminus.example.test/events"
		vars := b.Vars(locale, "Chan", now)
		for _, name := range VariableNames() {
			got, err := r.Render("{{ "+name+" }}", vars)
			if err != nil || got == "" {
				t.Errorf("%s: %s is %q (%v)", locale, name, got, err)
			}
			if wrong := r.Check("{{ " + name + " }}"); wrong != nil {
				t.Errorf("%s is refused: %v", name, wrong)
			}
		}
	}
}

func TestVarsGroupsTheVariables(t *testing.T) {
	b := brief(t)
	vars := b.Vars("en", "Chan", b.Start.Add(-3*day))
	if vars["days_left"] != 3 || vars["team"] != "Wong, Ho" || vars["days_left_text"] != "in 3 days" {
		t.Errorf("the variables are %v", vars)
	}
	if got, want := vars["customer"], map[string]any{"name": "Harbour Medical", "address": "1 Road", "notes": ""}; !reflect.DeepEqual(got, want) {
		t.Errorf("the customer is %v, want %v", got, want)
	}
	if start := vars["event"].(map[string]any)["start"].(time.Time); start.Location().String() != "Asia/Hong_Kong" {
		t.Errorf("the start is %s", start)
	}
}

func TestASampleIsPlausibleAtAnyMoment(t *testing.T) {
	for _, now := range []string{"2026-03-17T09:00:00Z", "2028-02-27T23:59:59Z", "2026-12-30T00:00:00Z"} {
		b := Sample("zh-HK", "Peak", zoneOf(t, "Asia/Hong_Kong"), instant(t, now))
		if left := DaysLeft(b.Start, instant(t, now), b.Zone); left != 3 || b.Start.In(b.Zone).Hour() != 10 || !b.End.After(b.Start) {
			t.Errorf("at %s it is %d days away, from %s to %s", now, left, b.Start, b.End)
		}
	}
}

func TestATemplateIsCheckedInWords(t *testing.T) {
	r := NewRenderer()
	for _, tt := range []struct {
		source             string
		line               int
		problem, name, own string // own: words that must stand in the message
		suggestion         string
	}{
		{"{{ event.titel }}", 1, ProblemVariable, "event.titel", "no variable", "event.title"},
		{"{{ event }}", 1, ProblemVariable, "event", "no variable", "event.title"},
		{"{{ start }}", 1, ProblemVariable, "start", "no variable", "event.start"},
		{"{{ customer_name }}", 1, ProblemVariable, "customer_name", "no variable", "customer.name"},
		{"{{ Event.Title }}", 1, ProblemVariable, "Event.Title", "no variable", "event.title"},
		{"a\n\nb {% if event.title == \"x\" and wether > 2 %}{% endif %}", 3, ProblemVariable, "wether", "recipient.name", ""},
		{"{{ event.title | append: custommer.name }}", 1, ProblemVariable, "custommer.name", "no variable", "customer.name"},
		{"{{ event['titel'] }}", 1, ProblemVariable, "event.titel", "no variable", "event.title"},
		{"{% case event.kind %}{% when 'a' %}{% endcase %}", 1, ProblemVariable, "event.kind", "no variable", "event.end"},
		{"{{ event.title | split: ',' }}", 1, ProblemFilter, "split", "upcase", ""},
		{"x\n{% for i in (1..9) %}{% endfor %}", 2, ProblemTag, "for", "unless", ""},
		{"{% include '/etc/passwd' %}", 1, ProblemTag, "include", "unless", ""},
		{"Hello {{ event.title }", 1, ProblemSyntax, "", "not closed", ""},
		{"a\n{{ event\n.title }}", 2, ProblemSyntax, "", "same line", ""},
		{"{% if event.title == ''", 1, ProblemSyntax, "", "not closed", ""},
		{"a\n{% if event.title == '' %}b", 2, ProblemSyntax, "", "endif", ""},
		{"{% endif %}", 1, ProblemSyntax, "", "no beginning", ""},
		{"{% else %}", 1, ProblemSyntax, "", "no beginning", ""},
		{"{{ }}", 1, ProblemSyntax, "", "cannot be read", ""},
		{"{{ event.title | }}", 1, ProblemSyntax, "", "cannot be read", ""},
	} {
		wrong := r.Check(tt.source)
		if wrong == nil {
			t.Errorf("%q is let through", tt.source)
			continue
		}
		if wrong.Line != tt.line || wrong.Problem != tt.problem || wrong.Name != tt.name || wrong.Suggestion != tt.suggestion {
			t.Errorf("%q: %+v", tt.source, wrong)
		}
		if !strings.Contains(wrong.Error(), tt.own) || wrong.Code() != "validation_template" || strings.Contains(wrong.Error(), "Liquid error") {
			t.Errorf("%q: %s", tt.source, wrong)
		}
		if params := wrong.Params(); params["line"] != tt.line || params["problem"] != tt.problem {
			t.Errorf("%q: %v", tt.source, params)
		}
	}
}

func TestGoodTemplatesAreLetThrough(t *testing.T) {
	r := NewRenderer()
	for _, source := range []string{
		"", "plain {text} with } and %}", "{{ event.title }}", "{{event.title}}", "{{- event.title -}}", "{{ event[\"title\"] }}", "{{ team.size }}",
		"{% if event.title == \"it's | {{ x\" %}a{% elsif days_left > 1 or team contains 'x' %}b{% else %}c{% endif %}",
		"{% unless customer.name == nil and true != false %}x{% endunless %}", "{% case event.type %}{% when 'a', 'b' %}1{% endcase %}",
		"{% raw %}{{ anything }} {{{% endraw %}", "{% comment %}{{ anything }}{% endcomment %}",
		"{{ event.start | date: \"%Y-%m-%d\" | append: ' {{ no variable' }}", "{{ 1 | plus: 2.5 }}", "{{ 'text' | upcase }}", "{{ -3 | abs }}",
	} {
		if wrong := r.Check(source); wrong != nil {
			t.Errorf("%q: %v", source, wrong)
		}
	}
}

func TestTryFindsWhatShowsWhenRendered(t *testing.T) {
	r := NewRenderer()
	vars := brief(t).Vars("en", "Chan", start)
	for source, problem := range map[string]string{
		"{{ 1 | divided_by: 0 }}": ProblemSyntax,
		"{{ event.title | replace: '', event.title" + strings.Repeat(" | replace: '', event.title", 20) + " }}": ProblemTooLong,
	} {
		if wrong := r.Try(source, vars); wrong == nil || wrong.Problem != problem {
			t.Errorf("%.60q: %v", source, wrong)
		}
	}
	if wrong := r.Try("{{ event.title }}", vars); wrong != nil {
		t.Error(wrong)
	}
	if told := (&TemplateError{Line: 2, words: "x"}).In("thing1"); told.Error() != "thing1: Line 2: x" || told.Params()["part"] != "thing1" {
		t.Errorf("%s %v", told, told.Params())
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"{{ event.title }}", "{% if a %}b{% endif %}", "{{", "{%", "{% raw %}{{", "{{ a['b'] | c: d, 'e' }}", "{{ \"", "{{ [ }}", "{{ _ }}"} {
		f.Add(seed)
	}
	r := NewRenderer()
	f.Fuzz(func(t *testing.T, source string) {
		wrong := r.Check(source)
		if wrong != nil && (wrong.Error() == "" || !slices.Contains([]string{ProblemVariable, ProblemFilter, ProblemTag, ProblemSyntax, ProblemTooLong}, wrong.Problem)) {
			t.Errorf("%q: %+v", source, wrong)
		}
	})
}
