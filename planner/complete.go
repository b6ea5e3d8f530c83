package planner

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// Complete fills in what a person may leave out of an event: status, type, end, zone and the person responsible.
func (p *Planner) Complete(app core.App, event *collections.Event) {
	if event.Status() == "" {
		event.SetStatus(collections.EventPlanned)
	}
	if event.Type() == "" {
		event.SetType("other")
	}
	if event.SalesResponsible() == "" {
		event.SetSalesResponsible(event.CreatedBy())
	}
	if event.PlannedEnd().IsZero() && !event.PlannedStart().IsZero() {
		event.SetPlannedEnd(event.PlannedStart().Add(time.Hour))
	}
	if event.Timezone() == "" {
		event.SetTimezone(p.Company(app).Zone.String())
		customer, err := collections.Find[collections.Customer](app, collections.Customers, event.Customer())
		if err == nil && customer.Timezone() != "" {
			event.SetTimezone(customer.Timezone())
		}
	}
}

// FollowStart keeps the length of an event whose start alone was moved.
func FollowStart(old, event *collections.Event) {
	moved := !old.PlannedStart().Equal(event.PlannedStart())
	if event.PlannedEnd().IsZero() && !event.PlannedStart().IsZero() {
		event.SetPlannedEnd(event.PlannedStart().Add(time.Hour))
		return
	}
	if moved && old.PlannedEnd().Equal(event.PlannedEnd()) && old.PlannedEnd().After(old.PlannedStart()) {
		event.SetPlannedEnd(event.PlannedStart().Add(old.PlannedEnd().Sub(old.PlannedStart())))
	}
}
