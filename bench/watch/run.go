package main

import (
	"fmt"
	"net"
	"os"
	"slices"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
	"tminus/notifiers"
)

// found is what one burst showed.
type found struct {
	rate     float64       // mails a second
	after    time.Duration // from the end of the burst to the last news of it
	messages float64       // a subscriber
	anew     float64       // a subscriber, connections begun again
	idle     time.Duration // the longest, from a single mail's end to the last subscriber's news of it
}

type bench struct {
	o        options
	instance *drills.Instance
	url      string
	token    string
	found    map[int][]found
}

func run(o options) error {
	dir, err := os.MkdirTemp("", "tminus-watch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sink, err := drills.StartSink(0)
	if err != nil {
		return err
	}
	defer sink.Close()
	host, port, err := net.SplitHostPort(sink.Addr)
	if err != nil {
		return err
	}
	b := &bench{o: o, found: map[int][]found{}}
	b.instance, err = drills.Open(dir, []string{
		"PUBLIC_URL=https://tminus.example.test", "EMAIL_HOST=" + host, "EMAIL_PORT=" + port, "EMAIL_USE_TLS=false",
		"DEFAULT_FROM_EMAIL=T-minus <reminders@example.test>", fmt.Sprintf("SMTP_MAX_CONNECTIONS=%d", o.connections),
	}, nil)
	if err != nil {
		return err
	}
	defer func() { _ = b.instance.Close() }()
	if err := b.instance.People(); err != nil {
		return err
	}
	var end func()
	if b.url, end, err = b.instance.Serve(); err != nil {
		return err
	}
	defer end()
	if b.token, err = b.instance.StaffToken(); err != nil {
		return err
	}
	if _, _, err := b.burst(min(o.mails, 200)); err != nil { // opens what is opened once
		return err
	}
	for range o.rounds {
		for _, n := range o.subscribers {
			f, err := b.round(n)
			if err != nil {
				return fmt.Errorf("%d subscribers: %w", n, err)
			}
			b.found[n] = append(b.found[n], f)
		}
	}
	return b.record().Print(os.Stdout, o.asJSON)
}

// burst sends mails and gives the rate and the moment at which the last result was written.
func (b *bench) burst(n int) (rate float64, end time.Time, err error) {
	if _, err := b.instance.Mails(n); err != nil {
		return 0, end, err
	}
	before := b.instance.System.Engine.Status(notifiers.Email).Sent
	began := time.Now()
	if _, err := b.instance.DueMails(); err != nil {
		return 0, end, err
	}
	err = b.instance.SentMails(before, n, 2*time.Minute)
	end = time.Now()
	return float64(n) / end.Sub(began).Seconds(), end, err
}

func (b *bench) round(n int) (f found, err error) {
	if n == 0 {
		f.rate, _, err = b.burst(b.o.mails)
		return f, err
	}
	w, err := startWatchers(b.url, b.token, n)
	if err != nil {
		return f, err
	}
	defer w.close()
	for range b.o.idle {
		_, after, _, err := b.watched(w, 1)
		if err != nil {
			return f, fmt.Errorf("when idle: %w", err)
		}
		f.idle = max(f.idle, after)
	}
	var t tally
	f.rate, f.after, t, err = b.watched(w, b.o.mails)
	f.messages, f.anew = float64(t.Messages)/float64(n), float64(t.Anew)/float64(n)
	return f, err
}

// watched sends mails and waits until every watcher knows of each that it was sent, or has begun anew.
func (b *bench) watched(w *watchers, n int) (rate float64, after time.Duration, t tally, err error) {
	if _, err = w.ask("-1"); err != nil {
		return 0, 0, t, err
	}
	rate, end, err := b.burst(n)
	if err != nil {
		return 0, 0, t, err
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if t, err = w.ask(fmt.Sprint(n)); err != nil {
			return 0, 0, t, err
		}
		if t.Behind == 0 {
			return rate, max(0, t.Last.Sub(end)), t, nil
		}
		if time.Now().After(deadline) {
			return 0, 0, t, fmt.Errorf("%d watchers do not know the last state after 30 s: %+v", t.Behind, t)
		}
	}
}

func (b *bench) record() figures.Record {
	record := figures.Record{Name: "watch"}
	base := b.o.subscribers[0]
	without := middle(b.found[base], func(f found) float64 { return f.rate })
	record.Rows = append(record.Rows, figures.Row{What: fmt.Sprintf("%d subscribers", base), Value: without, Unit: "mails/s"})
	record.Line = fmt.Sprintf("with %d subscribers %.0f mails/s", base, without)
	for _, n := range b.o.subscribers[1:] {
		name := fmt.Sprintf("%d subscribers", n)
		var ratios []float64
		for i, f := range b.found[n] {
			ratios = append(ratios, f.rate/b.found[base][i].rate)
		}
		of := func(what func(f found) float64) float64 { return middle(b.found[n], what) }
		rate, ratio := of(func(f found) float64 { return f.rate }), median(ratios)
		record.Rows = append(record.Rows,
			figures.Row{What: name, Value: rate, Unit: "mails/s", Beside: rate / ratio, Than: fmt.Sprintf("with %d", base), Goal: figures.AtLeast(0.8)},
			figures.Row{What: name + ", last state after a burst", Value: of(func(f found) float64 { return f.after.Seconds() }), Unit: "s", Goal: figures.AtMost(2),
				Note: fmt.Sprintf("a subscriber got %.0f messages and read anew %.1f times", of(func(f found) float64 { return f.messages }), of(func(f found) float64 { return f.anew }))},
			figures.Row{What: name + ", last state when idle", Value: of(func(f found) float64 { return f.idle.Seconds() }), Unit: "s", Goal: figures.AtMost(2)},
		)
		record.Line += fmt.Sprintf("; with %d %.2f × that", n, ratio)
	}
	return record
}

func middle(all []found, of func(found) float64) float64 {
	var values []float64
	for _, f := range all {
		values = append(values, of(f))
	}
	return median(values)
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
