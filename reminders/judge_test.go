package reminders

import (
	"reflect"
	"testing"
	"time"
)

func TestP6_WhatAnOutageMissedIsAccountedFor(t *testing.T) {
	send, late := Verdict{Send: true}, Verdict{Send: true, Late: true}
	skip := func(reason string) Verdict { return Verdict{Reason: reason} }
	plan := func(id string, at time.Duration) DueReminder {
		return DueReminder{ID: id, Planned: true, SendAt: start.Add(at)}
	}
	byHand := func(id string, at time.Duration) DueReminder { return DueReminder{ID: id, SendAt: start.Add(at)} }
	tests := []struct {
		name string
		now  time.Duration // from the event's start
		due  []DueReminder
		want map[string]Verdict
	}{
		{"on time", -day, []DueReminder{plan("a", -day)}, map[string]Verdict{"a": send}},
		{"a minute is not late", -day + time.Minute, []DueReminder{plan("a", -day)}, map[string]Verdict{"a": send}},
		{"more is", -day + time.Minute + time.Millisecond, []DueReminder{plan("a", -day)}, map[string]Verdict{"a": late}},
		{"two missed: the newest goes", -12 * time.Hour, []DueReminder{plan("a", -3*day), plan("b", -day)},
			map[string]Verdict{"a": skip(ReasonSuperseded), "b": late}},
		{"all missed, the event began", time.Hour, []DueReminder{plan("a", -7*day), plan("b", -3*day), plan("c", -day)},
			map[string]Verdict{"a": skip(ReasonSuperseded), "b": skip(ReasonSuperseded), "c": skip(ReasonEventStarted)}},
		{"a late one beside one that is on time", -day, []DueReminder{plan("a", -3*day), plan("b", -day)},
			map[string]Verdict{"a": skip(ReasonSuperseded), "b": send}},
		{"manual ones supersede nothing", -12 * time.Hour, []DueReminder{plan("a", -3*day), byHand("m", -day)},
			map[string]Verdict{"a": late, "m": late}},
		{"two missed manual ones both go", -12 * time.Hour, []DueReminder{byHand("m", -2*day), byHand("n", -day)},
			map[string]Verdict{"m": late, "n": late}},
		{"a missed manual one of an event that began", time.Hour, []DueReminder{byHand("m", -day)},
			map[string]Verdict{"m": skip(ReasonEventStarted)}},
		{"a manual one set for later is ahead for a day", 47 * time.Hour, []DueReminder{byHand("m", 24*time.Hour)},
			map[string]Verdict{"m": late}},
		{"and no longer", 48 * time.Hour, []DueReminder{byHand("m", 24*time.Hour)},
			map[string]Verdict{"m": skip(ReasonEventStarted)}},
		{"due at the very start, on time", 0, []DueReminder{plan("a", 0)}, map[string]Verdict{"a": send}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Judge(start.Add(tt.now), start, tt.due); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
