package drills

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"tminus/bench/figures"
	"tminus/hooks"
)

// Locked is a drill: another process locks the database for some time, again and again, while messages leave and people
// save.
type Locked struct {
	Setup
	Messages int // by each channel
	Locks    []time.Duration
}

// Record runs the drill.
func (d Locked) Record() (r figures.Record, err error) {
	s, err := openScene(d.Dir, d.Binary, 5*time.Millisecond, 4, "smtp", "wechat")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	if err := s.plan(d.Messages); err != nil {
		return r, err
	}
	p, err := s.start()
	if err != nil {
		return r, err
	}
	defer p.kill()
	if err := p.ready(time.Minute); err != nil {
		return r, err
	}
	var all saves
	held, longest := time.Duration(0), time.Duration(0)
	for n, lasts := range d.Locks {
		became, heals, err := d.round(s, p, n, lasts)
		if err != nil {
			return r, err
		}
		all, held, longest = all.plus(became), held+lasts, max(longest, heals)
	}
	if err := s.due(d.Messages); err != nil {
		return r, err
	}
	if err := s.wake(p); err != nil {
		return r, err
	}
	if err := s.allSent(s.planned, 2*time.Minute); err != nil {
		return r, fmt.Errorf("%w: %s", err, p.said)
	}
	if _, err := p.stop(terminate, 2*endsWithin); err != nil {
		return r, err
	}
	rows, line, err := s.tallies(none)
	r.Rows = append(append([]figures.Row{counted("locks", len(d.Locks)), within("longest until it sends again", longest, healsWithin)}, all.rows()...), rows...)
	r.Line = fmt.Sprintf("locked %d times, %s in all, sends again after at most %.1f s; %s; %s", len(d.Locks), held, longest.Seconds(), all.line(), line)
	return r, err
}

// healsWithin is how soon the program sends again after the cause is gone: its longest wait after an error, and some.
const healsWithin = 35 * time.Second

// round has a part of the messages leave, and locks the database in the middle of it, at a random moment.
func (d Locked) round(s *scene, p *process, n int, lasts time.Duration) (became saves, heals time.Duration, err error) {
	part := d.Messages / (len(d.Locks) + 1)
	if err := s.due(part); err != nil {
		return became, 0, err
	}
	if err := s.wake(p); err != nil {
		return became, 0, err
	}
	more := s.arrived() + 1 + d.Random.IntN(max(1, part/2))
	if _, err := until(time.Minute, func() (bool, error) { return s.arrived() >= more, nil }); err != nil {
		return became, 0, err
	}
	people, err := s.save(p, fmt.Sprintf("Locked %d", n), 3)
	if err != nil {
		return became, 0, err
	}
	if err := lock(s.dir, lasts); err != nil {
		return became, 0, err
	}
	began, before := time.Now(), s.arrived()
	ok, err := until(time.Minute, func() (bool, error) { return s.arrived() > before || s.arrived() == part*(n+1), nil })
	heals = time.Since(began)
	if err == nil && !ok {
		err = fmt.Errorf("a minute after the lock nothing leaves: %s", p.said)
	}
	if err != nil {
		return became, 0, err
	}
	became, err = people.stop()
	return became, heals, err
}

// lock holds the database of a directory locked, by a connection of its own as another program's is.
func lock(dir string, lasts time.Duration) error {
	db, err := hooks.Connect(filepath.Join(dir, "data.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.DB().Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(context.Background(), "BEGIN EXCLUSIVE"); err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	time.Sleep(lasts)
	_, err = conn.ExecContext(context.Background(), "ROLLBACK")
	return err
}
