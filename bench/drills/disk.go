package drills

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"tminus/bench/figures"
)

// Disk is a drill: the disk of the data directory is full for a time, again and again, while messages leave and people
// save; the last time, the program is killed, and started while it still is full.
type Disk struct {
	Setup
	Messages int // by each channel
	Rounds   int
	Full     time.Duration // each time
	Size     int           // of the disk, in megabytes
}

// disked is what a Disk came to.
type disked struct {
	people  saves
	heals   time.Duration // the longest until it sent again
	started bool          // while the disk was full
	refusal string        // what it said, if it did not
}

// Record runs the drill. It needs Private.
func (d Disk) Record() (r figures.Record, err error) {
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return r, err
	}
	if err := mountSmall(d.Dir, d.Size); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, unmount(d.Dir)) }()
	s, err := openScene(d.Dir, d.Binary, 10*time.Millisecond, connectionsEach, "smtp", "wechat")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	if err := s.plan(d.Messages); err != nil {
		return r, err
	}
	var came disked
	if err := d.whileServing(s, &came); err != nil {
		return r, err
	}
	if err := d.startFull(s, &came); err != nil {
		return r, err
	}
	if err := s.due(d.Messages); err != nil {
		return r, err
	}
	if err := s.finish(2 * time.Minute); err != nil {
		return r, err
	}
	return d.tell(s, came)
}

func (d Disk) whileServing(s *scene, came *disked) error {
	p, err := s.start()
	if err != nil {
		return err
	}
	defer p.kill()
	if err := p.ready(time.Minute); err != nil {
		return err
	}
	for n := range d.Rounds {
		if err := d.round(s, p, n, came); err != nil {
			return fmt.Errorf("%w: %s", err, p.said)
		}
	}
	if err := fill(s.dir); err != nil {
		return err
	}
	p.kill()
	return s.settle()
}

// round has a part of the messages leave, and fills the disk in the middle of it, at a random moment.
func (d Disk) round(s *scene, p *process, n int, came *disked) error {
	part := d.Messages / (d.Rounds + 1)
	if err := s.due(part); err != nil {
		return err
	}
	if err := s.wake(p); err != nil {
		return err
	}
	more := s.arrived() + 1 + d.Random.IntN(max(1, part/2))
	if _, err := until(time.Minute, func() (bool, error) { return s.arrived() >= more, nil }); err != nil {
		return err
	}
	people, err := s.save(p, fmt.Sprintf("Full %d", n), 2)
	if err != nil {
		return err
	}
	if err := fill(s.dir); err != nil {
		return err
	}
	time.Sleep(d.Full)
	if err := empty(s.dir); err != nil {
		return err
	}
	began := time.Now()
	if err := s.allSent(part*(n+1), time.Minute); err != nil {
		return err
	}
	came.heals = max(came.heals, time.Since(began))
	became, err := people.stop()
	came.people = came.people.plus(became)
	return err
}

// startFull starts the program while the disk is full. It may serve, or refuse to.
func (d Disk) startFull(s *scene, came *disked) error {
	p, err := s.start()
	if err != nil {
		return err
	}
	err = p.ready(30 * time.Second)
	came.started = err == nil
	if err != nil {
		came.refusal = p.said.String()
	}
	p.kill()
	if err := empty(s.dir); err != nil {
		return err
	}
	return s.settle()
}

func (d Disk) tell(s *scene, came disked) (r figures.Record, err error) {
	rows, line, err := s.tallies(func(provider string) int {
		if provider == "smtp" {
			return connectionsEach
		}
		return 0
	})
	start := "starts on a full disk"
	silent := 0
	if !came.started {
		start = "refuses to start on a full disk"
		if !clearStart(came.refusal) {
			silent = 1
		}
	}
	r.Rows = append([]figures.Row{
		counted("times full", d.Rounds+1), within("longest until all was sent again", came.heals, healsWithin),
		{What: "refuses to start without saying why", Value: float64(silent), Goal: figures.AtMost(0), Note: came.refusal},
	}, append(came.people.rows(), rows...)...)
	r.Line = fmt.Sprintf("full %d times, sends again after at most %.1f s, %s; %s; %s", d.Rounds+1, came.heals.Seconds(), start, came.people.line(), line)
	return r, err
}

// ballast is the file that fills the disk.
func ballast(dir string) string { return filepath.Join(dir, "ballast") }

// fill writes until nothing more fits.
func fill(dir string) error {
	file, err := os.OpenFile(ballast(dir), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	for size := 1 << 20; size > 0; {
		switch _, err := file.Write(make([]byte, size)); {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			return err
		}
	}
	return nil
}

// empty makes room again.
func empty(dir string) error { return os.Remove(ballast(dir)) }
