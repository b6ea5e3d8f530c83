package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// How people's WeChat accounts are bound: the state that administrators see, the codes that are being scanned, to how
// many notifications somebody has agreed, and which of the platform's events were heard already.
func init() {
	m.Register(func(app core.App) error {
		found, err := find(app, "users", "contacts", "settings")
		if err != nil {
			return err
		}
		users, contacts, settings := found[0], found[1], found[2]
		for _, people := range []*core.Collection{users, contacts} {
			status := choice("wechat_status", "following", "unfollowed")
			status.Hidden = true
			people.Fields.Add(
				status,
				// When the platform says that the status began: its events may come late and in any order.
				&core.DateField{Name: "wechat_status_at", Hidden: true},
			)
		}
		contacts.AddIndex("idx_contacts_wechat_openid", false, "wechat_openid", `wechat_openid != ''`)
		// The last part of the address at which Aliyun leaves its receipts, where the environment names none.
		settings.Fields.Add(hiddenText("sms_callback_secret", 128))
		for _, c := range found {
			if err := app.Save(c); err != nil {
				return err
			}
		}
		for _, table := range []string{"users", "contacts"} {
			_, err := app.NonconcurrentDB().NewQuery("UPDATE " + table + " SET wechat_status = 'following' WHERE wechat_openid != ''").Execute()
			if err != nil {
				return err
			}
		}
		return addWeChat(app, users)
	}, nil)
}

func addWeChat(app core.App, users *core.Collection) error {
	bindings := base("wechat_bindings",
		owned("user", users),
		hiddenText("token_hash", 64), // SHA-256 of the scene or state, in hexadecimal
		choice("way", "qr", "oauth"),
		choice("state", "waiting", "scanned", "bound", "expired"),
		hiddenText("openid", 128), // who scanned first, and when the platform says they did
		&core.DateField{Name: "scanned_at", Hidden: true},
		date("expires"),
	)
	bindings.ViewRule = rule(`user = @request.auth.id`)
	bindings.AddIndex("idx_wechat_bindings_token_hash", true, "token_hash", "")
	bindings.AddIndex("idx_wechat_bindings_user", false, "user, state", "")

	consents := base("wechat_consents",
		hiddenText("openid", 128),
		requiredText("template", 128),
		integer("credits"), // messages to which the person has agreed and which were not sent yet
	)
	consents.AddIndex("idx_wechat_consents", true, "openid, template", "")

	callbacks := core.NewBaseCollection("received_callbacks")
	callbacks.Fields.Add(requiredText("key", 200), &core.AutodateField{Name: "created", OnCreate: true})
	callbacks.AddIndex("idx_received_callbacks_key", true, "key", "")
	callbacks.AddIndex("idx_received_callbacks_created", false, "created", "")

	for _, c := range []*core.Collection{bindings, consents, callbacks} {
		if err := app.Save(c); err != nil {
			return err
		}
	}
	return nil
}
