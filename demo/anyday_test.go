//go:build !race

// SQLite without C is some twenty times slower under the race detector; one filling there is enough.

package demo_test

import (
	"testing"
	"time"
)

// The story is told relative to the day, so every day and hour must do.
func TestFillWorksOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{
		time.Date(2028, 2, 29, 16, 0, 30, 0, time.UTC), // the first seconds of a 1 March in Hong Kong
		time.Date(2027, 1, 2, 22, 30, 0, 0, time.UTC),  // a Sunday morning after New Year: numbers of two years
	} {
		t.Run(now.Format(time.RFC3339), func(t *testing.T) {
			t.Parallel()
			fill(t, now).sees(t, "SELECT DISTINCT status FROM reminders ORDER BY status", everyStatus...)
		})
	}
}
