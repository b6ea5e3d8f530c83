package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/planner"
)

// preview answers POST preview: an event as a form holds it (the fields of the collection; with an id, an event that
// exists and the changes to it) gives what would be sent when, to whom, by what, in which words, with warnings. It
// saves nothing. 400 when no time can be worked out.
func (a *API) preview(e *core.RequestEvent) error {
	user, err := allowed(e, collections.RoleAdmin, collections.RoleManager, collections.RoleStaff)
	if err != nil {
		return err
	}
	body := map[string]any{}
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	event, err := a.draft(e, user, body)
	if err != nil {
		return err
	}
	if event.PlannedStart().IsZero() {
		return e.BadRequestError("Give the event a start.", validation.Errors{
			collections.EventPlannedStart: validation.NewError("validation_required", "Give the date and time at which the event starts."),
		})
	}
	preview, err := a.Planner.Preview(e.App, event)
	if err != nil {
		return fmt.Errorf("preview an event: %w", err)
	}
	return e.JSON(http.StatusOK, preview)
}

// draft gives the event that the body describes, completed as saving it would.
func (a *API) draft(e *core.RequestEvent, user *collections.User, body map[string]any) (*collections.Event, error) {
	event, err := collections.NewEvent(e.App)
	if err != nil {
		return nil, err
	}
	event.SetAutoReminders(true)
	if user != nil {
		event.SetCreatedBy(user.Id)
	}
	if id, _ := body["id"].(string); id != "" {
		if event, err = collections.Find[collections.Event](e.App, collections.Events, id); err != nil {
			return nil, e.NotFoundError("There is no such event.", err)
		}
		if err := mayChange(e, event); err != nil {
			return nil, err
		}
	}
	for _, field := range event.Collection().Fields {
		name := field.GetName()
		value, given := body[name]
		if given && name != core.FieldNameId && !field.GetHidden() && !slices.Contains(collections.EventResultFields, name) {
			event.Set(name, value)
		}
	}
	if !event.IsNew() {
		planner.FollowStart(collections.Wrap[collections.Event](event.Original()), event)
	}
	if err := e.App.Validate(event); err != nil {
		if errs := zoneErrors(err); errs != nil {
			return nil, e.BadRequestError("The event cannot be planned.", errs)
		}
	}
	a.Planner.Complete(e.App, event)
	return event, nil
}

// zoneErrors keeps the errors without which no time can be worked out; the rest of a form may still be empty.
func zoneErrors(err error) validation.Errors {
	var all validation.Errors
	if !errors.As(err, &all) {
		return nil
	}
	kept := validation.Errors{}
	for _, field := range []string{collections.EventTimezone, collections.EventPlannedEnd} {
		if all[field] != nil {
			kept[field] = all[field]
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}
