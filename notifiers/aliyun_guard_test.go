package notifiers

import (
	"sync"
	"testing"
	"time"
)

func TestAliyunGuardCountsADay(t *testing.T) {
	g := newAliyunGuard()
	q := aliyunQuota{"sign", "SMS_1", "13800138000"}
	now := created
	for i := range 50 {
		if wait := g.reserve(q, now); wait != 0 {
			t.Fatalf("message %d waits %s", i, wait)
		}
		now = now.Add(time.Minute)
	}
	if wait := g.reserve(q, now); wait != 24*time.Hour-50*time.Minute {
		t.Errorf("the 51st waits %s", wait)
	}
	if wait := g.reserve(aliyunQuota{"sign", "SMS_2", q.number}, now); wait != 0 {
		t.Errorf("another template waits %s", wait)
	}
	g.release(q, created.Add(3*time.Minute))
	if wait := g.reserve(q, now); wait != 0 {
		t.Errorf("a refused message still counts: %s", wait)
	}
	now = created.Add(24 * time.Hour)
	if wait := g.reserve(q, now); wait != 0 {
		t.Errorf("a day later: %s", wait)
	}
	g.block(q, now.Add(time.Hour))
	if wait := g.reserve(q, now.Add(time.Minute)); wait != 59*time.Minute {
		t.Errorf("blocked: %s", wait)
	}
	g.reserve(aliyunQuota{}, now.Add(48*time.Hour))
	if len(g.sent) != 1 || len(g.until) != 0 {
		t.Errorf("the guard keeps %d and %d numbers of days ago", len(g.sent), len(g.until))
	}
}

func TestAliyunGuardLetsFiftyOfAHundredAtOnce(t *testing.T) {
	g := newAliyunGuard()
	var wg sync.WaitGroup
	let := make(chan bool, 100)
	for range 100 {
		wg.Go(func() { let <- g.reserve(aliyunQuota{number: "1"}, created) == 0 })
	}
	wg.Wait()
	n := 0
	for range 100 {
		if <-let {
			n++
		}
	}
	if n != 50 {
		t.Errorf("%d were let", n)
	}
}
