package main

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/bench/drills"
	"tminus/collections"
)

var (
	kinds  = []string{"customer_visit", "installation", "maintenance", "training", "exhibition", "meeting", "other"}
	states = []string{"planned", "confirmed", "in_progress", "completed", "cancelled"}
	places = []string{"Harbour", "Kowloon", "Lantau", "Victoria", "Sai Kung", "深圳", "上海", "廣州"}
	works  = []string{"Quarterly review", "Warranty check", "水泵安裝", "Operator training", "Contract talk", "年度校准", "Fault inspection"}
)

// fill puts so many records in by SQL: only that is fast enough. Two thirds of the events are past.
func fill(d *drills.Instance, s size) error {
	return d.RunInTransaction(func(tx core.App) error {
		people, err := fillPeople(tx, s.people)
		if err != nil {
			return err
		}
		customers := make([]string, s.customers)
		for n := range customers {
			customers[n] = core.GenerateDefaultRandomId()
			err := insert(tx, "customers", dbx.Params{
				"id": customers[n], "name": fmt.Sprintf("%s Instruments %d 有限公司", places[n%len(places)], n), "active": true,
				"address": fmt.Sprintf("%d Queen's Road", n), "timezone": "Asia/Hong_Kong", "owner": people[n%len(people)],
			})
			if err != nil {
				return err
			}
		}
		first := time.Now().AddDate(0, 0, -730).Truncate(time.Hour)
		step := time.Duration(1095*24) * time.Hour / time.Duration(s.events)
		for n := range s.events {
			start := first.Add(time.Duration(n) * step).Truncate(time.Minute)
			if err := fillEvent(tx, n, start, customers[n%len(customers)], people, s.perEvent); err != nil {
				return err
			}
		}
		_, err = tx.NonconcurrentDB().NewQuery("ANALYZE").Execute()
		return err
	})
}

func fillPeople(tx core.App, n int) ([]string, error) {
	ids := make([]string, n)
	for k := range ids {
		u, err := collections.NewUser(tx)
		if err != nil {
			return nil, err
		}
		u.SetName(fmt.Sprintf("Person %d", k))
		u.SetEmail(fmt.Sprintf("person%d@example.test", k))
		u.SetRandomPassword()
		u.SetRole(collections.RoleStaff)
		u.SetActive(true)
		if err := tx.Save(u); err != nil {
			return nil, err
		}
		ids[k] = u.Id
	}
	return ids, nil
}

func fillEvent(tx core.App, n int, start time.Time, customer string, people []string, reminders int) error {
	id := core.GenerateDefaultRandomId()
	status := states[n%2] // planned or confirmed
	if start.Before(time.Now()) {
		status = states[3+n%10/9] // completed, one in ten cancelled
	}
	err := insert(tx, "events", dbx.Params{
		"id": id, "event_number": fmt.Sprintf("EV-%d-%05d", start.Year(), n), "title": fmt.Sprintf("%s %d", works[n%len(works)], n),
		"status": status, "event_type": kinds[n%len(kinds)], "customer": customer, "timezone": "Asia/Hong_Kong", "location": places[n%len(places)],
		"planned_start_date": collections.DateTime(start), "planned_end_date": collections.DateTime(start.Add(2 * time.Hour)),
		"sales_responsible": people[n%len(people)], "assigned_staff": `["` + people[(n+1)%len(people)] + `"]`, "auto_reminders": true,
	})
	if err != nil {
		return err
	}
	for k := range reminders {
		at := start.AddDate(0, 0, -[]int{7, 3, 1}[k%3])
		state := "pending"
		if at.Before(time.Now()) {
			state = "sent"
		}
		err := insert(tx, "reminders", dbx.Params{
			"id": core.GenerateDefaultRandomId(), "event": id, "reminder_type": []string{"checklist", "equipment", "safety"}[k%3],
			"title": "Bring the spare lamp", "status": state, "origin": "manual", "channels": `["email"]`,
			"recipients": `["` + people[n%len(people)] + `"]`, "send_datetime": collections.DateTime(at),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func insert(tx core.App, table string, row dbx.Params) error {
	row["created"], row["updated"] = collections.DateTime(time.Now()), collections.DateTime(time.Now())
	_, err := tx.NonconcurrentDB().Insert(table, row).Execute()
	return err
}
