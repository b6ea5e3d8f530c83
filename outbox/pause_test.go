package outbox

import (
	"context"
	"testing"
	"time"

	"tminus/notifiers"
)

func TestP8_AClaimedMessageBeginsOnAPausedChannelAsItsProbeAlone(t *testing.T) {
	for _, tt := range []struct {
		name               string
		paused, byQuestion bool
		outstanding        int
		want               bool
	}{
		{"ready", false, false, 3, true},
		{"paused, the only one", true, false, 1, true},
		{"paused, one of two", true, false, 2, false},
		{"paused by a question, which probes it", true, true, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newChannel(&Engine{claims: context.Background()}, notifiers.SMS)
			c.notifier, c.paused, c.byQuestion, c.outstanding = &shared{}, tt.paused, tt.byQuestion, tt.outstanding
			if got := c.mayBegin(); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestP8_QuestionsAreAskedOnAReadyChannelAndAsTheProbesOfWhatTheyPaused(t *testing.T) {
	for _, tt := range []struct {
		name                      string
		asked, paused, byQuestion bool
		probeIn                   time.Duration
		may, probe                bool
	}{
		{"nobody can be asked", false, false, false, 0, false, false},
		{"ready", true, false, false, time.Hour, true, false},
		{"paused by a message", true, true, false, 0, false, false},
		{"paused by a question", true, true, true, time.Hour, false, false},
		{"paused by a question, and a probe is due", true, true, true, 0, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newChannel(&Engine{claims: context.Background()}, notifiers.SMS)
			c.notifier = &shared{means: means{asked: tt.asked}}
			c.paused, c.byQuestion, c.probeAt = tt.paused, tt.byQuestion, monotonic().Add(tt.probeIn)
			if may, probe := c.mayAsk(); may != tt.may || probe != tt.probe {
				t.Errorf("may %v, as a probe %v", may, probe)
			}
		})
	}
}

func TestTheSoonerOfTwoTimesIsWaitedFor(t *testing.T) {
	one, two := time.Unix(1, 0), time.Unix(2, 0)
	for _, tt := range []struct {
		a     time.Time
		someA bool
		b     time.Time
		someB bool
		want  time.Time
		some  bool
	}{
		{one, true, two, true, one, true},
		{two, true, one, true, one, true},
		{two, true, one, false, two, true},
		{one, false, two, true, two, true},
		{time.Time{}, false, time.Time{}, false, time.Time{}, false},
	} {
		if got, some := sooner(tt.a, tt.someA, tt.b, tt.someB); !got.Equal(tt.want) || some != tt.some {
			t.Errorf("of %s (%v) and %s (%v): %s (%v)", tt.a, tt.someA, tt.b, tt.someB, got, some)
		}
	}
}
