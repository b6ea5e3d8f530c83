package hooks

import (
	"net/http"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// bindForgery refuses requests that name what only the engine writes. Superusers are bound too.
func (s *System) bindForgery() {
	for collection, fields := range map[string][]string{
		collections.Reminders: collections.ReminderResultFields,
		collections.Events:    collections.EventResultFields,
		collections.Users:     collections.UserFieldsByBinding,
		collections.Contacts:  collections.ContactFieldsByBinding,
	} {
		refuse := func(e *core.RecordRequestEvent) error {
			if err := forged(e, fields); err != nil {
				return err
			}
			return e.Next()
		}
		s.App.OnRecordCreateRequest(collection).BindFunc(refuse)
		s.App.OnRecordUpdateRequest(collection).BindFunc(refuse)
	}
}

// forged gives an error for the fields that a request would change against the rules. A request that repeats the value
// of now, as a form that sends a whole record does, is let through.
func forged(e *core.RecordRequestEvent, fields []string) error {
	old := e.Record.Original()
	errs := validation.Errors{}
	for _, field := range fields {
		if !collections.Same(old, e.Record, field) {
			errs[field] = validation.NewError("validation_read_only", "This is written by the system and cannot be set.")
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return e.BadRequestError("Some fields cannot be set.", errs)
}

// bindReadOnly closes the collections that are the system's own record of what happened.
func (s *System) bindReadOnly() {
	refuse := func(e *core.RecordRequestEvent) error {
		return e.ForbiddenError("These records are written by the system and cannot be changed.", nil)
	}
	for _, c := range []string{
		collections.Deliveries, collections.AuditLog, collections.ChannelStates, collections.JobRuns, collections.Counters,
		collections.WeChatBindings, collections.WeChatConsents, collections.Callbacks,
	} {
		s.App.OnRecordCreateRequest(c).BindFunc(refuse)
		s.App.OnRecordUpdateRequest(c).BindFunc(refuse)
		s.App.OnRecordDeleteRequest(c).BindFunc(refuse)
	}
	// The dashboard's "truncate" deletes records without the hooks of requests.
	s.App.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.BindFunc(func(e *core.RequestEvent) error {
			if e.Request.Method == http.MethodDelete && strings.HasSuffix(e.Request.URL.Path, "/truncate") {
				return e.ForbiddenError("History stays. Delete single records instead.", nil)
			}
			return e.Next()
		})
		return e.Next()
	})
	s.App.OnRecordCreateRequest(collections.RefusedAddresses).BindFunc(refuse)
	s.App.OnRecordUpdateRequest(collections.RefusedAddresses).BindFunc(refuse)

	s.App.OnRecordEnrich(collections.Deliveries).BindFunc(func(e *core.RecordEnrichEvent) error {
		if isManager(e.RequestInfo) {
			e.Record.Unhide(collections.DeliveryFieldsForManagers...)
		}
		return e.Next()
	})
	s.App.OnRecordEnrich(collections.AuditLog).BindFunc(func(e *core.RecordEnrichEvent) error {
		if isAdmin(e.RequestInfo) {
			e.Record.Unhide(collections.AuditIP)
		}
		return e.Next()
	})
}

func authUser(info *core.RequestInfo) *collections.User {
	if info == nil || info.Auth == nil || info.Auth.IsSuperuser() {
		return nil
	}
	return collections.Wrap[collections.User](info.Auth)
}

func isManager(info *core.RequestInfo) bool {
	u := authUser(info)
	return u != nil && u.IsManager()
}

func isAdmin(info *core.RequestInfo) bool {
	u := authUser(info)
	return u != nil && u.Role() == collections.RoleAdmin
}
