package collections

import (
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Span is a length of time: From <= t < To.
type Span struct{ From, To time.Time }

// CountEventsDuring counts the events, but for cancelled ones, that are on at any time of a span.
func CountEventsDuring(app core.App, s Span) (int, error) {
	starting, err := CountEventsStarting(app, s)
	if err != nil {
		return 0, err
	}
	// Apart from those that start in it, so that each half finds its index.
	running, err := count(app, `SELECT COUNT(*) FROM events WHERE planned_end_date > {:from} AND planned_start_date < {:from}
		AND status != 'cancelled'`, dbx.Params{"from": DateTime(s.From)})
	return starting + running, err
}

// CountEventsStarting counts the events, but for cancelled ones, that start in a span.
func CountEventsStarting(app core.App, s Span) (int, error) {
	return count(app, `SELECT COUNT(*) FROM events WHERE planned_start_date >= {:from} AND planned_start_date < {:to}
		AND status != 'cancelled'`, dbx.Params{"from": DateTime(s.From), "to": DateTime(s.To)})
}

// CountOverdueEvents counts the events that are overdue at now: those of OverdueEvents.
func CountOverdueEvents(app core.App, now time.Time) (int, error) {
	// Apart, so that each half finds its index.
	return count(app, "SELECT (SELECT COUNT(*) FROM events WHERE "+notStarted+") + (SELECT COUNT(*) FROM events WHERE "+notEnded+")",
		dbx.Params{"now": DateTime(now)})
}

// CountSentReminders counts the reminders that were sent, wholly or in part, since then, and those of them that were late.
func CountSentReminders(app core.App, since time.Time) (sent, late int, err error) {
	// IS NOT is the condition of the index.
	err = app.ConcurrentDB().NewQuery(`SELECT COUNT(*), COALESCE(SUM(late), 0) FROM reminders
		WHERE sent_at IS NOT '' AND sent_at >= {:since} AND status IN ('sent','partial')`).
		Bind(dbx.Params{"since": DateTime(since)}).Row(&sent, &late)
	return sent, late, err
}

// CountFailedReminders counts the reminders of open events that started since then or are ahead, that failed, wholly or in
// part, in the year before then or later.
func CountFailedReminders(app core.App, since time.Time) (int, error) {
	return count(app, `SELECT COUNT(*) FROM reminders r JOIN events e ON e.id = r.event WHERE r.status IN ('failed','partial')
		AND r.send_datetime >= {:due} AND e.planned_start_date >= {:since} AND e.status IN ('planned','confirmed','in_progress')`,
		dbx.Params{"since": DateTime(since), "due": DateTime(since.AddDate(-1, 0, 0))})
}

// DayCount is how many events start on a day, by what became of them so far.
type DayCount struct {
	Planned   int `db:"planned"` // planned, confirmed or in progress, and not overdue
	Completed int `db:"completed"`
	Overdue   int `db:"overdue"`
	Cancelled int `db:"cancelled"`
}

// CountEventsByDay counts the events that start on each of the days, in their order.
func CountEventsByDay(app core.App, days []Span, now time.Time) ([]DayCount, error) {
	counts := make([]DayCount, len(days))
	if len(days) == 0 {
		return counts, nil
	}
	var spans []string
	params := dbx.Params{"now": DateTime(now)}
	for i, day := range days {
		spans = append(spans, fmt.Sprintf("(%d, {:from%d}, {:to%d})", i, i, i))
		params[fmt.Sprintf("from%d", i)], params[fmt.Sprintf("to%d", i)] = DateTime(day.From), DateTime(day.To)
	}
	var rows []struct {
		Day int `db:"day"`
		DayCount
	}
	err := app.ConcurrentDB().NewQuery(`WITH days (day, begins, ends) AS (VALUES ` + strings.Join(spans, ", ") + `)
		SELECT day, SUM(status = 'cancelled') AS cancelled, SUM(status = 'completed') AS completed, SUM(` + overdue + `) AS overdue,
			SUM(status IN ('planned','confirmed','in_progress') AND NOT ` + overdue + `) AS planned
		FROM days CROSS JOIN events ON planned_start_date >= begins AND planned_start_date < ends GROUP BY day`).Bind(params).All(&rows)
	for _, row := range rows {
		counts[row.Day] = row.DayCount
	}
	return counts, err
}

// count runs a query for one number.
func count(app core.App, query string, params dbx.Params) (int, error) {
	var n int
	err := app.ConcurrentDB().NewQuery(query).Bind(params).Row(&n)
	return n, err
}
