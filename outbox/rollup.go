package outbox

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/collections"
)

// RollUp brings reminders into line with their deliveries, inside the transaction that changed those. It gives the ids
// of the reminders that changed, for Engine.Announce after the commit.
func RollUp(tx core.App, reminders []string, now time.Time) ([]string, error) {
	return rollUp(tx, reminders, now)
}

func rollUp(tx core.App, reminders []string, now time.Time) ([]string, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(reminders), func(s string) bool { return s == "" }))))
	if len(ids) == 0 {
		return nil, nil
	}
	tallies, err := collections.TallyDeliveries(tx, ids)
	if err != nil {
		return nil, err
	}
	byReminder := map[string][]collections.Tally{}
	for _, t := range tallies {
		byReminder[t.Reminder] = append(byReminder[t.Reminder], t)
	}
	var changed []string
	for id, group := range byReminder {
		state := summarize(id, group)
		did, err := collections.WriteReminderState(tx, state, now)
		if err != nil {
			return nil, err
		}
		if !did {
			continue
		}
		changed = append(changed, id)
		if state.Status != collections.ReminderSending {
			if err := auditEnd(tx, state, group[0].Event, now); err != nil {
				return nil, err
			}
		}
	}
	return changed, nil
}

// auditEnd tells the history what came of a reminder.
func auditEnd(tx core.App, s collections.ReminderState, event string, now time.Time) error {
	changes := map[string][2]any{"status": {collections.ReminderSending, s.Status}}
	if s.Reason != "" {
		changes["status_reason"] = [2]any{"", s.Reason}
	}
	return collections.WriteAudit(tx, collections.Audit{
		Actor: "system", Action: "update", Collection: collections.Reminders, Record: s.ID,
		Event: event, Changes: changes,
	}, now)
}

// sum counts a reminder's deliveries over all channels, with a reason for each kind of end.
type sum struct {
	open, sent, failed, skipped             int
	failReason, skipReason, cancelledReason string
}

// summarize gives the state of a reminder from the counts of its deliveries. It is pure.
func summarize(id string, group []collections.Tally) collections.ReminderState {
	s := collections.ReminderState{ID: id}
	channels := map[string]collections.ChannelCount{}
	var all sum
	for _, t := range group {
		c := channels[t.Channel]
		switch t.Status {
		case collections.DeliveryQueued, collections.DeliverySending, collections.DeliveryUnknown:
			all.open, c.Queued = all.open+t.Count, c.Queued+t.Count
		case collections.DeliverySent, collections.DeliveryDelivered:
			all.sent, c.Sent = all.sent+t.Count, c.Sent+t.Count
			s.SentAt, s.Late = earlier(s.SentAt, t.SentAt), s.Late || t.Late
		case collections.DeliveryFailed:
			all.failed, c.Failed, all.failReason = all.failed+t.Count, c.Failed+t.Count, t.Error
		case collections.DeliverySkipped:
			all.skipped, c.Skipped, all.skipReason = all.skipped+t.Count, c.Skipped+t.Count, t.Error
		case collections.DeliveryCancelled:
			all.cancelledReason = t.Error
		}
		if t.Error != "" && t.Status != collections.DeliveryCancelled {
			c.Error = t.Error
		}
		channels[t.Channel] = c
	}
	all.conclude(&s)
	raw, _ := json.Marshal(channels) // maps of plain structs cannot fail
	s.ChannelStatus = string(raw)
	return s
}

// conclude sets the status that the counts come to.
func (all sum) conclude(s *collections.ReminderState) {
	switch {
	case all.open > 0:
		s.Status = collections.ReminderSending
	case all.sent > 0 && all.failed > 0:
		s.Status, s.Reason = collections.ReminderPartial, all.failReason
	case all.sent > 0:
		s.Status = collections.ReminderSent
	case all.failed > 0:
		s.Status, s.Reason = collections.ReminderFailed, all.failReason
	case all.skipped > 0:
		s.Status, s.Reason = collections.ReminderSkipped, all.skipReason
	default:
		// Nobody is left to send it to. A reminder that the planner has taken back is pending again, and stays so.
		s.Status, s.Reason, s.OnlyFrom = collections.ReminderCancelled, all.cancelledReason, collections.ReminderSending
	}
}

// earlier gives the earlier of two moments; an empty one does not count.
func earlier(t time.Time, stored string) time.Time {
	at, err := types.ParseDateTime(stored)
	if err != nil || at.IsZero() || (!t.IsZero() && t.Before(at.Time())) {
		return t
	}
	return at.Time()
}
