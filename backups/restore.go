package backups

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

const (
	// workDir is where a restore unpacks, and keeps its journal.
	workDir = "restore_under_way"
	// journalFile in it lists what is to be moved, from the moment from which the restore can only go forward.
	journalFile = "journal.json"
	// formerPrefix begins the names of the directories that keep the data of before.
	formerPrefix = "before_restore_"
)

// ErrBusy says that a process uses the data directory.
var ErrBusy = errors.New("a T-minus serves this data directory: stop it first")

// Plan is a restore.
type Plan struct {
	Dir     string // the data directory; created if need be
	Archive string // the backup, a zip file
	Now     time.Time
	// AssumeSent, if set, ends what was due by then without sending it.
	AssumeSent time.Time
	Connect    Connect
}

// Result is what a restore came to.
type Result struct {
	Taken     time.Time // when the backup was made
	Former    string    // where the data of before is kept; empty: there was none
	TakenOver int64     // messages that the data of before knows more about
	Certain   bool      // the data of before is what the backup was made of, so that nothing is in doubt
}

// journal says how to end a restore that was begun.
type journal struct {
	Former string   `json:"former"` // directory within the data directory
	Old    []string `json:"old"`    // entries of the data directory that move there
	New    []string `json:"new"`    // entries of workDir/new that take their place
}

// Run restores a backup. What is refused or fails before the journal is written changes nothing; after it, Finish ends what
// was interrupted. Nobody may use the data directory meanwhile.
func (p Plan) Run() (result Result, err error) {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return result, err
	}
	unlock, err := hold(p.Dir)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := finish(p.Dir); err != nil {
		return result, err
	}
	if result, err = p.begin(); err != nil {
		return result, errors.Join(err, os.RemoveAll(filepath.Join(p.Dir, workDir)))
	}
	return result, finish(p.Dir)
}

// begin does what can still be refused or fail, and writes the journal.
func (p Plan) begin() (result Result, err error) {
	work := filepath.Join(p.Dir, workDir)
	if err := os.MkdirAll(work, 0o700); err != nil { // from here on a start waits for the end of this
		return result, err
	}
	if err := Busy(p.Dir); err != nil {
		return result, err
	}
	fresh := filepath.Join(work, "new")
	if result, err = p.prepare(fresh); err != nil {
		return result, err
	}
	j, err := p.journal(fresh)
	if err != nil {
		return result, err
	}
	if len(j.Old) > 0 {
		result.Former = filepath.Join(p.Dir, j.Former)
	}
	if err := Busy(p.Dir); err != nil { // one that was starting when this began
		return result, err
	}
	return result, writeJSON(filepath.Join(work, journalFile), j)
}

// prepare unpacks, checks and completes the backup beside the data in use.
func (p Plan) prepare(fresh string) (result Result, err error) {
	if err := extract(p.Archive, fresh); err != nil {
		return result, err
	}
	if err := verify(fresh, p.Connect); err != nil {
		return result, err
	}
	mark, err := p.mark(fresh)
	if err != nil {
		return result, err
	}
	result.Taken = mark.Taken
	if result.Certain, err = isOriginOf(p.Dir, mark); err != nil {
		return result, err
	}
	if !result.Certain {
		return result, nil
	}
	if err := whole(filepath.Join(p.Dir, mainDatabase), p.Connect); err != nil {
		result.Certain = false
		return result, nil //nolint:nilerr // damaged, which may be why it is replaced: what it sent is in doubt then
	}
	if result.TakenOver, err = takeOver(fresh, p.Dir, mark.Taken, p.Connect); err != nil {
		return result, err
	}
	return result, Settle(fresh)
}

// mark gives the backup's mark, and makes one for a backup that T-minus made before it marked them.
func (p Plan) mark(fresh string) (Mark, error) {
	path := filepath.Join(fresh, markFile)
	var mark Mark
	found, err := readJSON(path, &mark)
	if err != nil {
		return mark, err
	}
	if !found {
		info, err := os.Stat(p.Archive)
		if err != nil {
			return mark, err
		}
		mark = Mark{ID: "unmarked", Taken: info.ModTime().UTC()}
	}
	mark.AssumeSent = p.AssumeSent
	return mark, writeJSON(path, mark)
}

// journal lists what is to be moved.
func (p Plan) journal(fresh string) (j journal, err error) {
	j.Former = formerPrefix + p.Now.UTC().Format("20060102T150405")
	for n := 2; slices.Contains(FormerDirs(p.Dir), j.Former); n++ {
		j.Former = fmt.Sprintf("%s%s_%d", formerPrefix, p.Now.UTC().Format("20060102T150405"), n)
	}
	if j.Old, err = movable(p.Dir); err != nil {
		return j, err
	}
	j.New, err = movable(fresh)
	return j, err
}

// movable gives the entries of a data directory that are its instance's, and not the machine's.
func movable(dir string) (names []string, err error) {
	stays := []string{
		core.LocalBackupsDirName, core.LocalTempDirName, core.LocalAutocertCacheDirName, "lost+found", workDir, lockFile,
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !slices.Contains(stays, e.Name()) && !strings.HasPrefix(e.Name(), formerPrefix) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// Finish ends a restore that was interrupted after it had begun to replace the data, and says whether there was one. Call
// it before a data directory is opened.
func Finish(dir string) (found bool, err error) {
	if _, err := os.Stat(filepath.Join(dir, workDir)); err != nil {
		return false, nil // none is under way, or there is no data directory yet
	}
	unlock, err := hold(dir)
	if err != nil {
		return true, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return true, finish(dir)
}

// finish moves what is not moved yet. Entries keep their names, so that where each is tells how far it got; the old ones are
// all away before the first new one comes.
func finish(dir string) error {
	work := filepath.Join(dir, workDir)
	var j journal
	found, err := readJSON(filepath.Join(work, journalFile), &j)
	if err != nil {
		return err
	}
	if !found { // it had replaced nothing yet
		return os.RemoveAll(work)
	}
	former := filepath.Join(dir, j.Former)
	if err := move(dir, former, j.Old, func(name string) bool { return exists(former, name) }); err != nil {
		return fmt.Errorf("put the former data aside: %w", err)
	}
	fresh := filepath.Join(work, "new")
	if err := move(fresh, dir, j.New, func(name string) bool { return !exists(fresh, name) }); err != nil {
		return fmt.Errorf("put the backup in its place: %w", err)
	}
	return os.RemoveAll(work)
}

func move(from, to string, names []string, done func(name string) bool) error {
	if len(names) == 0 {
		return nil
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, name := range names {
		if done(name) {
			continue // before the interruption
		}
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	sync(to)
	return nil
}

func exists(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return err == nil
}

// sync has a directory's entries on the disk, where the system can.
func sync(dir string) {
	if f, err := os.Open(dir); err == nil {
		_ = f.Sync() // not on every system
		_ = f.Close()
	}
}
