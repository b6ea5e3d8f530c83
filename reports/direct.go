package reports

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
	"tminus/reminders"
)

// Outgoing is a message to be queued. Its identity comes from the row, the address from the message's recipient.
type Outgoing struct {
	Key     string // nobody gets two messages with one key
	Kind    string
	Channel string
	User    string // empty for an address that is no user's
	Message notifiers.Message
}

// Queue puts a message into the outbox and gives its row. With a key that was used before it changes nothing.
func Queue(tx core.App, o Outgoing, now time.Time) (*collections.Delivery, error) {
	d := &collections.Delivery{
		ID: core.GenerateDefaultRandomId(), Key: o.Key, Kind: o.Kind, User: o.User, Channel: o.Channel,
		Address: o.Message.To.Address, Subject: o.Message.Subject, Status: collections.DeliveryQueued,
	}
	m := o.Message
	m.ID, m.Kind, m.Channel, m.CreatedAt = d.ID, o.Kind, o.Channel, now.UTC().Truncate(time.Second)
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("store the message: %w", err)
	}
	d.Message = string(raw)
	if _, err := collections.InsertDelivery(tx, d, now); err != nil {
		return nil, fmt.Errorf("queue the message: %w", err)
	}
	return d, nil
}

// TestMessage is what an administrator sends to see whether a channel works.
func TestMessage(company planner.Company, locale, channel, asker string, to notifiers.Recipient, now time.Time) notifiers.Message {
	locale = locales.Match(locale)
	name := locales.Channel(locale, channel)
	return notifiers.Message{
		Locale: locale, Company: company.Name, To: to,
		Subject: locales.Text(locale, locales.TestSubject, name), Title: locales.Text(locale, locales.TestTitle, name),
		Lead:   locales.Text(locale, locales.TestBody, name, asker, locales.DateTime(locale, now.In(company.Zone))),
		Values: testValues(company, locale, locales.Text(locale, locales.TestTitle, name), asker, now),
	}
}

// testValues fill whatever approved template a provider sends a test by: as of an event of the company's own, now.
func testValues(company planner.Company, locale, title, asker string, now time.Time) map[string]string {
	return reminders.Values(map[string]string{
		notifiers.ValueTitle: title, notifiers.ValueEvent: title, notifiers.ValueCustomer: company.Name,
		notifiers.ValueTime: now.In(company.Zone).Format("2006-01-02 15:04"), notifiers.ValuePlace: company.Name,
		notifiers.ValueNumber: "TEST", notifiers.ValueType: locales.EventType(locale, "other"),
		notifiers.ValueResponsible: asker, notifiers.ValueDays: locales.DaysLeft(locale, 0),
	})
}

// Invitation asks a new user to choose a password.
func Invitation(company planner.Company, locale, inviter string, to notifiers.Recipient, link string, until time.Time) notifiers.Message {
	return notifiers.Message{
		Locale: locale, Company: company.Name, To: to,
		Subject: locales.Text(locale, locales.InviteSubject, inviter), Title: locales.Text(locale, locales.InviteTitle),
		Lead:   locales.Text(locale, locales.InviteLead, inviter, to.Address),
		Action: &notifiers.Link{Label: locales.Text(locale, locales.InviteButton), URL: link},
		Footer: []string{
			locales.Text(locale, locales.InviteValidity, locales.DateTime(locale, until.In(company.Zone))),
			locales.Text(locale, locales.InviteFooter),
		},
	}
}
