// Command twin runs two programs on one data directory, kills one of them again and again, and counts what was sent twice
// and how long the other took to take over.
//
//	go run ./bench/twin
//	go run ./bench/twin -kills 12 -messages 4000
package main

import (
	"flag"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	d := drills.Twin{}
	flag.IntVar(&d.Messages, "messages", 800, "due mails")
	flag.IntVar(&d.Kills, "kills", 3, "times that one of the two is killed")
	drills.Command("twin", true, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
