package main

import (
	"fmt"
	"math"
	"slices"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

// report is what was measured.
type report struct {
	size
	Loopback, Fast3G visit
	Clicks           []click
}

// visit is a first visit; the times are medians.
type visit struct {
	Requests int
	Bytes    int
	RowsMS   float64
	Shift    float64 // of the layout
}

// click is a list that was asked for, median in milliseconds.
type click struct {
	List   string
	RowsMS float64
	APIMS  float64
}

// record holds it to the budgets.
func (r *report) record() figures.Record {
	bounded := func(what string, value float64, unit string, most float64) figures.Row {
		return figures.Row{What: what, Value: value, Unit: unit, Goal: figures.AtMost(most)}
	}
	rows := []figures.Row{
		bounded("first visit: bytes", float64(r.Loopback.Bytes), "", mostBytes),
		bounded("first visit: requests", float64(r.Loopback.Requests), "", mostRequests),
		bounded("first visit: rows, loopback", r.Loopback.RowsMS, "ms", mostLoopback),
		bounded("first visit: rows, Fast 3G", r.Fast3G.RowsMS, "ms", mostFast3G),
		bounded("first visit: layout shift", math.Round(1000*max(r.Loopback.Shift, r.Fast3G.Shift))/1000, "", 0),
	}
	slowest := click{}
	for _, c := range r.Clicks {
		rows = append(rows, bounded("click to rows: "+c.List, c.RowsMS, "ms", mostClick),
			figures.Row{What: "the same, beside", Value: c.RowsMS, Unit: "ms", Beside: c.APIMS, Than: "the API alone"})
		if c.RowsMS > slowest.RowsMS {
			slowest = c
		}
	}
	return figures.Record{Name: "web", Args: drills.Args(), Rows: rows, Line: fmt.Sprintf(
		"over %d events, rows of a first visit after %.0f ms, over Fast 3G after %.0f ms, with %d requests and %.0f kB; the slowest list %.0f ms after a click",
		r.events, r.Loopback.RowsMS, r.Fast3G.RowsMS, r.Loopback.Requests, float64(r.Loopback.Bytes)/1000, slowest.RowsMS)}
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
