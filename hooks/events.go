package hooks

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

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
	s.App.OnRecordAfterUpdateSuccess(collections.Events).BindFunc(func(e *core.RecordEvent) error {
		s.Engine.Wake()
		return e.Next()
	})
	s.App.OnRecordAfterCreateSuccess(collections.Reminders).BindFunc(s.wakeForReminder)
	s.App.OnRecordAfterUpdateSuccess(collections.Reminders).BindFunc(s.wakeForReminder)
}

// wakeForReminder makes the engine see a reminder that was saved. One that is not pending may have left messages to send.
func (s *System) wakeForReminder(e *core.RecordEvent) error {
	r := collections.Wrap[collections.Reminder](e.Record)
	switch {
	case outbox.Announced(e.Context): // the engine's own doing
	case r.Status() == collections.ReminderPending:
		s.Engine.WakeFor(r.SendAt())
	default:
		s.Engine.Wake()
	}
	return e.Next()
}

func (s *System) createEvent(e *core.RecordEvent) error {
	return s.savingEvent(e, func(ctx context.Context, tx core.App) error {
		event := collections.Wrap[collections.Event](e.Record)
		s.Planner.Complete(tx, event)
		if err := s.numberEvent(tx, event); err != nil {
			return err
		}
		if err := e.Next(); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, nil, e.Record, e.Record.Id); err != nil {
			return err
		}
		return s.Planner.Plan(ctx, tx, event)
	})
}

func (s *System) updateEvent(e *core.RecordEvent) error {
	return s.savingEvent(e, func(ctx context.Context, tx core.App) error {
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
		if err := s.audit(ctx, tx, old, fresh.Record, e.Record.Id); err != nil {
			return err
		}
		return s.Planner.Replan(ctx, tx, fresh)
	})
}

// savingEvent runs the save of an event and of its reminders in one transaction, in which people are read once, whether to
// check or to plan.
func (s *System) savingEvent(e *core.RecordEvent, save func(ctx context.Context, tx core.App) error) error {
	return inTransaction(e, func(tx core.App) error {
		outer := e.Context
		defer func() { e.Context = outer }()
		e.Context = planner.WithReading(outer, tx)
		return save(withActor(e.Context, e.Record), tx)
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
	if err := checkContact(e.Context, e.App, errs, event); err != nil {
		return err
	}
	if err := checkStaff(e.Context, e.App, errs, event); err != nil {
		return err
	}
	return result(errs)
}

func checkContact(ctx context.Context, app core.App, errs validation.Errors, event *collections.Event) error {
	if event.ContactPerson() == "" || event.Customer() == "" {
		return nil
	}
	contact, err := planner.ReadContact(ctx, app, event.ContactPerson())
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
func checkStaff(ctx context.Context, app core.App, errs validation.Errors, event *collections.Event) error {
	old := collections.Wrap[collections.Event](event.Original())
	staff, responsible := event.AssignedStaff(), one(event.SalesResponsible())
	users, err := planner.ReadUsers(ctx, app, slices.Concat(staff, responsible))
	if err != nil {
		return fmt.Errorf("read the people of an event: %w", err)
	}
	check := func(field string, now, before []string) {
		for _, id := range now {
			if u := users[id]; u != nil && !u.Active() && !slices.Contains(before, id) {
				add(errs, field, "validation_inactive", u.Name()+" is inactive. Choose somebody else.")
			}
		}
	}
	check(collections.EventAssignedStaff, staff, old.AssignedStaff())
	check(collections.EventResponsible, responsible, one(old.SalesResponsible()))
	return nil
}

func one(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}
