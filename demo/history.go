package demo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/outbox"
)

// list reads words that are separated by spaces.
func list(words string) []string { return strings.Fields(words) }

// episode is something that people did.
type episode struct {
	at time.Time
	do func() error
}

// playHistory lets people and planner act in the order of time, up to the present.
func (f *filling) playHistory() error {
	episodes := f.remarks()
	for _, v := range visits {
		episodes = append(episodes, f.life(v)...)
	}
	slices.SortStableFunc(episodes, func(a, b episode) int { return a.at.Compare(b.at) })
	for _, e := range episodes {
		if err := f.advance(e.at); err != nil {
			return err
		}
		f.o.Clock.Show(e.at)
		if err := e.do(); err != nil {
			return err
		}
	}
	if err := f.advance(f.now); err != nil {
		return err
	}
	f.o.Clock.Follow()
	return f.app.RunInTransaction(collections.DateByAudit)
}

// life gives what happens to an event up to the present.
func (f *filling) life(v visit) []episode {
	start := v.start(f.now, f.zone)
	before := func(days int) time.Time { return start.AddDate(0, 0, -days) }
	made := earlier(f.powered(before(cmp.Or(v.ahead, 24)).Add(-17*time.Minute)), f.now.Add(-6*time.Hour))
	change := func(what string, at time.Time, edit func(*collections.Event)) episode {
		return episode{f.powered(at), func() error { return f.change(v, what, edit) }}
	}
	episodes := []episode{{made, func() error { return f.enter(v, start.AddDate(0, 0, -v.rescheduled)) }}}
	if v.rescheduled != 0 {
		episodes = append(episodes, change("reschedule", f.now.Add(-50*time.Hour), func(e *collections.Event) { e.SetPlannedStart(start) }))
	}
	if v.status == cancelled {
		at := earlier(before(v.cancelled).Add(-90*time.Minute), f.now.Add(-30*time.Hour))
		return append(episodes, change("cancel", at, func(e *collections.Event) { e.SetStatus(cancelled) }))
	}
	if v.status != planned {
		at := made.Add(min(27*time.Hour, start.Sub(made)/2, f.now.Sub(made)/2))
		episodes = append(episodes, change("confirm", at, func(e *collections.Event) { e.SetStatus(confirmed) }))
	}
	if v.status == inProgress || v.status == completed {
		began := start.Add(4 * time.Minute)
		episodes = append(episodes, change("begin", began, func(e *collections.Event) {
			e.SetStatus(inProgress)
			e.SetActualStart(began)
		}))
	}
	if v.status == completed {
		ended := start.Add(v.length() - 6*time.Minute)
		episodes = append(episodes, change("complete", ended, func(e *collections.Event) {
			e.SetStatus(completed)
			e.SetActualEnd(ended)
		}))
	}
	return episodes
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// enter saves a new event.
func (f *filling) enter(v visit, start time.Time) error {
	e, err := collections.NewEvent(f.app)
	if err != nil {
		return err
	}
	customer := f.customers[v.customer]
	e.SetTitle(v.title)
	e.SetType(v.kind)
	e.SetCustomer(customer.Id)
	e.SetContactPerson(f.contacts[v.contact].Id)
	e.SetLocation(cmp.Or(v.where, customer.Address()))
	e.SetPlannedStart(start)
	e.SetPlannedEnd(start.Add(v.length()))
	e.SetSalesResponsible(f.users[v.lead].Id)
	e.SetAssignedStaff(f.ids(list(v.team)...))
	e.SetDescription(v.about)
	e.SetAutoReminders(true)
	e.SetReminderPlan(f.plans[v.plan])
	by := cmp.Or(v.by, v.lead)
	e.SetCreatedBy(f.users[by].Id)
	if err := f.app.SaveWithContext(f.as(by), e); err != nil {
		return fmt.Errorf("enter %q: %w", v.title, err)
	}
	f.events[v.name()] = e.Id
	return nil
}

// name is how the story finds an event again.
func (v visit) name() string { return cmp.Or(v.key, v.title) }

// change saves a change of an event by its responsible person.
func (f *filling) change(v visit, what string, edit func(*collections.Event)) error {
	e, err := collections.Find[collections.Event](f.app, collections.Events, f.events[v.name()])
	if err != nil {
		return fmt.Errorf("find %q to %s it: %w", v.title, what, err)
	}
	edit(e)
	if err := f.app.SaveWithContext(f.as(v.lead), e); err != nil {
		return fmt.Errorf("%s %q: %w", what, v.title, err)
	}
	return nil
}

// maxTurns bounds the history: a row that never settles must not hang the demo.
const maxTurns = 5000

// advance lets everything fall due until to, and deals with it as the engine does.
func (f *filling) advance(to time.Time) error {
	for range maxTurns {
		at, ok, err := f.nextTurn()
		if err != nil {
			return fmt.Errorf("look for what is due next: %w", err)
		}
		at = f.powered(at)
		if !ok || at.After(to) {
			return nil
		}
		f.o.Clock.Show(at)
		if err := f.turn(at); err != nil {
			return fmt.Errorf("deliver what was due at %s: %w", at, err)
		}
	}
	return errors.New("the history does not come to an end")
}

// nextTurn gives the time at which the next reminder or message is due.
func (f *filling) nextTurn() (next time.Time, found bool, err error) {
	take := func(at time.Time, ok bool, e error) {
		err = errors.Join(err, e)
		if ok && (!found || at.Before(next)) {
			next, found = at, true
		}
	}
	take(collections.NextDueReminder(f.app, nil))
	for _, channel := range collections.Channels {
		take(collections.NextQueued(f.app, channel))
		take(collections.NextUnknown(f.app, channel))
	}
	return next, found, err
}

// turn fans out and sends what is due at one moment.
func (f *filling) turn(at time.Time) error {
	return f.app.RunInTransaction(func(tx core.App) error {
		for more := true; more; {
			touched, again, err := f.o.Planner.FanOut(tx, at, 100)
			if err != nil {
				return err
			}
			if _, err := outbox.RollUp(tx, touched, at); err != nil {
				return err
			}
			more = again
		}
		for _, channel := range collections.Channels {
			if err := f.send(tx, channel, at); err != nil {
				return fmt.Errorf("%s: %w", channel, err)
			}
		}
		return nil
	})
}
