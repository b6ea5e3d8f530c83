package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/bench/figures"
)

func TestEveryCommandUnderBenchIsRunOrNamedAsNoMeasurement(t *testing.T) {
	t.Parallel()
	mains, err := filepath.Glob("../*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatal(mains, err)
	}
	for _, path := range mains {
		name := filepath.Base(filepath.Dir(path))
		listed := slices.ContainsFunc(slices.Concat(measurements, drills), func(c command) bool { return c.name == name })
		if listed == slices.Contains(unlisted, name) {
			t.Errorf("bench/%s is to stand in the list of commands or of what is none", name)
		}
	}
}

func TestAllIsOverInFifteenMinutesIfEachTakesWhatItUsuallyDoes(t *testing.T) {
	t.Parallel()
	var all time.Duration
	for _, c := range slices.Concat(measurements, drills) {
		if c.within == 0 || c.about == "" {
			t.Errorf("%s has no limit or no heading", c.name)
		}
		all += c.within
	}
	if all > 2*limit(false) { // the limits are twice what is usual
		t.Errorf("the limits come to %s", all)
	}
}

func TestChoosingANameThatThereIsNotIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := choose(false, "send,fax"); err == nil || !strings.Contains(err.Error(), `"fax"`) {
		t.Error(err)
	}
	some, err := choose(true, "crash")
	if err != nil || len(some) != 1 || !slices.Equal(some[0].args, some[0].full) {
		t.Error(some, err)
	}
	if _, err := choose(true, "send"); err == nil {
		t.Error("a measurement is no drill")
	}
}

func TestWhatIsMissingOrHasNoTimeIsTold(t *testing.T) {
	t.Parallel()
	gone := command{name: "no-such", about: "Gone", within: time.Second}.run(t.TempDir(), time.Minute)
	d := document{Findings: []finding{gone}}
	if text := d.String(); strings.Count(text, "There is no bench/no-such.") != 2 {
		t.Error(text)
	}
}

// script writes a command that prints and ends so.
func script(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "command")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFailureIsToldAndABrokenPromiseIsAFigure(t *testing.T) {
	t.Parallel()
	const kept = `echo '{"name":"x","rows":[{"what":"lost","value":0,"goal":{"at_most":0}}],"line":"none lost"}'` + "\n"
	broken := strings.ReplaceAll(kept, `"value":0`, `"value":1`)
	for name, c := range map[string]struct {
		lines, failure string
		records        int
	}{
		"well":            {"echo progress\n" + kept, "", 1},
		"two records":     {kept + kept, "", 2},
		"broken promise":  {broken + "exit 1", "", 1},
		"failed":          {"echo no disk >&2\nexit 1", "It failed: no disk", 0},
		"error afterward": {kept + "exit 3", "It ended with an error (exit status 3), after telling this.", 1},
		"nothing":         {"echo hello", "It told nothing.", 0},
		"too long":        {"exec sleep 60", "It took too long and was stopped.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if name == "too long" {
				ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
				defer cancel()
			}
			records, failure := execute(ctx, script(t, c.lines), nil, t.TempDir())
			if failure != c.failure || len(records) != c.records {
				t.Errorf("%q, %d records", failure, len(records))
			}
		})
	}
}

func TestTheDocumentShowsValueRatioGoalAndNote(t *testing.T) {
	t.Parallel()
	f := finding{command: command{name: "send", about: "Sending", args: []string{"-x", "1"}}, took: 75 * time.Second, records: []figures.Record{{
		Name: "send", Line: "fast", Rows: []figures.Row{
			{What: "mails | ours", Value: 80, Unit: "/s", Beside: 100, Than: "the limit", Goal: figures.AtLeast(0.9), Note: "why"},
			{What: "lost", Value: 0, Goal: figures.AtMost(0)},
		},
	}}}
	text := document{At: time.Unix(0, 0), On: machine{{"cores", "2"}}, Findings: []finding{f}}.String()
	for _, want := range []string{
		"| cores | 2 |", "| Sending | fast | **1 of 2 MISSED** |", "    go run ./bench/send -x 1", "It took 1 min 15 s.",
		`| mails \| ours | 80 /s | 100 /s, the limit | 0.80 | ≥ 0.9 | **MISSED** |`, "| lost | 0 |  |  | ≤ 0 | kept |",
		`- *mails \| ours*: why`, "1970-01-01 00:00 UTC",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}
