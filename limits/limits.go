// Package limits counts what somebody does against a rate, in bounded memory. It knows no request, and takes its clock as
// an argument.
package limits

import (
	"slices"
	"sync"
	"time"
)

// Rate allows Max of something at once and gives them back evenly over Per. The zero Rate allows everything.
type Rate struct {
	Max int
	Per time.Duration
}

// Limiter holds, for each key, when all that it was allowed is given back (the generic cell rate algorithm, known from ATM
// networks: ITU-T I.371, annex A). It keeps at most as many keys as New was told and is safe for concurrent use. The rate
// comes with each question, so that a change of it holds at once.
type Limiter struct {
	mu       sync.Mutex
	whole    map[string]time.Time
	capacity int
}

// New gives a limiter of so many keys. When there are more, those go that would be forgotten first anyway.
func New(capacity int) *Limiter {
	return &Limiter{whole: make(map[string]time.Time), capacity: max(capacity, 2)}
}

// Take counts n of key at now. A wait above 0 says that they are too many, that nothing was counted, and when they would
// not be. More than the rate's Max at once count as Max.
func (l *Limiter) Take(key string, n int, r Rate, now time.Time) (wait time.Duration) {
	if r.Max <= 0 || r.Per <= 0 || n <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	whole := l.since(key, r, now).Add(r.cost(n))
	if wait := whole.Sub(now) - r.Per; wait > 0 {
		return wait
	}
	l.keep(key, whole, now)
	return 0
}

// Give takes back one that was counted.
func (l *Limiter) Give(key string, r Rate, now time.Time) {
	if r.Max <= 0 || r.Per <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if whole := l.since(key, r, now).Add(-r.cost(1)); whole.After(now) {
		l.whole[key] = whole
	} else {
		delete(l.whole, key)
	}
}

// Len is how many keys are held.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.whole)
}

// since never gives more than Per ahead: a clock that was set back, or a shorter rate, must not shut anybody out for long.
func (l *Limiter) since(key string, r Rate, now time.Time) time.Time {
	whole := l.whole[key]
	switch latest := now.Add(r.Per); {
	case whole.Before(now):
		return now
	case whole.After(latest):
		return latest
	}
	return whole
}

// cost is rounded down, so that exactly Max go at once.
func (r Rate) cost(n int) time.Duration {
	return r.Per / time.Duration(r.Max) * time.Duration(min(n, r.Max))
}

func (l *Limiter) keep(key string, whole, now time.Time) {
	if _, known := l.whole[key]; !known && len(l.whole) >= l.capacity {
		l.forget(now)
	}
	l.whole[key] = whole
}

// forget drops what is given back, and where that is less than half, the half that would be next. So a flood of new keys
// cannot wash out one that somebody tries again and again.
func (l *Limiter) forget(now time.Time) {
	left := make([]time.Time, 0, len(l.whole))
	for key, whole := range l.whole {
		if whole.After(now) {
			left = append(left, whole)
		} else {
			delete(l.whole, key)
		}
	}
	if len(left) <= l.capacity/2 {
		return
	}
	slices.SortFunc(left, time.Time.Compare)
	median, drop := left[len(left)-l.capacity/2], len(left)-l.capacity/2
	for key, whole := range l.whole {
		if drop > 0 && !whole.After(median) {
			delete(l.whole, key)
			drop--
		}
	}
}
