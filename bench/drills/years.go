package drills

import (
	"time"

	"github.com/pocketbase/dbx"

	"tminus/collections"
)

// Of a company that has kept its visits for years.
const (
	EventsADay = 40 // of which every eleventh was called off
	DaysAhead  = 20 // for which events are planned already
	perEvent   = 3  // reminders, 7, 3 and 1 days before
)

// Years fills an empty instance with what a company leaves that has had EventsADay visits a day until there were so many
// reminders: three for each visit, sent but for those of the last days, with one message and one entry of the audit for
// each; customers of a hundred visits and two contacts each; colleagues, 40 however long it takes. Somebody, a user's id, has a twentieth of the work. So the number of years
// is what grows, and neither a day nor the weeks to come become fuller.
func (i *Instance) Years(n int, somebody string) error {
	now, events := time.Now().UTC(), n/perEvent
	ahead := min(EventsADay*DaysAhead, events/2)
	values := dbx.Params{
		"events": events, "past": events - ahead, "reminders": events * perEvent, "customers": events/100 + 20, "people": 40,
		"now": collections.DateTime(now), "epoch": now.Unix(), "every": 24 * 3600 / EventsADay, "staff": somebody,
	}
	steps, err := i.steps()
	if err != nil {
		return err
	}
	for k, name := range []string{"week", "half", "day"} {
		values[name] = steps[k]
	}
	tables := []string{collections.Customers, collections.Contacts, collections.Events, collections.Reminders, collections.Deliveries, collections.AuditLog}
	return i.bulk(tables, values, colleagues, customers, contacts, eventRows, reminders, deliveries, auditOfEvents, auditOfReminders)
}

// steps gives the ids of the default plan's steps, the earliest first.
func (i *Instance) steps() (ids []string, err error) {
	err = i.ConcurrentDB().NewQuery("SELECT id FROM " + collections.PlanSteps + " ORDER BY days_before DESC LIMIT 3").Column(&ids)
	if err == nil && len(ids) < perEvent {
		ids = make([]string, perEvent)
	}
	return ids, err
}

// User saves somebody of a role, and gives the token of a session.
func (i *Instance) User(role string) (id, token string, err error) {
	u, err := collections.NewUser(i.App)
	if err != nil {
		return "", "", err
	}
	u.SetName("One " + role)
	u.SetEmail("one." + role + "@example.test")
	u.SetRandomPassword()
	u.SetRole(role)
	u.SetActive(true)
	if err := i.Save(u); err != nil {
		return "", "", err
	}
	token, err = u.NewAuthToken()
	return u.Id, token, err
}

// The n-th of something has an id that follows from n, so that others can refer to it.
func upTo(n string) string {
	return "WITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < {:" + n + "})"
}

// person gives one of the people by a number; every twentieth is the one who looks at the pages.
func person(n string) string {
	return "CASE (" + n + ") % 20 WHEN 0 THEN {:staff} ELSE " + ofNumber("u", "1 + ("+n+") % {:people}") + " END"
}

const (
	starts = "{:epoch} + (x - {:past}) * {:every}" // of event x
	// status of event x: those of the last two days that nobody has closed are overdue.
	eventStatus = `CASE WHEN x % 11 = 0 THEN 'cancelled' WHEN x > {:past} THEN (CASE x % 2 WHEN 0 THEN 'planned' ELSE 'confirmed' END)
		WHEN x > {:past} - 80 AND x % 20 = 1 THEN 'in_progress' ELSE 'completed' END`
)

