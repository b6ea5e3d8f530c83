package commands_test

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	"github.com/pocketbase/dbx"

	"tminus/hooks"
)

// people gives the addresses of the users in a data directory.
func people(t *testing.T, dir string) (emails []string) {
	t.Helper()
	query(t, dir, func(db *dbx.DB) error { return db.NewQuery("SELECT email FROM users ORDER BY email").Column(&emails) })
	return emails
}

func query(t *testing.T, dir string, run func(db *dbx.DB) error) {
	t.Helper()
	db, err := hooks.Connect(filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := run(db); err != nil {
		t.Fatal(err)
	}
}

func (s *shell) adds(email string) {
	s.t.Helper()
	s.succeeds("user", "add", email, "--name", "A", "--role", "staff")
}

func TestABackupIsMadeListedAndRestored(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.adds("before@b.example")
	has(t, s.succeeds("backup", "--name", "first.zip"), "first.zip", filepath.Join(s.dir, "backups"))
	has(t, s.succeeds("backup", "list"), "first.zip", "MB")
	has(t, s.fails("backup", "--name", "first.zip"), "choose another name")
	has(t, s.fails("backup", "--name", "../first"), "end it with .zip")
	file := filepath.Join(s.dir, "backups", "first.zip")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v: others can read it", info.Mode(), err)
	}
	s.adds("after@b.example")

	has(t, s.succeeds("restore", "first.zip"), "before_restore_", "taken over")
	if got := people(t, s.dir); !slices.Equal(got, []string{"before@b.example"}) {
		t.Errorf("the restored data knows %v", got)
	}
	kept, err := filepath.Glob(filepath.Join(s.dir, "before_restore_*"))
	if err != nil || len(kept) != 1 || !slices.Contains(people(t, kept[0]), "after@b.example") {
		t.Errorf("the data of before is not kept: %v, %v", kept, err)
	}
	// Neither the marks nor what was kept get into the next backup.
	s.succeeds("backup", "--name", "second.zip")
	names := entries(t, filepath.Join(s.dir, "backups", "second.zip"))
	lacks(t, strings.Join(names, "\n"), "before_restore_", "senders", "backups_taken")
	has(t, strings.Join(names, "\n"), "data.db", "backup.json")

	other := newShell(t)
	has(t, other.succeeds("restore", file), "not known here")
	if got := people(t, other.dir); !slices.Equal(got, []string{"before@b.example"}) {
		t.Errorf("the other machine knows %v", got)
	}
}

func TestABackupOfNothingIsRefusedAndMakesNothing(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	for _, args := range [][]string{{"backup"}, {"backup", "list"}} {
		has(t, s.fails(args...), "there is no data in "+s.dir, strings.Join(args, " ")+" --dir /")
		notMade(t, s.dir)
	}
	has(t, s.fails("restore", "missing.zip"), "there is no backup missing.zip", filepath.Join(s.dir, "backups"), "--dir")
	notMade(t, s.dir)
}

func TestARestoreTellsWholePathsWhereverItRuns(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.adds("a@b.example")
	s.succeeds("backup", "--name", "good.zip")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	whole := s.dir
	if s.dir, err = filepath.Rel(here, s.dir); err != nil {
		t.Fatal(err)
	}
	has(t, s.succeeds("restore", "good.zip"), "into "+whole+".", "is in "+filepath.Join(whole, "before_restore_"))
}

func entries(t *testing.T, file string) (names []string) {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		names = append(names, f.Name)
	}
	return names
}

// zipped makes a zip of files.
func zipped(t *testing.T, files map[string][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for name, content := range files {
		in, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// content reads a directory.
func content(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = os.ReadFile(filepath.Join(dir, name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestARestoreRefusesWhatIsNoSoundBackupAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.adds("here@b.example")
	s.succeeds("backup", "--name", "good.zip")
	file := filepath.Join(s.dir, "backups", "good.zip")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	unpacked := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(unpacked, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	query(t, unpacked, func(db *dbx.DB) error {
		_, err := db.NewQuery("INSERT INTO _migrations (file, applied) VALUES ('9999999999_later.go', 1)").Execute()
		return err
	})
	newer := content(t, unpacked)
	other := content(t, unpacked)
	other["data.db"] = other["auxiliary.db"]
	torn := content(t, unpacked)
	torn["data.db"] = append([]byte{}, torn["data.db"]...)
	for i := 8192; i < 40960; i++ {
		torn["data.db"][i] ^= 0x5a
	}
	write := func(name string, raw []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	flipped := slices.Clone(good)
	flipped[len(flipped)/3] ^= 1
	before := s.state()
	for name, c := range map[string]struct{ file, want string }{
		"half of it":        {write("half.zip", good[:len(good)/2]), "damaged"},
		"a bit turned over": {write("bit.zip", flipped), "damaged"},
		"no zip":            {write("text.zip", []byte("backup")), "damaged"},
		"climbing out":      {zipped(t, map[string][]byte{"data.db": {}, "../../evil": {1}}), "not a file below the data directory"},
		"an absolute path":  {zipped(t, map[string][]byte{"/etc/evil": {1}}), "not a file below the data directory"},
		"no database":       {zipped(t, map[string][]byte{"readme": {1}}), "holds no data.db"},
		"a torn database":   {zipped(t, torn), "damaged"},
		"another program's": {zipped(t, other), "not T-minus's"},
		"a newer schema":    {zipped(t, newer), "newer T-minus"},
		"nothing":           {"missing.zip", "there is no backup missing.zip"},
	} {
		has(t, s.fails("restore", c.file), c.want)
		if after := s.state(); !slices.Equal(before, after) {
			t.Errorf("%s: the data directory holds %v, not %v", name, after, before)
		}
	}
	if got := people(t, s.dir); !slices.Equal(got, []string{"here@b.example"}) {
		t.Errorf("the data knows %v", got)
	}
}

// state gives what lies in the data directory.
func (s *shell) state() (names []string) {
	s.t.Helper()
	all, err := os.ReadDir(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range all {
		if name := e.Name(); !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") && name != "backup.lock" && name != ".pb_temp_to_delete" {
			names = append(names, name)
		}
	}
	return names
}

func TestARestoreWaitsForNobodyWhoUsesTheData(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.adds("here@b.example")
	s.succeeds("backup", "--name", "good.zip")
	if err := os.MkdirAll(filepath.Join(s.dir, "senders"), 0o700); err != nil {
		t.Fatal(err)
	}
	sender := flock.New(filepath.Join(s.dir, "senders", "somebody.lock"))
	if ok, err := sender.TryLock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	has(t, s.fails("restore", "good.zip"), "stop it first")
	if err := sender.Unlock(); err != nil {
		t.Fatal(err)
	}
	s.succeeds("restore", "good.zip")
}

func TestARestoreTellsWhatItsTimeMustBe(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	has(t, s.fails("restore"), "give the name of a backup")
	has(t, s.fails("restore", "a.zip", "--assume-sent", "yesterday"), "write it with its zone")
	has(t, s.fails("restore", "a.zip", "--assume-sent", "2999-01-01T00:00:00Z"), "has not come yet")
	notMade(t, s.dir)
}
