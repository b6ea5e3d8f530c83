package outbox

import (
	"errors"
	"testing"
	"time"

	"tminus/collections"
	"tminus/notifiers"
)

func TestP8_EachClassOfErrorHasItsEnd(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	due := now.Add(-time.Hour)
	p := Policy{Attempts: 3, Interval: 5 * time.Minute}
	for _, tt := range []struct {
		name     string
		attempts int
		err      error
		status   string
		next     time.Time
		undo     bool
	}{
		{"accepted", 1, nil, "sent", time.Time{}, false},
		{"transient", 1, &notifiers.Error{Class: notifiers.Transient}, "queued", now.Add(5 * time.Minute), false},
		{"transient, the provider asks for longer", 2, &notifiers.Error{Class: notifiers.Transient, RetryAfter: time.Hour}, "queued", now.Add(time.Hour), false},
		{"transient, the last attempt", 3, &notifiers.Error{Class: notifiers.Transient}, "failed", time.Time{}, false},
		{"permanent", 1, &notifiers.Error{Class: notifiers.Permanent}, "failed", time.Time{}, false},
		{"configuration", 1, &notifiers.Error{Class: notifiers.Configuration}, "queued", due, true},
		{"configuration, whatever the attempts", 3, &notifiers.Error{Class: notifiers.Configuration}, "queued", due, true},
		{"unknown", 1, &notifiers.Error{Class: notifiers.Unknown}, "unknown", now.Add(5 * time.Minute), false},
		{"an error that nobody classed is unknown", 1, errors.New("surprise"), "unknown", now.Add(5 * time.Minute), false},
		{"unknown, the last attempt", 3, &notifiers.Error{Class: notifiers.Unknown}, "failed", time.Time{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &collections.Delivery{Attempts: tt.attempts, NextAttemptAt: collections.DateTime(due)}
			o := p.resolve(d, notifiers.Receipt{}, tt.err, now)
			if o.Status != tt.status || !o.NextAttemptAt.Equal(tt.next) || o.UndoAttempt != tt.undo {
				t.Errorf("got %s at %s, undone %v", o.Status, o.NextAttemptAt, o.UndoAttempt)
			}
		})
	}
}

func TestAReminderIsTheSumOfItsDeliveries(t *testing.T) {
	tally := func(status string) collections.Tally {
		return collections.Tally{Channel: "email", Status: status, Count: 1, Error: "why " + status}
	}
	for _, tt := range []struct {
		name   string
		rows   []string
		status string
		reason string
	}{
		{"waiting", []string{"queued", "sent", "failed"}, "sending", ""},
		{"under way", []string{"sending", "sent"}, "sending", ""},
		{"nobody knows", []string{"unknown", "failed"}, "sending", ""},
		{"all sent", []string{"sent", "delivered"}, "sent", ""},
		{"sent and skipped", []string{"sent", "skipped", "cancelled"}, "sent", ""},
		{"sent and failed", []string{"delivered", "failed"}, "partial", "why failed"},
		{"failed and skipped", []string{"failed", "skipped"}, "failed", "why failed"},
		{"all skipped", []string{"skipped", "cancelled"}, "skipped", "why skipped"},
		{"all taken back", []string{"cancelled"}, "cancelled", "why cancelled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var group []collections.Tally
			for _, status := range tt.rows {
				group = append(group, tally(status))
			}
			if s := summarize("r", group); s.Status != tt.status || s.Reason != tt.reason {
				t.Errorf("got %s: %s", s.Status, s.Reason)
			}
		})
	}
}
