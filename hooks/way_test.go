package hooks_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// The save below lasts until the engine has sent: had the engine to wait for people to end, neither would.
func TestASaveThatTakesLongDoesNotHoldUpWhatIsDue(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	due := s.Event(s.Clock.Now().AddDate(0, 0, 10)).Save()
	s.App.OnRecordCreateRequest(collections.Customers).BindFunc(func(e *core.RecordRequestEvent) error {
		s.Advance(3 * 24 * time.Hour)
		s.Eventually("the message leaves", func() bool { return len(s.Outbox.Sent()) > 0 })
		return e.Next()
	})
	answer := s.Do("manager", http.MethodPost, "/api/collections/customers/records", map[string]any{"name": "Lantau Hotels"})
	if answer.Status != http.StatusOK {
		t.Fatalf("%s: %s", due.Title(), answer.Body)
	}
}
