package planner

import (
	"testing"
	"time"
)

// An event that could not be fanned out is passed over for seconds, also when the clock is set back by a day meanwhile.
func TestP5_AClockThatIsSetBackKeepsNoEventWaiting(t *testing.T) {
	now := time.Date(2027, 3, 10, 2, 0, 0, 0, time.UTC)
	var s sickList
	s.add("event", now)
	if ids := s.ids(now.Add(sickFor - time.Second)); len(ids) != 1 {
		t.Errorf("passed over after nine seconds: %v", ids)
	}
	if ids := s.ids(now.AddDate(0, 0, -1)); len(ids) != 0 {
		t.Errorf("passed over for a day: %v", ids)
	}
	if _, some := s.next(); some {
		t.Error("another chance is awaited that has come")
	}
}
