package planner

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/reminders"
)

// FanOut implements outbox.Source: it turns reminders that are due into deliveries, one per recipient and channel.
func (p *Planner) FanOut(tx core.App, now time.Time, limit int) (touched []string, more bool, err error) {
	due, err := collections.DueReminders(tx, now, int64(limit/2), p.sick.ids(now))
	if err != nil {
		return nil, false, fmt.Errorf("find due reminders: %w", err)
	}
	l := load(tx)
	if err := l.ahead(due); err != nil {
		return nil, false, fmt.Errorf("read what due reminders are about: %w", err)
	}
	done := map[string]bool{}
	rows := 0
	for _, r := range due {
		if done[r.Id] {
			continue
		}
		if rows >= limit {
			return touched, true, nil
		}
		siblings, err := p.dueOf(l, r, due, now)
		if err != nil {
			return nil, false, err
		}
		n, err := p.fanOutEvent(l, siblings, now)
		if err != nil {
			p.sick.add(r.Event(), now)
			return nil, false, fmt.Errorf("fan out the reminders of event %s: %w", r.Event(), err)
		}
		rows += n
		for _, s := range siblings {
			done[s.Id] = true
			touched = append(touched, s.Id)
		}
	}
	return touched, len(due) == limit/2, nil
}

// dueOf gives the due reminders of r's event. They are judged together, so none may be left to the next batch.
func (p *Planner) dueOf(l *loader, r *collections.Reminder, batch []*collections.Reminder, now time.Time) ([]*collections.Reminder, error) {
	var siblings []*collections.Reminder
	if !reminders.IsLate(r.SendAt(), now) { // sent whatever the others are
		for _, s := range batch {
			if s.Event() == r.Event() && s.Status() == collections.ReminderPending {
				siblings = append(siblings, s)
			}
		}
		return siblings, nil
	}
	all, err := collections.RemindersOf(l.app, r.Event())
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.Status() == collections.ReminderPending && !s.SendAt().IsZero() && !s.SendAt().After(now) {
			siblings = append(siblings, s)
		}
	}
	return siblings, nil
}

// fanOutEvent deals with the due reminders of one event, and says how many rows it wrote.
func (p *Planner) fanOutEvent(l *loader, due []*collections.Reminder, now time.Time) (rows int, err error) {
	event := l.event(due[0].Event())
	if event == nil { // SQL deleted it
		for _, r := range due {
			if err := end(l.app, r, collections.ReminderCancelled, reminders.ReasonEventDeleted, now); err != nil {
				return 0, err
			}
		}
		return len(due), nil
	}
	var judged []reminders.DueReminder
	for _, r := range due {
		planned := r.Origin() == collections.OriginPlan
		if planned && !r.PlannedFor().Equal(event.PlannedStart()) && !r.PlannedFor().IsZero() {
			// SQL moved the event behind the planner's back.
			return len(due), p.Replan(WithActor(context.Background(), System), l.app, event)
		}
		judged = append(judged, reminders.DueReminder{ID: r.Id, Planned: planned, SendAt: r.SendAt()})
	}
	verdicts := reminders.Judge(now, event.PlannedStart(), judged)
	for _, r := range due {
		n, err := p.fanOutOne(l, event, r, verdicts[r.Id], now)
		if err != nil {
			return rows, err
		}
		rows += n
	}
	return rows, nil
}

func (p *Planner) fanOutOne(l *loader, event *collections.Event, r *collections.Reminder, v reminders.Verdict, now time.Time) (int, error) {
	if reason := closedReason(event); reason != "" {
		return 1, end(l.app, r, collections.ReminderCancelled, reason, now)
	}
	if !v.Send {
		return 1, end(l.app, r, collections.ReminderSkipped, v.Reason, now)
	}
	return p.send(l, r, now, false)
}

// end writes the end of a reminder that is not sent, with its audit.
func end(tx core.App, r *collections.Reminder, status, reason string, now time.Time) error {
	_, err := collections.WriteReminderState(tx, collections.ReminderState{ID: r.Id, Status: status, Reason: reason, ChannelStatus: "{}"}, now)
	if err != nil {
		return err
	}
	return collections.WriteAudit(tx, collections.Audit{
		Actor: System.ID, Action: "update", Collection: collections.Reminders, Record: r.Id, Event: r.Event(),
		Changes: map[string][2]any{"status": {r.Status(), status}, "status_reason": {r.StatusReason(), reason}},
	}, now)
}

// SendNow fans out a pending reminder at once, whatever its time; false if it is no longer pending. It must be called
// inside a transaction; the caller wakes the outbox after the commit.
func (p *Planner) SendNow(tx core.App, r *collections.Reminder) (bool, error) {
	fresh, err := collections.Find[collections.Reminder](tx, collections.Reminders, r.Id) // it may have been edited since
	if err != nil {
		return false, err
	}
	n, err := p.send(load(tx), fresh, p.Now().UTC(), true)
	return n > 0, err
}

