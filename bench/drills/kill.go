package drills

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Kill is a drill: due messages leave while their process is killed with -9 again and again.
type Kill struct {
	Binary      string   // of tminus; empty: this program, as a sender that asks providers sooner (see Sender)
	Dir         string   // an empty directory
	Providers   []string // one of a channel each: smtp, aliyun or twilio, wechat
	Messages    int      // by each of them
	Kills       int
	Connections int           // to a mail server
	Latency     time.Duration // of the vendors, so that a kill finds something under way
	Seed        uint64
}

// Killed is what a Kill came to on a channel.
type Killed struct {
	Provider string `json:"provider"`
	Planned  int    `json:"planned"`
	Accepted int    `json:"accepted"` // different messages at the vendor's
	Lost     int    `json:"lost"`
	Repeated int    `json:"repeated"` // messages that reached their reader more than once
	Extra    int    `json:"extra"`    // arrivals beyond the first
	Flagged  int    `json:"flagged"`  // rows marked as possible duplicates
	Open     []int  `json:"open"`     // connections open at each kill
	UnderWay []int  `json:"underway"` // messages that each kill left in the vendor's hands, or on the way there
	Silent   int    `json:"silent"`   // repeated messages whose row is not marked
}

// Verdict gives what breaks the promise, or nil. Of a message whose sender died, SMTP servers cannot tell whether they have
// it, so that one for each connection may come twice, marked. The others can, or send it once: there are no repeats.
func (k Killed) Verdict() error {
	bound := 0
	if k.Provider == "smtp" {
		for _, n := range k.Open {
			bound += n
		}
	}
	switch {
	case k.Lost > 0:
		return fmt.Errorf("%s: %d messages were lost", k.Provider, k.Lost)
	case k.Extra > bound:
		return fmt.Errorf("%s: %d repeats, where %d are allowed", k.Provider, k.Extra, bound)
	case k.Flagged > bound:
		return fmt.Errorf("%s: %d rows are marked as possible duplicates, where %d are allowed", k.Provider, k.Flagged, bound)
	case k.Silent > 0:
		return fmt.Errorf("%s: %d repeats are not marked", k.Provider, k.Silent)
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

// killing is a drill under way.
type killing struct {
	Kill
	vendors     []*Vendor
	wires       []*wire
	environment []string
	parent      *Instance // looks on, and sends nothing
	results     []Killed
}

// Run runs the drill, and gives what came of each provider.
func (k Kill) Run() ([]Killed, error) {
	d := &killing{Kill: k}
	defer d.end()
	if err := d.begin(); err != nil {
		return nil, err
	}
	if err := d.plan(); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(k.Seed, 0))
	for n := range k.Kills {
		// Somewhere in the next part of the messages, so that all kills fall into the sending, and anywhere in the course of one.
		from, to := k.Messages*n/(k.Kills+1), k.Messages*(n+1)/(k.Kills+1)
		message, moment := from+1+random.IntN(to-from), time.Duration(random.Int64N(int64(2*k.Latency)+1))
		if err := d.serveUntil(message, moment); err != nil {
			return d.results, err
		}
	}
	return d.results, d.finish()
}

// begin starts the vendors.
func (d *killing) begin() error {
	d.environment = Environment(d.Connections)
	for _, provider := range d.Providers {
		v, err := StartVendor(provider, d.Latency)
		if err != nil {
			return err
		}
		d.vendors = append(d.vendors, v)
		w, err := newWire(v.Addr)
		if err != nil {
			return err
		}
		d.wires = append(d.wires, w)
		d.environment = append(d.environment, v.settings(w.addr())...)
		d.results = append(d.results, Killed{Provider: provider, Planned: d.Messages})
	}
	return nil
}

func (d *killing) end() {
	if d.parent != nil {
		_ = d.parent.Close() // it has nothing to write
	}
	for _, w := range d.wires {
		w.close()
	}
	for _, v := range d.vendors {
		v.Close()
	}
}

// plan fills the directory with reminders that are due at once.
func (d *killing) plan() (err error) {
	if d.parent, err = Open(d.Dir, d.environment, nil); err != nil {
		return err
	}
	if err := d.parent.People(); err != nil {
		return err
	}
	var channels []string
	for _, v := range d.vendors {
		channels = append(channels, v.Channel)
	}
	for range d.Messages {
		if _, err := d.parent.Remind(time.Now().Add(24*time.Hour), channels...); err != nil {
			return err
		}
	}
	return d.parent.DueNow()
}

// serveUntil serves until a vendor has accepted n messages, kills the process a moment later, and waits until the vendors
// are done with what it said.
func (d *killing) serveUntil(n int, moment time.Duration) error {
	process, err := d.start(d.environment)
	if err != nil {
		return err
	}
	arrived := d.wait(n)
	time.Sleep(moment)
	for i, w := range d.wires {
		d.results[i].Open = append(d.results[i].Open, w.connections())
	}
	err = process.Process.Signal(syscall.SIGKILL)
	_ = process.Wait() // it was killed
	if !arrived {
		return fmt.Errorf("a minute did not bring %d messages to any vendor: %s", n, process.Stderr)
	}
	for i, v := range d.vendors {
		if err := d.wires[i].settle(); err != nil {
			return err
		}
		o, err := Count(d.parent.App, v.Channel)
		if err != nil {
			return err
		}
		d.results[i].UnderWay = append(d.results[i].UnderWay, o.UnderWay)
	}
	return err
}

// wait waits until a vendor has accepted n messages, and says whether one did within a minute.
func (d *killing) wait(n int) bool {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		for _, v := range d.vendors {
			if v.WaitFor(n, time.Millisecond) {
				return true
			}
		}
	}
	return false
}

