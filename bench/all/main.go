// Command all runs the measurements and drills under bench/ one after the other, and writes down what they found, on which
// machine, and how to repeat it:
//
//	go run ./bench/all                     from the repository's root: writes docs/benchmarks.md, in less than 15 minutes
//	go run ./bench/all -only send,save -out /tmp/some.md
//	go run ./bench/all -long -out /tmp/drills.md
//
// -long runs the drills alone, at their full length: an hour or so. The document is written anew after each command. One that
// fails, takes too long, or is not there is told in it, and makes this command end with 1; a goal that is missed does not.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	out := flag.String("out", filepath.Join("docs", "benchmarks.md"), "the `file` to write")
	only := flag.String("only", "", "the `names` of those to run, with commas between them")
	long := flag.Bool("long", false, "run the drills, at their full length")
	within := flag.Duration("within", 0, "how long everything may take; 0 is 15 minutes, or 3 hours with -long")
	flag.Parse()
	complete, err := run(*out, *only, *long, *within, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "all:", err)
	}
	if err != nil || !complete {
		os.Exit(1)
	}
}

func run(out, only string, long bool, within time.Duration, progress io.Writer) (complete bool, err error) {
	chosen, err := choose(long, only)
	if err != nil {
		return false, err
	}
	if within == 0 {
		within = limit(long)
	}
	dir, err := os.MkdirTemp("", "tminus-bench-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	// Postfix's processes, which are other users, pass through it to their queue.
	if err := os.Chmod(dir, 0o711); err != nil {
		return false, err
	}
	d := document{On: thisMachine(), At: time.Now(), Long: long}
	end := d.At.Add(within)
	complete = true
	for n, c := range chosen {
		fmt.Fprintf(progress, "%d of %d: %s\n", n+1, len(chosen), c.line())
		f := c.run(dir, time.Until(end))
		fmt.Fprintf(progress, "  %s, %s\n", f.took.Round(time.Second), f.inShort())
		complete = complete && f.failure == ""
		d.Findings = append(d.Findings, f)
		d.Took = time.Since(d.At)
		if err := os.WriteFile(out, []byte(d.String()), 0o644); err != nil {
			return false, err
		}
	}
	return complete, nil
}

func limit(long bool) time.Duration {
	if long {
		return 3 * time.Hour
	}
	return 15 * time.Minute
}

// choose gives the commands to run. A name that there is not is an error.
func choose(long bool, only string) ([]command, error) {
	all := measurements
	if long {
		all = nil
	}
	for _, c := range drills {
		if long {
			c.args, c.within = c.full, time.Hour
		}
		all = append(all[:len(all):len(all)], c)
	}
	if only == "" {
		return all, nil
	}
	var some []command
	for name := range strings.SplitSeq(only, ",") {
		before := len(some)
		for _, c := range all {
			if c.name == name {
				some = append(some, c)
			}
		}
		if len(some) == before {
			return nil, fmt.Errorf("there is no %q to run", name)
		}
	}
	return some, nil
}
