// Package smtpserver is a faithful SMTP server for tests, drills and benchmarks: it speaks RFC 5321 by
// emersion/go-smtp, keeps what it accepts, counts what a client does to it, and misbehaves when asked.
//
// What it answers is chosen by the local part of the recipient, up to a "+", so that nouser+7@example.com behaves like
// nouser@example.com:
//
//	busy          451 4.3.0 at RCPT
//	busytwice     451 4.3.0 at the first two RCPT of that address, then accepted
//	greylist      450 4.7.1 at RCPT
//	toomany       452 4.5.3 at RCPT
//	nouser        550 5.1.1 at RCPT
//	full          552 5.2.2 at RCPT
//	policy        550 5.7.1 at RCPT
//	disabled      550 5.2.1 at RCPT
//	shutdown      421 4.3.2 at RCPT, then the connection is closed
//	hang          RCPT is not answered until Release, Stop or Close
//	cutbeforedot  the connection is cut instead of the 354 to DATA
//	cutafterdot   accepted, then cut without a reply; the first time that a Message-ID is seen
//	hangafterdot  accepted, then silent until Release, Stop or Close; the first time that a Message-ID is seen
//
// Anything else is accepted. Reply adds to the table.
package smtpserver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// T is what Start needs of *testing.T and *testing.B.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is one test server on a loopback port. Its methods may be called from several goroutines.
type Server struct {
	options options
	cert    tls.Certificate
	addr    string

	mu       sync.Mutex
	smtp     *smtp.Server // nil while stopped
	listener net.Listener
	conns    map[*conn]struct{}
	total    int
	maxOpen  int
	resets   int
	hanging  int
	mails    []Mail
	seen     map[string]int // how often a key was met: a Message-ID, or a recipient that counts
	changed  chan struct{}  // closed and replaced when mails grows
	release  chan struct{}  // closed and replaced by Release
}

// Start runs a server until the test ends.
func Start(t T, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("starting the SMTP server: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// New runs a server on a free loopback port until Close.
func New(opts ...Option) (*Server, error) {
	s := &Server{
		options: defaults(),
		conns:   map[*conn]struct{}{},
		seen:    map[string]int{},
		changed: make(chan struct{}),
		release: make(chan struct{}),
		addr:    "127.0.0.1:0",
	}
	for _, o := range opts {
		o(&s.options)
	}
	cert, err := selfSigned(s.options.now())
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	s.cert = cert
	if err := s.Start(); err != nil {
		return nil, err
	}
	return s, nil
}

// Start listens again on the address of before, after Stop. It does nothing to a server that runs.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.smtp != nil {
		return nil
	}
	raw, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", s.addr, err)
	}
	s.addr = raw.Addr().String()
	var l net.Listener = &listener{Listener: raw, server: s}
	if s.options.implicitTLS {
		l = tls.NewListener(l, s.serverTLS())
	}
	s.smtp, s.listener = s.newSMTP(), l
	go func(srv *smtp.Server) {
		// Serve comes back when Stop closes the listener; there is nobody to tell about it.
		_ = srv.Serve(l)
	}(s.smtp)
	return nil
}

func (s *Server) newSMTP() *smtp.Server {
	srv := smtp.NewServer(backend{s})
	srv.Domain = "mail.test"
	srv.AllowInsecureAuth = true
	srv.EnableSMTPUTF8 = s.options.smtpUTF8
	srv.MaxMessageBytes = 64 << 20
	srv.ReadTimeout = s.options.idleTimeout
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if s.options.startTLS && !s.options.implicitTLS {
		srv.TLSConfig = s.serverTLS()
	}
	return srv
}

// Stop simulates an outage: the port refuses connections, and those that are open are cut. What was kept stays.
func (s *Server) Stop() {
	s.mu.Lock()
	srv, l := s.smtp, s.listener
	s.smtp = nil
	s.mu.Unlock()
	if srv == nil {
		return
	}
	// The listener is closed here too, since Serve may not have handed it to srv yet.
	if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		panic(fmt.Sprintf("smtpserver: closing the listener: %v", err))
	}
	_ = srv.Close() // closes the connections; the listener's second Close is what it reports
	s.Cut()
	s.Release()
}

// Close ends the server.
func (s *Server) Close() { s.Stop() }

// Cut closes every open connection from the server's side, as a server does that tidies up idle clients without a word.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Conn.Close() // only the cut counts
	}
}

// Release lets everything that hangs go on: the RCPT of hang@ is accepted, the mail of hangafterdot@ answered.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.release)
	s.release = make(chan struct{})
}

// Addr is host:port.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr
}

// Host is the address's host, 127.0.0.1.
func (s *Server) Host() string {
	host, _, _ := net.SplitHostPort(s.Addr())
	return host
}

// Port is the address's port.
func (s *Server) Port() int {
	_, port, _ := net.SplitHostPort(s.Addr())
	n, _ := strconv.Atoi(port)
	return n
}

// Connections is the number of connections accepted since New.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// Open is the number of connections open now.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// MaxOpen is the highest number of connections that were open at once.
func (s *Server) MaxOpen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.maxOpen
}

// Resets is the number of RSET commands seen.
func (s *Server) Resets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resets
}

// Hanging is the number of conversations that wait for Release now.
func (s *Server) Hanging() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hanging
}

// hang waits for Release.
func (s *Server) hang() {
	s.mu.Lock()
	s.hanging++
	release := s.release
	s.mu.Unlock()
	<-release
	s.mu.Lock()
	s.hanging--
	s.mu.Unlock()
}

// times counts the meetings with key, this one included.
func (s *Server) times(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[key]++
	return s.seen[key]
}

// pause waits for d, as a network or a busy server would.
func pause(d time.Duration) {
	if d > 0 {
		time.Sleep(d)
	}
}
