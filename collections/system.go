package collections

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// Settings is the one record of what the company sets.
type Settings struct{ core.BaseRecordProxy }

// NewSettings gives an unsaved record.
func NewSettings(app core.App) (*Settings, error) { return create[Settings](app, SettingsName) }

func (s *Settings) CompanyName() string     { return s.GetString("company_name") }
func (s *Settings) SetCompanyName(v string) { s.Set("company_name", v) }
func (s *Settings) Timezone() string        { return s.GetString("timezone") }
func (s *Settings) SetTimezone(v string)    { s.Set("timezone", v) }
func (s *Settings) Language() string        { return s.GetString("language") }
func (s *Settings) SetLanguage(v string)    { s.Set("language", v) }
func (s *Settings) DigestTime() string      { return s.GetString("digest_time") }
func (s *Settings) SetDigestTime(v string)  { s.Set("digest_time", v) }

// TheSettings gives the record, or sql.ErrNoRows before the first start.
func TheSettings(app core.App) (*Settings, error) {
	found, err := all[Settings](app, SettingsName, func(q *dbx.SelectQuery) { q.OrderBy("created").Limit(1) })
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, sql.ErrNoRows
	}
	return found[0], nil
}

// DigestTime gives the local time of the daily digest, "HH:MM".
func DigestTime(app core.App) (string, error) {
	s, err := TheSettings(app)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if err == nil && s.DigestTime() != "" {
		return s.DigestTime(), nil
	}
	return "08:00", nil
}

// CompanyName gives the name that people know the sender by: the settings', else PocketBase's application name.
func CompanyName(app core.App) string {
	if s, err := TheSettings(app); err == nil && s.CompanyName() != "" {
		return s.CompanyName()
	}
	return app.Settings().Meta.AppName
}

// Audit is one entry of the audit log.
type Audit struct {
	Actor, ActorName string // a user's or superuser's id and name, or "system"
	Action           string // create, update, delete
	Collection       string
	Record, Event    string
	Changes          any // field -> [old, new]
	IP               string
}

// WriteAudit appends an entry by SQL inside the transaction of what it tells.
func WriteAudit(tx core.App, a Audit, now time.Time) error {
	changes, err := json.Marshal(a.Changes)
	if err != nil {
		return err
	}
	near := cmp.Or(a.Event, a.Record)
	_, err = statement(tx, `INSERT INTO audit_log (id, actor, actor_name, action, collection, record, event, changes, ip, created)
		VALUES ({:id}, {:actor}, {:name}, {:action}, {:collection}, {:record}, {:event}, {:changes}, {:ip}, {:now})`).
		Bind(dbx.Params{
			"id": IDNear(near), "actor": a.Actor, "name": a.ActorName, "action": a.Action,
			"collection": a.Collection, "record": a.Record, "event": a.Event, "changes": string(changes), "ip": a.IP,
			"now": DateTime(now),
		}).Execute()
	return err
}

// AuditIP is the field that only administrators see.
const AuditIP = "ip"

// RefuseAddress remembers that a provider refused an address.
func RefuseAddress(tx core.App, channel, address, reason string, now time.Time) error {
	_, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO refused_addresses (id, channel, address, reason, created, updated)
		VALUES ({:id}, {:channel}, {:address}, {:reason}, {:now}, {:now})
		ON CONFLICT (channel, address) DO UPDATE SET reason = {:reason}, updated = {:now}`).
		Bind(dbx.Params{
			"id": core.GenerateDefaultRandomId(), "channel": channel, "address": foldAddress(address),
			"reason": reason, "now": DateTime(now),
		}).Execute()
	return err
}

// AddressesRefused says of several addresses of a channel which of them a provider refused before.
func AddressesRefused(app core.App, channel string, addresses []string) (refused func(address string) bool, err error) {
	folded := make([]any, len(addresses))
	for i, address := range addresses {
		folded[i] = foldAddress(address)
	}
	var found []string
	err = app.ConcurrentDB().Select("address").From(RefusedAddresses).
		Where(dbx.HashExp{"channel": channel, "address": folded}).Column(&found)
	return func(address string) bool { return slices.Contains(found, foldAddress(address)) }, err
}

// AddressRefused says whether a provider refused the address before, and why.
func AddressRefused(app core.App, channel, address string) (reason string, refused bool, err error) {
	err = reading(app, "SELECT reason FROM refused_addresses WHERE channel = {:channel} AND address = {:address}").
		Bind(dbx.Params{"channel": channel, "address": foldAddress(address)}).Row(&reason)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return reason, err == nil, err
}

func foldAddress(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// ChannelState is whether a channel works, as it was last seen.
type ChannelState struct {
	Name   string         `db:"name" json:"name"`
	State  string         `db:"state" json:"state"` // ready or paused
	Reason string         `db:"reason" json:"reason"`
	Hint   string         `db:"hint" json:"hint"`
	Since  types.DateTime `db:"since" json:"since"`
}

// ReadChannelState gives the stored state; a channel that never paused has none and is ready.
func ReadChannelState(app core.App, name string) (ChannelState, error) {
	s := ChannelState{Name: name, State: "ready"}
	err := app.ConcurrentDB().NewQuery("SELECT name, state, reason, hint, since FROM channel_states WHERE name = {:name}").
		Bind(dbx.Params{"name": name}).One(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return ChannelState{Name: name, State: "ready"}, nil
	}
	return s, err
}

// WriteChannelState stores a state.
func WriteChannelState(tx core.App, s ChannelState, now time.Time) error {
	_, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO channel_states (id, name, state, reason, hint, since, created, updated)
		VALUES ({:id}, {:name}, {:state}, {:reason}, {:hint}, {:since}, {:now}, {:now})
		ON CONFLICT (name) DO UPDATE SET state = {:state}, reason = {:reason}, hint = {:hint}, since = {:since}, updated = {:now}`).
		Bind(dbx.Params{
			"id": core.GenerateDefaultRandomId(), "name": s.Name, "state": s.State, "reason": s.Reason, "hint": s.Hint,
			"since": s.Since, "now": DateTime(now),
		}).Execute()
	return err
}

