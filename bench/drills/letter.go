package drills

import (
	"time"

	"tminus/collections"
)

// Letter is a reminder by email whose reader and words a drill chooses.
type Letter struct {
	Address, Title, Message string
	Due                     time.Time
}

// Write saves an event in ten days with the letter as its one reminder, to a person of its own at the customer's, and gives
// the reminder's id.
func (i *Instance) Write(l Letter) (string, error) {
	event, err := collections.NewEvent(i.App)
	if err != nil {
		return "", err
	}
	event.SetTitle("Quarterly visit")
	event.SetCustomer(i.customer)
	event.SetSalesResponsible(i.staff)
	event.SetPlannedStart(l.Due.Add(10 * 24 * time.Hour))
	if err := i.Save(event); err != nil {
		return "", err
	}
	reader, err := collections.NewContact(i.App)
	if err != nil {
		return "", err
	}
	reader.SetCustomer(i.customer)
	reader.SetName("Reader of " + l.Title)
	reader.SetEmail(l.Address)
	reader.SetActive(true)
	if err := i.Save(reader); err != nil {
		return "", err
	}
	r, err := collections.NewReminder(i.App)
	if err != nil {
		return "", err
	}
	r.SetEvent(event.Id)
	r.SetType("custom")
	r.SetTitle(l.Title)
	r.SetMessage(l.Message)
	r.SetContactRecipients([]string{reader.Id})
	r.SetChannels([]string{"email"})
	r.SetSendAt(l.Due)
	return r.Id, i.Save(r)
}
