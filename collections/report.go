package collections

import (
	"database/sql"
	"errors"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// Scope says whose events a report is about: a user's id means those that the user is responsible for, assigned to or
// made; empty means everybody's.
type Scope string

// within is the condition that an event is in the scope; events is the name or alias of its table in the query.
func (s Scope) within(events string) dbx.Expression {
	if s == "" {
		return nil
	}
	e := "{{" + events + "}}."
	return dbx.NewExp("("+e+"sales_responsible = {:scope} OR "+e+"created_by = {:scope} OR EXISTS (SELECT 1 FROM json_each("+
		e+"assigned_staff) WHERE value = {:scope}))", dbx.Params{"scope": string(s)})
}

// ListEventsDuring gives the open events of the scope that are on at any time with from <= time < to, in order, at most
// limit of them, and how many there are.
func ListEventsDuring(app core.App, s Scope, from, to time.Time, limit int64) ([]*Event, int, error) {
	return listEvents(app, s, limit, dbx.NewExp(`status IN ('planned','confirmed','in_progress') AND planned_start_date < {:to}
		AND (planned_start_date >= {:from} OR planned_end_date > {:from})`, dbx.Params{"from": DateTime(from), "to": DateTime(to)}))
}

// ListEventsStarting gives the open events of the scope with from <= planned_start_date < to, in order, at most limit of
// them, and how many there are.
func ListEventsStarting(app core.App, s Scope, from, to time.Time, limit int64) ([]*Event, int, error) {
	return listEvents(app, s, limit, dbx.NewExp(`status IN ('planned','confirmed','in_progress') AND planned_start_date >= {:from}
		AND planned_start_date < {:to}`, dbx.Params{"from": DateTime(from), "to": DateTime(to)}))
}

// overdueSince is Event.OverdueSince in SQL, and overdue the condition that it is before {:now}: the same events as
// OverdueEvents'.
const (
	overdueSince  = "CASE WHEN status = 'in_progress' THEN planned_end_date ELSE planned_start_date END"
	notStarted    = "status IN ('planned','confirmed') AND planned_start_date > '' AND planned_start_date < {:now}"
	notEnded      = "status = 'in_progress' AND planned_end_date > '' AND planned_end_date < {:now}"
	overdue       = "((" + notStarted + ") OR (" + notEnded + "))"
	overdueUntold = overdue + " AND overdue_alerted != " + overdueSince
)

// ListOverdueEvents gives the events of the scope that are overdue at now (see OverdueEvents), the first to start first,
// at most limit of them, and how many there are.
func ListOverdueEvents(app core.App, s Scope, now time.Time, limit int64) ([]*Event, int, error) {
	return listEvents(app, s, limit, dbx.NewExp(overdue, dbx.Params{"now": DateTime(now)}))
}

func listEvents(app core.App, s Scope, limit int64, where dbx.Expression) ([]*Event, int, error) {
	events, err := all[Event](app, Events, func(q *dbx.SelectQuery) {
		q.AndWhere(where).AndWhere(s.within(Events)).OrderBy("planned_start_date", "id").Limit(limit)
	})
	if err != nil || int64(len(events)) < limit {
		return events, len(events), err
	}
	n, err := app.CountRecords(Events, where, s.within(Events))
	return events, int(n), err
}

// ListFailedReminders gives the reminders of the scope that failed, wholly or in part, since then, or whose event is
// open and ahead at now; the last due first, at most limit of them, and how many there are.
func ListFailedReminders(app core.App, s Scope, since, now time.Time, limit int64) ([]*Reminder, int, error) {
	refine := func(q *dbx.SelectQuery) *dbx.SelectQuery {
		return q.InnerJoin("events e", dbx.NewExp("e.id = reminders.event")).
			AndWhere(dbx.NewExp(`reminders.status IN ('failed','partial') AND (reminders.updated >= {:since}
				OR (e.planned_start_date > {:now} AND e.status NOT IN ('completed','cancelled')))`,
				dbx.Params{"since": DateTime(since), "now": DateTime(now)})).
			AndWhere(s.within("e"))
	}
	found, err := all[Reminder](app, Reminders, func(q *dbx.SelectQuery) {
		refine(q).OrderBy("reminders.send_datetime DESC", "reminders.id").Limit(limit)
	})
	if err != nil || int64(len(found)) < limit {
		return found, len(found), err
	}
	var n int
	err = refine(app.ConcurrentDB().Select("COUNT(*)").From(Reminders)).Row(&n)
	return found, n, err
}

// Failure is a message of a reminder that could not be delivered.
type Failure struct {
	Name    string `db:"name"` // the recipient's
	Channel string `db:"channel"`
	Error   string `db:"error"`
}

// FailuresOf gives the failed messages of a reminder in the order in which they were made.
func FailuresOf(app core.App, reminder string) ([]Failure, error) {
	var failures []Failure
	err := app.ConcurrentDB().NewQuery(`SELECT COALESCE(u.name, c.name, '') AS name, d.channel, d.error FROM deliveries d
		LEFT JOIN users u ON u.id = d."user" LEFT JOIN contacts c ON c.id = d.contact
		WHERE d.reminder = {:id} AND d.status = 'failed' ORDER BY d.created, d.id`).
		Bind(dbx.Params{"id": reminder}).All(&failures)
	return failures, err
}

// NameOf gives the name of a customer, contact or user, or "" if there is no such record.
func NameOf(app core.App, collection, id string) (string, error) {
	var name string
	err := app.ConcurrentDB().Select("name").From(collection).Where(dbx.HashExp{"id": id}).Row(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// Overdue is an event and the moment since which it is overdue.
type Overdue struct {
	Event string         `db:"id"`
	Since types.DateTime `db:"since"`
}

// OverdueUntold gives the events that are overdue at now and of whose present delay the administrators were not told,
// the longest overdue first.
func OverdueUntold(app core.App, now time.Time) ([]Overdue, error) {
	var found []Overdue
	err := app.NonconcurrentDB().NewQuery("SELECT id, " + overdueSince + " AS since FROM events WHERE " + overdueUntold +
		" ORDER BY since, id").Bind(dbx.Params{"now": DateTime(now)}).All(&found)
	return found, err
}

// MarkOverdueTold remembers for at most limit events of OverdueUntold that the administrators were told of their present
// delay, and says for how many. It is written by SQL: it is no change of an event that anyone should see.
func MarkOverdueTold(tx core.App, now time.Time, limit int) (int, error) {
	res, err := tx.NonconcurrentDB().NewQuery("UPDATE events SET overdue_alerted = " + overdueSince +
		" WHERE id IN (SELECT id FROM events WHERE " + overdueUntold + " ORDER BY id LIMIT {:limit})").
		Bind(dbx.Params{"now": DateTime(now), "limit": limit}).Execute()
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// LastRun gives the last run of a job; the zero JobRun if it never ran.
func LastRun(app core.App, name string) (JobRun, error) {
	var run JobRun
	err := app.ConcurrentDB().NewQuery("SELECT name, occasion, last_run FROM job_runs WHERE name = {:name}").
		Bind(dbx.Params{"name": name}).One(&run)
	if errors.Is(err, sql.ErrNoRows) {
		return JobRun{}, nil
	}
	return run, err
}

// LockRun is LastRun as the first statement of a transaction: it takes the database's write lock, so that what the
// transaction reads from here on holds until it commits, in other processes too.
func LockRun(tx core.App, name string) (JobRun, error) {
	_, err := tx.NonconcurrentDB().NewQuery("UPDATE job_runs SET last_run = last_run WHERE name = {:name}").
		Bind(dbx.Params{"name": name}).Execute()
	if err != nil {
		return JobRun{}, err
	}
	return LastRun(tx, name)
}

// ForgetRun takes a job's run away if it still has that occasion.
func ForgetRun(app core.App, name, occasion string) error {
	_, err := app.NonconcurrentDB().NewQuery("DELETE FROM job_runs WHERE name = {:name} AND occasion = {:occasion}").
		Bind(dbx.Params{"name": name, "occasion": occasion}).Execute()
	return err
}
