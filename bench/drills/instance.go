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
	_ "tminus/pb_migrations" // ours
)

// Instance is an app in this process, with its engine at rest until Start.
type Instance struct {
	core.App
	System   *hooks.System
	customer string
	staff    string
	contacts int
	rest     func() // ends the checkpoints; nil before Start
}

// Open opens an instance on a data directory, new or not; with the web app, unless that is nil.
func Open(dir string, environment []string, webApp fs.FS) (*Instance, error) {
	return openWith(dir, environment, hooks.Options{Now: time.Now, WebApp: webApp})
}

// openWith is Open with another clock, timing or notifier.
func openWith(dir string, environment []string, o hooks.Options) (*Instance, error) {
	cfg, err := config.Load(environment, nil)
	if err != nil {
		return nil, err
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: hooks.Connect})
	o.Config = cfg
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	}
	system := hooks.Register(app, o)
	if err := app.Bootstrap(); err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, err
	}
	if err := NoLimits(app); err != nil {
		return nil, err
	}
	return &Instance{App: app, System: system}, system.Prepare()
}

// Start begins to send, as serving does.
func (i *Instance) Start() error {
	if err := i.System.Engine.Start(); err != nil {
		return err
	}
	i.rest = i.System.StartCheckpoints()
	return nil
}

// Close ends the instance as the end of its process does.
func (i *Instance) Close() error {
	if i.rest != nil {
		i.rest()
		i.rest = nil
	}
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
	event, err := i.visit(due.Add(10*24*time.Hour), false)
	if err != nil {
		return "", err
	}
	contact, err := i.contact()
	if err != nil {
		return "", err
	}
	return i.note(event, contact, Letter{
		Title: "Bring the spare lamp", Message: "The **second** lamp is worn. Sign it out with the store before you leave.", Due: due,
	}, channels)
}

// visit saves an event, with the reminders of its plan or without, and gives its id.
func (i *Instance) visit(start time.Time, planned bool) (string, error) {
	event, err := collections.NewEvent(i.App)
	if err != nil {
		return "", err
	}
	event.SetTitle("Quarterly visit")
	event.SetCustomer(i.customer)
	event.SetSalesResponsible(i.staff)
	event.SetPlannedStart(start)
	event.SetAutoReminders(planned)
	err = i.Save(event)
	return event.Id, err
}

// note saves a reminder of a person's to a contact, with the words and the time of a letter, and gives its id.
func (i *Instance) note(event, contact string, l Letter, channels []string) (string, error) {
	r, err := collections.NewReminder(i.App)
	if err != nil {
		return "", err
	}
	r.SetEvent(event)
	r.SetType("custom")
	r.SetTitle(l.Title)
	r.SetMessage(l.Message)
	r.SetContactRecipients([]string{contact})
	r.SetChannels(channels)
	r.SetSendAt(l.Due)
	err = i.Save(r)
	return r.Id, err
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
