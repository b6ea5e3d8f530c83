// Command save measures how many events a second are saved over REST, each with its three reminders in one transaction,
// beside bare PocketBase that writes the same four records without any code of ours: by one hook in one transaction, and
// by one batch request.
//
//	go run ./bench/save
//	go run ./bench/save -clients 1,16 -rounds 3 -mails 0
//	go run ./bench/save -clients 16 -sides ours -mails 0 -cpuprofile /tmp/save.pprof
//
// Every side is a server process of its own with the same collections, indexes, rules and rows; the load comes from this
// process by HTTP. The sides take turns, and what is told is the round of the median ratio. Then one client saves while a
// burst of mails leaves by SMTP to a server in a third process.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// options are what the command was asked.
type options struct {
	clients []int
	rounds  int
	slice   time.Duration // that a side's turn takes
	sides   []string
	mails   int
	idle    time.Duration // of saving before the burst
	pause   time.Duration // between a client's saves during the burst
	profile string
	dir     string
}

func main() {
	if os.Getenv(roleOf) != "" {
		ended(play(os.Getenv(roleOf)))
	}
	o := options{}
	clients := flag.String("clients", "1,16,64", "that save at the same time, one measurement each")
	sides := flag.String("sides", strings.Join(allSides, ","), "that take turns")
	flag.IntVar(&o.rounds, "rounds", 5, "turns of each side; an odd number has a median")
	flag.DurationVar(&o.slice, "slice", 1500*time.Millisecond, "length of a turn")
	flag.IntVar(&o.mails, "mails", 20_000, "that leave while saves go on; 0 leaves this out")
	flag.DurationVar(&o.idle, "idle", 6*time.Second, "of saving before the mails leave, to compare with")
	flag.DurationVar(&o.pause, "pause", 10*time.Millisecond, "between two saves while mails leave")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of our server to this file")
	asJSON := flag.Bool("json", false, "print one record")
	flag.Parse()
	o.sides = strings.Split(*sides, ",")
	err := o.count(*clients)
	if err == nil {
		err = run(o, *asJSON)
	}
	ended(err)
}

func ended(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "save:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (o *options) count(clients string) error {
	for text := range strings.SplitSeq(clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("-clients: %q is no number of clients", text)
		}
		o.clients = append(o.clients, n)
	}
	for _, side := range o.sides {
		if bodyOf[side] == nil {
			return fmt.Errorf("-sides: there is no side %q: choose from %s", side, strings.Join(allSides, ", "))
		}
	}
	if o.rounds < 1 || o.slice <= 0 {
		return errors.New("-rounds and -slice must be more than nothing")
	}
	return nil
}

func run(o options, asJSON bool) (err error) {
	if o.dir, err = os.MkdirTemp("", "tminus-save-"); err != nil {
		return err
	}
	defer os.RemoveAll(o.dir)
	found := findings{options: o}
	if found.turns, err = o.turns(); err != nil {
		return err
	}
	if o.mails > 0 {
		if found.burst, err = o.burst(); err != nil {
			return err
		}
	}
	return found.record().Print(os.Stdout, asJSON)
}
