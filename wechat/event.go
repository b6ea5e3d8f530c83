package wechat

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// The events that matter here, as Event.Event names them.
const (
	EventTemplateSent        = "TEMPLATESENDJOBFINISH"      // what came of a template message: MsgID, Status
	EventSubscribe           = "subscribe"                  // somebody follows; with EventKey "qrscene_…" by scanning a code
	EventUnsubscribe         = "unsubscribe"                // somebody follows no longer
	EventScan                = "SCAN"                       // a follower scanned a code: EventKey is its scene
	EventClick               = "CLICK"                      // a button of the menu: EventKey is its key
	EventSubscriptionPopup   = "subscribe_msg_popup_event"  // somebody agreed to notifications or refused: List
	EventSubscriptionChanged = "subscribe_msg_change_event" // somebody switched notifications off: List
	EventSubscriptionSent    = "subscribe_msg_sent_event"   // what came of a notification: List
)

// What Entry.Status says.
const (
	SubscriptionAccepted = "accept"
	SubscriptionRejected = "reject"
)

// Event is one message that the platform posted. Fields that its kind does not have are empty.
type Event struct {
	MsgType    string    // "event", or "text" and others for what people write
	Event      string    // see EventTemplateSent and the others; empty for what people write
	FromUser   string    // openid
	ToUser     string    // the account's own name, gh_…
	CreateTime time.Time // UTC, to the second
	EventKey   string
	Ticket     string // of the code that was scanned
	MsgID      string // decimal; empty if there is none
	Status     string // of EventTemplateSent
	List       []Entry
}

// Entry is what a subscription event says of one template.
type Entry struct {
	TemplateID  string
	Status      string // SubscriptionAccepted or SubscriptionRejected
	PopupScene  string // "1" on a page, "2" in an article
	MsgID       string // decimal; empty if there is none
	ErrorCode   int    // of EventSubscriptionSent: 0 = it arrived
	ErrorStatus string // of EventSubscriptionSent, the platform's words
}

// scenePrefix stands before the scene when the scan made its reader a follower.
const scenePrefix = "qrscene_"

// Scene gives the scene of the scanned code, false if the event is no scan.
func (e Event) Scene() (string, bool) {
	switch {
	case e.Event == EventScan:
		return e.EventKey, e.EventKey != ""
	case e.Event == EventSubscribe:
		return strings.CutPrefix(e.EventKey, scenePrefix)
	}
	return "", false
}

// Key is the same for each repetition of an event, and for nothing else. The platform repeats what is not answered
// within 5 s, and names sender and second as its identity; the rest is here because several messages to one reader can
// end in one second. It shows none of its parts.
func (e Event) Key() string {
	h := sha256.New()
	part := func(s string) {
		_, _ = io.WriteString(h, strconv.Itoa(len(s))+":"+s)
	}
	for _, s := range []string{e.MsgType, e.Event, e.FromUser, strconv.FormatInt(e.CreateTime.Unix(), 10), e.EventKey, e.MsgID} {
		part(s)
	}
	for _, entry := range e.List {
		for _, s := range []string{entry.TemplateID, entry.Status, entry.MsgID} {
			part(s)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// document is the XML of an event. The platform writes MsgID in events and MsgId in what people write.
type document struct {
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Event        string
	EventKey     string
	Ticket       string
	Status       string
	MsgID        string      `xml:"MsgID"`
	MsgId        string      `xml:"MsgId"` // the platform's spelling
	Popup        []listEntry `xml:"SubscribeMsgPopupEvent>List"`
	Change       []listEntry `xml:"SubscribeMsgChangeEvent>List"`
	Sent         []listEntry `xml:"SubscribeMsgSentEvent>List"`
}

type listEntry struct {
	TemplateId            string // the platform's spelling
	SubscribeStatusString string
	PopupScene            string
	MsgID                 string
	ErrorCode             string
	ErrorStatus           string
}

// Parse reads the XML that Open gave. A document type is refused: it is where entities are declared.
func Parse(text []byte) (Event, error) {
	if err := declaresNothing(text); err != nil {
		return Event{}, err
	}
	var d document
	if err := xml.Unmarshal(text, &d); err != nil || d.MsgType == "" || d.FromUserName == "" {
		return Event{}, ErrMalformed
	}
	e := Event{
		MsgType: d.MsgType, Event: d.Event, FromUser: d.FromUserName, ToUser: d.ToUserName,
		CreateTime: time.Unix(d.CreateTime, 0).UTC(), EventKey: d.EventKey, Ticket: d.Ticket, Status: d.Status,
		MsgID: d.MsgID + d.MsgId,
	}
	for _, list := range [][]listEntry{d.Popup, d.Change, d.Sent} {
		for _, l := range list {
			entry, err := l.entry()
			if err != nil {
				return Event{}, err
			}
			e.List = append(e.List, entry)
		}
	}
	return e, nil
}

func (l listEntry) entry() (Entry, error) {
	e := Entry{
		TemplateID: l.TemplateId, Status: l.SubscribeStatusString, PopupScene: l.PopupScene, MsgID: l.MsgID,
		ErrorStatus: l.ErrorStatus,
	}
	if l.ErrorCode != "" {
		code, err := strconv.Atoi(l.ErrorCode)
		if err != nil {
			return Entry{}, ErrMalformed
		}
		e.ErrorCode = code
	}
	return e, nil
}

// declaresNothing refuses directives, and what is no XML.
func declaresNothing(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return ErrMalformed
		}
		if _, ok := token.(xml.Directive); ok {
			return ErrMalformed
		}
	}
}

// sealedText gives the encrypted part of a body in safe mode.
func sealedText(body []byte) (string, error) {
	if err := declaresNothing(body); err != nil {
		return "", err
	}
	var envelope struct {
		Encrypt string
	}
	if err := xml.Unmarshal(body, &envelope); err != nil || envelope.Encrypt == "" {
		return "", ErrMalformed
	}
	return envelope.Encrypt, nil
}
