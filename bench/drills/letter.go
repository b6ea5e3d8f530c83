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
	event, err := i.visit(l.Due.Add(10*24*time.Hour), false)
	if err != nil {
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
	return i.note(event, reader.Id, l, []string{"email"})
}
