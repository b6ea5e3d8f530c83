package outbox

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/collections"
	"tminus/notifiers"
)

var (
	noon  = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	began = noon.Add(-time.Minute)
	left  = began.Add(2 * time.Second) // when the attempt had succeeded
)

// row gives a row in a state: "begun" is one whose attempt is under way, "claimed" one whose first is not yet, "again" one
// that waits after an attempt, "reclaimed" that one claimed.
func row(state string) collections.Delivery {
	words, _ := json.Marshal(notifiers.Message{Parts: 2, PartPrice: 0.05})
	d := collections.Delivery{
		ID: "d", Channel: "sms", Provider: "aliyun", Attempts: 1, Message: string(words), Status: state,
		Began: collections.DateTime(began),
	}
	switch state {
	case "queued", "claimed":
		d.Began, d.Attempts, d.Provider = types.DateTime{}, 0, ""
	case "sent":
		d.SentAt, d.ProviderID, d.Segments, d.Cost = collections.DateTime(left), "p1", 2, 0.1
		d.ReceiptAt = collections.DateTime(noon)
	case "unknown":
		d.NextAttemptAt, d.DoubtSince = collections.DateTime(noon), d.Began
		d.Error, d.ErrorClass = "the provider did not answer", "unknown"
	case "again", "reclaimed":
		d.Status, d.NextAttemptAt = "queued", collections.DateTime(noon.Add(time.Minute))
		d.ProviderID, d.Error, d.ErrorClass = "p1", "the phone cannot be reached", "transient"
	case "delivered", "failed", "cancelled", "skipped":
		d.ProviderID, d.SentAt = "p1", d.Began
	}
	if state == "claimed" || state == "reclaimed" || state == "begun" {
		d.Status, d.Holder = "sending", "h"
	}
	if state == "begun" {
		d.AttemptStarted = d.Began
	}
	return d
}

func failure(class notifiers.Class) *notifiers.Error {
	return &notifiers.Error{Class: class, Reason: "why"}
}

func TestAReceiptMovesARowInOneDirectionOnly(t *testing.T) {
	states := []string{"queued", "claimed", "begun", "again", "reclaimed", "unknown", "sent", "delivered", "failed", "cancelled", "skipped"}
	for name, tt := range map[string]struct {
		finding notifiers.Finding
		want    map[string]string // state -> status afterwards; those that are absent stay as they are
	}{
		"delivered": {
			notifiers.Finding{State: notifiers.Delivered},
			map[string]string{"begun": "delivered", "again": "delivered", "reclaimed": "delivered", "unknown": "delivered", "sent": "delivered"},
		},
		"failed for good": {
			notifiers.Finding{State: notifiers.Failed, Err: failure(notifiers.Permanent)},
			map[string]string{"begun": "failed", "unknown": "failed", "sent": "failed"},
		},
		"failed, without a reason": {
			notifiers.Finding{State: notifiers.Failed},
			map[string]string{"begun": "failed", "unknown": "failed", "sent": "failed"},
		},
		"failed for now": {
			notifiers.Finding{State: notifiers.Failed, Err: failure(notifiers.Transient)},
			map[string]string{"begun": "queued", "unknown": "queued", "sent": "queued"},
		},
		"accepted":        {notifiers.Finding{State: notifiers.Accepted}, map[string]string{"unknown": "sent"}},
		"absent":          {notifiers.Finding{State: notifiers.Absent}, nil},
		"something else":  {notifiers.Finding{State: "read"}, nil},
		"nothing":         {notifiers.Finding{}, nil},
		"another message": {notifiers.Finding{State: notifiers.Delivered, ProviderID: "p9"}, map[string]string{"begun": "delivered", "unknown": "delivered"}},
	} {
		for _, state := range states {
			t.Run(name+"/"+state, func(t *testing.T) {
				was := row(state)
				if name == "failed for good" {
					was.Attempts = 3 // which changes nothing
				}
				next, changed := asked.found(was, tt.finding, noon)
				want, moves := tt.want[state]
				if changed != moves {
					t.Fatalf("changed: %v", changed)
				}
				if !moves {
					if next != was {
						t.Errorf("changed to %+v", next)
					}
					return
				}
				if next.Status != want {
					t.Errorf("became %s, want %s", next.Status, want)
				}
				if next.Holder != "" || !next.AttemptStarted.IsZero() || !next.DoubtSince.IsZero() {
					t.Errorf("somebody still holds or doubts it: %+v", next)
				}
				if (next.Status == "queued") != !next.NextAttemptAt.IsZero() {
					t.Errorf("%s, next attempt at %q", next.Status, next.NextAttemptAt)
				}
			})
		}
	}
}

