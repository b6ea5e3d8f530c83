package reminders

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/locales"
	"tminus/notifiers"
)

func brief(t *testing.T) Brief {
	t.Helper()
	return Brief{
		Company: "Peak", Number: "EV-2026-0001", Title: "Yearly service", Type: "maintenance",
		Start: instant(t, "2026-03-20T09:00:00+08:00"), End: instant(t, "2026-03-20T11:00:00+08:00"), Zone: zoneOf(t, "Asia/Hong_Kong"),
		Location: "9/F", URL: "https://tminus.example.test/events/e1", Customer: "Harbour Medical", CustomerAddress: "1 Road",
		ContactName: "Ms Lee", ContactTitle: "Manager", ContactPhone: "+85291234567", ContactEmail: "lee@example.test",
		Responsible: "Chan Tai Man", ResponsiblePhone: "+85298765432", Team: []string{"Wong", "Ho"},
	}
}

func fact(m notifiers.Message, label locales.Key) string {
	for _, f := range m.Facts {
		if f.Label == locales.Text(m.Locale, label) {
			return f.Value
		}
	}
	return ""
}

func TestAMessageTellsTheReadersOwnTimeWhereItDiffers(t *testing.T) {
	b := brief(t)
	now := b.Start.Add(-3 * day)
	m := b.Message(Reading{Locale: "en", Reader: locales.Responsible, Now: now, Zone: zoneOf(t, "Europe/London")}, "Safety", "")
	if got := fact(m, locales.LabelYourTime); !strings.Contains(got, "01:00–03:00") || !strings.Contains(got, "UTC") {
		t.Errorf("a reader in London is told %q", got)
	}
	if got := fact(m, locales.LabelWhen); !strings.Contains(got, "09:00–11:00") || !strings.Contains(got, "Hong Kong") {
		t.Errorf("the event's own time reads %q", got)
	}
	m = b.Message(Reading{Locale: "en", Reader: locales.Responsible, Now: now, Zone: zoneOf(t, "Asia/Shanghai")}, "Safety", "")
	if got := fact(m, locales.LabelYourTime); got != "" {
		t.Errorf("the same clock is told twice: %q", got)
	}
}

func TestTheSubjectBeginsWithTheTitleAndNamesCustomerAndTime(t *testing.T) {
	m := brief(t).Message(Reading{Locale: "zh-HK", Reader: locales.Assigned, Now: start}, "安全守則重溫", "")
	if !strings.HasPrefix(m.Subject, "安全守則重溫") || !strings.Contains(m.Subject, "Harbour Medical") || !strings.Contains(m.Subject, "3月20日 09:00") {
		t.Errorf("the subject is %q", m.Subject)
	}
}

func TestACustomerGetsNoLinkIntoOurSystemAndIsToldWhomToAsk(t *testing.T) {
	m := brief(t).Message(Reading{Locale: "en", Reader: locales.Contact, Now: start}, "Our visit", "")
	if m.Action != nil {
		t.Errorf("a customer gets the button %v", m.Action)
	}
	if footer := strings.Join(m.Footer, " "); !strings.Contains(footer, "Chan Tai Man") || !strings.Contains(footer, "+85298765432") {
		t.Errorf("the footer says %q", footer)
	}
	if fact(m, locales.LabelPhone) != "" {
		t.Error("a customer is told her own number")
	}
}

func TestALateMessageSaysSo(t *testing.T) {
	b := brief(t)
	m := b.Message(Reading{Locale: "en", Reader: locales.Responsible, Now: b.Start.Add(-time.Hour), LateSince: b.Start.Add(-day)}, "Safety", "")
	if !strings.Contains(m.Lead, "Thu, 19 Mar 2026, 09:00") {
		t.Errorf("the lead says %q", m.Lead)
	}
}

func TestTemplatesAreBoundedAndReadNoFiles(t *testing.T) {
	r := NewRenderer()
	vars := brief(t).Vars("en", "Chan", start)
	for source, want := range map[string]string{
		"{{ event.title }} at {{ customer.name }}":      "Yearly service at Harbour Medical",
		"{{ event.start | date: \"%H:%M\" }}":           "09:00",
		"{{ recipient.name }}, {{ days_left }}":         "Chan, 0",
		"{{ nothing.of.the.kind }}":                     "",
		"no variables: {not} {one}":                     "no variables: {not} {one}",
		"{% if contact.name != \"\" %}yes{% endif %}":   "yes",
		"{{ event.title | upcase | append: \" <b>\" }}": "YEARLY SERVICE <b>",
	} {
		if got, err := r.Render(source, vars); err != nil || got != want {
			t.Errorf("%q gave %q (%v), want %q", source, got, err, want)
		}
	}
	for _, source := range []string{
		"{% include '/etc/passwd' %}",
		"{% if %}",
		"{% for i in (1..1000000000) %}{% endfor %}",
		"{%- for i in (1..1000000000) %}{% endfor %}",
		"{% tablerow i in (1..1000000000) %}{% endtablerow %}",
		"{% assign a = event.title %}",
		"{% capture a %}{{ a }}{{ a }}{% endcapture %}",
		"{{ event.title | split: '' | join: event.description }}",
		"{{ event.title | replace: '', event.title" + strings.Repeat(" | replace: '', event.title", 20) + " }}",
	} {
		if got, err := r.Render(source, vars); err == nil {
			t.Errorf("%q gave %.40q", source, got)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, seed := range []string{"{{ event.title }}", "{% if a %}b{% endif %}", "{{", "{%", "{% for i in (1..3) %}{{i}}{% endfor %}", "{{ 1 | divided_by: 0 }}", "{{ event.start | date: '%Q' }}"} {
		f.Add(seed)
	}
	r := NewRenderer()
	vars := Brief{Zone: time.UTC}.Vars("en", "x", time.Unix(0, 0))
	f.Fuzz(func(t *testing.T, source string) {
		if out, _ := r.Render(source, vars); len(out) > maxOutput && len(out) > len(source) {
			t.Errorf("%d bytes came of %d", len(out), len(source))
		}
	})
}

// A provider whose template the company gave no values fills it from these.
func TestAMessageBringsTheValuesOfAnApprovedTemplate(t *testing.T) {
	b := brief(t)
	b.Title, b.Location, b.Responsible = "Yearly\n service\t🔧 \u202eecivres", "", " \n"
	reading := Reading{Locale: "zh-HK", Reader: locales.Contact, Now: b.Start.Add(-3 * day), Zone: zoneOf(t, "Europe/London")}
	want := map[string]string{
		"title": "安全 {{ x }}", "event": "Yearly service 🔧 \u202eecivres", "customer": "Harbour Medical", "time": "2026-03-20 09:00",
		"place": "1 Road", "number": "EV-2026-0001", "type": "維修保養", "days": "3 天後",
	}
	if got := b.Message(reading, "安全\n{{ x }}", "").Values; !reflect.DeepEqual(got, want) {
		t.Errorf("the values are %q, want %q", got, want)
	}
	b.Start = instant(t, "2026-10-25T01:30:00Z") // 01:30 for the second time
	b.Zone, b.Location = zoneOf(t, "Europe/London"), "9/F"
	got := b.Message(Reading{Locale: "en", Now: b.Start}, "Safety", "").Values
	if got["time"] != "2026-10-25 01:30" || got["place"] != "9/F" || got["days"] != "today" || got["type"] != "Maintenance" {
		t.Errorf("the values are %q", got)
	}
}
