// Package twilioserver is a faithful stand-in for Twilio's Programmable Messaging (REST API 2010-04-01) for tests,
// drills and demonstrations: it checks what Twilio checks, keeps what it accepts, sends signed status callbacks, and
// misbehaves when asked.
//
// These numbers answer as those of Twilio's test credentials do (https://www.twilio.com/docs/iam/test-credentials):
//
//	+15005550001  21211, not a valid number
//	+15005550002  21612, no route
//	+15005550003  21408, country not allowed
//	+15005550004  21610, opted out
//	+15005550009  21614, not a mobile number
//
// Script adds to the table. Anything else that is well-formed is accepted.
package twilioserver

import (
	"context"
	"crypto/rand"
	"encoding/hex"
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

// The credentials of a server that was given none, and a sender.
const (
	AccountSID = "AC00112233445566778899aabbccddeeff"
	AuthToken  = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	From       = "+15005550006"
)

type options struct {
	account, token string
	senders        []string
	latency        time.Duration
	receipts       bool
	now            func() time.Time
}

// Option changes a server before it starts.
type Option func(*options)

// WithAccount sets the credentials.
func WithAccount(sid, token string) Option {
	return func(o *options) { o.account, o.token = sid, token }
}

// WithSenders refuses every other From or MessagingServiceSid (21606); without it all are taken.
func WithSenders(senders ...string) Option { return func(o *options) { o.senders = senders } }

// WithLatency makes every request take d.
func WithLatency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// WithReceipts sends the callbacks of a delivery right after each acceptance, as Deliver does.
func WithReceipts() Option { return func(o *options) { o.receipts = true } }

// WithClock sets the clock of the messages' dates and of the Date header.
func WithClock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// Server is one server on a loopback port. Its methods may be called from several goroutines.
type Server struct {
	options options
	client  *http.Client
	addr    string

	mu       sync.Mutex
	http     *http.Server // nil while stopped
	state    string       // of the account: active, suspended, closed
	messages []*Message   // in the order of their making
	optedOut map[string]bool
	acts     map[string][]Act // what the next requests for a number get
	always   map[string]Act   // what every request for a number gets
	all      *Act             // what every request gets
	posts    int
	gets     int
	via      string        // where callbacks go instead of their URL's host
	changed  chan struct{} // closed and replaced when messages grows
	release  chan struct{} // closed and replaced by Release
	callers  sync.WaitGroup
}

// Start runs a server until the test ends.
func Start(t T, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("starting the Twilio server: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// New runs a server on a free loopback port until Close.
func New(opts ...Option) (*Server, error) {
	s := &Server{
		options:  options{account: AccountSID, token: AuthToken, now: time.Now},
		client:   &http.Client{Timeout: 15 * time.Second}, // as long as Twilio waits
		addr:     "127.0.0.1:0",
		state:    "active",
		optedOut: map[string]bool{},
		acts:     map[string][]Act{},
		always:   magic(),
		changed:  make(chan struct{}),
		release:  make(chan struct{}),
	}
	for _, o := range opts {
		o(&s.options)
	}
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
	s.http = &http.Server{
		Handler: http.HandlerFunc(s.serve), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: 10 * time.Second,
	}
	go func(srv *http.Server) {
		_ = srv.Serve(l) // comes back when Stop closes the listener; there is nobody to tell
	}(s.http)
	return nil
}

// Stop simulates an outage: the port refuses connections, and those that are open are cut. What was kept stays.
func (s *Server) Stop() {
	s.mu.Lock()
	srv := s.http
	s.http = nil
	s.mu.Unlock()
	if srv != nil {
		_ = srv.Close()
	}
	s.Release()
}

// Close ends the server, after the callbacks that are under way.
func (s *Server) Close() {
	s.Stop()
	s.callers.Wait()
	s.client.CloseIdleConnections()
}

// Release lets everything that hangs go on.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
}

// URL is the endpoint, http://127.0.0.1:port.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "http://" + s.addr
}

// AccountSID is the account of this server, AuthToken its token.
func (s *Server) AccountSID() string { return s.options.account }

// AuthToken signs the callbacks.
func (s *Server) AuthToken() string { return s.options.token }

// Suspend puts the account into a state such as "suspended" or "closed"; "active" brings it back.
func (s *Server) Suspend(state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
}

// Posts is the number of requests to send, Gets that of questions.
func (s *Server) Posts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

// Gets is the number of requests that ask.
func (s *Server) Gets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets
}

// hang waits for Release, or for the client to go away.
func (s *Server) hang(ctx context.Context) {
	s.mu.Lock()
	release := s.release
	s.mu.Unlock()
	select {
	case <-release:
	case <-ctx.Done():
	}
}

// newID makes an id of Twilio's form: two letters and 32 hexadecimal digits.
func newID(kind string) string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails
	return kind + hex.EncodeToString(raw)
}
