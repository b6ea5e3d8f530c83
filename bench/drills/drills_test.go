package drills

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/bench/figures"
	"tminus/collections"
)

// setup is what a drill gets in a test, with a seed that the log tells.
func setup(t *testing.T) Setup {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return Setup{Dir: filepath.Join(t.TempDir(), "pb_data"), Random: rand.New(rand.NewPCG(seed, 0))}
}

// kept holds what a drill found against its goals.
func kept(t *testing.T, r figures.Record, err error) {
	t.Helper()
	t.Log(r.Line)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Missed() {
		t.Errorf("%s: %s, %s %s", row.What, row.Amount(), row.Verdict(), row.Note)
	}
}

func TestP6_AnHourAndThreeDaysWithoutTheProgramAreCaughtUp(t *testing.T) {
	for _, lasts := range []time.Duration{time.Hour, 72 * time.Hour} {
		r, err := Outage{Setup: setup(t), Events: 8, Lasts: lasts}.Record()
		kept(t, r, err)
	}
}

func TestP6_ThreeDaysWithoutTheMailServerAreCaughtUp(t *testing.T) {
	r, err := Outage{Setup: setup(t), Events: 8, Lasts: 72 * time.Hour, Server: true}.Record()
	kept(t, r, err)
}

func TestP8_AMailServerThatDoesWrongLosesNothing(t *testing.T) {
	r, err := MailServer{Setup: setup(t), Messages: 3, Parallel: 3, Cases: 6}.Record()
	kept(t, r, err)
}

func TestP7_AProgramThatIsToldToEndInABurstLeavesNothingInDoubt(t *testing.T) {
	s := setup(t)
	var err error
	if s.Binary, err = Build(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	r, err := Stop{Setup: s, Messages: 120, Rounds: 3, Latency: 10 * time.Millisecond}.Record()
	kept(t, r, err)
}

// The oracle of an outage, by the words of the promise.
func TestWhatAnOutageMakesOfAReminder(t *testing.T) {
	start := opening.Add(3 * 24 * time.Hour)
	m := func(origin string, due, start time.Time) missed {
		return missed{Event: "e", Origin: origin, Due: date(due), Start: date(start)}
	}
	older, newer := m("plan", opening, start), m("plan", opening.Add(time.Hour), start)
	for name, c := range map[string]struct {
		of   missed
		now  time.Time
		want string
	}{
		"a minute":               {m("plan", opening, start), opening.Add(time.Minute), onTime},
		"more":                   {m("plan", opening, start), opening.Add(time.Minute + time.Second), sentLate},
		"after the start":        {newer, start.Add(time.Minute), tooLate},
		"an older one":           {older, opening.Add(2 * time.Hour), superseded},
		"the newest":             {newer, opening.Add(2 * time.Hour), sentLate},
		"not yet a newer one":    {older, opening.Add(30 * time.Minute), sentLate},
		"by hand, for later":     {m("manual", start.Add(time.Hour), start), start.Add(24 * time.Hour), sentLate},
		"by hand, a day too old": {m("manual", start.Add(time.Hour), start), start.Add(25 * time.Hour), tooLate},
		"by hand, for before":    {m("manual", opening, start), start, tooLate},
	} {
		if got := c.of.shouldBe(c.now, []missed{older, newer, c.of}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What happens while the drill looks on counts by its own moment, and by no other.
func TestWhatAnOutageMakesOfAReminderAtTheEdgeOfItsEventsStart(t *testing.T) {
	start := opening.Add(time.Hour)
	m := missed{Event: "e", Origin: "manual", Due: date(start.Add(-time.Minute - time.Second)), Start: date(start)}
	for _, c := range []struct {
		was      string
		from, to time.Duration // after the start
		may      bool
	}{
		{onTime, -2 * time.Second, time.Second, true},
		{sentLate, -2 * time.Second, time.Second, true}, // for a second, which neither end is in
		{tooLate, -2 * time.Second, time.Second, true},
		{superseded, -2 * time.Second, time.Second, false},
		{sentLate, -2 * time.Second, -time.Second, false}, // a minute is not late yet
		{tooLate, -2 * time.Second, -1, false},
		{sentLate, 0, time.Second, false},
		{onTime, -time.Second + 1, time.Second, false},
	} {
		if may := m.mayBe(c.was, start.Add(c.from), start.Add(c.to), []missed{m}); may != c.may {
			t.Errorf("%q from %s to %s: %t, want %t", c.was, c.from, c.to, may, c.may)
		}
	}
}

// A refusal that blames the client, or does not say what to do, is not clear.
func TestWhatCountsAsAClearRefusal(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		clear  bool
	}{
		{507, `{"message": "The disk is full; then try again."}`, true},
		{400, `{"message": "The disk is full; then try again."}`, false},
		{500, `{"message": "Something went wrong."}`, false},
		{503, `try again`, false},
	} {
		if got := isClear(answer{status: c.status, body: c.body}); got != c.clear {
			t.Errorf("%d %s counts as %t", c.status, c.body, got)
		}
	}
}

func TestAPercentileIsTheNearestRank(t *testing.T) {
	var hundred []time.Duration
	for n := range 100 {
		hundred = append(hundred, time.Duration(100-n))
	}
	for _, c := range []struct {
		of   []time.Duration
		p    float64
		want time.Duration
	}{
		{hundred, 0, 1}, {hundred, 0.5, 50}, {hundred, 0.99, 99}, {hundred, 1, 100}, {hundred[:3], 0.5, 99}, {hundred[:1], 0.99, 100}, {nil, 0.5, 0},
	} {
		if got := Percentile(c.of, c.p); got != c.want {
			t.Errorf("p%g of %d is %d, want %d", 100*c.p, len(c.of), got, c.want)
		}
	}
}

func TestJoinedRecordsSayWhichTheyAre(t *testing.T) {
	all := Join([]string{"a", "b"}, []figures.Record{
		{Rows: []figures.Row{bounded("lost", 0, 0)}, Line: "fine"}, {Rows: []figures.Row{bounded("lost", 1, 0)}, Line: "bad"},
	})
	if missed := all.Missed(); len(missed) != 1 || missed[0].What != "b: lost" || all.Line != "fine | bad" {
		t.Errorf("%+v", all)
	}
}

func date(t time.Time) types.DateTime { return collections.DateTime(t) }
