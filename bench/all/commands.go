package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"tminus/bench/figures"
)

// command is one of those under bench/.
type command struct {
	name   string
	about  string        // what it measures, for a heading
	args   []string      // when all are run
	within time.Duration // the longest that it may take then, its building included
	full   []string      // of a drill at its full length
}

// The order is that of the document. What is not under bench/ is told to be missing; what is there must stand here.
var (
	measurements = []command{
		{name: "send", about: "Sending", within: 150 * time.Second},
		{name: "watch", about: "Sending while people watch", within: 100 * time.Second},
		{name: "save", about: "Saving", args: []string{"-rounds", "3"}, within: 130 * time.Second},
		{name: "timeliness", about: "Timeliness", args: []string{"-spread", "20s"}, within: 150 * time.Second},
		{name: "growth", about: "Growth", args: []string{"-rounds", "5"}, within: 200 * time.Second},
		{name: "footprint", about: "Footprint", args: []string{"-mails", "5000"}, within: 200 * time.Second},
		{name: "web", about: "The web app in a browser", args: []string{"-runs", "10", "-visits", "3"}, within: 100 * time.Second},
	}
	drills = []command{
		{name: "crash", about: "Killed while it sends", args: []string{"-messages", "300", "-rounds", "5"}, within: time.Minute, full: []string{"-messages", "5000", "-rounds", "50"}},
		{name: "stop", about: "Told to end while it sends", args: []string{"-rounds", "4"}, within: time.Minute, full: []string{"-rounds", "24", "-messages", "4000"}},
		{name: "disk", about: "Disk full", args: []string{"-rounds", "1"}, within: time.Minute, full: []string{"-rounds", "6", "-full", "20s", "-messages", "1200"}},
		{name: "locked", about: "Database locked by another program", args: []string{"-locks", "5s"}, within: time.Minute, full: []string{"-locks", "5s,30s,60s,5s,30s,60s"}},
		{name: "smtp", about: "A mail server that misbehaves", within: time.Minute},
		{name: "clock", about: "The clock is set", args: []string{"-between", "6s"}, within: time.Minute, full: []string{"-messages", "800", "-between", "20s"}},
		{name: "zone", about: "No time zones on the machine", within: 45 * time.Second},
		{name: "twin", about: "Two programs on one directory", args: []string{"-messages", "400"}, within: time.Minute, full: []string{"-kills", "12", "-messages", "4000"}},
		{name: "outage", about: "Away for a minute, an hour, three days", args: []string{"-events", "10"}, within: time.Minute, full: []string{"-events", "200"}},
		{name: "restore", about: "A backup taken while it sends, restored", within: time.Minute},
		{name: "postfix", about: "A real mail server", args: []string{"-mails", "400", "-again", "150"}, within: 75 * time.Second},
	}
)

// unlisted are the folders under bench/ that hold no measurement: this command, what the others share, and pictures.
var unlisted = []string{"all", "drills", "figures", "pictures"}

// line is what repeats it.
func (c command) line() string {
	return strings.Join(append([]string{"go run ./bench/" + c.name}, c.args...), " ")
}

// finding is what came of a command.
type finding struct {
	command
	records []figures.Record
	took    time.Duration
	failure string // why there is no record, or why the records are not all; empty if everything went well
}

// run builds and runs it, for its own time or what is left of that of all, whichever is less.
func (c command) run(dir string, left time.Duration) (f finding) {
	f.command = c
	if _, err := os.Stat(filepath.Join("bench", c.name, "main.go")); err != nil {
		f.failure = "There is no bench/" + c.name + "."
		return f
	}
	if left < 5*time.Second {
		f.failure = "No time was left for it."
		return f
	}
	began := time.Now()
	defer func() { f.took = time.Since(began) }()
	ctx, cancel := context.WithTimeout(context.Background(), min(c.within, left))
	defer cancel()
	binary := filepath.Join(dir, c.name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./bench/"+c.name).CombinedOutput(); err != nil {
		f.failure = "It could not be built: " + lastLine(string(out))
		return f
	}
	f.records, f.failure = execute(ctx, binary, c.args, dir)
	return f
}

// execute runs a built command and reads its records.
func execute(ctx context.Context, binary string, args []string, dir string) (records []figures.Record, failure string) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, append([]string{"-json"}, args...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	cmd.Stdout, cmd.Stderr = &out, &said
	// Told to end, it can stop what it has started; what it started may hold its output open.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	records = read(out.Bytes())
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		failure = "It took too long and was stopped."
	case err != nil && len(records) == 0:
		failure = "It failed: " + strings.ReplaceAll(reason(said.String(), filepath.Base(binary)), dir, "…")
	case err != nil && !missed(records): // a drill whose promise was broken also ends so
		failure = fmt.Sprintf("It ended with an error (%s), after telling this.", err)
	case len(records) == 0:
		failure = "It told nothing."
	}
	return records, failure
}

// read gives the records among the lines that a command printed.
func read(out []byte) (records []figures.Record) {
	for line := range bytes.Lines(out) {
		var r figures.Record
		if json.Unmarshal(line, &r) == nil && r.Name != "" && len(r.Rows) > 0 {
			records = append(records, r)
		}
	}
	return records
}

func missed(records []figures.Record) bool {
	for _, r := range records {
		if len(r.Missed()) > 0 {
			return true
		}
	}
	return false
}

// reason gives the line in which a command says why it failed, which the log of what it ran may follow, else the last line.
func reason(said, name string) string {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, name+": ") {
			return strings.TrimSpace(line)
		}
	}
	return lastLine(said)
}

// lastLine gives the last line of a text that says something.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
