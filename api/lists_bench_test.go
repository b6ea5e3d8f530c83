package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// BenchmarkLists measures what the web app's lists ask for, on the data of a company that has been at work for years:
//
//	go test ./api -run xxx -bench Lists -benchtime 20x
func BenchmarkLists(b *testing.B) {
	s := apptest.New(b).Serve()
	fillMany(b, s, 100_000)
	staff, customer := apptest.UserID("staff"), fmt.Sprintf("customer%07d", 7)
	const expand = "&expand=customer,sales_responsible,reminders_via_event"
	search := func(word string, fields ...string) string {
		var parts []string
		for _, f := range fields {
			parts = append(parts, fmt.Sprintf("%s ~ '%s'", f, word))
		}
		return strings.Join(parts, " || ")
	}
	everywhere := []string{"title", "customer.name", "event_number", "location"}
	lists := []struct{ name, collection, filter, rest string }{
		{"events by start", "events", "", "&sort=planned_start_date" + expand},
		{"events by start, the last first", "events", "", "&sort=-planned_start_date" + expand},
		{"events by title", "events", "", "&sort=title" + expand},
		{"events by customer", "events", "", "&sort=customer.name" + expand},
		{"events by status", "events", "", "&sort=status,planned_start_date" + expand},
		{"events by number", "events", "", "&sort=-event_number" + expand},
		{"events of a status", "events", "status = 'planned'", "&sort=planned_start_date" + expand},
		{"events of a type", "events", "event_type = 'training'", "&sort=planned_start_date" + expand},
		{"events of a customer", "events", "customer = '" + customer + "'", "&sort=planned_start_date" + expand},
		{"events of a person", "events", "sales_responsible = '" + staff + "'", "&sort=planned_start_date" + expand},
		{"events with a person", "events", "assigned_staff ~ '" + staff + "'", "&sort=planned_start_date" + expand},
		{"events of a month", "events", "planned_start_date >= '2026-03-01' && planned_start_date < '2026-04-01'", "&sort=planned_start_date" + expand},
		{"events by words", "events", search("Harbour", everywhere...), "&sort=planned_start_date" + expand},
		{"events by a word that few have", "events", search("Visit 77", everywhere...), "&sort=-planned_start_date" + expand},
		{"events by all of it", "events", "status != 'cancelled' && planned_start_date >= '2026-01-01' && assigned_staff ~ '" + staff + "' && (" +
			search("Harbour", everywhere...) + ")", "&sort=customer.name" + expand},
		{"customers", "customers", "", "&sort=name"},
		{"customers by words", "customers", search("Medical 1", "name", "address"), "&sort=name"},
		{"reminders of an event", "reminders", fmt.Sprintf("event = 'event%010d'", 4711), "&sort=send_datetime"},
		{"reminders that failed", "reminders", "status = 'failed'", "&sort=-send_datetime&expand=event"},
		{"deliveries", "deliveries", "", "&sort=-created&expand=user,event"},
		{"deliveries of a channel", "deliveries", "channel = 'sms'", "&sort=-created"},
		{"deliveries of a rare channel", "deliveries", "channel = 'wechat'", "&sort=-created"},
		{"deliveries of a status", "deliveries", "status = 'failed'", "&sort=-created"},
		{"deliveries of a kind", "deliveries", "kind = 'digest'", "&sort=-created"},
		{"deliveries of a reminder", "deliveries", fmt.Sprintf("reminder = 'reminder%07d'", 4711), "&sort=created"},
		{"deliveries about an event's title", "deliveries", "reminder.event.title ~ 'Visit 47'", "&sort=-created"},
		{"deliveries since", "deliveries", "created >= '2026-02-20' && status = 'failed' && channel = 'email'", "&sort=-created"},
	}
	for _, role := range []string{"staff", "manager"} {
		token := s.Token(role)
		for _, l := range lists {
			address := fmt.Sprintf("/api/collections/%s/records?perPage=30&filter=%s%s", l.collection, url.QueryEscape(l.filter), l.rest)
			b.Run(role+"/"+l.name, func(b *testing.B) {
				for b.Loop() {
					if answer := s.DoToken(token, http.MethodGet, address, nil); answer.Status != http.StatusOK {
						b.Fatalf("%d %.300s", answer.Status, answer.Body)
					}
				}
			})
		}
	}
}

// BenchmarkSummary measures what the Today page asks for.
func BenchmarkSummary(b *testing.B) {
	s := apptest.New(b).Serve()
	fillMany(b, s, 0)
	token := s.Token("viewer")
	for b.Loop() {
		if answer := s.DoToken(token, http.MethodGet, "/api/tminus/summary", nil); answer.Status != http.StatusOK {
			b.Fatalf("%d %.300s", answer.Status, answer.Body)
		}
	}
}

