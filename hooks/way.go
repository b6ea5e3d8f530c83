package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"tminus/outbox"
)

// bindWay has the engine let people's saves pass.
func (s *System) bindWay(way *outbox.Way) {
	pass := func(e *core.RecordRequestEvent) error {
		defer way.Enter()()
		return e.Next()
	}
	s.App.OnRecordCreateRequest().BindFunc(pass)
	s.App.OnRecordUpdateRequest().BindFunc(pass)
	s.App.OnRecordDeleteRequest().BindFunc(pass)
}
