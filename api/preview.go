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

// customerNameMax bounds the name of a customer who is not saved yet, in runes: that of the field.
const customerNameMax = 200

// preview answers POST preview: an event as a form holds it (the fields of the collection; with an id, an event that
// exists and the changes to it) gives what would be sent when, to whom, by what, in which words, with warnings. It
// saves nothing. A form may name a customer who is not saved yet ("customer_name"), and a manager steps that are not
// ("plan"). 400 when no time can be worked out.
func (a *API) preview(e *core.RequestEvent) error {
	user, err := allowed(e, collections.RoleAdmin, collections.RoleManager, collections.RoleStaff)
	if err != nil {
		return err
	}
	body := map[string]any{}
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	var d planner.Draft
	if d.Steps, err = a.draftSteps(e, user, body["plan"]); err != nil {
		return err
	}
	if d.Event, err = a.draft(e, user, body); err != nil {
		return err
	}
	if d.Event.PlannedStart().IsZero() {
		return e.BadRequestError("Give the event a start.", validation.Errors{
			collections.EventPlannedStart: validation.NewError("validation_required", "Give the date and time at which the event starts."),
		})
	}
	d.CustomerName = textOf(body["customer_name"], customerNameMax)
	preview, err := a.Planner.Preview(e.App, d)
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
	assign(event.Record, body, collections.EventResultFields)
	if !event.IsNew() {
		planner.FollowStart(collections.Wrap[collections.Event](event.Original()), event)
	}
	if errs := eventErrors(e.App, event); errs != nil {
		return nil, e.BadRequestError("The event cannot be planned.", errs)
	}
	a.Planner.Complete(e.App, event)
	return event, nil
}

// assign sets the fields that a body gives, as saving would: neither hidden ones nor those that the system writes.
func assign(record *core.Record, body map[string]any, except []string) {
	for _, field := range record.Collection().Fields {
		name := field.GetName()
		value, given := body[name]
		if given && name != core.FieldNameId && !field.GetHidden() && !slices.Contains(except, name) {
			record.Set(name, value)
		}
	}
}

// textOf gives a text of a body, clipped in runes; "" for anything else.
func textOf(value any, limit int) string {
	text, _ := value.(string)
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit])
	}
	return text
}

// eventErrors keeps the errors without which no time can be worked out; the rest of a form may still be empty.
func eventErrors(app core.App, event *collections.Event) validation.Errors {
	return keep(app.Validate(event), func(field string, err error) bool {
		return field == collections.EventTimezone || field == collections.EventPlannedEnd || codeOf(err) == tooMany
	})
}

// tooMany is PocketBase's code for a relation with more records than its field holds.
const tooMany = "validation_too_many_values"

// keep gives those errors of a validation that a preview cannot do without; nil if there are none.
func keep(err error, wanted func(field string, err error) bool) validation.Errors {
	var all validation.Errors
	if !errors.As(err, &all) {
		return nil
	}
	kept := validation.Errors{}
	for field, err := range all {
		if wanted(field, err) {
			kept[field] = err
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// codeOf gives the code of an error of a field.
func codeOf(err error) string {
	if coded, ok := err.(interface{ Code() string }); ok {
		return coded.Code()
	}
	return ""
}
