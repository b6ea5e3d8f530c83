package defaults_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/osteele/liquid"

	"tminus/defaults"
	"tminus/locales"
	"tminus/locales/localestest"
)

func templates(t *testing.T) []defaults.Template {
	t.Helper()
	all, err := defaults.Templates()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTemplatesAreCompleteInEveryLanguage(t *testing.T) {
	types := map[string]string{}
	seen := map[string]bool{}
	for _, text := range templates(t) {
		types[text.Key] = text.ReminderType
		seen[text.Key+" "+text.Locale] = true
		if strings.ContainsAny(text.Title, "{}*#\n") {
			t.Errorf("%s in %s: the title %q is not plain text", text.Key, text.Locale, text.Title)
		}
	}
	want := map[string]string{
		"pre_departure_checklist": "checklist", "equipment_checkout": "equipment", "safety_protocol_review": "safety",
		"code_of_conduct": "code_of_conduct", "customer_service": "customer_service", "custom": "custom",
	}
	for key, reminderType := range want {
		if types[key] != reminderType {
			t.Errorf("%s is of type %q, want %q", key, types[key], reminderType)
		}
		for _, locale := range locales.All {
			if !seen[key+" "+locale] {
				t.Errorf("%s has no text in %s", key, locale)
			}
		}
	}
	if len(types) != len(want) {
		t.Errorf("%d kinds of templates, want %d", len(types), len(want))
	}
}

// values is what the server gives to a template, nested as templates name it.
type values map[string]any

func full(locale string) values {
	zone := time.FixedZone("HKT", 8*60*60)
	start := time.Date(2026, 11, 30, 9, 0, 0, 0, zone)
	return values{
		"event": values{
			"number": "EV-2026-0001", "title": "Quarterly service of 3 printers", "type": locales.EventType(locale, "maintenance"),
			"when": locales.Range(locale, start, start.Add(2*time.Hour)), "start": start, "end": start.Add(2 * time.Hour),
			"location": "12/F, Tower 2, Kwun Tong", "description": "Replace the drums.\n\n- Printer A\n- Printer B", "url": "https://example.com/events/1",
		},
		"customer":    values{"name": "Harbour Medical Group", "address": "1 Harbour Road, Wan Chai", "notes": "Register at the lobby.\nGoods lift only."},
		"contact":     values{"name": "Chan Siu Ming", "title": "Facility Manager", "phone": "+852 5555 0100", "email": "chan@example.com"},
		"responsible": values{"name": "Ada Wong", "phone": "+852 5555 0101"},
		"team":        "Ada Wong, Leo Fung", "recipient": values{"name": "Leo Fung"}, "company": values{"name": "Example Engineering"},
		"days_left": 3, "days_left_text": locales.DaysLeft(locale, 3),
	}
}

// blank is v with every text emptied, apart from the variables named in keep.
func blank(v values, prefix string, keep ...string) values {
	out := values{}
	for name, value := range v {
		switch value := value.(type) {
		case values:
			out[name] = blank(value, prefix+name+".", keep...)
		case int:
			out[name] = value
		default:
			out[name] = ""
			for _, k := range keep {
				if k == prefix+name {
					out[name] = value
				}
			}
		}
	}
	return out
}

func bindings(v values) map[string]any {
	out := map[string]any{}
	for name, value := range v {
		if nested, ok := value.(values); ok {
			out[name] = bindings(nested)
			continue
		}
		out[name] = value
	}
	return out
}

func render(t *testing.T, source string, v values) string {
	t.Helper()
	engine := liquid.NewEngine()
	engine.StrictVariables()
	text, err := engine.ParseAndRenderString(source, bindings(v))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var flaws = map[string]*regexp.Regexp{
	"Liquid that was not rendered":          regexp.MustCompile(`\{\{|\}\}|\{%|%\}`),
	"an empty bullet":                       regexp.MustCompile(`(?m)^\s*- *$`),
	"a label without its value":             regexp.MustCompile(`(?m)^- .*[:：,，、(（] *$`),
	"empty brackets or emphasis":            regexp.MustCompile(`\(\s*\)|（\s*）|\*\*\s*\*\*|\[[^\]]*\]\(\s*\)`),
	"punctuation where a value should be":   regexp.MustCompile(`(?m)^- *[,，：:]|, *,|，，| ,| \.`),
	"a run of blank lines":                  regexp.MustCompile(`\n[ \t]*\n[ \t]*\n`),
	"an empty section":                      regexp.MustCompile(`###[^\n]*\n+(###|$)`),
	"two spaces":                            regexp.MustCompile(`  `),
	"a line that runs on into the next one": regexp.MustCompile(`(?m)^[^-#\n][^\n]*\n[^-#\n]`),
}

func TestTemplatesReadWellWhateverIsEmpty(t *testing.T) {
	for _, text := range templates(t) {
		everything := full(text.Locale)
		// The notes run over two lines as people type them, which is not the template's doing.
		everything["customer"].(values)["notes"] = "Register at the lobby."
		own := full(text.Locale)
		own["responsible"].(values)["name"] = "Leo Fung"
		own["customer"].(values)["notes"] = ""
		for name, v := range map[string]values{
			"full":             everything,
			"to the organiser": own,
			"almost empty":     blank(everything, "", "event.title", "event.when", "event.start", "customer.name", "days_left_text"),
			"no phone numbers": blank(everything, "", "event.title", "event.when", "event.start", "customer.name", "contact.name", "responsible.name", "recipient.name"),
			"empty":            blank(everything, ""),
		} {
			t.Run(text.Key+" "+text.Locale+" "+name, func(t *testing.T) {
				out := strings.TrimSpace(render(t, text.Message, v))
				for flaw, pattern := range flaws {
					if at := pattern.FindString(out); at != "" {
						t.Errorf("%s at %q in:\n%s", flaw, at, out)
					}
				}
				if n := utf8.RuneCountInString(out); n > 3000 {
					t.Errorf("%d characters are too many for a phone", n)
				}
			})
		}
	}
}

func TestTemplatesUseWhatTheyAreGiven(t *testing.T) {
	for _, text := range templates(t) {
		if text.Key != "pre_departure_checklist" {
			continue
		}
		out := render(t, text.Message, full(text.Locale))
		for _, want := range []string{
			"Quarterly service of 3 printers", "Harbour Medical Group", "1 Harbour Road", "Chan Siu Ming", "+852 5555 0100", "Goods lift only",
			"Replace the drums", "Kwun Tong", "Leo Fung", "09:00", "Ada Wong",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is not told", text.Locale, want)
			}
		}
	}
}

func TestTemplatesKeepToTheirLanguage(t *testing.T) {
	for _, text := range templates(t) {
		if found := localestest.Foreign(text.Locale, text.Title+text.Message); len(found) > 0 {
			t.Errorf("%s in %s has %q", text.Key, text.Locale, found)
		}
	}
}
