package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What became of a message that a provider took: when to ask it, and how a receipt finds the message that it is about.
// No mail is in the index by address: mails have no receipts.
func init() {
	m.Register(func(app core.App) error {
		deliveries, err := app.FindCollectionByNameOrId("deliveries")
		if err != nil {
			return err
		}
		deliveries.Fields.Add(
			// When the last attempt began; kept after it.
			&core.DateField{Name: "began", Hidden: true},
			// When the first attempt began of which nobody knows what became; empty when nothing is in doubt.
			&core.DateField{Name: "doubt_since", Hidden: true},
			// When to ask for the receipt next, and how many questions in a row were not answered.
			&core.DateField{Name: "receipt_at", Hidden: true},
			&core.NumberField{Name: "receipt_tries", OnlyInt: true, Hidden: true},
			// How often in a row the provider said that it has no such message.
			&core.NumberField{Name: "absent", OnlyInt: true, Hidden: true},
			// The provider's ids of the attempts before the last, separated by spaces.
			hiddenText("past_ids", 2000),
		)
		deliveries.AddIndex("idx_deliveries_receipt", false, "channel, receipt_at", `receipt_at != ''`)
		deliveries.AddIndex("idx_deliveries_provider_id", false, "provider_id", `provider_id != ''`)
		deliveries.AddIndex("idx_deliveries_unconfirmed", false, "address, began", `channel != 'email' AND delivered_at = '' AND began != ''`)
		return app.Save(deliveries)
	}, nil)
}
