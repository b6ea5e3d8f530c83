package collections

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// The statuses of a reminder.
const (
	ReminderPending   = "pending"
	ReminderSending   = "sending"
	ReminderSent      = "sent"
	ReminderPartial   = "partial"
	ReminderFailed    = "failed"
	ReminderSkipped   = "skipped"
	ReminderCancelled = "cancelled"
)

// Where a reminder comes from.
const (
	OriginManual = "manual"
	OriginPlan   = "plan"
)

// The names of a reminder's fields that errors and detachments are keyed by.
const (
	ReminderEvent             = "event"
	ReminderType              = "reminder_type"
	ReminderTitle             = "title"
	ReminderMessage           = "message"
	ReminderRecipients        = "recipients"
	ReminderContactRecipients = "contact_recipients"
	ReminderSendAt            = "send_datetime"
	ReminderChannels          = "channels"
)

// DetachableFields are the fields in which a person's edit wins over the plan.
var DetachableFields = []string{
	ReminderType, ReminderTitle, ReminderMessage, ReminderRecipients, ReminderContactRecipients, ReminderSendAt, ReminderChannels,
}

// ReminderResultFields are written by the engine alone; a request that names one is refused.
var ReminderResultFields = []string{
	"status", "status_reason", "sent_at", "channel_status", "origin", "plan_step", "created_by", "detached", "planned_for", "generation", "late",
}

// EventResultFields are given by the system alone.
var EventResultFields = []string{EventNumber, EventCreatedBy, "overdue_alerted"}

// Reminder is what is to be said about an event, to whom and when.
type Reminder struct{ core.BaseRecordProxy }

// ChannelCount is how far a reminder is on one channel.
type ChannelCount struct {
	Queued  int    `json:"queued"` // waiting, being sent, or unknown
	Sent    int    `json:"sent"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped,omitempty"`
	Error   string `json:"error"`
}

// NewReminder gives an unsaved reminder.
func NewReminder(app core.App) (*Reminder, error) { return create[Reminder](app, Reminders) }

func (r *Reminder) Event() string                   { return r.GetString(ReminderEvent) }
func (r *Reminder) SetEvent(v string)               { r.Set(ReminderEvent, v) }
func (r *Reminder) Type() string                    { return r.GetString(ReminderType) }
func (r *Reminder) SetType(v string)                { r.Set(ReminderType, v) }
func (r *Reminder) Title() string                   { return r.GetString(ReminderTitle) }
func (r *Reminder) SetTitle(v string)               { r.Set(ReminderTitle, v) }
func (r *Reminder) Message() string                 { return r.GetString(ReminderMessage) }
func (r *Reminder) SetMessage(v string)             { r.Set(ReminderMessage, v) }
func (r *Reminder) Recipients() []string            { return r.GetStringSlice(ReminderRecipients) }
func (r *Reminder) SetRecipients(v []string)        { r.Set(ReminderRecipients, v) }
func (r *Reminder) ContactRecipients() []string     { return r.GetStringSlice(ReminderContactRecipients) }
func (r *Reminder) SetContactRecipients(v []string) { r.Set(ReminderContactRecipients, v) }
func (r *Reminder) SendAt() time.Time               { return r.GetDateTime(ReminderSendAt).Time() }
func (r *Reminder) SetSendAt(t time.Time)           { r.Set(ReminderSendAt, DateTime(t)) }
func (r *Reminder) Channels() []string              { return r.GetStringSlice(ReminderChannels) }
func (r *Reminder) SetChannels(v []string)          { r.Set(ReminderChannels, v) }
func (r *Reminder) Status() string                  { return r.GetString("status") }
func (r *Reminder) SetStatus(v, reason string)      { r.Set("status", v); r.Set("status_reason", reason) }
func (r *Reminder) StatusReason() string            { return r.GetString("status_reason") }
func (r *Reminder) SentAt() time.Time               { return r.GetDateTime("sent_at").Time() }
func (r *Reminder) Origin() string                  { return r.GetString("origin") }
func (r *Reminder) SetOrigin(v string)              { r.Set("origin", v) }
func (r *Reminder) PlanStep() string                { return r.GetString("plan_step") }
func (r *Reminder) SetPlanStep(v string)            { r.Set("plan_step", v) }
func (r *Reminder) CreatedBy() string               { return r.GetString(EventCreatedBy) }
func (r *Reminder) SetCreatedBy(v string)           { r.Set(EventCreatedBy, v) }
func (r *Reminder) PlannedFor() time.Time           { return r.GetDateTime("planned_for").Time() }
func (r *Reminder) SetPlannedFor(t time.Time)       { r.Set("planned_for", DateTime(t)) }
func (r *Reminder) Generation() int                 { return r.GetInt("generation") }
func (r *Reminder) SetGeneration(n int)             { r.Set("generation", n) }
func (r *Reminder) Late() bool                      { return r.GetBool("late") }
func (r *Reminder) Detached() []string              { return r.GetStringSlice("detached") }
func (r *Reminder) IsDetached(field string) bool    { return slices.Contains(r.Detached(), field) }

// Detach takes fields out of the plan's hands.
func (r *Reminder) Detach(fields ...string) {
	now := r.Detached()
	for _, f := range fields {
		if !slices.Contains(now, f) {
			now = append(now, f)
		}
	}
	r.Set("detached", now)
}

