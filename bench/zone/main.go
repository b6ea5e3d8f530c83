// Command zone takes the machine's time zone data away, or breaks it, in several ways, and counts what is planned at wrong
// times, lost or repeated.
//
//	go run ./bench/zone
//
// What it hides is hidden from itself only, so that no root is needed where user namespaces are allowed, as on Debian;
// elsewhere the drill says so and ends with 1.
package main

import (
	"flag"
	_ "time/tzdata" // this program plans too, and must not lack what it takes away

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	drills.Private("zone")
	d := drills.Zone{}
	flag.IntVar(&d.Messages, "messages", 10, "mails, in each of the ways")
	drills.Command("zone", true, func(s drills.Setup) (figures.Record, error) {
		d.Setup = s
		return d.Record()
	})
}
