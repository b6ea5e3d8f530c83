package hooks

import (
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// fixedSettings names the environment variable that wins over a field of the settings.
var fixedSettings = map[string]string{collections.EventTimezone: "TIME_ZONE"}

// bindSettings keeps the one settings record, and follows changes of it and of PocketBase's mail settings.
func (s *System) bindSettings() {
	refuse := func(e *core.RecordRequestEvent) error {
		return e.BadRequestError("There is one settings record; change it instead.", nil)
	}
	s.App.OnRecordCreateRequest(collections.SettingsName).BindFunc(refuse)
	s.App.OnRecordDeleteRequest(collections.SettingsName).BindFunc(refuse)
	s.App.OnRecordValidate(collections.SettingsName).BindFunc(func(e *core.RecordEvent) error {
		errs, err := ownErrors(e)
		if err != nil {
			return err
		}
		checkZone(errs, collections.EventTimezone, e.Record.GetString(collections.EventTimezone))
		for field, variable := range fixedSettings {
			if s.Options.Config.IsSet(variable) && !e.Record.IsNew() && !collections.Same(e.Record.Original(), e.Record, field) {
				errs[field] = validation.NewError("validation_fixed", "This is fixed by "+variable+" in the server's environment. Change it there.")
			}
		}
		checkSMS(errs, collections.Wrap[collections.Settings](e.Record))
		return result(errs)
	})
	s.App.OnRecordUpdateRequest(collections.SettingsName).BindFunc(onlyNumbers)
	s.App.OnRecordAfterUpdateSuccess(collections.SettingsName).BindFunc(func(e *core.RecordEvent) error {
		s.company.Store(nil)
		s.scheduleDigest()
		s.followWeChatSender(collections.Wrap[collections.Settings](e.Record))
		s.releaseSMS()
		return e.Next()
	})
	s.App.OnSettingsReload().BindFunc(func(e *core.SettingsReloadEvent) error {
		if err := e.Next(); err != nil {
			return err
		}
		s.company.Store(nil)
		s.configureEmail()
		return nil
	})
}