func TestADeliveredMessageSaysWhen(t *testing.T) {
	for _, tt := range []struct {
		name   string
		state  string
		at     time.Time
		want   time.Time
		sentAt time.Time
	}{
		{name: "as the provider says", state: "sent", at: noon.Add(-time.Second), want: noon.Add(-time.Second), sentAt: left},
		{name: "now, if it does not", state: "sent", want: noon, sentAt: left},
		{name: "now, if its clock is ahead", state: "sent", at: noon.Add(time.Hour), want: noon, sentAt: left},
		{name: "not before it left", state: "sent", at: began.Add(-time.Hour), want: left, sentAt: left},
		{name: "it left when the attempt began", state: "unknown", at: noon, want: noon, sentAt: began},
		{name: "before its attempt's result", state: "begun", at: noon, want: noon, sentAt: began},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next, _ := asked.found(row(tt.state), notifiers.Finding{State: notifiers.Delivered, At: tt.at}, noon)
			if !next.DeliveredAt.Time().Equal(tt.want) || !next.SentAt.Time().Equal(tt.sentAt) {
				t.Errorf("sent at %s, delivered at %s", next.SentAt, next.DeliveredAt)
			}
			if next.Error != "" || next.ErrorClass != "" || !next.ReceiptAt.IsZero() {
				t.Errorf("it still says %+v", next)
			}
		})
	}
}

func TestP8_AFailureToldByTheProviderGoesByPolicy(t *testing.T) {
	hour := failure(notifiers.Transient)
	hour.RetryAfter = time.Hour
	for _, tt := range []struct {
		name     string
		err      *notifiers.Error
		attempts int
		status   string
		class    string
		next     time.Time
	}{
		{"transient", failure(notifiers.Transient), 2, "queued", "transient", noon.Add(5 * time.Minute)},
		{"transient, as the provider wishes", hour, 2, "queued", "transient", noon.Add(time.Hour)},
		{"transient, after the last attempt", failure(notifiers.Transient), 3, "failed", "transient", time.Time{}},
		{"permanent", failure(notifiers.Permanent), 1, "failed", "permanent", time.Time{}},
		{"configuration uses up attempts, since each was accepted", failure(notifiers.Configuration), 2, "queued", "configuration", noon.Add(5 * time.Minute)},
		{"configuration, after the last attempt", failure(notifiers.Configuration), 3, "failed", "configuration", time.Time{}},
		{"what failed is not unknown", failure(notifiers.Unknown), 3, "failed", "transient", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was := row("sent")
			was.Attempts = tt.attempts
			next, _ := asked.found(was, notifiers.Finding{State: notifiers.Failed, Err: tt.err}, noon)
			if next.Status != tt.status || next.ErrorClass != tt.class || next.Error != "why" || !next.NextAttemptAt.Time().Equal(tt.next) {
				t.Errorf("got %s (%s: %s) at %s", next.Status, next.ErrorClass, next.Error, next.NextAttemptAt)
			}
			if next.SentAt.IsZero() != (tt.status == "queued") || next.ProviderID != "p1" || next.PossibleDuplicate {
				t.Errorf("sent at %q, provider's id %q, duplicate %v", next.SentAt, next.ProviderID, next.PossibleDuplicate)
			}
		})
	}
	if next, _ := asked.found(row("sent"), notifiers.Finding{State: notifiers.Failed}, noon); next.Error != notifiers.ReasonProvider || next.ErrorClass != "permanent" {
		t.Errorf("without a reason: %s: %s", next.ErrorClass, next.Error)
	}
}

func TestAReceiptOfAnEarlierAttemptSaysNothingOfTheLast(t *testing.T) {
	for _, tt := range []struct {
		name string
		own  string
		past string
		told string
		want bool
	}{
		{"its own", "p2", "p1", "p2", true},
		{"the one before", "p2", "p1", "p1", false},
		{"the one before, while the last has no id yet", "", "p0 p1", "p1", false},
		{"the first, while the last has no id yet", "", "p0 p1", "p0", false},
		{"part of an earlier one's", "", "p10", "p1", true},
		{"one that nobody knows, while the last has no id yet", "", "p1", "p2", true},
		{"one that nobody knows", "p2", "p1", "p3", false},
		{"none", "p2", "p1", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, state := range []notifiers.State{notifiers.Delivered, notifiers.Failed, notifiers.Accepted} {
				was := row("unknown")
				was.ProviderID, was.PastIDs = tt.own, tt.past
				next, changed := asked.found(was, notifiers.Finding{State: state, ProviderID: tt.told}, noon)
				if changed != tt.want {
					t.Errorf("%s: changed %v", state, changed)
				}
				if changed && tt.told != "" && next.ProviderID != tt.told {
					t.Errorf("%s: its id is %q", state, next.ProviderID)
				}
			}
		})
	}
}

