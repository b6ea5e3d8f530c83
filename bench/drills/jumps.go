package drills

import (
	"fmt"
	"slices"
	"time"

	"tminus/bench/figures"
	"tminus/collections"
	"tminus/hooks"
)

// Jumps is a drill: the wall clock is set forward and back by an hour and by a day while the program sends.
type Jumps struct {
	Setup
	Messages int
	Between  time.Duration // two jumps
}

// noticesWithin is how soon what a jump made due must have left: the engine looks at the wall clock each second.
const noticesWithin = 5 * time.Second

// span is a time during which the clock ran on by itself.
type span struct {
	from, to time.Time // of the system
	offset   time.Duration
}

// jumping is a drill under way.
type jumping struct {
	Jumps
	*scene
	clock *Clock
	spans []span
	due   map[string]time.Time // reminder -> when it is due
}

// Record runs the drill.
func (d Jumps) Record() (r figures.Record, err error) {
	clock, err := OpenClock(d.Dir + ".clock")
	if err != nil {
		return r, err
	}
	defer clock.Close()
	s, err := openSceneWith(d.Dir, "", 2*time.Millisecond, 4, hooks.Options{Now: clock.Now}, "smtp")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	s.environment = append(s.environment, senderClock+"="+d.Dir+".clock", timing{}.variable())
	j := &jumping{Jumps: d, scene: s, clock: clock, due: map[string]time.Time{}}
	base := time.Now().Add(2 * time.Second) // the planning takes a moment
	if err := j.plan(base); err != nil {
		return r, err
	}
	p, err := s.start()
	if err != nil {
		return r, err
	}
	defer p.kill()
	if err := j.jump(0); err != nil { // some are sent on time
		return r, err
	}
	jumps := []time.Duration{0, time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour}
	d.Random.Shuffle(len(jumps)-1, func(a, b int) { jumps[a+1], jumps[b+1] = jumps[b+1], jumps[a+1] })
	for _, by := range append(jumps, 49*time.Hour) {
		if err := j.jump(by); err != nil {
			return r, err
		}
	}
	heals, err := j.healBackThen()
	if err != nil {
		return r, fmt.Errorf("%w: %s", err, p.said)
	}
	if err := s.allSent(s.planned, time.Minute); err != nil {
		return r, fmt.Errorf("%w: %s", err, p.said)
	}
	return j.tell(heals)
}

// plan saves reminders that fall due while the clock runs, in the hour that it jumps over, in the day, and much later.
func (j *jumping) plan(base time.Time) error {
	run := 2 * j.Between // until the first jump
	for n := range j.Messages {
		at := time.Duration(j.Random.Int64N(int64(run)))
		switch n % 4 {
		case 1:
			at = time.Duration(j.Random.Int64N(int64(2 * time.Hour)))
		case 2:
			at = time.Duration(j.Random.Int64N(int64(48 * time.Hour)))
		case 3:
			at += 5 * 24 * time.Hour
		}
		due := base.Add(at).Truncate(time.Millisecond)
		id, err := j.parent.Remind(due, j.channels()...)
		if err != nil {
			return err
		}
		j.due[id] = due
		j.planned++
	}
	return nil
}

// jump sets the clock, and lets it run on.
func (j *jumping) jump(by time.Duration) error {
	offset := j.clock.Offset() + by
	from := time.Now()
	if err := j.clock.Set(offset); err != nil {
		return err
	}
	time.Sleep(j.Between)
	j.spans = append(j.spans, span{from, time.Now(), offset})
	return nil
}

// healBackThen has the mail server fail, sets the clock back by a day, and measures how long the channel takes to work again
// when the server does; then it sets the clock forward for good.
func (j *jumping) healBackThen() (time.Duration, error) {
	j.vendors[0].pause()
	if err := j.clock.Set(6 * 24 * time.Hour); err != nil {
		return 0, err
	}
	if err := j.untilChannel("paused"); err != nil {
		return 0, err
	}
	if err := j.clock.Set(5 * 24 * time.Hour); err != nil {
		return 0, err
	}
	if err := j.vendors[0].resume(); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := j.untilChannel("ready"); err != nil {
		return 0, err
	}
	heals := time.Since(began)
	from := time.Now()
	err := j.clock.Set(7 * 24 * time.Hour)
	j.spans = append(j.spans, span{from, from.Add(time.Hour), 7 * 24 * time.Hour})
	return heals, err
}

