package drills

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/collections"
)

// RemindAt is Remind for each of many times at once, by SQL in one transaction, and gives the time of each reminder by its
// id. The engine is woken.
func (i *Instance) RemindAt(due []time.Time, channels ...string) (map[string]time.Time, error) {
	at := map[string]time.Time{}
	err := i.RunInTransaction(func(tx core.App) error {
		for _, when := range due {
			id, err := i.remindBySQL(tx, when, channels)
			if err != nil {
				return fmt.Errorf("plan a reminder: %w", err)
			}
			at[id] = when
		}
		return nil
	})
	i.System.Engine.Wake()
	return at, err
}

func (i *Instance) remindBySQL(tx core.App, due time.Time, channels []string) (string, error) {
	contact, event, reminder := core.GenerateDefaultRandomId(), core.GenerateDefaultRandomId(), core.GenerateDefaultRandomId()
	now := collections.DateTime(time.Now())
	n := i.contacts
	i.contacts++
	phone := fmt.Sprintf("+852912%05d", n)
	if n%2 == 1 {
		phone = fmt.Sprintf("+86138001%05d", n)
	}
	rows := []struct {
		table  string
		values dbx.Params
	}{
		{collections.Contacts, dbx.Params{
			"id": contact, "customer": i.customer, "name": fmt.Sprintf("Reader %d", n), "active": true, "phone": phone,
			"email": fmt.Sprintf("reader%05d@example.test", n), "wechat_openid": fmt.Sprintf("oReader%021d", n), "wechat_status": "following",
		}},
		{collections.Events, dbx.Params{
			"id": event, "event_number": "TIMED-" + event, "title": "Quarterly visit", "status": "planned", "event_type": "other",
			"customer": i.customer, "sales_responsible": i.staff, "assigned_staff": "[]", "timezone": "Asia/Hong_Kong",
			"planned_start_date": collections.DateTime(due.Add(10 * 24 * time.Hour)),
			"planned_end_date":   collections.DateTime(due.Add(10*24*time.Hour + time.Hour)),
		}},
		{collections.Reminders, dbx.Params{
			"id": reminder, "event": event, "reminder_type": "custom", "title": "Bring the spare lamp", "origin": "manual", "status": "pending",
			"message":    "The **second** lamp is worn. Sign it out with the store before you leave.",
			"recipients": "[]", "contact_recipients": []string{contact}, "channels": channels, "send_datetime": collections.DateTime(due),
		}},
	}
	for _, row := range rows {
		row.values["created"], row.values["updated"] = now, now
		if err := insert(tx, row.table, row.values); err != nil {
			return "", err
		}
	}
	return reminder, nil
}

// insert writes a row, lists of strings as PocketBase stores them.
func insert(tx core.App, table string, values dbx.Params) error {
	for name, value := range values {
		if list, ok := value.([]string); ok {
			values[name] = types.JSONArray[string](list)
		}
	}
	_, err := tx.NonconcurrentDB().Insert(table, values).Execute()
	return err
}
