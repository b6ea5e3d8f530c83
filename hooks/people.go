package hooks

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// bindPeople guards users, customers and contacts: who may change what, numbers as people type them, and records that
// history refers to.
func (s *System) bindPeople() {
	for _, c := range []string{collections.Users, collections.Customers, collections.Contacts} {
		s.App.OnRecordCreateRequest(c).BindFunc(func(e *core.RecordRequestEvent) error {
			defaultTrue(e, collections.Active)
			if c == collections.Customers && e.Auth != nil && !e.Auth.IsSuperuser() {
				ownedByCreator(collections.Wrap[collections.Customer](e.Record), e.Auth.Id)
			}
			return e.Next()
		})
		s.App.OnRecordDeleteRequest(c).BindFunc(s.deactivateInstead)
	}
	s.App.OnRecordValidate(collections.Users, collections.Customers, collections.Contacts).BindFunc(validatePerson)
	s.App.OnRecordCreateRequest(collections.Users).BindFunc(s.writeUser)
	s.App.OnRecordUpdateRequest(collections.Users).BindFunc(s.writeUser)
	s.App.OnRecordUpdate(collections.Users).BindFunc(s.updateUser)
	s.App.OnRecordEnrich(collections.Users).BindFunc(func(e *core.RecordEnrichEvent) error {
		viewer := authUser(e.RequestInfo)
		if viewer != nil && (viewer.IsManager() || viewer.Id == e.Record.Id) {
			e.Record.Unhide(collections.UserFieldsForManagers...)
			e.Record.IgnoreEmailVisibility(true)
		}
		return e.Next()
	})
}

// ownedByCreator gives a new customer to whoever enters it, unless somebody else is named.
func ownedByCreator(c *collections.Customer, creator string) {
	if c.Owner() == "" {
		c.SetOwner(creator)
	}
}

// validatePerson reads the phone number as people type it, and says in words what is wrong with it or with the zone.
func validatePerson(e *core.RecordEvent) error {
	hasPhone := e.Record.Collection().Fields.GetByName(collections.UserPhone) != nil
	if hasPhone {
		number, _ := collections.E164(e.Record.GetString(collections.UserPhone)) // the field's check refuses what is none
		e.Record.Set(collections.UserPhone, number)
	}
	errs, err := ownErrors(e)
	if err != nil {
		return err
	}
	if hasPhone && errs[collections.UserPhone] != nil {
		errs[collections.UserPhone] = validation.NewError("validation_phone",
			"This is not a phone number. Write it like 9123 4567, 138 0013 8000 or +44 20 7946 0000.")
	}
	if e.Record.Collection().Name == collections.Users {
		checkPreferences(errs, collections.Wrap[collections.User](e.Record))
	}
	if e.Record.Collection().Fields.GetByName(collections.EventTimezone) != nil {
		checkZone(errs, collections.EventTimezone, e.Record.GetString(collections.EventTimezone))
	}
	return result(errs)
}

// checkPreferences refuses wishes that could not be followed.
func checkPreferences(errs validation.Errors, u *collections.User) {
	p, err := u.ReadPreferences()
	if err != nil {
		add(errs, collections.UserPreferences, "validation_preferences", "Write preferences as {\"channels\": [\"email\"], "+
			"\"quiet_hours\": {\"from\": \"22:00\", \"to\": \"07:00\"}, \"digest\": true}.")
		return
	}
	for _, channel := range p.Channels {
		if !slices.Contains(collections.Channels, channel) {
			add(errs, collections.UserPreferences, "validation_channel", "There is no channel "+channel+". Choose from email, sms and wechat.")
		}
	}
	if p.QuietHours == nil {
		return
	}
	for _, clock := range []string{p.QuietHours.From, p.QuietHours.To} {
		if _, err := time.Parse("15:04", clock); err != nil {
			add(errs, collections.UserPreferences, "validation_time", "Write quiet hours as times of the day, like 22:00 and 07:00.")
		}
	}
}

