// Command web holds the web app against its budgets, in a real Chromium, over a database of the size of years:
//
//	go run ./bench/web            from the repository's root
//
// A first visit of the list of events on a phone: requests, bytes as they were sent, the time until rows are seen, and how far
// the layout shifts; from loopback, and over HTTP/2 through an emulated Fast 3G. Then, on a desktop, the time from a click to
// rows for each list (median of so many), beside the time in which the API alone answers the same question to the same page.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"tminus/apptest/browser"

	"github.com/chromedp/chromedp"
)

// The budgets.
const (
	mostBytes    = 97_000
	mostRequests = 30
	mostLoopback = 430  // ms
	mostFast3G   = 2600 // ms
	mostClick    = 300  // ms
)

// size is how much is in the database.
type size struct{ events, perEvent, customers, people int }

func main() {
	events := flag.Int("events", 10_000, "events in the database, with three reminders each")
	customers := flag.Int("customers", 500, "customers in the database")
	runs := flag.Int("runs", 20, "clicks per list")
	visits := flag.Int("visits", 5, "first visits")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	report, err := run(size{*events, 3, *customers, 12}, *runs, *visits)
	if err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(1)
	}
	record := report.record()
	if err := record.Print(os.Stdout, *asJSON); err != nil || len(record.Missed()) > 0 {
		os.Exit(1)
	}
}

func run(s size, runs, visits int) (*report, error) {
	if _, err := os.Stat(filepath.Join("pb_public", "index.html")); err != nil {
		return nil, fmt.Errorf("run this from the repository's root: %w", err)
	}
	dir, err := os.MkdirTemp("", "tminus-web-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	i, err := open(dir, s)
	if err != nil {
		return nil, err
	}
	defer i.close()
	chromium, err := browser.Launch(chromedp.Flag("ignore-certificate-errors", true)) // the HTTP/2 server signs for itself
	if err != nil {
		return nil, err
	}
	defer chromium.Stop()
	r := &report{size: s}
	if r.Loopback, err = firstVisits(chromium, i.plain, i.session, nil, visits); err != nil {
		return nil, err
	}
	if r.Fast3G, err = firstVisits(chromium, i.secure, i.session, fast3G, visits); err != nil {
		return nil, err
	}
	if r.Clicks, err = clicks(chromium, i.plain, i.session, runs); err != nil {
		return nil, err
	}
	return r, nil
}
