package apptest

import (
	"context"
	"sync"

	"tminus/notifiers"
)

// Notifier is a provider in memory that fails on demand.
type Notifier struct {
	mu     sync.Mutex
	sent   []notifiers.Message
	tries  []notifiers.Message
	answer func(ctx context.Context, m *notifiers.Message, try int) error
	check  error
	active int
	peak   int
}

var _ notifiers.Notifier = (*Notifier)(nil)

// NewNotifier gives a provider that accepts everything.
func NewNotifier() *Notifier { return &Notifier{} }

// Answer sets what becomes of the messages: try counts the attempts of this very message from 1. nil accepts all.
func (n *Notifier) Answer(answer func(ctx context.Context, m *notifiers.Message, try int) error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answer = answer
}

// Broken makes Check and every attempt fail as an unreachable server does; nil mends it.
func (n *Notifier) Broken(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.check = err
	n.answer = nil
	if err != nil {
		n.answer = func(context.Context, *notifiers.Message, int) error { return err }
	}
}

// Provider implements notifiers.Notifier.
func (n *Notifier) Provider() string { return "memory" }

// Send implements notifiers.Notifier.
func (n *Notifier) Send(ctx context.Context, m *notifiers.Message) (notifiers.Receipt, error) {
	n.mu.Lock()
	n.tries = append(n.tries, *m)
	try := 0
	for _, t := range n.tries {
		if t.ID == m.ID {
			try++
		}
	}
	n.active++
	n.peak = max(n.peak, n.active)
	answer := n.answer
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		n.active--
		n.mu.Unlock()
	}()
	if answer != nil {
		if err := answer(ctx, m, try); err != nil {
			return notifiers.Receipt{}, err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sent = append(n.sent, *m)
	return notifiers.Receipt{Provider: n.Provider(), ProviderID: "memory-" + m.ID}, nil
}

// Check implements notifiers.Notifier.
func (n *Notifier) Check(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.check
}

// Close implements notifiers.Notifier.
func (n *Notifier) Close() error { return nil }

// Sent gives the accepted messages in order.
func (n *Notifier) Sent() []notifiers.Message {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]notifiers.Message(nil), n.sent...)
}

// SentTo gives the accepted messages to an address.
func (n *Notifier) SentTo(address string) []notifiers.Message {
	var to []notifiers.Message
	for _, m := range n.Sent() {
		if m.To.Address == address {
			to = append(to, m)
		}
	}
	return to
}

// Tries counts all attempts.
func (n *Notifier) Tries() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.tries)
}

// Peak gives the most attempts that were under way at once.
func (n *Notifier) Peak() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.peak
}
