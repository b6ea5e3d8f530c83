// Command timeliness measures the time from a reminder's due moment to its acceptance by the SMTP server, and by those of
// SMS and WeChat, with nothing else planned and with many pending reminders; each with nothing else to do and during a
// burst.
//
//	go run ./bench/timeliness
//	go run ./bench/timeliness -pending 1000000 -timed 300 -burst 2000
//	go run ./bench/timeliness -channels email,sms,wechat
//
// Two instances take turns, one of them with the pending reminders, so that whatever else the machine does disturbs both.
// Timed reminders fall due one by one, at random moments of a span. During a burst means that in the middle of the span
// -burst other reminders fall due at the same moment: what is told is how much later the timed ones leave, before it, in it
// and after it. Messages leave in the order in which they fall due, so one that falls due behind a burst waits until what is
// left of that is gone: a burst of n at r messages a second keeps it for n/r seconds at most.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

// settings are what is measured.
type settings struct {
	pending, timed, burst, rounds int
	spread                        time.Duration
	seed                          uint64
}

func main() {
	var s settings
	flag.IntVar(&s.pending, "pending", 1_000_000, "pending reminders of the second instance")
	flag.IntVar(&s.timed, "timed", 300, "timed reminders per measurement")
	flag.IntVar(&s.burst, "burst", 2000, "other reminders that fall due at one moment")
	flag.IntVar(&s.rounds, "rounds", 3, "turns that each measurement takes")
	flag.DurationVar(&s.spread, "spread", 24*time.Second, "the span over which the timed ones of a measurement fall due")
	flag.Uint64Var(&s.seed, "seed", 1, "seed of the due times")
	channels := flag.String("channels", "email", "that each reminder takes, separated by commas: email, sms, wechat")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	providers, err := drills.Providers(*channels, "aliyun")
	var record figures.Record
	if err == nil {
		record, err = run(providers, s)
	}
	if err == nil {
		record.Name, record.Args = "timeliness", drills.Args()
		err = record.Print(os.Stdout, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "timeliness:", err)
		os.Exit(1)
	}
}

