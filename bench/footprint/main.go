// Command footprint measures what a running T-minus takes from its machine, beside PocketBase of the same version without a
// line of ours (bench/footprint/bare), built with the same flags:
//
//	go run ./bench/footprint                 from the repository's root
//	go run ./bench/footprint -megabytes 100 -idle 10s -mails 3000
//
// The size of the binary; the time from the start of the process to the first answer of /api/health, with a new directory,
// with an empty and with a large database (both programs get a copy of the same one; the median of the rounds, in which they
// take turns); resident memory (VmRSS of /proc) and CPU (utime + stime) at rest, both at once; resident memory after one
// view of the web app (of PocketBase: of its dashboard); and the highest while mails fall due at a pace and leave to an SMTP
// server in another process, PocketBase by its own mailer. Linux only.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

// The goals.
const (
	mostResident = 60  // MB, at rest
	mostStart    = 1.5 // times bare PocketBase's
	mostIdle     = 0.5 // percent of a core
)

// size is how much is measured.
type size struct {
	rounds    int
	idle      time.Duration
	megabytes int
	mails     int
	rate      int
}

func main() {
	sinkProcess()
	var s size
	flag.IntVar(&s.rounds, "rounds", 7, "starts of each program with each database")
	flag.DurationVar(&s.idle, "idle", 20*time.Second, "how long both rest while their CPU is counted")
	flag.IntVar(&s.megabytes, "megabytes", 1000, "size of the large database")
	flag.IntVar(&s.mails, "mails", 10_000, "mails that each program sends")
	flag.IntVar(&s.rate, "rate", 1000, "of them that fall due a second")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	record, err := run(s)
	if err == nil {
		record.Name, record.Args = "footprint", drills.Args()
		err = record.Print(os.Stdout, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "footprint:", err)
		os.Exit(1)
	}
}

// bench is a run: two programs, each with directories of its own.
type bench struct {
	size
	dir        string
	ours, bare program
	record     figures.Record
}

func run(s size) (r figures.Record, err error) {
	dir, err := os.MkdirTemp("", "tminus-footprint-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	b := &bench{size: s, dir: dir}
	for _, step := range []func() error{b.build, b.first, b.empty, b.atRest, b.sending, b.large} {
		if err := step(); err != nil {
			return b.record, err
		}
	}
	b.record.Line = b.line()
	return b.record, nil
}

const bare = "bare PocketBase"

// beside adds a row that holds ours against PocketBase's.
func (b *bench) beside(what, unit string, ours, theirs float64, goal *figures.Goal) {
	b.record.Rows = append(b.record.Rows, figures.Row{What: what, Value: ours, Unit: unit, Beside: theirs, Than: bare, Goal: goal})
}

// bounded adds a row whose goal is one of its value, and after it the one beside PocketBase's.
func (b *bench) bounded(what, unit string, ours, theirs, most float64) {
	b.record.Rows = append(b.record.Rows, figures.Row{What: what, Value: ours, Unit: unit, Goal: figures.AtMost(most)})
	b.beside(what+", beside", unit, ours, theirs, nil)
}

func (b *bench) build() (err error) {
	if b.ours, err = build(b.dir, "tminus", "tminus"); err != nil {
		return err
	}
	if b.bare, err = build(b.dir, "bare", "tminus/bench/footprint/bare"); err != nil {
		return err
	}
	b.beside("size of the binary", "MB", b.ours.megabytes, b.bare.megabytes, nil)
	return nil
}

// first starts each in directories that do not exist, of which the last stay.
func (b *bench) first() error {
	ours, theirs, err := b.starts(3, func(p program) (string, error) {
		dir := filepath.Join(b.dir, p.name+"-empty")
		return dir, os.RemoveAll(dir)
	})
	if err != nil {
		return err
	}
	b.record.Rows = append(b.record.Rows, figures.Row{
		What: "first start ever, in a new directory", Value: ours, Unit: "ms", Beside: theirs, Than: bare,
		Note: "once in the life of an instance: it makes 20 collections with their indexes, a plan and templates in three languages; PocketBase makes its own",
	})
	return nil
}

func (b *bench) empty() error {
	if err := b.copy("empty"); err != nil {
		return err
	}
	return b.started("start to first answer, empty database", "empty")
}

func (b *bench) large() error {
	if err := b.fill(); err != nil {
		return err
	}
	return b.started(fmt.Sprintf("start to first answer, database of %d MB", b.megabytes), "large")
}

func (b *bench) started(what, database string) error {
	ours, theirs, err := b.starts(b.rounds, func(p program) (string, error) { return filepath.Join(b.dir, p.name+"-"+database), nil })
	b.beside(what, "ms", ours, theirs, figures.AtMost(mostStart))
	return err
}

// line is the whole in a line.
func (b *bench) line() string {
	var resident, idle, start figures.Row
	for _, row := range b.record.Rows {
		switch row.What {
		case whatResident:
			resident = row
		case whatCPU:
			idle = row
		case fmt.Sprintf("start to first answer, database of %d MB", b.megabytes):
			start = row
		}
	}
	return fmt.Sprintf("%s resident at rest, %s of a core; starts over %d MB in %s, %s",
		resident.Amount(), idle.Amount(), b.megabytes, start.Amount(), start.Compared())
}
