package smtpserver

import (
	"fmt"
	"net"
	"strconv"
	"sync"
)

// Manner is how a Listener treats those who connect.
type Manner int

// The manners of a Listener.
const (
	Silent    Manner = iota // accepts and never says a word
	Garbage                 // speaks, but not SMTP
	Refuse554               // greets with 554 (RFC 5321, 3.1) and waits for QUIT
)

// Listener is a loopback port behind which no SMTP server works.
type Listener struct {
	listener net.Listener

	mu    sync.Mutex
	conns []net.Conn
}

// Misbehave opens a Listener until the test ends.
func Misbehave(t T, manner Manner) *Listener {
	t.Helper()
	l, err := NewListener(manner)
	if err != nil {
		t.Fatalf("starting a misbehaving listener: %v", err)
	}
	t.Cleanup(l.Close)
	return l
}

// NewListener opens a Listener until Close.
func NewListener(manner Manner) (*Listener, error) {
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	l := &Listener{listener: raw}
	go l.accept(manner)
	return l, nil
}

func (l *Listener) accept(manner Manner) {
	for {
		c, err := l.listener.Accept()
		if err != nil {
			return // closed
		}
		l.mu.Lock()
		l.conns = append(l.conns, c)
		l.mu.Unlock()
		switch manner {
		case Garbage:
			_, _ = c.Write([]byte("\x15\x03\x01\x00\x02\x02\x28 <html>\r\nlorem ipsum \x00\r\n"))
		case Refuse554:
			_, _ = c.Write([]byte("554 5.7.1 mail.test No SMTP service here\r\n"))
		}
	}
}

// Addr is host:port.
func (l *Listener) Addr() string { return l.listener.Addr().String() }

// Host is the address's host, 127.0.0.1.
func (l *Listener) Host() string {
	host, _, _ := net.SplitHostPort(l.Addr())
	return host
}

// Port is the address's port.
func (l *Listener) Port() int {
	_, port, _ := net.SplitHostPort(l.Addr())
	n, _ := strconv.Atoi(port)
	return n
}

// Connections is the number of connections accepted.
func (l *Listener) Connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// Close closes the port and every connection.
func (l *Listener) Close() {
	_ = l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
}
