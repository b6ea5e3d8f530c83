package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/bench/drills"
	"tminus/collections"
)

// aReminder is what one takes in the database, with its share of its event, its message and its history, in bytes. It only
// says how many to begin with.
const aReminder = 2700

// fill makes a database of the size, as years of use leave it (drills.Instance.Years), and gives both programs the same.
func (b *bench) fill() error {
	dir := filepath.Join(b.dir, b.ours.name+"-large")
	i, err := drills.Open(dir, nil, nil)
	if err != nil {
		return err
	}
	staff, _, err := i.User(collections.RoleStaff)
	if err == nil {
		err = i.Years(b.megabytes*1_000_000/aReminder, staff)
	}
	if err != nil {
		return fmt.Errorf("fill the large database: %w", err)
	}
	if err := i.Close(); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(dir, "data.db"))
	if err != nil {
		return err
	}
	b.megabytes = int(info.Size() / 1e6)
	return b.copy("large")
}

// copy gives the bare program the same database.
func (b *bench) copy(database string) error {
	to := filepath.Join(b.dir, b.bare.name+"-"+database)
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return os.CopyFS(to, os.DirFS(filepath.Join(b.dir, b.ours.name+"-"+database)))
}

// due fills the empty instance with mails that fall due from begin on, at the rate: an event, a person and a reminder each.
func (b *bench) due(begin time.Time) error {
	i, err := drills.Open(filepath.Join(b.dir, b.ours.name+"-empty"), nil, nil)
	if err != nil {
		return err
	}
	defer func() { _ = i.Close() }()
	if err := i.People(); err != nil {
		return err
	}
	values := dbx.Params{
		"n": b.mails, "rate": float64(b.rate), "begin": float64(begin.UnixMilli()) / 1000,
		"now": collections.DateTime(time.Now()), "start": collections.DateTime(time.Now().Add(72 * time.Hour)),
	}
	return i.RunInTransaction(func(tx core.App) error {
		for _, table := range []string{contacts, events, reminders} {
			if _, err := tx.NonconcurrentDB().NewQuery(table).Bind(values).Execute(); err != nil {
				return fmt.Errorf("fill in mails: %w", err)
			}
		}
		return nil
	})
}

// The mails, in SQL: only that is fast enough. Parameters that a statement does not need are bound all the same.
const (
	numbers  = `WITH RECURSIVE p AS (SELECT {:n} n, {:rate} rate, {:begin} begin, {:now} now, {:start} start), c (x) AS (VALUES (0) UNION ALL SELECT x + 1 FROM c, p WHERE x + 1 < n)`
	contacts = `INSERT INTO contacts (id, customer, name, email, locale, active, created, updated) ` + numbers + `
		SELECT printf('k%014d', x), (SELECT id FROM customers LIMIT 1), 'Reader ' || x, 'reader' || x || '@example.test', 'en', TRUE, now, now FROM c, p`
	events = `INSERT INTO events (id, event_number, title, status, event_type, customer, timezone, planned_start_date, planned_end_date, auto_reminders, created, updated) ` + numbers + `
		SELECT printf('e%014d', x), 'MAIL-' || x, 'Quarterly visit', 'planned', 'maintenance', (SELECT id FROM customers LIMIT 1), 'Asia/Hong_Kong', start, '', FALSE, now, now FROM c, p`
	reminders = `INSERT INTO reminders (id, event, reminder_type, title, message, status, origin, channels, recipients, contact_recipients, send_datetime, created, updated) ` + numbers + `
		SELECT printf('r%014d', x), printf('e%014d', x), 'custom', 'Bring the spare lamp',
			'The **second** lamp is worn. Sign it out with the store before you leave.', 'pending', 'manual', '["email"]', '[]', json_array(printf('k%014d', x)),
			strftime('%Y-%m-%d %H:%M:%fZ', begin + x / rate, 'unixepoch'), now, now FROM c, p`
)
