package atstart_test

import (
	"runtime/debug"
	"testing"

	"tminus/atstart"
)

func TestTheCollectorIsAsBeforeWhenTheStartIsOver(t *testing.T) {
	atstart.Done()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("the collector's percentage is %d", got)
	}
}
