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
			if err := auditEnd(tx, state, now); err != nil {
				return nil, err
			}
		}
	}
	return changed, nil
}

// auditEnd tells the history what came of a reminder.
func auditEnd(tx core.App, s collections.ReminderState, now time.Time) error {
	changes := map[string][2]any{"status": {collections.ReminderSending, s.Status}}
	if s.Reason != "" {
		changes["status_reason"] = [2]any{"", s.Reason}
	}
	return collections.WriteAudit(tx, collections.Audit{
		Actor: "system", Action: "update", Collection: collections.Reminders, Record: s.ID,
		Event: collections.EventOfReminder(tx, s.ID), Changes: changes,
	}, now)
}

// summarize gives the state of a reminder from the counts of its deliveries. It is pure.
func summarize(id string, group []collections.Tally) collections.ReminderState {
	s := collections.ReminderState{ID: id}
	channels := map[string]collections.ChannelCount{}
	var open, sent, failed, skipped int
	var skipReason, failReason, cancelReason string
	for _, t := range group {
		c := channels[t.Channel]
		switch t.Status {
		case collections.DeliveryQueued, collections.DeliverySending, collections.DeliveryUnknown:
			open, c.Queued = open+t.Count, c.Queued+t.Count
		case collections.DeliverySent, collections.DeliveryDelivered:
			sent, c.Sent = sent+t.Count, c.Sent+t.Count
			if at, err := types.ParseDateTime(t.SentAt); err == nil && !at.IsZero() && (s.SentAt.IsZero() || at.Time().Before(s.SentAt)) {
				s.SentAt = at.Time()
			}
			s.Late = s.Late || t.Late
		case collections.DeliveryFailed:
			failed, c.Failed = failed+t.Count, c.Failed+t.Count
			failReason = t.Error
		case collections.DeliverySkipped:
			skipped, c.Skipped = skipped+t.Count, c.Skipped+t.Count
			skipReason = t.Error
		case collections.DeliveryCancelled:
			cancelReason = t.Error
		}
		if t.Error != "" && t.Status != collections.DeliveryCancelled {
			c.Error = t.Error
		}
		channels[t.Channel] = c
	}
	switch {
	case open > 0:
		s.Status = collections.ReminderSending
	case sent > 0 && failed > 0:
		s.Status, s.Reason = collections.ReminderPartial, failReason
	case sent > 0:
		s.Status = collections.ReminderSent
	case failed > 0:
		s.Status, s.Reason = collections.ReminderFailed, failReason
	case skipped > 0:
		s.Status, s.Reason = collections.ReminderSkipped, skipReason
	default:
		// Nobody is left to send it to. A reminder that the planner has taken back is pending again, and stays so.
		s.Status, s.Reason, s.OnlyFrom = collections.ReminderCancelled, cancelReason, collections.ReminderSending
	}
	raw, _ := json.Marshal(channels) // maps of plain structs cannot fail
	s.ChannelStatus = string(raw)
	return s
}
