package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tminus/collections"
	"tminus/notifiers"
)

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
			r := c.rules()
			d.PossibleDuplicate = d.PossibleDuplicate || r.doubtful(d, c.e.o.Now())
			d.Provider, w.begin = r.provider, d
		} else { // claimed before the channel paused or the engine stopped: it goes back untouched
			back := &write{settled: d, outcome: collections.Outcome{
				Status: collections.DeliveryQueued, NextAttemptAt: d.NextAttemptAt.Time(), Error: d.Error, ErrorClass: d.ErrorClass,
			}}
			c.e.recorder.do(back)
			c.settled(false)
			d = nil
		}
	}
	ours := false
	if w.settled != nil || w.begin != nil {
		ours = c.e.recorder.do(w)
	}
	if w.settled != nil {
		c.settled(done(w.outcome))
	}
	if d != nil && !ours {
		c.settled(false)
		return nil
	}
	if d != nil {
		d.Attempts++
	}
	return d
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

// attempt hands one message to the provider and gives what is to be recorded.
func (c *channel) attempt(d *collections.Delivery) *write {
	began := monotonic()
	receipt, err := c.deliver(d)
	c.learn(monotonic().Sub(began), err)
	now := c.e.o.Now()
	outcome := c.rules().resolve(d, receipt, err, now)
	if err != nil && notifiers.AsError(err).Class == notifiers.Configuration {
		c.pause(err, false)
	} else {
		c.heal(false)
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
