package reminders

import (
	"strings"
	"time"

	"tminus/locales"
	"tminus/notifiers"
)

// Reading is who reads a message, in which language, and when.
type Reading struct {
	Locale string
	Reader locales.Reader
	Now    time.Time
	// Zone is the reader's own; nil if unknown. A moment is told in it too where its clock shows another time.
	Zone *time.Location
	// LateSince, if set, is when the message should have left; it apologizes.
	LateSince time.Time
}

// Message gives the message of a reminder with its title and body (Markdown) already in the reader's language. The
// caller adds identity and recipient.
func (b Brief) Message(r Reading, title, body string) notifiers.Message {
	start := b.Start.In(b.Zone)
	m := notifiers.Message{
		Locale: r.Locale, Company: b.Company, Title: title, Body: body,
		Subject: locales.ReminderSubject(r.Locale, title, b.Customer, start),
		Lead:    locales.Lead(r.Locale, r.Reader, b.Type, b.Customer, DaysLeft(b.Start, r.Now, b.Zone)),
		Facts:   b.facts(r),
		Footer:  []string{locales.Footer(r.Locale, r.Reader)},
		Values:  b.values(r, title),
	}
	if !r.LateSince.IsZero() {
		m.Lead += " " + locales.Text(r.Locale, locales.LateNote, locales.DateTime(r.Locale, r.LateSince.In(b.Zone)))
	}
	if r.Reader == locales.Contact {
		if who := strings.TrimSpace(b.Responsible + " " + b.ResponsiblePhone); who != "" {
			m.Footer = append(m.Footer, locales.Text(r.Locale, locales.AskNote, who))
		}
	} else if b.URL != "" {
		// People at the customer's have no account here.
		m.Action = &notifiers.Link{Label: locales.Text(r.Locale, locales.OpenEvent), URL: b.URL}
	}
	return m
}

// values gives what fills an approved template for which the company set nothing: see notifiers.Message.Values.
func (b Brief) values(r Reading, title string) map[string]string {
	values := map[string]string{
		notifiers.ValueTitle: title, notifiers.ValueEvent: b.Title, notifiers.ValueCustomer: b.Customer,
		notifiers.ValueTime: b.Start.In(b.Zone).Format(valueTime), notifiers.ValuePlace: b.place(), notifiers.ValueNumber: b.Number,
		notifiers.ValueType: locales.EventType(r.Locale, b.Type), notifiers.ValueResponsible: b.Responsible,
		notifiers.ValueDays: locales.DaysLeft(r.Locale, DaysLeft(b.Start, r.Now, b.Zone)),
	}
	return Values(values)
}

const valueTime = "2006-01-02 15:04"

// Values makes texts fit to be Message.Values: of one line, and without those that are empty.
func Values(texts map[string]string) map[string]string {
	values := map[string]string{}
	for name, text := range texts {
		if text = strings.Join(strings.Fields(text), " "); text != "" {
			values[name] = text
		}
	}
	return values
}

// place gives where the event is.
func (b Brief) place() string {
	if b.Location == "" {
		return b.CustomerAddress
	}
	return b.Location
}

// facts lists what is known of the event. Customers need no number of ours to tell their own name and address.
func (b Brief) facts(r Reading) []notifiers.Fact {
	locale, forContact := r.Locale, r.Reader == locales.Contact
	var facts []notifiers.Fact
	add := func(label locales.Key, value, url string) {
		if value != "" {
			facts = append(facts, notifiers.Fact{Label: locales.Text(locale, label), Value: value, URL: url})
		}
	}
	add(locales.LabelEvent, b.Title, "")
	add(locales.LabelEventNumber, b.Number, "")
	add(locales.LabelWhen, b.When(locale), "")
	if r.Zone != nil && offsetAt(b.Start, r.Zone) != offsetAt(b.Start, b.Zone) {
		own := b
		own.Zone = r.Zone
		add(locales.LabelYourTime, own.When(locale), "")
	}
	add(locales.LabelWhere, b.place(), "")
	if !forContact {
		add(locales.LabelCustomer, b.Customer, "")
		contact := b.ContactName
		if contact != "" && b.ContactTitle != "" {
			contact += locales.Parenthesis(locale, b.ContactTitle)
		}
		add(locales.LabelContact, contact, "")
		add(locales.LabelPhone, b.ContactPhone, telephone(b.ContactPhone))
		add(locales.LabelEmail, b.ContactEmail, mailto(b.ContactEmail))
	}
	add(locales.LabelResponsible, b.Responsible, "")
	add(locales.LabelTeam, strings.Join(b.Team, locales.ListSeparator(locale)), "")
	return facts
}

func telephone(number string) string {
	if number == "" {
		return ""
	}
	return "tel:" + number
}

func mailto(address string) string {
	if address == "" {
		return ""
	}
	return "mailto:" + address
}
