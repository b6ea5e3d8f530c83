package planner

import (
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
	"tminus/reminders"
)

// SMSHold is a limit that holds SMS back.
type SMSHold struct {
	Number  string // E.164; empty: the company's limit of a month
	Limit   int    // messages to the number in a day, or parts in a month
	Waiting int    // messages that wait for it
	From    time.Time
	Until   time.Time // the span that the limit is for, UTC
}

// smsLimit holds back SMS that would pass a limit: so many messages to a number in a day, so many parts in a month. Days
// and months are those of the company's zone. It counts inside the transaction of a claim, which holds the database's
// write lock, so that two claims never take the same room.
type smsLimit struct {
	p        *Planner
	l        *loader
	now      time.Time
	settings collections.SMSSettings
	claim    []string // the ids of the claim: what of it goes is counted here
	day      collections.Span
	month    collections.Span
	numbers  map[string]int // messages of today by number, those let go included
	parts    *int           // of this month, likewise
	holds    []*SMSHold
}

// smsLimit gives the limit for the rows of a claim; nil where none of them is an SMS.
func (p *Planner) smsLimit(l *loader, rows []*collections.Delivery, now time.Time) (*smsLimit, error) {
	s := &smsLimit{p: p, l: l, now: now, numbers: map[string]int{}}
	for _, d := range rows {
		if d.Channel == notifiers.SMS {
			s.claim = append(s.claim, d.ID)
		}
	}
	if len(s.claim) == 0 {
		return nil, nil
	}
	var err error
	if s.settings, err = l.smsSettings(); err != nil {
		return nil, err
	}
	zone := p.Company(l.app).Zone
	s.day.From, s.day.To = reminders.DayOf(now, zone)
	s.month.From, s.month.To = reminders.MonthOf(now, zone, 0)
	return s, nil
}

// look holds a message back that may otherwise go, or counts it.
func (s *smsLimit) look(d *collections.Delivery, look outbox.Look) (outbox.Look, error) {
	if s == nil || d.Channel != notifiers.SMS || look.Status != "" || !look.Until.IsZero() {
		return look, nil
	}
	today, err := s.today(d.Address)
	if err != nil {
		return look, err
	}
	if today >= s.settings.DailyCap {
		return s.hold(d, d.Address, s.settings.DailyCap, s.day, reminders.ReasonDailyLimit), nil
	}
	if s.settings.MonthlyCap > 0 {
		used, err := s.used()
		if err != nil {
			return look, err
		}
		own := partsOf(d)
		if used+own > s.settings.MonthlyCap {
			return s.hold(d, "", s.settings.MonthlyCap, s.month, reminders.ReasonMonthlyLimit), nil
		}
		*s.parts += own
	}
	s.numbers[d.Address]++
	return look, nil
}

// today counts the messages to a number.
func (s *smsLimit) today(number string) (int, error) {
	if n, known := s.numbers[number]; known {
		return n, nil
	}
	n, err := collections.SMSTo(s.l.app, number, s.day, s.claim)
	if err != nil {
		return 0, fmt.Errorf("count the SMS to a number: %w", err)
	}
	s.numbers[number] = n
	return n, nil
}

// used counts the parts of the month.
func (s *smsLimit) used() (int, error) {
	if s.parts != nil {
		return *s.parts, nil
	}
	n, err := collections.SMSParts(s.l.app, s.month, s.claim)
	if err != nil {
		return 0, fmt.Errorf("count the SMS of the month: %w", err)
	}
	s.parts = &n
	return n, nil
}

func partsOf(d *collections.Delivery) int {
	var m notifiers.Message
	if d.MessageJSON(&m) != nil {
		return 1
	}
	return max(1, m.Parts)
}

// hold puts a message back until the limit's span ends, or its event starts, which ends the message.
func (s *smsLimit) hold(d *collections.Delivery, number string, limit int, span collections.Span, reason string) outbox.Look {
	look := outbox.Look{Until: span.To, Reason: reason}
	if event := s.l.event(d.Event); event != nil {
		if start := event.PlannedStart(); start.After(s.now) && start.Before(look.Until) {
			look.Until = start
		}
	}
	for _, h := range s.holds {
		if h.Number == number {
			h.Waiting++
			return look
		}
	}
	s.holds = append(s.holds, &SMSHold{Number: number, Limit: limit, Waiting: 1, From: span.From, Until: span.To})
	return look
}

// tell alerts the administrators to what is held: the messages of this claim, and those that wait behind them.
func (s *smsLimit) tell(tx core.App) error {
	if s == nil || len(s.holds) == 0 {
		return nil
	}
	s.p.wakeAfter(tx)
	for _, h := range s.holds {
		behind, err := collections.SMSWaiting(tx, h.Number, h.Until)
		if err != nil {
			return fmt.Errorf("count the SMS that wait: %w", err)
		}
		h.Waiting += behind
		if err := s.p.Alerts.SMSHeld(tx, *h); err != nil {
			return fmt.Errorf("tell that SMS are held: %w", err)
		}
	}
	return nil
}
