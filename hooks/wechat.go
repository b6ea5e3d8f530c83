package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// bindWeChat keeps the state of WeChat accounts in step with whether one is bound, and shows it to administrators and to
// whose it is. The openid is shown to nobody.
func (s *System) bindWeChat() {
	follow := func(e *core.RecordEvent) error {
		collections.FollowWeChatOpenID(e.Record)
		return e.Next()
	}
	s.App.OnRecordCreate(collections.Users, collections.Contacts).BindFunc(follow)
	s.App.OnRecordUpdate(collections.Users, collections.Contacts).BindFunc(follow)
	s.App.OnRecordEnrich(collections.Users).BindFunc(func(e *core.RecordEnrichEvent) error {
		if viewer := authUser(e.RequestInfo); viewer != nil && (viewer.Role() == collections.RoleAdmin || viewer.Id == e.Record.Id) {
			e.Record.Unhide(collections.UserFieldsForAdminsAndSelf...)
		}
		return e.Next()
	})
	s.App.OnRecordEnrich(collections.Contacts).BindFunc(func(e *core.RecordEnrichEvent) error {
		if isAdmin(e.RequestInfo) {
			e.Record.Unhide(collections.ContactFieldsForAdmins...)
		}
		return e.Next()
	})
}
