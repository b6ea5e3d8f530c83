package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tminus/collections"
	"tminus/notifiers"
)

// attempt is one try of a claimed message that is ready to be handed over.
type attempt struct {
	d    *collections.Delivery
	n    *shared // held until the attempt is over; nil if the channel has none
	send func(context.Context) (notifiers.Receipt, error)
	took time.Duration // to make ready
}

// send is a worker: it writes how its last message went together with the beginning of the next.
func (c *channel) send() {
	var next *attempt
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
		w := c.try(next)
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

// begin records a finished attempt (nil: none) and begins that of d (nil: none), which it makes ready meanwhile. It gives
// the attempt if it may go ahead.
func (c *channel) begin(d *collections.Delivery, finished *write) *attempt {
	w := finished
	if w == nil {
		w = &write{}
	}
	if d != nil {
		if c.mayBegin() {
			r := c.rules()
			d.PossibleDuplicate = d.PossibleDuplicate || r.doubtful(d, c.e.o.Now())
			d.Provider, w.begin = r.provider, d
		} else { // claimed before the channel paused or the engine stopped: it goes back untouched
			back := &write{settled: d, outcome: collections.Outcome{
				Status: collections.DeliveryQueued, NextAttemptAt: d.NextAttemptAt.Time(), Error: d.Error, ErrorClass: d.ErrorClass,
			}}
			c.e.recorder.submit(back)
			back.wait()
			c.settled(false)
			d = nil
		}
	}
	if w.settled == nil && w.begin == nil {
		return nil
	}
	c.e.recorder.submit(w)
	var next *attempt
	if d != nil {
		next = c.prepare(d)
	}
	ours := w.wait()
	if w.settled != nil {
		c.settled(done(w.outcome))
	}
	if next == nil {
		return nil
	}
	if !ours {
		c.leave(next.n)
		c.settled(false)
		return nil
	}
	d.Attempts++
	return next
}

// settled counts one row less. A row that is done with brings nothing to do but what there was no room for.
func (c *channel) settled(done bool) {
	c.mu.Lock()
	c.outstanding--
	wakes := !done || c.paused || (c.full && c.short())
	c.mu.Unlock()
	if wakes {
		c.nudge()
	}
}

// done says whether nothing remains to be done about the row.
func done(o collections.Outcome) bool {
	return o.Status == collections.DeliverySent && o.ReceiptAt.IsZero()
}

// mayBegin says whether a claimed message may go: not after the engine began to stop, and on a paused channel only the
// probe, which is alone.
func (c *channel) mayBegin() bool {
	if c.e.claims.Err() != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.notifier != nil && (!c.paused || (c.outstanding == 1 && !c.byQuestion))
}

// prepare makes the attempt of a message ready. Nothing leaves.
func (c *channel) prepare(d *collections.Delivery) *attempt {
	began := monotonic()
	a := &attempt{d: d, n: c.use()}
	a.send = c.ready(a.n, d)
	a.took = monotonic().Sub(began)
	return a
}

func (c *channel) ready(n *shared, d *collections.Delivery) (send func(context.Context) (notifiers.Receipt, error)) {
	if n == nil {
		return fails(&notifiers.Error{Class: notifiers.Configuration, Reason: "the channel is not configured"})
	}
	var m notifiers.Message
	if err := json.Unmarshal([]byte(d.Message), &m); err != nil {
		return fails(&notifiers.Error{Class: notifiers.Permanent, Reason: "the stored message cannot be read", Err: err})
	}
	defer func() {
		if r := recover(); r != nil {
			send = fails(c.panicked(d, r))
		}
	}()
	if p, ok := n.Notifier.(notifiers.Preparer); ok {
		return p.Prepare(&m)
	}
	return func(ctx context.Context) (notifiers.Receipt, error) { return n.Send(ctx, &m) }
}

func fails(err error) func(context.Context) (notifiers.Receipt, error) {
	return func(context.Context) (notifiers.Receipt, error) { return notifiers.Receipt{}, err }
}

func (c *channel) panicked(d *collections.Delivery, cause any) error {
	c.e.o.Log.Error("a notifier panicked", "channel", c.name, "delivery", d.ID, "panic", fmt.Sprint(cause))
	return &notifiers.Error{Class: notifiers.Unknown, Reason: "the sender failed inside"}
}

// try hands one message to the provider and gives what is to be recorded.
func (c *channel) try(a *attempt) *write {
	began := monotonic()
	receipt, err := c.deliver(a)
	c.learn(a.took+monotonic().Sub(began), err)
	now := c.e.o.Now()
	outcome := c.rules().resolve(a.d, receipt, err, now)
	if err != nil && notifiers.AsError(err).Class == notifiers.Configuration {
		c.pause(err, false)
	} else {
		c.heal(false)
	}
	return &write{settled: a.d, outcome: outcome, refused: refusedAddress(err)}
}

func (c *channel) deliver(a *attempt) (receipt notifiers.Receipt, err error) {
	defer c.leave(a.n)
	defer func() {
		if r := recover(); r != nil {
			err = c.panicked(a.d, r)
		}
	}()
	ctx, cancel := context.WithTimeout(c.e.sends, c.e.o.AttemptTimeout)
	defer cancel()
	return a.send(ctx)
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
