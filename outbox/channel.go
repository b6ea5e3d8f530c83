package outbox

import (
	"fmt"
	"sync"
	"time"

	"tminus/collections"
	"tminus/notifiers"
)

// The states of a channel as the engine knows them.
const (
	StateReady         = "ready"
	StatePaused        = "paused"
	StateNotConfigured = "not_configured"
)

// channel sends the rows of one channel: a dispatcher claims, a bounded number of workers sends, and where the provider
// can be asked, one more goroutine asks what became of messages.
type channel struct {
	e      *Engine
	name   string
	woken  chan struct{} // the dispatcher
	asking chan struct{} // the one who asks
	work   chan *collections.Delivery
	ends   sync.WaitGroup // these two
	busy   sync.WaitGroup // workers

	mu          sync.Mutex
	running     bool
	notifier    *shared
	connections int
	workers     int
	outstanding int           // claimed and not settled
	full        bool          // the dispatcher waits for some of them to be settled
	average     time.Duration // of an attempt, lately; 0 = nothing sent yet
	paused      bool
	byQuestion  bool // a question paused it, so a question, not a message, tells whether it works again
	reason      string
	hint        string
	since       time.Time
	probeAt     time.Time // monotonic
	probeWait   time.Duration
	sent        uint64
	failed      uint64
}

// maxClaimed bounds what a channel holds in memory, however fast it sends.
const maxClaimed = 8 * batchRows

// shared closes a notifier when it was replaced and the last attempt on it has ended.
type shared struct {
	notifiers.Notifier
	means    means
	users    int
	replaced bool
}

func newChannel(e *Engine, name string) *channel {
	return &channel{e: e, name: name, woken: make(chan struct{}, 1), asking: make(chan struct{}, 1)}
}

// restore takes over the state that the last process left, so that a channel that is still broken tells nobody twice.
func (c *channel) restore() error {
	s, err := collections.ReadChannelState(c.e.app, c.name)
	if err != nil {
		return fmt.Errorf("read the state of %s: %w", c.name, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.State == StatePaused {
		c.paused, c.reason, c.hint, c.since = true, s.Reason, s.Hint, s.Since.Time()
		c.probeAt, c.probeWait = monotonic(), c.e.o.ProbeAfter
	}
	return nil
}

func (c *channel) set(n notifiers.Notifier, connections int) {
	c.mu.Lock()
	old := c.notifier
	c.notifier, c.connections = nil, max(1, connections)
	m := meansOf(n)
	if n != nil {
		c.notifier = &shared{Notifier: n, means: m}
	}
	c.byQuestion = c.byQuestion && m.asked
	c.average = 0
	c.probeAt = monotonic() // new settings deserve a new try at once
	c.addWorkers()
	idle := old != nil && old.users == 0
	if old != nil {
		old.replaced = true
	}
	c.mu.Unlock()
	if idle {
		_ = old.Close()
	}
	c.nudge()
}

// nudge wakes those who wait for something to do.
func (c *channel) nudge() {
	nudge(c.woken)
	nudge(c.asking)
}

func (c *channel) start() {
	c.mu.Lock()
	c.work = make(chan *collections.Delivery, maxClaimed)
	c.running = true
	c.addWorkers()
	c.mu.Unlock()
	for name, loop := range map[string]func(){"dispatcher of ": c.dispatch, "questions of ": c.ask} {
		c.ends.Go(func() {
			for c.e.claims.Err() == nil && !c.e.guard(name+c.name, loop) {
			}
		})
	}
}

// addWorkers brings the number of workers up to the connections. The caller holds the lock. Workers over the number
// stay idle: claims are bounded by the connections.
func (c *channel) addWorkers() {
	for c.running && c.workers < c.connections {
		c.workers++
		c.busy.Add(1)
		go func() {
			defer c.busy.Done()
			for !c.e.guard("worker of "+c.name, c.send) {
			}
		}()
	}
}

// stop waits for the attempts under way; what was claimed and not begun goes back.
func (c *channel) stop() {
	c.ends.Wait()
	c.mu.Lock()
	c.running = false
	c.mu.Unlock()
	close(c.work)
	c.busy.Wait()
}

func (c *channel) close() {
	c.mu.Lock()
	n := c.notifier
	c.notifier = nil
	c.mu.Unlock()
	if n != nil {
		_ = n.Close()
	}
}

func (c *channel) use() *shared {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.notifier != nil {
		c.notifier.users++
	}
	return c.notifier
}

// rules gives what decides over the rows of the channel at the moment.
func (c *channel) rules() rules {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.notifier == nil {
		return c.e.rulesWith(means{})
	}
	return c.e.rulesWith(c.notifier.means)
}

func (e *Engine) rulesWith(m means) rules {
	return rules{Policy: e.o.Policy, means: m, askAfter: e.o.AskAfter}
}

// leave ends a use; nil was none.
func (c *channel) leave(n *shared) {
	if n == nil {
		return
	}
	c.mu.Lock()
	n.users--
	last := n.replaced && n.users == 0
	c.mu.Unlock()
	if last {
		_ = n.Close()
	}
}
