package api

import (
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/reminders"
)

// smsMonths is how many months the status tells of, this one included.
const smsMonths = 12

// smsStatus is what SMS come to. Months are those of the company's zone.
type smsStatus struct {
	Currency   string     `json:"currency"`    // of every cost, ISO 4217
	DailyCap   int        `json:"daily_cap"`   // messages to one number in a day
	MonthlyCap int        `json:"monthly_cap"` // parts in a month; 0 = no limit
	Held       int        `json:"held"`        // messages that wait for one of the limits
	Months     []smsMonth `json:"months"`      // this one first
}

type smsMonth struct {
	Month    string  `json:"month"` // YYYY-MM
	Messages int     `json:"messages"`
	Parts    int     `json:"parts"`
	Cost     float64 `json:"cost"`
}

func (a *API) smsStatus(app core.App) (s smsStatus, err error) {
	settings, err := collections.ReadSMSSettings(app)
	if err != nil {
		return s, err
	}
	s = smsStatus{Currency: settings.Currency, DailyCap: settings.DailyCap, MonthlyCap: settings.MonthlyCap}
	zone := a.Company(app).Zone
	spans := make([]collections.Span, smsMonths)
	for i := range spans {
		spans[i].From, spans[i].To = reminders.MonthOf(a.Now(), zone, -i)
	}
	sums, err := collections.SumSMS(app, spans)
	if err != nil {
		return s, err
	}
	for i, sum := range sums {
		s.Months = append(s.Months, smsMonth{
			Month: spans[i].From.In(zone).Format("2006-01"), Messages: sum.Messages, Parts: sum.Parts, Cost: sum.Cost,
		})
	}
	held, err := collections.SMSHeld(app, a.Now(), reminders.HeldReasons...)
	s.Held = len(held)
	return s, err
}
