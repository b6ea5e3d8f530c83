package planner

import (
	"tminus/collections"
)

// ahead reads what some reminders are about in a few queries, rather than each record by itself when it is needed: the
// events, their people and customers, the recipients, and which of the recipients' addresses were refused. What is not
// found stays to be looked for.
func (l *loader) ahead(due []*collections.Reminder) error {
	if len(due) < 2 {
		return nil
	}
	events, users, contacts, customers := ids{}, ids{}, ids{}, ids{}
	for _, r := range due {
		events.add(r.Event())
		users.add(r.Recipients()...)
		contacts.add(r.ContactRecipients()...)
	}
	if err := collections.FindInto(l.app, collections.Events, events, l.events); err != nil {
		return err
	}
	for _, e := range l.events {
		customers.add(e.Customer())
		contacts.add(e.ContactPerson())
		users.add(e.SalesResponsible())
		users.add(e.AssignedStaff()...)
	}
	if err := collections.FindInto(l.app, collections.Users, users, l.users); err != nil {
		return err
	}
	if err := collections.FindInto(l.app, collections.Contacts, contacts, l.contacts); err != nil {
		return err
	}
	if err := collections.FindInto(l.app, collections.Customers, customers, l.customers); err != nil {
		return err
	}
	return l.refusals(due)
}

// refusals asks which addresses of the recipients were refused.
func (l *loader) refusals(due []*collections.Reminder) error {
	addresses := map[string][]string{}
	for _, r := range due {
		for _, to := range recipientsOf(l, r) {
			for _, channel := range r.Channels() {
				if address := to.address(channel); address != "" {
					addresses[channel] = append(addresses[channel], address)
				}
			}
		}
	}
	l.refused = map[string]bool{}
	for channel, some := range addresses {
		refused, err := collections.AddressesRefused(l.app, channel, some)
		if err != nil {
			return err
		}
		for _, address := range some {
			l.refused[channel+"/"+address] = refused(address)
		}
	}
	return nil
}

func (l *loader) addressRefused(channel, address string) (bool, error) {
	if refused, known := l.refused[channel+"/"+address]; known {
		return refused, nil
	}
	_, refused, err := collections.AddressRefused(l.app, channel, address)
	return refused, err
}

// ids is a set of records to read.
type ids map[string]bool

func (i ids) add(some ...string) {
	for _, id := range some {
		if id != "" {
			i[id] = true
		}
	}
}
