// Package wechatserver is a WeChat official account for tests, drills and benchmarks: it answers as api.weixin.qq.com
// does, checks what that checks, keeps what reached people, posts events to a callback signed and sealed as the platform
// does, and misbehaves when asked.
//
// What becomes of a message is chosen by the openid, up to a "-", so that busy-7 behaves like busy:
//
//	busy         -1 system busy
//	busytwice    -1 the first two times for that openid, then accepted
//	toofast      45011, this minute's calls are used up
//	quota        45009, the day's are
//	toomany      43117 too many messages to this one
//	badid        40003 invalid openid
//	unfollowed   43004 does not follow
//	disagreed    43101 has not agreed
//	argument     47003 a value does not suit its key
//	illegal      40249 blocked content
//	notemplate   40037 invalid template_id
//	forbidden    48001 api unauthorized
//	limited      50002 the account is limited
//	review       kept, answered with 40252: held for review
//	garbage      not sent, answered with a page of HTML
//	unavailable  not sent, HTTP 503
//	hang         not sent, not answered until Release, Stop or Close
//	cutbefore    not sent, the connection is cut instead of an answer
//	cutafter     sent, then cut without an answer; the first time that a client_msg_id (or openid, without one) is seen
//	hangafter    sent, then silent until Release, Stop or Close; the first time likewise
//	userblock    sent; its event says "failed:user block"
//	systemfailed sent; its event says "failed: system failed"
//
// Anything else of the form of an openid follows the account and gets its messages. Refuse adds to the table.
package wechatserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// T is what Start needs of *testing.T and *testing.B.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is one account on a loopback port. Its methods may be called from several goroutines.
type Server struct {
	options options
	addr    string
	pushes  sync.WaitGroup // events that are posted by themselves

	mu        sync.Mutex
	http      *http.Server // nil while stopped
	tokens    tokenState
	calls     map[string]int    // requests by API
	failures  map[string]answer // what an API gives to everybody
	messages  []Message
	byID      map[string]Message // openid|client_msg_id → the first message
	seen      map[string]int     // how often a key was met
	lastMsgID int64
	unfollow  map[string]bool
	credits   map[string]int // openid|template
	codes     map[string]*oauthCode
	scenes    map[string]string // scene → ticket
	menu      []button
	callback  string
	pushed    []Pushed
	changed   chan struct{} // closed and replaced when messages or pushed grow
	release   chan struct{} // closed and replaced by Release
	hanging   int
}

// Start runs a server until the test ends.
func Start(t T, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("starting the WeChat server: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// New runs a server on a free loopback port until Close.
func New(opts ...Option) (*Server, error) {
	s := &Server{
		options: defaults(), addr: "127.0.0.1:0",
		tokens: tokenState{live: map[string]time.Time{}, refused: map[string]bool{}},
		calls:  map[string]int{}, failures: map[string]answer{}, byID: map[string]Message{}, seen: map[string]int{},
		lastMsgID: 200163835, unfollow: map[string]bool{}, credits: map[string]int{}, codes: map[string]*oauthCode{},
		scenes: map[string]string{}, changed: make(chan struct{}), release: make(chan struct{}),
	}
	for _, o := range opts {
		o(&s.options)
	}
	s.callback = s.options.callback
	return s, s.Start()
}

// Start listens again on the address of before, after Stop. It does nothing to a server that runs.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		return nil
	}
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", s.addr, err)
	}
	s.addr = l.Addr().String()
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	go func(srv *http.Server) {
		// Serve comes back when Stop closes the listener; there is nobody to tell about it.
		_ = srv.Serve(l)
	}(s.http)
	return nil
}

// Stop simulates an outage: the port refuses connections, and those that are open are cut. What was kept stays.
func (s *Server) Stop() {
	s.mu.Lock()
	srv := s.http
	s.http = nil
	s.mu.Unlock()
	if srv == nil {
		return
	}
	if err := srv.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		panic(fmt.Sprintf("wechatserver: closing: %v", err))
	}
	s.Release()
}

// Close ends the server, when the events are posted that it posts by itself.
func (s *Server) Close() {
	s.Stop()
	s.pushes.Wait()
}

// URL is the server's address with its scheme: what WECHAT_ENDPOINT takes.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "http://" + s.addr
}

// AppID is the account's id.
func (s *Server) AppID() string { return s.options.appID }

// AppSecret is the account's secret.
func (s *Server) AppSecret() string { return s.options.appSecret }

// Token is what the account's callbacks are signed with.
func (s *Server) Token() string { return s.options.token }

// EncodingAESKey is what the account's callbacks are sealed with; empty in plain mode.
func (s *Server) EncodingAESKey() string { return s.options.aesKey }

// Release lets everything that hangs go on.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
}

// Hanging is the number of requests that wait for Release now.
func (s *Server) Hanging() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hanging
}

// hang waits for Release, or for the client to leave.
func (s *Server) hang(ctx context.Context) {
	s.mu.Lock()
	s.hanging++
	release := s.release
	s.mu.Unlock()
	select {
	case <-release:
	case <-ctx.Done():
	}
	s.mu.Lock()
	s.hanging--
	s.mu.Unlock()
}

// Calls is the number of requests to an API, named by the end of its path: "stable_token", "message/template/send".
func (s *Server) Calls(api string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[api]
}

// waitFor waits until done says so, which is asked whenever something changed.
func (s *Server) waitFor(done func() bool, timeout time.Duration) bool {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		ok, changed := done(), s.changed
		s.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-deadline.C:
			return false
		}
	}
}

// note wakes waitFor. The caller holds mu.
func (s *Server) note() {
	close(s.changed)
	s.changed = make(chan struct{})
}
