package drills

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"
)

// Clock is the wall clock of several processes, which a drill sets: the system's, and as much more as a file says. What it
// gives has no monotonic part, as a clock that is set has none to rely on.
type Clock struct{ file *os.File }

// OpenClock opens the clock of a file, which is made with no difference.
func OpenClock(path string) (*Clock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the clock: %w", err)
	}
	return &Clock{file}, nil
}

// Now gives the time.
func (c *Clock) Now() time.Time { return time.Now().Round(0).Add(c.Offset()) }

// Offset gives how far the clock is ahead of the system's.
func (c *Clock) Offset() time.Duration {
	var raw [8]byte
	if n, err := c.file.ReadAt(raw[:], 0); n < len(raw) && err != nil {
		return 0 // nobody has set it
	}
	return time.Duration(binary.LittleEndian.Uint64(raw[:]))
}

// Set puts the clock ahead of the system's by offset.
func (c *Clock) Set(offset time.Duration) error {
	_, err := c.file.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(offset)), 0)
	return err
}

// SetTo sets the clock to t.
func (c *Clock) SetTo(t time.Time) error { return c.Set(time.Until(t)) }

// Close leaves the clock as it is.
func (c *Clock) Close() error { return c.file.Close() }
