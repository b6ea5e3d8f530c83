package notifiers

import (
	"fmt"
	"testing"
	"time"

	"tminus/wechat"
)

func TestWeChatFindings(t *testing.T) {
	t.Parallel()
	at := time.Date(2014, 3, 24, 11, 2, 0, 0, time.UTC)
	for status, want := range map[string]struct {
		state  State
		class  Class
		reason string
	}{
		"success":               {Delivered, "", ""},
		"failed:user block":     {Failed, Permanent, ReasonNoConsent + " (user block)"},
		"failed: system failed": {Failed, Transient, ReasonBusy + " (system failed)"},
		"failed:system failed":  {Failed, Transient, ReasonBusy + " (system failed)"},
		"failed:freq limit":     {Failed, Transient, ReasonQuota + " (freq limit)"},
		"failed:something":      {Failed, Permanent, ReasonProvider + " (failed:something)"},
	} {
		all := WeChatFindings(wechat.Event{Event: wechat.EventTemplateSent, MsgID: "200163836", Status: status, CreateTime: at})
		if len(all) != 1 || all[0].State != want.state || all[0].ProviderID != "200163836" || !all[0].At.Equal(at) {
			t.Fatalf("%s: %+v", status, all)
		}
		if e := all[0].Err; (e != nil) != (want.class != "") || e != nil && (e.Class != want.class || e.Reason != want.reason || e.AddressRefused) {
			t.Errorf("%s: %+v", status, e)
		}
	}
	sent := WeChatFindings(wechat.Event{Event: wechat.EventSubscriptionSent, CreateTime: at, List: []wechat.Entry{
		{MsgID: "1"}, {MsgID: "2", ErrorCode: 43101}, {MsgID: "3", ErrorCode: 40003}, {MsgID: "4", ErrorCode: 20003}, {MsgID: "5", ErrorCode: 48001},
	}})
	got := ""
	for _, f := range sent {
		got += f.ProviderID + " " + string(f.State)
		if f.Err != nil {
			got += fmt.Sprintf(" %s %t %s", f.Err.Class, f.Err.AddressRefused, f.Err.Reason)
		}
		got += "\n"
	}
	want := "1 delivered\n2 failed permanent false the recipient has not agreed to another message (errcode 43101)\n" +
		"3 failed permanent true the WeChat account is not known (errcode 40003)\n" +
		"4 failed permanent false the provider refused the request (errcode 20003)\n" +
		"5 failed permanent false the provider refused the request (errcode 48001)\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if other := WeChatFindings(wechat.Event{Event: wechat.EventScan}); other != nil {
		t.Errorf("a scan: %+v", other)
	}
}
