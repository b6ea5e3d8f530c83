package outbox

import (
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// longestGiveWay is how long a turn of the engine's waits for people who write. They are many at a time, and the
// engine must get its turns.
const longestGiveWay = 5 * time.Millisecond

// Way is where people who write go before the engine. SQLite has one writer at a time, and who comes first gets it: a save
// would wait for what each of the engine's loops is about to write.
type Way struct {
	mu    sync.Mutex
	users int
	clear chan struct{} // closed when the last has gone; nil while there is none
}

// Enter says that somebody is about to write; leave that it is done.
func (w *Way) Enter() (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users == 0 {
		w.clear = make(chan struct{})
	}
	w.users++
	return sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.users--; w.users == 0 {
			close(w.clear)
			w.clear = nil
		}
	})
}

// giveWay waits until nobody is about to write, or as long as may be.
func (w *Way) giveWay() {
	w.mu.Lock()
	clear := w.clear
	w.mu.Unlock()
	if clear == nil {
		return
	}
	timer := time.NewTimer(longestGiveWay)
	defer timer.Stop()
	select {
	case <-clear:
	case <-timer.C:
	}
}

// write runs a transaction of the engine's: one at a time, after those of people.
func (e *Engine) write(work func(tx core.App) error) error {
	e.turn.Lock()
	defer e.turn.Unlock()
	if e.o.Way != nil {
		e.o.Way.giveWay()
	}
	return e.app.RunInTransaction(work)
}
