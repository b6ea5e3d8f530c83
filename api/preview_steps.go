package api

import (
	"fmt"
	"math"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// stepsMax bounds the steps of a plan that is not saved.
const stepsMax = 50

// draftSteps reads {"steps": [{"id"?, "days_before", "at", "reminder_type", "template", "channels", "audience"}]}, for
// managers. nil: the body holds no plan. Errors are keyed like steps.0.days_before.
func (a *API) draftSteps(e *core.RequestEvent, user *collections.User, plan any) ([]*collections.PlanStep, error) {
	if plan == nil {
		return nil, nil
	}
	if user != nil && !user.IsManager() {
		return nil, e.ForbiddenError("Only a manager can try other steps.", nil)
	}
	body, _ := plan.(map[string]any)
	rows, ok := body["steps"].([]any)
	if !ok {
		return nil, e.BadRequestError("The plan cannot be read.", validation.Errors{
			"plan": validation.NewError("validation_plan", `Write the plan as {"steps": [{"days_before": 7, "reminder_type": "checklist", …}]}.`),
		})
	}
	if len(rows) > stepsMax {
		return nil, e.BadRequestError("The plan is too long.", validation.Errors{
			"steps": validation.NewError(tooMany, fmt.Sprintf("Use at most %d steps.", stepsMax)),
		})
	}
	d := stepsDraft{app: e.App, errs: validation.Errors{}, seen: map[string]bool{}}
	steps := []*collections.PlanStep{}
	for i, row := range rows {
		step, err := d.step(fmt.Sprintf("steps.%d", i), row)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	if len(d.errs) > 0 {
		return nil, e.BadRequestError("Some steps cannot be used.", d.errs)
	}
	return steps, nil
}

// stepsDraft reads steps.
type stepsDraft struct {
	app  core.App
	errs validation.Errors
	seen map[string]bool // ids
}

func (d *stepsDraft) step(key string, row any) (*collections.PlanStep, error) {
	step, err := collections.NewPlanStep(d.app)
	if err != nil {
		return nil, err
	}
	fields, ok := row.(map[string]any)
	if !ok {
		d.errs[key] = validation.NewError("validation_step", `Write a step as {"days_before": 7, "reminder_type": "checklist", …}.`)
		return step, nil
	}
	assign(step.Record, fields, []string{collections.StepPlan})
	d.check(key, step, fields)
	step.Id = d.id(key, fields["id"])
	return step, nil
}

// check adds what keeps a step from being used. PocketBase reads what is no number as 0.
func (d *stepsDraft) check(key string, step *collections.PlanStep, fields map[string]any) {
	for field, err := range keep(d.app.Validate(step), func(field string, _ error) bool {
		return field != collections.StepPlan && field != core.FieldNameId
	}) {
		d.errs[key+"."+field] = err
	}
	days, isNumber := fields[collections.StepDaysBefore].(float64)
	if !isNumber || days != math.Trunc(days) || days < 0 || days > collections.MaxDaysBefore {
		d.errs[key+"."+collections.StepDaysBefore] = validation.NewError("validation_days", "Give a whole number of days from 0 to 365.")
	}
}

// id gives the id of a step that is saved, else a new one.
func (d *stepsDraft) id(key string, value any) string {
	id, _ := value.(string)
	if id == "" {
		return core.GenerateDefaultRandomId()
	}
	if d.seen[id] {
		d.errs[key+".id"] = validation.NewError("validation_twice", "This step is there already. Leave the id out for a new one.")
	}
	d.seen[id] = true
	return id
}
