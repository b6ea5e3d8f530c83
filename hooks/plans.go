package hooks

import (
	"fmt"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// bindPlans checks templates and steps, keeps one plan the default one, and keeps what others use.
func (s *System) bindPlans() {
	s.App.OnRecordValidate(collections.Templates).BindFunc(s.validateTemplate)
	s.App.OnRecordValidate(collections.PlanSteps).BindFunc(validateStep)
	s.App.OnRecordValidate(collections.ReminderPlans).BindFunc(validatePlan)
	onlyDefault := func(e *core.RecordEvent) error {
		return inTransaction(e, func(tx core.App) error {
			if err := e.Next(); err != nil {
				return err
			}
			if !collections.Wrap[collections.Plan](e.Record).IsDefault() {
				return nil
			}
			return collections.ClearOtherDefaults(tx, e.Record.Id)
		})
	}
	s.App.OnRecordCreate(collections.ReminderPlans).BindFunc(onlyDefault)
	s.App.OnRecordUpdate(collections.ReminderPlans).BindFunc(onlyDefault)
	s.App.OnRecordDeleteRequest(collections.ReminderPlans).BindFunc(deletePlan)
	s.App.OnRecordDeleteRequest(collections.Templates).BindFunc(deleteTemplate)
}

// validateTemplate says in words what is wrong with a template's Liquid, and that a key has one text in each language.
func (s *System) validateTemplate(e *core.RecordEvent) error {
	errs, err := ownErrors(e)
	if err != nil {
		return err
	}
	t := collections.Wrap[collections.Template](e.Record)
	if errs[collections.TemplateKey] != nil && t.Key() != "" {
		errs[collections.TemplateKey] = validation.NewError("validation_key", "Write the key in small letters, digits and _, like site_survey.")
	}
	for field, wrong := range s.Planner.CheckTemplate(e.App, t) {
		if errs[field] == nil {
			errs[field] = wrong
		}
	}
	twin, err := collections.TemplateTwin(e.App, t)
	if err != nil {
		return fmt.Errorf("look for a template of the same key and language: %w", err)
	}
	if twin {
		add(errs, collections.TemplateKey, "validation_not_unique", "There is a template with this key in this language already. Change that one, or choose another key.")
	}
	return result(errs)
}

// stepWords say what to do about PocketBase's errors of a step's fields.
var stepWords = map[string][2]string{
	collections.StepDaysBefore:   {"validation_days", "Give a whole number of days from 0 to 365."},
	collections.StepAt:           {"validation_time", "Write the time of day like 09:00, or leave it empty for the event's own."},
	collections.StepReminderType: {"validation_reminder_type", "Choose code_of_conduct, safety, customer_service, checklist, equipment or custom."},
	collections.StepTemplate:     {"validation_unknown", "There is no such template. Choose another one, or none."},
	collections.StepChannels:     {"validation_channel", "Choose from email, sms and wechat."},
	collections.StepAudience:     {"validation_audience", "Choose from sales_responsible, assigned_staff, manager and contact_person."},
}

// validateStep says in words what is wrong with a step. One without channels or people is none of it: the plan of an
// instance that has no channel looks so, and previews warn of it.
func validateStep(e *core.RecordEvent) error {
	errs, err := ownErrors(e)
	if err != nil {
		return err
	}
	for field, words := range stepWords {
		if errs[field] != nil {
			errs[field] = validation.NewError(words[0], words[1])
		}
	}
	return result(errs)
}

// validatePlan keeps a default plan: it ends to be one when another becomes it.
func validatePlan(e *core.RecordEvent) error {
	errs, err := ownErrors(e)
	if err != nil {
		return err
	}
	was, is := collections.Wrap[collections.Plan](e.Record.Original()), collections.Wrap[collections.Plan](e.Record)
	if !e.Record.IsNew() && was.IsDefault() && !is.IsDefault() {
		other, err := collections.OtherDefault(e.App, e.Record.Id)
		if err != nil {
			return fmt.Errorf("look for another default plan: %w", err)
		}
		if !other {
			add(errs, collections.PlanIsDefault, "validation_last_default", "One plan is the default. Make another plan the default one instead.")
		}
	}
	return result(errs)
}

// deletePlan keeps the default plan, and one that events still go by.
func deletePlan(e *core.RecordRequestEvent) error {
	return requestInTransaction(e, func(tx core.App) error {
		if collections.Wrap[collections.Plan](e.Record).IsDefault() {
			return e.BadRequestError("This is the default plan. Make another plan the default one first.", nil)
		}
		open, err := collections.CountOpenEventsWithPlan(tx, e.Record.Id)
		if err != nil {
			return fmt.Errorf("count the events of a plan: %w", err)
		}
		if open > 0 {
			return e.BadRequestError(fmt.Sprintf("Open events that chose this plan: %d. Choose another plan for them, or close them, first.", open), nil)
		}
		return e.Next()
	})
}

// deleteTemplate keeps a template that steps send.
func deleteTemplate(e *core.RecordRequestEvent) error {
	return requestInTransaction(e, func(tx core.App) error {
		plan, err := collections.PlanWithTemplate(tx, e.Record.Id)
		if err != nil {
			return fmt.Errorf("look for the steps of a template: %w", err)
		}
		if plan != "" {
			return e.BadRequestError("The plan “"+plan+"” uses this template. Choose another template in its steps first.", nil)
		}
		return e.Next()
	})
}
