package backups

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

const (
	mainDatabase = "data.db"
	logsDatabase = "auxiliary.db"
)

// Connect opens a SQLite file.
type Connect func(path string) (*dbx.DB, error)

// extract unpacks a backup into a directory that does not exist, and refuses one that is damaged (each file's checksum is
// checked) or holds anything but files below that directory.
func extract(archive, dir string) error {
	r, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("%s is no backup, or is damaged: %w", archive, err)
	}
	defer r.Close()
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, f := range r.File {
		name := filepath.FromSlash(f.Name)
		if !filepath.IsLocal(name) || strings.Contains(f.Name, `\`) || !f.Mode().IsRegular() && !f.Mode().IsDir() {
			return fmt.Errorf("%s is no backup of T-minus: it holds %q, which is not a file below the data directory", archive, f.Name)
		}
		if f.Mode().IsDir() {
			continue
		}
		if err := extractFile(f, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("%s is damaged: %s: %w", archive, f.Name, err)
		}
	}
	return nil
}

func extractFile(f *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// verify refuses an extracted backup whose databases are missing or damaged, that is not T-minus's, or that a newer
// program made.
func verify(dir string, connect Connect) error {
	for _, name := range []string{mainDatabase, logsDatabase} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("the backup holds no %s", name)
		}
		if err := whole(path, connect); err != nil {
			return fmt.Errorf("the backup's %s is damaged: %w", name, err)
		}
	}
	db, err := connect(filepath.Join(dir, mainDatabase))
	if err != nil {
		return err
	}
	defer db.Close()
	var ours int
	if err := db.NewQuery("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('deliveries', 'reminders', '_migrations')").Row(&ours); err != nil {
		return err
	}
	if ours != 3 {
		return errors.New("the backup is not T-minus's: it has no reminders")
	}
	return known(db)
}

// whole has SQLite check a database.
func whole(path string, connect Connect) error {
	db, err := connect(path)
	if err != nil {
		return err
	}
	defer db.Close()
	var said []string
	if err := db.NewQuery("PRAGMA integrity_check").Column(&said); err != nil {
		return err
	}
	if len(said) != 1 || said[0] != "ok" {
		return errors.New(strings.Join(said[:min(3, len(said))], "; "))
	}
	return nil
}

// known refuses a schema that this program does not know.
func known(db *dbx.DB) error {
	var applied, missing []string
	if err := db.NewQuery("SELECT file FROM _migrations").Column(&applied); err != nil {
		return err
	}
	var here []string
	for _, list := range []core.MigrationsList{core.SystemMigrations, core.AppMigrations} {
		for _, m := range list.Items() {
			here = append(here, m.File)
		}
	}
	for _, file := range applied {
		if !slices.Contains(here, file) {
			missing = append(missing, file)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("a newer T-minus made the backup, whose tables this one does not know (%s): install that version first",
			strings.Join(missing, ", "))
	}
	return nil
}
