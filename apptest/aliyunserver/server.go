// Package aliyunserver is a faithful Aliyun SMS gateway for tests, drills and benchmarks: it checks the RPC signature
// and everything else that Aliyun documents of SendSms, QuerySendDetails and QuerySmsTemplate, keeps what it accepts,
// pushes receipts, and misbehaves when asked.
//
// A fresh server has one account (KeyID, Secret), the signature Sign, and one approved template of each kind (Template
// for the mainland, TemplateAbroad for everywhere else) with the variables title, customer, time and place. What it
// accepted waits for its receipt until Settle, unless WithOutcome or Outcome says what becomes of it at once.
package aliyunserver

import (
	"errors"
	"fmt"
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

// What a fresh server knows.
const (
	KeyID          = "testId"
	Secret         = "testSecret"
	Sign           = "阿里云短信测试专用"
	Template       = "SMS_71390007"
	TemplateAbroad = "SMS_71390008"
)

// Server is one gateway on a loopback port. Its methods may be called from several goroutines.
type Server struct {
	options options
	addr    string

	mu       sync.Mutex
	http     *http.Server // nil while stopped
	listener net.Listener
	nonces   map[string]time.Time
	messages []*Message
	sent     map[quota][]time.Time
	serial   int
	calls    map[string]int
	failures []*Failure
	outcomes map[string]string // ErrCode by number, in the form of Message.Number
	hanging  int
	changed  chan struct{} // closed and replaced when messages grows
	release  chan struct{} // closed and replaced by Release
}

// Start runs a server until the test ends.
func Start(t T, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("starting the Aliyun server: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// New runs a server on a free loopback port until Close.
func New(opts ...Option) (*Server, error) {
	s := &Server{
		options:  defaults(),
		addr:     "127.0.0.1:0",
		nonces:   map[string]time.Time{},
		sent:     map[quota][]time.Time{},
		calls:    map[string]int{},
		outcomes: map[string]string{},
		changed:  make(chan struct{}),
		release:  make(chan struct{}),
	}
	for _, o := range opts {
		o(&s.options)
	}
	if err := s.Start(); err != nil {
		return nil, err
	}
	return s, nil
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
	s.listener = l
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: time.Minute}
	go func(srv *http.Server) {
		// Serve comes back when Stop closes the listener; there is nobody to tell about it.
		_ = srv.Serve(l)
	}(s.http)
	return nil
}

// Stop simulates an outage: the port refuses connections, and those that are open are cut. What was kept stays.
func (s *Server) Stop() {
	s.mu.Lock()
	srv, l := s.http, s.listener
	s.http = nil
	s.mu.Unlock()
	if srv == nil {
		return
	}
	// The listener is closed here too, since Serve may not have handed it to srv yet.
	if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		panic(fmt.Sprintf("aliyunserver: closing the listener: %v", err))
	}
	_ = srv.Close() // closes the connections; the listener's second Close is what it reports
	s.Release()
}

// Close ends the server.
func (s *Server) Close() { s.Stop() }

// URL is the server's address with its scheme, as SMS_ENDPOINT wants it.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "http://" + s.addr
}

// Release ends the waiting of everything that hangs, without an answer.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
}

// Hanging is the number of calls that wait for Release now.
func (s *Server) Hanging() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hanging
}

// Calls counts the calls of an action that passed the gateway's checks, those included that were then made to fail.
func (s *Server) Calls(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[action]
}

// hang waits for Release, or for the client to go away.
func (s *Server) hang(r *http.Request) {
	s.mu.Lock()
	s.hanging++
	release := s.release
	s.mu.Unlock()
	select {
	case <-release:
	case <-r.Context().Done():
	}
	s.mu.Lock()
	s.hanging--
	s.mu.Unlock()
}
