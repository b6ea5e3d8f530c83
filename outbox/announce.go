package outbox

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"tminus/collections"
)

const (
	// coalesceFor is how long the announcer gathers changes of the same reminder into one.
	coalesceFor = 200 * time.Millisecond
	// restFor is how many times longer the announcer rests than it worked while changes keep coming: PocketBase asks its
	// rules anew for each change and subscriber, which would take the processors away from who makes the changes.
	restFor = 19
	// restPart is how often a rest looks whether the burst is over.
	restPart = 50 * time.Millisecond
	// settled is the time without a change after which a burst is over; with messages under way it is paused.
	settled, paused = 300 * time.Millisecond, 800 * time.Millisecond
	// tellMost bounds what is told of a backlog after a burst, in changes times subscribers: a second's work, more or less. The
	// subscribers of a greater one are made to connect anew instead, which has them read the lists again.
	tellMost = 10_000
	// loadFor bounds what is read at once, by the time that it takes to tell, so that each is told as it is now.
	loadFor, loadMost = 100 * time.Millisecond, 50
)

// announcer triggers PocketBase's after-update event for reminders that were written by SQL, so that an ordinary
// subscription sees them. One goroutine does it: a slow subscriber delays subscribers, never the sender.
type announcer struct {
	e       *Engine
	mu      sync.Mutex
	pending map[string]bool
	order   []string
	last    time.Time     // of a change, monotonic
	average time.Duration // of telling one change lately
	woken   chan struct{}
	end     chan struct{}
	done    chan struct{}
}

func newAnnouncer(e *Engine) *announcer {
	return &announcer{e: e, pending: map[string]bool{}, woken: make(chan struct{}, 1)}
}

// add takes changes to be told.
func (a *announcer) add(reminders []string) {
	if len(reminders) == 0 {
		return
	}
	a.mu.Lock()
	a.last = monotonic()
	a.mu.Unlock()
	a.put(reminders)
	nudge(a.woken)
}

func (a *announcer) put(reminders []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range reminders {
		if id != "" && !a.pending[id] {
			a.pending[id] = true
			a.order = append(a.order, id)
		}
	}
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
			if !a.rest(coalesceFor) {
				return
			}
			a.e.guard("announcer", a.tell)
		}
	}()
}

func (a *announcer) stop() {
	close(a.end)
	<-a.done
}

// rest waits and says whether to go on.
func (a *announcer) rest(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-a.end:
		return false
	case <-timer.C:
		return true
	}
}

// restWhileBusy rests until changes have stopped to come, and says whether to go on.
func (a *announcer) restWhileBusy(d time.Duration) bool {
	for ; d > 0 && a.busy(); d -= restPart {
		if !a.rest(min(d, restPart)) {
			return false
		}
	}
	return true
}

func (a *announcer) busy() bool {
	a.mu.Lock()
	quiet := monotonic().Sub(a.last)
	a.mu.Unlock()
	return quiet < settled || quiet < paused && a.e.underWay()
}

// take gives the next changes to tell, and how many are left.
func (a *announcer) take() (ids []string, left int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := loadMost
	if a.average > 0 {
		n = min(n, max(1, int(loadFor/a.average)))
	}
	n = min(n, len(a.order))
	ids, a.order = a.order[:n:n], a.order[n:]
	for _, id := range ids {
		delete(a.pending, id)
	}
	return ids, len(a.order)
}

// forget gives up what is pending.
func (a *announcer) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.order, a.pending = nil, map[string]bool{}
}

// tell announces what has gathered, each with its state of now: while changes keep coming a little of it, and all of it
// when they have ended.
func (a *announcer) tell() {
	for {
		if a.e.app.SubscriptionsBroker().TotalClients() == 0 {
			a.forget()
			return
		}
		ids, left := a.take()
		if len(ids) == 0 {
			return
		}
		busy := a.busy()
		if untold := left + len(ids); !busy && untold > loadMost {
			if watching := a.watching(); untold*len(watching) > tellMost {
				a.forget()
				a.startOver(untold, watching)
				return
			}
		}
		began := monotonic()
		told := a.tellSome(ids, began.Add(loadFor))
		took := monotonic().Sub(began)
		a.learn(took / time.Duration(max(1, told)))
		a.put(ids[told:]) // at the end, with what is told of them by then
		if busy && !a.restWhileBusy(restFor*took) {
			return
		}
	}
}

// learn keeps the running average that says what telling takes.
func (a *announcer) learn(took time.Duration) {
	if a.average == 0 {
		a.average = took
		return
	}
	a.average = (3*a.average + took) / 4
}

type announcementKey struct{}

// Announced says whether a record's event only tells what the engine wrote before, which nothing needs to be done about.
func Announced(ctx context.Context) bool { return ctx != nil && ctx.Value(announcementKey{}) != nil }

// tellSome announces as many as there is time for, at least one, and says how many.
func (a *announcer) tellSome(ids []string, until time.Time) (told int) {
	records, err := a.e.app.FindRecordsByIds(collections.Reminders, ids) // one deleted meanwhile told so by its own event
	if err != nil {
		a.e.o.Log.Warn("read reminders to announce", "error", err)
		return len(ids)
	}
	ctx := context.WithValue(context.Background(), announcementKey{}, true)
	byID := make(map[string]*core.Record, len(records))
	for _, record := range records {
		byID[record.Id] = record
	}
	for i, id := range ids {
		select {
		case <-a.end:
			return len(ids)
		default:
		}
		if i > 0 && !monotonic().Before(until) {
			return i
		}
		record := byID[id]
		if record == nil {
			continue
		}
		event := new(core.ModelEvent)
		event.App, event.Context, event.Type, event.Model = a.e.app, ctx, core.ModelEventTypeUpdate, record
		if err := a.e.app.OnModelAfterUpdateSuccess().Trigger(event); err != nil {
			a.e.o.Log.Warn("announce a reminder", "reminder", id, "error", err)
		}
	}
	return len(ids)
}

// startOver ends the connections of subscribers. PocketBase's SDKs connect again by themselves, and whoever shows records
// reads them again then, as after every loss of a connection.
func (a *announcer) startOver(untold int, watching []string) {
	a.e.o.Log.Info("too many changes to tell each: subscribers read them anew", "changes", untold, "subscribers", len(watching))
	for i, client := range watching {
		a.e.app.SubscriptionsBroker().Unregister(client)
		if i%50 == 49 && !a.rest(20*time.Millisecond) { // not all come back in one moment
			return
		}
	}
}

// watching gives the clients that subscribed to reminders, each of them or one.
func (a *announcer) watching() (clients []string) {
	collection, err := a.e.app.FindCachedCollectionByNameOrId(collections.Reminders)
	if err != nil {
		a.e.o.Log.Warn("announce reminders", "error", err)
		return nil
	}
	for id, client := range a.e.app.SubscriptionsBroker().Clients() {
		if watches(client, collection.Name, collection.Id) {
			clients = append(clients, id)
		}
	}
	return clients
}

func watches(client subscriptions.Client, names ...string) bool {
	for topic := range client.Subscriptions() {
		for _, name := range names {
			if rest, ok := strings.CutPrefix(topic, name); ok && (rest == "" || rest[0] == '/' || rest[0] == '?') {
				return true
			}
		}
	}
	return false
}
