package hooks

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/planner"
)

// actorTag carries the actor from a request to the record's hooks: PocketBase gives those no request context.
const actorTag = "@actor"

// bindActors names the person behind a request on the record that it saves.
func (s *System) bindActors() {
	tag := func(e *core.RecordRequestEvent) error {
		e.Record.SetRaw(actorTag, actorOf(e.RequestEvent))
		// Only what the person changed is written, so that a result of the engine in the meantime is not undone.
		e.Record.IgnoreUnchangedFields(true)
		return e.Next()
	}
	s.App.OnRecordCreateRequest().BindFunc(tag)
	s.App.OnRecordUpdateRequest().BindFunc(tag)
	s.App.OnRecordDeleteRequest().BindFunc(tag)
}

func actorOf(e *core.RequestEvent) planner.Actor {
	a := planner.Actor{ID: "anonymous", IP: e.RealIP()}
	if e.Auth != nil {
		a.ID, a.Name = e.Auth.Id, e.Auth.Email()
		if !e.Auth.IsSuperuser() {
			a.Name = collections.Wrap[collections.User](e.Auth).Name()
		}
	}
	return a
}

// withActor gives ctx with the actor of a record's save.
func withActor(ctx context.Context, r *core.Record) context.Context {
	if a, ok := r.GetRaw(actorTag).(planner.Actor); ok {
		return planner.WithActor(ctx, a)
	}
	return ctx
}
