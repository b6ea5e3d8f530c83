package smtpserver

import (
	"bytes"
	"net/mail"
	"time"
)

// Mail is one accepted mail.
type Mail struct {
	From       string   // of the envelope
	To         []string // of the envelope
	Raw        []byte   // headers and body as they came, without dot-stuffing
	MessageID  string   // of the header, with its angle brackets; "" if there is none
	Header     mail.Header
	TLS        bool
	User       string // who had signed in, "" for nobody
	Connection int    // which connection brought it, counting from 1
	At         time.Time
}

func parse(from string, to []string, raw []byte) Mail {
	m := Mail{From: from, To: append([]string(nil), to...), Raw: raw}
	if parsed, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		m.Header = parsed.Header
		m.MessageID = parsed.Header.Get("Message-Id")
	}
	return m
}

func (s *Server) keep(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	close(s.changed)
	s.changed = make(chan struct{})
}

// Mails is what was accepted so far, in that order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// ByMessageID groups the accepted mails by Message-ID: two under one key are a duplicate.
func (s *Server) ByMessageID() map[string][]Mail {
	groups := map[string][]Mail{}
	for _, m := range s.Mails() {
		groups[m.MessageID] = append(groups[m.MessageID], m)
	}
	return groups
}

// WaitFor waits until at least n mails were accepted, and says whether they were within timeout.
func (s *Server) WaitFor(n int, timeout time.Duration) bool {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		got, changed := len(s.mails), s.changed
		s.mu.Unlock()
		if got >= n {
			return true
		}
		select {
		case <-changed:
		case <-deadline.C:
			return false
		}
	}
}
