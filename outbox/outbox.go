// Package outbox is the durable delivery engine: fan-out, claim, send, retry, reconcile. Waiting work is rows, and
// every step is a short transaction, so that a process may die at any instant and the next one goes on from the rows.
// The engine knows no provider and no event: what is due and whether it still holds is asked of a Source.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// batchRows bounds the rows that one transaction writes, so that people's saves never wait long.
const batchRows = 100

// turnRows bounds the rows of a transaction that fans out or claims: in a burst one follows upon another, and each row takes
// longer than its writing.
const turnRows = 32

// Source is where messages come from. Its methods run inside the engine's transactions.
type Source interface {
	// NextDue gives the time of the next thing to fan out; false if there is none.
	NextDue(app core.App) (time.Time, bool, error)
	// FanOut queues deliveries for what is due at now, about limit rows of them. It gives the reminders it touched and
	// whether it may be called again at once.
	FanOut(tx core.App, now time.Time, limit int) (touched []string, more bool, err error)
	// LastLook reads again what claimed rows depend on, and says what becomes of each, in the same order.
	LastLook(tx core.App, rows []*collections.Delivery, now time.Time) ([]Look, error)
	// ChannelPaused queues alerts to those who can mend a channel.
	ChannelPaused(tx core.App, channel, reason, hint string, since time.Time) error
}

// Look is the result of a last look. The zero value lets the message go as it is.
type Look struct {
	// Status, if set, is the end of the row: collections.DeliverySkipped or DeliveryCancelled, with Reason as its cause.
	Status string
	Reason string
	// Until, if set, puts the row back until then. A Reason with it is what the row shows meanwhile; without one it shows
	// its last failure, if any.
	Until time.Time
	// Rewritten says that the row holds a message made anew, to be stored.
	Rewritten bool
}

// Options are what an Engine is made of.
type Options struct {
	Source Source
	Policy Policy
	// Now is the wall clock; the engine never reads another.
	Now func() time.Time
	// Tick is the longest sleep between two looks at the wall clock, which may be set while the engine sleeps. 0 = 1 s.
	Tick time.Duration
	// ProbeAfter is the first wait of a paused channel; it doubles up to ProbeMax. 0 = 2 s and 15 s.
	ProbeAfter, ProbeMax time.Duration
	// AskAfter gives the times after the beginning of an attempt of unknown fate at which its provider is asked, where it
	// can be (notifiers.Inquirer): rising, the first to find soon what was accepted; one that is absent each time from the
	// second on is sent again. After the first, one that a notifiers.Deduplicator may have is repeated. nil = 5, 60, 120 s.
	AskAfter []time.Duration
	// AttemptTimeout bounds one attempt. 0 = 90 s.
	AttemptTimeout time.Duration
	// StopWithin bounds Stop. 0 = 8 s.
	StopWithin time.Duration
	// Way is where people who write go first; nil = nobody does.
	Way *Way
	Log *slog.Logger
}

// Engine sends what is in the outbox. Build it with New, add channels, then Start it once.
type Engine struct {
	app core.App
	o   Options

	holder   *holder
	channels map[string]*channel
	recorder *recorder
	news     *announcer

	woken   chan struct{}
	asleep  atomic.Pointer[time.Time] // until when the clock sleeps; nil while it is awake or nothing is pending
	claims  context.Context           // ends when claiming must stop
	noClaim context.CancelFunc
	sends   context.Context // ends when attempts under way must stop
	noSend  context.CancelFunc
	loops   sync.WaitGroup // clock and rescuer
	turn    sync.Mutex     // held by the one transaction of the engine's that waits or runs
	started bool
	mu      sync.Mutex
}

// New gives an engine for an app. Nothing runs before Start.
func New(app core.App, o Options) *Engine {
	o.Tick = orDefault(o.Tick, time.Second)
	o.ProbeAfter = orDefault(o.ProbeAfter, 2*time.Second)
	o.ProbeMax = orDefault(o.ProbeMax, 15*time.Second)
	if len(o.AskAfter) == 0 {
		o.AskAfter = []time.Duration{5 * time.Second, time.Minute, 2 * time.Minute}
	}
	o.AttemptTimeout = orDefault(o.AttemptTimeout, 90*time.Second)
	o.StopWithin = orDefault(o.StopWithin, 8*time.Second)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	e := &Engine{app: app, o: o, channels: map[string]*channel{}, woken: make(chan struct{}, 1)}
	for _, name := range collections.Channels {
		e.channels[name] = newChannel(e, name)
	}
	e.news = newAnnouncer(e)
	e.recorder = newRecorder(e)
	return e
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// SetNotifier gives a channel its provider and the number of messages that may be under way at once; nil takes it
// away. It may be called while the engine runs: the attempts under way end on the old one, which is then closed.
func (e *Engine) SetNotifier(name string, n notifiers.Notifier, connections int) {
	e.channels[name].set(n, connections)
}

// Start takes the process's lock, frees what dead processes held, and begins to send.
func (e *Engine) Start() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.started {
		return errors.New("start the outbox: it runs already")
	}
	h, err := holdLock(e.app.DataDir())
	if err != nil {
		return fmt.Errorf("take the sender's lock: %w", err)
	}
	e.holder = h
	if err := e.rescue(); err != nil {
		h.release()
		return err
	}
	e.claims, e.noClaim = context.WithCancel(context.Background())
	e.sends, e.noSend = context.WithCancel(context.Background())
	e.recorder.start()
	e.news.start()
	for _, c := range e.channels {
		if err := c.restore(); err != nil {
			return err
		}
		c.start()
	}
	e.run("clock", e.clock)
	e.run("rescuer", e.rescuer)
	e.started = true
	return nil
}

