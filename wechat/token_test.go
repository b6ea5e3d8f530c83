package wechat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tminus/apptest/wechatserver"
)

func sendAtOnce(t *testing.T, c *Client, n int, prefix string) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if _, err := c.SendTemplate(context.Background(), reminder("oABCD", fmt.Sprintf("%s%d", prefix, i))); err != nil {
				t.Errorf("send %d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

func TestToken_FiftySendsAtOnceAskOnce(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t, wechatserver.WithLatency(2*time.Millisecond))
	sendAtOnce(t, newClient(t, optionsOf(srv)), 50, "m")
	if n := srv.TokenCalls(); n != 1 || len(srv.Messages()) != 50 {
		t.Errorf("%d token calls and %d messages, want 1 and 50", n, len(srv.Messages()))
	}
}

func TestToken_ARevokedOneCostsOneCallAndNoError(t *testing.T) {
	t.Parallel()
	for name, revoke := range map[string]struct {
		how   func(*wechatserver.Server)
		calls int // at most, the first one included
	}{
		"another is given":          {(*wechatserver.Server).Revoke, 2},
		"the same, unless by force": {(*wechatserver.Server).RevokeUntilForced, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := wechatserver.Start(t)
			c := newClient(t, optionsOf(srv))
			sendAtOnce(t, c, 4, "before")
			revoke.how(srv)
			sendAtOnce(t, c, 4, "after")
			if n := srv.TokenCalls(); n != revoke.calls {
				t.Errorf("%d token calls, want %d", n, revoke.calls)
			}
			if n := len(srv.Messages()); n != 8 {
				t.Errorf("%d messages, want 8", n)
			}
		})
	}
}

func TestToken_IsForcedAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	clock := newClock()
	srv := wechatserver.Start(t, wechatserver.WithClock(clock.now))
	o := optionsOf(srv)
	o.Now = clock.now
	c := newClient(t, o)
	send := func(id string) error {
		_, err := c.SendTemplate(context.Background(), reminder("oABCD", id))
		return err
	}
	for i, step := range []struct {
		wait   time.Duration
		works  bool
		forced int
	}{{0, true, 1}, {time.Second, false, 1}, {time.Minute, true, 2}} {
		clock.advance(step.wait)
		if i == 0 {
			if err := send("first"); err != nil {
				t.Fatal(err)
			}
		}
		srv.RevokeUntilForced()
		err := send(fmt.Sprintf("m%d", i))
		var e *Error
		if step.works != (err == nil) || err != nil && (!errors.As(err, &e) || e.Code != CodeBadToken) || srv.Forced() != step.forced {
			t.Errorf("step %d: %v, %d forced; want success %t, %d", i, err, srv.Forced(), step.works, step.forced)
		}
	}
}

func TestToken_IsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	t.Parallel()
	clock := newClock()
	srv := wechatserver.Start(t, wechatserver.WithClock(clock.now))
	o := optionsOf(srv)
	o.Now = clock.now
	c := newClient(t, o)
	for i, step := range []struct {
		wait  time.Duration
		calls int
	}{{0, 1}, {time.Hour, 1}, {58 * time.Minute, 1}, {2 * time.Minute, 2}, {time.Second, 2}} {
		clock.advance(step.wait)
		if err := c.Check(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := srv.TokenCalls(); n != step.calls {
			t.Errorf("step %d: %d token calls, want %d", i, n, step.calls)
		}
	}
}

func TestToken_LifeIsNeverNought(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]time.Duration{
		7200: 119 * time.Minute, 300: 4 * time.Minute, 100: 50 * time.Second, 5: minTokenAge, 0: minTokenAge, -7: minTokenAge,
		1 << 60: 119 * time.Minute,
	} {
		if got := tokenLife(seconds); got != want {
			t.Errorf("expires_in %d: kept for %s, want %s", seconds, got, want)
		}
	}
}

func TestToken_FailureIsSharedAndNotKept(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	srv.Fail(tokenAPI, CodeAddressRefused, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist")
	c := newClient(t, optionsOf(srv))
	var e *Error
	if err := c.Check(context.Background()); !errors.As(err, &e) || e.Code != CodeAddressRefused || e.API != tokenAPI {
		t.Fatalf("got %v", err)
	}
	srv.Heal(tokenAPI)
	if err := c.Check(context.Background()); err != nil {
		t.Errorf("after the address was allowed: %v", err)
	}
}

// A caller who leaves does not take the token from those who wait for it too.
func TestToken_OutlivesTheCallerWhoAskedFirst(t *testing.T) {
	t.Parallel()
	srv := wechatserver.Start(t)
	srv.Hang(tokenAPI)
	c := newClient(t, optionsOf(srv))
	ctx, cancel := context.WithCancel(context.Background())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() { first <- c.Check(ctx) }()
	poll(t, func() bool { return srv.Hanging() == 1 })
	go func() { second <- c.Check(context.Background()) }()
	cancel()
	var lost *LostError
	if err := <-first; !errors.As(err, &lost) || lost.Kind != Interrupted || lost.Written || lost.API != tokenAPI {
		t.Errorf("the first caller: %#v", err)
	}
	srv.Heal(tokenAPI)
	if n := srv.Calls(tokenAPI); n != 1 {
		t.Errorf("%d token calls, want 1", n)
	}
	srv.Release()
	var e *Error
	if err := <-second; err != nil && (!errors.As(err, &e) || e.Code != CodeBusy) {
		t.Errorf("the second caller: %v", err) // the platform's own answer, not the first one's leaving
	}
}
