package drills

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tminus/bench/figures"
)

// Setup is what every drill gets from its command.
type Setup struct {
	Dir    string // empty, and removed afterwards
	Binary string // of tminus
	Random *rand.Rand
}

// Command is the main of a drill: it adds -seed and -json to the flags, runs the drill in a directory of its own, tells
// what it found, and ends the process with 1 if a promise was broken or the drill could not be carried out. Needs says
// whether the drill runs the program itself, which is then built first.
func Command(name string, needs bool, run func(Setup) (figures.Record, error)) {
	Sender()
	seed := flag.Uint64("seed", 1, "of everything that is left to chance")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	kept, err := command(name, needs, *seed, *asJSON, run)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
	if err != nil || !kept {
		os.Exit(1)
	}
}

func command(name string, needs bool, seed uint64, asJSON bool, run func(Setup) (figures.Record, error)) (kept bool, err error) {
	dir, err := os.MkdirTemp("", "tminus-"+name+"-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	s := Setup{Dir: filepath.Join(dir, "pb_data"), Random: rand.New(rand.NewPCG(seed, 0))}
	if needs {
		if s.Binary, err = Build(dir); err != nil {
			return false, err
		}
	}
	record, err := run(s)
	if err != nil {
		return false, err
	}
	record.Name, record.Args = name, Args()
	return len(record.Missed()) == 0, record.Print(os.Stdout, asJSON)
}

// Args gives the flags that were set, but for -json, for a figures.Record.
func Args() string {
	var args []string
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "json" {
			args = append(args, "-"+f.Name+"="+f.Value.String())
		}
	})
	return strings.Join(args, " ")
}

// counted is a row that is nothing but a count.
func counted(what string, n int) figures.Row { return figures.Row{What: what, Value: float64(n)} }

// bounded is a count of what may happen so many times.
func bounded(what string, n, most int) figures.Row {
	return figures.Row{What: what, Value: float64(n), Goal: figures.AtMost(float64(most))}
}

// within is a time that something may take.
func within(what string, took, most time.Duration) figures.Row {
	return figures.Row{What: what, Value: took.Seconds(), Unit: "s", Goal: figures.AtMost(most.Seconds())}
}

// until asks every few milliseconds whether something is so, and says whether it was in time.
func until(timeout time.Duration, so func() (bool, error)) (bool, error) {
	for end := time.Now().Add(timeout); ; time.Sleep(5 * time.Millisecond) {
		if yes, err := so(); yes || err != nil {
			return yes, err
		}
		if time.Now().After(end) {
			return false, nil
		}
	}
}

// Join gives one record of several, each of whose rows says which of them it is from.
func Join(of []string, records []figures.Record) (all figures.Record) {
	for i, r := range records {
		for _, row := range r.Rows {
			row.What = of[i] + ": " + row.What
			all.Rows = append(all.Rows, row)
		}
		if i > 0 {
			all.Line += " | "
		}
		all.Line += r.Line
	}
	return all
}
