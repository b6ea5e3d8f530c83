package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The version of the plans, steps and templates, by which a reader knows whether what it remembers of them still holds.
// Triggers change it with every write, also with one by SQL or by another process, in the transaction of that write. It is
// a random number: a counter would come to the same number twice where a transaction is rolled back.
func init() {
	m.Register(func(app core.App) error {
		const random = "random() & 9007199254740991" // what a JSON number holds exactly
		db := app.NonconcurrentDB()
		_, err := db.NewQuery(`INSERT INTO counters (id, name, value, created, updated) VALUES ('plansversion000', 'plans', ` + random + `, '', '')`).Execute()
		if err != nil {
			return err
		}
		for _, table := range []string{"reminder_plans", "reminder_plan_steps", "reminder_templates"} {
			for _, write := range []string{"INSERT", "UPDATE", "DELETE"} {
				_, err := db.NewQuery(`CREATE TRIGGER version_of_` + table + `_` + write + ` AFTER ` + write + ` ON ` + table +
					` BEGIN UPDATE counters SET value = ` + random + ` WHERE name = 'plans'; END`).Execute()
				if err != nil {
					return err
				}
			}
		}
		return nil
	}, nil)
}
