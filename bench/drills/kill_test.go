package drills

import (
	"path/filepath"
	"testing"
	"time"
)

func TestP7_KilledThreeTimesAmong900MailsNothingIsLost(t *testing.T) {
	dir := t.TempDir()
	binary, err := Build(dir)
	if err != nil {
		t.Fatal(err)
	}
	result, err := Kill{
		Binary: binary, Dir: filepath.Join(dir, "pb_data"), Mails: 900, Kills: 3, Connections: 4,
		Latency: 2 * time.Millisecond, Seed: uint64(time.Now().UnixNano()),
	}.Run()
	if err != nil {
		t.Fatalf("%v (%+v)", err, result)
	}
	if err := result.Verdict(); err != nil {
		t.Errorf("%v: %+v", err, result)
	}
	t.Logf("%+v", result)
}

func TestVerdictSeesEachBrokenPromise(t *testing.T) {
	sound := Killed{Planned: 900, Accepted: 900, Repeated: 4, Extra: 4, Flagged: 12, Open: []int{4, 4, 4}}
	if err := sound.Verdict(); err != nil {
		t.Errorf("a sound drill: %v", err)
	}
	for name, k := range map[string]Killed{
		"lost":    {Lost: 1, Open: []int{4}},
		"extra":   {Extra: 5, Open: []int{4}},
		"flagged": {Flagged: 5, Open: []int{4}},
		"silent":  {Silent: 1, Open: []int{4}},
	} {
		if k.Verdict() == nil {
			t.Errorf("%s was passed over", name)
		}
	}
}