func TestTheProvidersCountCorrectsPartsAndCost(t *testing.T) {
	for _, tt := range []struct {
		name     string
		state    string
		segments int // of the row
		told     notifiers.Finding
		want     int
		cost     float64
	}{
		{"more", "sent", 2, notifiers.Finding{State: notifiers.Delivered, Segments: 3}, 3, 0.15},
		{"fewer", "sent", 2, notifiers.Finding{State: notifiers.Accepted, Segments: 1}, 1, 0.05},
		{"of a failure", "sent", 2, notifiers.Finding{State: notifiers.Failed, Segments: 4}, 4, 0.2},
		{"its first count stays", "sent", 3, notifiers.Finding{State: notifiers.Delivered}, 3, 0.15},
		{"no count", "sent", 2, notifiers.Finding{State: notifiers.Delivered}, 2, 0.1},
		{"nonsense", "sent", 2, notifiers.Finding{State: notifiers.Delivered, Segments: -1}, 2, 0.1},
		{"the answer was lost: as counted before", "unknown", 0, notifiers.Finding{State: notifiers.Accepted}, 2, 0.1},
		{"the answer was lost: as the provider counts", "unknown", 0, notifiers.Finding{State: notifiers.Delivered, Segments: 1}, 1, 0.05},
		{"the provider counts later", "sent", 0, notifiers.Finding{State: notifiers.Accepted, Segments: 3}, 3, 0.15},
		{"nothing is invented for a failure", "unknown", 0, notifiers.Finding{State: notifiers.Failed}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was := row(tt.state)
			was.Segments, was.Cost = tt.segments, 0.05*float64(tt.segments)
			next, _ := asked.found(was, tt.told, noon)
			if next.Segments != tt.want || fmt.Sprintf("%.4f", next.Cost) != fmt.Sprintf("%.4f", tt.cost) {
				t.Errorf("%d parts for %v, want %d for %v", next.Segments, next.Cost, tt.want, tt.cost)
			}
		})
	}
}

func TestASecretThatHasServedIsForgottenWhenTheProviderHasIt(t *testing.T) {
	for _, state := range []notifiers.State{notifiers.Accepted, notifiers.Delivered, notifiers.Failed} {
		was := row("unknown")
		was.Kind = collections.KindSystem
		next, _ := asked.found(was, notifiers.Finding{State: state}, noon)
		if forgotten := next.Message == ""; forgotten != (state != notifiers.Failed) {
			t.Errorf("%s: forgotten %v", state, forgotten)
		}
	}
}

func TestP7_OnlyTwoAbsencesAGapApartFreeAMessageToGoAgain(t *testing.T) {
	seconds := func(n int) time.Time { return began.Add(time.Duration(n) * time.Second) }
	for _, tt := range []struct {
		name   string
		rules  rules
		absent int // answered so before
		age    int // seconds
		status string
		count  int
		next   int // seconds after the beginning
	}{
		{"soon: it may not know yet", asked, 0, 5, "unknown", 0, 60},
		{"just before the second time", asked, 0, 59, "unknown", 0, 60},
		{"at 60 s: once", asked, 0, 60, "unknown", 1, 120},
		{"at 120 s: twice", asked, 1, 120, "queued", 0, 120},
		{"the first answer late: once", asked, 0, 119, "unknown", 1, 179},
		{"after an hour: once", asked, 0, 3600, "unknown", 1, 3660},
		{"after an hour: twice", asked, 1, 3660, "queued", 0, 3660},
		{"a schedule of one", rules{Policy: policy, askAfter: askAfter[:1]}, 0, 5, "queued", 0, 5},
		{"a schedule of two", rules{Policy: policy, askAfter: askAfter[:2]}, 0, 60, "queued", 0, 60},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was := row("unknown")
			was.Absent, was.ReceiptTries = tt.absent, 4
			next := tt.rules.answered(was, notifiers.Finding{State: notifiers.Absent}, seconds(tt.age))
			if next.Status != tt.status || next.Absent != tt.count || !next.NextAttemptAt.Time().Equal(seconds(tt.next)) {
				t.Errorf("%s, %d times, next at %s", next.Status, next.Absent, next.NextAttemptAt.Time().Sub(began))
			}
			if next.ReceiptTries != 0 || next.PossibleDuplicate {
				t.Errorf("unanswered %d, possible duplicate %v", next.ReceiptTries, next.PossibleDuplicate)
			}
			if free := next.Status == "queued"; free != next.DoubtSince.IsZero() || (free && next.ErrorClass != "transient") {
				t.Errorf("%s: in doubt since %q, class %s", next.Status, next.DoubtSince, next.ErrorClass)
			}
		})
	}
}

