package drills

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// wire stands between a sender and a vendor. When the sender is killed, what it had begun to say is still on its way: the
// wire tells when the vendor has heard and done all of it, so that whatever is asked afterwards has but one answer.
type wire struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	less  *sync.Cond
	open  int
	total int // accepted since the beginning
}

func newWire(target string) (*wire, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for a sender: %w", err)
	}
	w := &wire{listener: l, target: target}
	w.less = sync.NewCond(&w.mu)
	go w.accept()
	return w, nil
}

func (w *wire) addr() string { return w.listener.Addr().String() }

func (w *wire) close() { _ = w.listener.Close() } // its closing ends accept, and nobody else hears of it

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		w.open++
		w.total++
		w.mu.Unlock()
		go w.carry(client)
	}
}

// carry lasts until the vendor hangs up. It does so when the sender has, and all that the sender said is done.
func (w *wire) carry(client net.Conn) {
	defer func() {
		w.mu.Lock()
		w.open--
		w.less.Broadcast()
		w.mu.Unlock()
	}()
	defer client.Close()
	server, err := net.Dial("tcp", w.target)
	if err != nil {
		return // nobody listens, as the sender is about to learn
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client) // a sender that was killed ends it in the middle
		_ = server.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(client, server)
	_, _ = io.Copy(io.Discard, server) // the answer that nobody is there to hear
}

// connections is the number of those that are open now.
func (w *wire) connections() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open
}

// accepted is the number of connections since the beginning, those of settle among them.
func (w *wire) accepted() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

// settle waits until nothing is open any more, after the sender was killed.
func (w *wire) settle() error {
	// The sender's last connections may not be accepted yet. They are before a later one, so when that ends, all are known.
	last, err := net.Dial("tcp", w.addr())
	if err != nil {
		return fmt.Errorf("see the sender's connections end: %w", err)
	}
	defer last.Close()
	if err := last.(*net.TCPConn).CloseWrite(); err != nil {
		return fmt.Errorf("see the sender's connections end: %w", err)
	}
	if _, err := io.Copy(io.Discard, last); err != nil {
		return fmt.Errorf("see the sender's connections end: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.open > 0 {
		w.less.Wait()
	}
	return nil
}