// Stop ends claiming at once, waits for the attempts under way, and lets go of everything within Options.StopWithin.
func (e *Engine) Stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.started {
		return
	}
	e.started = false
	e.noClaim()
	cut := time.AfterFunc(e.o.StopWithin, e.noSend)
	defer cut.Stop()
	for _, c := range e.channels {
		c.stop()
	}
	e.noSend()
	e.loops.Wait()
	e.recorder.stop()
	e.news.stop()
	for _, c := range e.channels {
		c.close()
	}
	e.holder.release()
}

// Wake makes the engine look again. Call it after a commit that may have made something due. It never blocks.
func (e *Engine) Wake() {
	nudge(e.woken)
	for _, c := range e.channels {
		c.nudge()
	}
}

// WakeFor is Wake for something that falls due at a moment and changes nothing before. A clock that looks again by then is
// left asleep: to look costs as much as a small save.
func (e *Engine) WakeFor(due time.Time) {
	if until := e.asleep.Load(); until == nil || due.Before(*until) {
		nudge(e.woken)
	}
}

func nudge(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// Announce tells realtime subscribers that reminders were changed by SQL. It never blocks.
func (e *Engine) Announce(reminders ...string) { e.news.add(reminders) }

// clock fans out what is due, and sleeps until something is.
func (e *Engine) clock() {
	wait := e.o.Tick
	for e.claims.Err() == nil {
		err := e.clockOnce()
		if err == nil {
			wait = e.o.Tick
			continue
		}
		e.o.Log.Error("fan out what is due", "error", err, "again_in", wait)
		wait = e.backOff(wait)
	}
}

// clockOnce fans out what is due, or sleeps until something is. To look costs no write lock, which people's saves wait for.
func (e *Engine) clockOnce() error {
	e.asleep.Store(nil) // before it looks, so that whoever writes afterwards wakes it
	next, ok, err := e.o.Source.NextDue(e.app)
	if err != nil {
		return err
	}
	if ok && !e.o.Now().Before(next) {
		return e.fanOutDue()
	}
	if ok {
		e.asleep.Store(&next)
	}
	e.sleep(e.woken, next, ok)
	return nil
}

// backOff waits after an error and gives how long to wait after the next. It does not depend on the wall clock.
func (e *Engine) backOff(wait time.Duration) time.Duration {
	e.wait(nil, wait)
	return min(2*wait, 30*e.o.Tick)
}

// fanOutDue queues everything that is due.
func (e *Engine) fanOutDue() error {
	for e.claims.Err() == nil {
		var touched []string
		var more bool
		err := e.write(func(tx core.App) (err error) {
			touched, more, err = e.o.Source.FanOut(tx, e.o.Now(), turnRows)
			if err == nil {
				_, err = rollUp(tx, touched, e.o.Now())
			}
			return err
		})
		if err != nil {
			return err
		}
		if len(touched) > 0 {
			e.news.add(touched)
			for _, c := range e.channels {
				nudge(c.woken)
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

// sleep waits until the wall clock shows next, a nudge, or the end. It sleeps in ticks, since the wall clock may be set.
func (e *Engine) sleep(woken <-chan struct{}, next time.Time, ok bool) {
	for {
		wait := e.o.Tick
		if ok {
			wait = min(wait, max(0, next.Sub(e.o.Now())))
		}
		if e.wait(woken, wait) || (ok && !e.o.Now().Before(next)) {
			return
		}
	}
}

// wait waits for a time that the wall clock has no say in, and says whether a nudge or the end came first.
func (e *Engine) wait(woken <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-e.claims.Done():
		return true
	case <-woken:
		return true
	case <-timer.C:
		return false
	}
}

// run starts a loop that must not take the process down with it.
func (e *Engine) run(name string, loop func()) {
	e.loops.Add(1)
	go func() {
		defer e.loops.Done()
		for {
			if e.guard(name, loop) {
				return
			}
			if e.wait(nil, e.o.Tick) {
				return
			}
		}
	}()
}

// guard runs a loop and says whether it ended by itself rather than by a panic.
func (e *Engine) guard(name string, loop func()) (done bool) {
	defer func() {
		if r := recover(); r != nil {
			e.o.Log.Error("the outbox recovered from a panic", "loop", name, "panic", fmt.Sprint(r))
		}
	}()
	loop()
	return true
}
