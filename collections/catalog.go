package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// PlansVersion gives a number that is another one after every write of a plan, a step or a template, whoever wrote it. Inside
// a transaction it is the one of what the transaction sees. Without it there is sql.ErrNoRows.
func PlansVersion(app core.App) (int64, error) {
	var version int64
	err := reading(app, "SELECT value FROM counters WHERE name = 'plans'").Row(&version)
	return version, err
}

// AllPlans gives every plan, in the order in which ChoosePlan looks at them.
func AllPlans(app core.App) ([]*Plan, error) {
	return all[Plan](app, ReminderPlans, func(q *dbx.SelectQuery) { q.OrderBy("is_default DESC", "created", "id") })
}

// AllSteps gives the steps of every plan, those of one plan in the order of StepsOf.
func AllSteps(app core.App) ([]*PlanStep, error) {
	return all[PlanStep](app, PlanSteps, func(q *dbx.SelectQuery) { q.OrderBy("plan", "days_before DESC", "at", "id") })
}

// AllTemplates gives every template, in any order.
func AllTemplates(app core.App) ([]*Template, error) {
	return all[Template](app, Templates, func(*dbx.SelectQuery) {})
}

// ChoosePlan gives the plan of an event out of all, as PlanFor does; nil if there is none.
func ChoosePlan(plans []*Plan, own, eventType string) *Plan {
	var typed, fallback *Plan
	for _, plan := range plans {
		if own != "" && plan.Id == own {
			return plan
		}
		for _, t := range plan.EventTypes() {
			if t == eventType && typed == nil {
				typed = plan
			}
		}
		if fallback == nil && plan.IsDefault() {
			fallback = plan
		}
	}
	if typed != nil {
		return typed
	}
	return fallback
}
