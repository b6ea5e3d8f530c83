package reminders

import (
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// zones have every kind of change: of an hour, half an hour and a whole day, at midnight, in the south, and none.
var zones = []string{
	"Asia/Hong_Kong", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia",
	"Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns", "Asia/Tehran", "Pacific/Kwajalein", "Antarctica/Troll", "UTC", "Asia/Beirut",
}

func zoneAt(t *testing.T, i uint8) *time.Location { return zoneOf(t, zones[int(i)%len(zones)]) }

// within takes an instant into the years that the zone data tells of.
func within(seconds int64) time.Time {
	const first, years = -2208988800, 9_467_000_000 // 1900, and 300 years
	return time.Unix(first+int64(uint64(seconds)%years), 0).UTC()
}

// P2: a reminder is due on that calendar day, at that clock time. Where the clock skips it, it shows a time after it by no
// more than the gap; where it comes twice, no earlier instant shows it.
func FuzzDue(f *testing.F) {
	f.Add(int64(1774778400), uint8(1), 0, "01:30")
	f.Add(int64(1793000000), uint8(3), 3, "")
	f.Add(int64(1325246400), uint8(6), 1, "12:00") // Samoa had no 30 December 2011
	f.Add(int64(0), uint8(2), 365, "24:00")
	f.Add(int64(0), uint8(4), 7, "0:00")
	f.Fuzz(func(t *testing.T, at int64, zone uint8, days int, clock string) {
		start, loc, days := within(at), zoneAt(t, zone), int(uint(days)%366)
		due, err := Due(start, loc, days, clock)
		if err != nil {
			if _, parse := time.Parse("15:04", clock); clock == "" || parse == nil {
				t.Fatalf("%q: %v", clock, err)
			}
			return
		}
		want := start.In(loc)
		hour, minute, second := want.Clock()
		if clock != "" {
			c, _ := time.Parse("15:04", clock)
			hour, minute, second = c.Hour(), c.Minute(), 0
		}
		y, m, d := want.Date()
		wall := time.Date(y, m, d-days, hour, minute, second, want.Nanosecond()*0, time.UTC)
		shown := asUTC(due.In(loc))
		switch gap := shown.Sub(wall); {
		case gap < 0 || gap > 24*time.Hour:
			t.Errorf("%s, %d days, %q in %s: %s", start, days, clock, loc, due.In(loc))
		case gap > 0 && anyShows(due, wall, loc):
			t.Errorf("%s, %d days, %q in %s: %s, though the clock shows %s", start, days, clock, loc, due.In(loc), wall)
		case gap == 0 && anyShows(due.Add(-time.Second), wall, loc):
			t.Errorf("%s, %d days, %q in %s: %s is the second time", start, days, clock, loc, due.In(loc))
		}
		if left := DaysLeft(start, due, loc); left != days && shown.Equal(wall) {
			t.Errorf("%s is %d days before %s in %s, want %d", due, left, start, loc, days)
		}
	})
}

// asUTC gives what a clock shows as if it were UTC.
func asUTC(local time.Time) time.Time {
	y, m, d := local.Date()
	h, i, s := local.Clock()
	return time.Date(y, m, d, h, i, s, 0, time.UTC)
}

// anyShows says whether any instant of the 26 hours until at shows wall on the clocks of a zone.
func anyShows(until, wall time.Time, zone *time.Location) bool {
	for back := time.Duration(0); back <= 26*time.Hour; back += 15 * time.Minute {
		offset := offsetAt(until.Add(-back), zone)
		if at := wall.Add(-offset); !at.After(until) && asUTC(at.In(zone)).Equal(wall) {
			return true
		}
	}
	return false
}

// P3 and P4: nothing new is due in the past but one short notice; planning twice changes nothing; what was sent stays.
func FuzzReplan(f *testing.F) {
	f.Add([]byte{7, 0, 3, 1, 1, 2, 9, 9}, int64(100), int64(700), uint8(0), true)
	f.Add([]byte{0, 0, 0, 1, 0, 2, 5, 3, 8, 8, 8}, int64(-5), int64(5), uint8(1), true)
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, int64(0), int64(0), uint8(2), false)
	statuses := []string{Pending, Sending, "sent", Skipped, Cancelled, "failed", "partial"}
	reasons := []string{"", ReasonTimePassed, ReasonByHand, ReasonEventCancelled, ReasonPlanChanged, ReasonAlreadySent, ReasonSuperseded}
	steps := []string{"a", "b", "c", "d"}
	f.Fuzz(func(t *testing.T, bytes []byte, now, ahead int64, closed uint8, auto bool) {
		s := &story{state: State{Now: start.Add(time.Duration(now%1000) * time.Hour), Auto: auto, Closed: []string{"", ReasonEventCancelled, ReasonEventCompleted}[closed%3]}}
		s.state.Start = s.state.Now.Add(time.Duration(ahead%1000) * time.Hour)
		next := func() int {
			if len(bytes) == 0 {
				return 0
			}
			b := bytes[0]
			bytes = bytes[1:]
			return int(b)
		}
		for i := range next() % 5 {
			if i < len(steps) {
				s.state.Slots = append(s.state.Slots, Slot{steps[i], s.state.Start.Add(-time.Duration(next()) * 3 * time.Hour)})
			}
		}
		for s.next = 0; len(bytes) > 0 && s.next < 12; {
			s.next++
			r := Row{ID: string(rune('A' + s.next)), Step: append(steps, "gone", "")[next()%6], Status: statuses[next()%7], Reason: reasons[next()%7],
				SendAt: s.state.Start.Add(-time.Duration(next()) * 3 * time.Hour), PlannedFor: s.state.Start.Add(time.Duration(next()%2) * time.Hour), HandTimed: next()%4 == 0}
			s.state.Rows = append(s.state.Rows, r)
		}
		before := map[string]Row{}
		for _, r := range s.state.Rows {
			before[r.ID] = r
		}
		wantChanges(t, s.state, before, Replan(s.state))
		s.replan(t)
	})
}

