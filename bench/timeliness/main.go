// Command timeliness measures the time from a reminder's due moment to its acceptance by the SMTP server, and by those of
// SMS and WeChat: first with an otherwise empty table, then with many pending reminders in it.
//
//	go run ./bench/timeliness -pending 1000000 -timed 200
//	go run ./bench/timeliness -channels email,sms,wechat
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"tminus/bench/drills"
)

// figures of one measurement of a channel, in milliseconds.
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
	channels := flag.String("channels", "email", "that each reminder takes, separated by commas: email, sms, wechat")
	asJSON := flag.Bool("json", false, "print a record of each channel")
	flag.Parse()
	providers, err := drills.Providers(*channels, "aliyun")
	if err == nil {
		err = run(providers, *pending, *timed, *spread, *seed, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "timeliness:", err)
		os.Exit(1)
	}
}

func run(providers []string, pending, timed int, spread time.Duration, seed uint64, asJSON bool) error {
	dir, err := os.MkdirTemp("", "tminus-timeliness-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var vendors []*drills.Vendor
	defer func() {
		for _, v := range vendors {
			v.Close()
		}
	}()
	for _, provider := range providers {
		v, err := drills.StartVendor(provider, 0)
		if err != nil {
			return err
		}
		vendors = append(vendors, v)
	}
	i, err := drills.Open(dir, drills.Environment(4, vendors...), nil)
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
	empty, err := measure(i, vendors, random, 0, timed, spread)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := i.Burden(pending); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "filled in %d pending reminders in %s\n", pending, time.Since(began).Round(time.Second))
	full, err := measure(i, vendors, random, pending, timed, spread)
	if err != nil {
		return err
	}
	for n, v := range vendors {
		if err := tell(v.Channel, empty[n], full[n], asJSON); err != nil {
			return err
		}
	}
	return nil
}

func tell(channel string, empty, full figures, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{
			"name": "timeliness", "channel": channel, "empty": empty, "full": full, "p50_ratio": full.P50 / empty.P50,
		})
	}
	_, err := fmt.Printf("%s, due to accepted: %d timed, p50 %.1f ms, p99 %.1f ms, max %.1f ms; with %d pending: p50 %.1f ms, p99 %.1f ms, max %.1f ms (p50 ratio %.2f)\n",
		channel, empty.Timed, empty.P50, empty.P99, empty.Max, full.Pending, full.P50, full.P99, full.Max, full.P50/empty.P50)
	return err
}

// measure saves timed reminders at random moments of the span and waits for their messages on each channel.
func measure(i *drills.Instance, vendors []*drills.Vendor, random *rand.Rand, pending, timed int, spread time.Duration) ([]figures, error) {
	var channels []string
	var before []int
	for _, v := range vendors {
		channels, before = append(channels, v.Channel), append(before, len(v.Arrived()))
	}
	due := map[string]time.Time{}
	first := time.Now().Add(15 * time.Second)
	for range timed {
		at := first.Add(time.Duration(random.Int64N(int64(spread)))).Truncate(time.Millisecond)
		id, err := i.Remind(at, channels...)
		if err != nil {
			return nil, err
		}
		due[id] = at
	}
	if ready := time.Until(first); ready < 0 {
		return nil, fmt.Errorf("saving the reminders took %s too long: choose fewer", -ready)
	}
	var all []figures
	for n, v := range vendors {
		if !v.WaitFor(before[n]+timed, time.Until(first.Add(spread+30*time.Second))) {
			return nil, fmt.Errorf("%d of %d messages arrived by %s", len(v.Arrived())-before[n], timed, v.Channel)
		}
		accepted, err := drills.AcceptedAt(i.App, v)
		if err != nil {
			return nil, err
		}
		var took []time.Duration
		for reminder, at := range due {
			took = append(took, accepted[reminder].Sub(at))
		}
		ms := func(p float64) float64 { return float64(drills.Percentile(took, p).Microseconds()) / 1000 }
		all = append(all, figures{Pending: pending, Timed: timed, P50: ms(0.5), P99: ms(0.99), Max: ms(1)})
	}
	return all, nil
}
