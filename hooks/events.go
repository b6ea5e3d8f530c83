package hooks

import (
	"database/sql"
	"errors"
	"fmt"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/outbox"
	"tminus/planner"
)

// bindEvents makes an event whole, numbers it, plans its reminders in the same transaction, and keeps its history.
func (s *System) bindEvents() {
	s.App.OnRecordCreateRequest(collections.Events).BindFunc(func(e *core.RecordRequestEvent) error {
		defaultTrue(e, collections.EventAuto)
		event := collections.Wrap[collections.Event](e.Record)
		if e.Auth != nil && !e.Auth.IsSuperuser() {
			event.SetCreatedBy(e.Auth.Id)
		}
		return e.Next()
	})
	s.App.OnRecordCreate(collections.Events).BindFunc(s.createEvent)
	s.App.OnRecordUpdate(collections.Events).BindFunc(s.updateEvent)
	s.App.OnRecordDelete(collections.Events).BindFunc(func(e *core.RecordEvent) error {
		return inTransaction(e, func(tx core.App) error {
			// PocketBase would delete them too, but without saying who did it.
			found, err := collections.RemindersOf(tx, e.Record.Id)
			if err != nil {
				return fmt.Errorf("find the reminders of a deleted event: %w", err)
			}
			for _, r := range found {
				if err := tx.DeleteWithContext(withActor(e.Context, e.Record), r); err != nil {
					return err
				}
			}
			if err := e.Next(); err != nil {
				return err
			}
			return s.audit(e.Context, tx, e.Record, nil, e.Record.Id)
		})
	})
	s.App.OnRecordValidate(collections.Events).BindFunc(s.validateEvent)
	s.App.OnRecordDeleteRequest(collections.Events).BindFunc(func(e *core.RecordRequestEvent) error {
		return requestInTransaction(e, func(tx core.App) error {
			sent, err := collections.SentAbout(tx, e.Record.Id)
			if err != nil {
				return fmt.Errorf("look for what was sent about event %s: %w", e.Record.Id, err)
			}
			if sent {
				return e.BadRequestError("Messages were sent about this event, so it stays as their proof. Cancel it instead.", nil)
			}
			return e.Next()
		})
	})
	wake := func(e *core.RecordEvent) error {
		if !outbox.Announced(e.Context) {
			s.Engine.Wake()
		}
		return e.Next()
	}
	s.App.OnRecordAfterCreateSuccess(collections.Events, collections.Reminders).BindFunc(wake)
	s.App.OnRecordAfterUpdateSuccess(collections.Events, collections.Reminders).BindFunc(wake)
}

func (s *System) createEvent(e *core.RecordEvent) error {
	return inTransaction(e, func(tx core.App) error {
		event := collections.Wrap[collections.Event](e.Record)
		s.Planner.Complete(tx, event)
		if err := s.numberEvent(tx, event); err != nil {
			return err
		}
		if err := e.Next(); err != nil {
			return err
		}
		ctx := withActor(e.Context, e.Record)
		if err := s.audit(ctx, tx, nil, e.Record, e.Record.Id); err != nil {
			return err
		}
		return s.Planner.Replan(ctx, tx, event)
	})
}

func (s *System) updateEvent(e *core.RecordEvent) error {
	return inTransaction(e, func(tx core.App) error {
		old, err := tx.FindRecordById(collections.Events, e.Record.Id)
		if err != nil {
			return fmt.Errorf("read the event before its change: %w", err)
		}
		event := collections.Wrap[collections.Event](e.Record)
		planner.FollowStart(collections.Wrap[collections.Event](old), event)
		if err := e.Next(); err != nil {
			return err
		}
		// What was saved may be a part of the record only; the planner needs it whole.
		fresh, err := collections.Find[collections.Event](tx, collections.Events, e.Record.Id)
		if err != nil {
			return fmt.Errorf("read the event after its change: %w", err)
		}
		ctx := withActor(e.Context, e.Record)
		if err := s.audit(ctx, tx, old, fresh.Record, e.Record.Id); err != nil {
			return err
		}
		return s.Planner.Replan(ctx, tx, fresh)
	})
}

// numberEvent gives the event its number.
func (s *System) numberEvent(tx core.App, event *collections.Event) error {
	if event.Number() != "" || event.Title() == "" || event.PlannedStart().IsZero() {
		return nil // not valid anyway: a number must not be used up
	}
	year := s.Options.Now().In(s.Company(tx).Zone).Year()
	n, err := collections.NextNumber(tx, fmt.Sprintf("events-%d", year))
	if err != nil {
		return fmt.Errorf("take the next event number: %w", err)
	}
	event.SetNumber(fmt.Sprintf("EV-%d-%04d", year, n))
	return nil
}

// validateEvent adds what the schema cannot say to PocketBase's own checks, so that a person sees all errors at once.
func (s *System) validateEvent(e *core.RecordEvent) error {
	errs, err := ownErrors(e)
	if err != nil {
		return err
	}
	event := collections.Wrap[collections.Event](e.Record)
	if !event.PlannedEnd().IsZero() && event.PlannedEnd().Before(event.PlannedStart()) {
		add(errs, collections.EventPlannedEnd, "validation_end_before_start", "The end is before the start. Choose a later end.")
	}
	if !event.ActualEnd().IsZero() && event.ActualEnd().Before(event.ActualStart()) {
		add(errs, collections.EventActualEnd, "validation_end_before_start", "The actual end is before the actual start. Choose a later end.")
	}
	checkZone(errs, collections.EventTimezone, event.Timezone())
	if err := s.checkContact(e.App, errs, event); err != nil {
		return err
	}
	if err := s.checkStaff(e.App, errs, event); err != nil {
		return err
	}
	return result(errs)
}

func (s *System) checkContact(app core.App, errs validation.Errors, event *collections.Event) error {
	if event.ContactPerson() == "" || event.Customer() == "" {
		return nil
	}
	contact, err := collections.Find[collections.Contact](app, collections.Contacts, event.ContactPerson())
	if errors.Is(err, sql.ErrNoRows) {
		return nil // PocketBase's own check of the relation says so
	}
	if err != nil {
		return fmt.Errorf("read the contact person: %w", err)
	}
	if contact.Customer() != event.Customer() {
		add(errs, collections.EventContact, "validation_other_customer", "This contact person belongs to another customer. Choose one of this customer's.")
	}
	return nil
}

// checkStaff refuses people who left, where they are newly put on an event.
func (s *System) checkStaff(app core.App, errs validation.Errors, event *collections.Event) error {
	old := collections.Wrap[collections.Event](event.Original())
	check := func(field string, now, before []string) error {
		was := map[string]bool{}
		for _, id := range before {
			was[id] = true
		}
		users, err := collections.FindMany[collections.User](app, collections.Users, now)
		if err != nil {
			return fmt.Errorf("read the people of an event: %w", err)
		}
		for _, u := range users {
			if !u.Active() && !was[u.Id] {
				add(errs, field, "validation_inactive", u.Name()+" is inactive. Choose somebody else.")
			}
		}
		return nil
	}
	if err := check(collections.EventAssignedStaff, event.AssignedStaff(), old.AssignedStaff()); err != nil {
		return err
	}
	return check(collections.EventResponsible, one(event.SalesResponsible()), one(old.SalesResponsible()))
}

func one(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}
