package collections

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Plan says when an event's reminders are due and to whom they go.
type Plan struct{ core.BaseRecordProxy }

// NewPlan gives an unsaved plan.
func NewPlan(app core.App) (*Plan, error) { return create[Plan](app, ReminderPlans) }

func (p *Plan) Name() string             { return p.GetString("name") }
func (p *Plan) SetName(v string)         { p.Set("name", v) }
func (p *Plan) IsDefault() bool          { return p.GetBool("is_default") }
func (p *Plan) SetIsDefault(v bool)      { p.Set("is_default", v) }
func (p *Plan) EventTypes() []string     { return p.GetStringSlice("event_types") }
func (p *Plan) SetEventTypes(v []string) { p.Set("event_types", v) }

// PlanStep is one reminder of a plan.
type PlanStep struct{ core.BaseRecordProxy }

// NewPlanStep gives an unsaved step.
func NewPlanStep(app core.App) (*PlanStep, error) { return create[PlanStep](app, PlanSteps) }

func (s *PlanStep) Plan() string             { return s.GetString("plan") }
func (s *PlanStep) SetPlan(v string)         { s.Set("plan", v) }
func (s *PlanStep) DaysBefore() int          { return s.GetInt("days_before") }
func (s *PlanStep) SetDaysBefore(v int)      { s.Set("days_before", v) }
func (s *PlanStep) At() string               { return s.GetString("at") }
func (s *PlanStep) SetAt(v string)           { s.Set("at", v) }
func (s *PlanStep) ReminderType() string     { return s.GetString("reminder_type") }
func (s *PlanStep) SetReminderType(v string) { s.Set("reminder_type", v) }
func (s *PlanStep) Template() string         { return s.GetString("template") }
func (s *PlanStep) SetTemplate(v string)     { s.Set("template", v) }
func (s *PlanStep) Channels() []string       { return s.GetStringSlice("channels") }
func (s *PlanStep) SetChannels(v []string)   { s.Set("channels", v) }
func (s *PlanStep) Audience() []string       { return s.GetStringSlice("audience") }
func (s *PlanStep) SetAudience(v []string)   { s.Set("audience", v) }

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
	if own != "" {
		plan, err := Find[Plan](app, ReminderPlans, own)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return plan, err
		}
	}
	plans, err := all[Plan](app, ReminderPlans, func(q *dbx.SelectQuery) { q.OrderBy("is_default DESC", "created", "id") })
	if err != nil {
		return nil, err
	}
	var fallback *Plan
	for _, plan := range plans {
		for _, t := range plan.EventTypes() {
			if t == eventType {
				return plan, nil
			}
		}
		if fallback == nil && plan.IsDefault() {
			fallback = plan
		}
	}
	return fallback, nil
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

// TemplatesWithKey gives the languages of a template.
func TemplatesWithKey(app core.App, key string) ([]*Template, error) {
	return all[Template](app, Templates, func(q *dbx.SelectQuery) { q.AndWhere(dbx.HashExp{"key": key}) })
}
