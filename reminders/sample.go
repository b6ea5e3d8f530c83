package reminders

import (
	"time"

	"tminus/locales"
)

// Sample gives a made-up event in a language, to show what a template looks like: it starts three days after now, at ten
// on the clocks of zone. Its numbers and addresses are nobody's.
func Sample(locale, company string, zone *time.Location, now time.Time) Brief {
	text := func(key locales.Key) string { return locales.Text(locale, key) }
	start, err := Due(now, zone, -3, "10:00")
	if err != nil {
		start = now // never: the time of day is a constant
	}
	return Brief{
		Company: company, Number: "EV-2026-0001", Title: text(locales.SampleEvent), Type: "maintenance",
		Start: start, End: start.Add(2 * time.Hour), Zone: zone,
		Location: text(locales.SampleLocation), Description: text(locales.SampleDescription),
		Customer: text(locales.SampleCustomer), CustomerAddress: text(locales.SampleAddress), CustomerNotes: text(locales.SampleNotes),
		ContactName: text(locales.SampleContact), ContactTitle: text(locales.SampleContactTitle),
		ContactPhone: "+85255500199", ContactEmail: "contact@customer.example",
		Responsible: text(locales.SampleResponsible), ResponsiblePhone: "+85255500100", Team: []string{text(locales.SampleColleague)},
	}
}
