// Command stop tells the program to end in the middle of a burst, by SIGTERM, SIGINT and SIGTERM twice, and counts how long
// it took and what was lost, repeated or left in doubt.
//
//	go run ./bench/stop
//	go run ./bench/stop -rounds 24 -messages 4000
package main

import (
	"flag"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	d := drills.Stop{}
	flag.IntVar(&d.Messages, "messages", 800, "due messages by each channel")
	flag.IntVar(&d.Rounds, "rounds", 8, "times that the program is told to end")
	flag.DurationVar(&d.Latency, "latency", 20*time.Millisecond, "of the servers, per answer")
	drills.Command("stop", true, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
