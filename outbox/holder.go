package outbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/gofrs/flock"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// holder is this process's name in its claims, backed by a file in the data directory that the operating system keeps
// locked for exactly as long as the process lives.
type holder struct {
	id   string
	lock *flock.Flock
	seen []string // other processes' locks, at the last look
}

func lockDir(dataDir string) string { return filepath.Join(dataDir, "senders") }

func lockPath(dataDir, id string) string { return filepath.Join(lockDir(dataDir), id+".lock") }

func holdLock(dataDir string) (*holder, error) {
	if err := os.MkdirAll(lockDir(dataDir), 0o700); err != nil {
		return nil, err
	}
	id := core.GenerateDefaultRandomId()
	lock := flock.New(lockPath(dataDir, id))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("the lock of a new name is held already")
	}
	return &holder{id: id, lock: lock}, nil
}

// release lets go of the lock and removes its file: a holder without a file is dead.
func (h *holder) release() {
	_ = os.Remove(h.lock.Path())
	_ = h.lock.Unlock()
}

// rescuer frees the claims of processes that died, for as long as the engine runs.
func (e *Engine) rescuer() {
	for !e.wait(nil, 2*e.o.Tick) {
		if err := e.rescue(); err != nil {
			e.o.Log.Error("free the claims of a dead process", "error", err)
		}
	}
}

// rescue frees the claims of every holder whose lock is free.
func (e *Engine) rescue() error {
	holders, err := collections.Holders(e.app)
	if err != nil {
		return fmt.Errorf("list the holders of claims: %w", err)
	}
	for _, id := range holders {
		if id == e.holder.id {
			continue
		}
		if err := e.rescueFrom(id); err != nil {
			return fmt.Errorf("free the claims of %s: %w", id, err)
		}
	}
	return e.succeed()
}

// succeed looks for processes that died without claims. What was saved through one of them fell to its clock; now it falls to
// ours. A lock that was not there at the last look may be about to be taken, and is left alone.
func (e *Engine) succeed() error {
	paths, err := filepath.Glob(lockPath(e.app.DataDir(), "*"))
	if err != nil {
		return fmt.Errorf("list the senders: %w", err)
	}
	for _, path := range paths {
		if path == e.holder.lock.Path() || !slices.Contains(e.holder.seen, path) {
			continue
		}
		lock := flock.New(path, flock.SetFlag(os.O_RDWR)) // one that is gone is not made anew
		if free, err := lock.TryLock(); err != nil || !free {
			continue // it lives, or somebody else has seen to it
		}
		_ = os.Remove(path)
		_ = lock.Unlock()
		e.Wake()
	}
	e.holder.seen = paths
	return nil
}

func (e *Engine) rescueFrom(id string) error {
	path := lockPath(e.app.DataDir(), id)
	if _, err := os.Stat(path); err == nil {
		lock := flock.New(path)
		free, err := lock.TryLock()
		if err != nil || !free {
			return err
		}
		defer func() {
			_ = os.Remove(path)
			_ = lock.Unlock()
		}()
	}
	for {
		rows, err := collections.HeldDeliveries(e.app, id, batchRows)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := e.setFree(rows); err != nil {
			return err
		}
		e.Wake()
	}
}

// setFree puts back what a dead process held: what it had not begun as it was, what it had begun as unknown.
func (e *Engine) setFree(rows []*collections.Delivery) error {
	now := e.o.Now()
	var touched []string
	err := e.write(func(tx core.App) error {
		for _, d := range rows {
			o := collections.Outcome{Status: collections.DeliveryQueued, NextAttemptAt: d.NextAttemptAt.Time(), Error: d.Error, ErrorClass: d.ErrorClass}
			if !d.AttemptStarted.IsZero() {
				o = e.channels[d.Channel].rules().interrupted(d, now)
			}
			if _, err := collections.SettleDelivery(tx, d, o, now); err != nil {
				return err
			}
			touched = append(touched, d.Reminder)
		}
		return nil
	})
	e.news.add(touched)
	return err
}
