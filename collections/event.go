package collections

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The statuses of an event.
const (
	EventPlanned    = "planned"
	EventConfirmed  = "confirmed"
	EventInProgress = "in_progress"
	EventCompleted  = "completed"
	EventCancelled  = "cancelled"
)

// The names of an event's fields that errors of the planner and the rules are keyed by.
const (
	EventNumber        = "event_number"
	EventTitle         = "title"
	EventCustomer      = "customer"
	EventContact       = "contact_person"
	EventTimezone      = "timezone"
	EventPlannedStart  = "planned_start_date"
	EventPlannedEnd    = "planned_end_date"
	EventActualEnd     = "actual_end_date"
	EventResponsible   = "sales_responsible"
	EventAssignedStaff = "assigned_staff"
	EventAuto          = "auto_reminders"
	EventCreatedBy     = "created_by"
	EventReminderPlan  = "reminder_plan"
	Active             = "active"
)

// Event is a visit, an installation, a training: something that happens at a customer's at a time.
type Event struct{ core.BaseRecordProxy }

// NewEvent gives an unsaved event.
func NewEvent(app core.App) (*Event, error) { return create[Event](app, Events) }

func (e *Event) Number() string               { return e.GetString(EventNumber) }
func (e *Event) SetNumber(v string)           { e.Set(EventNumber, v) }
func (e *Event) Title() string                { return e.GetString(EventTitle) }
func (e *Event) SetTitle(v string)            { e.Set(EventTitle, v) }
func (e *Event) Type() string                 { return e.GetString("event_type") }
func (e *Event) SetType(v string)             { e.Set("event_type", v) }
func (e *Event) Status() string               { return e.GetString("status") }
func (e *Event) SetStatus(v string)           { e.Set("status", v) }
func (e *Event) Customer() string             { return e.GetString(EventCustomer) }
func (e *Event) SetCustomer(v string)         { e.Set(EventCustomer, v) }
func (e *Event) ContactPerson() string        { return e.GetString(EventContact) }
func (e *Event) SetContactPerson(v string)    { e.Set(EventContact, v) }
func (e *Event) Location() string             { return e.GetString("location") }
func (e *Event) SetLocation(v string)         { e.Set("location", v) }
func (e *Event) Timezone() string             { return e.GetString(EventTimezone) }
func (e *Event) SetTimezone(v string)         { e.Set(EventTimezone, v) }
func (e *Event) PlannedStart() time.Time      { return e.GetDateTime(EventPlannedStart).Time() }
func (e *Event) SetPlannedStart(t time.Time)  { e.Set(EventPlannedStart, DateTime(t)) }
func (e *Event) PlannedEnd() time.Time        { return e.GetDateTime(EventPlannedEnd).Time() }
func (e *Event) SetPlannedEnd(t time.Time)    { e.Set(EventPlannedEnd, DateTime(t)) }
func (e *Event) ActualStart() time.Time       { return e.GetDateTime("actual_start_date").Time() }
func (e *Event) SetActualStart(t time.Time)   { e.Set("actual_start_date", DateTime(t)) }
func (e *Event) ActualEnd() time.Time         { return e.GetDateTime(EventActualEnd).Time() }
func (e *Event) SetActualEnd(t time.Time)     { e.Set(EventActualEnd, DateTime(t)) }
func (e *Event) SalesResponsible() string     { return e.GetString(EventResponsible) }
func (e *Event) SetSalesResponsible(v string) { e.Set(EventResponsible, v) }
func (e *Event) AssignedStaff() []string      { return e.GetStringSlice(EventAssignedStaff) }
func (e *Event) SetAssignedStaff(v []string)  { e.Set(EventAssignedStaff, v) }
func (e *Event) Description() string          { return e.GetString("description") }
func (e *Event) SetDescription(v string)      { e.Set("description", v) }
func (e *Event) ReminderPlan() string         { return e.GetString("reminder_plan") }
func (e *Event) SetReminderPlan(v string)     { e.Set("reminder_plan", v) }
func (e *Event) AutoReminders() bool          { return e.GetBool(EventAuto) }
func (e *Event) SetAutoReminders(v bool)      { e.Set(EventAuto, v) }
func (e *Event) CreatedBy() string            { return e.GetString(EventCreatedBy) }
func (e *Event) SetCreatedBy(v string)        { e.Set(EventCreatedBy, v) }
func (e *Event) Updated() time.Time           { return e.GetDateTime("updated").Time() }

