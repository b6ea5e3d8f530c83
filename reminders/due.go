// Package reminders says when, to whom and in which words: pure functions of event, plan, zone and now. It knows no
// database and no clock of its own.
package reminders

import (
	"fmt"
	"time"
)

// Due gives the instant of a reminder: daysBefore calendar days before start in zone, at start's local clock time or,
// if at is "HH:MM", at that one. A local time that does not exist moves forward by the gap (02:30 becomes 03:30 where
// clocks go from 02:00 to 03:00); one that occurs twice is taken the first time.
func Due(start time.Time, zone *time.Location, daysBefore int, at string) (time.Time, error) {
	local := start.In(zone)
	hour, minute, second := local.Clock()
	nano := local.Nanosecond()
	if at != "" {
		clock, err := time.Parse("15:04", at)
		if err != nil {
			return time.Time{}, fmt.Errorf("read the step's time of day %q: want HH:MM", at)
		}
		hour, minute, second, nano = clock.Hour(), clock.Minute(), 0, 0
	}
	year, month, day := local.Date()
	return wallClock(time.Date(year, month, day-daysBefore, hour, minute, second, nano, time.UTC), zone), nil
}

// wallClock gives the instant at which clocks in zone show the date and time that wall has in UTC.
func wallClock(wall time.Time, zone *time.Location) time.Time {
	// time.Date does not say which offset it takes at a transition, so both are tried.
	before := offsetAt(wall.Add(-24*time.Hour), zone)
	after := offsetAt(wall.Add(24*time.Hour), zone)
	early, late := wall.Add(-before), wall.Add(-after)
	switch {
	case shows(early, zone, wall):
		return early
	case shows(late, zone, wall):
		return late
	default: // in a gap: the offset of before it counts the gap on top
		return early
	}
}

func offsetAt(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

func shows(t time.Time, zone *time.Location, wall time.Time) bool {
	local := t.In(zone)
	y1, m1, d1 := local.Date()
	y2, m2, d2 := wall.Date()
	h1, i1, s1 := local.Clock()
	h2, i2, s2 := wall.Clock()
	return y1 == y2 && m1 == m2 && d1 == d2 && h1 == h2 && i1 == i2 && s1 == s2
}

// DaysLeft counts the calendar days from now to start in zone: 0 today, 1 tomorrow, negative when past.
func DaysLeft(start, now time.Time, zone *time.Location) int {
	return int(midnightUTC(start.In(zone)).Sub(midnightUTC(now.In(zone))).Hours() / 24)
}

func midnightUTC(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// TimeOfDay gives the instant at which clocks in zone show clock ("HH:MM") on the day that day falls on there.
func TimeOfDay(day time.Time, zone *time.Location, clock string) (time.Time, error) {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the time of day %q: want HH:MM", clock)
	}
	y, m, d := day.In(zone).Date()
	return wallClock(time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, time.UTC), zone), nil
}