// send takes a pending reminder and queues its messages; 0 rows if it was no longer pending.
func (p *Planner) send(l *loader, r *collections.Reminder, now time.Time, byHand bool) (rows int, err error) {
	generation, ok, err := collections.TakeReminder(l.app, r, now)
	if err != nil || !ok {
		return 0, err
	}
	made, err := p.expand(l, r, generation, now, byHand)
	if err != nil {
		return 0, err
	}
	if made == 0 {
		r.SetStatus(collections.ReminderSending, "")
		return 1, end(l.app, r, collections.ReminderSkipped, reminders.ReasonNoRecipient, now)
	}
	return made + 1, nil
}

// expand queues one delivery per recipient and channel, unless it is there already, and says how many there are now.
func (p *Planner) expand(l *loader, r *collections.Reminder, generation int, now time.Time, byHand bool) (int, error) {
	event := l.event(r.Event())
	made := 0
	for _, to := range recipientsOf(l, r) {
		for _, channel := range r.Channels() {
			key := fmt.Sprintf("reminder/%s/%d/%s/%s", r.Id, generation, to.key(), channel)
			d, err := p.delivery(l, event, r, to, channel, key, now, byHand)
			if err != nil {
				return made, err
			}
			if _, err := collections.InsertDelivery(l.app, d, now); err != nil {
				return made, fmt.Errorf("queue the %s message to %s: %w", channel, to.key(), err)
			}
			made++
		}
	}
	return made, nil
}

// delivery gives the row for one recipient on one channel: queued with its message, or skipped with the reason.
func (p *Planner) delivery(l *loader, event *collections.Event, r *collections.Reminder, to recipient, channel, key string, now time.Time, byHand bool) (*collections.Delivery, error) {
	d := &collections.Delivery{
		ID: collections.DeliveryID(key), Key: key, Kind: collections.KindReminder, Reminder: r.Id, Event: event.Id,
		User: to.userID(), Contact: to.contactID(), Channel: channel, Address: to.address(channel),
		Status: collections.DeliveryQueued, Subject: r.Title(),
	}
	reason, err := p.obstacle(l, r, to, channel)
	if err != nil {
		return nil, err
	}
	if reason != "" {
		d.Status, d.Error = collections.DeliverySkipped, reason
		return d, nil
	}
	due := r.SendAt()
	if byHand || due.After(now) {
		due = now
	}
	if until := p.quiet(l.app, to, channel, event, now); !until.IsZero() {
		due, d.NextAttemptAt = until, collections.DateTime(until)
	}
	return d, p.write(l, d, event, r, to, due, now)
}

// basis is what a message was made from, to find out at the last look whether it still says the truth.
type basis struct {
	Due     time.Time `json:"due"`   // when it should leave
	Start   time.Time `json:"start"` // of the event
	Updated time.Time `json:"updated"`
	Day     string    `json:"day"` // the date in the event's zone, which "in 3 days" counts from
	Noted   bool      `json:"noted,omitempty"`
}

// lateNoteAfter is the delay from which a message says that it is late: minutes need no apology.
const lateNoteAfter = time.Hour

// write makes the message of a delivery.
func (p *Planner) write(l *loader, d *collections.Delivery, event *collections.Event, r *collections.Reminder, to recipient, due, now time.Time) error {
	b := basis{
		Due: due.UTC(), Start: event.PlannedStart(), Updated: event.Updated(),
		Day: now.In(event.Zone(p.Company(l.app).Zone)).Format(time.DateOnly), Noted: now.Sub(due) > lateNoteAfter,
	}
	m := p.message(l, event, r, to, b, now)
	m.ID, m.Kind, m.CreatedAt = d.ID, d.Kind, now.UTC().Truncate(time.Second)
	m.To.Name, m.To.Address = to.name(), d.Address
	p.approve(&m, d.Channel, p.approved(l, r, to), p.vars(l, event, to, now))
	if m.Channel == notifiers.Email {
		m.Values = nil // mails take no template
	}
	if err := p.weigh(l, &m); err != nil {
		return err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("store the message: %w", err)
	}
	made, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("store what the message was made from: %w", err)
	}
	d.Subject, d.Message, d.Basis, d.Late = m.Subject, string(raw), string(made), reminders.IsLate(due, now)
	return nil
}

// sickFor is how long the reminders of an event that cannot be fanned out are passed over. It is short, because the
// cause may have been the database's and not the event's, and the event must not pay for that.
const sickFor = 10 * time.Second

// sickList holds the events whose fan-out failed, so that one that is broken does not keep everybody else waiting.
type sickList struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (s *sickList) add(event string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil {
		s.until = map[string]time.Time{}
	}
	s.until[event] = now.Add(sickFor)
}

// next gives the time at which the first of them gets another chance.
func (s *sickList) next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first time.Time
	for _, until := range s.until {
		if first.IsZero() || until.Before(first) {
			first = until
		}
	}
	return first, !first.IsZero()
}

// ids gives the events that are passed over at now. A clock that was set back makes nobody wait for longer.
func (s *sickList) ids(now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id, until := range s.until {
		if left := until.Sub(now); left > 0 && left <= sickFor {
			ids = append(ids, id)
		} else {
			delete(s.until, id)
		}
	}
	return ids
}