func (j *jumping) untilChannel(state string) error {
	is := ""
	ok, err := until(time.Minute, func() (bool, error) {
		s, err := collections.ReadChannelState(j.parent.App, j.vendors[0].Channel)
		is = s.State
		return s.State == state, err
	})
	if err == nil && !ok {
		err = fmt.Errorf("after a minute the channel is %s, not %s", is, state)
	}
	return err
}

// tell holds each arrival against the clock as it was.
func (j *jumping) tell(heals time.Duration) (r figures.Record, err error) {
	t, _, err := tally(j.parent.App, "smtp", j.vendors[0], j.planned)
	if err != nil {
		return r, err
	}
	at, err := AcceptedAt(j.parent.App, j.vendors[0])
	if err != nil {
		return r, err
	}
	var marked []string
	if err := j.parent.ConcurrentDB().NewQuery("SELECT reminder FROM deliveries WHERE late").Column(&marked); err != nil {
		return r, err
	}
	early, slept, wrong := 0, 0, 0
	for id, due := range j.due {
		if j.early(due, at[id]) {
			early++
		}
		if came, known := j.chance(due); known && at[id].Sub(came) > noticesWithin {
			slept++
		}
		if late, sure := j.late(due, at[id]); sure && late != slices.Contains(marked, id) {
			wrong++
		}
	}
	r.Rows = append([]figures.Row{
		counted("jumps", len(j.spans)-1), bounded("sent before their time by the clock", early, 0),
		bounded(fmt.Sprintf("sent more than %s after their time came", noticesWithin), slept, 0),
		counted("marked as late", len(marked)), bounded("marked wrongly, or not", wrong, 0),
		within("a paused channel, healed after the clock was set back", heals, 20*time.Second),
	}, t.Rows(0)...)
	r.Line = fmt.Sprintf("%d jumps by an hour and by days, forward and back: %s; %d early, %d slept through, %d late ones marked, %d marked wrongly, a paused channel heals in %.1f s",
		len(j.spans)-1, t.Line(), early, slept, len(marked), wrong, heals.Seconds())
	return r, nil
}

// early says whether a message came before its time by any clock that the program can have seen shortly before.
func (j *jumping) early(due, at time.Time) bool {
	const onTheWay = 3 * time.Second
	for _, s := range j.spans {
		if at.After(s.from) && at.Add(-onTheWay).Before(s.to) && !at.Add(s.offset).Before(due) {
			return false
		}
	}
	// During healBackThen the clock was five to six days ahead.
	last := j.spans[len(j.spans)-1]
	return at.After(last.from) || at.Before(j.spans[len(j.spans)-2].to) || at.Add(6*24*time.Hour).Before(due)
}

// chance gives the first moment at which the clock had come to due and stayed there for long enough.
func (j *jumping) chance(due time.Time) (time.Time, bool) {
	for _, s := range j.spans {
		came := due.Add(-s.offset)
		if came.Before(s.from) {
			came = s.from
		}
		if s.to.Sub(came) >= noticesWithin {
			return came, true
		}
	}
	return time.Time{}, false
}

// late says whether a message was late by the clock at its arrival, and whether that is sure.
func (j *jumping) late(due, at time.Time) (late, sure bool) {
	for _, s := range j.spans {
		if at.Before(s.from.Add(time.Second)) || at.After(s.to) {
			continue // shortly after a jump, the message may be from before it
		}
		by := at.Add(s.offset).Sub(due)
		return by > time.Minute, by < 50*time.Second || by > 70*time.Second
	}
	return false, false
}
