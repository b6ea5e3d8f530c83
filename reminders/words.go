package reminders

import (
	"strings"
	"time"

	"tminus/locales"
)

// Brief is all that a message tells about an event. Every text is as people typed it.
type Brief struct {
	Company     string
	Number      string
	Title       string
	Type        string // a value of events.event_type
	Start, End  time.Time
	Zone        *time.Location
	Location    string
	Description string
	URL         string // of the event in the web app; empty if the server does not know its own address

	Customer, CustomerAddress, CustomerNotes              string
	ContactName, ContactTitle, ContactPhone, ContactEmail string
	Responsible, ResponsiblePhone                         string
	Team                                                  []string // names of the assigned staff
}

// Vars gives what a template may use, in a language, for a reader at an instant.
func (b Brief) Vars(locale, reader string, now time.Time) map[string]any {
	days := DaysLeft(b.Start, now, b.Zone)
	return map[string]any{
		"event": map[string]any{
			"number": b.Number, "title": b.Title, "type": locales.EventType(locale, b.Type), "when": b.When(locale),
			"start": b.Start.In(b.Zone), "end": b.End.In(b.Zone), "location": b.Location, "description": b.Description, "url": b.URL,
		},
		"customer":       map[string]any{"name": b.Customer, "address": b.CustomerAddress, "notes": b.CustomerNotes},
		"contact":        map[string]any{"name": b.ContactName, "title": b.ContactTitle, "phone": b.ContactPhone, "email": b.ContactEmail},
		"responsible":    map[string]any{"name": b.Responsible, "phone": b.ResponsiblePhone},
		"team":           strings.Join(b.Team, locales.ListSeparator(locale)),
		"recipient":      map[string]any{"name": reader},
		"company":        map[string]any{"name": b.Company},
		"days_left":      days,
		"days_left_text": locales.DaysLeft(locale, days),
	}
}

// When gives the span of the event in its own zone, with the zone named.
func (b Brief) When(locale string) string {
	start := b.Start.In(b.Zone)
	return locales.Range(locale, start, b.End.In(b.Zone)) + locales.Parenthesis(locale, locales.Zone(locale, start))
}
