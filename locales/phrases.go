package locales

import (
	"strings"
	"time"
)

// Reader is what the reader of a reminder has to do with its event.
type Reader string

// The readers, the nearest tie first: who is both responsible and assigned reads as responsible.
const (
	Responsible Reader = "responsible" // the event's sales_responsible
	Assigned    Reader = "assigned"    // of the event's assigned_staff
	Manager     Reader = "manager"     // of the responsible person
	Chosen      Reader = "chosen"      // a colleague whom somebody added to this reminder
	Contact     Reader = "contact"     // the customer's contact person
)

// Lead gives the first sentence of a reminder, which tells what starts when: "Your visit to Harbour Medical starts in 3
// days." for the team, "The visit to …" for other colleagues, "Our visit to you …" for contact persons, who need no
// customer. eventType is a value of events.event_type, days as in DaysLeft. Without a customer, as while a form is filled
// in, it is "The event starts in 3 days."
func Lead(locale string, reader Reader, eventType, customer string, days int) string {
	if customer == "" && reader != Contact {
		return Text(locale, leadAlone, Starts(locale, days))
	}
	prefix := "lead_colleague."
	switch reader {
	case Responsible, Assigned:
		prefix = "lead_team."
	case Contact:
		prefix = "lead_contact."
	case Manager, Chosen:
	}
	key := Key(prefix + eventType)
	if _, known := en[key]; !known {
		key = Key(prefix + "other")
	}
	return Text(locale, key, customer, Starts(locale, days))
}

// Starts gives the end of a sentence about an event whose start is n calendar days away, without the full stop: "starts
// in 3 days", "is today", "started yesterday".
func Starts(locale string, n int) string {
	if n == 0 {
		return Text(locale, startsToday)
	}
	if n < 0 {
		return Text(locale, started, DaysLeft(locale, n))
	}
	return Text(locale, starts, DaysLeft(locale, n))
}

// Footer says why the reader gets a reminder.
func Footer(locale string, reader Reader) string {
	return Text(locale, Key("footer."+string(reader)))
}

// ReminderSubject gives the subject of a reminder, which begins with its title: what, for which customer, when. An
// empty customer is left out.
func ReminderSubject(locale, title, customer string, start time.Time) string {
	return dotted(title, customer, ShortDateTime(locale, start))
}

// OverdueSubject gives the subject of an alert about n overdue events; title and customer are the first one's and are
// told if it is the only one.
func OverdueSubject(locale string, n int, title, customer string) string {
	if n == 1 {
		return Text(locale, overdueOne, dotted(title, customer))
	}
	return Count(locale, overdueMany, n)
}

// DigestSubject gives the subject of the digest of a day with what is in it: "Daily digest 30 Nov: 3 events today, 2
// overdue". The week is told only if nothing is on today.
func DigestSubject(locale string, day time.Time, today, week, overdue, failed int) string {
	var parts []string
	if today > 0 {
		parts = append(parts, Count(locale, eventsToday, today))
	} else if week > 0 {
		parts = append(parts, Count(locale, eventsThisWeek, week))
	}
	if overdue > 0 {
		parts = append(parts, Count(locale, eventsOverdue, overdue))
	}
	if failed > 0 {
		parts = append(parts, Count(locale, remindersFailed, failed))
	}
	subject := Text(locale, digestSubject, ShortDate(locale, day))
	if len(parts) == 0 {
		return subject
	}
	return Labelled(locale, subject, strings.Join(parts, ListSeparator(locale)))
}

func dotted(parts ...string) string {
	var told []string
	for _, part := range parts {
		if part != "" {
			told = append(told, part)
		}
	}
	return strings.Join(told, " · ")
}
