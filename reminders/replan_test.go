package reminders

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var (
	day   = 24 * time.Hour
	start = time.Date(2026, 3, 20, 1, 0, 0, 0, time.UTC)
)

// slots7 are the default plan's for an event at s.
func slots7(s time.Time) []Slot {
	return []Slot{{"s7", s.Add(-7 * day)}, {"s3", s.Add(-3 * day)}, {"s1", s.Add(-1 * day)}}
}

// story follows one event through saves.
type story struct {
	state State
	next  int
}

func newStory(now time.Time) *story {
	return &story{state: State{Now: now, Start: start, Auto: true, Slots: slots7(start)}}
}

// replan applies Replan as the planner does, and checks that a second run changes nothing.
func (s *story) replan(t *testing.T) *story {
	t.Helper()
	s.apply(Replan(s.state))
	if again := Replan(s.state); len(again) != 0 {
		t.Fatalf("Replan is not idempotent: a second run gives %+v on %+v", again, s.state)
	}
	return s
}

func (s *story) apply(changes []Change) {
	for _, c := range changes {
		if c.Row == "" {
			s.next++
			s.state.Rows = append(s.state.Rows, Row{ID: fmt.Sprintf("r%d", s.next), Step: c.Step, Status: c.Status, Reason: c.Reason, SendAt: c.SendAt, PlannedFor: s.state.Start})
			continue
		}
		for i := range s.state.Rows {
			if r := &s.state.Rows[i]; r.ID == c.Row {
				r.Status, r.Reason, r.SendAt = c.Status, c.Reason, c.SendAt
				if r.Step != "" {
					r.PlannedFor = s.state.Start
				}
			}
		}
	}
}

func (s *story) at(now time.Time) *story { s.state.Now = now; return s }

func (s *story) moveTo(to time.Time) *story { s.state.Start, s.state.Slots = to, slots7(to); return s }

func (s *story) set(step, status, reason string) *story {
	for i := range s.state.Rows {
		if s.state.Rows[i].Step == step {
			s.state.Rows[i].Status, s.state.Rows[i].Reason = status, reason
		}
	}
	return s
}

// tell gives "s7 pending -7d" and so on; times are told relative to the event's start, or as "now".
func (s *story) tell() string {
	var told []string
	for _, r := range s.state.Rows {
		when := fmt.Sprintf("%gd", r.SendAt.Sub(s.state.Start).Hours()/24)
		if r.SendAt.Equal(s.state.Now) {
			when = "now"
		}
		line := strings.TrimSpace(r.Step + " " + r.Status + " " + when)
		if r.Reason != "" {
			line += " (" + r.Reason + ")"
		}
		told = append(told, line)
	}
	return strings.Join(told, ", ")
}

func want(t *testing.T, s *story, expected string) {
	t.Helper()
	if got := s.tell(); got != expected {
		t.Errorf("got  %s\nwant %s", got, expected)
	}
}

func TestP3_NoRemindersIntoThePast(t *testing.T) {
	tests := []struct {
		name string
		now  time.Time
		want string
	}{
		{"all ahead", start.Add(-10 * day), "s7 pending -7d, s3 pending -3d, s1 pending -1d"},
		{"the first has passed", start.Add(-5 * day), "s3 pending -3d, s1 pending -1d"},
		{"exactly at a step", start.Add(-3 * day), "s1 pending -1d"},
		{"all have passed: short notice of the nearest step", start.Add(-time.Hour), "s1 pending now"},
		{"the event has begun", start, ""},
		{"a visit of the past", start.Add(3 * day), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want(t, newStory(tt.now).replan(t), tt.want)
		})
	}
}

