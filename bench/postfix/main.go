// Command postfix sends reminders through Debian's Postfix into Maildirs, and reads there what arrived: everything once and
// sound, the bounces of unknown readers by the row of each, and nothing lost when the server restarts in between.
//
//	go run ./bench/postfix
//	go run ./bench/postfix -mails 300 -again 100 -seed 7
//
// It needs Postfix's programs (apt-get install postfix) and root, and uses neither the configuration nor the queue of the
// Postfix that the machine may run: it starts one of its own on a free port of 127.0.0.1, and removes all of it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tminus/bench/drills"
	"tminus/bench/figures"
)

func main() {
	var n counts
	flag.IntVar(&n.mails, "mails", 2000, "reminders, each to a mailbox of its own")
	flag.IntVar(&n.again, "again", 600, "reminders in whose middle Postfix is stopped and started")
	flag.IntVar(&n.unknown, "unknown", 40, "reminders to unknown readers that are refused at once, and as many that bounce later")
	drills.Command("postfix", false, func(s drills.Setup) (figures.Record, error) {
		if err := usable(); err != nil {
			return figures.Record{}, err
		}
		return run(s, n)
	})
}

// counts are how many of what are sent.
type counts struct{ mails, again, unknown int }

// patience bounds the wait for everything of one part to be sent and delivered.
const patience = 90 * time.Second

func run(s drills.Setup, n counts) (record figures.Record, err error) {
	dir := filepath.Dir(s.Dir)
	if err := os.Mkdir(filepath.Join(dir, "postfix"), 0o755); err != nil {
		return record, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the user postfix goes through it
		return record, err
	}
	p, err := newServer(filepath.Join(dir, "postfix"), addresses(n.mails+n.again))
	if err != nil {
		return record, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	d := &drill{server: p, counts: n, random: s.Random}
	if d.instance, err = drills.Open(s.Dir, environment(p.port), nil); err != nil {
		return record, err
	}
	defer func() { err = errors.Join(err, d.instance.Close()) }()
	if err := d.send(); err != nil {
		return record, err
	}
	return d.record()
}

// environment is that of an operator who has set nothing but the server; retries come soon.
func environment(port string) []string {
	return []string{
		"PUBLIC_URL=https://tminus.example.test", "REMINDER_RETRY_INTERVAL=1s", "EMAIL_HOST=127.0.0.1", "EMAIL_PORT=" + port,
		"EMAIL_USE_TLS=false", "DEFAULT_FROM_EMAIL=T-minus <" + sender + ">",
	}
}

func addresses(n int) (all []string) {
	for i := range n {
		all = append(all, address(i))
	}
	return all
}

func address(i int) string { return fmt.Sprintf("reader%05d@%s", i, known) }
