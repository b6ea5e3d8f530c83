// Command smtp has a mail server stall, hang up, talk nonsense or shut down at each stage of the dialogue, present a bad
// certificate, and answer a byte at a time, and says what the channel and each message came to.
//
//	go run ./bench/smtp
//	go run ./bench/smtp -messages 20 -parallel 2 -seed 7
//
// The sender is this program, whose time-outs are shorter than those of tminus, which are 10 to 60 s.
package main

import (
	"flag"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	d := drills.MailServer{}
	flag.IntVar(&d.Messages, "messages", 6, "due mails in each case")
	flag.IntVar(&d.Parallel, "parallel", 6, "cases at once")
	drills.Command("smtp", false, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
