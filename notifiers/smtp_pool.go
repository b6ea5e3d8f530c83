package notifiers

import (
	"context"
	"sync"
	"time"
)

// pool keeps a few connections. A slot is held while a connection is opened, used or closed, so that connections in use
// and idle ones together never exceed the number of slots.
type pool struct {
	options     EmailOptions
	idleTimeout time.Duration
	maxUses     int
	backOff     time.Duration // how long a slot rests after the server refused one connection more

	slots chan struct{}

	mu     sync.Mutex
	idle   []*smtpConn // the last one was used last
	open   int
	closed bool
}

func newPool(o EmailOptions) *pool {
	return &pool{
		options: o, slots: make(chan struct{}, o.MaxConnections),
		idleTimeout: 30 * time.Second, maxUses: 100, backOff: time.Minute,
	}
}

// send delivers e over a free connection. A reused connection that turns out dead before MAIL FROM was answered is
// replaced once: nothing can have been accepted by then.
func (p *pool) send(ctx context.Context, e *envelope) outcome {
	c, f := p.acquire(ctx)
	if f != nil {
		return outcome{failure: f}
	}
	reused := c.uses > 0
	out := p.deliver(ctx, c, e)
	if reused && out.failure != nil && out.failure.unanswered && ctx.Err() == nil {
		p.discard(c)
		if c, f = p.dial(ctx); f != nil {
			p.leave()
			return outcome{failure: f}
		}
		out = p.deliver(ctx, c, e)
	}
	p.put(c)
	return out
}

func (p *pool) deliver(ctx context.Context, c *smtpConn, e *envelope) outcome {
	release := c.follow(ctx)
	defer release()
	return c.deliver(e)
}

// check opens a connection and closes it.
func (p *pool) check(ctx context.Context) *failure {
	if f := p.enter(ctx); f != nil {
		return f
	}
	defer p.leave()
	c, f := p.dial(ctx)
	if f != nil {
		return f
	}
	p.quit(c)
	return nil
}

func (p *pool) enter(ctx context.Context) *failure {
	if err := ctx.Err(); err != nil {
		return &failure{stage: stageWait, err: err} // too late to blame the server
	}
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &failure{stage: stageWait, err: ctx.Err()}
	}
}

func (p *pool) leave() { <-p.slots }

// acquire gives an idle connection or a new one, and a slot with it.
func (p *pool) acquire(ctx context.Context) (*smtpConn, *failure) {
	for {
		if f := p.enter(ctx); f != nil {
			return nil, f
		}
		if c := p.takeIdle(); c != nil {
			return c, nil
		}
		c, f := p.dial(ctx)
		if f == nil {
			return c, nil
		}
		if !p.enough(f) {
			p.leave()
			return nil, f
		}
		// The server wants no more connections than it has: this slot rests, and the message waits for another.
		time.AfterFunc(p.backOff, p.leave)
	}
}

// enough says that the server refused a connection only because others of ours are open.
func (p *pool) enough(f *failure) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return f.stage == stageGreet && f.reply != nil && f.reply.temporary() && p.open > 0
}

func (p *pool) takeIdle() *smtpConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	c.idle.Stop()
	return c
}

func (p *pool) dial(ctx context.Context) (*smtpConn, *failure) {
	c, f := dial(ctx, p.options)
	if f == nil {
		p.mu.Lock()
		p.open++
		p.mu.Unlock()
	}
	return c, f
}

// put takes a connection back after use, and its slot.
func (p *pool) put(c *smtpConn) {
	if c.broken {
		p.discard(c)
		p.leave()
		return
	}
	p.mu.Lock()
	keep := !p.closed && c.uses < p.maxUses
	if keep {
		p.idle = append(p.idle, c)
		c.idle = time.AfterFunc(p.idleTimeout, func() { p.expire(c) })
	}
	p.mu.Unlock()
	if keep {
		p.leave()
		return
	}
	go func() { // the message is done: its sender need not wait for the farewell
		defer p.leave()
		p.quit(c)
	}()
}

// expire closes c if it is still idle. It holds a slot meanwhile, since the connection stays open until QUIT is answered.
func (p *pool) expire(c *smtpConn) {
	p.slots <- struct{}{}
	defer p.leave()
	p.mu.Lock()
	found := false
	for i, other := range p.idle {
		if other == c {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			found = true
			break
		}
	}
	p.mu.Unlock()
	if found {
		p.quit(c)
	}
}

func (p *pool) quit(c *smtpConn) {
	c.quit()
	p.forget()
}

func (p *pool) discard(c *smtpConn) {
	c.close()
	p.forget()
}

func (p *pool) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
}

// close says QUIT on every idle connection, and waits for that.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	var farewells sync.WaitGroup
	for _, c := range idle {
		c.idle.Stop()
		farewells.Go(func() { p.quit(c) })
	}
	farewells.Wait()
}
