package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What the company sets, what happened, and the system's own memory.
func init() {
	m.Register(func(app core.App) error {
		settings := base("settings",
			text("company_name", 120),
			text("timezone", 64),
			choice("language", "en", "zh-HK", "zh-CN"),
			&core.TextField{Name: "digest_time", Max: 5, Pattern: `^([01][0-9]|2[0-3]):[0-5][0-9]$`},
			integer("sms_daily_cap"),
			integer("sms_monthly_cap"),
			json("sms_prices"),
			choice("wechat_sender", "template", "subscription"),
		)
		settings.ListRule, settings.ViewRule = rule(isAdmin), rule(isAdmin)
		settings.UpdateRule = rule(isAdmin)

		audit := core.NewBaseCollection("audit_log")
		ip := hiddenText("ip", 64)
		audit.Fields.Add(
			text("actor", 80),
			text("actor_name", 200),
			choice("action", "create", "update", "delete"),
			text("collection", 80),
			text("record", 15),
			text("event", 15),
			json("changes"),
			ip,
			&core.AutodateField{Name: "created", OnCreate: true},
		)
		audit.ListRule = rule(isManager + ` || (@request.auth.role = "staff" && (collection = "events" || collection = "reminders"))`)
		audit.ViewRule = audit.ListRule
		audit.AddIndex("idx_audit_log_record", false, "record, created", "")
		audit.AddIndex("idx_audit_log_event", false, "event, created", `event != ''`)
		audit.AddIndex("idx_audit_log_created", false, "created", "")

		// Addresses that a provider refused: nothing more is sent there until the address changes or a manager deletes the row.
		refused := base("refused_addresses",
			choice("channel", "email", "sms", "wechat"),
			requiredText("address", 320),
			text("reason", 1000),
		)
		refused.ListRule, refused.ViewRule, refused.DeleteRule = rule(isManager), rule(isManager), rule(isManager)
		refused.AddIndex("idx_refused_addresses", true, "channel, address", "")

		states := base("channel_states",
			requiredText("name", 20),
			choice("state", "ready", "paused"),
			text("reason", 1000),
			text("hint", 1000),
			date("since"),
		)
		states.AddIndex("idx_channel_states_name", true, "name", "")

		runs := base("job_runs", requiredText("name", 80), text("occasion", 80), date("last_run"))
		runs.AddIndex("idx_job_runs_name", true, "name", "")

		counters := base("counters", requiredText("name", 80), integer("value"))
		counters.AddIndex("idx_counters_name", true, "name", "")

		for _, c := range []*core.Collection{settings, audit, refused, states, runs, counters} {
			if err := app.Save(c); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}
