package collections

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Plan says when an event's reminders are due and to whom they go.
type Plan struct{ core.BaseRecordProxy }

// NewPlan gives an unsaved plan.
func NewPlan(app core.App) (*Plan, error) { return create[Plan](app, ReminderPlans) }

func (p *Plan) Name() string             { return p.GetString("name") }
func (p *Plan) SetName(v string)         { p.Set("name", v) }
func (p *Plan) IsDefault() bool          { return p.GetBool(PlanIsDefault) }
func (p *Plan) SetIsDefault(v bool)      { p.Set(PlanIsDefault, v) }
func (p *Plan) EventTypes() []string     { return p.GetStringSlice("event_types") }
func (p *Plan) SetEventTypes(v []string) { p.Set("event_types", v) }

// PlanIsDefault is the name of the field that says which plan is the default one.
const PlanIsDefault = "is_default"

// PlanStep is one reminder of a plan.
type PlanStep struct{ core.BaseRecordProxy }

// NewPlanStep gives an unsaved step.
func NewPlanStep(app core.App) (*PlanStep, error) { return create[PlanStep](app, PlanSteps) }

func (s *PlanStep) Plan() string             { return s.GetString(StepPlan) }
func (s *PlanStep) SetPlan(v string)         { s.Set(StepPlan, v) }
func (s *PlanStep) DaysBefore() int          { return s.GetInt(StepDaysBefore) }
func (s *PlanStep) SetDaysBefore(v int)      { s.Set(StepDaysBefore, v) }
func (s *PlanStep) At() string               { return s.GetString(StepAt) }
func (s *PlanStep) SetAt(v string)           { s.Set(StepAt, v) }
func (s *PlanStep) ReminderType() string     { return s.GetString(StepReminderType) }
func (s *PlanStep) SetReminderType(v string) { s.Set(StepReminderType, v) }
func (s *PlanStep) Template() string         { return s.GetString(StepTemplate) }
func (s *PlanStep) SetTemplate(v string)     { s.Set(StepTemplate, v) }
func (s *PlanStep) Channels() []string       { return s.GetStringSlice(StepChannels) }
func (s *PlanStep) SetChannels(v []string)   { s.Set(StepChannels, v) }
func (s *PlanStep) Audience() []string       { return s.GetStringSlice(StepAudience) }
func (s *PlanStep) SetAudience(v []string)   { s.Set(StepAudience, v) }

// The names of a step's fields that errors are keyed by.
const (
	StepPlan         = "plan"
	StepDaysBefore   = "days_before"
	StepAt           = "at"
	StepReminderType = "reminder_type"
	StepTemplate     = "template"
	StepChannels     = "channels"
	StepAudience     = "audience"
)

// MaxDaysBefore is the farthest that a step may be ahead of its event.
const MaxDaysBefore = 365

// The audiences of a step.
const (
	AudienceSalesResponsible = "sales_responsible"
	AudienceAssignedStaff    = "assigned_staff"
	AudienceManager          = "manager"
	AudienceContactPerson    = "contact_person"
)

// PlanFor gives the plan of an event: its own, else the first whose event types name the event's, else the default one.
// It gives nil if there is none.
func PlanFor(app core.App, own, eventType string) (*Plan, error) {
	plans, err := AllPlans(app)
	if err != nil {
		return nil, err
	}
	return ChoosePlan(plans, own, eventType), nil
}

// StepsOf gives the steps of a plan, the earliest reminder first.
func StepsOf(app core.App, plan string) ([]*PlanStep, error) {
	return all[PlanStep](app, PlanSteps, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.HashExp{"plan": plan}).OrderBy("days_before DESC", "at", "id")
	})
}

// ClearOtherDefaults leaves the given plan as the only default one.
func ClearOtherDefaults(app core.App, plan string) error {
	others, err := all[Plan](app, ReminderPlans, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.HashExp{"is_default": true}).AndWhere(dbx.Not(dbx.HashExp{"id": plan}))
	})
	if err != nil {
		return err
	}
	for _, other := range others {
		other.SetIsDefault(false)
		if err := app.Save(other); err != nil {
			return err
		}
	}
	return nil
}

// OtherDefault says whether another plan than the given one is the default one.
func OtherDefault(app core.App, plan string) (bool, error) {
	return exists(app, "SELECT 1 FROM reminder_plans WHERE is_default = TRUE AND id != {:id} LIMIT 1", dbx.Params{"id": plan})
}

// CountOpenEventsWithPlan counts the open events that chose a plan.
func CountOpenEventsWithPlan(app core.App, plan string) (int64, error) {
	return app.CountRecords(Events, dbx.HashExp{"reminder_plan": plan}, dbx.NotIn("status", EventCompleted, EventCancelled))
}

