package apptest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

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
	// repeated, if set, says whether an accepted message is one that need not be sent again.
	repeated func(id string) bool
}

var (
	_ notifiers.Notifier     = (*Notifier)(nil)
	_ notifiers.Inquirer     = (*Inquirer)(nil)
	_ notifiers.Deduplicator = (*Deduplicator)(nil)
)

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
	var err error
	if answer != nil {
		err = answer(ctx, m, try)
	}
	var lost *lostAnswerError
	if err != nil && !errors.As(err, &lost) {
		return notifiers.Receipt{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.repeated == nil || !n.repeated(m.ID) {
		n.sent = append(n.sent, *m)
	}
	if lost != nil {
		return notifiers.Receipt{}, lost.error
	}
	return notifiers.Receipt{Provider: n.Provider(), ProviderID: ProviderID(m.ID, try), Segments: m.Parts, Cost: float64(m.Parts) * m.PartPrice}, nil
}

// ProviderID gives the id by which a Notifier knows the attempt, counted from 1, of a message.
func ProviderID(message string, try int) string { return fmt.Sprintf("memory-%s-%d", message, try) }

// lostAnswerError is how an attempt ends whose message was accepted.
type lostAnswerError struct{ error }

// Lost gives what Notifier.Answer gives to have the message accepted and the attempt end with err.
func Lost(err error) error { return &lostAnswerError{err} }

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

// Inquirer is a Notifier whose provider can be asked what became of a message.
type Inquirer struct {
	*Notifier
	after []time.Duration

	mu    sync.Mutex
	asked []notifiers.Inquiry
	tell  func(q notifiers.Inquiry, try int) (notifiers.Finding, error)
}

// NewInquirer gives a provider that accepts everything, knows what it accepted, and is to be asked for receipts after
// these times.
func NewInquirer(after ...time.Duration) *Inquirer {
	return &Inquirer{Notifier: NewNotifier(), after: after}
}

// Tell sets the answers: try counts the questions about this very message from 1. nil tells what was accepted.
func (i *Inquirer) Tell(tell func(q notifiers.Inquiry, try int) (notifiers.Finding, error)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.tell = tell
}

// Inquire implements notifiers.Inquirer.
func (i *Inquirer) Inquire(_ context.Context, q notifiers.Inquiry) (notifiers.Finding, error) {
	i.mu.Lock()
	i.asked = append(i.asked, q)
	try := 0
	for _, earlier := range i.asked {
		if earlier.Message.ID == q.Message.ID {
			try++
		}
	}
	tell := i.tell
	i.mu.Unlock()
	if tell != nil {
		return tell(q, try)
	}
	for _, m := range i.Sent() {
		if m.ID == q.Message.ID {
			return notifiers.Finding{State: notifiers.Accepted}, nil
		}
	}
	return notifiers.Finding{State: notifiers.Absent}, nil
}

// ReceiptAfter implements notifiers.Inquirer.
func (i *Inquirer) ReceiptAfter() []time.Duration { return i.after }

// Asked gives the questions in order.
func (i *Inquirer) Asked() []notifiers.Inquiry {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]notifiers.Inquiry(nil), i.asked...)
}

// Deduplicator is a Notifier whose provider sends a message once, however often it gets it within some time.
type Deduplicator struct {
	*Notifier
	within time.Duration
}

// NewDeduplicator gives a provider that sends a message once within that time of its first acceptance, as now shows it.
func NewDeduplicator(within time.Duration, now func() time.Time) *Deduplicator {
	d := &Deduplicator{Notifier: NewNotifier(), within: within}
	first := map[string]time.Time{}
	d.repeated = func(id string) bool {
		at, known := first[id]
		if known && now().Sub(at) < within {
			return true
		}
		first[id] = now()
		return false
	}
	return d
}

// DeduplicatesFor implements notifiers.Deduplicator.
func (d *Deduplicator) DeduplicatesFor() time.Duration { return d.within }
