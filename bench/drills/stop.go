package drills

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"tminus/bench/figures"
)

const terminate = syscall.SIGTERM

// endsWithin is the time that the program promises to end within: the engine's 8 s for what is under way, and what it
// takes to answer open requests and to close the database. Debian's systemd gives 90 s, Docker 10.
const endsWithin = 10 * time.Second

// Stop is a drill: in a burst, the program is told to end, in one way after the other.
type Stop struct {
	Setup
	Messages int // by each channel
	Rounds   int
	Latency  time.Duration // of the vendors
}

// ways are the ways of telling a process to end.
var ways = []struct {
	name string
	tell func(p *process) (time.Duration, error)
}{
	{"SIGTERM", func(p *process) (time.Duration, error) { return p.stop(syscall.SIGTERM, 2*endsWithin) }},
	{"SIGINT", func(p *process) (time.Duration, error) { return p.stop(os.Interrupt, 2*endsWithin) }},
	{"SIGTERM twice", func(p *process) (time.Duration, error) {
		_ = p.Process.Signal(syscall.SIGTERM) // stop tells what goes wrong
		time.Sleep(20 * time.Millisecond)
		return p.stop(syscall.SIGTERM, 2*endsWithin)
	}},
}

// Record runs the drill.
func (d Stop) Record() (r figures.Record, err error) {
	s, err := openScene(d.Dir, d.Binary, d.Latency, 4, "smtp", "aliyun", "wechat")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	if err := s.plan(d.Messages); err != nil {
		return r, err
	}
	if err := s.due(d.Messages); err != nil {
		return r, err
	}
	longest, left, wrong := time.Duration(0), 0, 0
	for n := range d.Rounds {
		took, failed, err := d.round(s, n)
		if err != nil {
			return r, err
		}
		longest, wrong = max(longest, took), wrong+failed
		held, err := unsettled(s.parent.App)
		if err != nil {
			return r, err
		}
		left += held
	}
	if err := s.finish(3 * time.Minute); err != nil {
		return r, err
	}
	rows, line, err := s.tallies(none)
	r.Rows = append([]figures.Row{
		counted("told to end", d.Rounds), bounded("ended with an error", wrong, 0),
		within("longest end", longest, endsWithin), bounded("left in doubt by an end", left, 0),
	}, rows...)
	r.Line = fmt.Sprintf("%d ends by SIGTERM, SIGINT and SIGTERM twice in a burst, longest %.1f s, %d with an error; %s",
		d.Rounds, longest.Seconds(), wrong, line)
	return r, err
}

// round serves until some more messages have arrived, or in every fourth round for a moment only, and ends it.
func (d Stop) round(s *scene, n int) (took time.Duration, failed int, err error) {
	p, err := s.start()
	if err != nil {
		return 0, 0, err
	}
	defer p.kill()
	if n%4 == 3 { // while it starts: after the moment from which signals are heard at all
		err = p.ready(time.Minute)
		time.Sleep(time.Duration(d.Random.Int64N(int64(50 * time.Millisecond))))
	} else {
		more := s.arrived() + 1 + d.Random.IntN(max(1, d.Messages/(d.Rounds+1)))
		_, err = until(time.Minute, func() (bool, error) { return s.arrived() >= more, nil })
	}
	if err != nil {
		return 0, 0, err
	}
	took, end := ways[n%len(ways)].tell(p)
	if end != nil {
		failed = 1
		fmt.Fprintf(os.Stderr, "%s: %v: %s\n", ways[n%len(ways)].name, end, p.said)
	}
	return took, failed, s.settle()
}

// finish serves until everything is sent.
func (s *scene) finish(patience time.Duration) error {
	p, err := s.start()
	if err != nil {
		return err
	}
	defer p.kill()
	if err := s.allSent(s.planned, patience); err != nil {
		return fmt.Errorf("%w: %s", err, p.said)
	}
	_, err = p.stop(terminate, 2*endsWithin)
	return err
}
