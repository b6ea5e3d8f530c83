package demo

import (
	"fmt"
	"slices"
	"time"

	"tminus/collections"
	"tminus/reminders"
)

// Titles of reminders that troubles find again.
const (
	callAhead = "Call ahead: does the ferry run?"
	gatePass  = "提前登记入厂"
	classFive = "Particle counter: class 5 or class 6?"
	floorPlan = "请提前发送无尘室平面图"
)

// outage is the span in which the server of the story had no power.
func (f *filling) outage() (from, to time.Time) {
	y, m, d := f.now.In(f.zone).Date()
	return time.Date(y, m, d-15, 9, 0, 0, 0, f.zone), time.Date(y, m, d-13, 10, 30, 0, 0, f.zone)
}

// powered gives t, or the end of the outage that t falls into.
func (f *filling) powered(t time.Time) time.Time {
	from, to := f.outage()
	if !t.Before(from) && t.Before(to) {
		return to
	}
	return t
}

// manual is a reminder that a person made.
type manual struct {
	visit, by            string
	kind, title, message string
	to, channels         string // people's keys and channels, separated by spaces
	contact              bool   // the event's contact person as well
}

// remarks are what people did to reminders by hand.
func (f *filling) remarks() []episode {
	outage, _ := f.outage()
	write := func(made, due time.Time, m manual) episode {
		return episode{made, func() error { return f.write(m, due) }}
	}
	ago := func(d time.Duration) time.Time { return f.now.Add(-d) }
	const day = 24 * time.Hour
	return []episode{
		// The attempt that the power cut interrupted: nobody knows whether it arrived, so it was repeated.
		write(outage.Add(-5*time.Hour), outage.Add(-time.Minute), manual{
			visit: "typhoon", by: "thomas", kind: "custom", title: callAhead, to: "wing", channels: "email",
			message: "Typhoon signal 8 is expected. Call {{ contact.name }} before you book the ferry.",
		}),
		write(ago(5*day), ago(4*day), manual{
			visit: "unreachable", by: "li", kind: "equipment", title: "Reference hygrometer: charge it tonight", to: "raymond", channels: "sms",
			message: "Serial 0417, shelf 2.",
		}),
		// Greylisted three minutes ago, so that it waits for its second attempt when people look first.
		write(ago(20*time.Hour), ago(200*time.Second), manual{
			visit: "near2", by: "li", kind: "customer_service", title: gatePass, to: "li", channels: "email", contact: true,
			message: "{{ recipient.name }}，进厂须提前一天登记证件号码，请确认名单。",
		}),
		// Due while the server had no power, so it left two days late.
		write(outage.Add(-30*time.Hour), outage.Add(20*time.Hour), manual{
			visit: "analytica", by: "raymond", kind: "custom", title: "展台设计稿今日截止", to: "li wing", channels: "email",
			message: "请在下班前把设计稿发给主办方。",
		}),
		// What can be tried again: the gateway of yesterday works today, and an address that was refused stays refused.
		write(ago(30*time.Hour), ago(21*time.Hour), manual{
			visit: "retry", by: "li", kind: "customer_service", title: classFive, to: "li raymond", channels: "sms",
			message: "Ask before you bring the catalogue.",
		}),
		write(ago(29*time.Hour), ago(20*time.Hour), manual{
			visit: "retry", by: "li", kind: "checklist", title: floorPlan, to: "li", channels: "email", contact: true,
			message: "{{ recipient.name }}：平面图请标注洁净等级。",
		}),
		{ago(46 * time.Hour), func() error {
			return f.amend("near4", "thomas", func(e *collections.Event) { e.SetLocation("Outer Harbour Pumping Station, gate 2, Macau") })
		}},
		{ago(28 * time.Hour), func() error {
			return f.amend("near1", "grace", func(e *collections.Event) { e.SetAssignedStaff(f.ids("wing", "meiling")) })
		}},
		{ago(2 * day), func() error { return f.takeBack("byhand", "raymond") }},
		{ago(26 * time.Hour), func() error {
			return f.reword("edited", "thomas", "Rotor certificates: ask Tony before Thursday",
				"The certificates of **both** rotors expire this month. Without them we may not run the test.")
		}},
	}
}

// write saves a manual reminder.
func (f *filling) write(m manual, due time.Time) error {
	r, err := collections.NewReminder(f.app)
	if err != nil {
		return err
	}
	event, err := collections.Find[collections.Event](f.app, collections.Events, f.events[m.visit])
	if err != nil {
		return fmt.Errorf("find the event %q of a reminder: %w", m.visit, err)
	}
	r.SetEvent(event.Id)
	r.SetType(m.kind)
	r.SetTitle(m.title)
	r.SetMessage(m.message)
	r.SetRecipients(f.ids(list(m.to)...))
	if m.contact {
		r.SetContactRecipients([]string{event.ContactPerson()})
	}
	r.SetChannels(list(m.channels))
	r.SetSendAt(due)
	r.SetCreatedBy(f.users[m.by].Id)
	if err := f.app.SaveWithContext(f.as(m.by), r); err != nil {
		return fmt.Errorf("write the reminder %q: %w", m.title, err)
	}
	return nil
}

// amend saves a change of an event by one of the people.
func (f *filling) amend(visit, by string, edit func(*collections.Event)) error {
	e, err := collections.Find[collections.Event](f.app, collections.Events, f.events[visit])
	if err != nil {
		return fmt.Errorf("find the event %q to amend it: %w", visit, err)
	}
	edit(e)
	if err := f.app.SaveWithContext(f.as(by), e); err != nil {
		return fmt.Errorf("amend the event %q: %w", visit, err)
	}
	return nil
}

// pending gives the last reminder of an event that is still pending: the one nearest to it.
func (f *filling) pending(visit string) (*collections.Reminder, error) {
	all, err := collections.RemindersOf(f.app, f.events[visit])
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(all) {
		if r.Status() == reminders.Pending {
			return r, nil
		}
	}
	return nil, fmt.Errorf("find a pending reminder of %q", visit)
}

// takeBack deletes a planned reminder as a person does.
func (f *filling) takeBack(visit, by string) error {
	r, err := f.pending(visit)
	if err != nil {
		return err
	}
	return f.o.Planner.TakeBackByHand(f.as(by), f.app, r)
}

// reword edits a planned reminder by hand.
func (f *filling) reword(visit, by, title, message string) error {
	r, err := f.pending(visit)
	if err != nil {
		return err
	}
	r.SetTitle(title)
	r.SetMessage(message)
	return f.app.SaveWithContext(f.as(by), r)
}
