package hooks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// SQLite commits to a write-ahead log, and copies it into the database from time to time. By itself it does so within the
// commit that makes the log long enough, while everybody who writes waits for two fsyncs; and until then a power cut may take
// what the kernel has not yet written (synchronous=NORMAL). A connection of its own needs no write lock for it
// (https://www.sqlite.org/wal.html#ckpt). Its fsyncs still hold up who appends to the log: briefly, if they come often.
const (
	checkpointEvery = 50 * time.Millisecond
	// idleLook is how long it comes to sleep between looks while nobody writes, so that an idle server stays idle.
	idleLook = 500 * time.Millisecond
	// longestLog is how many pages the log may have before a commit copies it after all: under a load without a pause the
	// log never comes to its end, from which it would begin anew.
	longestLog = 8000
	// checkpointRest is the longest wait after an error.
	checkpointRest = time.Minute
)

// StartCheckpoints keeps the write-ahead log short until stop is called. Serving does it.
func (s *System) StartCheckpoints() (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		c := checkpoints{app: s.App, log: filepath.Join(s.App.DataDir(), "data.db-wal")}
		for wait := checkpointEvery; ; {
			select {
			case <-end:
				return
			case <-time.After(wait):
			}
			switch found, err := c.look(); {
			case err != nil:
				s.log.Error("copy the write-ahead log into the database", "error", err)
				wait = min(2*wait, checkpointRest)
			case found:
				wait = checkpointEvery
			default:
				wait = min(2*wait, idleLook)
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

// checkpoints copies the log of one database.
type checkpoints struct {
	app          core.App
	log          string
	last, before time.Time // when the log was written, at the last two looks
}

// look copies what was written since the look before the last, if anything was: two writes may bear the same time.
func (c *checkpoints) look() (found bool, err error) {
	info, err := os.Stat(c.log)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	written := info.ModTime()
	if written.Equal(c.last) && written.Equal(c.before) {
		return false, nil
	}
	var busy, pages, copied int
	if err := c.app.ConcurrentDB().NewQuery("PRAGMA wal_checkpoint(PASSIVE)").Row(&busy, &pages, &copied); err != nil {
		return false, fmt.Errorf("checkpoint: %w", err)
	}
	c.before, c.last = c.last, written
	return true, nil
}
