package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The event and visit log.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "users", "customers", "contacts", "reminder_plans")
		if err != nil {
			return err
		}
		users, customers, contacts, plans := found[0], found[1], found[2], found[3]

		events := base("events",
			text("event_number", 20),
			requiredText("title", 200),
			choice("event_type", "customer_visit", "installation", "maintenance", "training", "exhibition", "meeting", "other"),
			choice("status", "planned", "confirmed", "in_progress", "completed", "cancelled"),
			&core.RelationField{Name: "customer", CollectionId: customers.Id, MaxSelect: 1, Required: true},
			one("contact_person", contacts),
			text("location", 500),
			text("timezone", 64),
			&core.DateField{Name: "planned_start_date", Required: true},
			date("planned_end_date"),
			date("actual_start_date"),
			date("actual_end_date"),
			one("sales_responsible", users),
			many("assigned_staff", users),
			text("description", 20000),
			one("reminder_plan", plans),
			boolean("auto_reminders"),
			one("created_by", users),
			&core.DateField{Name: "overdue_alerted", Hidden: true},
		)
		events.ListRule, events.ViewRule = rule(signedIn), rule(signedIn)
		events.CreateRule = rule(isEditor)
		events.UpdateRule = rule(changesEvent)
		events.DeleteRule = rule(changesEvent)
		events.AddIndex("idx_events_event_number", true, "event_number", "")
		events.AddIndex("idx_events_planned_start_date", false, "planned_start_date", "")
		events.AddIndex("idx_events_customer", false, "customer, planned_start_date", "")
		events.AddIndex("idx_events_contact_person", false, "contact_person", `contact_person != ''`)
		events.AddIndex("idx_events_sales_responsible", false, "sales_responsible, planned_start_date", "")
		events.AddIndex("idx_events_created_by", false, "created_by", "")
		events.AddIndex("idx_events_reminder_plan", false, "reminder_plan", `reminder_plan != ''`)
		events.AddIndex("idx_events_status", false, "status, planned_start_date", "")
		events.AddIndex("idx_events_not_finished", false, "planned_end_date", `status = 'in_progress'`)
		return app.Save(events)
	}, nil)
}
