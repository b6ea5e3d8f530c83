package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Indexes for what people list and count. Those of deliveries and of the audit log hold every column that their lists
// are filtered by, since the rows are wide: to count, SQLite then reads the index alone. An index with a condition like
// event not empty serves no filter of the REST API, whose values are bound, so these become whole.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "events", "reminders", "deliveries", "audit_log")
		if err != nil {
			return err
		}
		events, reminders, deliveries, audit := found[0], found[1], found[2], found[3]

		events.AddIndex("idx_events_planned_start_date", false, "planned_start_date, status, planned_end_date", "")
		events.AddIndex("idx_events_planned_end_date", false, "planned_end_date, planned_start_date, status", "")
		events.AddIndex("idx_events_contact_person", false, "contact_person", "")
		reminders.AddIndex("idx_reminders_sent_at", false, "sent_at, status, late", `sent_at != ''`)
		deliveries.AddIndex("idx_deliveries_created", false, "created, status, channel, kind, event, user, reminder", "")
		deliveries.AddIndex("idx_deliveries_event", false, "event, created", "")
		deliveries.AddIndex("idx_deliveries_user", false, "user, created", "")
		audit.AddIndex("idx_audit_log_created", false, "created, collection, action, actor", "")
		audit.AddIndex("idx_audit_log_event", false, "event, created", "")

		for _, c := range found {
			if err := app.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}