func TestP3_OneShortNoticePerEventAndStart(t *testing.T) {
	s := newStory(start.Add(-2 * time.Hour)).replan(t)
	want(t, s, "s1 pending now")
	s.set("s1", "sent", "").at(start.Add(-time.Hour)).replan(t)
	want(t, s, "s1 sent -0.08333333333333333d")

	// Another start deserves another notice.
	s.moveTo(start.Add(2 * time.Hour)).at(start.Add(-30 * time.Minute)).replan(t)
	if got := len(s.state.Rows); got != 2 {
		t.Fatalf("%d reminders after the move, want the sent one and a new notice: %s", got, s.tell())
	}
}

func TestP3_NoShortNoticeWhenTheStepWasSent(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.set("s7", "sent", "").set("s3", "sent", "").set("s1", "failed", "").at(start.Add(-time.Hour)).replan(t)
	want(t, s, "s7 sent -7d, s3 sent -3d, s1 failed -1d")
}

func TestP4_MovingAnEventMovesItsUnsentReminders(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t).moveTo(start.Add(4 * day)).replan(t)
	want(t, s, "s7 pending -7d, s3 pending -3d, s1 pending -1d")
	if len(s.state.Rows) != 3 {
		t.Errorf("the rows were not the same: %s", s.tell())
	}
}

func TestP4_AStepMovedIntoThePastIsSkippedAndComesBack(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.moveTo(start.Add(-5 * day)).replan(t)
	want(t, s, "s7 skipped -7d (time passed), s3 pending -3d, s1 pending -1d")
	s.moveTo(start).replan(t)
	want(t, s, "s7 pending -7d, s3 pending -3d, s1 pending -1d")
}

func TestP4_AllStepsMovedIntoThePastLeaveOneShortNotice(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.moveTo(start.Add(-10*day + time.Hour)).replan(t)
	want(t, s, "s7 skipped -7d (time passed), s3 skipped -3d (time passed), s1 pending now")
}

func TestP4_SentRemindersNeverChange(t *testing.T) {
	s := newStory(start.Add(-10*day)).replan(t).set("s7", "sent", "").at(start.Add(-6 * day))
	s.moveTo(start.Add(10 * day)).replan(t)
	sent := s.state.Rows[0]
	if sent.Status != "sent" || !sent.SendAt.Equal(start.Add(-7*day)) || !sent.PlannedFor.Equal(start) {
		t.Errorf("the sent reminder changed: %+v", sent)
	}
	want(t, s, "s7 sent -17d, s3 pending -3d, s1 pending -1d, s7 pending -7d")

	// Back again: the step was sent for that start.
	s.moveTo(start).replan(t)
	want(t, s, "s7 sent -7d, s3 pending -3d, s1 pending -1d, s7 cancelled 3d (already sent)")
}

func TestP4_ClosingCancelsAndReopeningRevivesTheSameRows(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.state.Rows = append(s.state.Rows, Row{ID: "m", Status: Pending, SendAt: start.Add(-2 * day)})
	s.state.Closed = ReasonEventCancelled
	s.replan(t)
	want(t, s, "s7 cancelled -7d (event cancelled), s3 cancelled -3d (event cancelled), s1 cancelled -1d (event cancelled), cancelled -2d (event cancelled)")

	s.state.Closed = ""
	s.at(start.Add(-5 * day)).replan(t)
	want(t, s, "s7 cancelled -7d (event cancelled), s3 pending -3d, s1 pending -1d, pending -2d")
	if len(s.state.Rows) != 4 {
		t.Errorf("reopening made new rows: %s", s.tell())
	}
}

func TestP4_CompletingCancelsWithItsReason(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.state.Closed = ReasonEventCompleted
	s.replan(t)
	want(t, s, "s7 cancelled -7d (event completed), s3 cancelled -3d (event completed), s1 cancelled -1d (event completed)")
}

