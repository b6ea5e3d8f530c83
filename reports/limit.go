package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
)

// SMSHeld implements planner.Alerter: it queues an alert by email to every administrator, one for a number and day and one
// for a month, both of the company's zone. Numbers are masked: a mail goes where nobody asks for a role.
func (r *Reports) SMSHeld(tx core.App, h planner.SMSHold) error {
	company := r.Company(tx)
	readers, err := r.administrators(tx, company)
	if err != nil {
		return err
	}
	key := "alert/sms-month/" + h.From.In(company.Zone).Format("2006-01")
	if h.Number != "" {
		sum := sha256.Sum256([]byte(h.Number))
		key = "alert/sms-day/" + h.From.In(company.Zone).Format(time.DateOnly) + "/" + hex.EncodeToString(sum[:8])
	}
	var rows []*collections.Delivery
	for _, to := range readers {
		m := heldAlert(to, h, company.Zone)
		m.Company = company.Name
		row, err := r.row(tx, to, collections.KindAlert, key, m)
		if err != nil {
			return fmt.Errorf("write the alert about SMS that are held: %w", err)
		}
		rows = append(rows, row)
	}
	return insert(tx, rows, r.Now())
}

// heldAlert tells what is held and until when. The day and the month are the company's, the moment is on the reader's clock.
func heldAlert(to reader, h planner.SMSHold, zone *time.Location) notifiers.Message {
	until := h.Until.In(to.zone)
	when := locales.DateTime(to.locale, until) + locales.Parenthesis(to.locale, locales.Zone(to.locale, until))
	m := notifiers.Message{
		Title:  locales.Text(to.locale, locales.SMSHeldTitle),
		Body:   locales.Count(to.locale, locales.SMSHeldWait, h.Waiting, when),
		Facts:  []notifiers.Fact{{Label: locales.Text(to.locale, locales.LabelHint), Value: locales.Text(to.locale, locales.SMSHeldHint)}},
		Footer: []string{locales.Text(to.locale, locales.FooterAdmin)},
	}
	if h.Number == "" {
		month := locales.Month(to.locale, h.From.In(zone))
		m.Subject = locales.Text(to.locale, locales.SMSMonthSubject, month)
		m.Lead = locales.Text(to.locale, locales.SMSMonthLead, h.Limit, month)
		return m
	}
	number, day := collections.MaskNumber(h.Number), h.From.In(zone)
	m.Subject = locales.Text(to.locale, locales.SMSDaySubject, number, locales.ShortDate(to.locale, day))
	m.Lead = locales.Text(to.locale, locales.SMSDayLead, number, h.Limit, locales.Date(to.locale, day))
	return m
}
