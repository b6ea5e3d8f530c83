package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Reminders: what is to be said about an event, to whom and when.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "users", "contacts", "events", "reminder_plan_steps")
		if err != nil {
			return err
		}
		users, contacts, events, steps := found[0], found[1], found[2], found[3]

		reminders := base("reminders",
			owned("event", events),
			&core.SelectField{Name: "reminder_type", Values: reminderTypes, MaxSelect: 1, Required: true},
			requiredText("title", 200),
			text("message", 20000),
			many("recipients", users),
			many("contact_recipients", contacts),
			&core.DateField{Name: "send_datetime", Required: true},
			choices("channels", "email", "sms", "wechat"),
			choice("status", "pending", "sending", "sent", "partial", "failed", "skipped", "cancelled"),
			text("status_reason", 500),
			date("sent_at"),
			json("channel_status"),
			choice("origin", "manual", "plan"),
			one("plan_step", steps),
			one("created_by", users),
			// What the plan no longer decides, because a person did.
			choices("detached", "reminder_type", "title", "message", "recipients", "contact_recipients", "send_datetime", "channels"),
			// The start of the event that this reminder was planned for.
			date("planned_for"),
			// Counts the fan-outs, so that a message that was taken back can be fanned out anew under another key.
			&core.NumberField{Name: "generation", OnlyInt: true, Hidden: true},
			boolean("late"),
		)
		reminders.ListRule, reminders.ViewRule = rule(signedIn), rule(signedIn)
		reminders.CreateRule = rule(changesReminder)
		reminders.UpdateRule = rule(changesReminder)
		reminders.DeleteRule = rule(changesReminder)
		reminders.AddIndex("idx_reminders_event", false, "event, send_datetime", "")
		reminders.AddIndex("idx_reminders_status", false, "status, send_datetime", "")
		reminders.AddIndex("idx_reminders_plan_step", false, "plan_step", `plan_step != ''`)
		reminders.AddIndex("idx_reminders_created_by", false, "created_by", `created_by != ''`)
		return app.Save(reminders)
	}, nil)
}