func TestP4_DeletionByHandIsRespected(t *testing.T) {
	s := newStory(start.Add(-10*day)).replan(t).set("s3", Cancelled, ReasonByHand)
	s.replan(t)
	want(t, s, "s7 pending -7d, s3 cancelled -3d (by hand), s1 pending -1d")
	s.moveTo(start.Add(4 * day)).replan(t)
	if s.state.Rows[1].Status != Cancelled || len(s.state.Rows) != 3 {
		t.Errorf("moving brought the deleted one back: %s", s.tell())
	}
	// Nor does it come back as a short notice.
	s = newStory(start.Add(-2*day)).replan(t).set("s1", Cancelled, ReasonByHand).at(start.Add(-time.Hour)).replan(t)
	want(t, s, "s1 cancelled -1d (by hand)")
}

func TestP4_ATimeSetByHandStays(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.state.Rows[1].HandTimed = true
	s.state.Rows[1].SendAt = start.Add(-2 * day)
	s.moveTo(start.Add(2 * day)).replan(t)
	want(t, s, "s7 pending -7d, s3 pending -4d, s1 pending -1d")
}

func TestP4_AReminderThatIsDueThisInstantIsLeftToTheSender(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t).at(start.Add(-7*day + time.Second))
	if changes := Replan(s.state); len(changes) != 0 {
		t.Errorf("saving the event again took away what is about to leave: %+v", changes)
	}
}

func TestP4_SwitchingOffAndChangingThePlan(t *testing.T) {
	s := newStory(start.Add(-10 * day)).replan(t)
	s.state.Auto = false
	s.replan(t)
	want(t, s, "s7 cancelled -7d (automatic reminders off), s3 cancelled -3d (automatic reminders off), s1 cancelled -1d (automatic reminders off)")
	s.state.Auto = true
	s.replan(t)
	s.state.Slots = []Slot{{"other", start.Add(-2 * day)}}
	s.replan(t)
	want(t, s, "s7 cancelled -7d (plan changed), s3 cancelled -3d (plan changed), s1 cancelled -1d (plan changed), other pending -2d")
	s.state.Slots = slots7(start)
	s.replan(t)
	want(t, s, "s7 pending -7d, s3 pending -3d, s1 pending -1d, other cancelled -2d (plan changed)")
}

func TestAStepAfterTheStartIsNoReminder(t *testing.T) {
	s := newStory(start.Add(-10 * day))
	s.state.Slots = []Slot{{"late", start.Add(time.Hour)}}
	want(t, s.replan(t), "")
}

// TestP4_ReplanIsIdempotentWhateverHappens walks random stories; replan checks idempotence at each step.
func TestP4_ReplanIsIdempotentWhateverHappens(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := newStory(start.Add(-12 * day))
		for range 25 {
			switch r.IntN(8) {
			case 0:
				s.moveTo(start.Add(time.Duration(r.IntN(30)-15) * day / 2))
			case 1:
				s.state.Closed = []string{"", ReasonEventCancelled, ReasonEventCompleted}[r.IntN(3)]
			case 2:
				s.state.Auto = r.IntN(3) > 0
			case 3:
				s.at(s.state.Now.Add(time.Duration(r.IntN(36)) * time.Hour))
			case 4:
				if len(s.state.Rows) > 0 {
					row := &s.state.Rows[r.IntN(len(s.state.Rows))]
					row.Status, row.Reason = []string{"sent", "failed", Cancelled, Skipped, Sending}[r.IntN(5)], ReasonByHand
				}
			case 5:
				if len(s.state.Rows) > 0 {
					row := &s.state.Rows[r.IntN(len(s.state.Rows))]
					row.HandTimed, row.SendAt = true, s.state.Now.Add(time.Duration(r.IntN(200)-50)*time.Hour)
				}
			}
			s.replan(t)
			live := map[string]int{}
			for _, row := range s.state.Rows {
				if row.Status == Pending {
					live[row.Step]++
				}
			}
			for step, n := range live {
				if n > 1 {
					t.Fatalf("seed %d: step %s is pending %d times: %s", seed, step, n, s.tell())
				}
			}
			if s.state.Closed != "" && len(live) > 0 {
				t.Fatalf("seed %d: a closed event has pending reminders: %s", seed, s.tell())
			}
		}
	}
}