// ChannelStatus gives how far each channel is.
func (r *Reminder) ChannelStatus() map[string]ChannelCount {
	counts := map[string]ChannelCount{}
	getJSON(r.Record, "channel_status", &counts)
	return counts
}

// InsertReminder writes a new reminder by SQL, unchecked, inside the transaction of what it was made for, and gives it its id
// and dates. Hooks and subscribers are not called.
func InsertReminder(tx core.App, r *Reminder) error {
	now := types.NowDateTime()
	r.Id = IDNear(r.Event())
	r.SetRaw("created", now)
	r.SetRaw("updated", now)
	values, err := r.DBExport(tx)
	if err != nil {
		return err
	}
	columns := slices.Sorted(maps.Keys(values)) // the same text each time, so that its statement is kept
	_, err = statement(tx, "INSERT INTO reminders ([["+strings.Join(columns, "]], [[")+"]]) VALUES ({:"+
		strings.Join(columns, "}, {:")+"})").Bind(values).Execute()
	if err == nil {
		r.MarkAsNotNew()
	}
	return err
}

// RemindersOf gives the reminders of an event, the earliest first.
func RemindersOf(app core.App, event string) ([]*Reminder, error) {
	return all[Reminder](app, Reminders, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.HashExp{"event": event}).OrderBy("send_datetime", "id")
	})
}

// DueReminders gives pending reminders with send_datetime <= now, the oldest first, except those of some events.
func DueReminders(app core.App, now time.Time, limit int64, except []string) ([]*Reminder, error) {
	return all[Reminder](app, Reminders, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.NewExp("status = 'pending' AND send_datetime != '' AND send_datetime <= {:now}",
			dbx.Params{"now": DateTime(now)})).OrderBy("send_datetime").Limit(limit)
		if len(except) > 0 {
			q.AndWhere(dbx.NotIn("event", anySlice(except)...))
		}
	})
}

// NextDueReminder gives the time at which the next pending reminder is due, passing over those of some events; false if
// none is pending.
func NextDueReminder(app core.App, except []string) (time.Time, bool, error) {
	query := app.ConcurrentDB().Select("send_datetime").From(Reminders).
		Where(dbx.NewExp("status = 'pending' AND send_datetime != ''")).OrderBy("send_datetime").Limit(1)
	if len(except) > 0 {
		query.AndWhere(dbx.NotIn("event", anySlice(except)...))
	}
	return firstDate(query.Row)
}

// ReminderState is what the engine writes to a reminder.
type ReminderState struct {
	ID            string
	Status        string
	Reason        string
	ChannelStatus string // JSON
	SentAt        time.Time
	Late          bool
	OnlyFrom      string // if set, the status that it must have now
}

// WriteReminderState writes a state by SQL and says whether anything changed. Hooks and subscribers are not called.
func WriteReminderState(tx core.App, s ReminderState, now time.Time) (changed bool, err error) {
	res, err := statement(tx, `UPDATE reminders
		SET status = {:status}, status_reason = {:reason}, channel_status = {:channels}, sent_at = {:sent}, late = {:late}, updated = {:now}
		WHERE id = {:id} AND ({:from} = '' OR status = {:from}) AND (status != {:status} OR status_reason != {:reason} OR channel_status IS NOT {:channels} OR sent_at != {:sent})`).
		Bind(dbx.Params{
			"id": s.ID, "status": s.Status, "reason": s.Reason, "channels": s.ChannelStatus,
			"sent": DateTime(s.SentAt), "late": s.Late, "from": s.OnlyFrom, "now": DateTime(now),
		}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// TakeReminder turns a pending reminder into a sending one under a new generation, or says that it was no longer pending. It
// must be called inside the transaction that fans it out and that read it.
func TakeReminder(tx core.App, r *Reminder, now time.Time) (generation int, ok bool, err error) {
	// RETURNING would take as long again as the update.
	res, err := statement(tx, `UPDATE reminders SET status = 'sending', status_reason = '', generation = generation + 1,
		updated = {:now} WHERE id = {:id} AND status = 'pending' AND generation = {:generation}`).
		Bind(dbx.Params{"id": r.Id, "generation": r.Generation(), "now": DateTime(now)}).Execute()
	if err != nil {
		return 0, false, err
	}
	n, err := res.RowsAffected()
	return r.Generation() + 1, n > 0, err
}

// earliest runs a query for one date.
func earliest(app core.App, query string, params dbx.Params) (time.Time, bool, error) {
	return firstDate(app.ConcurrentDB().NewQuery(query).Bind(params).Row)
}

// firstDate reads the one date of a query; false where there is none.
func firstDate(row func(...any) error) (time.Time, bool, error) {
	var at types.DateTime
	err := row(&at)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && at.IsZero()) {
		return time.Time{}, false, nil
	}
	return at.Time(), err == nil, err
}

// NewerPlannedDue says whether a later planned reminder of the event has come due as well, so that an older one that
// has not left is moot.
func NewerPlannedDue(app core.App, event string, than, now time.Time) (bool, error) {
	return exists(app, `SELECT 1 FROM reminders WHERE event = {:event} AND send_datetime > {:than} AND send_datetime <= {:now}
		AND origin = 'plan' AND status IN ('pending','sending','sent','partial') LIMIT 1`,
		dbx.Params{"event": event, "than": DateTime(than), "now": DateTime(now)})
}
