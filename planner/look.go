package planner

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/outbox"
	"tminus/reminders"
)

// LastLook implements outbox.Source: everything that a message depends on is read again.
func (p *Planner) LastLook(tx core.App, rows []*collections.Delivery, now time.Time) ([]outbox.Look, error) {
	l := load(tx)
	about, err := remindersByID(tx, rows)
	if err != nil {
		return nil, err
	}
	limit, err := p.smsLimit(l, rows, now)
	if err != nil {
		return nil, err
	}
	if err := l.ahead(slices.Collect(maps.Values(about))); err != nil {
		return nil, fmt.Errorf("read what claimed messages are about: %w", err)
	}
	looks := make([]outbox.Look, len(rows))
	for i, d := range rows {
		switch d.Kind {
		case collections.KindReminder:
			looks[i], err = p.lookAtReminder(l, d, about[d.Reminder], now)
		case collections.KindTest, collections.KindSystem:
			// Asked for by a person a moment ago, to an address that the person gave.
		default:
			looks[i] = p.lookAtReport(l, d, now)
		}
		if err != nil {
			return nil, err
		}
		if looks[i], err = limit.look(d, looks[i]); err != nil {
			return nil, err
		}
	}
	return looks, limit.tell(tx)
}

func remindersByID(tx core.App, rows []*collections.Delivery) (map[string]*collections.Reminder, error) {
	var ids []string
	for _, d := range rows {
		if d.Reminder != "" && !slices.Contains(ids, d.Reminder) {
			ids = append(ids, d.Reminder)
		}
	}
	found, err := collections.FindMany[collections.Reminder](tx, collections.Reminders, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*collections.Reminder, len(found))
	for _, r := range found {
		byID[r.Id] = r
	}
	return byID, nil
}

func cancelled(reason string) outbox.Look {
	return outbox.Look{Status: collections.DeliveryCancelled, Reason: reason}
}

func skipped(reason string) outbox.Look {
	return outbox.Look{Status: collections.DeliverySkipped, Reason: reason}
}

// lookAtReport looks at digests and alerts: their reader may have left, unsubscribed, or changed the address.
func (p *Planner) lookAtReport(l *loader, d *collections.Delivery, now time.Time) outbox.Look {
	zone := p.Company(l.app).Zone
	if d.Kind == collections.KindDigest && reminders.DaysLeft(d.Created.Time(), now, zone) < 0 {
		return skipped(reminders.ReasonTimePassed) // yesterday's "today" helps nobody
	}
	if !p.Channels.Configured(d.Channel) {
		return skipped(reminders.ReasonNotConfigured)
	}
	if d.User == "" {
		return outbox.Look{}
	}
	user := l.user(d.User)
	switch {
	case user == nil || !user.Active():
		return skipped(reminders.ReasonInactive)
	case d.Kind == collections.KindDigest && !user.Preferences().Digest:
		return cancelled(reminders.ReasonNotWanted)
	}
	return outbox.Look{}
}

func (p *Planner) lookAtReminder(l *loader, d *collections.Delivery, r *collections.Reminder, now time.Time) (outbox.Look, error) {
	if r == nil {
		return cancelled("reminder deleted"), nil
	}
	event := l.event(r.Event())
	if event == nil {
		return cancelled(reminders.ReasonEventDeleted), nil
	}
	if reason := closedReason(event); reason != "" {
		return cancelled(reason), nil
	}
	if r.Status() == collections.ReminderCancelled {
		return cancelled(r.StatusReason()), nil
	}
	to, ok := stillRecipient(l, d, r)
	if !ok {
		return cancelled(reminders.ReasonReassigned), nil
	}
	var made basis
	if err := json.Unmarshal([]byte(d.Basis), &made); err != nil {
		made = basis{Due: r.SendAt()}
	}
	if look, stop, err := p.timeliness(l, r, event, made, now); stop || err != nil {
		return look, err
	}
	reason, err := p.obstacle(l, r, to, d.Channel)
	if err != nil {
		return outbox.Look{}, err
	}
	if reason != "" {
		return skipped(reason), nil
	}
	if until := p.quiet(l.app, to, d.Channel, event, now); !until.IsZero() {
		return outbox.Look{Until: until}, nil
	}
	return p.freshen(l, d, event, r, to, made, now)
}

func stillRecipient(l *loader, d *collections.Delivery, r *collections.Reminder) (recipient, bool) {
	for _, to := range recipientsOf(l, r) {
		if to.userID() == d.User && to.contactID() == d.Contact {
			return to, true
		}
	}
	return recipient{}, false
}

// timeliness stops what an outage, a retry or a move made pointless.
func (p *Planner) timeliness(l *loader, r *collections.Reminder, event *collections.Event, made basis, now time.Time) (outbox.Look, bool, error) {
	planned := r.Origin() == collections.OriginPlan
	if planned && !made.Start.Equal(event.PlannedStart()) && !r.IsDetached(collections.ReminderSendAt) {
		return cancelled(reminders.ReasonEventMoved), true, nil
	}
	if !reminders.IsLate(made.Due, now) {
		return outbox.Look{}, false, nil
	}
	if !reminders.Ahead(now, event.PlannedStart(), reminders.DueReminder{Planned: planned, SendAt: made.Due}) {
		return skipped(reminders.ReasonEventStarted), true, nil
	}
	if !planned {
		return outbox.Look{}, false, nil
	}
	newer, err := collections.NewerPlannedDue(l.app, event.Id, r.SendAt(), now)
	if err != nil {
		return outbox.Look{}, false, err
	}
	if newer {
		return skipped(reminders.ReasonSuperseded), true, nil
	}
	return outbox.Look{}, false, nil
}

// freshen makes the message anew if it no longer says the truth. One that the provider may have got keeps its words.
func (p *Planner) freshen(l *loader, d *collections.Delivery, event *collections.Event, r *collections.Reminder, to recipient, made basis, now time.Time) (outbox.Look, error) {
	late := reminders.IsLate(made.Due, now)
	day := now.In(event.Zone(p.Company(l.app).Zone)).Format(time.DateOnly)
	stale := !made.Updated.Equal(event.Updated()) || !made.Start.Equal(event.PlannedStart()) || made.Day != day ||
		made.Noted != (now.Sub(made.Due) > lateNoteAfter) || d.Address != to.address(d.Channel)
	if d.PossibleDuplicate || !d.DoubtSince.IsZero() || (!stale && late == d.Late) {
		return outbox.Look{}, nil
	}
	if !stale {
		d.Late = late
		return outbox.Look{Rewritten: true}, nil
	}
	d.Address = to.address(d.Channel)
	return outbox.Look{Rewritten: true}, p.write(l, d, event, r, to, made.Due, now)
}
