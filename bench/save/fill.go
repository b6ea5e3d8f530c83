package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/bench/drills"
	"tminus/collections"
)

// What a planned reminder holds besides its event and its times, and how many days before it is due.
var (
	copiedFields = []string{"reminder_type", "title", "message", "recipients", "channels", "status", "origin", "plan_step"}
	daysBefore   = []int{7, 3, 1}
)

// material is what requests are made of.
type material struct {
	token  string
	user   string
	fields map[string]any   // of an event
	models []map[string]any // the copied fields of the three reminders
}

// fill makes a data directory: people, a customer with a contact, the default plan, and one event with its reminders.
func fill(dir string) (m material, err error) {
	i, err := drills.Open(dir, nil, nil)
	if err != nil {
		return m, err
	}
	defer i.Close()
	if err := i.People(); err != nil {
		return m, err
	}
	staff, err := i.FindAuthRecordByEmail(collections.Users, "staff@example.test")
	if err != nil {
		return m, err
	}
	if m.token, err = staff.NewAuthToken(); err != nil {
		return m, err
	}
	m.user = staff.Id
	colleague, err := colleague(i)
	if err != nil {
		return m, err
	}
	contact, err := reader(i, 0)
	if err != nil {
		return m, err
	}
	m.fields = map[string]any{
		"title": "Quarterly visit", "event_type": "customer_visit", "status": "planned", "customer": contact.Customer(),
		"contact_person": contact.Id, "location": "8 Harbour Road, Wan Chai", "timezone": "Asia/Hong_Kong",
		"sales_responsible": staff.Id, "assigned_staff": []string{staff.Id, colleague.Id}, "auto_reminders": true,
		"description": "Check the analyser, exchange the **lamp**, and train two new operators. Bring the signed forms.",
	}
	return m, m.model(i)
}

// model saves one event, and keeps what came of it.
func (m *material) model(i *drills.Instance) error {
	event, err := collections.NewEvent(i.App)
	if err != nil {
		return err
	}
	event.Load(m.fields)
	event.SetCreatedBy(m.user)
	event.SetPlannedStart(start(0))
	if err := i.Save(event); err != nil {
		return err
	}
	made, err := collections.RemindersOf(i.App, event.Id)
	if err != nil {
		return err
	}
	if len(made) != len(daysBefore) {
		return fmt.Errorf("the event has %d reminders instead of %d", len(made), len(daysBefore))
	}
	for _, r := range made {
		fields := map[string]any{}
		for _, name := range copiedFields {
			fields[name] = r.Get(name)
		}
		m.models = append(m.models, fields)
	}
	return nil
}

func colleague(i *drills.Instance) (*collections.User, error) {
	u, err := collections.NewUser(i.App)
	if err != nil {
		return nil, err
	}
	u.SetName("Lee Siu Ming")
	u.SetEmail("colleague@example.test")
	u.SetRandomPassword()
	u.SetRole(collections.RoleStaff)
	u.SetActive(true)
	return u, i.Save(u)
}

// reader saves the k-th person at the customer's.
func reader(i *drills.Instance, k int) (*collections.Contact, error) {
	customer, err := i.FindFirstRecordByFilter(collections.Customers, "id != ''")
	if err != nil {
		return nil, err
	}
	c, err := collections.NewContact(i.App)
	if err != nil {
		return nil, err
	}
	c.SetCustomer(customer.Id)
	c.SetName(fmt.Sprintf("Reader %d", k))
	c.SetEmail(fmt.Sprintf("reader%d@example.test", k))
	c.SetActive(true)
	return c, i.Save(c)
}

// start spreads events over the year after next month, as those of a company are, to the minute.
func start(k int) time.Time {
	return time.Now().UTC().Truncate(time.Minute).Add(30*24*time.Hour + time.Duration(k*7919%525_600)*time.Minute)
}

// load puts n mails into a data directory that fall due at a moment: manual reminders, each to one of a hundred contacts.
func load(dir string, n int, due time.Time) error {
	i, err := drills.Open(dir, nil, nil)
	if err != nil {
		return err
	}
	defer i.Close()
	var readers []string
	for k := range 100 {
		c, err := reader(i, k+1)
		if err != nil {
			return err
		}
		readers = append(readers, c.Id)
	}
	model, err := i.FindFirstRecordByFilter(collections.Events, "id != ''")
	if err != nil {
		return err
	}
	return i.RunInTransaction(func(tx core.App) error { return insert(tx, model.Id, readers, n, due) })
}

// insert writes the reminders of load, a hundred for an event.
func insert(tx core.App, model string, readers []string, n int, due time.Time) error {
	event := ""
	for k := range n {
		if k%100 == 0 {
			event = core.GenerateDefaultRandomId()
			_, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO events (id, event_number, title, status, event_type, customer,
				timezone, planned_start_date, planned_end_date, sales_responsible, auto_reminders, location, created, updated)
				SELECT {:id}, {:number}, title, status, event_type, customer, timezone, planned_start_date, planned_end_date,
				sales_responsible, FALSE, location, created, updated FROM events WHERE id = {:model}`).
				Bind(dbx.Params{"id": event, "number": fmt.Sprintf("BURST-%d", k), "model": model}).Execute()
			if err != nil {
				return err
			}
		}
		to, _ := json.Marshal([]string{readers[k%len(readers)]})
		now := collections.DateTime(time.Now())
		_, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO reminders (id, event, reminder_type, title, message, status, origin,
			channels, recipients, contact_recipients, send_datetime, created, updated) VALUES ({:id}, {:event}, 'custom',
			'Bring the spare lamp', 'The **second** lamp is worn. Sign it out with the store before you leave.', 'pending', 'manual',
			'["email"]', '[]', {:to}, {:due}, {:now}, {:now})`).Bind(dbx.Params{
			"id": core.GenerateDefaultRandomId(), "event": event, "to": string(to), "due": collections.DateTime(due), "now": now,
		}).Execute()
		if err != nil {
			return err
		}
	}
	return nil
}

// copyDir copies a data directory that nobody has open.
func copyDir(from, to string) error { return os.CopyFS(to, os.DirFS(from)) }
