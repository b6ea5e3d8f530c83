// Package defaults is what a fresh instance starts with: the reminder templates in each language and the default plan.
// It is data without a database.
package defaults

import (
	"embed"
	"fmt"
	"strings"

	"tminus/locales"
)

//go:embed templates/*.md
var files embed.FS

// Template is one text of a kind of reminder in one language.
type Template struct {
	Key          string // the same in every language
	Locale       string // one of locales.All
	ReminderType string // a value of reminders.reminder_type
	Title        string // plain text
	Message      string // Markdown with Liquid variables
}

// kinds lists the templates in the order in which people see them; the first three are those of the default plan. Each has a file per language,
// templates/<key>.<locale>.md, whose first line is "# " and the title.
var kinds = []struct{ key, reminderType string }{
	{"pre_departure_checklist", "checklist"},
	{"equipment_checkout", "equipment"},
	{"safety_protocol_review", "safety"},
	{"code_of_conduct", "code_of_conduct"},
	{"customer_service", "customer_service"},
	{"custom", "custom"},
}

// Templates gives every template in every language. The error is one of the build: a file missing or without a title.
func Templates() ([]Template, error) {
	var all []Template
	for _, kind := range kinds {
		for _, locale := range locales.All {
			t := Template{Key: kind.key, Locale: locale, ReminderType: kind.reminderType}
			text, err := files.ReadFile("templates/" + kind.key + "." + locale + ".md")
			if err != nil {
				return nil, fmt.Errorf("read the template %s in %s: %w", kind.key, locale, err)
			}
			if t.Title, t.Message, err = split(string(text)); err != nil {
				return nil, fmt.Errorf("read the template %s in %s: %w", kind.key, locale, err)
			}
			all = append(all, t)
		}
	}
	return all, nil
}

func split(text string) (title, message string, err error) {
	first, rest, _ := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	title, isHeading := strings.CutPrefix(first, "# ")
	title, message = strings.TrimSpace(title), strings.TrimSpace(rest)
	if !isHeading || title == "" || message == "" {
		return "", "", fmt.Errorf("want a first line %q and a text below it, have %q", "# Title", first)
	}
	return title, message, nil
}
