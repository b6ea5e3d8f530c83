package reports

import (
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
)

// ChannelPaused implements planner.Alerter: it queues an alert by email to every administrator, at most one an hour for
// a channel, so that one which comes and goes does not flood them. The alert about email itself waits with all other
// email, and its words hold both before and after it could leave.
func (r *Reports) ChannelPaused(tx core.App, channel, reason, hint string, since time.Time) error {
	company := r.Company(tx)
	readers, err := r.administrators(tx, company)
	if err != nil {
		return err
	}
	key := "alert/" + channel + "/" + since.UTC().Format("2006-01-02T15")
	var rows []*collections.Delivery
	for _, to := range readers {
		m := pausedAlert(to, channel, reason, hint, since)
		m.Company = company.Name
		row, err := r.row(tx, to, collections.KindAlert, key, m)
		if err != nil {
			return fmt.Errorf("write the alert about %s: %w", channel, err)
		}
		rows = append(rows, row)
	}
	return insert(tx, rows, r.Now())
}

func pausedAlert(to reader, channel, reason, hint string, since time.Time) notifiers.Message {
	at := since.In(to.zone)
	when := locales.DateTime(to.locale, at) + locales.Parenthesis(to.locale, locales.Zone(to.locale, at))
	reason = locales.Reason(to.locale, strings.TrimRight(strings.TrimSpace(reason), ".。"))
	name := locales.Channel(to.locale, channel)
	m := notifiers.Message{
		Subject: locales.Text(to.locale, locales.ChannelPausedSubject, name),
		Title:   locales.Text(to.locale, locales.ChannelPausedTitle, name),
		Lead:    locales.Text(to.locale, locales.ChannelPausedLead, name, when, reason),
		Body:    locales.Text(to.locale, locales.ChannelPausedWait),
		Footer:  []string{locales.Text(to.locale, locales.FooterAdmin)},
	}
	if channel == notifiers.Email {
		m.Subject = locales.Text(to.locale, locales.EmailPausedSubject, locales.ShortDateTime(to.locale, at))
		m.Title = locales.Text(to.locale, locales.EmailPausedTitle)
		m.Lead = locales.Text(to.locale, locales.EmailPausedLead, when, reason)
		m.Body = locales.Text(to.locale, locales.EmailPausedWait)
	}
	if hint != "" {
		m.Facts = []notifiers.Fact{{Label: locales.Text(to.locale, locales.LabelHint), Value: hint}}
	}
	return m
}
