package apptest

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

func (a *App) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// User gives the user with a role.
func (a *App) User(role string) *collections.User {
	a.t.Helper()
	u, err := collections.Find[collections.User](a.App, collections.Users, UserID(role))
	a.must(err)
	return u
}

// NewUser saves another active member of staff; bcrypt makes it slow.
func (a *App) NewUser(name, email, locale string) *collections.User {
	a.t.Helper()
	u, err := collections.NewUser(a.App)
	a.must(err)
	u.SetName(name)
	u.SetEmail(email)
	u.SetPassword(Password)
	u.SetRole(collections.RoleStaff)
	u.SetActive(true)
	u.SetLocale(locale)
	a.must(a.Save(u))
	return u
}

// Customer saves a customer.
func (a *App) Customer(name string) *collections.Customer {
	a.t.Helper()
	c, err := collections.NewCustomer(a.App)
	a.must(err)
	c.SetName(name)
	c.SetActive(true)
	a.must(a.Save(c))
	return c
}

// Contact saves a person at a customer's.
func (a *App) Contact(c *collections.Customer, name, email string) *collections.Contact {
	a.t.Helper()
	p, err := collections.NewContact(a.App)
	a.must(err)
	p.SetCustomer(c.Id)
	p.SetName(name)
	p.SetEmail(email)
	p.SetActive(true)
	a.must(a.Save(p))
	return p
}

// EventBuilder builds an event of the staff user at a new customer.
type EventBuilder struct {
	a *App
	e *collections.Event
}

// Event begins an event that starts at start.
func (a *App) Event(start time.Time) *EventBuilder {
	a.t.Helper()
	e, err := collections.NewEvent(a.App)
	a.must(err)
	e.SetTitle("Quarterly visit")
	e.SetPlannedStart(start)
	e.SetTimezone("Asia/Hong_Kong")
	e.SetAutoReminders(true)
	e.SetCreatedBy(UserID(collections.RoleStaff))
	e.SetSalesResponsible(UserID(collections.RoleStaff))
	return &EventBuilder{a: a, e: e}
}

// With changes the event before it is saved.
func (b *EventBuilder) With(change func(*collections.Event)) *EventBuilder {
	change(b.e)
	return b
}

// Save saves the event, with a customer of its own if it has none, and gives it as the database holds it.
func (b *EventBuilder) Save() *collections.Event {
	b.a.t.Helper()
	if b.e.Customer() == "" {
		b.e.SetCustomer(b.a.Customer("Harbour Medical").Id)
	}
	b.a.must(b.a.App.Save(b.e))
	return b.a.Reload(b.e)
}

// Reload reads an event again.
func (a *App) Reload(e *collections.Event) *collections.Event {
	a.t.Helper()
	fresh, err := collections.Find[collections.Event](a.App, collections.Events, e.Id)
	a.must(err)
	return fresh
}

// Reminder begins a manual reminder of an event to the staff user by email; save it with Save.
func (a *App) Reminder(e *collections.Event, at time.Time) *collections.Reminder {
	a.t.Helper()
	r, err := collections.NewReminder(a.App)
	a.must(err)
	r.SetEvent(e.Id)
	r.SetType("custom")
	r.SetTitle("Bring the spare lamp")
	r.SetMessage("The **second** lamp is worn.")
	r.SetRecipients([]string{UserID(collections.RoleStaff)})
	r.SetChannels([]string{"email"})
	r.SetSendAt(at)
	return r
}

// MustSave saves a record, or fails the test.
func (a *App) MustSave(m core.Model) {
	a.t.Helper()
	a.must(a.App.Save(m))
}

// Reminders gives the reminders of an event, the earliest first.
func (a *App) Reminders(e *collections.Event) []*collections.Reminder {
	a.t.Helper()
	found, err := collections.RemindersOf(a.App, e.Id)
	a.must(err)
	return found
}

// Deliveries gives the deliveries of a reminder.
func (a *App) Deliveries(reminder string) []*collections.Delivery {
	a.t.Helper()
	found, err := collections.DeliveriesOf(a.App, reminder)
	a.must(err)
	return found
}

// Statuses tells an event's reminders as "status" or "status: reason", the earliest first.
func (a *App) Statuses(e *collections.Event) []string {
	a.t.Helper()
	var told []string
	for _, r := range a.Reminders(e) {
		s := r.Status()
		if r.StatusReason() != "" {
			s += ": " + r.StatusReason()
		}
		told = append(told, s)
	}
	return told
}
