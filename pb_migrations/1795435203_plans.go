package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

var reminderTypes = []string{"code_of_conduct", "safety", "customer_service", "checklist", "equipment", "custom"}

// Templates (what a reminder says) and plans (when it says it, to whom).
func init() {
	m.Register(func(app core.App) error {
		templates := base("reminder_templates",
			&core.TextField{Name: "key", Max: 80, Required: true, Pattern: `^[a-z0-9_]+$`},
			&core.SelectField{Name: "locale", Values: []string{"en", "zh-HK", "zh-CN"}, MaxSelect: 1, Required: true},
			&core.SelectField{Name: "reminder_type", Values: reminderTypes, MaxSelect: 1, Required: true},
			requiredText("title", 200),
			text("message", 20000),
			text("sms_template_code", 80),
			json("sms_params"),
			text("wechat_template_id", 120),
			json("wechat_data"),
		)
		open(templates)
		templates.AddIndex("idx_reminder_templates_key_locale", true, "key, locale", "")

		plans := base("reminder_plans",
			requiredText("name", 120),
			boolean("is_default"),
			choices("event_types", "customer_visit", "installation", "maintenance", "training", "exhibition", "meeting", "other"),
		)
		open(plans)

		for _, c := range []*core.Collection{templates, plans} {
			if err := app.Save(c); err != nil {
				return err
			}
		}

		days := integer("days_before")
		days.Min, days.Max = pointer(0), pointer(365)
		steps := base("reminder_plan_steps",
			owned("plan", plans),
			days,
			&core.TextField{Name: "at", Max: 5, Pattern: `^([01][0-9]|2[0-3]):[0-5][0-9]$`},
			&core.SelectField{Name: "reminder_type", Values: reminderTypes, MaxSelect: 1, Required: true},
			// The template's key is shared by its three languages, so the step points at any one of them.
			one("template", templates),
			choices("channels", "email", "sms", "wechat"),
			choices("audience", "sales_responsible", "assigned_staff", "manager", "contact_person"),
		)
		open(steps)
		steps.AddIndex("idx_reminder_plan_steps_plan", false, "plan", "")
		return app.Save(steps)
	}, nil)
}

func pointer(f float64) *float64 { return &f }

// open lets everyone signed in read and managers write.
func open(c *core.Collection) {
	c.ListRule, c.ViewRule = rule(signedIn), rule(signedIn)
	c.CreateRule, c.UpdateRule, c.DeleteRule = rule(isManager), rule(isManager), rule(isManager)
}
