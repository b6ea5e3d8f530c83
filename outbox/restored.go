package outbox

import (
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// The reasons of rows of an instance that was restored from a backup.
const (
	ReasonRestored    = "may have been sent before the restore"
	ReasonAssumedSent = "taken as sent before the restore"
)

// Restored says where an instance comes from that was restored from a backup.
type Restored struct {
	// Taken is when the backup was made.
	Taken time.Time
	// AssumeSent, if set, ends what was due by then without sending it: somebody knows that the former instance sent it.
	AssumeSent time.Time
}

// Doubted is what Doubt found.
type Doubted struct {
	Messages    int // that the former instance may have sent
	AssumedSent int // those of them that are not sent again
}

// Doubt treats everything that is due as in the hands of a process that died (P7): the instance that the backup was taken
// from may have sent it since. Providers are asked for it or know it by its identity, and mails go again, marked as
// possible duplicates. Call it before Start. When it fails or the process dies in it, it must be called again; nothing has
// been sent by then.
func (e *Engine) Doubt(r Restored) (d Doubted, err error) {
	now := e.o.Now()
	for more := true; more; {
		err := e.app.RunInTransaction(func(tx core.App) error {
			touched, again, err := e.o.Source.FanOut(tx, now, batchRows)
			if err != nil {
				return fmt.Errorf("queue what is due: %w", err)
			}
			n, err := collections.DoubtQueuedOf(tx, touched, r.Taken, now, ReasonRestored)
			if err != nil {
				return err
			}
			more = again
			d.Messages += int(n)
			_, err = rollUp(tx, touched, now)
			return err
		})
		if err != nil {
			return d, err
		}
	}
	err = e.each(func(tx core.App) ([]string, error) {
		touched, err := collections.DoubtQueued(tx, r.Taken, now, batchRows, ReasonRestored)
		d.Messages += len(touched)
		return touched, err
	})
	if err != nil || r.AssumeSent.IsZero() {
		return d, err
	}
	err = e.each(func(tx core.App) ([]string, error) {
		touched, err := collections.SkipDoubted(tx, r.AssumeSent, now, batchRows, ReasonRestored, ReasonAssumedSent)
		d.AssumedSent += len(touched)
		return touched, err
	})
	return d, err
}

// each runs a statement on batch after batch until it touches nothing any more.
func (e *Engine) each(write func(tx core.App) (touched []string, err error)) error {
	for {
		n := 0
		err := e.app.RunInTransaction(func(tx core.App) error {
			touched, err := write(tx)
			if err != nil {
				return fmt.Errorf("put in doubt what may have been sent: %w", err)
			}
			n = len(touched)
			_, err = rollUp(tx, touched, e.o.Now())
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
