package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"tminus/collections"
)

// ask is a request of a page. In its address, {event} and the like stand for what the instance has there.
type ask struct{ path string }

// list is a request for records, as the web app makes it.
func list(collection, filter, sort, rest string) ask {
	query := url.Values{"filter": {filter}}
	if sort != "" {
		query.Set("sort", sort)
	}
	return ask{"/api/collections/" + collection + "/records?" + query.Encode() + "&" + rest}
}

const (
	eventRow  = "page=1&perPage=20&expand=customer,reminders_via_event&fields=id,title,event_type,status,timezone,planned_start_date,planned_end_date,expand.customer.name,expand.reminders_via_event.id,expand.reminders_via_event.status,expand.reminders_via_event.send_datetime"
	eventCell = "expand=customer,sales_responsible&fields=id,title,event_type,status,timezone,planned_start_date,planned_end_date,customer,sales_responsible,assigned_staff,created_by,updated,expand.customer.name,expand.sales_responsible.name"
	logRow    = "page=1&perPage=51&expand=user,contact,event&skipTotal=1&fields=id,created,kind,channel,user,contact,address,subject,status,attempts,error,sent_at,event,reminder,expand.user.name,expand.event.title"
	bare      = "page=1&perPage=1&fields=id"
	mine      = `(sales_responsible = "{staff}" || assigned_staff ~ "{staff}")`
	overdue   = `((status = "in_progress" && planned_end_date < "{now}") || ((status = "planned" || status = "confirmed") && planned_start_date < "{now}"))`
	wasSent   = `(status = "sent" || status = "partial") && sent_at != ""`
)

// page is what somebody sees at once.
type page struct {
	name string
	asks []ask
	note string
}

// pages gives what managers and staff open, each as the cost of all that it asks for, one after the other.
func pages() (all []deed) {
	roles := []string{collections.RoleManager, collections.RoleStaff}
	add := func(role string, p page) {
		all = append(all, deed{name: p.name + ", " + role, note: p.note, do: func(i *instance) (sum time.Duration, err error) {
			for _, a := range p.asks {
				took, err := i.get(role, i.address(a.path))
				if err != nil {
					return 0, err
				}
				sum += took
			}
			return sum, nil
		}})
	}
	for _, role := range roles {
		for _, some := range [][]page{eventPages(), onePages(), logPages(), todayPages(), customerPages()} {
			for _, p := range some {
				add(role, p)
			}
		}
	}
	add(collections.RoleManager, page{name: "channels", asks: append([]ask{{"/api/tminus/status"}, {"/api/tminus/channels"}}, lastErrors()...)})
	add(collections.RoleAdmin, page{name: "sandbox mailbox", asks: []ask{{"/api/tminus/sandbox"}}})
	add("", page{name: "metrics", asks: []ask{{"/metrics"}}})
	return all
}

// address fills in what stands for something of the instance.
func (i *instance) address(path string) string {
	stamp := func(ago time.Duration) string { return collections.DateTime(time.Now().Add(-ago)).String() }
	const day = 24 * time.Hour
	now := time.Now()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	values := map[string]string{
		"event": i.event, "reminder": i.reminder, "customer": i.customer, "staff": i.staff, "now": stamp(0),
		"hour": collections.DateTime(now.Truncate(time.Hour)).String(), "hour ago": stamp(time.Hour), "week ago": stamp(7 * day), "month ago": stamp(30 * day), "year ago": stamp(395 * day),
		"today": collections.DateTime(now.Truncate(day)).String(), "in a week": collections.DateTime(now.Truncate(day).Add(8 * day)).String(),
		"month": collections.DateTime(month.AddDate(0, 0, -6)).String(), "month's end": collections.DateTime(month.AddDate(0, 1, 6)).String(),
	}
	for name, value := range values {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
		path = strings.ReplaceAll(path, url.QueryEscape("{"+name+"}"), url.QueryEscape(value))
	}
	return path
}

