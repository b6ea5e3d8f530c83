package drills

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tminus/bench/figures"
)

// takesOverWithin is P11's bound: a claim passes on as soon as its holder's lock is free.
const takesOverWithin = 5 * time.Second

// connectionsEach is how many connections to the mail server a program has, and so how many mails its end leaves in doubt.
const connectionsEach = 4

// Twin is a drill: two programs serve one data directory, and one of them is killed and started anew again and again.
type Twin struct {
	Setup
	Messages int // mails
	Kills    int
}

// Record runs the drill.
func (d Twin) Record() (r figures.Record, err error) {
	s, err := openScene(d.Dir, d.Binary, 10*time.Millisecond, connectionsEach, "smtp")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	if err := s.plan(d.Messages); err != nil {
		return r, err
	}
	var twins [2]*process
	defer func() {
		for _, p := range twins {
			if p != nil {
				p.kill()
			}
		}
	}()
	for i := range twins {
		if twins[i], err = s.start(); err != nil {
			return r, err
		}
		if err := twins[i].ready(time.Minute); err != nil {
			return r, err
		}
	}
	unharmed := d.Messages / (d.Kills + 1)
	if err := d.both(s, twins[:], unharmed); err != nil {
		return r, err
	}
	calm, _, err := tally(s.parent.App, "smtp", s.vendors[0], unharmed)
	if err != nil {
		return r, err
	}
	allowed, slowest := 0, time.Duration(0)
	for n := range d.Kills {
		took, err := d.kill(s, twins[:], n%2)
		if err != nil {
			return r, err
		}
		allowed, slowest = allowed+connectionsEach, max(slowest, took)
	}
	for _, p := range twins {
		if _, e := p.stop(terminate, 2*endsWithin); e != nil {
			return r, e
		}
	}
	if err := s.due(d.Messages); err != nil {
		return r, err
	}
	if err := s.finish(2 * time.Minute); err != nil {
		return r, err
	}
	return d.tell(s, calm, allowed, slowest)
}

// both lets n messages leave by both programs.
func (d Twin) both(s *scene, twins []*process, n int) error {
	if err := wakeAll(s, twins, n); err != nil {
		return err
	}
	return s.allSent(n, 2*time.Minute)
}

// wakeAll makes n messages due and has both programs look.
func wakeAll(s *scene, twins []*process, n int) error {
	if err := s.due(n); err != nil {
		return err
	}
	for _, p := range twins {
		if err := s.wake(p); err != nil {
			return err
		}
	}
	return nil
}

// kill kills a twin in the middle of a part, waits until the other has taken its claims over, and starts it anew.
func (d Twin) kill(s *scene, twins []*process, which int) (took time.Duration, err error) {
	part := d.Messages / (d.Kills + 1)
	if err := wakeAll(s, twins, part); err != nil {
		return 0, err
	}
	more := s.arrived() + 1 + d.Random.IntN(part*3/4)
	if _, err := until(time.Minute, func() (bool, error) { return s.arrived() >= more, nil }); err != nil {
		return 0, err
	}
	var held []string
	twins[which].kill()
	began := time.Now()
	if held, err = heldNow(s); err != nil {
		return 0, err
	}
	ok, err := until(time.Minute, func() (bool, error) { return freed(s, held) })
	took = time.Since(began)
	if err == nil && !ok {
		err = errors.New("the claims of a killed program were not taken over within a minute")
	}
	if err != nil {
		return 0, err
	}
	if twins[which], err = s.start(); err != nil {
		return 0, err
	}
	return took, twins[which].ready(time.Minute)
}

// heldNow gives what is claimed, by either program.
func heldNow(s *scene) (claims []string, err error) {
	err = s.parent.ConcurrentDB().NewQuery("SELECT id || '/' || holder FROM deliveries WHERE status = 'sending'").Column(&claims)
	return claims, err
}

// freed says whether none of these claims is left.
func freed(s *scene, claims []string) (bool, error) {
	now, err := heldNow(s)
	return !slices.ContainsFunc(now, func(c string) bool { return slices.Contains(claims, c) }), err
}

func (d Twin) tell(s *scene, calm Tally, allowed int, slowest time.Duration) (figures.Record, error) {
	t, _, err := tally(s.parent.App, "smtp", s.vendors[0], d.Messages)
	r := figures.Record{Rows: append([]figures.Row{
		bounded("arrivals beyond the first while both lived", calm.Extra, 0),
		bounded("marked as possible duplicates while both lived", calm.Flagged, 0),
		counted("kills", d.Kills), within("slowest takeover", slowest, takesOverWithin),
	}, t.Rows(allowed)...)}
	r.Line = fmt.Sprintf("two programs on one directory, %d kills, slowest takeover %.1f s; %s; %d repeated while both lived",
		d.Kills, slowest.Seconds(), t.Line(), calm.Extra)
	return r, err
}
