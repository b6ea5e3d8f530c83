package notifiers

import (
	"slices"
	"sync"
	"time"
)

// Aliyun takes 50 notifications in 24 hours of one signature and template to one number of the mainland, whatever their
// values (https://help.aliyun.com/document_detail/44335.html).
const (
	aliyunDailyLimit = 50
	aliyunDay        = 24 * time.Hour
)

// aliyunQuota is what a limit counts.
type aliyunQuota struct{ sign, template, number string }

// aliyunGuard knows what this process sent to each number, so that what Aliyun would refuse is not handed over. What
// another process or an earlier run sent is learned from Aliyun's refusal.
type aliyunGuard struct {
	mu    sync.Mutex
	sent  map[aliyunQuota][]time.Time // of the last day, the oldest first
	until map[aliyunQuota]time.Time   // Aliyun said so
	swept time.Time
}

func newAliyunGuard() *aliyunGuard {
	return &aliyunGuard{sent: map[aliyunQuota][]time.Time{}, until: map[aliyunQuota]time.Time{}}
}

// reserve counts one message, or says how long none can be sent.
func (g *aliyunGuard) reserve(q aliyunQuota, now time.Time) (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep(now)
	if wait := g.until[q].Sub(now); wait > 0 {
		return wait
	}
	sent := within(g.sent[q], now)
	if len(sent) >= aliyunDailyLimit {
		return max(sent[len(sent)-aliyunDailyLimit].Add(aliyunDay).Sub(now), time.Second)
	}
	g.sent[q] = append(sent, now)
	return 0
}

// release takes back a message that was refused.
func (g *aliyunGuard) release(q aliyunQuota, at time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	sent := g.sent[q]
	if i := slices.IndexFunc(sent, at.Equal); i >= 0 {
		g.sent[q] = slices.Delete(sent, i, i+1)
	}
}

// block remembers until when Aliyun takes nothing for a number.
func (g *aliyunGuard) block(q aliyunQuota, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until[q] = until
}

// sweep forgets once an hour what counts no more.
func (g *aliyunGuard) sweep(now time.Time) {
	if since := now.Sub(g.swept); since >= 0 && since < time.Hour {
		return
	}
	g.swept = now
	for q, sent := range g.sent {
		if len(within(sent, now)) == 0 {
			delete(g.sent, q)
		}
	}
	for q, until := range g.until {
		if !until.After(now) {
			delete(g.until, q)
		}
	}
}

// within gives those of the last day.
func within(sent []time.Time, now time.Time) []time.Time {
	old := 0
	for old < len(sent) && now.Sub(sent[old]) >= aliyunDay {
		old++
	}
	return sent[old:]
}
