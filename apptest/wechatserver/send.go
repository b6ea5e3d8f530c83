package wechatserver

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Message is one message that reached its reader.
type Message struct {
	OpenID       string
	TemplateID   string
	URL          string // of a template message, or the page of a notification
	ClientMsgID  string
	Data         map[string]string
	MsgID        int64
	Subscription bool
	At           time.Time
}

const (
	duplicateWithin = time.Minute      // a repetition so soon is refused with 40241
	sameMessageFor  = 10 * time.Minute // one later is answered like the first; afterwards it is another message
)

// openid is what the platform takes for one.
var openid = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// sendRequest is the body of both senders.
type sendRequest struct {
	ToUser      string `json:"touser"`
	TemplateID  string `json:"template_id"`
	URL         string `json:"url"`
	Page        string `json:"page"`
	ClientMsgID string `json:"client_msg_id"`
	Data        map[string]struct {
		Value string `json:"value"`
	} `json:"data"`
	MiniProgram *struct {
		AppID string `json:"appid"`
	} `json:"miniprogram"`
}

func (in sendRequest) message(subscription bool, now time.Time) Message {
	m := Message{
		OpenID: in.ToUser, TemplateID: in.TemplateID, URL: in.URL + in.Page, ClientMsgID: in.ClientMsgID,
		Data: map[string]string{}, Subscription: subscription, At: now,
	}
	for key, d := range in.Data {
		m.Data[key] = d.Value
	}
	return m
}

// sendTemplate takes a template message.
//
// https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage.html
func (s *Server) sendTemplate(r request) (object, manner) { return s.send(r, false) }

// sendSubscription takes a subscription notification.
//
// https://developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg.html
func (s *Server) sendSubscription(r request) (object, manner) { return s.send(r, true) }

func (s *Server) send(r request, subscription bool) (object, manner) {
	var in sendRequest
	if bad := r.decode(&in); bad != nil {
		return bad, answers
	}
	if bad := s.check(in, subscription); bad != nil {
		return bad, answers
	}
	m := in.message(subscription, s.options.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	scripted, isScripted := s.scripted(in)
	if isScripted && !scripted.sends {
		return refused(scripted.code, scripted.msg), scripted.manner
	}
	reply := s.deliver(m)
	if isScripted && scripted.code != 0 {
		reply = refused(scripted.code, scripted.msg)
	}
	return reply, scripted.manner
}

// scripted gives what the openid asks for. The caller holds mu.
func (s *Server) scripted(in sendRequest) (answer, bool) {
	name, _, _ := strings.Cut(in.ToUser, "-")
	key := "script:" + in.ToUser + "|" + in.ClientMsgID
	if name == "busytwice" {
		s.seen[in.ToUser]++
		return answer{code: -1, msg: "system error"}, s.seen[in.ToUser] <= 2
	}
	a, ok := s.options.openids[name]
	if ok && a.once {
		s.seen[key]++
		ok = s.seen[key] == 1
	}
	if !ok {
		return answer{}, false
	}
	return a, true
}

// deliver brings a message to its reader once. The caller holds mu.
func (s *Server) deliver(m Message) object {
	key := m.OpenID + "|" + m.ClientMsgID
	if first, known := s.byID[key]; known && m.ClientMsgID != "" {
		switch age := m.At.Sub(first.At); {
		case age < duplicateWithin:
			return refused(40241, "duplicate in 60 seconds")
		case age < sameMessageFor:
			return ok(object{"msgid": first.MsgID})
		}
	}
	credit := m.OpenID + "|" + m.TemplateID
	if m.Subscription {
		if s.credits[credit]+s.options.credits <= 0 {
			return refused(43101, "user refuse to accept the msg")
		}
		s.credits[credit]--
	}
	s.lastMsgID++
	m.MsgID = s.lastMsgID
	if !m.Subscription {
		s.byID[key] = m
	}
	s.messages = append(s.messages, m)
	s.note()
	if s.options.receipts && s.callback != "" && s.http != nil {
		s.pushes.Go(func() { s.pushFate(m) })
	}
	if m.Subscription {
		return ok(nil)
	}
	return ok(object{"msgid": m.MsgID})
}

// check holds a request against the platform's rules.
func (s *Server) check(in sendRequest, subscription bool) object {
	known := s.options.templates
	if subscription {
		known = s.options.subscriptions
	}
	at := slices.IndexFunc(known, func(t template) bool { return t.id == in.TemplateID })
	switch {
	case !openid.MatchString(in.ToUser):
		return refused(40003, "invalid openid")
	case at < 0:
		return refused(40037, "invalid template_id")
	case in.MiniProgram != nil && in.MiniProgram.AppID == "":
		return refused(40165, "invalid weapp appid")
	case in.Page != "" && !strings.HasPrefix(in.Page, "http"):
		return refused(41030, "invalid page")
	case len(in.ClientMsgID) > 32 || in.URL != "" && !strings.HasPrefix(in.URL, "http"):
		return refused(47003, "argument invalid!")
	}
	if key := wrongValue(known[at].content, in); key != "" {
		return refused(47003, fmt.Sprintf("argument invalid! data.%s.value invalid", key))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unfollow[in.ToUser] && !subscription {
		return refused(43004, "require subscribe")
	}
	return nil
}

// Grant lets a reader have agreed to n more notifications of a template.
func (s *Server) Grant(openID, templateID string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credits[openID+"|"+templateID] += n
}

// Messages is what reached its readers so far, in that order.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// MessagesTo is what reached one reader.
func (s *Server) MessagesTo(openID string) []Message {
	return slices.DeleteFunc(s.Messages(), func(m Message) bool { return m.OpenID != openID })
}

// ByClientMsgID groups the messages by client_msg_id: two under one key are a duplicate.
func (s *Server) ByClientMsgID() map[string][]Message {
	groups := map[string][]Message{}
	for _, m := range s.Messages() {
		groups[m.ClientMsgID] = append(groups[m.ClientMsgID], m)
	}
	return groups
}

// WaitFor waits until at least n messages reached their readers, and says whether they did within timeout.
func (s *Server) WaitFor(n int, timeout time.Duration) bool {
	return s.waitFor(func() bool { return len(s.messages) >= n }, timeout)
}