func run(providers []string, s settings) (r figures.Record, err error) {
	dir, err := os.MkdirTemp("", "tminus-timeliness-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	empty, err := open(filepath.Join(dir, "empty"), providers, 0)
	if err != nil {
		return r, err
	}
	defer empty.close()
	began := time.Now()
	full, err := open(filepath.Join(dir, "full"), providers, s.pending)
	if err != nil {
		return r, err
	}
	defer full.close()
	fmt.Fprintf(os.Stderr, "filled in %d pending reminders in %s\n", s.pending, time.Since(began).Round(time.Second))
	random := rand.New(rand.NewPCG(s.seed, 0))
	var idle, burst [2]found
	for range s.rounds {
		for n, side := range []*side{empty, full} {
			if err := side.measure(random, s, 0, &idle[n]); err != nil {
				return r, err
			}
			if err := side.measure(random, s, s.burst, &burst[n]); err != nil {
				return r, err
			}
		}
	}
	return tell(empty, s, idle, burst), nil
}

// side is one of the two instances with its providers' servers.
type side struct {
	*drills.Instance
	vendors  []*drills.Vendor
	channels []string
}

func open(dir string, providers []string, pending int) (s *side, err error) {
	s = &side{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	for _, provider := range providers {
		v, err := drills.StartVendor(provider, 0)
		if err != nil {
			return nil, err
		}
		s.vendors, s.channels = append(s.vendors, v), append(s.channels, v.Channel)
	}
	if s.Instance, err = drills.Open(dir, drills.Environment(4, s.vendors...), nil); err != nil {
		return nil, err
	}
	if err := s.People(); err != nil {
		return nil, err
	}
	if pending > 0 {
		if err := s.Burden(pending); err != nil {
			return nil, err
		}
	}
	return s, s.Start()
}

func (s *side) close() {
	if s.Instance != nil {
		_ = s.Close()
	}
	for _, v := range s.vendors {
		v.Close()
	}
}

// found is how long after their due moment the messages of each channel were accepted.
type found struct{ timed, last map[string][]time.Duration } // last: the last message of each burst

// lead is the time in which reminders are saved before the first of them is due.
const lead = 2 * time.Second

// measure lets a turn's timed reminders fall due, and in the middle of them so many others at once.
func (s *side) measure(random *rand.Rand, o settings, others int, into *found) error {
	if into.timed == nil {
		*into = found{timed: map[string][]time.Duration{}, last: map[string][]time.Duration{}}
	}
	var before []int
	for _, v := range s.vendors {
		before = append(before, len(v.Arrived()))
	}
	timed, spread := o.timed/o.rounds, o.spread/time.Duration(o.rounds)
	first := time.Now().Add(lead)
	moment := first.Add(spread / 2).Truncate(time.Millisecond)
	var due []time.Time
	for range others {
		due = append(due, moment)
	}
	crowd, err := s.RemindAt(due, s.channels...)
	if err != nil {
		return err
	}
	due = nil
	for range timed {
		due = append(due, first.Add(time.Duration(random.Int64N(int64(spread)))).Truncate(time.Millisecond))
	}
	alone, err := s.RemindAt(due, s.channels...)
	if err != nil {
		return err
	}
	if over := time.Since(first); over > 0 {
		return fmt.Errorf("saving the reminders took %s too long: choose fewer", over)
	}
	for n, v := range s.vendors {
		if !v.WaitFor(before[n]+timed+others, time.Until(first.Add(spread+time.Minute))) {
			return fmt.Errorf("%d of %d messages arrived by %s", len(v.Arrived())-before[n], timed+others, v.Channel)
		}
		accepted, err := drills.AcceptedAt(s.App, v)
		if err != nil {
			return err
		}
		for id, at := range alone {
			into.timed[v.Channel] = append(into.timed[v.Channel], accepted[id].Sub(at))
		}
		var last time.Duration
		for id, at := range crowd {
			last = max(last, accepted[id].Sub(at))
		}
		into.last[v.Channel] = append(into.last[v.Channel], last)
	}
	return nil
}

// tell makes the record. The first of each pair is the instance with nothing planned.
func tell(s *side, o settings, idle, burst [2]found) figures.Record {
	var r figures.Record
	for _, v := range s.vendors {
		rate := float64(o.burst) / drills.Percentile(burst[0].last[v.Channel], 0.5).Seconds()
		waits := fmt.Sprintf("what falls due behind the burst waits for what is left of it: %d at %.0f/s", o.burst, rate)
		for _, state := range []struct {
			name, note string
			of         [2]found
		}{{"idle", "", idle}, {"during a burst", waits, burst}} {
			empty, full := state.of[0].timed[v.Channel], state.of[1].timed[v.Channel]
			name := v.Channel + ", " + state.name
			r.Rows = append(r.Rows,
				figures.Row{What: name + ", p99", Value: ms(empty, 0.99), Unit: "ms", Goal: figures.AtMost(1000), Note: state.note},
				figures.Row{What: fmt.Sprintf("%s, p99 with %d pending", name, o.pending), Value: ms(full, 0.99), Unit: "ms", Goal: figures.AtMost(1000), Note: state.note},
				compared(fmt.Sprintf("%s, p50 with %d pending", name, o.pending), empty, full, 0.5),
				compared(fmt.Sprintf("%s, p99 with %d pending, beside none", name, o.pending), empty, full, 0.99),
			)
		}
		r.Rows = append(r.Rows, compared(fmt.Sprintf("%s, the last of a burst with %d pending", v.Channel, o.pending), burst[0].last[v.Channel], burst[1].last[v.Channel], 0.5))
		r.Line += fmt.Sprintf("%s p99 %.1f ms, with %d pending %.1f ms, during a burst of %d %.0f and %.0f ms; ", v.Channel,
			ms(idle[0].timed[v.Channel], 0.99), o.pending, ms(idle[1].timed[v.Channel], 0.99), o.burst,
			ms(burst[0].timed[v.Channel], 0.99), ms(burst[1].timed[v.Channel], 0.99))
	}
	r.Line = r.Line[:max(0, len(r.Line)-2)]
	return r
}

func compared(what string, empty, full []time.Duration, p float64) figures.Row {
	return figures.Row{What: what, Value: ms(full, p), Unit: "ms", Beside: ms(empty, p), Than: "none", Goal: figures.AtMost(1.2)}
}

func ms(took []time.Duration, p float64) float64 {
	return float64(drills.Percentile(took, p).Microseconds()) / 1000
}