func TestP8_AMessageThatIsAbsentAfterItsLastAttemptFails(t *testing.T) {
	was := row("unknown")
	was.Absent, was.Attempts = 1, 3
	next := asked.answered(was, notifiers.Finding{State: notifiers.Absent}, noon.Add(time.Hour))
	if next.Status != "failed" || next.Error != "the provider did not answer" || next.ErrorClass != "transient" || !next.NextAttemptAt.IsZero() {
		t.Errorf("got %s (%s: %s)", next.Status, next.ErrorClass, next.Error)
	}
}

func TestP7_WhatTheProviderKnowsOfAnEarlierAttemptIsNotTheLast(t *testing.T) {
	was := row("unknown")
	was.PastIDs = "p1"
	next := asked.answered(was, notifiers.Finding{State: notifiers.Failed, ProviderID: "p1", Err: failure(notifiers.Permanent)}, began.Add(time.Minute))
	if next.Status != "unknown" || next.Absent != 1 {
		t.Errorf("got %s, absent %d", next.Status, next.Absent)
	}
}

func TestP7_AQuestionThatIsNotAnsweredCountsAsNothing(t *testing.T) {
	for _, tt := range []struct {
		tries int
		wish  time.Duration
		wait  time.Duration
	}{
		{0, 0, 5 * time.Second}, {1, 0, 10 * time.Second}, {2, 0, 20 * time.Second}, {3, 0, 40 * time.Second},
		{4, 0, time.Minute}, {5, 0, time.Minute}, {4000, 0, time.Minute},
		{0, 30 * time.Second, 30 * time.Second}, {0, time.Second, 5 * time.Second},
	} {
		for _, state := range []string{"unknown", "sent"} {
			was := row(state)
			was.ReceiptTries, was.Absent = tt.tries, 1
			next := asked.unanswered(was, tt.wish, noon)
			at := next.ReceiptAt
			if state == "unknown" {
				at = next.NextAttemptAt
			}
			if next.Status != state || next.Absent != 1 || next.ReceiptTries != tt.tries+1 || !at.Time().Equal(noon.Add(tt.wait)) {
				t.Errorf("%s after %d: %s, absent %d, again in %s", state, tt.tries, next.Status, next.Absent, at.Time().Sub(noon))
			}
		}
	}
	for _, state := range []notifiers.State{"", "read"} {
		if next := asked.answered(row("unknown"), notifiers.Finding{State: state}, noon.Add(time.Hour)); next.ReceiptTries != 1 || next.Absent != 0 {
			t.Errorf("the answer %q counts: %+v", state, next)
		}
	}
}

func TestNobodyIsAskedForEver(t *testing.T) {
	was := row("unknown")
	was.ReceiptTries = askInVain
	next := asked.unanswered(was, 0, noon)
	if next.Status != "failed" || next.ErrorClass != "unknown" || !next.NextAttemptAt.IsZero() || next.DoubtSince.IsZero() {
		t.Errorf("in doubt: %+v", next)
	}
	was = row("sent")
	was.ReceiptTries = askInVain
	if next := asked.unanswered(was, 0, noon); next.Status != "sent" || !next.ReceiptAt.IsZero() {
		t.Errorf("sent: %+v", next)
	}
}

