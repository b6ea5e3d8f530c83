// Command restore makes a backup in the middle of a burst, restores it after the machine died, in another place or in the
// same, and counts what was lost and what was repeated.
//
//	go run ./bench/restore
//	go run ./bench/restore -messages 2000 -seed 7
package main

import (
	"flag"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	d := drills.Restore{}
	flag.IntVar(&d.Messages, "messages", 600, "due messages by email and by WeChat each")
	flag.IntVar(&d.Later, "later", 60, "messages that fall due after the restore")
	drills.Command("restore", true, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
