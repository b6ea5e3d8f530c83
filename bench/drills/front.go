package drills

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"
)

// trouble is what a mail server does wrong, and at which point of the dialogue. The zero value is none.
type trouble struct {
	stage string // one of the dialogue's, see stages
	what  string // stall, cut, nonsense, 421, drip, or the name of a certificate
}

func (t trouble) String() string { return t.what + " at " + t.stage }

// front stands before a mail server and does wrong what it is told to, by the replies that it passes on or does not.
type front struct {
	target string
	certs  map[string]tls.Certificate

	mu       sync.Mutex
	listener net.Listener // nil while nobody listens
	addr     string
	trouble  trouble
	changed  chan struct{} // closed when trouble changes
	met      int           // how often the trouble was met since it was set
}

func newFront(target string, certs map[string]tls.Certificate) (*front, error) {
	f := &front{target: target, certs: certs, addr: "127.0.0.1:0", changed: make(chan struct{})}
	return f, f.listen()
}

func (f *front) listen() error {
	l, err := net.Listen("tcp", f.addr)
	if err != nil {
		return fmt.Errorf("listen for a sender: %w", err)
	}
	f.listener, f.addr = l, l.Addr().String()
	go f.accept(l)
	return nil
}

func (f *front) close() { _ = f.set(trouble{"connect", "cut"}) }

// heal ends the trouble, and says how often it was met.
func (f *front) heal() (met int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	met = f.met
	return met, f.change(trouble{})
}

// set changes the trouble. What was under way under the former one is cut, as a server does that is started anew.
func (f *front) set(t trouble) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.change(t)
}

func (f *front) change(t trouble) error {
	f.trouble, f.met = t, 0
	close(f.changed)
	f.changed = make(chan struct{})
	if t == (trouble{"connect", "cut"}) && f.listener != nil {
		_ = f.listener.Close() // which ends accept
		f.listener, f.met = nil, 1
		return nil
	}
	if f.listener == nil {
		return f.listen()
	}
	if t == (trouble{"connect", "stall"}) {
		f.met = 1
		return f.fill()
	}
	return nil
}

// fill makes the system drop whoever connects: nobody accepts, and the queue of those who wait is full.
func (f *front) fill() error {
	raw, err := f.listener.(*net.TCPListener).SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = syscall.Listen(int(fd), 0) }); err != nil || failed != nil {
		return fmt.Errorf("shorten the queue: %w, %w", err, failed)
	}
	for range 8 {
		c, err := net.DialTimeout("tcp", f.addr, 50*time.Millisecond)
		if err != nil {
			return nil //nolint:nilerr // the queue is full, as it should be
		}
		go func(changed chan struct{}) {
			<-changed
			_ = c.Close()
		}(f.changed)
	}
	return fmt.Errorf("the queue of %s does not fill", f.addr)
}

// at says whether the trouble of now is at that stage, and gives what ends it.
func (f *front) at(stage string) (what string, over <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.trouble.stage != stage {
		return "", f.changed
	}
	f.met++
	return f.trouble.what, f.changed
}

func (f *front) times() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.met
}

func (f *front) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		if what, over := f.at("connect"); what == "stall" {
			<-over
			_ = c.Close()
			continue
		}
		go f.carry(c)
	}
}

// dialogue is one connection.
type dialogue struct {
	*front
	client net.Conn
	server net.Conn
	hears  *bufio.Reader // the client
	asks   *bufio.Reader // the server
}

func (f *front) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", f.target)
	if err != nil {
		return
	}
	defer server.Close()
	d := &dialogue{front: f, client: client, server: server, hears: bufio.NewReader(client), asks: bufio.NewReader(server)}
	if !d.reply("greeting") {
		return
	}
	for {
		line, err := d.hears.ReadString('\n')
		if err != nil || !d.command(line) {
			return
		}
	}
}

// command passes a command on and its reply back, and says whether the dialogue goes on.
func (d *dialogue) command(line string) bool {
	verb := strings.ToUpper(strings.Fields(line + " -")[0])
	if _, err := d.server.Write([]byte(line)); err != nil {
		return false
	}
	if !d.reply(verb) {
		return false
	}
	switch verb {
	case "STARTTLS":
		return d.handshake()
	case "DATA":
		return d.content()
	}
	return verb != "QUIT"
}

// content passes the content on. One that the front refuses does not reach the server.
func (d *dialogue) content() bool {
	var all bytes.Buffer
	for {
		line, err := d.hears.ReadString('\n')
		if err != nil {
			return false
		}
		all.WriteString(line)
		if line == ".\r\n" {
			break
		}
	}
	if d.refuses("dot") {
		_, over := d.at("dot")
		return d.wrong("421", over)
	}
	_, err := d.server.Write(all.Bytes())
	return err == nil && d.reply("dot")
}

func (d *dialogue) refuses(stage string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.trouble == trouble{stage, "421"}
}

// reply reads the server's reply and passes it on, or does what is wrong at that stage instead.
func (d *dialogue) reply(stage string) bool {
	var reply bytes.Buffer
	for {
		line, err := d.asks.ReadString('\n')
		if err != nil {
			return false
		}
		reply.WriteString(line)
		if len(line) < 4 || line[3] != '-' {
			break
		}
	}
	if what, over := d.at(stage); what != "" {
		return d.wrong(what, over)
	}
	if what, _ := d.at("every stage"); what == "drip" {
		return d.drip(reply.Bytes())
	}
	_, err := d.client.Write(reply.Bytes())
	return err == nil
}

// wrong does what is wrong, in place of a reply, and says whether the dialogue goes on.
func (d *dialogue) wrong(what string, over <-chan struct{}) bool {
	switch what {
	case "stall":
		hungUp := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, d.hears)
			close(hungUp)
		}()
		select {
		case <-over:
		case <-hungUp:
		}
	case "nonsense":
		_, err := d.client.Write([]byte("\x00\xffHTTP/1.1 418 I'm a teapot\r\n\r\n<html>"))
		return err == nil && d.wrong("stall", over)
	case "421":
		_, _ = d.client.Write([]byte("421 4.3.2 mail.test is shutting down\r\n")) // whoever hung up misses it
	}
	return false
}

// drip writes a byte at a time, each in a packet of its own.
func (d *dialogue) drip(reply []byte) bool {
	for i := range reply {
		if _, err := d.client.Write(reply[i : i+1]); err != nil {
			return false
		}
	}
	return true
}

// handshake passes TLS on, or does what is wrong with it.
func (d *dialogue) handshake() bool {
	what, over := d.at("handshake")
	if cert, ok := d.certs[what]; ok {
		_ = tls.Server(d.client, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}).Handshake()
		return false
	}
	if what != "" {
		return d.wrong(what, over)
	}
	go func() {
		_, _ = io.Copy(d.server, d.hears)
		_ = d.server.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(d.client, d.asks)
	return false
}
