package backups

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/gofrs/flock"
)

// hold keeps other processes from making or restoring a backup in a data directory, until unlock or the end of this one.
func hold(dir string) (unlock func() error, err error) {
	lock := flock.New(filepath.Join(dir, lockFile))
	free, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("take the lock of backups: %w", err)
	}
	if !free {
		return nil, errors.New("another process makes or restores a backup of this data directory: try again when it is done")
	}
	return lock.Unlock, nil
}

// Busy gives ErrBusy where a process holds a sender's lock.
func Busy(dir string) error {
	locks, err := filepath.Glob(filepath.Join(dir, sendersDir, "*.lock"))
	if err != nil {
		return err
	}
	for _, path := range locks {
		lock := flock.New(path)
		free, err := lock.TryLock()
		if err != nil {
			return fmt.Errorf("look whether a process uses the data directory: %w", err)
		}
		if !free {
			return ErrBusy
		}
		if err := lock.Unlock(); err != nil {
			return err
		}
	}
	return nil
}
