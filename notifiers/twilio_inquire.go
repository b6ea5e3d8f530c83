package notifiers

import (
	"context"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"
)

// twilioMessage is a message resource.
type twilioMessage struct {
	SID       string     `json:"sid"`
	To        string     `json:"to"`
	From      string     `json:"from"`
	Service   string     `json:"messaging_service_sid"`
	Body      string     `json:"body"`
	Status    string     `json:"status"`
	Direction string     `json:"direction"`
	Segments  string     `json:"num_segments"`
	ErrorCode int        `json:"error_code"`
	Created   twilioTime `json:"date_created"`
	Updated   twilioTime `json:"date_updated"`
}

// twilioTime is a date of RFC 2822. A list with one that cannot be read is no answer: a message whose age is not known
// must not pass as absent.
type twilioTime struct{ time.Time }

func (t *twilioTime) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if text == "null" {
		return nil
	}
	parsed, err := mail.ParseDate(text)
	t.Time = parsed.UTC()
	return err
}

func (m *twilioMessage) parts() int { return number(m.Segments) }

func (m *twilioMessage) finding() Finding {
	f := Finding{ProviderID: m.SID, Segments: m.parts()}
	f.State, f.Err = twilioState(m.Status, m.ErrorCode)
	if f.State != Accepted {
		f.At = m.Updated.Time
	}
	return f
}

// ReceiptAfter is 5 and 60 minutes: the status callback comes earlier, if it comes.
func (t *Twilio) ReceiptAfter() []time.Duration { return []time.Duration{5 * time.Minute, time.Hour} }

// Inquire asks for a message: by its sid, or, if the answer to the attempt was lost, among the messages to that number,
// since Twilio keeps no id of ours. A message is taken for the one asked for if sender and words are the same, it was
// made between a minute before and five minutes after the attempt began, and it is not known to belong to another
// attempt; of several the nearest in time. So two deliveries of the same words to one number within minutes are told
// apart by the sids that this process has seen. The limit: those are forgotten when it ends, and of two such deliveries of
// which Twilio has one, both may then be said to have left.
func (t *Twilio) Inquire(ctx context.Context, q Inquiry) (Finding, error) {
	if t.invalid != nil {
		return Finding{}, t.invalid
	}
	if q.ProviderID != "" {
		return t.fetch(ctx, q)
	}
	s := search{t: t, q: q, began: q.Began}
	if failed := s.run(ctx); failed != nil {
		return Finding{}, failed
	}
	if s.best == nil {
		return Finding{State: Absent}, nil
	}
	t.known.found(s.best.SID, q.Message.ID)
	return s.best.finding(), nil
}

// fetch asks for one message by its sid. A sid that Twilio does not know is Absent: it was deleted there.
func (t *Twilio) fetch(ctx context.Context, q Inquiry) (Finding, error) {
	if !sidPattern.MatchString(q.ProviderID) {
		return Finding{}, &Error{Class: Permanent, Reason: because(ReasonProvider, "the id is not one of Twilio's")}
	}
	a := t.api.get(ctx, t.api.account+"/Messages/"+q.ProviderID+".json")
	var said struct {
		Code int `json:"code"`
	}
	if a.err == nil && a.status == http.StatusNotFound && a.decode(&said) && said.Code == 20404 {
		return Finding{State: Absent, ProviderID: q.ProviderID}, nil
	}
	if failed := asked(a.failure(t.options.Now())); failed != nil {
		return Finding{}, failed
	}
	var m twilioMessage
	if !a.decode(&m) || m.SID != q.ProviderID {
		return Finding{}, a.unreadable(Transient)
	}
	return m.finding(), nil
}

// How long before and after the beginning of the attempt Twilio may have made its message: the clocks differ, and its
// dates have whole seconds.
const (
	madeBefore = time.Minute
	madeAfter  = 5 * time.Minute
)

// search looks for the message of an attempt whose answer was lost.
type search struct {
	t     *Twilio
	q     Inquiry
	began time.Time // by Twilio's clock

	best     *twilioMessage
	likeness int
}

// run asks twice: for what was sent since the day before, in whatever order; then, since a message that waits in
// Twilio's queue has no such date, for all, the newest first, until a page holds only older ones.
func (s *search) run(ctx context.Context) *Error {
	query := url.Values{"To": {s.q.Message.To.Address}, "PageSize": {"200"}}
	dated := url.Values{"DateSent>": {s.q.Began.UTC().AddDate(0, 0, -1).Format(time.DateOnly)}}
	for name, values := range query {
		dated[name] = values
	}
	if failed := s.pages(ctx, dated, false); failed != nil || s.best != nil {
		return failed
	}
	return s.pages(ctx, query, true)
}

