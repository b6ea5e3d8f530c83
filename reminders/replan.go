package reminders

import (
	"time"

	"tminus/notifiers"
)

// The statuses and reasons that planning knows. They are stored with the reminder, and the screens translate them.
const (
	Pending   = "pending"
	Sending   = "sending"
	Skipped   = "skipped"
	Cancelled = "cancelled"

	ReasonTimePassed     = "time passed"
	ReasonSuperseded     = "superseded"
	ReasonEventStarted   = "event started"
	ReasonEventCancelled = "event cancelled"
	ReasonEventCompleted = "event completed"
	ReasonByHand         = "by hand"
	ReasonAutoOff        = "automatic reminders off"
	ReasonPlanChanged    = "plan changed"
	ReasonAlreadySent    = "already sent"
	ReasonEventMoved     = "event moved"
	ReasonReassigned     = "no longer a recipient"

	ReasonEventDeleted   = "event deleted"
	ReasonNoRecipient    = "no recipient"
	ReasonInactive       = "recipient inactive"
	ReasonSwitchedOff    = "channel switched off"
	ReasonNotConfigured  = "channel not configured"
	ReasonNotWanted      = "switched off by the recipient"
	ReasonNoEmail        = "no email address"
	ReasonNoPhone        = "no phone number"
	ReasonNoWeChat       = "no WeChat account"
	ReasonAddressRefused = "address refused"
	ReasonBadPhone       = "unusable phone number"
	ReasonFixedLine      = "a fixed line gets no SMS"
	ReasonNotFollowing   = notifiers.ReasonNotFollowing // as the provider says it too
	ReasonNoConsent      = notifiers.ReasonNoConsent    // likewise
	ReasonDailyLimit     = "held: daily SMS limit"      // of the number; it waits for the next day, or for a higher limit
	ReasonMonthlyLimit   = "held: monthly SMS limit"    // of the company
)

// HeldReasons are those of messages that wait until a limit lets them go.
var HeldReasons = []string{ReasonDailyLimit, ReasonMonthlyLimit}

// Slot is a step of the plan with the instant at which it is due for the event.
type Slot struct {
	Step string
	Due  time.Time
}

// Row is a reminder that exists.
type Row struct {
	ID         string
	Step       string // empty for a manual reminder
	Status     string
	Reason     string
	SendAt     time.Time
	PlannedFor time.Time // the event's start that it was planned for
	HandTimed  bool      // a person set its time
}

// State is all that planning depends on.
type State struct {
	Now    time.Time
	Start  time.Time
	Closed string // ReasonEventCancelled, ReasonEventCompleted, or empty
	Auto   bool   // whether the event has planned reminders at all
	Slots  []Slot
	Rows   []Row
}

// Change is what planning does to one reminder. An empty Row creates one for Step.
type Change struct {
	Row    string
	Step   string
	Status string
	Reason string
	SendAt time.Time
}

// Replan compares the reminders of an event with what its plan asks for, and gives the changes. Applied, they leave
// nothing to change: Replan is idempotent. Rows that were sent, are being sent or were taken away by hand stay.
func Replan(s State) []Change {
	changes := manual(s)
	taken := map[string]bool{}
	if s.Closed == "" && s.Auto {
		changes = append(changes, planned(s, taken)...)
	}
	for _, r := range s.Rows {
		if r.Step == "" || taken[r.ID] || r.Status != Pending {
			continue
		}
		changes = append(changes, Change{Row: r.ID, Step: r.Step, Status: Cancelled, Reason: dropReason(s, r.Step), SendAt: r.SendAt})
	}
	return changes
}

func dropReason(s State, step string) string {
	switch {
	case s.Closed != "":
		return s.Closed
	case !s.Auto:
		return ReasonAutoOff
	}
	for _, slot := range s.Slots {
		if slot.Step == step { // the plan still has it, so another row has served this start
			return ReasonAlreadySent
		}
	}
	return ReasonPlanChanged
}

