package hooks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
	"tminus/reminders"
)

// bindReminders checks what people write into reminders, and keeps what they decided from the plan.
func (s *System) bindReminders() {
	s.App.OnRecordCreateRequest(collections.Reminders).BindFunc(func(e *core.RecordRequestEvent) error {
		if e.Auth != nil && !e.Auth.IsSuperuser() {
			collections.Wrap[collections.Reminder](e.Record).SetCreatedBy(e.Auth.Id)
		}
		return e.Next()
	})
	s.App.OnRecordUpdateRequest(collections.Reminders).BindFunc(func(e *core.RecordRequestEvent) error {
		return s.onlyPending(e, "changed")
	})
	s.App.OnRecordDeleteRequest(collections.Reminders).BindFunc(s.deleteReminder)
	s.App.OnRecordCreate(collections.Reminders).BindFunc(s.createReminder)
	s.App.OnRecordUpdate(collections.Reminders).BindFunc(s.updateReminder)
	s.App.OnRecordDelete(collections.Reminders).BindFunc(func(e *core.RecordEvent) error {
		return inTransaction(e, func(tx core.App) error {
			if err := e.Next(); err != nil {
				return err
			}
			return s.audit(e.Context, tx, e.Record, nil, e.Record.GetString(collections.ReminderEvent))
		})
	})
	s.App.OnRecordValidate(collections.Reminders).BindFunc(s.validateReminder)
}

func (s *System) onlyPending(e *core.RecordRequestEvent, what string) error {
	old := collections.Wrap[collections.Reminder](e.Record.Original())
	if old.Status() != collections.ReminderPending {
		return e.BadRequestError(fmt.Sprintf("This reminder is %s, so it can no longer be %s.", old.Status(), what), nil)
	}
	return e.Next()
}

// deleteReminder deletes a person's own reminder, and keeps a planned one as cancelled by hand, so that replanning
// does not bring it back.
func (s *System) deleteReminder(e *core.RecordRequestEvent) error {
	r := collections.Wrap[collections.Reminder](e.Record)
	planned := r.Origin() == collections.OriginPlan
	err := requestInTransaction(e, func(tx core.App) error {
		fresh, err := collections.Find[collections.Reminder](tx, collections.Reminders, r.Id) // the engine may have taken it since
		if err != nil {
			return err
		}
		if fresh.Status() != collections.ReminderPending {
			return e.BadRequestError(fmt.Sprintf("This reminder is %s, so it can no longer be deleted.", fresh.Status()), nil)
		}
		if !planned {
			return e.Next()
		}
		return s.Planner.TakeBackByHand(withActor(e.Request.Context(), e.Record), tx, r)
	})
	if err != nil || !planned {
		return err
	}
	return e.NoContent(http.StatusNoContent)
}

func (s *System) createReminder(e *core.RecordEvent) error {
	return inTransaction(e, func(tx core.App) error {
		r := collections.Wrap[collections.Reminder](e.Record)
		r.SetOrigin(collections.OriginManual)
		r.SetStatus(collections.ReminderPending, "")
		if err := e.Next(); err != nil {
			return err
		}
		return s.audit(e.Context, tx, nil, e.Record, r.Event())
	})
}

// madeReminder audits a reminder that the planner wrote by SQL. After the commit it is announced as one that PocketBase
// saved: to subscribers, and to the engine.
func (s *System) madeReminder(ctx context.Context, tx core.App, r *collections.Reminder) error {
	if err := s.audit(ctx, tx, nil, r.Record, r.Event()); err != nil {
		return err
	}
	event := new(core.ModelEvent)
	event.App, event.Context, event.Type, event.Model = s.App, ctx, core.ModelEventTypeCreate, r.Record
	info := tx.TxInfo()
	if info == nil {
		return errors.New("a reminder was planned outside of the transaction of its event")
	}
	info.OnComplete(func(failed error) error {
		if failed == nil {
			return s.App.OnModelAfterCreateSuccess().Trigger(event)
		}
		return nil // nothing was made
	})
	return nil
}

func (s *System) updateReminder(e *core.RecordEvent) error {
	return inTransaction(e, func(tx core.App) error {
		old, err := collections.Find[collections.Reminder](tx, collections.Reminders, e.Record.Id)
		if err != nil {
			return fmt.Errorf("read the reminder before its change: %w", err)
		}
		r := collections.Wrap[collections.Reminder](e.Record)
		if !planner.ByPlanner(e.Context) {
			if err := detach(old, r); err != nil {
				return err
			}
		}
		if err := e.Next(); err != nil {
			return err
		}
		return s.audit(e.Context, tx, old.Record, e.Record, r.Event())
	})
}

// detach takes the fields that a person edited out of the plan's hands. The row was read again in this transaction: the
// engine may have taken it since the person opened the form.
func detach(old, r *collections.Reminder) error {
	moved := !collections.Same(old.Record, r.Record, collections.ReminderEvent)
	edited := planner.Edited(old, r)
	switch {
	case len(edited) == 0 && !moved:
		return nil // a step that is deleted takes itself out of its reminders, whatever became of them
	case old.Status() != collections.ReminderPending:
		return validation.Errors{"status": validation.NewError("validation_not_pending",
			fmt.Sprintf("This reminder is %s, so it can no longer be changed.", old.Status()))}
	case moved:
		return validation.Errors{collections.ReminderEvent: validation.NewError("validation_other_event",
			"A reminder stays with its event. Make a new one for the other event.")}
	}
	planner.Detach(old, r)
	return nil
}

