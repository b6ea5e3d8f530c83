package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Indexes for what stays small while the tables grow: what was sent lately, and what did not go as it should. A condition is
// written as the REST API writes it, with IS NOT instead of != and 1 instead of TRUE, since SQLite uses such an index only
// if it finds the condition in the query. A mail that is sent at once pays for none of those of deliveries but for that of what
// is under way, which it enters and leaves.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "reminders", "deliveries", "customers")
		if err != nil {
			return err
		}
		reminders, deliveries, customers := found[0], found[1], found[2]

		reminders.AddIndex("idx_reminders_sent_at", false, "status, sent_at, late", `sent_at IS NOT ''`)
		reminders.AddIndex("idx_reminders_moved", false, "event, planned_for", `status_reason = 'event moved'`)
		deliveries.AddIndex("idx_deliveries_unsent", false, "status, created, channel",
			`status = 'failed' OR status = 'skipped' OR status = 'cancelled' OR status = 'unknown'`)
		deliveries.AddIndex("idx_deliveries_under_way", false, "created, status", `next_attempt_at IS NOT ''`)
		deliveries.AddIndex("idx_deliveries_errors", false, "channel, created", `error_class IS NOT ''`)
		deliveries.AddIndex("idx_deliveries_duplicates", false, "created", `possible_duplicate = 1`)
		deliveries.AddIndex("idx_deliveries_late", false, "created", `late = 1`)
		customers.AddIndex("idx_customers_active", false, "active, name", "")
		customers.AddIndex("idx_customers_owner", false, "owner, active, name", "")

		for _, c := range found {
			if err := app.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}
