package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Deliveries: one row for each message, recipient and channel; the outbox and the proof.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "users", "contacts", "events", "reminders")
		if err != nil {
			return err
		}
		users, contacts, events, reminders := found[0], found[1], found[2], found[3]

		reminder := one("reminder", reminders)
		reminder.CascadeDelete = true
		event := one("event", events)
		event.CascadeDelete = true
		message := json("message")
		message.Hidden = true

		deliveries := base("deliveries",
			requiredText("key", 200),
			choice("kind", "reminder", "digest", "overdue", "alert", "test", "system"),
			reminder,
			event,
			one("user", users),
			one("contact", contacts),
			choice("channel", "email", "sms", "wechat"),
			hiddenText("address", 320),
			text("subject", 500),
			choice("status", "queued", "sending", "sent", "delivered", "failed", "skipped", "cancelled", "unknown"),
			integer("attempts"),
			date("next_attempt_at"),
			text("error", 1000),
			choice("error_class", "transient", "permanent", "configuration", "unknown"),
			text("provider", 40),
			text("provider_id", 200),
			boolean("possible_duplicate"),
			boolean("late"),
			date("sent_at"),
			date("delivered_at"),
			integer("segments"),
			number("cost"),
			// The rendered message, as the notifier gets it.
			message,
			// The process that holds the row, and when it began the attempt under way (empty = not begun).
			hiddenText("holder", 40),
			&core.DateField{Name: "attempt_started", Hidden: true},
			// What the message was made from; the last look compares it with what is true now.
			hiddenText("basis", 200),
		)
		deliveries.ListRule = rule(signedIn + ` && (event != "" || user = @request.auth.id || ` + isManager + `)`)
		deliveries.ViewRule = deliveries.ListRule
		deliveries.AddIndex("idx_deliveries_key", true, "key", "")
		deliveries.AddIndex("idx_deliveries_reminder", false, "reminder", "")
		deliveries.AddIndex("idx_deliveries_event", false, "event, created", `event != ''`)
		deliveries.AddIndex("idx_deliveries_user", false, "user", `user != ''`)
		deliveries.AddIndex("idx_deliveries_contact", false, "contact", `contact != ''`)
		deliveries.AddIndex("idx_deliveries_created", false, "created", "")
		deliveries.AddIndex("idx_deliveries_queued", false, "channel, next_attempt_at", `status = 'queued'`)
		deliveries.AddIndex("idx_deliveries_held", false, "holder", `status = 'sending'`)
		deliveries.AddIndex("idx_deliveries_unknown", false, "channel, next_attempt_at", `status = 'unknown'`)
		return app.Save(deliveries)
	}, nil)
}
