package reminders

import "time"

// LateAfter is how long after its time a message counts as late.
const LateAfter = time.Minute

// DueReminder is one that is due. Those of one event are judged together, since a newer one makes the older ones moot.
type DueReminder struct {
	ID      string
	Planned bool // by the plan, not by a person
	SendAt  time.Time
}

// Verdict is what becomes of a reminder that is due.
type Verdict struct {
	Send   bool
	Late   bool
	Reason string // why it is not sent
}

// Judge decides on the reminders of one event that are due at now: on time they are sent; late ones only while the
// event is ahead, and of several planned ones only the newest.
func Judge(now, start time.Time, due []DueReminder) map[string]Verdict {
	var newest time.Time
	for _, d := range due {
		if d.Planned && d.SendAt.After(newest) {
			newest = d.SendAt
		}
	}
	verdicts := make(map[string]Verdict, len(due))
	for _, d := range due {
		late := IsLate(d.SendAt, now)
		switch {
		case !late:
			verdicts[d.ID] = Verdict{Send: true}
		case d.Planned && d.SendAt.Before(newest):
			verdicts[d.ID] = Verdict{Reason: ReasonSuperseded}
		case !Ahead(now, start, d):
			verdicts[d.ID] = Verdict{Reason: ReasonEventStarted}
		default:
			verdicts[d.ID] = Verdict{Send: true, Late: true}
		}
	}
	return verdicts
}

// IsLate says whether a message that was due at due is late at now.
func IsLate(due, now time.Time) bool { return now.Sub(due) > LateAfter }

// Ahead says whether it still makes sense to send a late reminder: before the event starts, or, for one that a person
// set for the time after it, within a day of its own time.
func Ahead(now, start time.Time, d DueReminder) bool {
	if !d.Planned && !d.SendAt.Before(start) {
		return now.Before(d.SendAt.Add(24 * time.Hour))
	}
	return now.Before(start)
}

// QuietUntil gives the end of the quiet hours that now falls into in zone, or the zero time. from and to are "HH:MM" of
// the local day and may pass midnight; a span that cannot be read or is empty is no quiet.
func QuietUntil(now time.Time, zone *time.Location, from, to string) time.Time {
	if from == to {
		return time.Time{}
	}
	for _, shift := range []int{-1, 0} {
		day := now.In(zone).AddDate(0, 0, shift)
		begin, err := TimeOfDay(day, zone, from)
		if err != nil {
			return time.Time{}
		}
		endDay := day
		if to < from {
			endDay = day.AddDate(0, 0, 1)
		}
		end, err := TimeOfDay(endDay, zone, to)
		if err != nil {
			return time.Time{}
		}
		if !now.Before(begin) && now.Before(end) {
			return end
		}
	}
	return time.Time{}
}
