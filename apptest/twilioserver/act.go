package twilioserver

import (
	"fmt"
	"net/http"
	"strconv"
)

// Act is how a request is answered instead of as Twilio does when all is well.
type Act struct {
	accept bool // the message is kept before anything else
	hang   bool
	cut    bool
	raw    string // written instead of HTTP
	status int
	header map[string]string
	body   string
}

// Refuse answers with one of Twilio's codes.
func Refuse(status, code int, message string) Act {
	return Act{
		status: status, header: map[string]string{"Content-Type": "application/json"},
		body: fmt.Sprintf(`{"code":%d,"message":%q,"more_info":"https://www.twilio.com/docs/errors/%d","status":%d}`,
			code, message, code, status),
	}
}

// Answer answers with any status and body, which need not be Twilio's.
func Answer(status int, contentType, body string) Act {
	return Act{status: status, header: map[string]string{"Content-Type": contentType}, body: body}
}

// TooMany answers 429 with a Retry-After, unless that is empty.
func TooMany(retryAfter string) Act {
	a := Refuse(http.StatusTooManyRequests, 20429, "Too Many Requests")
	if retryAfter != "" {
		a.header["Retry-After"] = retryAfter
	}
	return a
}

// Unavailable is the 503 in plain text of a load balancer.
func Unavailable() Act {
	return Answer(http.StatusServiceUnavailable, "text/plain", "upstream connect error or disconnect/reset before headers")
}

// HangBefore takes the request, accepts nothing and says nothing until Release, Stop, or the client is gone.
func HangBefore() Act { return Act{hang: true} }

// HangAfter accepts the message and says nothing.
func HangAfter() Act { return Act{accept: true, hang: true} }

// CutBefore takes the request, accepts nothing and closes the connection.
func CutBefore() Act { return Act{cut: true} }

// CutAfter accepts the message and closes the connection.
func CutAfter() Act { return Act{accept: true, cut: true} }

// Garbage answers with what is no HTTP.
func Garbage() Act { return Act{raw: "\x15\x03\x01\x00\x02\x02\x28 <html>\r\nlorem ipsum \x00\r\n"} }

// GarbledAfter accepts the message and answers 201 with half a JSON.
func GarbledAfter() Act {
	return Act{accept: true, status: http.StatusCreated, header: map[string]string{"Content-Type": "application/json"}, body: `{"sid":"SM`}
}

// magic are the numbers of Twilio's test credentials.
func magic() map[string]Act {
	table := map[string]Act{}
	for number, code := range map[string]int{
		"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610, "+15005550009": 21614,
	} {
		// As Twilio's own texts do, these name the number.
		table[number] = Refuse(http.StatusBadRequest, code, "The 'To' number "+number+" is refused: "+strconv.Itoa(code))
	}
	return table
}

// Script sets what the next messages to a number get, one act each; after them all is well again.
func (s *Server) Script(number string, acts ...Act) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts[number] = append(s.acts[number], acts...)
}

// Always sets what every message to a number gets.
func (s *Server) Always(number string, act Act) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always[number] = act
}

// Everything sets what every request gets, questions too, before anything is checked; Heal ends it.
func (s *Server) Everything(act Act) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = &act
}

// Heal ends Everything.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = nil
}

// act gives the act for a number, and whether there is one.
func (s *Server) act(number string) (Act, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if acts := s.acts[number]; len(acts) > 0 {
		s.acts[number] = acts[1:]
		return acts[0], true
	}
	act, ok := s.always[number]
	return act, ok
}

// perform answers by an act; what the act accepts is kept already.
func (s *Server) perform(w http.ResponseWriter, r *http.Request, act Act) {
	switch {
	case act.hang:
		s.hang(r.Context())
		panic(http.ErrAbortHandler) // the connection ends without a word
	case act.cut:
		panic(http.ErrAbortHandler)
	case act.raw != "":
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = conn.Write([]byte(act.raw)) // who asked may be gone
		_ = conn.Close()
	default:
		for name, value := range act.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(act.status)
		_, _ = w.Write([]byte(act.body))
	}
}
