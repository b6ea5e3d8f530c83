package figures

import (
	"strings"
	"testing"
)

func TestAGoalHoldsTheRatioWhereThereIsOneAndElseTheValue(t *testing.T) {
	for _, c := range []struct {
		row  Row
		kept bool
	}{
		{Row{Value: 9, Beside: 10, Goal: AtLeast(0.9)}, true},
		{Row{Value: 8, Beside: 10, Goal: AtLeast(0.9)}, false},
		{Row{Value: 12, Beside: 10, Goal: AtMost(1.2)}, true},
		{Row{Value: 13, Beside: 10, Goal: AtMost(1.2)}, false},
		{Row{Value: 0, Goal: AtMost(0)}, true},
		{Row{Value: 1, Goal: AtMost(0)}, false},
		{Row{Value: 1}, true},
	} {
		if got := c.row.Kept(); got != c.kept {
			t.Errorf("%s %s: kept %t, want %t", c.row.Amount(), c.row.Compared(), got, c.kept)
		}
	}
}

func TestARecordEndsWithOneLineThatTellsMissedGoals(t *testing.T) {
	r := Record{Name: "x", Line: "5/s", Rows: []Row{
		{What: "rate", Value: 5, Unit: "/s", Beside: 10, Than: "the limit", Goal: AtLeast(0.9)},
		{What: "lost", Goal: AtMost(0)},
	}}
	var out strings.Builder
	if err := r.Print(&out, false); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if last := lines[len(lines)-1]; last != "x: 5/s (1 of 2 goals missed)" {
		t.Errorf("the last line is %q", last)
	}
	if !strings.Contains(lines[0], "0.50 × the limit (10 /s)") || !strings.Contains(lines[0], "≥ 0.9 MISSED") {
		t.Errorf("the row is %q", lines[0])
	}
}
