// Command crash kills the program with -9 while it sends, and counts what was lost and what was repeated.
//
//	go run ./bench/crash -mails 900 -kills 3
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tminus/bench/drills"
)

func main() {
	k := drills.Kill{}
	flag.IntVar(&k.Mails, "mails", 900, "due mails")
	flag.IntVar(&k.Kills, "kills", 3, "times that the process is killed on the way")
	flag.IntVar(&k.Connections, "connections", 4, "connections to the mail server")
	flag.DurationVar(&k.Latency, "latency", 5*time.Millisecond, "of the mail server, per turn of the conversation")
	flag.Uint64Var(&k.Seed, "seed", 1, "of the moments of the kills")
	asJSON := flag.Bool("json", false, "print a record")
	flag.Parse()
	if err := run(k, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

func run(k drills.Kill, asJSON bool) error {
	dir, err := os.MkdirTemp("", "tminus-crash-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	k.Dir = filepath.Join(dir, "pb_data")
	if k.Binary, err = drills.Build(dir); err != nil {
		return err
	}
	result, err := k.Run()
	if err != nil {
		return err
	}
	if asJSON {
		err = json.NewEncoder(os.Stdout).Encode(result)
	} else {
		_, err = fmt.Printf("%d mails, %d kills: %d lost, %d repeated (%d extra), %d marked as possible duplicates, connections open at the kills %v\n",
			result.Planned, k.Kills, result.Lost, result.Repeated, result.Extra, result.Flagged, result.Open)
	}
	if err != nil {
		return err
	}
	return result.Verdict()
}