func eventPages() []page {
	of := func(name, filter, sort string) page {
		return page{name: "events, " + name, asks: []ask{list("events", filter, sort+",id", eventRow)}}
	}
	coming, past := `(planned_end_date >= "{hour}" && planned_end_date < "9999")`, `(planned_start_date < "{hour}")`
	return []page{
		of("coming", coming, "planned_start_date"),
		of("coming by title", coming, "title"),
		of("coming by customer", coming, "customer.name"),
		of("coming of a person", mine+" && "+coming, "planned_start_date"),
		of("coming of a type", `(event_type = "training") && `+coming, "planned_start_date"),
		of("past", past, "-planned_start_date"),
		of("past of a person", mine+" && "+past, "-planned_start_date"),
		of("all", "", "-planned_start_date"),
		of("overdue", overdue, "-planned_start_date"),
		of("completed", `(status = "completed")`, "-planned_start_date"),
		of("of a customer", `(customer = "{customer}")`, "-planned_start_date"),
		of("by letters", `(title ~ "Visit 77" || customer.name ~ "Visit 77" || event_number ~ "Visit 77" || location ~ "Visit 77")`, "-planned_start_date"),
		{name: "calendar month", asks: []ask{list("events", `(planned_end_date >= "{month}" && planned_end_date < "9999") && (planned_start_date < "{month's end}")`, "planned_start_date,id", "page=1&perPage=500&skipTotal=1&"+eventCell)}},
		{name: "calendar month of a person", asks: []ask{list("events", mine+` && (planned_end_date >= "{month}" && planned_end_date < "9999") && (planned_start_date < "{month's end}")`, "planned_start_date,id", "page=1&perPage=500&skipTotal=1&"+eventCell)}},
	}
}

func onePages() []page {
	full := "page=1&perPage=1000&skipTotal=1&"
	whole := []ask{
		{"/api/collections/events/records/{event}?expand=customer,contact_person,sales_responsible,assigned_staff,reminder_plan"},
		list("reminders", `event = "{event}"`, "send_datetime,id", full+"expand=recipients,contact_recipients,plan_step"),
		list("deliveries", `event = "{event}" && kind = "reminder"`, "created,user,contact,channel,id", full+"expand=user,contact"),
	}
	return []page{
		{name: "event with its reminders and their messages", asks: whole},
		{name: "history of an event", asks: []ask{list("audit_log", `event = "{event}" && (collection = "events" || actor != "system")`, "-created,-id", "page=1&perPage=200&skipTotal=1")}},
		{name: "reminder with its messages and history", asks: []ask{
			{"/api/collections/reminders/records/{reminder}?expand=event.customer,recipients,contact_recipients,plan_step.plan,created_by"},
			list("deliveries", `reminder = "{reminder}"`, "user,contact,channel,created,id", full+"expand=user,contact"),
			list("audit_log", `collection = "reminders" && record = "{reminder}"`, "-created", "page=1&perPage=100&skipTotal=1"),
		}},
	}
}

func logPages() []page {
	of := func(name, filter string) page {
		return page{name: "delivery log, " + name, asks: []ask{list("deliveries", filter, "-created,-id", logRow)}}
	}
	return []page{
		of("all", ""),
		of("failed", `(status = "failed")`),
		of("of a rare channel", `(channel = "wechat")`),
		of("digests", `(kind = "digest")`),
		of("waiting", `(next_attempt_at != "" && (status = "queued" || status = "sending"))`),
		of("possible duplicates", `(possible_duplicate = true)`),
		of("of a person", `(user = "{staff}")`),
		of("of an event", `(event = "{event}")`),
		of("of last month's SMS", `(created >= "{month ago}") && (channel = "sms")`),
		of("by letters", `(subject ~ "Harbour")`),
		{name: "number of all messages", asks: []ask{list("deliveries", "", "", bare)}},
		{name: "number of failed messages", asks: []ask{list("deliveries", `(status = "failed")`, "", bare)}},
		{name: "number of last month's messages", asks: []ask{list("deliveries", `(created >= "{month ago}")`, "", bare)}},
	}
}

