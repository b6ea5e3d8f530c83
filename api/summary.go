package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/reminders"
)

// summary is what the Today page shows at a glance. Days are those of a time zone.
type summary struct {
	Timezone string       `json:"timezone"`
	Date     string       `json:"date"`      // today, YYYY-MM-DD
	Today    int          `json:"today"`     // events not cancelled that are on at any time of today
	Week     int          `json:"week"`      // events not cancelled that start in the seven days after today
	Overdue  int          `json:"overdue"`   // events that are overdue now
	SentWeek int          `json:"sent_week"` // reminders sent, wholly or in part, in the last seven days
	Failed   int          `json:"failed"`    // reminders failed in the last year, wholly or in part, of open events of the last 30 days and ahead
	Late     int          `json:"late"`      // of those of SentWeek
	Days     []summaryDay `json:"days"`      // each day of this calendar month
}

// summaryDay counts the events that start on a day.
type summaryDay struct {
	Day       string `json:"day"`     // YYYY-MM-DD
	Planned   int    `json:"planned"` // planned, confirmed or in progress, and not overdue
	Completed int    `json:"completed"`
	Overdue   int    `json:"overdue"`
	Cancelled int    `json:"cancelled"`
}

// The spans of time that the summary looks back over.
const (
	summaryWeek  = 7 * 24 * time.Hour
	summaryMonth = 30 * 24 * time.Hour
)

// readSummary answers GET summary?timezone=Asia/Hong_Kong for everyone signed in: what is on, what went wrong, and this
// month's events by day. The zone is the caller's own unless given, else the company's. 400 for no zone.
func (a *API) readSummary(e *core.RequestEvent) error {
	user, err := signedIn(e)
	if err != nil {
		return err
	}
	zone := a.Company(e.App).Zone
	if user != nil {
		zone = user.Zone(zone)
	}
	if name := e.Request.URL.Query().Get(collections.EventTimezone); name != "" {
		if zone, err = time.LoadLocation(name); err != nil || strings.EqualFold(name, "local") {
			return e.BadRequestError("There is no such time zone.", validation.Errors{
				collections.EventTimezone: validation.NewError("validation_time_zone", "This is not a time zone. Use a name like Asia/Hong_Kong."),
			})
		}
	}
	s, err := summarize(e.App, a.Now(), zone)
	if err != nil {
		return fmt.Errorf("sum up what is on: %w", err)
	}
	return e.JSON(http.StatusOK, s)
}

// summarize sums up what is on at now in a zone.
func summarize(app core.App, now time.Time, zone *time.Location) (s summary, err error) {
	today, week, month := calendar(now.In(zone))
	s = summary{Timezone: zone.String(), Date: now.In(zone).Format(time.DateOnly)}
	if s.Today, err = collections.CountEventsDuring(app, today); err != nil {
		return s, err
	}
	if s.Week, err = collections.CountEventsStarting(app, week); err != nil {
		return s, err
	}
	if s.Overdue, err = collections.CountOverdueEvents(app, now); err != nil {
		return s, err
	}
	if s.SentWeek, s.Late, err = collections.CountSentReminders(app, now.Add(-summaryWeek)); err != nil {
		return s, err
	}
	if s.Failed, err = collections.CountFailedReminders(app, now.Add(-summaryMonth)); err != nil {
		return s, err
	}
	counts, err := collections.CountEventsByDay(app, month, now)
	if err != nil {
		return s, err
	}
	for i, c := range counts {
		s.Days = append(s.Days, summaryDay{
			Day: month[i].From.In(zone).Format(time.DateOnly), Planned: c.Planned, Completed: c.Completed, Overdue: c.Overdue, Cancelled: c.Cancelled,
		})
	}
	return s, nil
}

// calendar gives, on the clocks of now's zone, today, the seven days after it, and each day of the month.
func calendar(now time.Time) (today, week collections.Span, month []collections.Span) {
	y, m, d := now.Date()
	span := func(first, end int) collections.Span {
		return collections.Span{From: midnight(y, m, first, now.Location()), To: midnight(y, m, end, now.Location())}
	}
	for day := 1; time.Date(y, m, day, 12, 0, 0, 0, time.UTC).Month() == m; day++ {
		month = append(month, span(day, day+1))
	}
	return span(d, d+1), span(d+1, d+8), month
}

// midnight gives the first instant of a day. Where clocks go forward then, the day begins an hour later.
func midnight(y int, m time.Month, d int, zone *time.Location) time.Time {
	at, _ := reminders.TimeOfDay(time.Date(y, m, d, 12, 0, 0, 0, zone), zone, "00:00") // reading a constant cannot fail
	return at
}
