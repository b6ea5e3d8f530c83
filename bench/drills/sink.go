package drills

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Sink is an SMTP server that does as little as a server can: it speaks the dialogue of RFC 5321 with the PIPELINING of
// RFC 2920, reads each mail to its end, counts it and forgets it. It shall not be what is measured.
type Sink struct {
	listener net.Listener
	latency  time.Duration
	accepted atomic.Int64

	mu   sync.Mutex
	keep int
	kept [][]byte
}

// NewSink listens on loopback. Latency passes before each answer, or before those to a pipelined group, which travel
// together. The content of the first keep mails is kept.
func NewSink(latency time.Duration, keep int) (*Sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	s := &Sink{listener: l, latency: latency, keep: keep}
	go s.accept()
	return s, nil
}

// Addr is host:port.
func (s *Sink) Addr() string { return s.listener.Addr().String() }

// Accepted is the number of mails accepted so far.
func (s *Sink) Accepted() int { return int(s.accepted.Load()) }

// Kept gives the first mails as they came: dot-stuffed, without the final dot.
func (s *Sink) Kept() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// Close ends the server; connections end with their clients.
func (s *Sink) Close() { _ = s.listener.Close() } // its closing ends accept, and nobody else hears of it

func (s *Sink) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		go s.serve(c)
	}
}

// serve holds one conversation. Answers are written when no further command is in the buffer, so that a group is
// answered in one write, as Postfix does.
func (s *Sink) serve(c net.Conn) {
	defer c.Close()
	in, out := bufio.NewReaderSize(c, 32<<10), bufio.NewWriter(c)
	answer := func(line string) bool {
		_, _ = out.WriteString(line) // out remembers its error for Flush
		if in.Buffered() > 0 {
			return true
		}
		if s.latency > 0 {
			time.Sleep(s.latency)
		}
		return out.Flush() == nil
	}
	if !answer("220 sink.test ESMTP\r\n") {
		return
	}
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(string(line[:min(4, len(line))]))
		reply := "250 2.0.0 Ok\r\n"
		switch verb {
		case "EHLO":
			reply = "250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
		case "DATA":
			if !answer("354 End data with <CR><LF>.<CR><LF>\r\n") || s.content(in) != nil {
				return
			}
			reply = "250 2.0.0 Ok: queued as " + strconv.FormatInt(s.accepted.Add(1), 10) + "\r\n"
		case "QUIT":
			answer("221 2.0.0 Bye\r\n")
			return
		case "XCNT": // the count, for who started the sink in another process
			reply = "250 " + strconv.Itoa(s.Accepted()) + "\r\n"
		}
		if !answer(reply) {
			return
		}
	}
}

func (s *Sink) content(in *bufio.Reader) error {
	var whole []byte
	keeps := s.keep > 0
	for begin := true; ; {
		part, err := in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if begin && err == nil && bytes.Equal(part, []byte(".\r\n")) {
			break
		}
		begin = err == nil
		if keeps {
			whole = append(whole, part...)
		}
	}
	if keeps {
		s.mu.Lock()
		if len(s.kept) < s.keep {
			s.kept = append(s.kept, whole)
		}
		s.mu.Unlock()
	}
	return nil
}

// sinkOf names the variable that makes a program a sink with the latency that it holds.
const sinkOf = "TMINUS_BENCH_SINK"

// Sinking makes this process a sink, and ends it with its standard input, if StartSink has started it as one; otherwise
// it does nothing. Programs that call StartSink call it first.
func Sinking() {
	latency, err := time.ParseDuration(os.Getenv(sinkOf))
	if err != nil {
		return
	}
	s, err := NewSink(latency, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sink:", err)
		os.Exit(1)
	}
	fmt.Println(s.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// SinkProcess is a Sink in a process of its own, so that its work is nobody else's.
type SinkProcess struct {
	Addr    string
	process *exec.Cmd
	stdin   io.Closer
}

// StartSink starts this program anew as a sink.
func StartSink(latency time.Duration) (*SinkProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	process := exec.Command(self)
	process.Env = append(os.Environ(), sinkOf+"="+latency.String())
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("start a sink: %w", err)
	}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start a sink: %w", err)
	}
	return &SinkProcess{Addr: strings.TrimSpace(addr), process: process, stdin: stdin}, nil
}

// Accepted asks for the number of mails accepted so far.
func (s *SinkProcess) Accepted() (int, error) {
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		return 0, fmt.Errorf("ask the sink: %w", err)
	}
	defer c.Close()
	in := bufio.NewReader(c)
	if _, err := in.ReadString('\n'); err != nil {
		return 0, fmt.Errorf("ask the sink: %w", err)
	}
	if _, err := c.Write([]byte("XCNT\r\n")); err != nil {
		return 0, fmt.Errorf("ask the sink: %w", err)
	}
	line, err := in.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("ask the sink: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "250 ")))
}

// Close ends the sink's process.
func (s *SinkProcess) Close() {
	_ = s.stdin.Close() // which ends it
	_ = s.process.Wait()
}