// finish serves until everything is sent, and counts.
func (d *killing) finish() error {
	process, err := d.start(d.environment)
	if err != nil {
		return err
	}
	defer func() { _ = process.Process.Kill() }() // unless it has ended in order
	outcomes := make([]Outcome, len(d.vendors))
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		sent := 0
		for i, v := range d.vendors {
			if outcomes[i], err = Count(d.parent.App, v.Channel); err != nil {
				return err
			}
			sent += outcomes[i].Sent
		}
		if sent == d.Messages*len(d.vendors) || time.Now().After(end) {
			break
		}
	}
	_ = process.Process.Signal(syscall.SIGTERM)
	_ = process.Wait()
	var failures []error
	for i, v := range d.vendors {
		failures = append(failures, d.results[i].count(v, outcomes[i]))
		if o := outcomes[i]; o.Sent != d.Messages {
			failures = append(failures, fmt.Errorf("%s: %d of %d are sent, %d wait, %d failed (%s): %s",
				d.Providers[i], o.Sent, d.Messages, o.Waiting, o.Failed, o.Reason, process.Stderr))
		}
	}
	return errors.Join(failures...)
}

// count compares what the vendor has with what the rows say.
func (k *Killed) count(v *Vendor, o Outcome) error {
	seen := map[string]int{}
	for _, a := range v.Arrived() {
		seen[a.Delivery]++
	}
	for id, times := range seen {
		flagged, known := o.IDs[id]
		if !known {
			return fmt.Errorf("%s accepted %q, which is no delivery", k.Provider, id)
		}
		if times > 1 {
			k.Repeated++
			k.Extra += times - 1
			if !flagged {
				k.Silent++
			}
		}
	}
	k.Flagged, k.Accepted, k.Lost = o.Flagged, len(seen), k.Planned-len(seen)
	return nil
}

// Line tells it in words.
func (k Killed) Line() string {
	what := "messages by " + k.Provider
	if k.Provider == "smtp" {
		what = "mails"
	}
	return fmt.Sprintf("%d %s, %d kills: %d lost, %d repeated (%d extra), %d marked as possible duplicates, connections open at the kills %v, messages under way %v",
		k.Planned, what, len(k.Open), k.Lost, k.Repeated, k.Extra, k.Flagged, k.Open, k.UnderWay)
}
