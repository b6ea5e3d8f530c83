package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Customers and the people one meets there.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "users")
		if err != nil {
			return err
		}
		customers := base("customers",
			requiredText("name", 200),
			text("address", 500),
			&core.GeoPointField{Name: "location"},
			text("timezone", 64),
			text("notes", 5000),
			one("owner", found[0]),
			boolean("active"),
		)
		customers.ListRule, customers.ViewRule = rule(signedIn), rule(signedIn)
		customers.CreateRule = rule(isEditor)
		customers.UpdateRule = rule(isManager + ` || (@request.auth.role = "staff" && owner = @request.auth.id)`)
		customers.DeleteRule = rule(isManager)
		customers.AddIndex("idx_customers_name", false, "name", "")
		customers.AddIndex("idx_customers_owner", false, "owner", `owner != ''`)
		if err := app.Save(customers); err != nil {
			return err
		}

		contacts := base("contacts",
			&core.RelationField{Name: "customer", CollectionId: customers.Id, MaxSelect: 1, Required: true},
			requiredText("name", 120),
			text("title", 120),
			&core.EmailField{Name: "email"},
			&core.TextField{Name: "phone", Max: 20, Pattern: `^\+[1-9][0-9]{6,14}$`},
			choice("locale", "en", "zh-HK", "zh-CN"),
			hiddenText("wechat_openid", 128),
			boolean("active"),
		)
		contacts.ListRule, contacts.ViewRule = rule(signedIn), rule(signedIn)
		contacts.CreateRule = rule(isEditor)
		contacts.UpdateRule = rule(isManager + ` || (@request.auth.role = "staff" && customer.owner = @request.auth.id)`)
		contacts.DeleteRule = rule(isManager)
		contacts.AddIndex("idx_contacts_customer", false, "customer", "")
		return app.Save(contacts)
	}, nil)
}
