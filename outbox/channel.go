package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// The states of a channel as the engine knows them.
const (
	StateReady         = "ready"
	StatePaused        = "paused"
	StateNotConfigured = "not_configured"
)

// channel sends the rows of one channel: a dispatcher claims, a bounded number of workers sends.
type channel struct {
	e     *Engine
	name  string
	woken chan struct{}
	work  chan *collections.Delivery
	ends  sync.WaitGroup // dispatcher
	busy  sync.WaitGroup // workers

	mu          sync.Mutex
	running     bool
	notifier    *shared
	connections int
	workers     int
	outstanding int           // claimed and not settled
	average     time.Duration // of an attempt, lately; 0 = nothing sent yet
	paused      bool
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
	users    int
	replaced bool
}

func newChannel(e *Engine, name string) *channel {
	return &channel{e: e, name: name, woken: make(chan struct{}, 1)}
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
	if n != nil {
		c.notifier = &shared{Notifier: n}
	}
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
	nudge(c.woken)
}

func (c *channel) start() {
	c.mu.Lock()
	c.work = make(chan *collections.Delivery, maxClaimed)
	c.running = true
	c.addWorkers()
	c.mu.Unlock()
	c.ends.Add(1)
	go func() {
		defer c.ends.Done()
		for c.e.claims.Err() == nil && !c.e.guard("dispatcher of "+c.name, c.dispatch) {
		}
	}()
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

// dispatch claims what the workers can take soon, until the engine stops.
func (c *channel) dispatch() {
	wait := c.e.o.Tick
	for c.e.claims.Err() == nil {
		err := c.claimAll()
		if err == nil {
			err = c.requeueUnknown()
		}
		if err == nil {
			err = c.rest()
		}
		if err == nil {
			wait = c.e.o.Tick
			continue
		}
		c.e.o.Log.Error("claim messages", "channel", c.name, "error", err, "again_in", wait)
		wait = c.e.backOff(wait)
	}
}

// claimAll claims until there is no room or nothing left.
func (c *channel) claimAll() error {
	for {
		n, probe := c.room()
		if n == 0 {
			return nil
		}
		got, err := c.claim(n)
		if err != nil {
			return err
		}
		if probe && got == 0 {
			c.probeWithoutMessage()
		}
		if got < n || probe {
			return nil
		}
	}
}

// room says how many rows may be claimed now: as many as the channel sends in half a second, at least one per free
// connection; a paused channel gets a single one when a probe is due.
func (c *channel) room() (n int, probe bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.notifier == nil {
		return 0, false
	}
	if c.paused {
		if c.outstanding == 0 && !monotonic().Before(c.probeAt) {
			return 1, true
		}
		return 0, false
	}
	target := c.connections
	if c.average > 0 {
		target = max(target, min(maxClaimed, int(time.Duration(c.connections)*time.Second/2/c.average)))
	}
	if c.outstanding > target/2 && c.outstanding >= c.connections {
		return 0, false // enough for now; small claims would cost more than they win
	}
	return min(max(0, target-c.outstanding), batchRows), false
}

// claim takes up to n rows for this process, looks a last time, and hands on what still holds.
func (c *channel) claim(n int) (claimed int, err error) {
	var ready []*collections.Delivery
	var touched []string
	now := c.e.o.Now()
	// A look costs no write lock, which people's saves wait for.
	if at, some, err := collections.NextQueued(c.e.app, c.name); err != nil || !some || at.After(now) {
		return 0, err
	}
	err = c.e.app.RunInTransaction(func(tx core.App) error {
		ready, touched = nil, nil
		rows, err := collections.ClaimDeliveries(tx, c.name, c.e.holder.id, now, n)
		if err != nil || len(rows) == 0 {
			return err
		}
		claimed = len(rows)
		looks, err := c.e.o.Source.LastLook(tx, rows, now)
		if err != nil {
			return fmt.Errorf("take a last look: %w", err)
		}
		for i, d := range rows {
			goes, err := c.apply(tx, d, looks[i], now)
			if err != nil {
				return err
			}
			if goes {
				ready = append(ready, d)
			} else {
				touched = append(touched, d.Reminder)
			}
		}
		touched, err = rollUp(tx, touched, now)
		return err
	})
	if err != nil {
		return 0, err
	}
	c.e.news.add(touched)
	c.mu.Lock()
	c.outstanding += len(ready)
	c.mu.Unlock()
	for _, d := range ready {
		c.work <- d
	}
	return claimed, nil
}

// apply writes what the last look said, and says whether the message goes.
func (c *channel) apply(tx core.App, d *collections.Delivery, look Look, now time.Time) (bool, error) {
	switch {
	case look.Status != "":
		_, err := collections.SettleDelivery(tx, d, collections.Outcome{Status: look.Status, Error: look.Reason}, now)
		return false, err
	case !look.Until.IsZero():
		o := collections.Outcome{Status: collections.DeliveryQueued, NextAttemptAt: look.Until, Error: d.Error, ErrorClass: d.ErrorClass}
		_, err := collections.SettleDelivery(tx, d, o, now)
		return false, err
	case look.Rewritten:
		return true, collections.RewriteDelivery(tx, d)
	default:
		return true, nil
	}
}

// requeueUnknown readies messages of unknown fate for another attempt: SMTP cannot be asked what became of them.
func (c *channel) requeueUnknown() error {
	c.mu.Lock()
	blocked := c.notifier == nil
	c.mu.Unlock()
	now := c.e.o.Now()
	at, ok, err := collections.NextUnknown(c.e.app, c.name)
	if err != nil || blocked || !ok || at.After(now) {
		return err
	}
	nudge(c.woken)
	return c.e.app.RunInTransaction(func(tx core.App) error {
		_, err := collections.RequeueUnknown(tx, c.name, now, batchRows)
		return err
	})
}

// rest waits until there may be something to claim.
func (c *channel) rest() error {
	c.mu.Lock()
	configured, paused, probeIn := c.notifier != nil, c.paused, c.probeAt.Sub(monotonic())
	idle, full := c.outstanding == 0, c.outstanding >= c.connections
	c.mu.Unlock()
	if paused && idle {
		c.e.wait(c.woken, max(0, probeIn))
		return nil
	}
	if !configured || paused || full {
		c.e.sleep(c.woken, time.Time{}, false) // only a nudge can bring anything
		return nil
	}
	queued, some, err := collections.NextQueued(c.e.app, c.name)
	if err != nil {
		return err
	}
	unknown, lost, err := collections.NextUnknown(c.e.app, c.name)
	if err != nil {
		return err
	}
	if lost && (!some || unknown.Before(queued)) {
		queued, some = unknown, true
	}
	c.e.sleep(c.woken, queued, some)
	return nil
}

// send is a worker: it writes how its last message went together with the beginning of the next.
func (c *channel) send() {
	var next *collections.Delivery
	for {
		if next == nil {
			d, ok := <-c.work
			if !ok {
				return
			}
			if next = c.begin(d, nil); next == nil {
				continue
			}
		}
		w := c.attempt(next)
		next = nil
		select {
		case d, ok := <-c.work:
			if ok {
				next = c.begin(d, w)
				continue
			}
		default:
		}
		c.begin(nil, w)
	}
}

// begin records a finished attempt (nil: none) and begins that of d (nil: none). It gives d if it may be sent now.
func (c *channel) begin(d *collections.Delivery, finished *write) *collections.Delivery {
	w := finished
	if w == nil {
		w = &write{}
	}
	if d != nil {
		if c.mayBegin() {
			w.begin = d
		} else { // claimed before the channel paused or the engine stopped: it goes back untouched
			back := &write{settled: d, outcome: collections.Outcome{
				Status: collections.DeliveryQueued, NextAttemptAt: d.NextAttemptAt.Time(), Error: d.Error, ErrorClass: d.ErrorClass,
			}}
			c.e.recorder.do(back)
			c.settled(1)
			d = nil
		}
	}
	ours := false
	if w.settled != nil || w.begin != nil {
		ours = c.e.recorder.do(w)
	}
	if w.settled != nil {
		c.settled(1)
	}
	if d != nil && !ours {
		c.settled(1)
		return nil
	}
	if d != nil {
		d.Attempts++
	}
	return d
}

func (c *channel) settled(n int) {
	c.mu.Lock()
	c.outstanding -= n
	c.mu.Unlock()
	nudge(c.woken)
}

// mayBegin says whether a claimed message may go: not after the engine began to stop, and on a paused channel only the
// probe, which is alone.
func (c *channel) mayBegin() bool {
	if c.e.claims.Err() != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.notifier != nil && (!c.paused || c.outstanding == 1)
}

// attempt hands one message to the provider and gives what is to be recorded.
func (c *channel) attempt(d *collections.Delivery) *write {
	began := monotonic()
	receipt, err := c.deliver(d)
	c.learn(monotonic().Sub(began), err)
	now := c.e.o.Now()
	outcome := c.e.o.Policy.resolve(d, receipt, err, now)
	if err != nil && notifiers.AsError(err).Class == notifiers.Configuration {
		c.pause(err)
	} else {
		c.heal()
	}
	return &write{settled: d, outcome: outcome, refused: refusedAddress(err)}
}

func (c *channel) deliver(d *collections.Delivery) (receipt notifiers.Receipt, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.e.o.Log.Error("a notifier panicked", "channel", c.name, "delivery", d.ID, "panic", fmt.Sprint(r))
			err = &notifiers.Error{Class: notifiers.Unknown, Reason: "the sender failed inside"}
		}
	}()
	var m notifiers.Message
	if err := json.Unmarshal([]byte(d.Message), &m); err != nil {
		return receipt, &notifiers.Error{Class: notifiers.Permanent, Reason: "the stored message cannot be read", Err: err}
	}
	n := c.use()
	if n == nil {
		return receipt, &notifiers.Error{Class: notifiers.Configuration, Reason: "the channel is not configured"}
	}
	defer c.leave(n)
	ctx, cancel := context.WithTimeout(c.e.sends, c.e.o.AttemptTimeout)
	defer cancel()
	return n.Send(ctx, &m)
}

func (c *channel) use() *shared {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.notifier != nil {
		c.notifier.users++
	}
	return c.notifier
}

func (c *channel) leave(n *shared) {
	c.mu.Lock()
	n.users--
	last := n.replaced && n.users == 0
	c.mu.Unlock()
	if last {
		_ = n.Close()
	}
}

// learn keeps the running average that sizes the claims.
func (c *channel) learn(took time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.sent++
	} else {
		c.failed++
	}
	if c.average == 0 {
		c.average = max(took, time.Microsecond)
		return
	}
	c.average = max((9*c.average+took)/10, time.Microsecond)
}