type twilioPage struct {
	Messages []twilioMessage `json:"messages"`
	Next     string          `json:"next_page_uri"`
}

// maxPages keeps a list that has no end from being followed for ever. 50 pages are 10,000 messages to one number.
const maxPages = 50

func (s *search) pages(ctx context.Context, query url.Values, newestFirst bool) *Error {
	path := s.t.api.account + "/Messages.json?" + query.Encode()
	for range maxPages {
		a := s.t.api.get(ctx, path)
		if failed := asked(a.failure(s.t.options.Now())); failed != nil {
			return failed
		}
		var page twilioPage
		if !a.decode(&page) || page.Messages == nil {
			return a.unreadable(Transient)
		}
		s.setClock(a.header.Get("Date"))
		older := s.look(page.Messages)
		if page.Next == "" || newestFirst && older {
			return nil
		}
		if !strings.HasPrefix(page.Next, s.t.api.account+"/Messages.json?") {
			return a.unreadable(Transient) // elsewhere the credentials have no business
		}
		path = page.Next
	}
	return &Error{Class: Transient, Reason: because(ReasonUnreadable, "a list without end")}
}

// setClock moves the attempt's beginning to Twilio's clock where this machine's is clearly off: a message that seems to
// be of another time would be taken for absent, and sent again.
func (s *search) setClock(date string) {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return
	}
	if off := theirs.Sub(s.t.options.Now()); off.Abs() > madeBefore/2 {
		s.began = s.q.Began.Add(off)
	}
}

// look keeps the best match of a page, and says whether all of it was made before the attempt.
func (s *search) look(page []twilioMessage) (older bool) {
	older = true
	for i := range page {
		m := &page[i]
		if since := m.Created.Sub(s.began); since >= -madeBefore {
			older = false
			if since <= madeAfter {
				s.consider(m)
			}
		}
	}
	return older
}

func (s *search) consider(m *twilioMessage) {
	if !sidPattern.MatchString(m.SID) || m.To != s.q.Message.To.Address || !s.fromUs(m) ||
		s.t.known.others(m.SID, s.q.Message.ID) {
		return
	}
	like := likeness(m.Body, twilioBody(s.q.Message))
	if like == 0 || like < s.likeness {
		return
	}
	if like > s.likeness || s.distance(m) < s.distance(s.best) {
		s.best, s.likeness = m, like
	}
}

func (s *search) fromUs(m *twilioMessage) bool {
	if s.t.senderField() == "MessagingServiceSid" {
		return m.Service == s.t.options.From
	}
	return m.From == s.t.options.From
}

func (s *search) distance(m *twilioMessage) time.Duration { return m.Created.Sub(s.began).Abs() }

// How alike the words of two messages are; 0 is not at all.
const (
	likeRedacted = iota + 1 // Twilio keeps no words: the account has message redaction on
	likeLetters             // the same but for signs: smart encoding changes them, a trial account puts its own words in front
	likeExactly
)

func likeness(theirs, ours string) int {
	switch {
	case theirs == ours:
		return likeExactly
	case theirs == "":
		return likeRedacted
	case letters(ours) != "" && strings.HasSuffix(letters(theirs), letters(ours)):
		return likeLetters
	}
	return 0
}

// letters leaves letters and digits. Some of the quotation marks that smart encoding replaces are modifier letters
// (https://www.twilio.com/docs/messaging/services/smart-encoding-char-list).
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) {
			return r
		}
		return -1
	}, s)
}

// sids remembers what the last messages belong to, so that of two with the same words each keeps its own.
type sids struct {
	mu    sync.Mutex
	lost  map[string]string // by sid, the delivery whose answer was lost; "" where the answer came
	order []string          // the sids, the oldest first
}

const maxSIDs = 10_000

func newSIDs() *sids { return &sids{lost: map[string]string{}} }

// answered notes the message of an attempt whose answer came, found that of one whose answer was lost.
func (s *sids) answered(sid string) { s.found(sid, "") }

func (s *sids) found(sid, delivery string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.lost[sid]; !ok {
		s.order = append(s.order, sid)
	}
	s.lost[sid] = delivery
	if len(s.order) > maxSIDs {
		delete(s.lost, s.order[0])
		s.order = s.order[1:]
	}
}

// others says whether a message is known to be of another attempt than one of this delivery's whose answer was lost: an
// earlier attempt of the same delivery is another too.
func (s *sids) others(sid, delivery string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, ok := s.lost[sid]
	return ok && owner != delivery
}
