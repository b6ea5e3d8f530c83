package reports

import (
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// QueueDigest queues the digest of the company's present day, unless that was done before; a day with nothing to say
// counts as done too. It may be called as often as one likes: nobody gets the digest of a day twice.
func (r *Reports) QueueDigest(app core.App) error {
	now := r.Now()
	company := r.Company(app)
	date := now.In(company.Zone).Format(time.DateOnly)
	last, err := collections.LastRun(app, JobDigest)
	if err != nil {
		return fmt.Errorf("read when the last digest was made: %w", err)
	}
	if last.Occasion == date {
		return nil
	}
	users, err := collections.ActiveUsersWithDigest(app)
	if err != nil {
		return fmt.Errorf("find the readers of the digest: %w", err)
	}
	d := digest{writer: r.writer(app, company, now), date: date, failedSince: failedSince(last, now)}
	readers := r.readers(users, company)
	for len(readers) > batchRows {
		rows, err := d.rows(readers[:batchRows])
		if err != nil {
			return err
		}
		if err := app.RunInTransaction(func(tx core.App) error { return insert(tx, rows, now) }); err != nil {
			return err
		}
		readers = readers[batchRows:]
	}
	return d.finish(readers)
}

// failedSince gives the moment from which failures are news: the last digest, as far as it is not more than a week ago,
// and at least a day.
func failedSince(last collections.JobRun, now time.Time) time.Time {
	since := now.Add(-24 * time.Hour)
	if at := last.LastRun.Time(); at.Before(since) && at.After(now.AddDate(0, 0, -7)) {
		return at
	}
	return since
}

// digest is the digest of one day.
type digest struct {
	*writer
	date        string
	failedSince time.Time
}

// finish queues the digest for the last readers, and remembers the day as done.
func (d digest) finish(readers []reader) error {
	rows, err := d.rows(readers)
	if err != nil {
		return err
	}
	return d.app.RunInTransaction(func(tx core.App) error {
		first, err := collections.RecordRun(tx, JobDigest, d.date, d.now)
		if err != nil {
			return fmt.Errorf("remember the digest of %s: %w", d.date, err)
		}
		if !first {
			return nil // somebody else made it meanwhile
		}
		return insert(tx, rows, d.now)
	})
}

// rows gives a delivery for each reader to whom there is something to say.
func (d digest) rows(readers []reader) ([]*collections.Delivery, error) {
	var rows []*collections.Delivery
	for _, to := range readers {
		m, ok, err := d.message(to)
		if err != nil {
			return nil, fmt.Errorf("write the digest: %w", err)
		}
		if !ok {
			continue
		}
		row, err := d.reports.row(d.app, to, collections.KindDigest, "digest/"+d.date, m)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
