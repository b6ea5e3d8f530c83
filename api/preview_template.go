package api

import (
	"fmt"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/planner"
	"tminus/reports"
)

// previewTemplate answers POST preview/template: a template as a form holds it, with the event that it is to be about
// or without one, gives what it becomes for the caller, and lists the variables. For managers. 400 with the mistakes by
// field; what is still empty is none.
func (a *API) previewTemplate(e *core.RequestEvent) error {
	d, err := a.draftTemplate(e)
	if err != nil {
		return err
	}
	preview, err := a.Planner.PreviewTemplate(e.App, d)
	if err != nil {
		return fmt.Errorf("preview a template: %w", err)
	}
	return e.JSON(http.StatusOK, preview)
}

// testTemplate answers POST templates/test with the same body: the message goes to the caller by email, through the
// outbox like any other. 202 with the delivery's id.
func (a *API) testTemplate(e *core.RequestEvent) error {
	d, err := a.draftTemplate(e)
	if err != nil {
		return err
	}
	m, err := a.Planner.TemplateMessage(e.App, d, actor(e).Name)
	if err != nil {
		return fmt.Errorf("make the test of a template: %w", err)
	}
	m.To = notifiers.Recipient{Name: actor(e).Name, Address: e.Auth.Email()}
	out := reports.Outgoing{
		Key: "test/" + core.GenerateDefaultRandomId(), Kind: collections.KindTest, Channel: notifiers.Email, Message: m,
	}
	if d.Asker != nil {
		out.User = d.Asker.Id
	}
	delivery, err := reports.Queue(e.App, out, a.Now())
	if err != nil {
		return err
	}
	a.Engine.Wake()
	return e.JSON(http.StatusAccepted, map[string]string{"delivery": delivery.ID})
}

// draftTemplate reads the template of a body, and the event that it is to be about, for managers.
func (a *API) draftTemplate(e *core.RequestEvent) (planner.TemplateDraft, error) {
	user, err := allowed(e, collections.RoleAdmin, collections.RoleManager)
	d := planner.TemplateDraft{Asker: user}
	if err != nil {
		return d, err
	}
	body := map[string]any{}
	if err := e.BindBody(&body); err != nil {
		return d, e.BadRequestError("The request cannot be read.", err)
	}
	if d.Template, err = collections.NewTemplate(e.App); err != nil {
		return d, err
	}
	assign(d.Template.Record, body, nil)
	a.completeTemplate(e.App, d.Template, user)
	errs := templateErrors(e.App, d.Template)
	if id, _ := body["event"].(string); id != "" {
		if d.Event, err = collections.Find[collections.Event](e.App, collections.Events, id); err != nil {
			errs["event"] = validation.NewError("validation_unknown", "There is no such event. Choose another one, or none.")
		}
	}
	if len(errs) > 0 {
		return d, e.BadRequestError("The template cannot be shown.", errs)
	}
	return d, nil
}

// completeTemplate fills in what a form leaves out while one types: the caller's language, and a type.
func (a *API) completeTemplate(app core.App, t *collections.Template, user *collections.User) {
	if t.Locale() == "" {
		t.SetLocale(a.Company(app).Locale)
		if user != nil && user.Locale() != "" {
			t.SetLocale(user.Locale())
		}
	}
	if t.ReminderType() == "" {
		t.SetReminderType("custom")
	}
}

// templateErrors gives the mistakes of a template; key and title may still be missing.
func templateErrors(app core.App, t *collections.Template) validation.Errors {
	errs := keep(app.Validate(t), func(field string, err error) bool {
		return field != core.FieldNameId && field != collections.TemplateKey && codeOf(err) != "validation_required"
	})
	if errs == nil {
		errs = validation.Errors{}
	}
	return errs
}
