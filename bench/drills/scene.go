package drills

import (
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/bench/figures"
	"tminus/collections"
	"tminus/hooks"
)

// scene is what drills with processes play on: an instance that plans and looks on, and sends nothing, and a server of
// each provider behind a wire.
type scene struct {
	dir         string
	binary      string // of tminus; empty: this program, as a sender (see Sender)
	environment []string
	providers   []string
	vendors     []*Vendor
	wires       []*wire
	parent      *Instance
	planned     int
}

// openScene starts the vendors, whose answers take latency, and makes the instance.
func openScene(dir, binary string, latency time.Duration, connections int, providers ...string) (*scene, error) {
	return openSceneWith(dir, binary, latency, connections, hooks.Options{Now: time.Now}, providers...)
}

func openSceneWith(dir, binary string, latency time.Duration, connections int, o hooks.Options, providers ...string) (*scene, error) {
	s := &scene{dir: dir, binary: binary, environment: Environment(connections), providers: providers}
	for _, provider := range providers {
		v, err := StartVendor(provider, latency)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.vendors = append(s.vendors, v)
		w, err := newWire(v.Addr)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.wires = append(s.wires, w)
		s.environment = append(s.environment, v.settings(w.addr())...)
	}
	var err error
	if s.parent, err = openWith(dir, s.environment, o); err == nil {
		err = errors.Join(s.parent.People(), NoLimits(s.parent.App))
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *scene) close() error {
	var err error
	if s.parent != nil {
		err = s.parent.Close()
	}
	for _, w := range s.wires {
		w.close()
	}
	for _, v := range s.vendors {
		v.Close()
	}
	return err
}

func (s *scene) channels() (all []string) {
	for _, v := range s.vendors {
		all = append(all, v.Channel)
	}
	return all
}

// plan saves n reminders on every channel for tomorrow.
func (s *scene) plan(n int) error {
	for range n {
		if _, err := s.parent.Remind(time.Now().Add(24*time.Hour), s.channels()...); err != nil {
			return err
		}
	}
	s.planned += n
	return nil
}

// due makes n of the reminders of plan due, however long it took to save them.
func (s *scene) due(n int) error {
	_, err := s.parent.NonconcurrentDB().NewQuery(`UPDATE reminders SET send_datetime = {:now} WHERE id IN (SELECT id FROM reminders
		WHERE status = 'pending' AND origin = 'manual' AND send_datetime > {:now} ORDER BY send_datetime LIMIT {:n})`).
		Bind(dbx.Params{"now": collections.DateTime(time.Now()), "n": n}).Execute()
	return err
}

// arrived gives the number of messages at the vendor that has most of them.
func (s *scene) arrived() (most int) {
	for _, v := range s.vendors {
		most = max(most, len(v.Arrived()))
	}
	return most
}

// settle waits until the vendors are done with what a process said that has ended.
func (s *scene) settle() error {
	for _, w := range s.wires {
		if err := w.settle(); err != nil {
			return err
		}
	}
	return nil
}

// allSent waits until n messages are sent on each channel, by their rows.
func (s *scene) allSent(n int, timeout time.Duration) error {
	for i, v := range s.vendors {
		var o Outcome
		ok, err := until(timeout, func() (_ bool, err error) {
			time.Sleep(45 * time.Millisecond) // counting reads every row
			o, err = Count(s.parent.App, v.Channel)
			return o.Sent >= n, err
		})
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%s: after %s, %d of %d are sent, %d wait, %d failed (%s)",
				s.providers[i], timeout, o.Sent, n, o.Waiting, o.Failed, o.Reason)
		}
	}
	return nil
}

// tallies counts for each vendor, of which allowed gives the number of repeats and marks that the drill excuses.
func (s *scene) tallies(allowed func(provider string) int) (all []figures.Row, line string, err error) {
	for i, v := range s.vendors {
		t, _, err := tally(s.parent.App, s.providers[i], v, s.planned)
		if err != nil {
			return nil, "", err
		}
		all = append(all, t.Rows(allowed(t.Provider))...)
		if line != "" {
			line += "; "
		}
		line += t.Line()
	}
	return all, line, nil
}

// unsettled counts the deliveries that somebody holds, or whose fate nobody knows.
func unsettled(app core.App) (n int, err error) {
	err = app.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM deliveries WHERE status IN ('sending', 'unknown')").Row(&n)
	return n, err
}

// none excuses nothing.
func none(string) int { return 0 }