// manual closes and reopens the reminders that people made; their time is their own.
func manual(s State) []Change {
	var changes []Change
	for _, r := range s.Rows {
		if r.Step != "" {
			continue
		}
		switch {
		case s.Closed != "" && r.Status == Pending:
			changes = append(changes, Change{Row: r.ID, Status: Cancelled, Reason: s.Closed, SendAt: r.SendAt})
		case s.Closed == "" && revivable(r) && r.SendAt.After(s.Now):
			changes = append(changes, Change{Row: r.ID, Status: Pending, SendAt: r.SendAt})
		}
	}
	return changes
}

// planned holds the rows of the plan's steps against their slots, and marks those it has dealt with.
func planned(s State, taken map[string]bool) []Change {
	var changes []Change
	var nearest *Slot // the last step whose time has passed
	nearestRow := ""
	live := false // something for this start is pending, was sent, or was decided by hand
	for i := range s.Slots {
		slot := s.Slots[i]
		if slot.Due.After(s.Start) {
			continue
		}
		row, done := rowFor(s, slot.Step)
		if done {
			live = true
			continue
		}
		if row == nil {
			if slot.Due.After(s.Now) {
				live = true
				changes = append(changes, Change{Step: slot.Step, Status: Pending, SendAt: slot.Due})
			} else if nearest == nil || !slot.Due.Before(nearest.Due) {
				nearest, nearestRow = &s.Slots[i], ""
			}
			continue
		}
		taken[row.ID] = true
		change, ahead := settle(s, *row, slot)
		if ahead {
			live = true
		} else if nearest == nil || !slot.Due.Before(nearest.Due) {
			nearest, nearestRow = &s.Slots[i], row.ID
		}
		if change != nil {
			changes = append(changes, *change)
		}
	}
	if live || nearest == nil || !s.Start.After(s.Now) {
		return changes
	}
	return shortNotice(s, changes, *nearest, nearestRow)
}

// shortNotice makes the nearest step due now, in its own row if it has one.
func shortNotice(s State, changes []Change, nearest Slot, row string) []Change {
	notice := Change{Row: row, Step: nearest.Step, Status: Pending, SendAt: s.Now}
	for i := range changes {
		if row != "" && changes[i].Row == row {
			changes[i] = notice
			return changes
		}
	}
	return append(changes, notice)
}

// rowFor gives the row of a step that planning may still change, or says that the step is done with for this start.
func rowFor(s State, step string) (row *Row, done bool) {
	for i := range s.Rows {
		r := &s.Rows[i]
		if r.Step != step {
			continue
		}
		switch {
		case r.Status == Pending, revivable(*r):
			row = r
		case r.Status == Cancelled && r.Reason == ReasonByHand:
			return nil, true
		case r.PlannedFor.Equal(s.Start): // sent, sending, failed, or skipped at its time, for this very start
			return nil, true
		}
	}
	return row, false
}

// revivable says whether a row was set aside by planning itself.
func revivable(r Row) bool {
	switch r.Status {
	case Skipped:
		return r.Reason == ReasonTimePassed
	case Cancelled:
		switch r.Reason {
		case ReasonEventCancelled, ReasonEventCompleted, ReasonAutoOff, ReasonPlanChanged, ReasonAlreadySent,
			ReasonEventMoved, ReasonReassigned:
			return true
		}
		return false
	default:
		return false
	}
}

// settle moves, keeps, revives or skips one row; ahead says whether it is to be sent.
func settle(s State, r Row, slot Slot) (change *Change, ahead bool) {
	due := slot.Due
	if r.HandTimed {
		due = r.SendAt
	}
	if due.After(s.Now) {
		if r.Status == Pending && r.SendAt.Equal(due) && r.PlannedFor.Equal(s.Start) {
			return nil, true
		}
		return &Change{Row: r.ID, Step: r.Step, Status: Pending, SendAt: due}, true
	}
	if r.Status != Pending {
		return nil, false
	}
	// Due already and not moved: the sender is about to take it.
	if !r.SendAt.After(s.Now) && (r.HandTimed || r.PlannedFor.Equal(s.Start)) {
		return nil, true
	}
	return &Change{Row: r.ID, Step: r.Step, Status: Skipped, Reason: ReasonTimePassed, SendAt: due}, false
}