// Zone gives the event's time zone, or fallback.
func (e *Event) Zone(fallback *time.Location) *time.Location { return zone(e.Timezone(), fallback) }

// Closed says whether the event was completed or cancelled, so that nothing is to be sent about it.
func (e *Event) Closed() bool { return e.Status() == EventCompleted || e.Status() == EventCancelled }

// MayChange says whether the user may change the event and its reminders: the rule of the collection, for Go code.
func (e *Event) MayChange(u *User) bool {
	if u.IsManager() {
		return true
	}
	if u.Role() != RoleStaff {
		return false
	}
	if e.CreatedBy() == u.Id || e.SalesResponsible() == u.Id {
		return true
	}
	for _, id := range e.AssignedStaff() {
		if id == u.Id {
			return true
		}
	}
	return false
}

// OverdueEvents gives the events that should have started (still planned or confirmed) or ended (still in progress)
// before now, the oldest first, at most limit.
func OverdueEvents(app core.App, now time.Time, limit int64) ([]*Event, error) {
	at := dbx.Params{"now": DateTime(now)}
	late := func(where string) ([]*Event, error) {
		return all[Event](app, Events, func(q *dbx.SelectQuery) {
			q.AndWhere(dbx.NewExp(where, at)).OrderBy("planned_start_date", "id").Limit(limit)
		})
	}
	planned, err := late(notStarted)
	if err != nil {
		return nil, err
	}
	running, err := late(notEnded)
	return append(planned, running...), err
}

// OverdueSince gives the moment from which the event counts as overdue.
func (e *Event) OverdueSince() time.Time {
	if e.Status() == EventInProgress {
		return e.PlannedEnd()
	}
	return e.PlannedStart()
}

// OverdueAlerted gives the moment of OverdueSince for which the administrators were told, or zero.
func (e *Event) OverdueAlerted() time.Time { return e.GetDateTime("overdue_alerted").Time() }

// NextNumber takes the next number of a series, starting at 1. It must be called inside the transaction that uses it.
func NextNumber(tx core.App, series string) (int, error) {
	var value int
	err := statement(tx, `INSERT INTO counters (id, name, value, created, updated)
		VALUES ({:id}, {:name}, 1, {:now}, {:now})
		ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`).
		Bind(dbx.Params{"id": core.GenerateDefaultRandomId(), "name": series, "now": ""}).Row(&value)
	return value, err
}

// EventsOutOfStep gives the ids of events whose pending or half-sent planned reminders do not fit them, as after a
// change by SQL that no hook saw; at most limit.
func EventsOutOfStep(app core.App, limit int) ([]string, error) {
	var ids []string
	// Apart, so that each half finds its index: there are far more reminders that were cancelled for other reasons.
	err := app.ConcurrentDB().NewQuery(`SELECT e.id FROM reminders r JOIN events e ON e.id = r.event
		WHERE r.status = 'pending' AND (e.status IN ('completed','cancelled')
			OR (r.origin = 'plan' AND r.planned_for != '' AND r.planned_for != e.planned_start_date))
		UNION SELECT e.id FROM reminders r JOIN events e ON e.id = r.event
		WHERE +r.status = 'cancelled' AND r.status_reason = 'event moved' AND r.planned_for != e.planned_start_date
		LIMIT {:limit}`).Bind(dbx.Params{"limit": limit}).Column(&ids)
	return ids, err
}
