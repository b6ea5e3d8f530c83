package twilioserver

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serve answers every request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.options.now().UTC().Format(http.TimeFormat))
	w.Header().Set("Twilio-Request-Id", newID("RQ"))
	if s.options.latency > 0 {
		time.Sleep(s.options.latency)
	}
	s.mu.Lock()
	all := s.all
	if r.Method == http.MethodPost {
		s.posts++
	} else {
		s.gets++
	}
	s.mu.Unlock()
	if all != nil {
		s.perform(w, r, *all)
		return
	}
	s.perform(w, r, s.route(w, r))
}

// route checks who asks for what, as Twilio does.
func (s *Server) route(w http.ResponseWriter, r *http.Request) Act {
	sid, token, ok := r.BasicAuth()
	if !ok || subtle.ConstantTimeCompare([]byte(sid), []byte(s.options.account)) != 1 ||
		subtle.ConstantTimeCompare([]byte(token), []byte(s.options.token)) != 1 {
		return Refuse(http.StatusUnauthorized, 20003, "Authenticate")
	}
	account := "/2010-04-01/Accounts/" + s.options.account
	single, found := strings.CutPrefix(r.URL.Path, account+"/Messages/")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == account+".json":
		return s.account()
	case s.isSuspended():
		return Refuse(http.StatusForbidden, 20005, "Account "+s.options.account+" is not active")
	case r.Method == http.MethodPost && r.URL.Path == account+"/Messages.json":
		return s.create(w, r)
	case r.Method == http.MethodGet && r.URL.Path == account+"/Messages.json":
		return s.list(r.URL.Query())
	case r.Method == http.MethodGet && found:
		return s.fetch(strings.TrimSuffix(single, ".json"))
	}
	return notFound(r.URL.Path)
}

func notFound(path string) Act {
	return Refuse(http.StatusNotFound, 20404, "The requested resource "+path+" was not found")
}

func (s *Server) isSuspended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state != "active"
}

func (s *Server) account() Act {
	s.mu.Lock()
	defer s.mu.Unlock()
	return reply(http.StatusOK, map[string]any{
		"sid": s.options.account, "friendly_name": "Test account", "status": s.state, "type": "Full",
		"uri": "/2010-04-01/Accounts/" + s.options.account + ".json",
	})
}

func reply(status int, v any) Act {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("twilioserver: writing JSON: %v", err)) // maps of strings
	}
	return Answer(status, "application/json", string(body))
}

var (
	e164    = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	service = regexp.MustCompile(`^MG[0-9a-f]{32}$`)
)

// create accepts a message, or says why not.
func (s *Server) create(w http.ResponseWriter, r *http.Request) Act {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return Refuse(http.StatusBadRequest, 21604, "A 'To' phone number is required.")
	}
	form := r.PostForm
	if code, message := s.fault(form); code != 0 {
		return Refuse(http.StatusBadRequest, code, message)
	}
	act, scripted := s.act(form.Get("To"))
	if scripted && !act.accept {
		return act
	}
	sid := s.accept(form)
	if s.options.receipts {
		s.callers.Go(func() { _ = s.Deliver(sid) }) // a receiver that is gone gets no receipts
	}
	if scripted {
		return act
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.messages, func(m *Message) bool { return m.SID == sid })
	made := *s.messages[i]
	made.Status, made.ErrorCode, made.Sent = first(made.Service), 0, time.Time{} // whatever receipts made of it meanwhile
	return reply(http.StatusCreated, s.resource(&made))
}

// fault gives Twilio's code for what is wrong with a request; 0 if nothing is.
func (s *Server) fault(form url.Values) (code int, message string) {
	to, body, sender := form.Get("To"), form.Get("Body"), form.Get("MessagingServiceSid")+form.Get("From")
	callback := form.Get("StatusCallback")
	units := 0
	for _, r := range body {
		units += units16(r)
	}
	s.mu.Lock()
	out := s.optedOut[to]
	s.mu.Unlock()
	switch {
	case to == "":
		return 21604, "A 'To' phone number is required."
	case !e164.MatchString(to):
		return 21211, "The 'To' number " + to + " is not a valid phone number."
	case sender == "":
		return 21603, "A 'From' phone number is required."
	case form.Has("MessagingServiceSid") && !service.MatchString(form.Get("MessagingServiceSid")):
		return 21705, "The Messaging Service Sid " + sender + " is invalid."
	case s.options.senders != nil && !slices.Contains(s.options.senders, sender):
		return 21606, "The From phone number " + sender + " is not a valid, SMS-capable inbound phone number for your account."
	case to == sender:
		return 21266, "'To' and 'From' number cannot be the same: " + to
	case body == "":
		return 21602, "Message body is required."
	case units > 1600:
		return 21617, "The concatenated message body exceeds the 1600 character limit."
	case callback != "" && !callable(callback):
		return 21609, "The 'StatusCallback' URL " + callback + " is not a valid URL."
	case out:
		return 21610, "Attempt to send to unsubscribed recipient " + to
	}
	return 0, ""
}

