package drills

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// Mails fills in n events, each with a person of its own at the customer's and one planned reminder by email to that
// person, pending until DueMails, and gives the reminders' ids. Only SQL is fast enough. People must have been called.
func (i *Instance) Mails(n int) ([]string, error) {
	var steps []struct {
		ID      string `db:"id"`
		Title   string `db:"title"`
		Message string `db:"message"`
	}
	err := i.ConcurrentDB().NewQuery(`SELECT s.id, t.title, t.message FROM reminder_plan_steps s
		JOIN reminder_templates t ON t.id = s.template ORDER BY s.days_before`).All(&steps)
	if err != nil || len(steps) == 0 {
		return nil, fmt.Errorf("find the default plan: %d steps, %w", len(steps), err)
	}
	step := steps[0]
	const batch = 2000
	ids := make([]string, 0, n)
	for len(ids) < n {
		err := i.RunInTransaction(func(tx core.App) error {
			for range min(batch, n-len(ids)) {
				id, err := i.mail(tx, step.ID, step.Title, step.Message)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (i *Instance) mail(tx core.App, step, title, message string) (reminder string, err error) {
	now := time.Now()
	params := dbx.Params{
		"event": core.GenerateDefaultRandomId(), "contact": core.GenerateDefaultRandomId(), "reminder": core.GenerateDefaultRandomId(),
		"number": fmt.Sprintf("MAIL-%d", i.contacts), "name": fmt.Sprintf("Reader %d", i.contacts),
		"email": fmt.Sprintf("reader%05d@example.test", i.contacts), "customer": i.customer, "staff": i.staff, "step": step,
		"title": title, "message": message, "now": collections.DateTime(now), "at": collections.DateTime(now.Add(time.Hour)),
		"start": collections.DateTime(now.Add(3 * 24 * time.Hour)), "end": collections.DateTime(now.Add(73 * time.Hour)),
	}
	i.contacts++
	for _, statement := range []string{
		`INSERT INTO contacts (id, customer, name, email, locale, active, created, updated)
			VALUES ({:contact}, {:customer}, {:name}, {:email}, 'en', TRUE, {:now}, {:now})`,
		`INSERT INTO events (id, event_number, title, status, event_type, customer, contact_person, location, timezone,
			planned_start_date, planned_end_date, sales_responsible, auto_reminders, created, updated)
			VALUES ({:event}, {:number}, 'Quarterly maintenance of the analyser', 'confirmed', 'maintenance', {:customer}, {:contact},
			'12/F, 88 Queensway, Hong Kong', 'Asia/Hong_Kong', {:start}, {:end}, {:staff}, TRUE, {:now}, {:now})`,
		`INSERT INTO reminders (id, event, reminder_type, title, message, status, origin, plan_step, channels, recipients,
			contact_recipients, send_datetime, planned_for, created, updated) VALUES ({:reminder}, {:event}, 'safety', {:title},
			{:message}, 'pending', 'plan', {:step}, '["email"]', '[]', json_array({:contact}), {:at}, {:start}, {:now}, {:now})`,
	} {
		if _, err := tx.NonconcurrentDB().NewQuery(statement).Bind(params).Execute(); err != nil {
			return "", err
		}
	}
	return params["reminder"].(string), nil
}

// DueMails makes every pending reminder due and wakes the engine. It gives the moment before which none was.
func (i *Instance) DueMails() (time.Time, error) {
	at := time.Now()
	err := i.DueNow()
	i.System.Engine.Wake()
	return at, err
}

// SentMails waits until the results of n mails more than before are in the database, and the reminders show them.
// Before is what Engine.Status told of the channel at the beginning.
func (i *Instance) SentMails(before uint64, n int, within time.Duration) error {
	for deadline := time.Now().Add(within); ; time.Sleep(2 * time.Millisecond) {
		s := i.System.Engine.Status(notifiers.Email)
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d mails were sent within %s, %d failed", s.Sent-before, n, within, s.Failed)
		}
		if int(s.Sent-before) < n || s.InFlight > 0 {
			continue
		}
		var open int
		err := i.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM reminders WHERE status = 'sending'").Row(&open)
		if err != nil || open == 0 {
			return err
		}
	}
}
