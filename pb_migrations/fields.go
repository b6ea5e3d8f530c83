package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// The rules below are what the roles may do, by the name of the fields they are written against. They are copied into
// the collections when a migration runs, so a later change of a rule is a later migration.
const (
	signedIn  = `@request.auth.id != ""`
	isAdmin   = `@request.auth.role = "admin"`
	isManager = `(@request.auth.role = "admin" || @request.auth.role = "manager")`
	isEditor  = `(@request.auth.role = "admin" || @request.auth.role = "manager" || @request.auth.role = "staff")`

	changesEvent = isManager + ` || (@request.auth.role = "staff" && (created_by = @request.auth.id` +
		` || sales_responsible = @request.auth.id || assigned_staff.id ?= @request.auth.id))`
	changesReminder = isManager + ` || (@request.auth.role = "staff" && (event.created_by = @request.auth.id` +
		` || event.sales_responsible = @request.auth.id || event.assigned_staff.id ?= @request.auth.id))`
)

func rule(s string) *string { return types.Pointer(s) }

func text(name string, max int) *core.TextField { return &core.TextField{Name: name, Max: max} }

func requiredText(name string, max int) *core.TextField {
	return &core.TextField{Name: name, Max: max, Required: true}
}

func hiddenText(name string, max int) *core.TextField {
	return &core.TextField{Name: name, Max: max, Hidden: true}
}

func boolean(name string) *core.BoolField { return &core.BoolField{Name: name} }

func date(name string) *core.DateField { return &core.DateField{Name: name} }

func number(name string) *core.NumberField { return &core.NumberField{Name: name} }

func integer(name string) *core.NumberField { return &core.NumberField{Name: name, OnlyInt: true} }

func json(name string) *core.JSONField { return &core.JSONField{Name: name, MaxSize: 1 << 20} }

func choice(name string, values ...string) *core.SelectField {
	return &core.SelectField{Name: name, Values: values, MaxSelect: 1}
}

func choices(name string, values ...string) *core.SelectField {
	return &core.SelectField{Name: name, Values: values, MaxSelect: len(values)}
}

func one(name string, to *core.Collection) *core.RelationField {
	return &core.RelationField{Name: name, CollectionId: to.Id, MaxSelect: 1}
}

func owned(name string, by *core.Collection) *core.RelationField {
	return &core.RelationField{Name: name, CollectionId: by.Id, MaxSelect: 1, Required: true, CascadeDelete: true}
}

func many(name string, to *core.Collection) *core.RelationField {
	return &core.RelationField{Name: name, CollectionId: to.Id, MaxSelect: 200}
}

func stamps() []core.Field {
	return []core.Field{
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	}
}

// base makes a collection without rules: superusers only until the caller opens it.
func base(name string, fields ...core.Field) *core.Collection {
	c := core.NewBaseCollection(name)
	c.Fields.Add(fields...)
	c.Fields.Add(stamps()...)
	return c
}

// find gives the named collections in order.
func find(app core.App, names ...string) ([]*core.Collection, error) {
	found := make([]*core.Collection, len(names))
	for i, name := range names {
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return nil, err
		}
		found[i] = c
	}
	return found, nil
}
