package drills

import (
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/bench/figures"
	"tminus/collections"
)

// missed is a reminder that was due before the end of an outage, and what became of it.
type missed struct {
	ID     string         `db:"id"`
	Event  string         `db:"event"`
	Origin string         `db:"origin"`
	Due    types.DateTime `db:"due"`
	Start  types.DateTime `db:"start"`
	Status string         `db:"status"` // of its message, or of itself if none was made
	Reason string         `db:"reason"`
	Late   bool           `db:"late"`
}

// fates are what became of those, in words.
const (
	onTime     = "sent on time"
	sentLate   = "sent late, marked"
	superseded = "skipped: superseded"
	tooLate    = "skipped: event started"
)

func (m missed) fate() string {
	switch {
	case m.Status == "sent" && m.Late:
		return sentLate
	case m.Status == "sent":
		return onTime
	default:
		return m.Status + ": " + m.Reason
	}
}

// shouldBe gives what the promise (P6) makes of m at the moment that it is looked at, beside those of its event.
func (m missed) shouldBe(now time.Time, all []missed) string {
	due, start := m.Due.Time(), m.Start.Time()
	if now.Sub(due) <= time.Minute {
		return onTime
	}
	for _, other := range all {
		if m.Origin == "plan" && other.Event == m.Event && other.Origin == "plan" && other.Due.Time().After(due) && !other.Due.Time().After(now) {
			return superseded
		}
	}
	until := start
	if m.Origin == "manual" && !due.Before(start) {
		until = due.Add(24 * time.Hour)
	}
	if now.Before(until) {
		return sentLate
	}
	return tooLate
}

// mayBe says whether the promise makes was of m at some moment from one to another, both included. Between them it may make
// something else of it than at either: late, while the event has not started yet.
func (m missed) mayBe(was string, from, to time.Time, all []missed) bool {
	due, start := m.Due.Time(), m.Start.Time()
	for _, at := range []time.Time{
		from, to, due.Add(time.Minute), due.Add(time.Minute + 1), start.Add(-1), start, due.Add(24*time.Hour - 1),
	} {
		if !at.Before(from) && !at.After(to) && m.shouldBe(at, all) == was {
			return true
		}
	}
	return false
}

// judge holds every reminder that was due against the promise.
func (o *outage) judge() (r figures.Record, err error) {
	end, now := opening.Add(o.Lasts), o.clock.Now()
	var all []missed
	err = o.parent.ConcurrentDB().NewQuery(`SELECT r.id, r.event, r.origin, r.send_datetime AS due, e.planned_start_date AS start,
		COALESCE(d.status, r.status) AS status, COALESCE(d.error, r.status_reason) AS reason, COALESCE(d.late, FALSE) AS late
		FROM reminders r JOIN events e ON e.id = r.event LEFT JOIN deliveries d ON d.reminder = r.id
		WHERE r.send_datetime <= {:now} ORDER BY r.send_datetime`).Bind(map[string]any{"now": collections.DateTime(now)}).All(&all)
	if err != nil {
		return r, err
	}
	fates, otherwise, example := map[string]int{}, 0, ""
	probed := !o.Server // the one message that may have been on its way when the clock was set
	for _, m := range all {
		was := m.fate()
		fates[was]++
		// What is due while the drill looks on may be dealt with at any moment of that.
		before := was == onTime && (m.Due.Time().Before(opening.Add(time.Minute)) || !o.Server && m.Due.Time().After(end))
		if before || m.mayBe(was, end, now, all) {
			continue
		}
		if !probed && m.mayBe(was, o.edge, o.edge, all) {
			probed = true
		} else {
			otherwise++
			example = fmt.Sprintf("%s, where it should be %s: %s, due %s, of an event at %s, by %s",
				was, m.shouldBe(end, all), m.Origin, m.Due, m.Start, now.UTC().Format(time.DateTime))
		}
	}
	sent := fates[onTime] + fates[sentLate]
	t, _, err := tally(o.parent.App, "smtp", o.vendors[0], sent)
	if err != nil {
		return r, err
	}
	digests, twice, err := o.digests()
	r.Rows = append([]figures.Row{counted("reminders due", len(all))},
		counted(onTime, fates[onTime]), counted(sentLate, fates[sentLate]), counted(superseded, fates[superseded]), counted(tooLate, fates[tooLate]),
		figures.Row{What: "not as promised", Value: float64(otherwise), Goal: figures.AtMost(0), Note: example},
		bounded("without an end", len(all)-sent-fates[superseded]-fates[tooLate], 0),
		bounded("days without the digest that is due", o.days()-digests, 0), bounded("digests more than one a day", twice, 0))
	r.Rows = append(r.Rows, t.Rows(0)...)
	r.Line = fmt.Sprintf("%s of the %s: %d due, %d on time, %d late and marked, %d superseded, %d whose event had started, %d not as promised, %d digests; %s",
		o.Lasts, o.what(), len(all), fates[onTime], fates[sentLate], fates[superseded], fates[tooLate], otherwise, digests, t.Line())
	return r, err
}

// Sum gives joined records of outages a line of their sums.
func Sum(r figures.Record) figures.Record {
	sums := map[string]int{}
	for _, row := range r.Rows {
		_, what, _ := strings.Cut(row.What, ": ")
		sums[what] += int(row.Value)
	}
	r.Line = fmt.Sprintf("%d due: %d on time, %d late and marked, %d superseded, %d whose event had started, %d not as promised; smtp: %d planned, %d sent, %d lost, %d repeated",
		sums["reminders due"], sums[onTime], sums[sentLate], sums[superseded], sums[tooLate], sums["not as promised"],
		sums["planned by smtp"], sums["sent by smtp"], sums["lost by smtp"], sums["arrivals beyond the first by smtp"])
	return r
}

func (o *outage) what() string {
	if o.Server {
		return "mail server"
	}
	return "program"
}

// days gives the days on which a digest is due: that of the opening, and that of the program's next start.
func (o *outage) days() int {
	if !o.Server && o.Lasts >= 24*time.Hour {
		return 2
	}
	return 1
}

// digests gives on how many days a digest arrived, and how many arrived beyond the first of a day.
func (o *outage) digests() (days, more int, err error) {
	var rows []struct {
		ID  string `db:"id"`
		Day string `db:"day"`
	}
	err = o.parent.ConcurrentDB().NewQuery("SELECT id, substr(created, 1, 10) AS day FROM deliveries WHERE kind = 'digest'").All(&rows)
	on := map[string]string{}
	for _, row := range rows {
		on[row.ID] = row.Day
	}
	arrived := map[string]int{}
	for _, a := range o.vendors[0].Arrived() {
		if day := on[a.Delivery]; day != "" {
			if arrived[day]++; arrived[day] > 1 {
				more++
			}
		}
	}
	return len(arrived), more, err
}