// PlanWithTemplate gives the name of a plan that sends a template, or "".
func PlanWithTemplate(app core.App, template string) (string, error) {
	var name string
	err := app.ConcurrentDB().NewQuery(`SELECT p.name FROM reminder_plan_steps s JOIN reminder_plans p ON p.id = s.plan
		WHERE s.template = {:id} ORDER BY p.name LIMIT 1`).Bind(dbx.Params{"id": template}).Row(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// Template is what a reminder says, in one language.
type Template struct{ core.BaseRecordProxy }

// NewTemplate gives an unsaved template.
func NewTemplate(app core.App) (*Template, error) { return create[Template](app, Templates) }

func (t *Template) Key() string              { return t.GetString("key") }
func (t *Template) SetKey(v string)          { t.Set("key", v) }
func (t *Template) Locale() string           { return t.GetString("locale") }
func (t *Template) SetLocale(v string)       { t.Set("locale", v) }
func (t *Template) ReminderType() string     { return t.GetString("reminder_type") }
func (t *Template) SetReminderType(v string) { t.Set("reminder_type", v) }
func (t *Template) Title() string            { return t.GetString("title") }
func (t *Template) SetTitle(v string)        { t.Set("title", v) }
func (t *Template) Message() string          { return t.GetString("message") }
func (t *Template) SetMessage(v string)      { t.Set("message", v) }

// The names of a template's fields that errors are keyed by, besides those of a reminder.
const (
	TemplateKey           = "key"
	TemplateLocale        = "locale"
	TemplateSMSCode       = "sms_template_code"
	TemplateSMSCodeAbroad = "sms_template_code_intl"
	TemplateSMSParams     = "sms_params"
	TemplateWeChatID      = "wechat_template_id"
	TemplateWeChatData    = "wechat_data"
)

// SMSTemplateCode and the next two are the providers' ids of the approved templates that carry these words; empty = the
// configuration's. An SMS to a number outside mainland China takes the one for abroad.
func (t *Template) SMSTemplateCode() string           { return t.GetString(TemplateSMSCode) }
func (t *Template) SetSMSTemplateCode(v string)       { t.Set(TemplateSMSCode, v) }
func (t *Template) SMSTemplateCodeAbroad() string     { return t.GetString(TemplateSMSCodeAbroad) }
func (t *Template) SetSMSTemplateCodeAbroad(v string) { t.Set(TemplateSMSCodeAbroad, v) }
func (t *Template) WeChatTemplateID() string          { return t.GetString(TemplateWeChatID) }
func (t *Template) SetWeChatTemplateID(v string)      { t.Set(TemplateWeChatID, v) }
func (t *Template) SetSMSParams(v any)                { t.Set(TemplateSMSParams, v) }

// SMSParams gives the Liquid texts of the values of a provider's SMS template, by name.
func (t *Template) SMSParams() map[string]string { return t.texts(TemplateSMSParams) }

// WeChatData gives the Liquid texts of the values of a WeChat template, by name.
func (t *Template) WeChatData() map[string]string { return t.texts(TemplateWeChatData) }

func (t *Template) texts(field string) map[string]string {
	texts, _ := ReadTexts(t.GetString(field)) // what is no object of texts was refused when it was saved
	return texts
}

// ReadTexts reads a JSON object of texts, {"name": "text"} or as WeChat writes it {"name": {"value": "text"}}. Nothing
// gives an empty map.
func ReadTexts(raw string) (map[string]string, error) {
	texts := map[string]string{}
	if raw == "" || raw == "null" {
		return texts, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &fields); err != nil {
		return nil, err
	}
	for name, value := range fields {
		var text string
		if err := json.Unmarshal(value, &text); err == nil {
			texts[name] = text
			continue
		}
		var wrapped struct {
			Value *string `json:"value"`
		}
		if err := json.Unmarshal(value, &wrapped); err != nil {
			return nil, err
		}
		if wrapped.Value == nil {
			return nil, fmt.Errorf("%s has no text", name)
		}
		texts[name] = *wrapped.Value
	}
	return texts, nil
}

// TemplatesWithKey gives the languages of a template.
func TemplatesWithKey(app core.App, key string) ([]*Template, error) {
	return all[Template](app, Templates, func(q *dbx.SelectQuery) { q.AndWhere(dbx.HashExp{"key": key}) })
}

// TemplateTwin says whether another template has the same key and language.
func TemplateTwin(app core.App, t *Template) (bool, error) {
	return exists(app, "SELECT 1 FROM reminder_templates WHERE key = {:key} AND locale = {:locale} AND id != {:id} LIMIT 1",
		dbx.Params{"key": t.Key(), "locale": t.Locale(), "id": t.Id})
}
