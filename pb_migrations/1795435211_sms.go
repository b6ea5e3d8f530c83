package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What SMS needs: the currency of the prices, the approved template for numbers abroad, and the indexes by which limits
// and costs are counted. Both hold SMS alone, so that email pays nothing for them; the second holds every column of the
// sums, since the rows are wide.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "settings", "reminder_templates", "deliveries")
		if err != nil {
			return err
		}
		settings, templates, deliveries := found[0], found[1], found[2]

		settings.Fields.Add(&core.TextField{Name: "sms_currency", Max: 3, Pattern: `^[A-Z]{3}$`}) // ISO 4217
		templates.Fields.Add(text("sms_template_code_intl", 80))
		deliveries.AddIndex("idx_deliveries_sms_address", false, "address, sent_at", `channel = 'sms'`)
		deliveries.AddIndex("idx_deliveries_sms_sent", false, "sent_at, began, segments, cost", `channel = 'sms'`)

		for _, c := range found {
			if err := app.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}
