// Package collections is what the records are: one typed record with its finders per file. It is the only place, with
// the migrations, where the names of fields stand as strings.
package collections

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// Names of the collections.
const (
	Users            = "users"
	Customers        = "customers"
	Contacts         = "contacts"
	Events           = "events"
	ReminderPlans    = "reminder_plans"
	PlanSteps        = "reminder_plan_steps"
	Templates        = "reminder_templates"
	Reminders        = "reminders"
	Deliveries       = "deliveries"
	SettingsName     = "settings"
	AuditLog         = "audit_log"
	RefusedAddresses = "refused_addresses"
	ChannelStates    = "channel_states"
	JobRuns          = "job_runs"
	Counters         = "counters"
	WeChatBindings   = "wechat_bindings"
	WeChatConsents   = "wechat_consents"
	Callbacks        = "received_callbacks"
)

// Channels lists the channels in the order in which people see them.
var Channels = []string{"email", "sms", "wechat"}

// ReminderTypes lists the types of a reminder.
var ReminderTypes = []string{"code_of_conduct", "safety", "customer_service", "checklist", "equipment", "custom"}

// proxy is what a pointer to one of our typed records is.
type proxy[T any] interface {
	*T
	core.RecordProxy
}

// Wrap gives record as a typed one: Wrap[Event](e.Record).
func Wrap[T any, P proxy[T]](record *core.Record) P {
	p := P(new(T))
	p.SetProxyRecord(record)
	return p
}

// Find gives the record of the collection with that id, or sql.ErrNoRows.
func Find[T any, P proxy[T]](app core.App, collection, id string) (P, error) {
	record, err := app.FindRecordById(collection, id)
	if err != nil {
		return nil, err
	}
	return Wrap[T, P](record), nil
}

// FindMany gives the records with those ids, in any order; unknown ids are left out.
func FindMany[T any, P proxy[T]](app core.App, collection string, ids []string) ([]P, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all[T, P](app, collection, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.NewExp("id IN (SELECT value FROM json_each({:ids}))", dbx.Params{"ids": jsonList(ids)}))
	})
}

// jsonList is a list as one parameter, so that the statement is the same for any length of it.
func jsonList(list []string) string {
	raw, _ := json.Marshal(list) // texts cannot fail
	return string(raw)
}

// FindInto reads the records with those ids into a map by id; unknown ids are left out.
func FindInto[T any, P proxy[T]](app core.App, collection string, ids map[string]bool, into map[string]P) error {
	var missing []string
	for id := range ids {
		if _, there := into[id]; !there {
			missing = append(missing, id)
		}
	}
	found, err := FindMany[T, P](app, collection, missing)
	for _, r := range found {
		into[r.ProxyRecord().Id] = r
	}
	return err
}

// Same says whether a field has the same value in both records.
func Same(a, b *core.Record, field string) bool {
	x, y := a.Get(field), b.Get(field)
	switch x := x.(type) {
	case string:
		if y, ok := y.(string); ok {
			return x == y
		}
	case bool:
		if y, ok := y.(bool); ok {
			return x == y
		}
	case []string:
		if y, ok := y.([]string); ok {
			return slices.Equal(x, y)
		}
	}
	return fmt.Sprint(x) == fmt.Sprint(y) // GetString is blind to fields of many values
}

func create[T any, P proxy[T]](app core.App, collection string) (P, error) {
	c, err := app.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return nil, err
	}
	return Wrap[T, P](core.NewRecord(c)), nil
}

func wrapAll[T any, P proxy[T]](records []*core.Record) []P {
	typed := make([]P, len(records))
	for i, r := range records {
		typed[i] = Wrap[T, P](r)
	}
	return typed
}

// all runs a query over a collection and gives typed records.
func all[T any, P proxy[T]](app core.App, collection string, refine func(*dbx.SelectQuery)) ([]P, error) {
	query := app.RecordQuery(collection)
	refine(query)
	var records []*core.Record
	if err := query.All(&records); err != nil {
		return nil, err
	}
	return wrapAll[T, P](records), nil
}

// DateTime gives t as PocketBase stores it: UTC, milliseconds. The zero time gives the empty date.
func DateTime(t time.Time) types.DateTime {
	if t.IsZero() {
		return types.DateTime{}
	}
	d, _ := types.ParseDateTime(t.UTC())
	return d
}

// getJSON reads a JSON field; a broken or absent value leaves into as it is.
func getJSON(r *core.Record, field string, into any) {
	raw := r.GetString(field)
	if raw == "" || raw == "null" {
		return
	}
	_ = json.Unmarshal([]byte(raw), into)
}
