package reports

import (
	"fmt"
	"strings"
	"time"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reminders"
)

// failuresTold bounds the recipients that an item about a failed reminder names.
const failuresTold = 3

// message writes a reader's digest; false if there is nothing to say.
func (d digest) message(to reader) (notifiers.Message, bool, error) {
	lists := []struct {
		title locales.Key
		list  func(to reader) ([]notifiers.Item, int, error)
	}{
		{locales.DigestToday, d.today},
		{locales.DigestWeek, d.week},
		{locales.DigestOverdue, d.overdue},
		{locales.DigestFailed, d.failed},
	}
	var sections []notifiers.Section
	var counts [4]int
	for i, l := range lists {
		items, total, err := l.list(to)
		if err != nil {
			return notifiers.Message{}, false, fmt.Errorf("list %s: %w", l.title, err)
		}
		counts[i] = total
		if total > 0 {
			sections = append(sections, section(to, locales.Text(to.locale, l.title), items, total))
		}
	}
	day := d.now.In(to.zone)
	m := notifiers.Message{
		Company:  d.company.Name,
		Subject:  locales.DigestSubject(to.locale, day, counts[0], counts[1], counts[2], counts[3]),
		Title:    locales.Text(to.locale, locales.DigestTitle, locales.Date(to.locale, day)),
		Lead:     locales.Text(to.locale, locales.DigestLeadAll),
		Sections: sections,
	}
	if to.scope != "" {
		m.Lead = locales.Text(to.locale, locales.DigestLeadOwn)
	}
	d.explain(to, &m)
	return m, len(sections) > 0, nil
}

// explain says why the reader gets the digest and how to end it.
func (d digest) explain(to reader, m *notifiers.Message) {
	if to.user == "" {
		m.Footer = []string{locales.Text(to.locale, locales.FooterAdmin)}
		return
	}
	m.Footer = []string{locales.Text(to.locale, locales.DigestFooter)}
	m.Unsubscribe = d.reports.UnsubscribeURL(d.app, to.user)
	m.UnsubscribeLabel = locales.Text(to.locale, locales.DigestUnsubscribe)
}

// midnight gives the first instant of the day that is days after now's in the reader's zone.
func (d digest) midnight(to reader, days int) (time.Time, error) {
	y, m, day := d.now.In(to.zone).Date()
	return reminders.TimeOfDay(time.Date(y, m, day+days, 12, 0, 0, 0, to.zone), to.zone, "00:00")
}

// span gives the first instants of two days, counted from the reader's today.
func (d digest) span(to reader, first, end int) (from, until time.Time, err error) {
	if from, err = d.midnight(to, first); err != nil {
		return from, until, err
	}
	until, err = d.midnight(to, end)
	return from, until, err
}

// today lists what is on during the reader's day, also what began before it.
func (d digest) today(to reader) ([]notifiers.Item, int, error) {
	from, until, err := d.span(to, 0, 1)
	if err != nil {
		return nil, 0, err
	}
	events, total, err := collections.ListEventsDuring(d.app, to.scope, from, until, listed)
	if err != nil {
		return nil, 0, err
	}
	items, err := d.items(events, func(e *collections.Event) string { return d.when(to, e) })
	return items, total, err
}

// week lists what begins in the seven days after the reader's today.
func (d digest) week(to reader) ([]notifiers.Item, int, error) {
	from, until, err := d.span(to, 1, 8)
	if err != nil {
		return nil, 0, err
	}
	events, total, err := collections.ListEventsStarting(d.app, to.scope, from, until, listed)
	if err != nil {
		return nil, 0, err
	}
	items, err := d.items(events, func(e *collections.Event) string { return d.when(to, e) })
	return items, total, err
}

func (d digest) overdue(to reader) ([]notifiers.Item, int, error) {
	events, total, err := collections.ListOverdueEvents(d.app, to.scope, d.now, listed)
	if err != nil {
		return nil, 0, err
	}
	items, err := d.items(events, func(e *collections.Event) string { return d.delay(to, e) })
	return items, total, err
}

func (d digest) failed(to reader) ([]notifiers.Item, int, error) {
	found, total, err := collections.ListFailedReminders(d.app, to.scope, d.failedSince, d.now, listed)
	if err != nil {
		return nil, 0, err
	}
	var items []notifiers.Item
	for _, r := range found {
		item, err := d.failedItem(to, r)
		if err != nil {
			return nil, 0, err
		}
		items = append(items, item)
	}
	return items, total, nil
}

// failedItem tells of a reminder which event it was about, and whom it did not reach, and why.
func (d digest) failedItem(to reader, r *collections.Reminder) (notifiers.Item, error) {
	event, err := collections.Find[collections.Event](d.app, collections.Events, r.Event())
	if err != nil {
		return notifiers.Item{}, fmt.Errorf("find the event of reminder %s: %w", r.Id, err)
	}
	failures, err := collections.FailuresOf(d.app, r.Id)
	if err != nil {
		return notifiers.Item{}, fmt.Errorf("find whom reminder %s did not reach: %w", r.Id, err)
	}
	var told []string
	for i, f := range failures {
		if i == failuresTold {
			told = append(told, locales.Count(to.locale, locales.DigestMore, len(failures)-i))
			break
		}
		told = append(told, locales.Text(to.locale, locales.DigestFailedItem, f.Name, within(to.locale, f.Channel), locales.Reason(to.locale, f.Error)))
	}
	if len(failures) == 0 {
		told = append(told, locales.Reason(to.locale, r.StatusReason()))
	}
	item, err := d.item(event, d.when(to, event), told...)
	if err != nil {
		return notifiers.Item{}, err
	}
	item.Title = r.Title()
	if !strings.Contains(item.Title, event.Title()) {
		item.Title = joined(item.Title, event.Title())
	}
	return item, nil
}

// within names a channel inside a sentence, where English writes email small.
func within(locale, channel string) string {
	if locale == locales.EN && channel == notifiers.Email {
		return "email"
	}
	return locales.Channel(locale, channel)
}
