package drills

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/bench/figures"
	"tminus/collections"
	"tminus/hooks"
	"tminus/reports"
)

// brisk is the timing of a sender whose clock jumps: it looks at it often.
var brisk = timing{Tick: 20 * time.Millisecond, ProbeAfter: 100 * time.Millisecond, ProbeMax: 200 * time.Millisecond}

// opening is the moment at which outages begin: ten in the morning in Hong Kong, after the digest.
var opening = time.Date(2027, 3, 10, 2, 0, 0, 0, time.UTC)

// Outage is a drill: the program, or its mail server, is away for a time by the clock, and then back. Every reminder that
// was missed is held against what the promise makes of it.
type Outage struct {
	Setup
	Events int // with the reminders of the plan, and with some of a person's
	Lasts  time.Duration
	Server bool // the mail server is away, not the program
}

// outage is one under way.
type outage struct {
	Outage
	*scene
	clock *Clock
	edge  time.Time // by the clock, just before it was set to the end
}

// Record runs the drill.
func (d Outage) Record() (r figures.Record, err error) {
	clock, err := OpenClock(d.Dir + ".clock")
	if err != nil {
		return r, err
	}
	defer clock.Close()
	if err := clock.SetTo(opening); err != nil {
		return r, err
	}
	s, err := openSceneWith(d.Dir, "", 0, 4, hooks.Options{Now: clock.Now}, "smtp")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	s.environment = append(s.environment, "ADMIN_EMAIL=office@example.test", brisk.variable(), senderClock+"="+filepath.Clean(d.Dir+".clock"))
	o := &outage{Outage: d, scene: s, clock: clock}
	if err := o.plan(); err != nil {
		return r, err
	}
	p, err := s.start()
	if err != nil {
		return r, err
	}
	defer func() {
		if p != nil {
			p.kill()
		}
	}()
	if err := errors.Join(o.begun(), o.calm()); err != nil {
		return r, fmt.Errorf("%w: %s", err, p.said)
	}
	if p, err = o.away(p); err != nil {
		return r, err
	}
	if err := o.calm(); err != nil {
		return r, fmt.Errorf("%w: %s", err, p.said)
	}
	return o.judge()
}

// plan saves events that start during the outage and after it, with their plans' reminders, and on each one of a person's,
// which may be for after the start.
func (o *outage) plan() error {
	for range o.Events {
		start := opening.Add(o.upTo(o.Lasts + 8*24*time.Hour))
		if o.Random.IntN(3) == 0 {
			start = opening.Add(o.upTo(o.Lasts))
		}
		event, err := o.parent.visit(start, true)
		if err != nil {
			return err
		}
		contact, err := o.parent.contact()
		if err != nil {
			return err
		}
		due := opening.Add(o.upTo(o.Lasts)).Add(time.Minute) // planning takes a moment
		if _, err := o.parent.note(event, contact, Letter{Title: "Bring the spare lamp", Due: due}, o.channels()); err != nil {
			return err
		}
	}
	return nil
}

// upTo gives a time from a second to d, by chance.
func (o *outage) upTo(d time.Duration) time.Duration {
	return (time.Second + time.Duration(o.Random.Int64N(int64(d)))).Truncate(time.Millisecond)
}

// away has the program or the server be away for the drill's time.
func (o *outage) away(p *process) (*process, error) {
	end := opening.Add(o.Lasts)
	if !o.Server {
		p.kill()
		if err := o.clock.SetTo(end); err != nil {
			return p, err
		}
		p, err := o.start()
		if err != nil {
			return nil, err
		}
		return p, o.begun()
	}
	o.vendors[0].pause()
	if err := o.throughDueTimes(end); err != nil {
		return p, fmt.Errorf("%w: %s", err, p.said)
	}
	o.edge = o.clock.Now()
	if err := o.clock.SetTo(end); err != nil {
		return p, err
	}
	return p, o.vendors[0].resume()
}

// throughDueTimes sets the clock to each moment until end at which something is due, and waits until it is fanned out.
func (o *outage) throughDueTimes(end time.Time) error {
	for {
		var next string
		err := o.parent.ConcurrentDB().NewQuery("SELECT COALESCE(MIN(send_datetime), '') FROM reminders WHERE status = 'pending'").Row(&next)
		if err != nil {
			return err
		}
		if next == "" {
			return nil
		}
		due, err := time.Parse(types.DefaultDateLayout, next)
		if err != nil || due.After(end) {
			return err
		}
		if o.clock.Now().Before(due) {
			if err := o.clock.SetTo(due); err != nil {
				return err
			}
		}
		ok, err := until(time.Minute, func() (bool, error) { n, err := o.pendingBy(due); return n == 0, err })
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("what is due at %s is not fanned out after a minute", due)
		}
	}
}

func (o *outage) pendingBy(t time.Time) (n int, err error) {
	err = o.parent.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM reminders WHERE status = 'pending' AND send_datetime <= {:t}").
		Bind(map[string]any{"t": collections.DateTime(t)}).Row(&n)
	return n, err
}

// begun waits until a program that has just started has seen to the day's digest, which is the last that a start does.
func (o *outage) begun() error {
	day := o.clock.Now().In(time.FixedZone("Hong Kong", 8*60*60)).Format(time.DateOnly)
	ok, err := until(time.Minute, func() (bool, error) {
		last, err := collections.LastRun(o.parent.App, reports.JobDigest)
		return last.Occasion == day, err
	})
	if err == nil && !ok {
		err = fmt.Errorf("after a minute the digest of %s is not made", day)
	}
	return err
}

// calm waits until nothing is due and nothing waits.
func (o *outage) calm() error {
	var pending, waiting int
	ok, err := until(2*time.Minute, func() (bool, error) {
		var err error
		if pending, err = o.pendingBy(o.clock.Now()); err != nil || pending > 0 {
			return false, err
		}
		err = o.parent.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM deliveries WHERE status IN ('queued', 'sending', 'unknown')").Row(&waiting)
		return waiting == 0, err
	})
	if err == nil && !ok {
		var one string
		_ = o.parent.ConcurrentDB().NewQuery(`SELECT channel || ' ' || kind || ' ' || status || ' until ' || next_attempt_at || ': ' || error
			FROM deliveries WHERE status IN ('queued', 'sending', 'unknown') LIMIT 1`).Row(&one) // there may be none by now
		err = fmt.Errorf("after two minutes %d reminders and %d messages still wait at %s, one of them %s", pending, waiting, o.clock.Now().UTC(), one)
	}
	return err
}
