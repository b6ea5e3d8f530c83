package reminders

import "time"

// DayOf gives the first instant of the day on which at falls in zone, and that of the next day. Where clocks go forward
// at midnight, the day begins an hour later; where they go back, with the first midnight.
func DayOf(at time.Time, zone *time.Location) (from, until time.Time) {
	y, m, d := at.In(zone).Date()
	return midnight(y, m, d, zone), midnight(y, m, d+1, zone)
}

// MonthOf gives the first instant of the calendar month that is ahead months after at's in zone, negative for earlier
// ones, and that of the month after it.
func MonthOf(at time.Time, zone *time.Location, ahead int) (from, until time.Time) {
	y, m, _ := at.In(zone).Date()
	m += time.Month(ahead)
	return midnight(y, m, 1, zone), midnight(y, m+1, 1, zone)
}

func midnight(y int, m time.Month, d int, zone *time.Location) time.Time {
	return wallClock(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), zone).UTC()
}