func wantChanges(t *testing.T, s State, before map[string]Row, changes []Change) {
	t.Helper()
	due, seen := 0, map[string]bool{}
	for _, c := range changes {
		r, known := before[c.Row]
		switch {
		case c.Row != "" && (!known || seen[c.Row]):
			t.Errorf("%+v changes no row, or twice", c)
		case known && r.Status != Pending && !revivable(r):
			t.Errorf("%+v changes %+v, which is history", c, r)
		case c.Status == Pending && s.Closed != "":
			t.Errorf("%+v of an event that is over", c)
		case c.Status == Pending && c.SendAt.Before(s.Now):
			t.Errorf("%+v is due in the past, now is %s", c, s.Now)
		case c.Row == "" && c.Status != Pending:
			t.Errorf("%+v makes a row that is not pending", c)
		case c.Status == Pending && c.SendAt.Equal(s.Now):
			due++
		}
		seen[c.Row] = c.Row != ""
	}
	if due > 1 {
		t.Errorf("%d reminders are due now: %+v", due, changes)
	}
}

// Quiet hours end within a day, at their end by the clock, and only hold what falls into them.
func FuzzQuietUntil(f *testing.F) {
	f.Add(int64(1774778400), uint8(1), "22:00", "07:00")
	f.Add(int64(1774778400), uint8(1), "01:15", "01:45") // within the gap of London
	f.Add(int64(1325246400), uint8(6), "23:59", "00:00")
	f.Add(int64(0), uint8(0), "", "x")
	f.Fuzz(func(t *testing.T, at int64, zone uint8, from, to string) {
		now, loc := within(at), zoneAt(t, zone)
		end := QuietUntil(now, loc, from, to)
		if end.IsZero() {
			return
		}
		if !end.After(now) || end.Sub(now) > 49*time.Hour {
			t.Fatalf("%s in %s, %s to %s: until %s", now, loc, from, to, end)
		}
		if again := QuietUntil(end, loc, from, to); again.Equal(end) {
			t.Errorf("%s in %s, %s to %s: quiet at its end", now, loc, from, to)
		}
	})
}

// A text takes the parts that the operators' rules give, worked out in another way.
func FuzzParts(f *testing.F) {
	for _, seed := range []string{"", "a", "€", "的", "🔧", "\xff", "{}"} {
		f.Add(seed, "", uint8(200))
		f.Add(seed, "公司", uint8(70))
	}
	f.Fuzz(func(t *testing.T, seed, sign string, times uint8) {
		text := ""
		for range times {
			text += seed
			if len(text) > 2000 {
				break
			}
		}
		plain, mainland := CountSMS(text, SMSRule{}), CountSMS(text, SMSRule{Mainland: true, Signature: sign})
		n := utf8.RuneCountInString(text)
		if sign != "" {
			n += utf8.RuneCountInString(sign) + 2
		}
		want := (n + 66) / 67
		if n <= 70 {
			want = min(n, 1)
		}
		if mainland.Parts != want || mainland.Characters != n {
			t.Errorf("%q %q on the mainland: %+v, want %d parts", text, sign, mainland, want)
		}
		units := len(utf16.Encode([]rune(text)))
		if plain.Encoding == UCS2 && plain.Characters != units || plain.Characters > plain.Limit {
			t.Errorf("%q: %+v, want %d units", text, plain, units)
		}
		longer := CountSMS(text+"a", SMSRule{})
		if longer.Parts < plain.Parts || longer.Parts > plain.Parts+1 {
			t.Errorf("%q: %+v, with one letter more %+v", text, plain, longer)
		}
	})
}
