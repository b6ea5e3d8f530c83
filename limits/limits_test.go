package limits_test

import (
	"fmt"
	"testing"
	"time"

	"tminus/limits"
)

var (
	start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	rate  = limits.Rate{Max: 3, Per: time.Minute}
)

// takes counts one after another until one is refused, and gives how many were not.
func takes(l *limits.Limiter, key string, now time.Time) (n int, wait time.Duration) {
	for ; n < 1000; n++ {
		if wait = l.Take(key, 1, rate, now); wait > 0 {
			return n, wait
		}
	}
	return n, 0
}

func TestLimiter_AllowsABurstAndGivesItBackEvenly(t *testing.T) {
	l := limits.New(10)
	if n, wait := takes(l, "a", start); n != 3 || wait != 20*time.Second {
		t.Errorf("%d at once, then a wait of %s", n, wait)
	}
	if n, wait := takes(l, "a", start.Add(19*time.Second)); n != 0 || wait != time.Second {
		t.Errorf("%d after 19 s, then a wait of %s", n, wait)
	}
	if n, _ := takes(l, "a", start.Add(20*time.Second)); n != 1 {
		t.Errorf("%d after 20 s", n)
	}
	if n, _ := takes(l, "a", start.Add(2*time.Minute)); n != 3 {
		t.Errorf("%d after two minutes", n)
	}
	if n, _ := takes(l, "b", start); n != 3 {
		t.Errorf("another key has %d", n)
	}
}

func TestLimiter_CountsSeveralAtOnceAllOrNone(t *testing.T) {
	l := limits.New(10)
	if l.Take("a", 2, rate, start) != 0 {
		t.Fatal("two were refused")
	}
	if wait := l.Take("a", 2, rate, start); wait != 20*time.Second {
		t.Errorf("two more wait %s", wait)
	}
	if wait := l.Take("a", 1, rate, start); wait != 0 {
		t.Errorf("the last one waits %s", wait)
	}
	if wait := l.Take("b", 99, rate, start); wait != 0 {
		t.Errorf("more than all wait %s", wait)
	}
}

func TestLimiter_WhatIsGivenBackWasNeverCounted(t *testing.T) {
	l := limits.New(10)
	for range 100 {
		if l.Take("a", 1, rate, start) != 0 {
			t.Fatal("refused")
		}
		l.Give("a", rate, start)
	}
	if l.Len() != 0 {
		t.Errorf("%d keys are held", l.Len())
	}
}

func TestLimiter_AClockSetBackShutsNobodyOut(t *testing.T) {
	l := limits.New(10)
	takes(l, "a", start)
	if _, wait := takes(l, "a", start.Add(-24*time.Hour)); wait != 20*time.Second {
		t.Errorf("a wait of %s", wait)
	}
}

func TestLimiter_AChangedRateHoldsAtOnce(t *testing.T) {
	l := limits.New(10)
	takes(l, "a", start)
	if wait := l.Take("a", 1, limits.Rate{Max: 100, Per: time.Minute}, start.Add(time.Second)); wait != 0 {
		t.Errorf("a wait of %s under a wider rate", wait)
	}
	if wait := l.Take("a", 1, limits.Rate{}, start); wait != 0 {
		t.Errorf("a wait of %s without a rate", wait)
	}
}

func TestLimiter_AFloodOfKeysIsBoundedAndHidesNobody(t *testing.T) {
	l := limits.New(100)
	takes(l, "guesser", start)
	for i := range 10_000 {
		l.Take(fmt.Sprint("flood ", i), 1, rate, start.Add(time.Duration(i)))
		if l.Len() > 100 {
			t.Fatalf("%d keys are held", l.Len())
		}
	}
	if n, _ := takes(l, "guesser", start.Add(time.Second)); n != 0 {
		t.Errorf("who was refused may do %d more", n)
	}
	l.Take("later", 1, rate, start.Add(time.Hour))
	for i := range 100 {
		l.Take(fmt.Sprint("later ", i), 1, rate, start.Add(2*time.Hour))
	}
	if l.Len() > 100 {
		t.Errorf("%d keys are held", l.Len())
	}
}