var (
	colleagues = `INSERT INTO users (id, name, email, tokenKey, password, role, active, verified, locale, timezone, created, updated) ` + upTo("people") + `
		SELECT ` + ofNumber("u", "x") + `, 'Colleague ' || x, 'colleague' || x || '@example.test', hex(randomblob(25)), 'none', 'staff', 1, 1,
			'en', 'Asia/Hong_Kong', {:now}, {:now} FROM c WHERE x <= {:people}`
	customers = `INSERT INTO customers (id, name, address, timezone, notes, owner, active, location, created, updated) ` + upTo("customers") + `
		SELECT ` + ofNumber("c", "x") + `, (CASE x % 4 WHEN 0 THEN 'Harbour Medical ' WHEN 1 THEN 'Kowloon Optics ' WHEN 2 THEN '深圳精密 ' ELSE 'Lantau Hotels ' END) || x,
			x || ' Queen''s Road', 'Asia/Hong_Kong', '', ` + person("x") + `, TRUE, '{"lon":0,"lat":0}', {:now}, {:now} FROM c WHERE x <= {:customers}`
	contacts = `INSERT INTO contacts (id, customer, name, email, phone, active, created, updated) ` + upTo("customers") + `
		SELECT ` + ofNumber("k", "2 * x + y") + `, ` + ofNumber("c", "x") + `, 'Contact ' || (2 * x + y), 'contact' || (2 * x + y) || '@example.test',
			'+8529' || printf('%07d', 2 * x + y), TRUE, {:now}, {:now} FROM c JOIN (SELECT 0 AS y UNION ALL SELECT 1) WHERE x <= {:customers}`
	eventRows = `INSERT INTO events (id, event_number, title, event_type, status, customer, contact_person, location, timezone, planned_start_date,
			planned_end_date, sales_responsible, assigned_staff, description, auto_reminders, created_by, created, updated) ` + upTo("events") + `
		SELECT ` + ofNumber("e", "x") + `, 'EV-' || strftime('%Y-', ` + starts + `, 'unixepoch') || printf('%06d', x), 'Visit ' || x || ' about the yearly service',
			(CASE x % 7 WHEN 0 THEN 'customer_visit' WHEN 1 THEN 'installation' WHEN 2 THEN 'maintenance' WHEN 3 THEN 'training' ELSE 'meeting' END), ` + eventStatus + `,
			` + ofNumber("c", "x % {:customers} + 1") + `, '', 'Floor ' || (x % 40), 'Asia/Hong_Kong', ` + instant(starts) + `, ` + instant(starts+" + 7200") + `,
			` + person("x") + `, '["' || ` + person("x + 7") + ` || '","' || ` + person("x + 11") + ` || '"]',
			'Two lamps and a scale. Two lamps and a scale. Two lamps and a scale.', TRUE, ` + person("x") + `,
			` + instant(starts+" - 2592000") + `, ` + instant(starts+" - 2592000") + ` FROM c WHERE x <= {:events}`

	reminders = `INSERT INTO reminders (id, event, reminder_type, title, message, recipients, contact_recipients, send_datetime, channels, status,
			sent_at, channel_status, origin, plan_step, detached, planned_for, generation, late, created, updated) ` + upTo("events") + `,
			k (y, days, step, kind) AS (VALUES (0, 7, {:week}, 'checklist'), (1, 3, {:half}, 'equipment'), (2, 1, {:day}, 'safety')),
			r AS (SELECT x, y, step, kind, ` + starts + ` - days * 86400 AS at, ` + starts + ` AS start, ` + eventStatus + ` AS event FROM c, k WHERE x <= {:events})
		SELECT ` + ofNumber("r", "3 * x + y") + `, ` + ofNumber("e", "x") + `, kind, 'Pre-Departure Checklist', '- Look at the list once more' || char(10) || '- Sign it',
			'["' || ` + person("x") + ` || '"]', '[]', ` + instant("at") + `, '["email"]',
			` + reminderStatus + `, CASE WHEN ` + reminderStatus + ` = 'sent' THEN ` + instant("at") + ` ELSE '' END, '{"email":{"queued":0,"sent":1,"failed":0,"error":""}}',
			'plan', step, '[]', ` + instant("start") + `, 1, (3 * x + y) % 500 = 0, ` + instant("start - 2592000") + `, ` + instant("at") + ` FROM r`
	deliveries = `INSERT INTO deliveries (id, key, kind, reminder, event, "user", channel, address, subject, status, attempts, error, error_class, provider, provider_id,
			sent_at, began, message, basis, created, updated) ` + upTo("reminders") + `,
			d AS (SELECT x, x / 3 AS of, {:epoch} + (x / 3 - {:past}) * {:every} - (CASE x % 3 WHEN 0 THEN 7 WHEN 1 THEN 3 ELSE 1 END) * 86400 AS at,
				CASE WHEN x % 1000 = 7 THEN 'wechat' WHEN x % 10 = 0 THEN 'sms' ELSE 'email' END AS channel, x % 300 = 7 AS failed FROM c WHERE x <= {:reminders})
		SELECT ` + ofNumber("d", "x") + `, 'reminder/' || ` + ofNumber("r", "x") + ` || '/1', CASE x % 100 WHEN 50 THEN 'digest' ELSE 'reminder' END, ` + ofNumber("r", "x") + `,
			` + ofNumber("e", "of") + `, ` + person("of") + `, channel, CASE channel WHEN 'email' THEN 'colleague@example.test' ELSE '+8529' || printf('%07d', x % 500) END,
			'Pre-Departure Checklist · Harbour Medical', CASE WHEN failed THEN 'failed' ELSE 'sent' END, 1, CASE WHEN failed THEN 'mailbox unavailable' ELSE '' END,
			CASE WHEN failed THEN 'permanent' ELSE '' END, CASE channel WHEN 'email' THEN 'smtp' WHEN 'sms' THEN 'aliyun' ELSE 'wechat' END,
			'p' || x, ` + instant("at") + `, ` + instant("at") + `, '{"subject":"' || hex(zeroblob(250)) || '"}', '{}', ` + instant("at") + `, ` + instant("at") + `
		FROM d WHERE at < {:epoch} AND of > 0 AND of % 11 != 0`

	auditOfEvents = `INSERT INTO audit_log (id, actor, actor_name, action, collection, record, event, changes, created) ` + upTo("events") + `
		SELECT ` + ofNumber("f", "x") + `, ` + person("x") + `, 'Chan Tai Man', 'create', 'events', ` + ofNumber("e", "x") + `,
			` + ofNumber("e", "x") + `, '{"status":["","planned"]}', ` + instant("MIN("+starts+", {:epoch}) - 7200") + ` FROM c WHERE x <= {:events}`
	auditOfReminders = `INSERT INTO audit_log (id, actor, actor_name, action, collection, record, event, changes, created) ` + upTo("reminders") + `
		SELECT ` + ofNumber("a", "x") + `, 'system', '', 'update', 'reminders', ` + ofNumber("r", "x") + `,
			` + ofNumber("e", "x / 3") + `, '{"status":["sending","sent"]}', ` + instant("MIN({:epoch} + (x / 3 - {:past}) * {:every}, {:epoch}) - 3600") + `
		FROM c WHERE x <= {:reminders}`
)

// reminderStatus is that of a reminder of r: one of 300 failed.
const reminderStatus = `(CASE WHEN at > {:epoch} THEN (CASE event WHEN 'cancelled' THEN 'cancelled' ELSE 'pending' END)
	WHEN event = 'cancelled' THEN 'cancelled' WHEN (3 * x + y) % 300 = 0 THEN 'failed' ELSE 'sent' END)`
