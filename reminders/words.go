package reminders

import (
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

// When gives the span of the event in its own zone, with the zone named.
func (b Brief) When(locale string) string {
	start := b.Start.In(b.Zone)
	return locales.Range(locale, start, b.End.In(b.Zone)) + locales.Parenthesis(locale, locales.Zone(locale, start))
}
