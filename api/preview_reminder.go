package api

import (
	"fmt"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/planner"
)

// previewReminder answers POST preview/reminder: a reminder as a form holds it (the fields of the collection, its event
// among them; with an id, one that exists and the changes to it) gives what it would send by each channel, with
// warnings. It saves nothing. What is still empty is no error. With a "template" (its id) the words and the type are the
// template's, as they read about this event: so a form is filled from one.
func (a *API) previewReminder(e *core.RequestEvent) error {
	user, err := signedIn(e)
	if err != nil {
		return err
	}
	body := map[string]any{}
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	d := planner.ReminderDraft{Asker: user}
	if d.Reminder, d.Stands, err = draftReminder(e, body); err != nil {
		return err
	}
	if d.Event, err = draftEvent(e, d.Reminder.Event()); err != nil {
		return err
	}
	assign(d.Reminder.Record, body, append([]string{collections.ReminderEvent}, collections.ReminderResultFields...))
	if err := a.fillIn(e, d, body["template"]); err != nil {
		return err
	}
	if d.Stands != nil {
		planner.Detach(d.Stands, d.Reminder)
	}
	if errs := reminderErrors(e.App, d.Reminder); errs != nil {
		return e.BadRequestError("The reminder cannot be shown.", errs)
	}
	preview, err := a.Planner.PreviewReminder(e.App, d)
	if err != nil {
		return fmt.Errorf("preview a reminder: %w", err)
	}
	return e.JSON(http.StatusOK, preview)
}

// fillIn gives a draft the words of the template that a body names, if it names one.
func (a *API) fillIn(e *core.RequestEvent, d planner.ReminderDraft, named any) error {
	id, _ := named.(string)
	if id == "" {
		return nil
	}
	t, err := collections.Find[collections.Template](e.App, collections.Templates, id)
	if err != nil {
		return e.BadRequestError("The reminder cannot be filled.", validation.Errors{
			collections.StepTemplate: validation.NewError("validation_unknown", "There is no such template. Choose another one."),
		})
	}
	return a.Planner.Fill(e.App, d.Event, d.Reminder, t)
}

// draftReminder gives the reminder that a body is about, without its changes, and how it stands; nil for a new one.
func draftReminder(e *core.RequestEvent, body map[string]any) (draft, stands *collections.Reminder, err error) {
	event, _ := body[collections.ReminderEvent].(string)
	if id, _ := body["id"].(string); id != "" {
		if draft, err = collections.Find[collections.Reminder](e.App, collections.Reminders, id); err != nil {
			return nil, nil, e.NotFoundError("There is no such reminder.", err)
		}
		if event != "" && event != draft.Event() {
			return nil, nil, e.BadRequestError("The reminder is another event's.", validation.Errors{
				collections.ReminderEvent: validation.NewError("validation_other_event", "A reminder stays with its event. Make a new one for the other event."),
			})
		}
		return draft, collections.Wrap[collections.Reminder](draft.Clone()), nil
	}
	if event == "" {
		return nil, nil, e.BadRequestError("Name the event.", validation.Errors{
			collections.ReminderEvent: validation.NewError("validation_required", "Choose the event that the reminder is about."),
		})
	}
	if draft, err = collections.NewReminder(e.App); err != nil {
		return nil, nil, err
	}
	draft.SetEvent(event)
	draft.SetOrigin(collections.OriginManual)
	draft.SetType("custom")
	return draft, nil, nil
}

// draftEvent gives an event that the caller may change.
func draftEvent(e *core.RequestEvent, id string) (*collections.Event, error) {
	event, err := collections.Find[collections.Event](e.App, collections.Events, id)
	if err != nil {
		return nil, e.NotFoundError("There is no such event.", err)
	}
	return event, mayChange(e, event)
}

// reminderErrors keeps the errors of what can never be shown; what is still missing is told by warnings.
func reminderErrors(app core.App, r *collections.Reminder) validation.Errors {
	return keep(app.Validate(r), func(_ string, err error) bool {
		switch codeOf(err) {
		case "validation_template", "validation_max_text_constraint", tooMany:
			return true
		}
		return false
	})
}
