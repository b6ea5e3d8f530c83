package drills

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

func TestP7_ARestoredBackupSendsWhatWasPendingAndMarksWhatMayBeARepeat(t *testing.T) {
	binary, err := Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	d := Restore{Messages: 80, Later: 10}
	d.Setup = Setup{Dir: filepath.Join(t.TempDir(), "pb_data"), Binary: binary, Random: rand.New(rand.NewPCG(seed, 0))}
	r, err := d.Record()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("seed %d: %s", seed, r.Line)
	for _, row := range r.Missed() {
		t.Errorf("%s: %s, %s", row.What, row.Amount(), row.Verdict())
	}
}
