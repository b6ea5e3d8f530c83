package drills

import "testing"

func TestP7_ARestoredBackupSendsWhatWasPendingAndMarksWhatMayBeARepeat(t *testing.T) {
	s := setup(t)
	var err error
	if s.Binary, err = Build(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	r, err := Restore{Setup: s, Messages: 80, Later: 10}.Record()
	kept(t, r, err)
}
