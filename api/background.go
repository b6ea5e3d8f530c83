package api

import (
	"context"
	"sync"
	"time"

	"tminus/outbox"
)

// Reports may be known to nobody yet: WeChat's may come before the answer to the message that they are about, which is
// written within an attempt's timeout of 5 s. They are handed in again after 1, 2, 4, 8, 16 and 32 times againEvery.
const (
	againEvery  = 250 * time.Millisecond
	againRounds = 32
	againMax    = 5000
)

// background is the work that goes on after an answer. The zero value is ready; Stop ends it.
type background struct {
	mu      sync.Mutex
	stopped bool
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup

	early   []earlyReport
	looking bool
}

type earlyReport struct {
	outbox.Report
	rounds int
}

// begin starts work that ends when ctx does; it says false, and starts nothing, once the app ends.
func (b *background) begin(work func(ctx context.Context)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.beginLocked(work)
}

func (b *background) beginLocked(work func(ctx context.Context)) bool {
	if b.stopped {
		return false
	}
	if b.ctx == nil {
		b.ctx, b.cancel = context.WithCancel(context.Background())
	}
	b.work.Add(1)
	go func() {
		defer b.work.Done()
		work(b.ctx)
	}()
	return true
}

// Stop ends the work that goes on after answers, and waits for it. The database is still open.
func (a *API) Stop() {
	b := &a.background
	b.mu.Lock()
	b.stopped = true
	if b.cancel != nil {
		b.cancel()
	}
	b.mu.Unlock()
	b.work.Wait()
}

// tryAgain hands reports in again that were about nothing known, for some seconds.
func (a *API) tryAgain(reports ...outbox.Report) {
	b := &a.background
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range reports {
		if len(b.early) < againMax {
			b.early = append(b.early, earlyReport{Report: r})
		}
	}
	if !b.looking {
		b.looking = b.beginLocked(a.handInAgain)
	}
}

// handInAgain runs while reports wait.
func (a *API) handInAgain(ctx context.Context) {
	b := &a.background
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(againEvery):
		}
		b.mu.Lock()
		round := b.early
		b.early = nil
		if len(round) == 0 {
			b.looking = false
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		rest := a.handIn(round)
		b.mu.Lock()
		b.early = append(rest, b.early...)
		b.mu.Unlock()
	}
}

// handIn hands in what is due, and gives what goes on waiting. Receive does not say which of several it knew, and takes
// each as often as it comes, so those that are due together go on together.
func (a *API) handIn(round []earlyReport) (rest []earlyReport) {
	var due []outbox.Report
	var asked []earlyReport
	for _, r := range round {
		if r.rounds++; r.rounds&(r.rounds-1) != 0 {
			rest = append(rest, r)
			continue
		}
		due, asked = append(due, r.Report), append(asked, r)
	}
	if len(due) == 0 {
		return rest
	}
	if known, err := a.Engine.Receive(due...); err == nil && known == len(due) {
		return rest
	}
	for _, r := range asked {
		if r.rounds < againRounds {
			rest = append(rest, r)
		}
	}
	return rest
}
