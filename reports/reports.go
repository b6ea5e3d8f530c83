// Package reports is what people read: the daily digest, the alert about overdue events, and the alert about a channel
// that paused. A report is queued, never sent: its rows join the outbox in the transaction that remembers the report as
// made, and the unique key of a row keeps anybody from getting it twice.
package reports

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
	"tminus/reminders"
)

var _ planner.Alerter = (*Reports)(nil)

// JobDigest is the job whose last run has the day of the last digest as its occasion.
const JobDigest = "daily-event-digest"

const (
	// batchRows bounds what one transaction writes, with room for the run of the job in a hundred.
	batchRows = 80
	// listed bounds a list in a message; the rest is told as a number.
	listed = 50
)

// Reports makes the reports. Its methods may be called at the same time, also by several processes on one database.
type Reports struct {
	// Now is the wall clock.
	Now func() time.Time
	// Company gives the company's name, zone and language, which are also those of ADMIN_EMAIL and of users who have none.
	Company func(app core.App) planner.Company
	// PublicURL gives the address of the web app without a trailing slash; empty if unknown.
	PublicURL func(app core.App) string
	// EventURL gives the page of an event.
	EventURL func(app core.App, event string) string
	// AdminEmail gets the company's digest and every alert; empty = nobody besides the users.
	AdminEmail string
	// UnsubscribeURL gives the link that ends a user's digests.
	UnsubscribeURL func(app core.App, user string) string
}

// reader is somebody who gets a report at an email address.
type reader struct {
	user    string // the id; empty for ADMIN_EMAIL
	name    string
	address string
	locale  string
	zone    *time.Location
	scope   collections.Scope // of the digest
}

// key is what two spellings of one address have in common.
func (to reader) key() string { return foldAddress(to.address) }

func foldAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

func userReader(u *collections.User, c planner.Company) reader {
	locale := u.Locale()
	if locale == "" {
		locale = c.Locale
	}
	to := reader{
		user: u.Id, name: u.Name(), address: u.Email(), locale: locales.Match(locale), zone: u.Zone(c.Zone),
	}
	if !u.IsManager() {
		to.scope = collections.Scope(u.Id)
	}
	return to
}

// readers gives the users and ADMIN_EMAIL, each address once. ADMIN_EMAIL reads about everybody's events, so a user of
// that address does too.
func (r *Reports) readers(users []*collections.User, c planner.Company) []reader {
	admin := reader{address: strings.TrimSpace(r.AdminEmail), locale: locales.Match(c.Locale), zone: c.Zone}
	seen := map[string]bool{"": true}
	var readers []reader
	for _, u := range users {
		to := userReader(u, c)
		if seen[to.key()] {
			continue
		}
		if to.key() == admin.key() {
			to.scope = ""
		}
		seen[to.key()] = true
		readers = append(readers, to)
	}
	if !seen[admin.key()] {
		readers = append(readers, admin)
	}
	return readers
}

// administrators gives everybody who is to be told when something needs an administrator.
func (r *Reports) administrators(app core.App, c planner.Company) ([]reader, error) {
	admins, err := collections.ActiveUsersByRole(app, collections.RoleAdmin)
	if err != nil {
		return nil, fmt.Errorf("find the administrators: %w", err)
	}
	return r.readers(admins, c), nil
}

// row gives the delivery of a message to a reader: queued, or skipped if the reader's address was refused before. The
// key begins with what makes the report the same one.
func (r *Reports) row(app core.App, to reader, kind, key string, m notifiers.Message) (*collections.Delivery, error) {
	d := &collections.Delivery{
		ID: collections.DeliveryID(key + "/" + to.key()), Key: key + "/" + to.key(), Kind: kind, User: to.user, Channel: notifiers.Email,
		Address: to.address, Subject: m.Subject, Status: collections.DeliveryQueued,
	}
	_, refused, err := collections.AddressRefused(app, notifiers.Email, to.address)
	if err != nil {
		return nil, fmt.Errorf("look up whether an address was refused: %w", err)
	}
	if refused {
		d.Status, d.Error = collections.DeliverySkipped, reminders.ReasonAddressRefused
		return d, nil
	}
	m.ID, m.Kind, m.Channel, m.Locale, m.CreatedAt = d.ID, kind, notifiers.Email, to.locale, r.Now().UTC().Truncate(time.Second)
	m.To = notifiers.Recipient{Name: to.name, Address: to.address}
	if base := r.PublicURL(app); base != "" {
		m.Action = &notifiers.Link{Label: locales.Text(to.locale, locales.OpenApp), URL: base + "/"}
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("store the message: %w", err)
	}
	d.Message = string(raw)
	return d, nil
}

// insert queues rows that are not there yet.
func insert(tx core.App, rows []*collections.Delivery, now time.Time) error {
	for _, d := range rows {
		if _, err := collections.InsertDelivery(tx, d, now); err != nil {
			return fmt.Errorf("queue the %s message: %w", d.Kind, err)
		}
	}
	return nil
}
