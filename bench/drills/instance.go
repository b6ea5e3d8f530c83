// Package drills is what the measurements and the crash drills share: an instance on a data directory, filled with
// events, beside a real SMTP server.
package drills

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // PocketBase's own tables

	"tminus/collections"
	"tminus/config"
	"tminus/hooks"
	"tminus/outbox"
	_ "tminus/pb_migrations" // ours
)

// Instance is an app in this process, with its engine at rest until Start.
type Instance struct {
	core.App
	System   *hooks.System
	customer string
	staff    string
	contacts int
}

// Open opens an instance on a data directory, new or not; with the web app, unless that is nil.
func Open(dir string, environment []string, webApp fs.FS) (*Instance, error) {
	return open(dir, environment, webApp, outbox.Options{})
}

func open(dir string, environment []string, webApp fs.FS, timing outbox.Options) (*Instance, error) {
	cfg, err := config.Load(environment, nil)
	if err != nil {
		return nil, err
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: hooks.Connect})
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	system := hooks.Register(app, hooks.Options{Config: cfg, Now: time.Now, WebApp: webApp, Outbox: timing, Log: log})
	if err := app.Bootstrap(); err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, err
	}
	return &Instance{App: app, System: system}, system.Prepare()
}

// Close ends the instance as the end of its process does.
func (i *Instance) Close() error {
	event := new(core.TerminateEvent)
	event.App = i.App
	return i.OnTerminate().Trigger(event, func(e *core.TerminateEvent) error { return e.App.ResetBootstrapState() })
}

// People makes the customer and the member of staff that Remind needs.
func (i *Instance) People() error {
	customer, err := collections.NewCustomer(i.App)
	if err != nil {
		return err
	}
	customer.SetName("Harbour Medical")
	customer.SetActive(true)
	if err := i.Save(customer); err != nil {
		return err
	}
	staff, err := collections.NewUser(i.App)
	if err != nil {
		return err
	}
	staff.SetName("Chan Tai Man")
	staff.SetEmail("staff@example.test")
	staff.SetRandomPassword()
	staff.SetRole(collections.RoleStaff)
	staff.SetActive(true)
	i.customer, i.staff = customer.Id, ""
	if err := i.Save(staff); err != nil {
		return err
	}
	i.staff = staff.Id
	return nil
}

// Remind saves an event in ten days with one reminder on these channels, due at due, to a person of its own at the
// customer's, and gives the reminder's id.
func (i *Instance) Remind(due time.Time, channels ...string) (string, error) {
	event, err := collections.NewEvent(i.App)
	if err != nil {
		return "", err
	}
	event.SetTitle("Quarterly visit")
	event.SetCustomer(i.customer)
	event.SetSalesResponsible(i.staff)
	event.SetPlannedStart(due.Add(10 * 24 * time.Hour))
	if err := i.Save(event); err != nil {
		return "", err
	}
	contact, err := i.contact()
	if err != nil {
		return "", err
	}
	r, err := collections.NewReminder(i.App)
	if err != nil {
		return "", err
	}
	r.SetEvent(event.Id)
	r.SetType("custom")
	r.SetTitle("Bring the spare lamp")
	r.SetMessage("The **second** lamp is worn. Sign it out with the store before you leave.")
	r.SetContactRecipients([]string{contact})
	r.SetChannels(channels)
	r.SetSendAt(due)
	return r.Id, i.Save(r)
}

// contact saves another person, whom every channel reaches, every other one by a phone of the mainland.
func (i *Instance) contact() (string, error) {
	c, err := collections.NewContact(i.App)
	if err != nil {
		return "", err
	}
	phone := "+852912"
	if i.contacts%2 == 1 {
		phone = "+86138001"
	}
	c.SetCustomer(i.customer)
	c.SetName(fmt.Sprintf("Reader %d", i.contacts))
	c.SetEmail(fmt.Sprintf("reader%05d@example.test", i.contacts))
	c.SetPhone(fmt.Sprintf("%s%05d", phone, i.contacts))
	c.SetWeChatOpenID(fmt.Sprintf("oReader%021d", i.contacts))
	c.SetActive(true)
	i.contacts++
	return c.Id, i.Save(c)
}

// DueNow makes every pending reminder due, however long it took to save them.
func (i *Instance) DueNow() error {
	_, err := i.NonconcurrentDB().NewQuery("UPDATE reminders SET send_datetime = {:now} WHERE status = 'pending'").
		Bind(dbx.Params{"now": collections.DateTime(time.Now())}).Execute()
	return err
}

// Burden fills the table with n pending reminders that fall due from a year on, a second apart, each of an event of its
// hundred. Only SQL is fast enough.
func (i *Instance) Burden(n int) error {
	const perEvent, batch = 100, 10_000
	first := time.Now().AddDate(1, 0, 0)
	for done := 0; done < n; done += batch {
		err := i.RunInTransaction(func(tx core.App) error {
			return burden(tx, i.customer, first.Add(time.Duration(done)*time.Second), min(batch, n-done), perEvent, done)
		})
		if err != nil {
			return err
		}
	}
	_, err := i.NonconcurrentDB().NewQuery("ANALYZE").Execute()
	return err
}

func burden(tx core.App, customer string, first time.Time, n, perEvent, done int) error {
	now := collections.DateTime(time.Now())
	event := tx.NonconcurrentDB().NewQuery(`INSERT INTO events (id, event_number, title, status, event_type, customer, timezone,
		planned_start_date, auto_reminders, created, updated) VALUES ({:id}, {:number}, 'Burden', 'planned', 'other', {:customer},
		'Asia/Hong_Kong', {:start}, FALSE, {:now}, {:now})`).Prepare()
	defer event.Close()
	reminder := tx.NonconcurrentDB().NewQuery(`INSERT INTO reminders (id, event, reminder_type, title, status, origin, channels,
		recipients, send_datetime, created, updated) VALUES ({:id}, {:event}, 'custom', 'Burden', 'pending', 'manual', '["email"]',
		'[]', {:at}, {:now}, {:now})`).Prepare()
	defer reminder.Close()
	of := ""
	for k := range n {
		if k%perEvent == 0 {
			of = core.GenerateDefaultRandomId()
			_, err := event.Bind(dbx.Params{
				"id": of, "number": fmt.Sprintf("BURDEN-%d", done+k), "customer": customer, "now": now,
				"start": collections.DateTime(first.Add(time.Duration(n+k) * time.Second)),
			}).Execute()
			if err != nil {
				return err
			}
		}
		_, err := reminder.Bind(dbx.Params{
			"id": core.GenerateDefaultRandomId(), "event": of, "now": now,
			"at": collections.DateTime(first.Add(time.Duration(k) * time.Second)),
		}).Execute()
		if err != nil {
			return err
		}
	}
	return nil
}
