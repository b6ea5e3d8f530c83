// Command growth measures what it costs that an instance grows old: the pages of the web app, asked for over REST as a
// manager and as a member of staff, and what the sender and the jobs do, on three instances of 10 thousand, 100 thousand
// and 1 million reminders side by side. It also asks SQLite for its plan of every statement that they ran, and lists
// those that read a growing table from end to end.
//
//	go run ./bench/growth
//	go run ./bench/growth -sizes 1000,10000 -rounds 5
//
// A cost is processor time, the server's and the client's, which other work on the machine does not change: the median of
// the rounds, in each of which every instance has its turn. Old means years, see
// drills.Instance.Years: an instance that is ten times as large is ten times as old, and what is on the day's page
// is as much.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	sizes := flag.String("sizes", "10000,100000,1000000", "reminders of the instances, the smallest first")
	rounds := flag.Int("rounds", 15, "times that each cost is measured")
	only := flag.String("only", "", "measure only those whose name contains this")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	record, err := run(*sizes, *rounds, *only)
	if err == nil {
		record.Name, record.Args = "growth", drills.Args()
		err = record.Print(os.Stdout, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

// most is how much more the largest may cost than the smallest.
const most = 1.5

func run(sizes string, rounds int, only string) (r figures.Record, err error) {
	dir, err := os.MkdirTemp("", "tminus-growth-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	var all []*instance
	defer func() {
		for _, i := range all {
			i.close()
		}
	}()
	began := time.Now()
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return r, fmt.Errorf("%q is no number of reminders", size)
		}
		i, err := open(filepath.Join(dir, size), n)
		if err != nil {
			return r, fmt.Errorf("fill in %d reminders: %w", n, err)
		}
		all = append(all, i)
	}
	fmt.Fprintf(os.Stderr, "filled in %s reminders in %s\n", sizes, time.Since(began).Round(time.Second))
	deeds := append(pages(), work()...)
	for _, d := range deeds {
		if !strings.Contains(d.name, only) {
			continue
		}
		row, err := measure(d, all, rounds)
		if err != nil {
			return r, fmt.Errorf("%s: %w", d.name, err)
		}
		r.Rows = append(r.Rows, row)
	}
	scans, err := scansOf(all[len(all)-1])
	if err != nil {
		return r, err
	}
	r.Rows = append(r.Rows, scans...)
	r.Line = line(r, all)
	return r, nil
}

// deed is something of which the cost is measured.
type deed struct {
	name string
	note string // why it cannot stay as cheap
	do   func(*instance) (time.Duration, error)
}

// measure does it in turns, after a first time that does not count.
func measure(d deed, all []*instance, rounds int) (figures.Row, error) {
	took := make([][]time.Duration, len(all))
	for round := range rounds + 1 {
		for n, i := range all {
			i.statements.Note(round == 0)
			t, err := d.do(i)
			i.statements.Note(false)
			if err != nil {
				return figures.Row{}, err
			}
			if round > 0 {
				took[n] = append(took[n], t)
			}
		}
	}
	var between []string
	for n := 1; n < len(all)-1; n++ {
		between = append(between, fmt.Sprintf("%.2f ms with %d", ms(took[n]), all[n].size))
	}
	note := strings.Join(between, ", ")
	if d.note != "" {
		note = strings.TrimPrefix(note+"; "+d.note, "; ")
	}
	return figures.Row{
		What: d.name, Value: ms(took[len(all)-1]), Unit: "ms of CPU", Beside: ms(took[0]),
		Than: fmt.Sprintf("with %d reminders", all[0].size), Goal: figures.AtMost(most), Note: note,
	}, nil
}

func ms(took []time.Duration) float64 {
	return float64(drills.Percentile(took, 0.5).Microseconds()) / 1000
}

// scansOf counts the statements by which the largest instance reads a growing table from end to end, and tells them.
func scansOf(largest *instance) ([]figures.Row, error) {
	scans, err := largest.statements.Scans(largest.App)
	if err != nil {
		return nil, err
	}
	var told []string
	for _, s := range scans {
		told = append(told, fmt.Sprintf("%s, in: %s", s.Step, strings.Join(strings.Fields(s.Statement), " ")))
	}
	slices.Sort(told)
	return []figures.Row{
		{What: "statements whose plan was asked for", Value: float64(largest.statements.Len())},
		{What: "scans of growing tables", Value: float64(len(told)), Goal: figures.AtMost(0), Note: strings.Join(told, "\n")},
	}, nil
}

func line(r figures.Record, all []*instance) string {
	var worst figures.Row
	for _, row := range r.Rows {
		now, compared := row.Ratio()
		if was, _ := worst.Ratio(); compared && now > was {
			worst = row
		}
	}
	ratio, _ := worst.Ratio()
	return fmt.Sprintf("from %d to %d reminders the cost of %d pages and deeds, the worst %.2f × (%s)",
		all[0].size, all[len(all)-1].size, len(r.Rows)-2, ratio, worst.What)
}
