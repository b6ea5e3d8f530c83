package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
)

func summaryOf(t *testing.T, s *apptest.Server, role, zone string) map[string]any {
	t.Helper()
	answer := s.Do(role, "GET", "/api/tminus/summary?timezone="+url.QueryEscape(zone), nil)
	wantStatus(t, "summary", answer, http.StatusOK)
	return answer.JSON(t)
}

func wantCounts(t *testing.T, what string, got map[string]any, want map[string]float64) {
	t.Helper()
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s: %s is %v, want %v", what, name, got[name], n)
		}
	}
}

// put saves an event without reminders, as it stands.
func put(s *apptest.Server, start time.Time, hours float64, status string) *collections.Event {
	return s.Event(start).With(func(e *collections.Event) {
		e.SetAutoReminders(false)
		e.SetPlannedEnd(start.Add(time.Duration(hours * float64(time.Hour))))
		e.SetStatus(status)
	}).Save()
}

func TestTheSummaryOfNothing(t *testing.T) {
	t.Parallel()
	got := summaryOf(t, apptest.New(t).Serve(), "viewer", "")
	wantCounts(t, "nothing", got, map[string]float64{"today": 0, "week": 0, "overdue": 0, "sent_week": 0, "failed": 0, "late": 0})
	if days := got["days"].([]any); len(days) != 31 || got["date"] != "2026-03-02" || got["timezone"] != "Asia/Hong_Kong" {
		t.Errorf("%d days of %v in %v", len(days), got["date"], got["timezone"])
	}
}

// It is Monday, 2 March 2026, 09:00 in Hong Kong; 01:00 in London; Sunday, 20:00, in New York.
func TestTheSummaryCountsEventsOnTheDaysOfItsZone(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	hongKong := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("", 8*3600))
		must(t, err)
		return at
	}
	put(s, hongKong("2026-03-01 23:30"), 1, "confirmed")   // on at midnight, and overdue
	put(s, hongKong("2026-03-01 22:00"), 2, "completed")   // over at midnight sharp
	put(s, hongKong("2026-02-26 09:00"), 24*10, "planned") // an exhibition, on all week, and overdue
	put(s, hongKong("2026-03-02 00:00"), 1, "completed")
	put(s, hongKong("2026-03-02 15:00"), 1, "planned")
	put(s, hongKong("2026-03-02 23:59"), 1, "confirmed")
	put(s, hongKong("2026-03-02 12:00"), 1, "cancelled")
	put(s, hongKong("2026-03-03 00:00"), 1, "planned")
	put(s, hongKong("2026-03-09 23:59"), 1, "planned")
	put(s, hongKong("2026-03-10 00:00"), 1, "planned")
	put(s, hongKong("2026-03-04 00:00"), 1, "cancelled")
	put(s, hongKong("2026-03-01 07:00"), 1, "in_progress") // overdue: ended an hour after
	put(s, hongKong("2026-03-31 23:59"), 1, "planned")
	put(s, hongKong("2026-04-01 00:00"), 1, "planned")

	got := summaryOf(t, s, "viewer", "Asia/Hong_Kong")
	wantCounts(t, "in Hong Kong", got, map[string]float64{"today": 5, "week": 2, "overdue": 3})
	days := map[string]any{}
	for _, d := range got["days"].([]any) {
		d := d.(map[string]any)
		days[d["day"].(string)] = fmt.Sprintf("%v %v %v %v", d["planned"], d["completed"], d["overdue"], d["cancelled"])
	}
	for day, want := range map[string]string{
		"2026-03-01": "0 1 2 0", "2026-03-02": "2 1 0 1", "2026-03-03": "1 0 0 0", "2026-03-04": "0 0 0 1", "2026-03-09": "1 0 0 0",
		"2026-03-10": "1 0 0 0", "2026-03-31": "1 0 0 0", "2026-03-15": "0 0 0 0",
	} {
		if days[day] != want {
			t.Errorf("%s: planned, completed, overdue, cancelled %v, want %s", day, days[day], want)
		}
	}
	if len(days) != 31 {
		t.Errorf("%d days in March", len(days))
	}
	newYork := summaryOf(t, s, "viewer", "America/New_York")
	if newYork["date"] != "2026-03-01" {
		t.Errorf("in New York it is %v", newYork["date"])
	}
	wantCounts(t, "in New York", newYork, map[string]float64{"overdue": 3, "today": 4, "week": 3})
}

func TestTheSummaryTakesTheCallersZoneThenTheCompanys(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	wantStatus(t, "move", s.Do("staff", "PATCH", records("users", apptest.UserID("staff")), map[string]any{"timezone": "Europe/London"}), http.StatusOK)
	for role, want := range map[string]string{"staff": "Europe/London", "viewer": "Asia/Hong_Kong", "super": "Asia/Hong_Kong"} {
		if got := summaryOf(t, s, role, ""); got["timezone"] != want {
			t.Errorf("%s sees %v", role, got["timezone"])
		}
	}
	if got := summaryOf(t, s, "staff", "Pacific/Kiritimati"); got["timezone"] != "Pacific/Kiritimati" || got["date"] != "2026-03-02" {
		t.Errorf("asked for, %v is %v", got["timezone"], got["date"])
	}
}

