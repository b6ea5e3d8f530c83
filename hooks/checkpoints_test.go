package hooks_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tminus/apptest"
)

// While a commit is in the log alone, a power cut could take it.
func TestCommitsReachTheDatabaseFile(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	const name = "Lighthouse of Waglan"
	holds := func() bool {
		raw, err := os.ReadFile(filepath.Join(a.DataDir(), "data.db"))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(raw, []byte(name))
	}
	a.Customer(name)
	if holds() {
		t.Fatal("it is there without a checkpoint, so that the test shows nothing")
	}
	stop := a.System.StartCheckpoints()
	a.Eventually("the customer is in the database file", holds)
	stop()
}
