package drills

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"tminus/apptest/smtpserver"
)

// Kill is a drill: due mails leave while their process is killed with -9 again and again.
type Kill struct {
	Binary      string // of tminus
	Dir         string // an empty directory
	Mails       int
	Kills       int
	Connections int
	Latency     time.Duration // of the mail server, so that a kill finds something under way
	Seed        uint64
}

// Killed is what a Kill came to.
type Killed struct {
	Planned  int   `json:"planned"`
	Accepted int   `json:"accepted"` // different messages at the server
	Lost     int   `json:"lost"`
	Repeated int   `json:"repeated"` // messages that the server accepted more than once
	Extra    int   `json:"extra"`    // acceptances beyond the first
	Flagged  int   `json:"flagged"`  // rows marked as possible duplicates
	Open     []int `json:"open"`     // connections open at each kill
	Silent   int   `json:"silent"`   // repeated messages whose row is not marked
}

// Verdict gives what breaks the promise, or nil.
func (k Killed) Verdict() error {
	open := 0
	for _, n := range k.Open {
		open += n
	}
	switch {
	case k.Lost > 0:
		return fmt.Errorf("%d messages were lost", k.Lost)
	case k.Extra > open:
		return fmt.Errorf("%d repeats for %d connections open at the kills", k.Extra, open)
	case k.Flagged > open:
		return fmt.Errorf("%d rows are marked as possible duplicates for %d connections open at the kills", k.Flagged, open)
	case k.Silent > 0:
		return fmt.Errorf("%d repeats are not marked", k.Silent)
	}
	return nil
}

// Build compiles tminus into dir and gives the path of the binary.
func Build(dir string) (string, error) {
	binary := filepath.Join(dir, "tminus")
	out, err := exec.Command("go", "build", "-o", binary, "tminus").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build tminus: %w\n%s", err, out)
	}
	return binary, nil
}

// Run runs the drill.
func (k Kill) Run() (Killed, error) {
	mail, err := smtpserver.New(smtpserver.WithLatency(k.Latency))
	if err != nil {
		return Killed{}, err
	}
	defer mail.Close()
	environment := Environment(mail, k.Connections)
	if err := k.plan(environment); err != nil {
		return Killed{}, err
	}
	result := Killed{Planned: k.Mails}
	random := rand.New(rand.NewPCG(k.Seed, 0))
	for n := range k.Kills {
		// Somewhere in the next part of the mails, so that all kills fall into the sending.
		from, to := k.Mails*n/(k.Kills+1), k.Mails*(n+1)/(k.Kills+1)
		open, err := k.serveUntil(environment, mail, from+1+random.IntN(to-from))
		if err != nil {
			return result, err
		}
		result.Open = append(result.Open, open)
	}
	return result, k.finish(environment, mail, &result)
}

// plan fills the directory with reminders that are due at once.
func (k Kill) plan(environment []string) error {
	i, err := Open(k.Dir, environment, nil)
	if err != nil {
		return err
	}
	if err := i.People(); err != nil {
		return err
	}
	for range k.Mails {
		if _, err := i.Remind(time.Now().Add(24 * time.Hour)); err != nil {
			return err
		}
	}
	if err := i.DueNow(); err != nil {
		return err
	}
	return i.Close()
}

// serveUntil serves until the mail server has accepted n mails, kills the process, and says how many connections it had.
func (k Kill) serveUntil(environment []string, mail *smtpserver.Server, n int) (open int, err error) {
	process, err := k.serve(environment)
	if err != nil {
		return 0, err
	}
	if !mail.WaitFor(n, time.Minute) {
		_ = process.Process.Kill()
		return 0, fmt.Errorf("%d of %d mails arrived: %s", len(mail.Mails()), n, process.Stderr)
	}
	open = mail.Open()
	err = process.Process.Signal(syscall.SIGKILL)
	_ = process.Wait()
	return open, err
}

// finish serves until everything is sent, and counts.
func (k Kill) finish(environment []string, mail *smtpserver.Server, result *Killed) error {
	process, err := k.serve(environment)
	if err != nil {
		return err
	}
	defer func() { _ = process.Process.Kill() }()
	i, err := Open(k.Dir, environment, nil)
	if err != nil {
		return err
	}
	defer func() { _ = i.Close() }()
	var o Outcome
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if o, err = Count(i.App); err != nil {
			return err
		}
		if o.Sent == k.Mails || time.Now().After(end) {
			break
		}
	}
	_ = process.Process.Signal(syscall.SIGTERM)
	_ = process.Wait()
	result.Flagged = o.Flagged
	seen := map[string]int{}
	for _, m := range mail.Mails() {
		seen[DeliveryID(m.MessageID)]++
	}
	for id, times := range seen {
		flagged, known := o.IDs[id]
		if !known {
			return fmt.Errorf("the server accepted %s, which is no delivery", id)
		}
		if times > 1 {
			result.Repeated++
			result.Extra += times - 1
			if !flagged {
				result.Silent++
			}
		}
	}
	result.Accepted, result.Lost = len(seen), k.Mails-len(seen)
	if o.Sent != k.Mails {
		return fmt.Errorf("%d of %d are sent, %d wait, %d failed: %s", o.Sent, k.Mails, o.Waiting, o.Failed, process.Stderr)
	}
	return nil
}

// serve starts the server on a port of its own choice.
func (k Kill) serve(environment []string) (*exec.Cmd, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	process := exec.Command(k.Binary, "serve", "--dir", k.Dir, "--http", address)
	process.Env = append(os.Environ(), environment...)
	process.Dir = filepath.Dir(k.Binary)
	process.Stderr = &bytes.Buffer{}
	return process, process.Start()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