func TestP13_ASummaryInNoZoneIsRefused(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, zone := range []string{"Asia/HongKong", "Local", "local", "../../etc/passwd", "+08:00", "\x00", "Asia/Hong_Kong'; DROP TABLE events"} {
		answer := s.Do("viewer", "GET", "/api/tminus/summary?timezone="+url.QueryEscape(zone), nil)
		wantErrors(t, zone, answer, map[string]string{"timezone": "validation_time_zone"})
	}
}

// A day in March has 23 hours in New York, and one in Lord Howe Island 24.5.
func TestTheSummarysDaysMeetAcrossAChangeOfClocks(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for i := range 62 * 2 {
		put(s, time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(i)*12*time.Hour), 1, "planned")
	}
	for _, zone := range []string{"America/New_York", "Australia/Lord_Howe", "Asia/Hong_Kong", "UTC", "America/Sao_Paulo", "Asia/Beirut"} {
		s.Clock.Set(time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC))
		total := 0.0
		days := summaryOf(t, s, "viewer", zone)["days"].([]any)
		for _, d := range days {
			d := d.(map[string]any)
			total += d["planned"].(float64) + d["overdue"].(float64)
		}
		loc, err := time.LoadLocation(zone)
		must(t, err)
		want := 0.0
		all, err := s.FindAllRecords(collections.Events)
		must(t, err)
		for _, e := range all {
			if at := e.GetDateTime("planned_start_date").Time().In(loc); at.Month() == time.March {
				want++
			}
		}
		if total != want || len(days) != 31 {
			t.Errorf("%s: %v events in %d days, want %v", zone, total, len(days), want)
		}
	}
}

func TestTheSummaryCountsWhatWasSentAndWhatFailed(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	state := func(start float64, eventStatus, status string, sent float64, late bool) {
		e := put(s, in(start), 1, eventStatus)
		r := s.Reminder(e, in(100))
		if start < 0 || eventStatus != "planned" {
			r.SetSendAt(in(100))
		}
		if e.Closed() {
			_, err := s.NonconcurrentDB().Update("events", dbx.Params{"status": "planned"}, dbx.HashExp{"id": e.Id}).Execute()
			must(t, err)
		}
		s.MustSave(r)
		at := ""
		if sent != 0 {
			at = date(in(sent))
		}
		_, err := s.NonconcurrentDB().Update("reminders", dbx.Params{"status": status, "sent_at": at, "late": late}, dbx.HashExp{"id": r.Id}).Execute()
		must(t, err)
		_, err = s.NonconcurrentDB().Update("events", dbx.Params{"status": eventStatus}, dbx.HashExp{"id": e.Id}).Execute()
		must(t, err)
	}
	state(3, "planned", "sent", -1, false)
	state(3, "planned", "sent", -6.9, true)
	state(3, "planned", "sent", -7.1, true) // too long ago
	state(3, "planned", "partial", -2, true)
	state(3, "planned", "failed", 0, false)
	state(-29, "confirmed", "failed", 0, false)
	state(-31, "confirmed", "failed", 0, false) // too long ago
	state(3, "cancelled", "failed", 0, false)   // closed
	state(-3, "completed", "partial", -3, false)
	state(3, "planned", "skipped", 0, false)
	wantCounts(t, "reminders", summaryOf(t, s, "manager", ""), map[string]float64{"sent_week": 4, "late": 2, "failed": 3})
}

// The overdue are those of the overdue check, whatever the zone.
func TestTheSummaryAgreesWithTheOverdueCheck(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for i, status := range []string{"planned", "confirmed", "in_progress", "completed", "cancelled"} {
		for _, start := range []float64{-40, -1, -0.01, 0, 0.01, 5} {
			put(s, in(start), float64(i), status)
		}
	}
	found, err := collections.OverdueEvents(s.App.App, s.Clock.Now(), 1000)
	must(t, err)
	if got := summaryOf(t, s, "viewer", "Europe/London")["overdue"]; got != float64(len(found)) || len(found) == 0 {
		t.Errorf("%v overdue, the check finds %d", got, len(found))
	}
}

func TestTheSummarySavesNothing(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	put(s, in(1), 1, "planned")
	before := s.Snapshot()
	first, second := summaryOf(t, s, "viewer", ""), summaryOf(t, s, "admin", "")
	if !reflect.DeepEqual(first, second) {
		t.Error("two people of one zone read different summaries")
	}
	s.Unchanged(t, "a summary", before)
}
