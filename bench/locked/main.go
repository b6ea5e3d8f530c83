// Command locked locks the database from another process for some time, again and again, while messages leave and people
// save, and counts what was lost, repeated or saved by half.
//
//	go run ./bench/locked
//	go run ./bench/locked -locks 5s,30s,60s,5s,30s,60s
package main

import (
	"flag"
	"fmt"
	"strings"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	d := drills.Locked{}
	flag.IntVar(&d.Messages, "messages", 300, "due messages by email and by WeChat each")
	locks := flag.String("locks", "5s,30s", "how long the database is locked, each time")
	drills.Command("locked", true, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		for lasts := range strings.SplitSeq(*locks, ",") {
			each, err := time.ParseDuration(lasts)
			if err != nil {
				return figures.Record{}, fmt.Errorf("-locks: %w", err)
			}
			d.Locks = append(d.Locks, each)
		}
		return d.Record()
	})
}
