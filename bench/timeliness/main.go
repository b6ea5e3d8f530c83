// Command timeliness measures the time from a reminder's due moment to its acceptance by the SMTP server: first with an
// otherwise empty table, then with many pending reminders in it.
//
//	go run ./bench/timeliness -pending 1000000 -timed 200
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"tminus/apptest/smtpserver"
	"tminus/bench/drills"
)

// figures of one measurement, in milliseconds.
type figures struct {
	Pending int     `json:"pending"`
	Timed   int     `json:"timed"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Max     float64 `json:"max_ms"`
}

func main() {
	pending := flag.Int("pending", 1_000_000, "pending reminders in the table during the second measurement")
	timed := flag.Int("timed", 200, "timed reminders per measurement")
	spread := flag.Duration("spread", 40*time.Second, "the span over which the timed ones fall due")
	seed := flag.Uint64("seed", 1, "seed of the due times")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	if err := run(*pending, *timed, *spread, *seed, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "timeliness:", err)
		os.Exit(1)
	}
}

func run(pending, timed int, spread time.Duration, seed uint64, asJSON bool) error {
	dir, err := os.MkdirTemp("", "tminus-timeliness-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	mail, err := smtpserver.New()
	if err != nil {
		return err
	}
	defer mail.Close()
	i, err := drills.Open(dir, drills.Environment(mail, 4), nil)
	if err != nil {
		return err
	}
	defer func() { _ = i.Close() }()
	if err := i.People(); err != nil {
		return err
	}
	if err := i.System.Engine.Start(); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, 0))
	empty, err := measure(i, mail, random, 0, timed, spread)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := i.Burden(pending); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "filled in %d pending reminders in %s\n", pending, time.Since(began).Round(time.Second))
	full, err := measure(i, mail, random, pending, timed, spread)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"name": "timeliness", "empty": empty, "full": full, "p50_ratio": full.P50 / empty.P50})
	}
	fmt.Printf("due to accepted: %d timed, p50 %.1f ms, p99 %.1f ms, max %.1f ms; with %d pending: p50 %.1f ms, p99 %.1f ms, max %.1f ms (p50 ratio %.2f)\n",
		timed, empty.P50, empty.P99, empty.Max, pending, full.P50, full.P99, full.Max, full.P50/empty.P50)
	return nil
}

// measure saves timed reminders at random moments of the span and waits for their mails.
func measure(i *drills.Instance, mail *smtpserver.Server, random *rand.Rand, pending, timed int, spread time.Duration) (figures, error) {
	due := map[string]time.Time{}
	first := time.Now().Add(15 * time.Second)
	for range timed {
		at := first.Add(time.Duration(random.Int64N(int64(spread)))).Truncate(time.Millisecond)
		id, err := i.Remind(at)
		if err != nil {
			return figures{}, err
		}
		due[id] = at
	}
	before := len(mail.Mails())
	if ready := time.Until(first); ready < 0 {
		return figures{}, fmt.Errorf("saving the reminders took %s too long: choose fewer", -ready)
	}
	deadline := first.Add(spread + 30*time.Second)
	for len(mail.Mails()) < before+timed {
		if time.Now().After(deadline) {
			return figures{}, fmt.Errorf("%d of %d mails arrived", len(mail.Mails())-before, timed)
		}
		time.Sleep(100 * time.Millisecond)
	}
	accepted, err := drills.AcceptedAt(i.App, mail)
	if err != nil {
		return figures{}, err
	}
	var took []time.Duration
	for reminder, at := range due {
		took = append(took, accepted[reminder].Sub(at))
	}
	ms := func(p float64) float64 { return float64(drills.Percentile(took, p).Microseconds()) / 1000 }
	return figures{Pending: pending, Timed: timed, P50: ms(0.5), P99: ms(0.99), Max: ms(1)}, nil
}
