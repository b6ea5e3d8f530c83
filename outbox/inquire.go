package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

const (
	askTimeout = 30 * time.Second
	// A round asks for a few of each, so that neither keeps the other waiting.
	askUnknown, askReceipts = 8, 2
)

// ask asks the provider what became of messages, for those in doubt and for receipts that did not come by themselves,
// until the engine stops. It is the only goroutine of the channel that does.
func (c *channel) ask() {
	wait := c.e.o.Tick
	for c.e.claims.Err() == nil {
		err := c.askAll()
		if err == nil {
			err = c.restFromAsking()
		}
		if err == nil {
			wait = c.e.o.Tick
			continue
		}
		c.e.o.Log.Error("ask what became of messages", "channel", c.name, "error", err, "again_in", wait)
		wait = c.e.backOff(wait)
	}
}

// askAll asks for everything whose time has come. A channel that a question paused is probed by one question.
func (c *channel) askAll() error {
	for {
		may, probe := c.mayAsk()
		if !may {
			return nil
		}
		rows, err := c.dueQuestions()
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			if probe {
				c.probeWithoutMessage(true)
			}
			return nil
		}
		for _, d := range rows {
			changed, err := c.askAbout(d)
			if err != nil {
				return err
			}
			if changed { // one that only seems to be, as SQL may have left it, must not keep anybody busy
				c.e.wait(nil, c.e.o.Tick)
				break
			}
			if may, again := c.mayAsk(); !may || again != probe {
				break
			}
		}
	}
}

// mayAsk says whether questions may be asked now: not on a paused channel, unless a question paused it and a probe is due.
func (c *channel) mayAsk() (may, probe bool) {
	if c.e.claims.Err() != nil {
		return false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.notifier == nil || !c.notifier.means.asked:
		return false, false
	case !c.paused:
		return true, false
	default:
		due := c.byQuestion && !monotonic().Before(c.probeAt)
		return due, due
	}
}

func (c *channel) dueQuestions() ([]*collections.Delivery, error) {
	now := c.e.o.Now()
	rows, err := collections.DueUnknown(c.e.app, c.name, now, askUnknown)
	if err != nil {
		return nil, err
	}
	receipts, err := collections.DueReceipts(c.e.app, c.name, now, askReceipts)
	return append(rows, receipts...), err
}

// restFromAsking waits until there may be something to ask for.
func (c *channel) restFromAsking() error {
	c.mu.Lock()
	asked, paused, byQuestion := c.notifier != nil && c.notifier.means.asked, c.paused, c.byQuestion
	probeIn := c.probeAt.Sub(monotonic())
	c.mu.Unlock()
	switch {
	case asked && paused && byQuestion:
		c.e.wait(c.asking, max(0, probeIn))
		return nil
	case !asked || paused:
		c.e.sleep(c.asking, time.Time{}, false) // only a nudge can bring anything
		return nil
	}
	next, some, err := collections.NextUnknown(c.e.app, c.name)
	if err != nil {
		return err
	}
	receipt, awaited, err := collections.NextReceipt(c.e.app, c.name)
	if err != nil {
		return err
	}
	next, some = sooner(next, some, receipt, awaited)
	c.e.sleep(c.asking, next, some)
	return nil
}

// askAbout asks for one message and writes what the answer makes of its row, unless somebody has changed that meanwhile.
func (c *channel) askAbout(d *collections.Delivery) (changed bool, err error) {
	n := c.use()
	if n == nil {
		return false, nil
	}
	defer c.leave(n)
	inquirer, ok := n.Notifier.(notifiers.Inquirer)
	if !ok {
		return false, nil // replaced a moment ago
	}
	r := c.e.rulesWith(n.means)
	if d.Status != collections.DeliverySent && d.Status != collections.DeliveryUnknown || (d.Provider != "" && d.Provider != r.provider) {
		return c.turn(d, r.unaskable(*d, c.e.o.Now()), nil)
	}
	f, err := c.inquire(inquirer, d)
	if c.e.claims.Err() != nil {
		return false, nil // the engine stops: that is no answer, and no failure of the provider's
	}
	now := c.e.o.Now()
	if err == nil {
		c.heal(true)
		return c.turn(d, r.answered(*d, f, now), f.Err)
	}
	failure := notifiers.AsError(err)
	if failure.Class == notifiers.Configuration {
		c.pause(err, true)
		return false, nil
	}
	c.heal(true)
	if failure.Class == notifiers.Permanent {
		return c.turn(d, r.unaskable(*d, now), nil)
	}
	return c.turn(d, r.unanswered(*d, failure.RetryAfter, now), nil)
}

// inquire asks the provider about one message.
func (c *channel) inquire(n notifiers.Inquirer, d *collections.Delivery) (f notifiers.Finding, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.e.o.Log.Error("a notifier panicked", "channel", c.name, "delivery", d.ID, "panic", fmt.Sprint(r))
			err = &notifiers.Error{Class: notifiers.Unknown, Reason: "the sender failed inside"}
		}
	}()
	ctx, cancel := context.WithTimeout(c.e.claims, askTimeout)
	defer cancel()
	m := messageOf(d)
	return n.Inquire(ctx, notifiers.Inquiry{Message: &m, ProviderID: d.ProviderID, Began: d.Began.Time()})
}

// turn writes what was learned of a row, and says whether the row was changed since it was asked about: then somebody else
// has learned of it, and stays right.
func (c *channel) turn(was *collections.Delivery, next collections.Delivery, why *notifiers.Error) (changed bool, err error) {
	now := c.e.o.Now()
	did := false
	err = c.e.write(func(tx core.App) (err error) {
		if did, err = turnRow(tx, was, &next, why, now); !did || err != nil {
			return err
		}
		_, err = rollUp(tx, []string{was.Reminder}, now)
		return err
	})
	if err != nil {
		return false, err
	}
	if !did {
		c.e.o.Log.Info("a delivery changed while its provider was asked", "delivery", was.ID)
		return true, nil
	}
	c.e.news.add([]string{was.Reminder})
	if next.Status == collections.DeliveryQueued {
		nudge(c.woken)
	}
	return false, nil
}

// turnRow writes next over was, with the address if it was refused, and says whether it did.
func turnRow(tx core.App, was, next *collections.Delivery, why *notifiers.Error, now time.Time) (bool, error) {
	did, err := collections.TurnDelivery(tx, was, next, now)
	if did && err == nil && why != nil && why.AddressRefused && next.Status == collections.DeliveryFailed {
		err = collections.RefuseAddress(tx, was.Channel, was.Address, why.Reason, now)
	}
	return did, err
}
