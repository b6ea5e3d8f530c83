package demo

import (
	"sync/atomic"
	"time"
)

// Clock is a wall clock that can be set back while history is made. It follows the real one unless it is told to show
// another time.
type Clock struct {
	real  func() time.Time
	shown atomic.Pointer[time.Time]
}

// NewClock gives a clock that follows real.
func NewClock(real func() time.Time) *Clock { return &Clock{real: real} }

// Now gives the time that the clock shows.
func (c *Clock) Now() time.Time {
	if t := c.shown.Load(); t != nil {
		return *t
	}
	return c.real()
}

// Show stops the clock at t.
func (c *Clock) Show(t time.Time) { c.shown.Store(&t) }

// Follow lets the clock go with the real one again.
func (c *Clock) Follow() { c.shown.Store(nil) }
