package backups

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// under gives a data directory in which a restore has written its journal, and moved nothing yet.
func under(t *testing.T) (dir string, steps [][2]string) {
	t.Helper()
	dir = t.TempDir()
	fresh, former := filepath.Join(dir, workDir, "new"), filepath.Join(dir, formerPrefix+"x")
	for _, d := range []string{fresh, former} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	j := journal{Former: formerPrefix + "x", Old: []string{"data.db", "old.txt"}, New: []string{"data.db", "new.txt"}}
	for _, name := range j.Old {
		write(t, filepath.Join(dir, name), "old")
		steps = append(steps, [2]string{filepath.Join(dir, name), filepath.Join(former, name)})
	}
	for _, name := range j.New {
		write(t, filepath.Join(fresh, name), "new")
		steps = append(steps, [2]string{filepath.Join(fresh, name), filepath.Join(dir, name)})
	}
	if err := writeJSON(filepath.Join(dir, workDir, journalFile), j); err != nil {
		t.Fatal(err)
	}
	return dir, steps
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestARestoreThatIsCutAtAnyInstantIsEnded(t *testing.T) {
	t.Parallel()
	for cut := range 5 {
		dir, steps := under(t)
		for _, step := range steps[:cut] {
			if err := os.Rename(step[0], step[1]); err != nil {
				t.Fatal(err)
			}
		}
		if found, err := Finish(dir); err != nil || !found {
			t.Fatalf("after %d moves: %v, %v", cut, found, err)
		}
		for name, want := range map[string]string{
			"data.db": "new", "new.txt": "new", formerPrefix + "x/data.db": "old", formerPrefix + "x/old.txt": "old",
		} {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
				t.Errorf("after %d moves: %s holds %q, %v", cut, name, got, err)
			}
		}
		if exists(dir, "old.txt") || exists(dir, workDir) {
			t.Errorf("after %d moves: something is left over", cut)
		}
		if found, err := Finish(dir); err != nil || found {
			t.Errorf("after %d moves: found again: %v, %v", cut, found, err)
		}
	}
}

func TestARestoreThatIsCutBeforeItsJournalLeavesTheDataAsItWas(t *testing.T) {
	t.Parallel()
	dir, _ := under(t)
	if err := os.Remove(filepath.Join(dir, workDir, journalFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Finish(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "data.db")); err != nil || string(got) != "old" || exists(dir, workDir) {
		t.Errorf("data.db holds %q, %v", got, err)
	}
}

func TestOnlyACopyIsRestored(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mark := Mark{ID: "a"}
	if err := remember(dir, mark); err != nil {
		t.Fatal(err)
	}
	if _, restored, err := Restored(dir); err != nil || restored {
		t.Errorf("a backup that was cut short made a restored instance of its own: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, takenFile)); err != nil { // it is in no backup
		t.Fatal(err)
	}
	if got, restored, err := Restored(dir); err != nil || !restored || got.ID != "a" {
		t.Errorf("a copy is not known: %+v, %v", got, err)
	}
	if err := Settle(dir); err != nil {
		t.Fatal(err)
	}
	if _, restored, err := Restored(dir); err != nil || restored {
		t.Errorf("it is restored for ever: %v", err)
	}
	if names := FormerDirs(dir); slices.Contains(names, takenFile) {
		t.Errorf("%v", names)
	}
}
