package outbox

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// monotonic gives the time that durations within this process are measured by. It runs on when the wall clock is set,
// so that a channel does not stay paused for a day because the clock went back by one.
func monotonic() time.Time { return time.Now() } //nolint:forbidigo // see above

// pause stops a channel whose configuration or provider does not work, and tells those who can mend it, once. What failed
// first, a message or a question (byQuestion), probes it: one may work where the other does not, and the channel would
// stop and go, with an alert each time.
func (c *channel) pause(err error, byQuestion bool) {
	failure := notifiers.AsError(err)
	now := c.e.o.Now()
	c.mu.Lock()
	first := !c.paused
	if !first && byQuestion != c.byQuestion {
		c.mu.Unlock()
		return
	}
	switch {
	case first:
		c.since, c.probeWait = now, c.e.o.ProbeAfter
		c.probeAt = monotonic().Add(c.probeWait)
	case !monotonic().Before(c.probeAt): // a probe failed, not an attempt that was under way when the channel paused
		c.probeWait = min(2*c.probeWait, c.e.o.ProbeMax)
		c.probeAt = monotonic().Add(c.probeWait)
	}
	c.paused, c.byQuestion, c.reason, c.hint = true, byQuestion, failure.Reason, failure.Hint
	since := c.since
	c.mu.Unlock()
	if !first {
		return
	}
	c.e.o.Log.Warn("channel paused", "channel", c.name, "reason", failure.Reason, "error", failure.Err)
	c.store(StatePaused, since, func(tx core.App) error {
		return c.e.o.Source.ChannelPaused(tx, c.name, failure.Reason, failure.Hint, since)
	})
}

// heal resumes a channel whose provider has answered what paused it: a message, or a question.
func (c *channel) heal(byQuestion bool) {
	c.mu.Lock()
	was := c.paused && c.byQuestion == byQuestion
	if was {
		c.paused, c.byQuestion, c.reason, c.hint = false, false, "", ""
	}
	c.mu.Unlock()
	if !was {
		return
	}
	c.e.o.Log.Info("channel resumed", "channel", c.name)
	c.store(StateReady, c.e.o.Now(), func(core.App) error { return nil })
	c.nudge()
}

// store writes the state for the screens and the next process. A failure is only logged: the state in memory rules.
func (c *channel) store(state string, since time.Time, also func(tx core.App) error) {
	c.mu.Lock()
	s := collections.ChannelState{Name: c.name, State: state, Reason: c.reason, Hint: c.hint, Since: collections.DateTime(since)}
	c.mu.Unlock()
	err := c.e.write(func(tx core.App) error {
		if err := collections.WriteChannelState(tx, s, c.e.o.Now()); err != nil {
			return err
		}
		return also(tx)
	})
	if err != nil {
		c.e.o.Log.Error("store the state of a channel", "channel", c.name, "state", state, "error", err)
	}
}

// probeWithoutMessage tries the connection when a paused channel has nothing to send, or to ask for.
func (c *channel) probeWithoutMessage(byQuestion bool) {
	n := c.use()
	if n == nil {
		return
	}
	defer c.leave(n)
	ctx, cancel := context.WithTimeout(c.e.sends, 30*time.Second)
	defer cancel()
	if err := n.Check(ctx); err != nil && notifiers.AsError(err).Class == notifiers.Configuration {
		c.pause(err, byQuestion)
		return
	}
	c.heal(byQuestion)
}

// Status is what a channel is at the moment.
type Status struct {
	Name     string
	State    string // StateReady, StatePaused or StateNotConfigured
	Provider string
	Reason   string // why it is paused
	Hint     string // how to mend it
	Since    time.Time
	Sent     uint64 // attempts that succeeded since the start
	Failed   uint64 // attempts that did not
	InFlight int
}

// Status gives the state of a channel.
func (e *Engine) Status(name string) Status {
	c := e.channels[name]
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Status{Name: name, State: StateReady, Sent: c.sent, Failed: c.failed, InFlight: c.outstanding}
	switch {
	case c.notifier == nil:
		s.State = StateNotConfigured
	case c.paused:
		s.State, s.Reason, s.Hint, s.Since = StatePaused, c.reason, c.hint, c.since
	}
	if c.notifier != nil {
		s.Provider = c.notifier.Provider()
	}
	return s
}

// underWay says whether any channel holds messages that it has claimed.
func (e *Engine) underWay() bool {
	for _, c := range e.channels {
		c.mu.Lock()
		n := c.outstanding
		c.mu.Unlock()
		if n > 0 {
			return true
		}
	}
	return false
}

// Notifier gives the provider of a channel at the moment, or nil.
func (e *Engine) Notifier(name string) notifiers.Notifier {
	c := e.channels[name]
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.notifier == nil {
		return nil
	}
	return c.notifier.Notifier
}
