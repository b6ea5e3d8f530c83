package notifiers

import (
	"bufio"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// script is a server that answers by the book of its test: for what a faithful server does not do. A reply is chosen by
// the command's verb, "greeting", "content" (its first line) and "." included; "cut" closes the connection, no entry
// means 250.
type script struct {
	replies map[string]string
	hold    bool // keep the replies of a transaction back until DATA was said

	host string
	port int

	mu    sync.Mutex
	lines []string // what clients said, contents included
	conns int
}

func newScript(t *testing.T, replies map[string]string) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{replies: replies}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	s.host = host
	s.port, _ = strconv.Atoi(port)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return s
}

func (s *script) serve(conn net.Conn) {
	c := &holder{Conn: conn}
	defer c.Close()
	s.mu.Lock()
	s.conns++
	s.mu.Unlock()
	if !s.answer(c, "greeting", "220 script ready") {
		return
	}
	r := bufio.NewReader(c)
	data := false
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.lines = append(s.lines, line)
		s.mu.Unlock()
		verb, _, _ := strings.Cut(line, " ")
		c.on = s.hold && (verb == "MAIL" || verb == "RCPT")
		if data && line != "." {
			if s.replies["content"] == "cut" {
				return
			}
			continue
		}
		if !s.answer(c, strings.ToUpper(verb), "250 2.0.0 OK") {
			return
		}
		data = !data && verb == "DATA" && strings.HasPrefix(s.replies["DATA"], "354")
	}
}

// holder keeps back what is written to it until it is let go.
type holder struct {
	net.Conn
	on   bool
	held []byte
}

func (h *holder) Write(p []byte) (int, error) {
	h.held = append(h.held, p...)
	if h.on {
		return len(p), nil
	}
	_, err := h.Conn.Write(h.held)
	h.held = nil
	return len(p), err
}

func (s *script) answer(c net.Conn, verb, otherwise string) bool {
	reply, ok := s.replies[verb]
	if !ok {
		reply = otherwise
	}
	if reply == "cut" {
		return false
	}
	_, err := c.Write([]byte(reply + "\r\n"))
	return err == nil && !strings.HasPrefix(reply, "421")
}

func (s *script) said() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.lines...)
}

func (s *script) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// pipelining is an EHLO reply that allows groups of commands.
const pipelining = "250-script\r\n250 PIPELINING"
