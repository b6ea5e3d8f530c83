package wechatserver

import (
	"context"
	"fmt"
	"strings"
)

// account is the account's own name in events.
const account = "gh_7f083739789a"

// event is the XML of an event of somebody, as the platform writes it.
func (s *Server) event(openID, name, more string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName>\n<FromUserName><![CDATA[%s]]></FromUserName>\n"+
		"<CreateTime>%d</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[%s]]></Event>\n%s</xml>",
		account, openID, s.options.now().Unix(), name, more)
}

// TemplateSent is the event of what came of a template message: "success", "failed:user block" or
// "failed: system failed".
func (s *Server) TemplateSent(openID string, msgID int64, status string) string {
	return s.event(openID, "TEMPLATESENDJOBFINISH", fmt.Sprintf("<MsgID>%d</MsgID>\n<Status><![CDATA[%s]]></Status>\n", msgID, status))
}

// Entry is one template in a subscription event.
type Entry struct {
	TemplateID  string
	Status      string // accept or reject
	MsgID       int64
	ErrorCode   int
	ErrorStatus string
}

// Popup is the event of somebody who agreed to notifications or refused them.
func (s *Server) Popup(openID string, list ...Entry) string {
	return s.subscription(openID, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", list, func(e Entry) string {
		return fmt.Sprintf("<SubscribeStatusString><![CDATA[%s]]></SubscribeStatusString><PopupScene>1</PopupScene>", e.Status)
	})
}

// Changed is the event of somebody who switched notifications off.
func (s *Server) Changed(openID string, list ...Entry) string {
	return s.subscription(openID, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", list, func(e Entry) string {
		return fmt.Sprintf("<SubscribeStatusString><![CDATA[%s]]></SubscribeStatusString>", e.Status)
	})
}

// SubscriptionSent is the event of what came of notifications.
func (s *Server) SubscriptionSent(openID string, list ...Entry) string {
	return s.subscription(openID, "subscribe_msg_sent_event", "SubscribeMsgSentEvent", list, func(e Entry) string {
		return fmt.Sprintf("<MsgID>%d</MsgID><ErrorCode>%d</ErrorCode><ErrorStatus><![CDATA[%s]]></ErrorStatus>", e.MsgID, e.ErrorCode, e.ErrorStatus)
	})
}

func (s *Server) subscription(openID, name, element string, list []Entry, say func(Entry) string) string {
	var b strings.Builder
	for _, e := range list {
		fmt.Fprintf(&b, "<List><TemplateId><![CDATA[%s]]></TemplateId>%s</List>", e.TemplateID, say(e))
	}
	return s.event(openID, name, fmt.Sprintf("<%s>%s</%s>\n", element, b.String(), element))
}

// Scan lets somebody scan the code of a scene, and posts the event: SCAN of a follower, else subscribe.
func (s *Server) Scan(ctx context.Context, openID, scene string) (Pushed, error) {
	s.mu.Lock()
	ticket := s.scenes[scene]
	name, key := "SCAN", scene
	if s.unfollow[openID] {
		name, key = "subscribe", "qrscene_"+scene
		delete(s.unfollow, openID)
	}
	s.mu.Unlock()
	return s.Push(ctx, s.event(openID, name, fmt.Sprintf("<EventKey><![CDATA[%s]]></EventKey>\n<Ticket><![CDATA[%s]]></Ticket>\n", key, ticket)))
}

// Follow lets somebody follow the account, without a code, and posts the event.
func (s *Server) Follow(ctx context.Context, openID string) (Pushed, error) {
	s.SetFollowing(openID, true)
	return s.Push(ctx, s.event(openID, "subscribe", "<EventKey><![CDATA[]]></EventKey>\n"))
}

// Unfollow lets somebody leave the account, and posts the event.
func (s *Server) Unfollow(ctx context.Context, openID string) (Pushed, error) {
	s.SetFollowing(openID, false)
	return s.Push(ctx, s.event(openID, "unsubscribe", "<EventKey><![CDATA[]]></EventKey>\n"))
}

// SetFollowing says whether somebody follows the account, without an event. All do, unless said otherwise.
func (s *Server) SetFollowing(openID string, following bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unfollow[openID] = !following
}

// fates are the events of messages to openids of that name.
var fates = map[string]string{"userblock": "failed:user block", "systemfailed": "failed: system failed"}

// pushFate posts what came of a message.
func (s *Server) pushFate(m Message) {
	name, _, _ := strings.Cut(m.OpenID, "-")
	status, failed := fates[name]
	text := s.TemplateSent(m.OpenID, m.MsgID, "success")
	switch {
	case m.Subscription && failed:
		text = s.SubscriptionSent(m.OpenID, Entry{TemplateID: m.TemplateID, MsgID: m.MsgID, ErrorCode: 1, ErrorStatus: status})
	case m.Subscription:
		text = s.SubscriptionSent(m.OpenID, Entry{TemplateID: m.TemplateID, MsgID: m.MsgID, ErrorStatus: "success"})
	case failed:
		text = s.TemplateSent(m.OpenID, m.MsgID, status)
	}
	// Whether it was taken stands in Pushes.
	_, _ = s.Push(context.Background(), text)
}