func todayPages() []page {
	today := func(name, own, ownEvents string) page {
		reminder := func(filter, sort, rest string) ask {
			return list("reminders", filter+own, sort, "expand=event.customer&"+rest)
		}
		asks := []ask{
			{"/api/tminus/summary?timezone=Asia/Hong_Kong"},
			list("events", ownEvents+`(planned_end_date >= "{today}" && planned_end_date < "9999") && (planned_start_date < "{in a week}") && status != "cancelled"`, "planned_start_date,id", "page=1&perPage=200&"+eventCell),
			list("events", ownEvents+overdue, "planned_start_date,id", "page=1&perPage=50&"+eventCell),
			reminder(`(status = "failed" || status = "partial") && send_datetime >= "{year ago}" && event.planned_start_date >= "{month ago}" && (event.status = "planned" || event.status = "confirmed" || event.status = "in_progress")`, "-send_datetime", "page=1&perPage=50"),
			reminder(wasSent+` && sent_at >= "{week ago}" && late = true`, "-sent_at", "page=1&perPage=20"),
			reminder(`status = "pending"`, "send_datetime,id", "page=1&perPage=6&skipTotal=1"),
			reminder(`(status = "sending" || (`+wasSent+` && sent_at >= "{hour ago}"))`, "-send_datetime,id", "page=1&perPage=3&skipTotal=1"),
		}
		if own != "" {
			asks = append(asks, reminder(wasSent+` && sent_at >= "{week ago}"`, "", "page=1&perPage=1&fields=id"))
		}
		return page{name: name, asks: asks}
	}
	return []page{
		today("Today", "", ""),
		today("Today, one's own", ` && (event.sales_responsible = "{staff}" || event.assigned_staff ~ "{staff}")`, mine+" && "),
	}
}

func customerPages() []page {
	visits := func(bound, sort string) ask {
		return list("events", fmt.Sprintf(`status != "cancelled" && %s && (customer = "{customer}")`, bound), sort, "page=1&perPage=200&skipTotal=1&fields=id,title,customer,timezone,planned_start_date")
	}
	row := "page=1&perPage=20&expand=owner&fields=id,name,address,timezone,owner,active,updated,expand.owner.id,expand.owner.name"
	return []page{
		{name: "customers", asks: []ask{list("customers", "active = true", "name,id", row)}},
		{name: "customers, one's own", asks: []ask{list("customers", `active = true && owner = "{staff}"`, "name,id", row)}},
		{name: "customers by letters", asks: []ask{list("customers", `active = true && (name ~ "Optics 1" || address ~ "Optics 1" || contacts_via_customer.name ?~ "Optics 1")`, "name,id", row)}},
		{name: "customer with contacts and visits", asks: []ask{
			{"/api/collections/customers/records/{customer}?expand=owner"},
			list("contacts", `customer = "{customer}"`, "-active,name,id", "page=1&perPage=1000&skipTotal=1"),
			visits(`planned_start_date >= "{now}"`, "planned_start_date"), visits(`planned_start_date < "{now}"`, "-planned_start_date"),
		}},
		{name: "coming events to choose from", asks: []ask{list("events", `planned_start_date > "{now}" && status != "cancelled" && status != "completed"`, "planned_start_date", "page=1&perPage=20&skipTotal=1&expand=customer&fields=id,title,planned_start_date")}},
	}
}

func lastErrors() (asks []ask) {
	for _, channel := range collections.Channels {
		asks = append(asks, list("deliveries", `channel = "`+channel+`" && error_class != ""`, "-created", "page=1&perPage=1&skipTotal=1&expand=user,contact"))
	}
	return asks
}
