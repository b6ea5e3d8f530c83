package planner

import (
	"slices"
	"strings"
	"time"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reminders"
)

// brief gathers what messages tell about an event.
func (p *Planner) brief(l *loader, event *collections.Event) reminders.Brief {
	company := p.Company(l.app)
	b := reminders.Brief{
		Company: company.Name, Number: event.Number(), Title: event.Title(), Type: event.Type(),
		Start: event.PlannedStart(), End: event.PlannedEnd(), Zone: event.Zone(company.Zone),
		Location: event.Location(), Description: event.Description(),
	}
	if !event.IsNew() {
		b.URL = p.EventURL(l.app, event.Id)
	}
	if customer := l.customer(event.Customer()); customer != nil {
		b.Customer, b.CustomerAddress, b.CustomerNotes = customer.Name(), customer.Address(), customer.Notes()
	}
	if contact := l.contact(event.ContactPerson()); contact != nil {
		b.ContactName, b.ContactTitle, b.ContactPhone, b.ContactEmail = contact.Name(), contact.Title(), contact.Phone(), contact.Email()
	}
	if responsible := l.user(event.SalesResponsible()); responsible != nil {
		b.Responsible, b.ResponsiblePhone = responsible.Name(), responsible.Phone()
	}
	for _, id := range event.AssignedStaff() {
		if u := l.user(id); u != nil {
			b.Team = append(b.Team, u.Name())
		}
	}
	return b
}

// words gives the title and message of a planned reminder as the event's responsible person reads them at an instant.
func (p *Planner) words(l *loader, b reminders.Brief, event *collections.Event, step *collections.PlanStep, at time.Time) (title, message string) {
	locale, name := p.Company(l.app).Locale, ""
	if responsible := l.user(event.SalesResponsible()); responsible != nil {
		locale, name = recipient{user: responsible}.locale(locale), responsible.Name()
	}
	return p.planned(l, b, step, locale, name, at)
}

// planned renders a step's template in a language. A template that is missing or broken never keeps a reminder from
// being made: its type is its title then.
func (p *Planner) planned(l *loader, b reminders.Brief, step *collections.PlanStep, locale, reader string, at time.Time) (title, message string) {
	title = locales.ReminderType(locale, step.ReminderType())
	t := l.template(step.Template(), locale)
	if t == nil {
		return title, ""
	}
	vars := b.Vars(locale, reader, at)
	if rendered, err := p.Templates.Render(t.Title(), vars); err == nil && rendered != "" {
		title = clip(rendered, 200)
	}
	if rendered, err := p.Templates.Render(t.Message(), vars); err == nil {
		message = clip(rendered, 20000)
	}
	return title, message
}

// clip keeps a rendered text within its field, in runes.
func clip(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}

// message makes the message of a reminder for one reader. What a person edited goes to all as edited.
func (p *Planner) message(l *loader, event *collections.Event, r *collections.Reminder, to recipient, made basis, now time.Time) notifiers.Message {
	b := p.brief(l, event)
	locale := to.locale(p.Company(l.app).Locale)
	title, body := r.Title(), r.Message()
	planned := r.Origin() == collections.OriginPlan
	if step := l.step(r.PlanStep()); step != nil && planned {
		plannedTitle, plannedBody := p.planned(l, b, step, locale, to.name(), now)
		if !r.IsDetached(collections.ReminderTitle) {
			title = plannedTitle
		}
		if !r.IsDetached(collections.ReminderMessage) {
			body = plannedBody
		}
	}
	// What the plan rendered holds what people typed into the event, which is no template.
	render := func(field, text string) string {
		if planned && !r.IsDetached(field) {
			return text
		}
		if rendered, err := p.Templates.Render(text, b.Vars(locale, to.name(), now)); err == nil {
			return rendered
		}
		return text
	}
	title, body = render(collections.ReminderTitle, title), render(collections.ReminderMessage, body)
	reading := reminders.Reading{Locale: locale, Reader: readerOf(l, event, to), Now: now}
	if to.user != nil {
		reading.Zone = to.user.Zone(nil)
	}
	if made.Noted {
		reading.LateSince = made.Due
	}
	return b.Message(reading, title, body)
}

// approved gives the template whose approval by a provider carries the words of a reminder; nil for those that people
// made, which the configuration's carries, also where they were filled from a template: they may say anything by now.
func (p *Planner) approved(l *loader, r *collections.Reminder, to recipient) *collections.Template {
	step := l.step(r.PlanStep())
	if step == nil || r.Origin() != collections.OriginPlan {
		return nil
	}
	return l.template(step.Template(), to.locale(p.Company(l.app).Locale))
}

// approve gives a message on a channel the approved template of its words (nil: none), and the values that the company set
// for it. A value that cannot be rendered is left out, as a broken template keeps no reminder from being made.
func (p *Planner) approve(m *notifiers.Message, channel string, t *collections.Template, vars func() map[string]any) {
	m.Channel = channel
	if t == nil {
		return
	}
	var texts map[string]string
	switch channel {
	case notifiers.SMS:
		m.Template, m.TemplateAbroad, texts = trimmed(t.SMSTemplateCode()), trimmed(t.SMSTemplateCodeAbroad()), t.SMSParams()
	case notifiers.WeChat:
		m.Template, texts = trimmed(t.WeChatTemplateID()), t.WeChatData()
	}
	if len(texts) > 0 {
		m.Params = p.render(texts, vars())
	}
}

// trimmed takes off what comes along when an id is copied from a console.
func trimmed(id string) string { return strings.TrimSpace(id) }

// vars gives what a template may use about an event for a recipient.
func (p *Planner) vars(l *loader, event *collections.Event, to recipient, now time.Time) func() map[string]any {
	return func() map[string]any {
		return p.brief(l, event).Vars(to.locale(p.Company(l.app).Locale), to.name(), now)
	}
}

// render gives the texts that can be rendered.
func (p *Planner) render(texts map[string]string, vars map[string]any) map[string]string {
	rendered := map[string]string{}
	for name, text := range texts {
		if value, err := p.Templates.Render(text, vars); err == nil {
			rendered[name] = value
		}
	}
	return rendered
}

// readerOf says what a recipient has to do with the event.
func readerOf(l *loader, event *collections.Event, to recipient) locales.Reader {
	switch {
	case to.contact != nil:
		return locales.Contact
	case to.user.Id == event.SalesResponsible():
		return locales.Responsible
	case slices.Contains(event.AssignedStaff(), to.user.Id):
		return locales.Assigned
	}
	if responsible := l.user(event.SalesResponsible()); responsible != nil && responsible.Manager() == to.user.Id {
		return locales.Manager
	}
	return locales.Chosen
}
