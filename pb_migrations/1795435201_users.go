package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// PocketBase's own users collection becomes the staff directory: sign-up closed, roles, languages and preferences.
func init() {
	m.Register(func(app core.App) error {
		users, err := app.FindCollectionByNameOrId("users")
		if err != nil {
			return err
		}
		users.Fields.RemoveByName("avatar")
		users.Fields.Add(
			requiredText("name", 120),
			&core.TextField{Name: "phone", Max: 20, Hidden: true, Pattern: `^\+[1-9][0-9]{6,14}$`},
			&core.SelectField{Name: "role", Values: []string{"admin", "manager", "staff", "viewer"}, MaxSelect: 1, Required: true},
			one("manager", users),
			choice("locale", "en", "zh-HK", "zh-CN"),
			text("timezone", 64),
			boolean("active"),
			hiddenText("wechat_openid", 128),
			json("preferences"),
		)
		users.ListRule = rule(signedIn)
		users.ViewRule = rule(signedIn)
		users.CreateRule = rule(isAdmin)
		users.UpdateRule = rule(isAdmin + ` || id = @request.auth.id`)
		users.DeleteRule = rule(isAdmin)
		users.ManageRule = rule(isAdmin)
		users.AuthRule = rule(`active = true`)
		users.OTP.Enabled = true
		users.AddIndex("idx_users_wechat_openid", true, "wechat_openid", `wechat_openid != ''`)
		// Phones write a capital at the start of an address; it is the same person's.
		users.RemoveIndex("idx_email__pb_users_auth_")
		users.AddIndex("idx_users_email", true, "email COLLATE NOCASE", `email != ''`)
		return app.Save(users)
	}, nil)
}
