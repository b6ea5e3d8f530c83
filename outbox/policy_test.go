package outbox

import (
	"errors"
	"testing"
	"time"

	"tminus/collections"
	"tminus/notifiers"
)

var (
	policy   = Policy{Attempts: 3, Interval: 5 * time.Minute}
	askAfter = []time.Duration{5 * time.Second, time.Minute, 2 * time.Minute}
	mail     = rules{Policy: policy, askAfter: askAfter, means: means{provider: "smtp"}}
	asked    = rules{Policy: policy, askAfter: askAfter, means: means{
		provider: "aliyun", asked: true, receipts: []time.Duration{time.Minute, time.Hour},
	}}
	repeating = rules{Policy: policy, askAfter: askAfter, means: means{provider: "wechat", repeats: 10 * time.Minute}}
)

func TestP8_EachClassOfErrorHasItsEnd(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	due, began := now.Add(-time.Hour), now.Add(-2*time.Second)
	unknown := &notifiers.Error{Class: notifiers.Unknown}
	for _, tt := range []struct {
		name     string
		rules    rules
		attempts int
		err      error
		status   string
		next     time.Time
		undo     bool
	}{
		{"accepted", mail, 1, nil, "sent", time.Time{}, false},
		{"transient", mail, 1, &notifiers.Error{Class: notifiers.Transient}, "queued", now.Add(5 * time.Minute), false},
		{"transient, the provider asks for longer", mail, 2, &notifiers.Error{Class: notifiers.Transient, RetryAfter: time.Hour}, "queued", now.Add(time.Hour), false},
		{"transient, the last attempt", mail, 3, &notifiers.Error{Class: notifiers.Transient}, "failed", time.Time{}, false},
		{"permanent", mail, 1, &notifiers.Error{Class: notifiers.Permanent}, "failed", time.Time{}, false},
		{"configuration", mail, 1, &notifiers.Error{Class: notifiers.Configuration}, "queued", due, true},
		{"configuration, whatever the attempts", mail, 3, &notifiers.Error{Class: notifiers.Configuration}, "queued", due, true},
		{"unknown", mail, 1, unknown, "unknown", now.Add(5 * time.Minute), false},
		{"an error that nobody classed is unknown", mail, 1, errors.New("surprise"), "unknown", now.Add(5 * time.Minute), false},
		{"unknown, the last attempt", mail, 3, unknown, "failed", time.Time{}, false},
		{"unknown, asked for 5 s after it began", asked, 1, unknown, "unknown", began.Add(5 * time.Second), false},
		{"unknown, asked for after the last attempt too", asked, 3, unknown, "unknown", began.Add(5 * time.Second), false},
		{"transient, whoever may be asked", asked, 3, &notifiers.Error{Class: notifiers.Transient}, "failed", time.Time{}, false},
		{"unknown, repeated soon", repeating, 1, unknown, "unknown", now.Add(5 * time.Second), false},
		{"unknown, the last repeat", repeating, 3, unknown, "failed", time.Time{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &collections.Delivery{Attempts: tt.attempts, NextAttemptAt: collections.DateTime(due), Began: collections.DateTime(began)}
			o := tt.rules.resolve(d, notifiers.Receipt{}, tt.err, now)
			if o.Status != tt.status || !o.NextAttemptAt.Equal(tt.next) || o.UndoAttempt != tt.undo {
				t.Errorf("got %s at %s, undone %v", o.Status, o.NextAttemptAt, o.UndoAttempt)
			}
		})
	}
}

func TestP7_ALongAttemptIsAskedForAtOnce(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	d := &collections.Delivery{Attempts: 1, Began: collections.DateTime(now.Add(-8 * time.Second))}
	if o := asked.resolve(d, notifiers.Receipt{}, errors.New("timeout"), now); !o.NextAttemptAt.Equal(now) {
		t.Errorf("asked for at %s, want %s", o.NextAttemptAt, now)
	}
}

func TestP7_ARepeatIsSoonOnceAndThenAtTheInterval(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	d := &collections.Delivery{Attempts: 2, DoubtSince: collections.DateTime(now.Add(-5 * time.Second))}
	if o := repeating.resolve(d, notifiers.Receipt{}, errors.New("timeout"), now); !o.NextAttemptAt.Equal(now.Add(5 * time.Minute)) {
		t.Errorf("repeated at %s", o.NextAttemptAt)
	}
}

func TestP7_WhatACrashInterruptedIsLookedInto(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name  string
		rules rules
		age   time.Duration
		next  time.Time
	}{
		{"repeated at once by mail", mail, time.Second, now},
		{"repeated at once where it is sent once", repeating, time.Second, now},
		{"asked for 5 s after it began", asked, time.Second, now.Add(4 * time.Second)},
		{"asked for at once when it is older", asked, time.Hour, now},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := tt.rules.interrupted(&collections.Delivery{Began: collections.DateTime(now.Add(-tt.age))}, now)
			if o.Status != "unknown" || o.ErrorClass != "unknown" || !o.NextAttemptAt.Equal(tt.next) {
				t.Errorf("got %s at %s", o.Status, o.NextAttemptAt)
			}
		})
	}
}

func TestP7_AnAttemptIsAPossibleDuplicateWhileAnEarlierOneIsInDoubt(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		rules    rules
		provider string
		doubt    time.Duration // ago; negative: none
		want     bool
	}{
		{"no doubt", mail, "smtp", -1, false},
		{"mail", mail, "smtp", time.Second, true},
		{"mail, by a clock that was set back", mail, "smtp", -time.Minute, true},
		{"sent once", repeating, "wechat", 10*time.Minute - time.Second, false},
		{"sent once, too long ago", repeating, "wechat", 10 * time.Minute, true},
		{"sent once, by another provider", repeating, "other", time.Second, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &collections.Delivery{Provider: tt.provider}
			if tt.doubt != -1 {
				d.DoubtSince = collections.DateTime(now.Add(-tt.doubt))
			}
			if got := tt.rules.doubtful(d, now); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestAReceiptIsAskedForAfterEachOfTheTimesThatAreAhead(t *testing.T) {
	sent := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{
		0: time.Minute, time.Minute - 1: time.Minute, time.Minute: time.Hour, 30 * time.Minute: time.Hour,
	} {
		if got := asked.nextReceipt(sent, sent.Add(after)); !got.Equal(sent.Add(want)) {
			t.Errorf("after %s: at %s, want %s later", after, got, want)
		}
	}
	if got := asked.nextReceipt(sent, sent.Add(time.Hour)); !got.IsZero() {
		t.Errorf("after the last: at %s", got)
	}
	if o := asked.resolve(&collections.Delivery{}, notifiers.Receipt{}, nil, sent); !o.ReceiptAt.Equal(sent.Add(time.Minute)) {
		t.Errorf("when it is sent: at %s", o.ReceiptAt)
	}
	if o := mail.resolve(&collections.Delivery{}, notifiers.Receipt{}, nil, sent); !o.ReceiptAt.IsZero() {
		t.Errorf("a mail's: at %s", o.ReceiptAt)
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
