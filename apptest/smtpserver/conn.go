package smtpserver

import (
	"bytes"
	"net"
	"sync"
)

// listener counts connections where they arrive, since go-smtp makes a session per EHLO: two with STARTTLS.
type listener struct {
	net.Listener
	server *Server
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c := l.server.admit(raw); c != nil {
			return c, nil
		}
	}
}

// admit registers a connection; nil if there are too many, which are greeted with 421 and closed.
func (s *Server) admit(raw net.Conn) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	if s.options.maxOpen > 0 && len(s.conns) >= s.options.maxOpen {
		_, _ = raw.Write([]byte("421 4.7.0 mail.test Too many connections\r\n"))
		_ = raw.Close()
		return nil
	}
	c := &conn{Conn: raw, server: s, number: s.total}
	s.conns[c] = struct{}{}
	s.maxOpen = max(s.maxOpen, len(s.conns))
	return c
}

// conn is a connection that can be cut at an exact place of the conversation. It lies below TLS; a reply is one Write
// either way, since go-smtp flushes each line.
type conn struct {
	net.Conn
	server *Server
	number int

	mu         sync.Mutex
	turned     bool // written since the last read: the next read is a new turn
	cutInstead int  // >0: the write that counts it down to 0 does not happen, the connection is cut
	cutAfter   int  // >0: the connection is cut after the write that counts it down to 0
}

func (c *conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	turned := c.turned
	c.turned = false
	c.mu.Unlock()
	n, err := c.Conn.Read(p)
	if turned {
		pause(c.server.options.latency)
	}
	return n, err
}

var (
	pipeliningLine = []byte("250-PIPELINING\r\n")
	farewell       = []byte("221 ")
)

func (c *conn) Write(p []byte) (int, error) {
	if !c.server.options.pipelining && bytes.Equal(p, pipeliningLine) {
		return len(p), nil
	}
	c.mu.Lock()
	c.turned = true
	instead := countDown(&c.cutInstead)
	after := countDown(&c.cutAfter)
	c.mu.Unlock()
	if instead {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	if bytes.HasPrefix(p, farewell) {
		c.forget() // whoever reads it may open its next connection before this one's end is seen
	}
	n, err := c.Conn.Write(p)
	if after {
		_ = c.Close()
	}
	return n, err
}

func countDown(n *int) bool {
	if *n == 0 {
		return false
	}
	*n--
	return *n == 0
}

func (c *conn) Close() error {
	c.forget()
	return c.Conn.Close()
}

// forget counts the connection as closed.
func (c *conn) forget() {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	delete(c.server.conns, c)
}

// cutInsteadOf cuts the connection in place of the nth write from now.
func (c *conn) cutInsteadOf(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cutInstead = n
}

// cutAfterNext cuts the connection when the next reply is out.
func (c *conn) cutAfterNext() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cutAfter = 1
}
