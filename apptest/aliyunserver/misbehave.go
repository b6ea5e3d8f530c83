package aliyunserver

import (
	"net/http"
	"net/url"
)

// Manner is how a call fails.
type Manner int

// The manners of a Failure.
const (
	Refuse     Manner = iota // answers with Code, or Body, and does not do what was asked
	HangBefore               // does nothing and stays silent until Release, Stop or Close
	CutBefore                // does nothing and cuts the connection
	HangAfter                // does it, and stays silent until Release, Stop or Close
	CutAfter                 // does it, and cuts the connection
	FailAfter                // does it, and answers with Status and Code, or Body
)

func (m Manner) after() bool { return m == HangAfter || m == CutAfter || m == FailAfter }

// Failure makes calls fail that passed the gateway's checks. What is left empty matches everything.
type Failure struct {
	Action string // SendSms if empty
	Number string // PhoneNumbers or PhoneNumber, as it was sent
	OutID  string
	Day    string // SendDate
	Times  int    // how often; 0 = always

	Manner  Manner
	Status  int    // HTTP; 200 if 0, which is a business error
	Code    string // such as isv.AMOUNT_NOT_ENOUGH
	Message string
	Body    string // verbatim, in the place of Code and Message
	Header  http.Header
}

// Fail adds a failure; the oldest that matches a call is taken.
func (s *Server) Fail(f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Action == "" {
		f.Action = "SendSms"
	}
	if f.Times == 0 {
		f.Times = -1
	}
	s.failures = append(s.failures, &f)
}

// Heal ends all failures.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = nil
}

// enter counts a call and gives the failure that it meets; nil for none.
func (s *Server) enter(action string, form url.Values) *Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[action]++
	for _, f := range s.failures {
		if f.Times == 0 || f.Action != action || !f.matches(form) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return f
	}
	return nil
}

func (f *Failure) matches(form url.Values) bool {
	number := form.Get("PhoneNumbers") + form.Get("PhoneNumber")
	return (f.Number == "" || f.Number == number) &&
		(f.OutID == "" || f.OutID == form.Get("OutId")) &&
		(f.Day == "" || f.Day == form.Get("SendDate"))
}

// before fails a call that is not carried out, and says whether it did.
func (f *Failure) before(c *call) bool {
	switch f.Manner {
	case Refuse:
		f.answer(c)
	case HangBefore:
		c.server.hang(c.r)
		c.cut()
	case CutBefore:
		c.cut()
	default:
		return false
	}
	return true
}

// afterwards fails a call that was carried out.
func (f *Failure) afterwards(c *call) {
	switch f.Manner {
	case FailAfter:
		f.answer(c)
	case HangAfter:
		c.server.hang(c.r)
		c.cut()
	default:
		c.cut()
	}
}

func (f *Failure) answer(c *call) {
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	for name, values := range f.Header {
		c.w.Header()[name] = values
	}
	if f.Body != "" {
		c.w.WriteHeader(status)
		_, _ = c.w.Write([]byte(f.Body)) // a client that went away has nobody to be told
		return
	}
	c.refuse(&refusal{status, f.Code, f.Message})
}