// writeUser lets people edit their own record, and only administrators what gives power.
func (s *System) writeUser(e *core.RecordRequestEvent) error {
	admin := e.Auth != nil && (e.Auth.IsSuperuser() || collections.Wrap[collections.User](e.Auth).Role() == collections.RoleAdmin)
	if !admin {
		errs := validation.Errors{}
		for _, field := range collections.UserFieldsForAdmins {
			if !collections.Same(e.Record.Original(), e.Record, field) {
				errs[field] = validation.NewError("validation_admin_only", "Only an administrator can change this.")
			}
		}
		if len(errs) > 0 {
			return e.BadRequestError("Some fields cannot be set.", errs)
		}
	}
	// The number is hidden from other people in the schema, and PocketBase drops hidden fields from requests.
	body := map[string]any{} // a struct would not tell an absent field of a form from an empty one
	if err := e.BindBody(&body); err == nil {
		if phone, given := body[collections.UserPhone]; given {
			e.Record.Set(collections.UserPhone, phone)
		}
	}
	if err := checkOldPassword(e, body); err != nil {
		return err
	}
	return e.Next()
}

// updateUser takes the tokens from somebody who is deactivated, and keeps at least one administrator.
func (s *System) updateUser(e *core.RecordEvent) error {
	return inTransaction(e, func(tx core.App) error {
		old, err := collections.Find[collections.User](tx, collections.Users, e.Record.Id)
		if err != nil {
			return fmt.Errorf("read the user before the change: %w", err)
		}
		u := collections.Wrap[collections.User](e.Record)
		wasAdmin := old.Active() && old.Role() == collections.RoleAdmin
		if wasAdmin && !(u.Active() && u.Role() == collections.RoleAdmin) {
			others, err := collections.CountActiveAdmins(tx, u.Id)
			if err != nil {
				return fmt.Errorf("count the administrators: %w", err)
			}
			if others == 0 {
				field := "role"
				if !u.Active() {
					field = collections.Active
				}
				return validation.Errors{field: validation.NewError("validation_last_admin",
					"This is the last active administrator. Make somebody else administrator first.")}
			}
		}
		if old.Active() && !u.Active() {
			e.Record.RefreshTokenKey()
		}
		if err := e.Next(); err != nil {
			return err
		}
		if wasAdmin && !(u.Active() && u.Role() == collections.RoleAdmin) {
			return lockSuperuser(tx, old.Email())
		}
		return nil
	})
}

// lockSuperuser shuts the dashboard to somebody who is no administrator any more: set-up made both accounts in one step.
func lockSuperuser(tx core.App, email string) error {
	super, err := tx.FindAuthRecordByEmail(core.CollectionNameSuperusers, email)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for the superuser account: %w", err)
	}
	super.SetRandomPassword() // which also ends the tokens given
	if err := tx.Save(super); err != nil {
		return fmt.Errorf("lock the superuser account: %w", err)
	}
	return nil
}

// deactivateInstead keeps a record that others refer to: it becomes inactive.
func (s *System) deactivateInstead(e *core.RecordRequestEvent) error {
	collection := e.Record.Collection().Name
	by, err := collections.References(e.App, collection, e.Record.Id)
	if err != nil {
		return fmt.Errorf("look for what refers to %s/%s: %w", collection, e.Record.Id, err)
	}
	user := collections.Wrap[collections.User](e.Record)
	if by == "" && collection == collections.Users && user.Role() == collections.RoleAdmin && user.Active() {
		others, err := collections.CountActiveAdmins(e.App, e.Record.Id)
		if err != nil {
			return fmt.Errorf("count the administrators: %w", err)
		}
		if others == 0 {
			return e.BadRequestError("This is the last active administrator. Make somebody else administrator first.", nil)
		}
	}
	if by == "" {
		return e.Next()
	}
	e.Record.Set(collections.Active, false)
	if err := e.App.SaveWithContext(withActor(e.Request.Context(), e.Record), e.Record); err != nil {
		return err
	}
	return e.NoContent(http.StatusNoContent)
}
