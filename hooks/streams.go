package hooks

import (
	"fmt"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// subscriptionsMax is how much one connection may listen to; the web app takes about ten.
const subscriptionsMax = 100

// bindStreams bounds the open connections for changes and what each listens to: PocketBase allows any number of the first
// and 1,000 times 2,500 characters of the second.
func (s *System) bindStreams() {
	s.App.OnRealtimeConnectRequest().BindFunc(func(e *core.RealtimeConnectRequestEvent) error {
		rate, on := s.rate(e.RequestEvent, limitStreams)
		from := client(e.RequestEvent)
		if open := s.counters.streams.open(from); on && open > rate.Max {
			s.counters.streams.close(from)
			return tooMany(e.RequestEvent, time.Minute)
		}
		defer s.counters.streams.close(from)
		return e.Next()
	})
	s.App.OnRealtimeSubscribeRequest().BindFunc(func(e *core.RealtimeSubscribeRequestEvent) error {
		if len(e.Subscriptions) > subscriptionsMax && !e.HasSuperuserAuth() {
			return e.BadRequestError(fmt.Sprintf("One connection may listen to %d things at most.", subscriptionsMax), nil)
		}
		return e.Next()
	})
}

// streams counts the open connections of each client.
type streams struct {
	mu   sync.Mutex
	from map[string]int
}

func (s *streams) open(client string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from == nil {
		s.from = map[string]int{}
	}
	s.from[client]++
	return s.from[client]
}

func (s *streams) close(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from[client]--; s.from[client] <= 0 {
		delete(s.from, client)
	}
}
