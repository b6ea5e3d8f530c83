// Command send measures how many reminders leave by email in a second, from due rows to the mail server's acceptance, and
// beside it, in the same rounds, what the mail server allows: a loop that pushes the same prepared mails over as many kept
// connections. A third side is PocketBase's mailer, which opens a connection for each mail.
//
//	go run ./bench/send
//	go run ./bench/send -full
//	go run ./bench/send -only 10 -latency 0 -cpuprofile /tmp/cpu
//
// Ours fans out, renders, claims, looks a last time, composes and writes each result; the others have mails at hand. The
// mail server is a process of its own, as cheap as can be.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

type options struct {
	mails   int           // at 0 ms, over all rounds
	span    time.Duration // of each side in each round, at a latency
	rounds  int
	only    int // connections; 0 = 1, 10 and 50
	latency time.Duration
	profile string
	asJSON  bool
}

// setting is one of those that are measured.
type setting struct {
	latency     time.Duration
	connections int
}

func main() {
	drills.Sinking()
	var o options
	full := flag.Bool("full", false, "20,000 mails at 0 ms for every number of connections, and 20 s at 20 ms")
	flag.IntVar(&o.mails, "mails", 6000, "mails at 0 ms with 1 and 50 connections; with 10 it is thrice as many")
	flag.DurationVar(&o.span, "span", 5*time.Second, "that ours may take at 20 ms in all")
	flag.IntVar(&o.rounds, "rounds", 5, "in which the sides take turns")
	flag.IntVar(&o.only, "only", 0, "measure this number of connections alone")
	flag.DurationVar(&o.latency, "latency", -1, "measure this latency alone")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a profile of our side to this file")
	flag.BoolVar(&o.asJSON, "json", false, "print a record")
	flag.Parse()
	if *full {
		o.mails, o.span = 20_000, 20*time.Second
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "send:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	dir, err := os.MkdirTemp("", "tminus-send-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := open(dir, o)
	if err != nil {
		return err
	}
	defer b.close()
	record := figures.Record{Name: "send"}
	for _, s := range o.settings() {
		result, err := b.measure(context.Background(), s)
		if err != nil {
			return fmt.Errorf("%s with %d connections: %w", s.latency, s.connections, err)
		}
		record.Rows = append(record.Rows, result.rows()...)
		if s == (setting{0, 10}) || record.Line == "" {
			record.Line = result.line()
		}
	}
	return record.Print(os.Stdout, o.asJSON)
}

func (o options) settings() (all []setting) {
	for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
		for _, connections := range []int{1, 10, 50} {
			if (o.latency < 0 || latency == o.latency) && (o.only == 0 || connections == o.only) {
				all = append(all, setting{latency, connections})
			}
		}
	}
	return all
}
