package reminders

import (
	"testing"
	"time"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestP2_DaysBeforeIsACalendarDayAtTheWallClock(t *testing.T) {
	tests := []struct {
		name, zone, start string
		days              int
		at                string
		want              string
	}{
		{"seven days in Hong Kong", "Asia/Hong_Kong", "2026-03-09T09:00:00+08:00", 7, "", "2026-03-02T09:00:00+08:00"},
		{"the day itself", "Asia/Hong_Kong", "2026-03-09T09:00:00+08:00", 0, "", "2026-03-09T09:00:00+08:00"},
		{"the step's own time", "Asia/Hong_Kong", "2026-03-09T23:30:00+08:00", 1, "08:15", "2026-03-08T08:15:00+08:00"},
		{"seconds are the event's", "Asia/Hong_Kong", "2026-03-09T09:00:30+08:00", 1, "", "2026-03-08T09:00:30+08:00"},
		{"the event's day, not UTC's", "Asia/Shanghai", "2026-03-08T22:30:00Z", 1, "", "2026-03-08T06:30:00+08:00"},
		{"across a leap day", "Asia/Hong_Kong", "2028-03-01T09:00:00+08:00", 1, "", "2028-02-29T09:00:00+08:00"},
		{"across the new year", "Asia/Hong_Kong", "2027-01-02T09:00:00+08:00", 3, "", "2026-12-30T09:00:00+08:00"},

		// London: 29 March 2026 01:00 -> 02:00; 25 October 2026 02:00 -> 01:00.
		{"across spring forward", "Europe/London", "2026-03-31T09:00:00+01:00", 7, "", "2026-03-24T09:00:00Z"},
		{"across fall back", "Europe/London", "2026-10-26T09:00:00Z", 3, "", "2026-10-23T09:00:00+01:00"},
		{"into the gap: 01:30 becomes 02:30", "Europe/London", "2026-03-30T01:30:00+01:00", 1, "", "2026-03-29T02:30:00+01:00"},
		{"into the overlap: the first 01:30", "Europe/London", "2026-10-26T01:30:00Z", 1, "", "2026-10-25T01:30:00+01:00"},

		// New York: 8 March 2026 02:00 -> 03:00; 1 November 2026 02:00 -> 01:00.
		{"into the gap: 02:30 becomes 03:30", "America/New_York", "2026-03-09T02:30:00-04:00", 1, "", "2026-03-08T03:30:00-04:00"},
		{"into the gap by the step's time", "America/New_York", "2026-03-11T15:00:00-04:00", 3, "02:30", "2026-03-08T03:30:00-04:00"},
		{"the first minute of the gap", "America/New_York", "2026-03-09T02:00:00-04:00", 1, "", "2026-03-08T03:00:00-04:00"},
		{"the last minute before the gap", "America/New_York", "2026-03-09T01:59:00-04:00", 1, "", "2026-03-08T01:59:00-05:00"},
		{"the first minute after the gap", "America/New_York", "2026-03-09T03:00:00-04:00", 1, "", "2026-03-08T03:00:00-04:00"},
		{"into the overlap: the first 01:30 (EDT)", "America/New_York", "2026-11-02T01:30:00-05:00", 1, "", "2026-11-01T01:30:00-04:00"},
		{"right after the overlap", "America/New_York", "2026-11-02T02:00:00-05:00", 1, "", "2026-11-01T02:00:00-05:00"},

		// Lord Howe moves by half an hour: 4 October 2026 02:00 -> 02:30.
		{"a gap of half an hour", "Australia/Lord_Howe", "2026-10-05T02:15:00+11:00", 1, "", "2026-10-04T02:45:00+11:00"},
		// Chile changes at midnight: 6 September 2026 00:00 -> 01:00.
		{"a gap at midnight", "America/Santiago", "2026-09-07T00:30:00-03:00", 1, "", "2026-09-06T01:30:00-03:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Due(instant(t, tt.start), zoneOf(t, tt.zone), tt.days, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			if want := instant(t, tt.want); !got.Equal(want) {
				t.Errorf("got %s, want %s", got.In(zoneOf(t, tt.zone)), want.In(zoneOf(t, tt.zone)))
			}
		})
	}
}

func TestP2_ATimeThatIsNoTimeIsRefused(t *testing.T) {
	for _, at := range []string{"24:00", "8", "noon", "12:60", "۰۸:۰۰"} {
		if _, err := Due(time.Now(), time.UTC, 1, at); err == nil {
			t.Errorf("%q was taken for a time of day", at)
		}
	}
}

func TestDaysLeftCountsCalendarDaysOfTheEventsZone(t *testing.T) {
	hk := zoneOf(t, "Asia/Hong_Kong")
	start := instant(t, "2026-03-09T00:30:00+08:00")
	for now, want := range map[string]int{
		"2026-03-08T23:59:00+08:00": 1, "2026-03-09T00:00:00+08:00": 0, "2026-03-08T15:59:00Z": 1, "2026-03-02T09:00:00+08:00": 7,
		"2026-03-10T09:00:00+08:00": -1,
	} {
		if got := DaysLeft(start, instant(t, now), hk); got != want {
			t.Errorf("at %s: %d days left, want %d", now, got, want)
		}
	}
	london := zoneOf(t, "Europe/London")
	if got := DaysLeft(instant(t, "2026-03-30T09:00:00+01:00"), instant(t, "2026-03-28T23:00:00Z"), london); got != 2 {
		t.Errorf("across a day of 23 hours: %d days left, want 2", got)
	}
}

func TestQuietHoursEndOnTheRecipientsClock(t *testing.T) {
	hk, ny := zoneOf(t, "Asia/Hong_Kong"), zoneOf(t, "America/New_York")
	tests := []struct {
		name, now, from, to string
		zone                *time.Location
		want                string
	}{
		{"before midnight", "2026-03-02T23:00:00+08:00", "22:00", "07:00", hk, "2026-03-03T07:00:00+08:00"},
		{"after midnight", "2026-03-03T06:59:59+08:00", "22:00", "07:00", hk, "2026-03-03T07:00:00+08:00"},
		{"at the end", "2026-03-03T07:00:00+08:00", "22:00", "07:00", hk, ""},
		{"by day", "2026-03-03T12:00:00+08:00", "22:00", "07:00", hk, ""},
		{"a span within a day", "2026-03-03T12:30:00+08:00", "12:00", "13:30", hk, "2026-03-03T13:30:00+08:00"},
		{"no span", "2026-03-03T12:30:00+08:00", "12:00", "12:00", hk, ""},
		{"not a time", "2026-03-03T12:30:00+08:00", "noon", "13:00", hk, ""},
		{"over spring forward", "2026-03-07T23:00:00-05:00", "22:00", "07:00", ny, "2026-03-08T07:00:00-04:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := QuietUntil(instant(t, tt.now), tt.zone, tt.from, tt.to)
			if tt.want == "" {
				if !got.IsZero() {
					t.Errorf("got %s, want no quiet", got)
				}
				return
			}
			if !got.Equal(instant(t, tt.want)) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
