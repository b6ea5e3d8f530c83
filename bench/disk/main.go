// Command disk fills the disk of the data directory for a time, again and again, while messages leave and people save, and
// counts what was lost, repeated or saved by half.
//
//	go run ./bench/disk
//	go run ./bench/disk -rounds 6 -full 20s -messages 1200
//
// The disk is a small file system in memory that only the drill sees, so that no root is needed where user namespaces are
// allowed, as on Debian; elsewhere the drill says so and ends with 1.
package main

import (
	"flag"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	drills.Private("disk")
	d := drills.Disk{}
	flag.IntVar(&d.Messages, "messages", 400, "due messages by email and by WeChat each")
	flag.IntVar(&d.Rounds, "rounds", 2, "times that the disk is full while the program lives")
	flag.DurationVar(&d.Full, "full", 5*time.Second, "how long, each time")
	flag.IntVar(&d.Size, "size", 64, "of the disk, in megabytes")
	drills.Command("disk", true, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
