// Package backups makes PocketBase's backups safe to restore: each bears a mark by which an instance finds out that it was
// restored, is checked before it replaces anything, and takes over from the directory that it replaces what that has sent
// since.
package backups

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

const (
	// markFile lies in the data directory while a backup is made, and so in every backup.
	markFile = "backup.json"
	// takenFile lists the marks of the backups made here. It is in no backup: where a mark is found that it does not list,
	// the data came out of a backup.
	takenFile = "backups_taken.json"
	// lockFile keeps two processes from making or restoring a backup at once.
	lockFile = "backup.lock"
	// sendersDir holds the locks of the processes that send, which come and go while a backup is made.
	sendersDir = "senders"
	// keepMarks bounds takenFile.
	keepMarks = 1000
)

// Mark says where the data of a restored instance comes from.
type Mark struct {
	ID    string    `json:"id"`
	Taken time.Time `json:"taken"` // just before the backup was made
	// AssumeSent is set by a restore, to end what was due by then without sending it; zero: nothing.
	AssumeSent time.Time `json:"assume_sent,omitzero"`
}

// Bind gives every backup its mark, whoever makes it: the command, the dashboard or PocketBase's schedule. Locks stay out.
func Bind(app core.App, now func() time.Time) {
	app.OnBackupCreate().BindFunc(func(e *core.BackupEvent) (err error) {
		dir := e.App.DataDir()
		unlock, err := hold(dir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, unlock()) }()
		e.Exclude = append(e.Exclude, sendersDir, takenFile, lockFile, workDir)
		e.Exclude = append(e.Exclude, FormerDirs(dir)...)
		mark := Mark{ID: rand.Text(), Taken: now().UTC()}
		if err := remember(dir, mark); err != nil {
			return fmt.Errorf("mark the backup: %w", err)
		}
		defer func() { err = errors.Join(err, os.Remove(filepath.Join(dir, markFile))) }()
		if err := e.Next(); err != nil {
			return err
		}
		return secure(dir)
	})
	app.OnBackupRestore().BindFunc(func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, lockFile)
		e.Exclude = append(e.Exclude, FormerDirs(e.App.DataDir())...)
		return e.Next()
	})
}

// secure lets nobody else read the backups in the data directory: they hold every secret of the instance. None is there
// where backups go to S3.
func secure(dir string) error {
	entries, err := os.ReadDir(filepath.Join(dir, core.LocalBackupsDirName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			err = errors.Join(err, os.Chmod(filepath.Join(dir, core.LocalBackupsDirName, e.Name()), 0o600))
		}
	}
	return err
}

// remember writes the mark where the backup takes it along, and where it does not.
func remember(dir string, mark Mark) error {
	taken, err := marksTaken(dir)
	if err != nil {
		return err
	}
	taken = append(taken, mark.ID)
	if err := writeJSON(filepath.Join(dir, takenFile), taken[max(0, len(taken)-keepMarks):]); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, markFile), mark)
}

// marksTaken gives the marks of the backups made in a data directory.
func marksTaken(dir string) (ids []string, err error) {
	_, err = readJSON(filepath.Join(dir, takenFile), &ids)
	return ids, err
}

// Restored gives the mark of a data directory that came out of a backup, until Settle. One that a backup left which was
// interrupted here says nothing.
func Restored(dir string) (mark Mark, restored bool, err error) {
	found, err := readJSON(filepath.Join(dir, markFile), &mark)
	if err != nil || !found {
		return mark, false, err
	}
	taken, err := marksTaken(dir)
	return mark, err == nil && !slices.Contains(taken, mark.ID), err
}

// Settle ends the time for which Restored gives the mark.
func Settle(dir string) error { return os.Remove(filepath.Join(dir, markFile)) }

// FormerDirs gives the names of the directories in which restores have kept the data of before, the oldest first.
func FormerDirs(dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // the data directory is not there yet
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), formerPrefix) {
			names = append(names, e.Name())
		}
	}
	return names
}

// readJSON reads a file, and says whether there is one.
func readJSON(path string, into any) (bool, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return false, fmt.Errorf("read %s: %w", path, err)
	}
	return true, nil
}

// writeJSON replaces a file as a whole, and has it on the disk when it returns.
func writeJSON(path string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
