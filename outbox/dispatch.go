package outbox

import (
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

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
			c.probeWithoutMessage(false)
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
		if !c.byQuestion && c.outstanding == 0 && !monotonic().Before(c.probeAt) {
			return 1, true
		}
		return 0, false
	}
	if !c.short() {
		return 0, false // enough for now; small claims would cost more than they win
	}
	return min(max(0, c.target()-c.outstanding), turnRows), false
}

// target is how many rows to have claimed. The caller holds the lock.
func (c *channel) target() int {
	if c.average == 0 {
		return c.connections
	}
	return max(c.connections, min(maxClaimed, int(time.Duration(c.connections)*time.Second/2/c.average)))
}

// short says whether so few rows are claimed that more are worth a claim. The caller holds the lock.
func (c *channel) short() bool {
	return c.outstanding < c.connections || c.outstanding <= c.target()/2
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
	err = c.e.write(func(tx core.App) error {
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
		o := collections.Outcome{Status: collections.DeliveryQueued, NextAttemptAt: look.Until, Error: look.Reason}
		if look.Reason == "" && d.ErrorClass != "" { // without a class, it is why the row waited before
			o.Error, o.ErrorClass = d.Error, d.ErrorClass
		}
		_, err := collections.SettleDelivery(tx, d, o, now)
		return false, err
	case look.Rewritten:
		return true, collections.RewriteDelivery(tx, d)
	default:
		return true, nil
	}
}

// requeueUnknown readies messages of unknown fate for another attempt where the provider, like SMTP, cannot be asked what
// became of them.
func (c *channel) requeueUnknown() error {
	r := c.rules()
	if r.provider == "" || r.asked {
		return nil
	}
	now := c.e.o.Now()
	at, ok, err := collections.NextUnknown(c.e.app, c.name)
	if err != nil || !ok || at.After(now) {
		return err
	}
	nudge(c.woken)
	return c.e.write(func(tx core.App) (err error) {
		if r.repeats > 0 {
			_, err = collections.RequeueDeduplicated(tx, c.name, r.provider, now.Add(-r.repeats), now, batchRows)
		} else {
			_, err = collections.RequeueUnknown(tx, c.name, now, batchRows)
		}
		return err
	})
}

// rest waits until there may be something to claim.
func (c *channel) rest() error {
	c.mu.Lock()
	configured, paused, probeIn := c.notifier != nil, c.paused, c.probeAt.Sub(monotonic())
	probes := c.outstanding == 0 && !c.byQuestion
	full := c.outstanding >= c.connections
	c.full = full
	asked := configured && c.notifier.means.asked
	c.mu.Unlock()
	if paused && probes {
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
	if !asked {
		unknown, lost, err := collections.NextUnknown(c.e.app, c.name)
		if err != nil {
			return err
		}
		queued, some = sooner(queued, some, unknown, lost)
	}
	c.e.sleep(c.woken, queued, some)
	return nil
}

// sooner gives the earlier of two times, each of which may be none.
func sooner(a time.Time, someA bool, b time.Time, someB bool) (time.Time, bool) {
	if someB && (!someA || b.Before(a)) {
		return b, true
	}
	return a, someA
}
