package hooks

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/planner"
)

// audit writes the difference between two states of a record (nil: there was or is none) inside its transaction.
func (s *System) audit(ctx context.Context, tx core.App, before, after *core.Record, event string) error {
	record, action := after, "update"
	switch {
	case before == nil:
		action = "create"
	case after == nil:
		record, action = before, "delete"
	}
	changes := difference(before, after)
	if action == "update" && len(changes) == 0 {
		return nil
	}
	actor, ok := planner.ActorOf(withActor(ctx, record))
	if !ok {
		actor = planner.System
	}
	return collections.WriteAudit(tx, collections.Audit{
		Actor: actor.ID, ActorName: actor.Name, IP: actor.IP, Action: action,
		Collection: record.Collection().Name, Record: record.Id, Event: event, Changes: changes,
	}, s.Options.Now())
}

// difference gives the fields that differ, each with its old and its new value. A record that is nil counts as blank.
func difference(before, after *core.Record) map[string][2]any {
	changes := map[string][2]any{}
	some := after
	if some == nil {
		some = before
	}
	blank := core.NewRecord(some.Collection())
	if before == nil {
		before = blank
	}
	if after == nil {
		after = blank
	}
	for _, field := range some.Collection().Fields {
		name := field.GetName()
		if field.Type() == core.FieldTypeAutodate || name == core.FieldNameId || field.GetHidden() || collections.Same(before, after, name) {
			continue
		}
		changes[name] = [2]any{before.Get(name), after.Get(name)}
	}
	return changes
}

// inTransaction runs a record hook inside one transaction with the save itself, as P1 asks.
func inTransaction(e *core.RecordEvent, then func(tx core.App) error) error {
	return e.App.RunInTransaction(func(tx core.App) error {
		outer := e.App
		e.App = tx
		defer func() { e.App = outer }()
		return then(tx)
	})
}

// requestInTransaction runs a request hook inside one transaction with what the request does. PocketBase answers after
// the commit.
func requestInTransaction(e *core.RecordRequestEvent, then func(tx core.App) error) error {
	outer := e.App
	defer func() { e.App = outer }()
	return outer.RunInTransaction(func(tx core.App) error {
		e.App = tx
		return then(tx)
	})
}
