package wechat

import (
	"context"
	"sync"
	"time"
)

// shared is a value that is kept for a while, and that all who need it at once fetch together.
type shared[T any] struct {
	mu     sync.Mutex
	value  T
	until  time.Time // zero: there is none
	flight *flight[T]
}

// flight is a fetch that is under way.
type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get gives the value, fetched if there is none at now. The fetch does not end with the caller that began it, since
// others wait for it too; it must end by itself. If ctx ends first, its error is given back.
func (s *shared[T]) get(ctx context.Context, now func() time.Time, fetch func(context.Context) (T, time.Duration, error)) (T, error) {
	s.mu.Lock()
	if now().Before(s.until) {
		defer s.mu.Unlock()
		return s.value, nil
	}
	f := s.flight
	if f == nil {
		f = &flight[T]{done: make(chan struct{})}
		s.flight = f
		go s.fetch(context.WithoutCancel(ctx), f, now, fetch)
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func (s *shared[T]) fetch(ctx context.Context, f *flight[T], now func() time.Time, fetch func(context.Context) (T, time.Duration, error)) {
	value, life, err := fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	f.value, f.err = value, err
	if err == nil {
		s.value, s.until = value, now().Add(life)
	}
	s.flight = nil
	close(f.done)
}

// drop forgets the value if it is the one that is meant.
func (s *shared[T]) drop(meant func(T) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if meant(s.value) {
		s.until = time.Time{}
	}
}
