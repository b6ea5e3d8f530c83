package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"tminus/bench/figures"
)

// findings are what was measured.
type findings struct {
	options
	turns map[int]map[string][]turn // clients -> side -> one turn a round
	burst *burst
}

const besideBatch = "bare PocketBase, one batch request"

var than = map[string]string{hook: "bare PocketBase, one hook", batch: besideBatch}

func (f findings) record() figures.Record {
	r := figures.Record{Name: "save", Args: strings.Join(os.Args[1:], " ")}
	var told []string
	for _, clients := range f.clients {
		rows, line := f.atClients(clients)
		r.Rows = append(r.Rows, rows...)
		told = append(told, line...)
	}
	if f.burst != nil {
		row := f.burst.row()
		r.Rows = append(r.Rows, row)
		ratio, _ := row.Ratio()
		told = append(told, fmt.Sprintf("p99 while %d mails leave %.2f × idle", f.burst.mails, ratio))
	}
	r.Line = strings.Join(told, ", ")
	return r
}

// atClients tells what was found at a number of clients. Only the sides that took part are told.
func (f findings) atClients(clients int) (rows []figures.Row, line []string) {
	sides := f.turns[clients]
	mine := sides[ours]
	at := fmt.Sprintf("%d clients", clients)
	if clients == 1 {
		at = "1 client"
	}
	alone := true
	for _, side := range []string{hook, batch} {
		other := sides[side]
		if len(mine) == 0 || len(other) == 0 {
			continue
		}
		alone = false
		rate := compare(mine, other, turn.rate)
		rate.What, rate.Unit, rate.Than = "saves at "+at, "/s", than[side]
		rows = append(rows, rate)
		if side == batch {
			continue
		}
		last := &rows[len(rows)-1]
		ratio, _ := last.Ratio()
		line = append(line, fmt.Sprintf("%s %.0f/s, %.2f × a hook", at, last.Value, ratio))
		p50, p99 := compare(mine, other, p50), compare(mine, other, p99)
		p50.What, p99.What = "p50 of a save at "+at, "p99 of a save at "+at
		cpu := compare(mine, other, turn.cpuOfOne)
		cpu.What = "processor time of a save at " + at
		if clients == 1 || clients == 16 {
			last.Goal, p99.Goal = figures.AtLeast(0.9), figures.AtMost(1.2)
		}
		for _, row := range []figures.Row{p50, p99, cpu} {
			row.Unit, row.Than = "ms", than[side]
			if row.Value > 0 {
				rows = append(rows, row)
			}
		}
	}
	if alone {
		for side, turns := range sides {
			t := turns[len(turns)/2]
			rows = append(rows, figures.Row{What: side + " at " + at, Value: t.rate(), Unit: "/s",
				Note: fmt.Sprintf("p50 %.2f ms, p99 %.2f ms, processor %.2f ms", t.ms(.5), t.ms(.99), t.cpuOfOne())})
		}
	}
	return rows, line
}

func p50(t turn) float64 { return t.ms(0.50) }
func p99(t turn) float64 { return t.ms(0.99) }

// compare gives the round whose ratio of mine to the other's is the median.
func compare(mine, other []turn, of func(turn) float64) figures.Row {
	var rounds []figures.Row
	for k := range mine {
		rounds = append(rounds, figures.Row{Value: of(mine[k]), Beside: of(other[k])})
	}
	slices.SortFunc(rounds, func(a, b figures.Row) int {
		x, _ := a.Ratio()
		y, _ := b.Ratio()
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return rounds[len(rounds)/2]
}

func (b *burst) row() figures.Row {
	return figures.Row{
		What: fmt.Sprintf("p99 of a save while %d mails leave", b.mails), Value: b.busy.ms(0.99), Unit: "ms",
		Beside: b.idle.ms(0.99), Than: "when idle", Goal: figures.AtMost(3),
		Note: fmt.Sprintf("%d saves in %.1f s (%.0f mails/s), p50 %.2f ms; %d saves when idle, p50 %.2f ms", len(b.busy.took),
			b.lasted.Seconds(), float64(b.mails)/b.lasted.Seconds(), b.busy.ms(0.5), len(b.idle.took), b.idle.ms(0.5)),
	}
}
