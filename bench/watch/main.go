// Command watch measures what realtime subscribers to reminders cost the sender, and how soon they know the last state.
//
//	go run ./bench/watch
//	go run ./bench/watch -subscribers 0,100 -mails 3000 -rounds 3
//
// The subscribers are real connections, signed in, that speak the protocol of PocketBase's SDK, in a process of their own:
// they connect again when they are cut off, and then read the newest page of reminders again.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"tminus/bench/drills"
)

type options struct {
	subscribers []int
	mails       int
	rounds      int
	idle        int
	connections int
	asJSON      bool
}

func main() {
	drills.Sinking()
	watching()
	var o options
	subscribers := flag.String("subscribers", "0,100,1000", "numbers of subscribers; the first is what the others are compared with")
	flag.IntVar(&o.mails, "mails", 1500, "in each burst")
	flag.IntVar(&o.rounds, "rounds", 3, "in which the numbers of subscribers take turns")
	flag.IntVar(&o.idle, "idle", 3, "single reminders in a round that are sent while nothing else is")
	flag.IntVar(&o.connections, "connections", 10, "to the mail server")
	flag.BoolVar(&o.asJSON, "json", false, "print a record")
	flag.Parse()
	for word := range strings.SplitSeq(*subscribers, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			fmt.Fprintf(os.Stderr, "watch: %q is no number of subscribers\n", word)
			os.Exit(2)
		}
		o.subscribers = append(o.subscribers, n)
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "watch:", err)
		os.Exit(1)
	}
}