// JobRun is when a job last ran, and for which occasion (a digest's day).
type JobRun struct {
	Name     string         `db:"name" json:"name"`
	Occasion string         `db:"occasion" json:"occasion,omitempty"`
	LastRun  types.DateTime `db:"last_run" json:"last_run"`
}

// RecordRun remembers a run and says whether it is the first for this occasion. An empty occasion is always the first.
func RecordRun(tx core.App, name, occasion string, now time.Time) (first bool, err error) {
	res, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO job_runs (id, name, occasion, last_run, created, updated)
		VALUES ({:id}, {:name}, {:occasion}, {:now}, {:now}, {:now})
		ON CONFLICT (name) DO UPDATE SET occasion = {:occasion}, last_run = {:now}, updated = {:now}
		WHERE occasion != {:occasion} OR {:occasion} = ''`).
		Bind(dbx.Params{"id": core.GenerateDefaultRandomId(), "name": name, "occasion": occasion, "now": DateTime(now)}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Runs gives the last run of every job.
func Runs(app core.App) ([]JobRun, error) {
	runs := []JobRun{}
	err := app.ConcurrentDB().NewQuery("SELECT name, occasion, last_run FROM job_runs ORDER BY name").All(&runs)
	return runs, err
}

// References says what refers to a user, a customer or a contact: the name of a collection, or "" for nothing.
func References(app core.App, collection, id string) (string, error) {
	queries := map[string][][2]string{
		Users: {
			{Events, "SELECT 1 FROM events WHERE created_by = {:id} OR sales_responsible = {:id} LIMIT 1"},
			{Events, "SELECT 1 FROM events e, json_each(e.assigned_staff) j WHERE j.value = {:id} LIMIT 1"},
			{Reminders, "SELECT 1 FROM reminders WHERE created_by = {:id} AND created_by != '' LIMIT 1"},
			{Reminders, "SELECT 1 FROM reminders r, json_each(r.recipients) j WHERE j.value = {:id} LIMIT 1"},
			{Deliveries, `SELECT 1 FROM deliveries WHERE "user" = {:id} AND "user" != '' LIMIT 1`},
			{Customers, "SELECT 1 FROM customers WHERE owner = {:id} AND owner != '' LIMIT 1"},
			{AuditLog, "SELECT 1 FROM audit_log WHERE actor = {:id} LIMIT 1"},
		},
		Customers: {
			{Events, "SELECT 1 FROM events WHERE customer = {:id} LIMIT 1"},
			{Contacts, "SELECT 1 FROM contacts WHERE customer = {:id} LIMIT 1"},
		},
		Contacts: {
			{Events, "SELECT 1 FROM events WHERE contact_person = {:id} AND contact_person != '' LIMIT 1"},
			{Reminders, "SELECT 1 FROM reminders r, json_each(r.contact_recipients) j WHERE j.value = {:id} LIMIT 1"},
			{Deliveries, "SELECT 1 FROM deliveries WHERE contact = {:id} AND contact != '' LIMIT 1"},
		},
	}
	for _, q := range queries[collection] {
		found, err := exists(app, q[1], dbx.Params{"id": id})
		if err != nil {
			return "", err
		}
		if found {
			return q[0], nil
		}
	}
	return "", nil
}
