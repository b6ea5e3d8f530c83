package drills

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"tminus/bench/figures"
)

// Tally compares what a vendor has with what the rows say.
type Tally struct {
	Provider string
	Planned  int
	Accepted int // different messages at the vendor's
	Lost     int
	Repeated int // messages that reached their reader more than once
	Extra    int // arrivals beyond the first
	Flagged  int // rows marked as possible duplicates
	Silent   int // repeated messages whose row is not marked
}

// count compares what the vendor has with what the rows say. What is planned is set before.
func (t *Tally) count(v *Vendor, o Outcome) error {
	seen := map[string]int{}
	for _, a := range v.Arrived() {
		if _, reminder := o.IDs[a.Delivery]; reminder {
			seen[a.Delivery]++
		} else if !o.Others[a.Delivery] {
			return fmt.Errorf("%s accepted %q, which is no delivery", t.Provider, a.Delivery)
		}
	}
	t.Repeated, t.Extra, t.Silent = 0, 0, 0
	for id, times := range seen {
		if times > 1 {
			t.Repeated++
			t.Extra += times - 1
			if !o.IDs[id] {
				t.Silent++
			}
		}
	}
	t.Flagged, t.Accepted, t.Lost = o.Flagged, len(seen), t.Planned-len(seen)
	return nil
}

// Rows tells a tally whose drill allows so many arrivals beyond the first, and rows in doubt.
func (t Tally) Rows(allowed int) []figures.Row {
	by := " by " + t.Provider
	return []figures.Row{
		counted("planned"+by, t.Planned),
		counted("sent"+by, t.Accepted),
		bounded("lost"+by, t.Lost, 0),
		bounded("arrivals beyond the first"+by, t.Extra, allowed),
		bounded("marked as possible duplicates"+by, t.Flagged, allowed),
		bounded("repeated without a mark"+by, t.Silent, 0),
	}
}

// Line tells it in words.
func (t Tally) Line() string {
	return fmt.Sprintf("%s: %d planned, %d sent, %d lost, %d repeated, %d flagged",
		t.Provider, t.Planned, t.Accepted, t.Lost, t.Repeated, t.Flagged)
}

// tally counts what came of the reminders' messages at a vendor, of which so many were planned.
func tally(app core.App, provider string, v *Vendor, planned int) (Tally, Outcome, error) {
	t := Tally{Provider: provider, Planned: planned}
	o, err := Count(app, v.Channel)
	if err != nil {
		return t, o, err
	}
	return t, o, t.count(v, o)
}
