package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// bindPlans checks templates, and keeps at most one plan the default one.
func (s *System) bindPlans() {
	s.App.OnRecordValidate(collections.Templates).BindFunc(func(e *core.RecordEvent) error {
		errs, err := ownErrors(e)
		if err != nil {
			return err
		}
		for _, field := range []string{collections.ReminderTitle, collections.ReminderMessage} {
			if err := s.Templates.Check(e.Record.GetString(field)); err != nil {
				add(errs, field, "validation_template", err.Error())
			}
		}
		return result(errs)
	})
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
}
