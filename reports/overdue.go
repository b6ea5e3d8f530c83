package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
)

// jobMarks is the run that stands among the jobs' as long as events that were told are not all marked. Its occasion is
// the moment of the check.
const jobMarks = "check-overdue-events/marks"

// CheckOverdue tells the administrators of the events that have become overdue, each once, in one message for all that
// are found together. As long as there is nobody to tell, they stay to be told.
//
// The message and the first marks commit together. If there are more marks than one transaction may write, the same
// transaction notes the moment: all that was overdue then has been told. The rest is marked by this run, by another
// process's that comes along, or by the next one if this one dies.
func (r *Reports) CheckOverdue(app core.App) error {
	now := r.Now()
	if err := r.finishMarks(app); err != nil {
		return err
	}
	err := app.RunInTransaction(func(tx core.App) error {
		note, err := collections.LockRun(tx, jobMarks)
		if err != nil {
			return fmt.Errorf("read whether told events wait for their mark: %w", err)
		}
		if note.Occasion != "" {
			return nil // another process told a moment ago
		}
		return r.tellOverdue(tx, now)
	})
	if err != nil {
		return err
	}
	return r.finishMarks(app)
}

// tellOverdue queues the alerts of what is newly overdue, and marks it.
func (r *Reports) tellOverdue(tx core.App, now time.Time) error {
	found, err := collections.OverdueUntold(tx, now)
	if err != nil {
		return fmt.Errorf("find overdue events: %w", err)
	}
	if len(found) == 0 {
		return nil
	}
	rows, err := r.overdueRows(tx, found, now)
	if err != nil || len(rows) == 0 {
		return err
	}
	if err := insert(tx, rows, now); err != nil {
		return err
	}
	marked, err := collections.MarkOverdueTold(tx, now, batchRows)
	if err != nil {
		return fmt.Errorf("mark overdue events as told: %w", err)
	}
	if marked < batchRows {
		return nil
	}
	if _, err := collections.RecordRun(tx, jobMarks, now.UTC().Format(time.RFC3339Nano), now); err != nil {
		return fmt.Errorf("note that more overdue events are told: %w", err)
	}
	return nil
}

// finishMarks marks what a run has told without marking it yet.
func (r *Reports) finishMarks(app core.App) error {
	note, err := collections.LastRun(app, jobMarks)
	if err != nil {
		return fmt.Errorf("read whether told events wait for their mark: %w", err)
	}
	if note.Occasion == "" {
		return nil
	}
	told, err := time.Parse(time.RFC3339Nano, note.Occasion)
	if err != nil {
		return fmt.Errorf("read the moment of a check for overdue events: %w", err)
	}
	for marked := batchRows; marked == batchRows; {
		err := app.RunInTransaction(func(tx core.App) (err error) {
			marked, err = collections.MarkOverdueTold(tx, told, batchRows)
			return err
		})
		if err != nil {
			return fmt.Errorf("mark overdue events as told: %w", err)
		}
	}
	if err := collections.ForgetRun(app, jobMarks, note.Occasion); err != nil {
		return fmt.Errorf("forget the check whose events are marked: %w", err)
	}
	return nil
}

// overdueRows gives an alert for each administrator that can be reached; none if nobody can.
func (r *Reports) overdueRows(tx core.App, found []collections.Overdue, now time.Time) ([]*collections.Delivery, error) {
	company := r.Company(tx)
	readers, err := r.administrators(tx, company)
	if err != nil {
		return nil, err
	}
	events, err := firstEvents(tx, found)
	if err != nil {
		return nil, err
	}
	w := r.writer(tx, company, now)
	var rows []*collections.Delivery
	reached := false
	for _, to := range readers {
		m, err := w.overdueAlert(to, events, len(found))
		if err != nil {
			return nil, fmt.Errorf("write the alert about overdue events: %w", err)
		}
		row, err := r.row(tx, to, collections.KindOverdue, "overdue/"+fingerprint(found), m)
		if err != nil {
			return nil, err
		}
		reached = reached || row.Status == collections.DeliveryQueued
		rows = append(rows, row)
	}
	if !reached {
		return nil, nil
	}
	return rows, nil
}

// firstEvents gives the events that a message lists, in the order in which they were found.
func firstEvents(tx core.App, found []collections.Overdue) ([]*collections.Event, error) {
	var ids []string
	for _, o := range found[:min(len(found), listed)] {
		ids = append(ids, o.Event)
	}
	events, err := collections.FindMany[collections.Event](tx, collections.Events, ids)
	if err != nil {
		return nil, fmt.Errorf("read overdue events: %w", err)
	}
	byID := make(map[string]*collections.Event, len(events))
	for _, e := range events {
		byID[e.Id] = e
	}
	ordered := make([]*collections.Event, 0, len(ids))
	for _, id := range ids {
		if e := byID[id]; e != nil {
			ordered = append(ordered, e)
		}
	}
	return ordered, nil
}

// fingerprint names a set of delays.
func fingerprint(found []collections.Overdue) string {
	sum := sha256.New()
	for _, o := range found {
		fmt.Fprintf(sum, "%s %s\n", o.Event, o.Since)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

func (w *writer) overdueAlert(to reader, events []*collections.Event, total int) (notifiers.Message, error) {
	items, err := w.items(events, func(e *collections.Event) string { return w.delay(to, e) })
	if err != nil {
		return notifiers.Message{}, err
	}
	customer, err := w.name(collections.Customers, events[0].Customer())
	if err != nil {
		return notifiers.Message{}, err
	}
	return notifiers.Message{
		Company:  w.company.Name,
		Subject:  locales.OverdueSubject(to.locale, total, events[0].Title(), customer),
		Title:    locales.Text(to.locale, locales.OverdueTitle),
		Lead:     locales.Text(to.locale, locales.OverdueLead),
		Sections: []notifiers.Section{section(to, "", items, total)},
		Footer:   []string{locales.Text(to.locale, locales.FooterAdmin)},
	}, nil
}
