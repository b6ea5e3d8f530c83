package wechat

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func eventXML(name, more string) string {
	return "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[OPENID]]></FromUserName>" +
		"<CreateTime>1395658920</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[" + name + "]]></Event>" + more + "</xml>"
}

func TestParse(t *testing.T) {
	t.Parallel()
	base := Event{MsgType: "event", FromUser: "OPENID", ToUser: "gh_7f083739789a", CreateTime: time.Unix(1395658920, 0).UTC()}
	for name, tc := range map[string]struct {
		more string
		want func(e *Event)
	}{
		EventTemplateSent: {"<MsgID>200163836</MsgID><Status><![CDATA[failed:user block]]></Status>",
			func(e *Event) { e.MsgID, e.Status = "200163836", "failed:user block" }},
		EventSubscribe: {"<EventKey><![CDATA[qrscene_bind:x]]></EventKey><Ticket><![CDATA[gQH+/==]]></Ticket>",
			func(e *Event) { e.EventKey, e.Ticket = "qrscene_bind:x", "gQH+/==" }},
		EventUnsubscribe: {"<EventKey><![CDATA[]]></EventKey>", func(*Event) {}},
		EventScan:        {"<EventKey><![CDATA[bind:x]]></EventKey>", func(e *Event) { e.EventKey = "bind:x" }},
		EventSubscriptionPopup: {"<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[T1]]></TemplateId>" +
			"<SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>2</PopupScene></List>" +
			"<List><TemplateId><![CDATA[T2]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString>" +
			"<PopupScene>1</PopupScene></List></SubscribeMsgPopupEvent>",
			func(e *Event) {
				e.List = []Entry{{TemplateID: "T1", Status: SubscriptionAccepted, PopupScene: "2"}, {TemplateID: "T2", Status: SubscriptionRejected, PopupScene: "1"}}
			}},
		EventSubscriptionChanged: {"<SubscribeMsgChangeEvent><List><TemplateId>T1</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>" +
			"<List><TemplateId>T2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List></SubscribeMsgChangeEvent>",
			func(e *Event) {
				e.List = []Entry{{TemplateID: "T1", Status: SubscriptionRejected}, {TemplateID: "T2", Status: SubscriptionRejected}}
			}},
		EventSubscriptionSent: {"<SubscribeMsgSentEvent><List><TemplateId>T1</TemplateId><MsgID>1864323726461255680</MsgID><ErrorCode>0</ErrorCode>" +
			"<ErrorStatus>success</ErrorStatus></List><List><TemplateId>T2</TemplateId><MsgID>7</MsgID><ErrorCode>43101</ErrorCode><ErrorStatus>refused</ErrorStatus></List></SubscribeMsgSentEvent>",
			func(e *Event) {
				e.List = []Entry{{TemplateID: "T1", MsgID: "1864323726461255680", ErrorStatus: "success"}, {TemplateID: "T2", MsgID: "7", ErrorCode: 43101, ErrorStatus: "refused"}}
			}},
	} {
		want := base
		want.Event = name
		tc.want(&want)
		if got, err := Parse([]byte(eventXML(name, tc.more))); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, got, want)
		}
	}
	written, err := Parse([]byte("<xml><FromUserName>O</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>123</MsgId></xml>"))
	if err != nil || written.MsgID != "123" || written.MsgType != "text" || written.Event != "" {
		t.Errorf("a text: %+v, %v", written, err)
	}
}

func TestParse_RefusesWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":           "",
		"no XML":            `{"MsgType":"event"}`,
		"cut off":           strings.TrimSuffix(eventXML("SCAN", ""), "</xml>"),
		"nobody":            strings.Replace(eventXML("SCAN", ""), "OPENID", "", 1),
		"no kind":           strings.Replace(eventXML("SCAN", ""), "[event]", "[]", 1),
		"no time":           strings.Replace(eventXML("SCAN", ""), "1395658920", "tomorrow", 1),
		"declared entities": `<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>` + eventXML("SCAN", "<EventKey>x</EventKey>"),
		"outside file":      `<!DOCTYPE xml SYSTEM "file:///etc/passwd">` + eventXML("SCAN", ""),
		"used entity":       eventXML("SCAN", "<EventKey>&a;</EventKey>"),
		"directive after":   eventXML("SCAN", "") + `<!ENTITY a "b">`,
		"other encoding":    `<?xml version="1.0" encoding="gbk"?>` + eventXML("SCAN", ""),
		"no number":         eventXML(EventSubscriptionSent, "<SubscribeMsgSentEvent><List><ErrorCode>x</ErrorCode></List></SubscribeMsgSentEvent>"),
		"invalid UTF-8":     eventXML("SCAN", "<EventKey>\xff\xfe</EventKey>"),
	} {
		if got, err := Parse([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestEvent_Scene(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		event, key, want string
		is               bool
	}{
		{EventScan, "bind:x", "bind:x", true},
		{EventScan, "", "", false},
		{EventSubscribe, "qrscene_bind:x", "bind:x", true},
		{EventSubscribe, "", "", false},
		{EventClick, "bind:x", "", false},
	} {
		if got, is := (Event{Event: tc.event, EventKey: tc.key}).Scene(); got != tc.want || is != tc.is {
			t.Errorf("%s %q: %q, %t", tc.event, tc.key, got, is)
		}
	}
}

func TestEvent_KeyIsTheSameForRepetitionsAlone(t *testing.T) {
	t.Parallel()
	e, err := Parse([]byte(eventXML(EventTemplateSent, "<MsgID>1</MsgID><Status>success</Status>")))
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Parse([]byte(eventXML(EventTemplateSent, "<MsgID>1</MsgID><Status>success</Status>")))
	if e.Key() != again.Key() || len(e.Key()) != 64 {
		t.Errorf("keys %q and %q", e.Key(), again.Key())
	}
	seen := map[string]string{e.Key(): "the event itself"}
	for name, change := range map[string]func(*Event){
		"another reader":  func(e *Event) { e.FromUser = "OTHER" },
		"another second":  func(e *Event) { e.CreateTime = e.CreateTime.Add(time.Second) },
		"another message": func(e *Event) { e.MsgID = "2" },
		"another event":   func(e *Event) { e.Event = EventScan },
		"another scene":   func(e *Event) { e.EventKey = "x" },
		"shifted":         func(e *Event) { e.EventKey, e.MsgID = "1", "" },
		"a template":      func(e *Event) { e.List = []Entry{{TemplateID: "T1"}} },
		"its refusal":     func(e *Event) { e.List = []Entry{{TemplateID: "T1", Status: SubscriptionRejected}} },
	} {
		other := e
		change(&other)
		if before, met := seen[other.Key()]; met {
			t.Errorf("%s has the key of %s", name, before)
		}
		seen[other.Key()] = name
	}
}
