// Command clock sets the wall clock forward and back, by an hour and by a day, while the program sends, and counts what was
// lost, repeated, sent early or slept through.
//
//	go run ./bench/clock
//	go run ./bench/clock -messages 800 -between 20s -seed 7
//
// The program is this one, as a sender whose clock the drill sets; the machine's stays as it is.
package main

import (
	"flag"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	d := drills.Jumps{}
	flag.IntVar(&d.Messages, "messages", 120, "mails, due at all times of the drill and of the days that it jumps over")
	flag.DurationVar(&d.Between, "between", 6*time.Second, "two jumps")
	drills.Command("clock", false, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
