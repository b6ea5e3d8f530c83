package main

import (
	"fmt"
	"time"

	"tminus/bench/figures"
)

// The sides of a round.
const (
	ours = iota
	limit
	group // the limit with PIPELINING
	pocketBase
	sides
)

type pace struct {
	rate float64 // mails a second
	cpu  time.Duration
}

type round [sides]pace

type result struct {
	setting
	rounds            []round
	mails             int
	bytes, html, text int
}

// row compares a side with another by the median of the rounds' ratios.
func (r result) row(what string, beside int, than string, goal *figures.Goal, note string) figures.Row {
	var rates, ratios []float64
	for _, x := range r.rounds {
		rates = append(rates, x[ours].rate)
		ratios = append(ratios, x[ours].rate/x[beside].rate)
	}
	rate := median(rates)
	return figures.Row{
		What: what, Value: rate, Unit: "mails/s", Beside: rate / median(ratios), Than: than, Goal: goal, Note: note,
	}
}

func (r result) rows() []figures.Row {
	name := fmt.Sprintf("%s, %d connections", r.latency, r.connections)
	if r.connections == 1 {
		name = fmt.Sprintf("%s, 1 connection", r.latency)
	}
	var toLimit, toPocketBase *figures.Goal
	switch {
	case r.latency > 0 && r.connections > 1:
		toLimit = figures.AtLeast(0.9)
	case r.latency == 0 && r.connections == 10:
		toLimit, toPocketBase = figures.AtLeast(0.65), figures.AtLeast(2.5)
	}
	note := fmt.Sprintf("%d mails in %d rounds; each %d bytes on the wire: HTML %d, text %d", r.mails, len(r.rounds), r.bytes, r.html, r.text)
	return []figures.Row{
		r.row(name, limit, "a bare loop over kept connections", toLimit, note),
		r.row(name, group, "the loop with PIPELINING", nil, ""),
		r.row(name, pocketBase, "PocketBase's mailer", toPocketBase, ""),
		{
			What: name + ", CPU per mail", Value: r.cpu(ours), Unit: "µs", Beside: r.cpu(limit), Than: "the bare loop",
			Note: fmt.Sprintf("PocketBase's mailer: %.0f µs", r.cpu(pocketBase)),
		},
	}
}

// cpu is a side's median of the processor time of a mail, in microseconds.
func (r result) cpu(side int) float64 {
	var all []float64
	for _, x := range r.rounds {
		all = append(all, float64(x[side].cpu)/float64(time.Microsecond))
	}
	return median(all)
}

func (r result) line() string {
	rows := r.rows()
	toLimit, _ := rows[0].Ratio()
	toPocketBase, _ := rows[2].Ratio()
	return fmt.Sprintf("at %s with %d connections %.0f mails/s, %.2f × the limit, %.1f × PocketBase's mailer, %.0f µs of CPU each",
		r.latency, r.connections, rows[0].Value, toLimit, toPocketBase, r.cpu(ours))
}
