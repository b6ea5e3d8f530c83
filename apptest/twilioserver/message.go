package twilioserver

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is one that the server accepted.
type Message struct {
	SID            string
	To             string
	From           string // "" with a messaging service
	Service        string // the messaging service
	Body           string
	StatusCallback string
	Status         string // queued, sent, delivered …; accepted at first with a messaging service
	ErrorCode      int
	Segments       int // 0 at first with a messaging service
	SmartEncoded   bool
	Created        time.Time
	Sent           time.Time // zero until it is
	Updated        time.Time
}

// Messages gives what was accepted, in its order.
func (s *Server) Messages() []Message {
	return s.filter(func(Message) bool { return true })
}

// To gives what was accepted for a number.
func (s *Server) To(number string) []Message {
	return s.filter(func(m Message) bool { return m.To == number })
}

func (s *Server) filter(keep func(Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []Message
	for _, m := range s.messages {
		if keep(*m) {
			kept = append(kept, *m)
		}
	}
	return kept
}

// ByCallback groups what was accepted by the last part of the status callback's path, which is the delivery's id.
func (s *Server) ByCallback() map[string][]Message {
	groups := map[string][]Message{}
	for _, m := range s.Messages() {
		u, err := url.Parse(m.StatusCallback)
		if err != nil || m.StatusCallback == "" {
			continue
		}
		id := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
		groups[id] = append(groups[id], m)
	}
	return groups
}

// WaitFor waits until at least n messages were accepted, and says whether they were within timeout.
func (s *Server) WaitFor(n int, timeout time.Duration) bool {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		got, changed := len(s.messages), s.changed
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

// Add puts a message into the account's history as if it had been accepted, and gives its sid. What m leaves empty is
// filled in.
func (s *Server) Add(m Message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.now().UTC().Truncate(time.Second)
	if m.SID == "" {
		m.SID = newID("SM")
	}
	m.Status = cmp.Or(m.Status, "queued")
	if m.Created.IsZero() {
		m.Created = now
	}
	if m.Updated.IsZero() {
		m.Updated = m.Created
	}
	s.messages = append(s.messages, &m)
	close(s.changed)
	s.changed = make(chan struct{})
	return m.SID
}

// Edit changes a message, as Twilio does over time, and says whether there is one.
func (s *Server) Edit(sid string, change func(*Message)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.messages, func(m *Message) bool { return m.SID == sid })
	if i < 0 {
		return false
	}
	change(s.messages[i])
	return true
}

// SetStatus moves a message to a status without a callback.
func (s *Server) SetStatus(sid, status string, code int) bool {
	now := s.options.now().UTC().Truncate(time.Second)
	return s.Edit(sid, func(m *Message) {
		m.Status, m.ErrorCode, m.Updated = status, code, now
		if m.Segments == 0 {
			m.Segments = segments(m.Body)
		}
		if m.Sent.IsZero() && (status == "sent" || status == "delivered" || status == "undelivered") {
			m.Sent = now
		}
	})
}

// Receive is an SMS from a number to the account: STOP and its like opt the number out, START and its like in again
// (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out).
func (s *Server) Receive(number, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch strings.ToUpper(strings.TrimSpace(body)) {
	case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT":
		s.optedOut[number] = true
	case "START", "YES", "UNSTOP":
		delete(s.optedOut, number)
	}
}

// resource is the JSON of a message: https://www.twilio.com/docs/messaging/api/message-resource.
func (s *Server) resource(m *Message) map[string]any {
	path := "/2010-04-01/Accounts/" + s.options.account + "/Messages/" + m.SID
	var code any
	if m.ErrorCode != 0 {
		code = m.ErrorCode
	}
	return map[string]any{
		"sid": m.SID, "account_sid": s.options.account, "messaging_service_sid": orNull(m.Service),
		"to": m.To, "from": orNull(m.From), "body": m.Body, "status": m.Status, "direction": "outbound-api",
		"num_segments": strconv.Itoa(m.Segments), "num_media": "0", "price": nil, "price_unit": "USD",
		"error_code": code, "error_message": nil, "api_version": "2010-04-01",
		"date_created": date(m.Created), "date_updated": date(m.Updated), "date_sent": date(m.Sent),
		"uri": path + ".json", "subresource_uris": map[string]string{"media": path + "/Media.json"},
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// date is RFC 2822, or null.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC1123Z)
}

// basic and extended are the GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1); smart are the
// commonest of the signs that smart encoding replaces
// (https://www.twilio.com/docs/messaging/services/smart-encoding-char-list).
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

var smart = strings.NewReplacer("“", `"`, "”", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "…", "...", "\u00a0", " ")

// segments counts the parts of a text: 160 letters of GSM-7 or 70 UTF-16 units, of several parts 153 or 67.
func segments(body string) int {
	units, septets, gsm := 0, 0, true
	for _, r := range body {
		units += units16(r)
		switch {
		case strings.ContainsRune(basic, r):
			septets++
		case strings.ContainsRune(extended, r):
			septets += 2
		default:
			gsm = false
		}
	}
	if gsm {
		return parts(septets, 160, 153)
	}
	return parts(units, 70, 67)
}

func parts(n, single, joined int) int {
	if n <= single {
		return 1
	}
	return (n + joined - 1) / joined
}

// units16 is the number of UTF-16 units of a letter.
func units16(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}
