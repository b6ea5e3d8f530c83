package outbox

import (
	"runtime"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// write is what a worker has to say at once: how its last attempt ended, and which one it begins.
type write struct {
	settled *collections.Delivery
	outcome collections.Outcome
	refused bool // the recipient's address was refused

	begin *collections.Delivery
	began chan bool // whether begin is still ours; closed without a value when the engine was cut off
}

// recorder writes the results of all workers in groups: whatever has gathered while the last transaction ran goes into
// the next. A worker waits for its own, so at most one message per connection is ever sent and not recorded.
type recorder struct {
	e      *Engine
	writes chan *write
	done   chan struct{}
}

func newRecorder(e *Engine) *recorder { return &recorder{e: e} }

func (r *recorder) start() {
	r.writes, r.done = make(chan *write, batchRows), make(chan struct{})
	go func() {
		defer close(r.done)
		for first := range r.writes {
			r.commit(r.gather(first))
		}
	}()
}

// stop waits until everything is written. Nobody may call submit afterwards.
func (r *recorder) stop() {
	close(r.writes)
	<-r.done
}

// submit has w recorded with the next group.
func (r *recorder) submit(w *write) {
	w.began = make(chan bool, 1)
	r.writes <- w
}

// wait ends when w is recorded, and says whether the attempt that it begins may go ahead.
func (w *write) wait() bool { return <-w.began }

func (r *recorder) gather(first *write) []*write {
	group := []*write{first}
	runtime.Gosched()              // workers that are about to submit join this group
	for len(group) < batchRows/2 { // a write is up to two rows
		select {
		case w, ok := <-r.writes:
			if !ok {
				return group
			}
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

// commit writes a group, and does not give up while the database refuses: a result that is not written would be sent
// again.
func (r *recorder) commit(group []*write) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		began := make([]bool, len(group))
		changed, err := r.try(group, began)
		if err == nil {
			r.e.news.add(changed)
			for i, w := range group {
				w.began <- began[i]
			}
			return
		}
		r.e.o.Log.Error("record results", "rows", len(group), "error", err)
		select {
		case <-r.e.sends.Done():
			for _, w := range group {
				close(w.began)
			}
			return
		case <-time.After(wait):
		}
	}
}

func (r *recorder) try(group []*write, began []bool) (changed []string, err error) {
	now := r.e.o.Now()
	err = r.e.write(func(tx core.App) error {
		var touched []string
		for i, w := range group {
			if w.settled != nil {
				ours, err := collections.SettleDelivery(tx, w.settled, w.outcome, now)
				if err != nil {
					return err
				}
				touched = append(touched, w.settled.Reminder)
				if ours && w.refused {
					if err := collections.RefuseAddress(tx, w.settled.Channel, w.settled.Address, w.outcome.Error, now); err != nil {
						return err
					}
				}
			}
			if w.begin != nil {
				ok, err := collections.BeginAttempt(tx, w.begin, now)
				if err != nil {
					return err
				}
				began[i] = ok
			}
		}
		changed, err = rollUp(tx, touched, now)
		return err
	})
	return changed, err
}

// refusedAddress says whether an error is about the recipient's address.
func refusedAddress(err error) bool {
	return err != nil && notifiers.AsError(err).AddressRefused
}
