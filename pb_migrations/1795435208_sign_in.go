package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// One-time codes to sign in: eight digits, for as long as a mail may take.
func init() {
	m.Register(func(app core.App) error {
		users, err := app.FindCollectionByNameOrId("users")
		if err != nil {
			return err
		}
		users.OTP.Enabled = true
		users.OTP.Length = 8
		users.OTP.Duration = 10 * 60
		return app.Save(users)
	}, nil)
}