func callable(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.Contains(u.Host, "_")
}

// first is the status of a new message.
func first(messagingService string) string {
	if messagingService != "" {
		return "accepted"
	}
	return "queued"
}

func (s *Server) accept(form url.Values) string {
	m := Message{
		To: form.Get("To"), From: form.Get("From"), Service: form.Get("MessagingServiceSid"), Body: form.Get("Body"),
		StatusCallback: form.Get("StatusCallback"), SmartEncoded: form.Get("SmartEncoded") == "true",
	}
	if m.SmartEncoded {
		// Only a text that fits GSM-7 afterwards is changed.
		if plain := smart.Replace(m.Body); !strings.ContainsFunc(plain, func(r rune) bool { return !strings.ContainsRune(basic+extended, r) }) {
			m.Body = plain
		}
	}
	m.Status = first(m.Service)
	if m.Service == "" {
		m.Segments = segments(m.Body)
	}
	return s.Add(m)
}

func (s *Server) fetch(sid string) Act {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.SID == sid {
			return reply(http.StatusOK, s.resource(m))
		}
	}
	return notFound("/2010-04-01/Accounts/" + s.options.account + "/Messages/" + sid + ".json")
}

// list gives a page of the messages that fit To, From, and DateSent, "DateSent<" or "DateSent>" (a day in UTC, each
// inclusive): those not sent yet first, then the newest first.
func (s *Server) list(query url.Values) Act {
	fits, err := filterOf(query)
	size, sizeErr := intOr(query.Get("PageSize"), 50)
	page, pageErr := intOr(query.Get("Page"), 0)
	if err != nil || sizeErr != nil || pageErr != nil || size < 1 || size > 1000 {
		return Refuse(http.StatusBadRequest, 20001, "Invalid parameter")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Message
	for _, m := range s.messages {
		if fits(m) {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b *Message) int {
		if a.Sent.IsZero() != b.Sent.IsZero() {
			if a.Sent.IsZero() {
				return -1
			}
			return 1
		}
		return b.Sent.Compare(a.Sent)
	})
	start, end := min(page*size, len(all)), min((page+1)*size, len(all))
	shown := make([]map[string]any, 0, end-start)
	for _, m := range all[start:end] {
		shown = append(shown, s.resource(m))
	}
	return reply(http.StatusOK, map[string]any{
		"messages": shown, "page": page, "page_size": size, "start": start, "end": max(end-1, 0),
		"uri": s.pageURI(query, page), "first_page_uri": s.pageURI(query, 0),
		"next_page_uri": nullUnless(end < len(all), s.pageURI(query, page+1)), "previous_page_uri": nullUnless(page > 0, s.pageURI(query, page-1)),
	})
}

func (s *Server) pageURI(query url.Values, page int) string {
	next := url.Values{"Page": {strconv.Itoa(page)}}
	for name, values := range query {
		if name != "Page" && name != "PageToken" {
			next[name] = values
		}
	}
	if page > 0 {
		next.Set("PageToken", "PASM"+strconv.Itoa(page))
	}
	return "/2010-04-01/Accounts/" + s.options.account + "/Messages.json?" + next.Encode()
}

func nullUnless(there bool, uri string) any {
	if !there {
		return nil
	}
	return uri
}

func intOr(s string, def int) (int, error) {
	if s == "" {
		return def, nil
	}
	return strconv.Atoi(s)
}

// filterOf reads the filters of a list. A message that is not sent has no day, and fits none.
func filterOf(query url.Values) (func(*Message) bool, error) {
	for _, name := range []string{"DateSent", "DateSent<", "DateSent>"} {
		if day := query.Get(name); day != "" {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				return nil, err
			}
		}
	}
	return func(m *Message) bool {
		day := m.Sent.UTC().Format(time.DateOnly)
		dated := query.Has("DateSent") || query.Has("DateSent<") || query.Has("DateSent>")
		switch {
		case query.Has("To") && query.Get("To") != m.To,
			query.Has("From") && query.Get("From") != m.From,
			dated && m.Sent.IsZero(),
			query.Has("DateSent") && day != query.Get("DateSent"),
			query.Has("DateSent<") && day > query.Get("DateSent<"),
			query.Has("DateSent>") && day < query.Get("DateSent>"):
			return false
		}
		return true
	}, nil
}
