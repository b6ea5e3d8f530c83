// Command outage has the program, and then its mail server, be away for a minute, an hour and three days by the clock, and
// holds what became of every reminder that was missed against the promise.
//
//	go run ./bench/outage
//	go run ./bench/outage -events 200
package main

import (
	"flag"
	"fmt"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	events := flag.Int("events", 25, "in each outage, with four reminders each")
	drills.Command("outage", false, func(s drills.Setup) (figures.Record, error) {
		dir := s.Dir
		var names []string
		var records []figures.Record
		for _, server := range []bool{false, true} {
			for _, lasts := range []time.Duration{time.Minute, time.Hour, 72 * time.Hour} {
				s.Dir = fmt.Sprintf("%s-%t-%s", dir, server, lasts)
				r, err := drills.Outage{Setup: s, Events: *events, Lasts: lasts, Server: server}.Record()
				if err != nil {
					return figures.Record{}, fmt.Errorf("%s: %w", lasts, err)
				}
				what := " without the program"
				if server {
					what = " without the mail server"
				}
				names, records = append(names, lasts.String()+what), append(records, r)
			}
		}
		return drills.Sum(drills.Join(names, records)), nil
	})
}
