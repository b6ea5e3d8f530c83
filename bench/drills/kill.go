package drills

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"time"

	"tminus/bench/figures"
)

// Kill is a drill: due messages leave while their process is killed with -9 again and again, each time at another moment:
// while it starts, while it fans out and claims, or in the middle of a message.
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
	Tally
	Connections int   // to a mail server, at most
	Open        []int // connections open at each kill
	UnderWay    []int // messages that each kill left in the vendor's hands, or on the way there
}

// Rows tells what it came to, held against the promise. Of a message whose sender died, SMTP servers cannot tell whether they
// have it, so that one for each connection may come twice, marked. The others can, or send it once. A message also counts
// whose connection was not open yet, or not any more while its result was about to be written.
func (k Killed) Rows() []figures.Row {
	allowed := 0
	if k.Provider == "smtp" {
		for i, open := range k.Open {
			if i < len(k.UnderWay) {
				open = max(open, min(k.UnderWay[i], k.Connections))
			}
			allowed += open
		}
	}
	return k.Tally.Rows(allowed)
}

// Verdict gives what breaks the promise, or nil.
func (k Killed) Verdict() error {
	for _, row := range k.Rows() {
		if !row.Kept() {
			return fmt.Errorf("%s: %s: %s", k.Provider, row.What, row.Verdict())
		}
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
	*scene
	random  *rand.Rand
	results []Killed
	startup time.Duration // from a start to the first message, as the last start that was let go so far took
	moments map[string]int
}

// Run runs the drill, and gives what came of each provider.
func (k Kill) Run() ([]Killed, error) {
	results, _, err := k.run()
	return results, err
}

// Record runs the drill and tells what came of it.
func (k Kill) Record() (figures.Record, error) {
	results, moments, err := k.run()
	r := figures.Record{Line: fmt.Sprintf("%d kills (%d starting, %d fanning out, %d sending)",
		k.Kills, moments["starting"], moments["fanning out"], moments["sending"])}
	for _, result := range results {
		r.Rows = append(r.Rows, result.Rows()...)
		under := 0
		for _, n := range result.UnderWay {
			under += n
		}
		r.Rows = append(r.Rows, counted("in the hands of "+result.Provider+" at the kills", under))
		r.Line += "; " + result.Tally.Line()
	}
	return r, err
}

func (k Kill) run() ([]Killed, map[string]int, error) {
	s, err := openScene(k.Dir, k.Binary, k.Latency, k.Connections, k.Providers...)
	if err != nil {
		return nil, nil, err
	}
	d := &killing{Kill: k, scene: s, random: rand.New(rand.NewPCG(k.Seed, 0)), startup: time.Second, moments: map[string]int{}}
	for _, provider := range k.Providers {
		d.results = append(d.results, Killed{Tally: Tally{Provider: provider, Planned: k.Messages}, Connections: k.Connections})
	}
	err = d.plan(k.Messages)
	for n := 0; n < k.Kills && err == nil; n++ {
		err = d.round(n)
	}
	if err == nil {
		err = d.finish()
	}
	return d.results, d.moments, errors.Join(err, s.close())
}

// round makes the next part of the messages due, serves, and kills the process at a moment of its own.
func (d *killing) round(n int) error {
	part := d.Messages / (d.Kills + 1)
	if err := d.due(part); err != nil {
		return err
	}
	before := d.arrived()
	p, err := d.start()
	if err != nil {
		return err
	}
	began := time.Now()
	defer p.kill()
	switch kind := d.random.IntN(4); {
	case kind == 0 && n > 0: // the first start makes the tables known
		d.moments["starting"]++
		time.Sleep(time.Duration(d.random.Int64N(int64(d.startup) + 1)))
	case kind == 1:
		d.moments["fanning out"]++
		err = d.untilFannedOut(p, part-d.random.IntN(part))
	default:
		d.moments["sending"]++
		// What earlier kills left in doubt may be waited for, so the last of a part may take minutes.
		if err = d.untilArrived(p, before+1); err == nil {
			d.startup = time.Since(began)
			err = d.untilArrived(p, before+1+d.random.IntN(max(1, part*3/4)))
		}
		time.Sleep(time.Duration(d.random.Int64N(int64(2*d.Latency) + 1)))
	}
	accepted := make([]int, len(d.wires))
	for i, w := range d.wires {
		accepted[i] = w.accepted()
		d.results[i].Open = append(d.results[i].Open, w.connections())
	}
	p.kill()
	if err := errors.Join(err, d.after()); err != nil {
		return err
	}
	for i, w := range d.wires { // one more may have opened before the signal came; the last is settle's
		d.results[i].Open[n] += w.accepted() - accepted[i] - 1
	}
	return nil
}

// after lets the vendors finish, and counts what the process has left in their hands.
func (d *killing) after() error {
	if err := d.settle(); err != nil {
		return err
	}
	for i, v := range d.vendors {
		o, err := Count(d.parent.App, v.Channel)
		if err != nil {
			return err
		}
		d.results[i].UnderWay = append(d.results[i].UnderWay, o.UnderWay)
	}
	return nil
}

// untilFannedOut waits until at most left of the due reminders are still to be fanned out.
func (d *killing) untilFannedOut(p *process, left int) error {
	return d.wait(p, func() (bool, error) {
		n := 0
		err := d.parent.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM reminders WHERE status = 'pending' AND send_datetime <= strftime('%Y-%m-%d %H:%M:%fZ', 'now')").Row(&n)
		return n <= left, err
	})
}

func (d *killing) untilArrived(p *process, n int) error {
	return d.wait(p, func() (bool, error) { return d.arrived() >= n, nil })
}

// wait waits while the process runs.
func (d *killing) wait(p *process, so func() (bool, error)) error {
	const patience = 3 * time.Minute
	ok, err := until(patience, so)
	if err == nil && !ok {
		err = fmt.Errorf("nothing came of %s of serving: %s", patience, p.said)
	}
	return err
}

// finish serves until everything is sent, and counts.
func (d *killing) finish() error {
	if err := d.due(d.Messages); err != nil {
		return err
	}
	p, err := d.start()
	if err != nil {
		return err
	}
	defer p.kill()
	if err := d.allSent(d.Messages, 10*time.Minute); err != nil {
		return fmt.Errorf("%w: %s", err, p.said)
	}
	if _, err := p.stop(terminate, endsWithin); err != nil {
		return err
	}
	for i, v := range d.vendors {
		o, err := Count(d.parent.App, v.Channel)
		if err != nil {
			return err
		}
		if err := d.results[i].count(v, o); err != nil {
			return err
		}
	}
	return nil
}

// Line tells it in words.
func (k Killed) Line() string {
	return fmt.Sprintf("%s (%d kills, connections open at them %v, messages under way %v)", k.Tally.Line(), len(k.Open), k.Open, k.UnderWay)
}
