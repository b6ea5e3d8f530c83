package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/cron"

	"tminus/collections"
)

// batch is how many reminders are fanned out, and messages claimed, at a time.
const batch = 100

// errUndo takes back what was done only to see what it costs.
var errUndo = errors.New("undo")

// undone gives what doing something in a transaction costs, which is then rolled back.
func undone(name string, prepare, do func(*instance, core.App) error) deed {
	return deed{name: name, do: func(i *instance) (took time.Duration, err error) {
		err = i.RunInTransaction(func(tx core.App) error {
			if prepare != nil {
				if err := prepare(i, tx); err != nil {
					return err
				}
			}
			began := used()
			if err := do(i, tx); err != nil {
				return err
			}
			took = used() - began
			return errUndo
		})
		if errors.Is(err, errUndo) {
			err = nil
		}
		return took, err
	}}
}

// work gives what the sender, the jobs and the planner do.
func work() []deed {
	return []deed{
		undone(fmt.Sprintf("fan-out of %d due reminders", batch), fallDue, fanOut),
		undone(fmt.Sprintf("claim of %d messages", batch), func(i *instance, tx core.App) error {
			if err := fallDue(i, tx); err != nil {
				return err
			}
			return fanOut(i, tx)
		}, claim),
		undone("when to wake next", nil, wake),
		undone("whom a receipt is about", nil, receipts),
		undone("check for overdue events", nil, func(i *instance, tx core.App) error { return i.System.Reports.CheckOverdue(tx) }),
		undone("daily digest", func(_ *instance, tx core.App) error {
			_, err := tx.NonconcurrentDB().NewQuery("DELETE FROM job_runs").Execute()
			return err
		}, func(i *instance, tx core.App) error { return i.System.Reports.QueueDigest(tx) }),
		{name: "reconciliation", do: reconcile},
		undone("moving an event", nil, func(i *instance, tx core.App) error {
			event, err := coming(tx)
			if err != nil {
				return err
			}
			event.SetPlannedStart(event.PlannedStart().Add(time.Hour))
			return tx.Save(event)
		}),
		undone("making an event", nil, func(i *instance, tx core.App) error {
			event, err := collections.NewEvent(tx)
			if err != nil {
				return err
			}
			event.SetTitle("One more visit")
			event.SetCustomer(i.customer)
			event.SetSalesResponsible(i.staff)
			event.SetPlannedStart(time.Now().AddDate(0, 0, 10))
			return tx.Save(event)
		}),
		undone("deleting an event", nil, func(i *instance, tx core.App) error {
			event, err := coming(tx)
			if err != nil {
				return err
			}
			return tx.Delete(event)
		}),
	}
}

// coming gives the last event that is planned.
func coming(tx core.App) (*collections.Event, error) {
	var id string
	err := tx.NonconcurrentDB().NewQuery("SELECT id FROM events WHERE status = 'planned' ORDER BY planned_start_date DESC LIMIT 1").Row(&id)
	if err != nil {
		return nil, err
	}
	return collections.Find[collections.Event](tx, collections.Events, id)
}

// fallDue makes the next reminders due.
func fallDue(_ *instance, tx core.App) error {
	_, err := tx.NonconcurrentDB().NewQuery(`UPDATE reminders SET send_datetime = {:now} WHERE id IN (SELECT id FROM reminders
		WHERE status = 'pending' ORDER BY send_datetime LIMIT {:n})`).Bind(dbx.Params{"now": collections.DateTime(time.Now()), "n": batch}).Execute()
	return err
}

func fanOut(i *instance, tx core.App) error {
	touched, _, err := i.System.Planner.FanOut(tx, time.Now(), 2*batch)
	if err == nil && len(touched) < batch {
		err = fmt.Errorf("%d of %d reminders were fanned out", len(touched), batch)
	}
	return err
}

func claim(i *instance, tx core.App) error {
	now := time.Now()
	rows, err := collections.ClaimDeliveries(tx, "email", "growth", now, batch)
	if err != nil {
		return err
	}
	if len(rows) < batch {
		return fmt.Errorf("%d of %d messages were claimed", len(rows), batch)
	}
	_, err = i.System.Planner.LastLook(tx, rows, now)
	return err
}

// wake asks what the sleeping clock asks before it sleeps.
func wake(i *instance, tx core.App) error {
	if _, _, err := i.System.Planner.NextDue(tx); err != nil {
		return err
	}
	for _, channel := range collections.Channels {
		for _, next := range []func(core.App, string) (time.Time, bool, error){
			collections.NextQueued, collections.NextUnknown, collections.NextReceipt,
		} {
			if _, _, err := next(tx, channel); err != nil {
				return err
			}
		}
	}
	_, err := collections.Holders(tx)
	return err
}

// receipts looks for the messages that providers tell of.
func receipts(_ *instance, tx core.App) error {
	now := time.Now()
	if _, err := collections.DeliveriesByProviderID(tx, "sms", "p10"); err != nil {
		return err
	}
	_, err := collections.UnconfirmedDeliveries(tx, "sms", "+85290000010", now.Add(-time.Hour), now, true)
	return err
}

// reconcile runs the job that looks after what SQL changed. There is nothing to mend, so nothing is to be undone.
func reconcile(i *instance) (time.Duration, error) {
	jobs := i.Cron().Jobs()
	n := slices.IndexFunc(jobs, func(j *cron.Job) bool { return j.Id() == "check-and-send-reminders" })
	if n < 0 {
		return 0, errors.New("there is no such job")
	}
	began := used()
	jobs[n].Run()
	return used() - began, nil
}
