package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
	"tminus/reminders"
)

// separator stands between the parts of an item's detail, in every language.
const separator = " · "

// writer writes one report for all its readers. It reads each name at most once.
type writer struct {
	app     core.App
	reports *Reports
	company planner.Company
	now     time.Time
	names   map[string]string
}

func (r *Reports) writer(app core.App, c planner.Company, now time.Time) *writer {
	return &writer{app: app, reports: r, company: c, now: now, names: map[string]string{}}
}

func (w *writer) name(collection, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	key := collection + "/" + id
	if name, ok := w.names[key]; ok {
		return name, nil
	}
	name, err := collections.NameOf(w.app, collection, id)
	if err != nil {
		return "", fmt.Errorf("read the name of %s: %w", key, err)
	}
	w.names[key] = name
	return name, nil
}

// item tells of an event: first says what brings it here, then come the customer, who is responsible, and the rest.
func (w *writer) item(e *collections.Event, first string, rest ...string) (notifiers.Item, error) {
	customer, err := w.name(collections.Customers, e.Customer())
	if err != nil {
		return notifiers.Item{}, err
	}
	responsible, err := w.name(collections.Users, e.SalesResponsible())
	if err != nil {
		return notifiers.Item{}, err
	}
	detail := append([]string{first, customer, responsible}, rest...)
	return notifiers.Item{Title: e.Title(), Detail: joined(detail...), URL: w.reports.EventURL(w.app, e.Id)}, nil
}

// items makes one item for each event; first gives what brings it here.
func (w *writer) items(events []*collections.Event, first func(*collections.Event) string) ([]notifiers.Item, error) {
	items := make([]notifiers.Item, 0, len(events))
	for _, e := range events {
		item, err := w.item(e, first(e))
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// when gives the span of an event on the reader's clock, without the date if it is all today. The zone is named where
// the event's own clock shows another time.
func (w *writer) when(to reader, e *collections.Event) string {
	start, end := e.PlannedStart().In(to.zone), e.PlannedEnd().In(to.zone)
	span := locales.Range(to.locale, start, e.PlannedEnd())
	today := w.now.In(to.zone).Format(time.DateOnly)
	if end.After(start) && start.Format(time.DateOnly) == today && end.Format(time.DateOnly) == today {
		span = locales.Time(to.locale, start) + "–" + locales.Time(to.locale, end)
	}
	return span + w.zoneNote(to, e, start)
}

func (w *writer) zoneNote(to reader, e *collections.Event, at time.Time) string {
	_, own := at.In(e.Zone(w.company.Zone)).Zone()
	if _, readers := at.In(to.zone).Zone(); own == readers {
		return ""
	}
	return locales.Parenthesis(to.locale, locales.Zone(to.locale, at.In(to.zone)))
}

// delay says for how many of the reader's days an event is overdue, and what should have happened when.
func (w *writer) delay(to reader, e *collections.Event) string {
	since := e.OverdueSince().In(to.zone)
	moment := locales.DateTime(to.locale, since)
	note := w.zoneNote(to, e, since)
	text := locales.Text(to.locale, locales.OverdueNotStarted, locales.EventStatus(to.locale, e.Status()), moment+note)
	if e.Status() == collections.EventInProgress {
		text = locales.Text(to.locale, locales.OverdueEnd, moment+note)
	}
	return joined(locales.DaysOverdue(to.locale, -reminders.DaysLeft(since, w.now, to.zone)), text)
}

// section is a list of which total is told though it may not show all.
func section(to reader, title string, items []notifiers.Item, total int) notifiers.Section {
	if more := total - len(items); more > 0 {
		items = append(slices.Clip(items), notifiers.Item{Title: locales.Count(to.locale, locales.DigestMore, more)})
	}
	return notifiers.Section{Title: title, Items: items}
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), separator)
}
