package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// report is what was measured.
type report struct {
	Name      string  `json:"name"`
	Events    int     `json:"events"`
	Reminders int     `json:"reminders"`
	Customers int     `json:"customers"`
	Loopback  visit   `json:"loopback"`
	Fast3G    visit   `json:"fast_3g"`
	Clicks    []click `json:"clicks"`
	Kept      bool    `json:"kept"` // all budgets
}

// visit is a first visit; the times are medians.
type visit struct {
	Requests int     `json:"requests"`
	Bytes    int     `json:"bytes"`
	RowsMS   float64 `json:"rows_ms"`
	Shift    float64 `json:"layout_shift"`
}

// click is a list that was asked for, median in milliseconds.
type click struct {
	List   string  `json:"list"`
	RowsMS float64 `json:"rows_ms"`
	APIMS  float64 `json:"api_ms"`
	Ratio  float64 `json:"ratio"` // of the two
}

func (r *report) judge() {
	r.Kept = r.Loopback.Bytes <= mostBytes && r.Loopback.Requests <= mostRequests && r.Loopback.RowsMS <= mostLoopback &&
		r.Fast3G.RowsMS <= mostFast3G && r.Loopback.Shift == 0 && r.Fast3G.Shift == 0
	for _, c := range r.Clicks {
		r.Kept = r.Kept && c.RowsMS <= mostClick
	}
}

func (r *report) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d events, %d reminders, %d customers\t\tbudget\n", r.Events, r.Reminders, r.Customers)
	fmt.Fprintf(w, "first visit: bytes\t%d\t%d\n", r.Loopback.Bytes, mostBytes)
	fmt.Fprintf(w, "first visit: requests\t%d\t%d\n", r.Loopback.Requests, mostRequests)
	fmt.Fprintf(w, "first visit: rows, loopback\t%.0f ms\t%d ms\n", r.Loopback.RowsMS, mostLoopback)
	fmt.Fprintf(w, "first visit: rows, Fast 3G\t%.0f ms\t%d ms\n", r.Fast3G.RowsMS, mostFast3G)
	fmt.Fprintf(w, "first visit: layout shift\t%.4f\t0\n", max(r.Loopback.Shift, r.Fast3G.Shift))
	for _, c := range r.Clicks {
		fmt.Fprintf(w, "click to rows: %s\t%.0f ms (the API alone %.0f ms, ratio %.1f)\t%d ms\n", c.List, c.RowsMS, c.APIMS, c.Ratio, mostClick)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	verdict := "all budgets are kept"
	if !r.Kept {
		verdict = "a budget is NOT kept"
	}
	_, err := fmt.Fprintln(to, verdict)
	return err
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