// validateReminder checks a person's input. What the planner makes is never refused: what cannot be sent is skipped
// with its reason when it is due.
func (s *System) validateReminder(e *core.RecordEvent) error {
	if planner.ByPlanner(e.Context) {
		return e.Next()
	}
	errs, err := ownErrors(e)
	if err != nil {
		return err
	}
	r := collections.Wrap[collections.Reminder](e.Record)
	old := collections.Wrap[collections.Reminder](e.Record.Original())
	changed := func(field string) bool { return e.Record.IsNew() || !collections.Same(old.Record, r.Record, field) }

	if strings.TrimSpace(r.Title()) == "" {
		add(errs, collections.ReminderTitle, "validation_required", "Give the reminder a title.")
	}
	if changed(collections.ReminderSendAt) && !r.SendAt().IsZero() && r.SendAt().Before(s.Options.Now()) {
		add(errs, collections.ReminderSendAt, "validation_in_past", "This time is in the past. Choose a later one, or save and use Send now.")
	}
	if len(r.Channels()) == 0 {
		add(errs, collections.ReminderChannels, "validation_required", "Choose at least one channel.")
	}
	if len(r.Recipients())+len(r.ContactRecipients()) == 0 {
		add(errs, collections.ReminderRecipients, "validation_required", "Choose at least one recipient.")
	}
	if e.Record.IsNew() {
		s.checkOpen(e.App, errs, r)
	}
	if changed(collections.ReminderChannels) {
		s.checkChannels(errs, r, old)
	}
	if changed(collections.ReminderChannels) || changed(collections.ReminderRecipients) || changed(collections.ReminderContactRecipients) {
		if err := checkReach(e.App, errs, r, old); err != nil {
			return err
		}
	}
	for _, field := range []string{collections.ReminderTitle, collections.ReminderMessage} {
		if changed(field) {
			if wrong := s.Planner.CheckText(e.App, locales.EN, e.Record.GetString(field)); wrong != nil && errs[field] == nil {
				errs[field] = wrong
			}
		}
	}
	return result(errs)
}

func (s *System) checkOpen(app core.App, errs validation.Errors, r *collections.Reminder) {
	event, err := collections.Find[collections.Event](app, collections.Events, r.Event())
	if err == nil && event.Closed() {
		add(errs, collections.ReminderEvent, "validation_event_closed", "The event is "+event.Status()+". Reopen it to remind somebody of it.")
	}
}

// checkChannels refuses a channel that is newly chosen and cannot send.
func (s *System) checkChannels(errs validation.Errors, r, old *collections.Reminder) {
	for _, channel := range r.Channels() {
		ok, reason := s.Usable(channel)
		if !ok && (r.IsNew() || !slices.Contains(old.Channels(), channel)) {
			add(errs, collections.ReminderChannels, "validation_channel", fmt.Sprintf(
				"%s cannot be used: %s. Choose another channel, or ask an administrator to set it up.", channelName(channel), reason))
		}
	}
}

func channelName(channel string) string {
	return map[string]string{notifiers.Email: "Email", notifiers.SMS: "SMS", notifiers.WeChat: "WeChat"}[channel]
}

// checkReach refuses recipients who left, and those who cannot be reached on a chosen channel.
func checkReach(app core.App, errs validation.Errors, r, old *collections.Reminder) error {
	people, err := planner.People(app, r)
	if err != nil {
		return fmt.Errorf("read the recipients: %w", err)
	}
	for _, person := range people {
		field := collections.ReminderRecipients
		known := old.Recipients()
		if person.Contact {
			field, known = collections.ReminderContactRecipients, old.ContactRecipients()
		}
		if !person.Active && !slices.Contains(known, person.ID) {
			add(errs, field, "validation_inactive", person.Name+" is inactive. Choose somebody else.")
		}
		for _, channel := range r.Channels() {
			if address, known := person.Addresses[channel]; known {
				checkAddress(errs, field, person.Name, channel, planner.AddressObstacle(channel, address))
			}
		}
	}
	return nil
}

// checkAddress says what to do about an address that a channel cannot reach for a reason; "" is none.
func checkAddress(errs validation.Errors, field, name, channel, reason string) {
	switch reason {
	case "":
	case reminders.ReasonBadPhone:
		add(errs, field, "validation_phone", name+"’s phone number cannot be used. Correct it, or take SMS off.")
	case reminders.ReasonFixedLine:
		add(errs, field, "validation_fixed_line", name+"’s phone is a fixed line, which gets no SMS. Enter a mobile number, or take SMS off.")
	default:
		add(errs, field, "validation_no_address", fmt.Sprintf("%s has %s. Add one, or take %s off.", name, reason, channelName(channel)))
	}
}

// Usable implements planner.Channels.
func (s *System) Usable(channel string) (bool, string) {
	on := map[string]bool{
		notifiers.Email: s.Options.Config.Enable.Email, notifiers.SMS: s.Options.Config.Enable.SMS,
		notifiers.WeChat: s.Options.Config.Enable.WeChat,
	}
	if !on[channel] && !s.Options.Demo {
		return false, reminders.ReasonSwitchedOff
	}
	if s.Engine.Notifier(channel) == nil {
		return false, reminders.ReasonNotConfigured
	}
	return true, ""
}

// Configured implements planner.Channels.
func (s *System) Configured(channel string) bool { return s.Engine.Notifier(channel) != nil }