func TestAnAnswerSaysWhenToAskForTheReceiptNext(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state string
		found notifiers.Finding
		after time.Duration
		want  time.Time
	}{
		{"accepted: the next of the times", "sent", notifiers.Finding{State: notifiers.Accepted}, time.Minute, left.Add(time.Hour)},
		{"accepted, the last of the times", "sent", notifiers.Finding{State: notifiers.Accepted}, time.Hour, time.Time{}},
		{"absent, though it was accepted", "sent", notifiers.Finding{State: notifiers.Absent}, time.Minute, left.Add(time.Hour)},
		{"about another message", "sent", notifiers.Finding{State: notifiers.Delivered, ProviderID: "p9"}, time.Minute, left.Add(time.Hour)},
		{"in doubt, found", "unknown", notifiers.Finding{State: notifiers.Accepted}, 5 * time.Second, began.Add(time.Minute)},
		{"delivered", "sent", notifiers.Finding{State: notifiers.Delivered}, time.Minute, time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was := row(tt.state)
			was.ReceiptTries = 3
			next := asked.answered(was, tt.found, left.Add(tt.after))
			if !next.ReceiptAt.Time().Equal(tt.want) || next.ReceiptTries != 0 {
				t.Errorf("%s: at %q, unanswered %d", next.Status, next.ReceiptAt, next.ReceiptTries)
			}
		})
	}
}

func TestAFailureThatAnybodyCouldTellOfIsAskedFor(t *testing.T) {
	for _, tt := range []struct {
		name   string
		rules  rules
		change func(*collections.Delivery)
		told   string
		want   bool
	}{
		{"sent", asked, func(*collections.Delivery) {}, "p1", true},
		{"sent, without an id", asked, func(*collections.Delivery) {}, "", true},
		{"nobody waited for a receipt any more", asked, func(d *collections.Delivery) { d.ReceiptAt = types.DateTime{} }, "p1", true},
		{"about to be asked for", asked, func(d *collections.Delivery) { d.ReceiptAt = collections.DateTime(noon) }, "p1", false},
		{"of another message", asked, func(*collections.Delivery) {}, "p2", false},
		{"nobody can be asked", rules{Policy: policy, means: means{provider: "aliyun"}}, func(*collections.Delivery) {}, "p1", false},
		{"another provider's", asked, func(d *collections.Delivery) { d.Provider = "twilio" }, "p1", false},
		{"in doubt", asked, func(d *collections.Delivery) { *d = row("unknown") }, "", false},
		{"over", asked, func(d *collections.Delivery) { *d = row("delivered") }, "p1", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			was := row("sent")
			was.ReceiptAt = collections.DateTime(noon.Add(time.Hour))
			tt.change(&was)
			next, ok := tt.rules.suspected(was, notifiers.Finding{State: notifiers.Failed, ProviderID: tt.told}, noon)
			want := was
			if tt.want {
				want.ReceiptAt = collections.DateTime(noon)
			}
			if ok != tt.want || next != want {
				t.Errorf("asked for: %v, at %q", ok, next.ReceiptAt)
			}
		})
	}
}

func TestP7_WhatNobodyCanBeAskedAboutGoesAgainAndSaysSo(t *testing.T) {
	next := asked.unaskable(row("unknown"), noon.Add(time.Hour))
	if next.Status != "queued" || !next.PossibleDuplicate || !next.NextAttemptAt.Time().Equal(noon.Add(time.Hour)) || next.DoubtSince.IsZero() {
		t.Errorf("in doubt: %+v", next)
	}
	was := row("unknown")
	was.Attempts = 3
	next = asked.unaskable(was, noon)
	if next.Status != "failed" || next.PossibleDuplicate || !next.NextAttemptAt.IsZero() || next.ErrorClass != "unknown" {
		t.Errorf("in doubt after the last attempt: %+v", next)
	}
	next = asked.unaskable(row("sent"), noon)
	if next.Status != "sent" || next.PossibleDuplicate || !next.ReceiptAt.IsZero() {
		t.Errorf("sent: %+v", next)
	}
}

func TestANumberIsTheSameHoweverTheProviderWritesIt(t *testing.T) {
	for _, tt := range []struct {
		ours, theirs string
		want         bool
	}{
		{"+8613900001111", "13900001111", true},
		{"+8613900001111", "008613900001111", true},
		{"+8613900001111", "+8613900001111", true},
		{"+85291234567", "85291234567", true},
		{"+85291234567", "91234567", true},
		{"+85291234567", "1234567", false},
		{"+85291234567", "85291234568", false},
		{"+85291234567", "", true},
		{"openid-1", "openid-1", true},
		{"openid-12345678", "12345678", false},
	} {
		if got := sameAddress(tt.ours, tt.theirs); got != tt.want {
			t.Errorf("%s and %q: %v", tt.ours, tt.theirs, got)
		}
	}
}