// fillMany writes 500 customers, 10,000 events of two years around today, 30,000 reminders of theirs, and deliveries.
func fillMany(b *testing.B, s *apptest.Server, deliveries int) {
	b.Helper()
	users := []string{apptest.UserID("staff"), apptest.UserID("manager"), apptest.UserID("admin")}
	for i := range 40 {
		users = append(users, s.NewUser(fmt.Sprintf("Colleague %d", i), fmt.Sprintf("colleague%d@example.test", i), "en").Id)
	}
	pick := func(list []string, i int) string { return list[i%len(list)] }
	now := apptest.Start
	insertMany(b, s, collections.Customers, 500, func(i int) dbx.Params {
		return dbx.Params{"id": fmt.Sprintf("customer%07d", i), "name": fmt.Sprintf("%s %d", pick([]string{"Harbour Medical", "Kowloon Optics", "深圳精密", "Lantau Hotels"}, i), i),
			"address": fmt.Sprintf("%d Queen's Road", i), "location": `{"lon":0,"lat":0}`, "timezone": "", "notes": "", "owner": pick(users, i), "active": true}
	})
	statuses := func(at time.Time, i int) string {
		if i%11 == 0 {
			return collections.EventCancelled
		}
		if at.Before(now) && i%200 != 0 {
			return collections.EventCompleted
		}
		return pick([]string{collections.EventPlanned, collections.EventConfirmed}, i)
	}
	types := []string{"customer_visit", "installation", "maintenance", "training", "exhibition", "meeting", "other"}
	insertMany(b, s, collections.Events, 10_000, func(i int) dbx.Params {
		at := now.Add(time.Duration(i-6000) * 2 * time.Hour)
		return dbx.Params{
			"id": fmt.Sprintf("event%010d", i), "event_number": fmt.Sprintf("EV-2026-%05d", i), "title": fmt.Sprintf("Visit %d about the yearly service", i*7919%10_000),
			"event_type": pick(types, i), "status": statuses(at, i), "customer": fmt.Sprintf("customer%07d", i*31%500), "contact_person": "",
			"location": fmt.Sprintf("Floor %d", i%40), "timezone": "Asia/Hong_Kong", "planned_start_date": collections.DateTime(at),
			"planned_end_date": collections.DateTime(at.Add(2 * time.Hour)), "actual_start_date": "", "actual_end_date": "", "sales_responsible": pick(users, i),
			"assigned_staff": fmt.Sprintf("[%q,%q]", pick(users, i+1), pick(users, i+2)), "description": strings.Repeat("Two lamps and a scale. ", 10),
			"reminder_plan": "", "auto_reminders": true, "created_by": pick(users, i), "overdue_alerted": "",
		}
	})
	insertMany(b, s, collections.Reminders, 30_000, func(i int) dbx.Params {
		at := now.Add(time.Duration(i/3-6000)*2*time.Hour - time.Duration([]int{7, 3, 1}[i%3])*day)
		status, sent := collections.ReminderPending, ""
		if at.Before(now) {
			status, sent = collections.ReminderSent, collections.DateTime(at).String()
			if i%300 == 0 {
				status = collections.ReminderFailed
			}
		}
		return dbx.Params{
			"id": fmt.Sprintf("reminder%07d", i), "event": fmt.Sprintf("event%010d", i/3), "reminder_type": "checklist", "title": "Pre-Departure Checklist",
			"message": strings.Repeat("- Look at the list once more\n", 20), "recipients": fmt.Sprintf("[%q]", pick(users, i/3)), "contact_recipients": "[]",
			"send_datetime": collections.DateTime(at), "channels": `["email","sms"]`, "status": status, "status_reason": "", "sent_at": sent,
			"channel_status": "{}", "origin": "plan", "plan_step": "", "created_by": pick(users, i/3), "detached": "[]",
			"planned_for": collections.DateTime(at), "generation": 1, "late": i%500 == 0,
		}
	})
	insertMany(b, s, collections.Deliveries, deliveries, func(i int) dbx.Params {
		at := now.Add(time.Duration(i-deliveries) * time.Minute)
		kind, reminder, event := collections.KindReminder, fmt.Sprintf("reminder%07d", i%30_000), fmt.Sprintf("event%010d", i%30_000/3)
		if i%50 == 0 {
			kind, reminder, event = collections.KindDigest, "", ""
		}
		status := collections.DeliverySent
		if i%400 == 0 {
			status = collections.DeliveryFailed
		}
		channel := pick([]string{"email", "email", "sms"}, i)
		if i%1000 == 0 {
			channel = "wechat"
		}
		return dbx.Params{
			"id": fmt.Sprintf("delivery%07d", i), "key": fmt.Sprintf("key/%d", i), "kind": kind, "reminder": reminder, "event": event, "user": pick(users, i),
			"contact": "", "channel": channel, "address": "a@example.test", "subject": "Pre-Departure Checklist · Harbour Medical", "status": status,
			"attempts": 1, "next_attempt_at": "", "error": "", "error_class": "", "provider": "smtp", "provider_id": "x", "possible_duplicate": false,
			"late": false, "sent_at": collections.DateTime(at), "delivered_at": "", "segments": 0, "cost": 0, "message": `{"subject":"` + strings.Repeat("x", 2000) + `"}`,
			"holder": "", "attempt_started": "", "basis": "", "created": collections.DateTime(at),
		}
	})
	// What an instance does by itself every day.
	if _, err := s.NonconcurrentDB().NewQuery("PRAGMA optimize").Execute(); err != nil {
		b.Fatal(err)
	}
}

// insertMany writes rows by SQL, in transactions as large as memory allows.
func insertMany(b *testing.B, s *apptest.Server, table string, n int, row func(i int) dbx.Params) {
	b.Helper()
	for from := 0; from < n; from += 5000 {
		err := s.RunInTransaction(func(tx core.App) error {
			for i := from; i < min(n, from+5000); i++ {
				values := row(i)
				if values["created"] == nil {
					values["created"] = collections.DateTime(apptest.Start)
				}
				values["updated"] = values["created"]
				if _, err := tx.NonconcurrentDB().Insert(table, values).Execute(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatalf("fill %s: %v", table, err)
		}
	}
}
