package outbox

import (
	"context"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// coalesceFor is how long the announcer gathers changes of the same reminder into one.
const coalesceFor = 200 * time.Millisecond

// announcer triggers PocketBase's after-update event for reminders that were written by SQL, so that an ordinary
// subscription sees them. One goroutine does it: a slow subscriber delays subscribers, never the sender.
type announcer struct {
	e       *Engine
	mu      sync.Mutex
	pending map[string]bool
	order   []string
	woken   chan struct{}
	end     chan struct{}
	done    chan struct{}
}

func newAnnouncer(e *Engine) *announcer {
	return &announcer{e: e, pending: map[string]bool{}, woken: make(chan struct{}, 1)}
}

func (a *announcer) add(reminders []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range reminders {
		if id != "" && !a.pending[id] {
			a.pending[id] = true
			a.order = append(a.order, id)
		}
	}
	nudge(a.woken)
}

func (a *announcer) start() {
	a.end, a.done = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(a.done)
		for {
			select {
			case <-a.end:
				return
			case <-a.woken:
			}
			select {
			case <-a.end:
				return
			case <-time.After(coalesceFor):
			}
			a.e.guard("announcer", a.tell)
		}
	}()
}

func (a *announcer) stop() {
	close(a.end)
	<-a.done
}

func (a *announcer) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	order := a.order
	a.order, a.pending = nil, map[string]bool{}
	return order
}

// tell announces what has gathered, each with its state of now.
func (a *announcer) tell() {
	ids := a.take()
	if a.e.app.SubscriptionsBroker().TotalClients() == 0 {
		return
	}
	for _, id := range ids {
		select {
		case <-a.end:
			return
		default:
		}
		record, err := a.e.app.FindRecordById(collections.Reminders, id)
		if err != nil {
			continue // deleted meanwhile: its own event told so
		}
		event := new(core.ModelEvent)
		event.App, event.Context, event.Type, event.Model = a.e.app, context.Background(), core.ModelEventTypeUpdate, record
		if err := a.e.app.OnModelAfterUpdateSuccess().Trigger(event); err != nil {
			a.e.o.Log.Warn("announce a reminder", "reminder", id, "error", err)
		}
	}
}
