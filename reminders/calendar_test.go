package reminders

import "testing"

func TestDayOf_AtBothEdgesOfSummerTime(t *testing.T) {
	for _, tt := range []struct{ name, zone, at, from, until string }{
		{"an ordinary day", "Asia/Hong_Kong", "2026-03-02T01:00:00Z", "2026-03-01T16:00:00Z", "2026-03-02T16:00:00Z"},
		{"its first instant", "Asia/Hong_Kong", "2026-03-01T16:00:00Z", "2026-03-01T16:00:00Z", "2026-03-02T16:00:00Z"},
		{"the instant before", "Asia/Hong_Kong", "2026-03-01T15:59:59.999Z", "2026-02-28T16:00:00Z", "2026-03-01T16:00:00Z"},
		{"23 hours", "Europe/London", "2026-03-29T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"},
		{"25 hours", "Europe/London", "2026-10-25T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"},
		{"the hour that comes twice, again", "Europe/London", "2026-10-25T01:30:00Z", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"},
		{"a midnight that does not exist", "Africa/Cairo", "2026-04-24T09:00:00Z", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"},
		{"before a midnight that does not exist", "Africa/Cairo", "2026-04-23T21:59:00Z", "2026-04-22T22:00:00Z", "2026-04-23T22:00:00Z"},
		{"a midnight that comes twice", "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"its second hour", "America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"a leap day", "Asia/Hong_Kong", "2028-02-29T01:00:00Z", "2028-02-28T16:00:00Z", "2028-02-29T16:00:00Z"},
		{"New Year", "Pacific/Auckland", "2026-12-31T11:00:00Z", "2026-12-31T11:00:00Z", "2027-01-01T11:00:00Z"},
	} {
		from, until := DayOf(instant(t, tt.at), zoneOf(t, tt.zone))
		if !from.Equal(instant(t, tt.from)) || !until.Equal(instant(t, tt.until)) {
			t.Errorf("%s: from %s until %s, want %s and %s", tt.name, from, until, tt.from, tt.until)
		}
	}
}

func TestMonthOf_CountsOnTheClocksOfTheZone(t *testing.T) {
	for _, tt := range []struct {
		name, zone, at string
		ahead          int
		from, until    string
	}{
		{"the last minute of a month", "Asia/Hong_Kong", "2026-11-30T15:59:59Z", 0, "2026-10-31T16:00:00Z", "2026-11-30T16:00:00Z"},
		{"the first of the next", "Asia/Hong_Kong", "2026-11-30T16:00:00Z", 0, "2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"},
		{"a month with summer time in it", "Europe/London", "2026-03-31T22:59:00Z", 0, "2026-03-01T00:00:00Z", "2026-03-31T23:00:00Z"},
		{"and out of it", "Europe/London", "2026-10-31T23:30:00Z", 0, "2026-09-30T23:00:00Z", "2026-11-01T00:00:00Z"},
		{"from the 31st to a short month", "Asia/Hong_Kong", "2026-03-31T01:00:00Z", -1, "2026-01-31T16:00:00Z", "2026-02-28T16:00:00Z"},
		{"over New Year", "Asia/Hong_Kong", "2026-01-15T01:00:00Z", -11, "2025-01-31T16:00:00Z", "2025-02-28T16:00:00Z"},
		{"a leap February", "Asia/Hong_Kong", "2028-01-31T01:00:00Z", 1, "2028-01-31T16:00:00Z", "2028-02-29T16:00:00Z"},
	} {
		from, until := MonthOf(instant(t, tt.at), zoneOf(t, tt.zone), tt.ahead)
		if !from.Equal(instant(t, tt.from)) || !until.Equal(instant(t, tt.until)) {
			t.Errorf("%s: from %s until %s, want %s and %s", tt.name, from, until, tt.from, tt.until)
		}
	}
}
