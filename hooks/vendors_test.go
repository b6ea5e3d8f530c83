package hooks_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/aliyunserver"
	"tminus/apptest/smtpserver"
	"tminus/apptest/twilioserver"
	"tminus/apptest/wechatserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
	"tminus/outbox"
)

// office is an app whose messages leave by the servers of a mail, an SMS and a WeChat vendor, as the configuration names
// them.
type office struct {
	*apptest.Server
	mail   *smtpserver.Server
	sms    smsVendor
	weChat *wechatserver.Server
}

// smsVendor is the server of one of the providers of SMS.
type smsVendor interface {
	Start() error
	Stop()
	settings() config.SMS
	arrived() []string // the deliveries whose messages reached a phone
	calls() int        // to send
	cutNext()          // takes the next message and cuts the connection instead of an answer
}

type aliyun struct{ *aliyunserver.Server }

func (v aliyun) settings() config.SMS {
	return config.SMS{
		Provider: config.Aliyun, APIKey: aliyunserver.KeyID, APISecret: aliyunserver.Secret, SignName: aliyunserver.Sign,
		TemplateCode: aliyunserver.Template, TemplateCodeIntl: aliyunserver.TemplateAbroad, Endpoint: v.URL(),
	}
}

func (v aliyun) arrived() (ids []string) {
	for _, m := range v.Messages() {
		ids = append(ids, m.OutID)
	}
	return ids
}

func (v aliyun) calls() int { return v.Calls("SendSms") }
func (v aliyun) cutNext()   { v.Fail(aliyunserver.Failure{Manner: aliyunserver.CutAfter, Times: 1}) }

type twilio struct{ *twilioserver.Server }

func (v twilio) settings() config.SMS {
	return config.SMS{
		Provider: config.Twilio, APIKey: v.AccountSID(), APISecret: v.AuthToken(), TwilioFrom: twilioserver.From, TwilioEndpoint: v.URL(),
	}
}

func (v twilio) arrived() (ids []string) {
	for _, m := range v.Messages() {
		ids = append(ids, m.StatusCallback[strings.LastIndexByte(m.StatusCallback, '/')+1:])
	}
	return ids
}

func (v twilio) calls() int { return v.Posts() }
func (v twilio) cutNext()   { v.Script("+85291234567", twilioserver.CutAfter()) }

func newOffice(t *testing.T, provider string, options ...apptest.Option) *office {
	t.Helper()
	clock := &apptest.Clock{}
	clock.Set(apptest.Start)
	o := &office{mail: smtpserver.Start(t), weChat: wechatserver.Start(t, wechatserver.WithClock(clock.Now))}
	if provider == config.Aliyun {
		o.sms = aliyun{aliyunserver.Start(t, aliyunserver.WithClock(clock.Now))}
	} else {
		o.sms = twilio{twilioserver.Start(t, twilioserver.WithClock(clock.Now))}
	}
	a := apptest.New(t, append([]apptest.Option{
		apptest.WithNow(clock.Now), apptest.WithNotifier(notifiers.Email, nil), apptest.WithNotifier(notifiers.SMS, nil),
		apptest.WithNotifier(notifiers.WeChat, nil), apptest.WithConfig(func(c *config.Config) {
			c.Email.Host, c.Email.Port, c.Email.Sandbox = o.mail.Host(), o.mail.Port(), false
			c.Email.From = "T-minus <reminders@example.test>"
			c.SMS = o.sms.settings()
			c.WeChat = config.WeChat{
				AppID: o.weChat.AppID(), AppSecret: o.weChat.AppSecret(), TemplateID: wechatserver.TemplateID, Endpoint: o.weChat.URL(),
			}
		}),
	}, options...)...)
	a.Clock = clock
	o.Server = a.Serve()
	return o
}

// byEachSMSProvider runs a test for each.
func byEachSMSProvider(t *testing.T, test func(t *testing.T, provider string)) {
	for _, provider := range []string{config.Aliyun, config.Twilio} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			test(t, provider)
		})
	}
}

// on gives a reminder's row of a channel, or an empty one.
func on(a *apptest.App, r *collections.Reminder, channel string) collections.Delivery {
	for _, d := range a.Deliveries(r.Id) {
		if d.Channel == channel {
			return *d
		}
	}
	return collections.Delivery{}
}

// is says whether a reminder's row of a channel has come to a status after so many attempts.
func is(a *apptest.App, r *collections.Reminder, channel, status string, attempts int) func() bool {
	return func() bool {
		d := on(a, r, channel)
		return d.Status == status && d.Attempts == attempts
	}
}

// With an hour between two looks at the clock, only being woken can make anything leave.
func TestP5_WhatIsDueLeavesByEveryVendorWithoutWaitingForATick(t *testing.T) {
	t.Parallel()
	byEachSMSProvider(t, func(t *testing.T, provider string) {
		o := newOffice(t, provider, apptest.WithOutbox(func(o *outbox.Options) { o.Tick = time.Hour }))
		r := dueTo(t, o.App, notifiers.Channels...)
		wantStatus(t, "send now", o.Do("staff", "POST", "/api/tminus/reminders/"+r.Id+"/send", nil), http.StatusAccepted)
		for _, channel := range notifiers.Channels {
			o.Eventually("it leaves by "+channel, is(o.App, r, channel, "sent", 1))
		}
		mails, messages := o.mail.Mails(), o.weChat.Messages()
		if len(mails) != 1 || mails[0].MessageID != "<"+on(o.App, r, notifiers.Email).ID+"@example.test>" {
			t.Errorf("the mail server has %d mails", len(mails))
		}
		if got := o.sms.arrived(); !slices.Equal(got, []string{on(o.App, r, notifiers.SMS).ID}) {
			t.Errorf("the SMS vendor has %v", got)
		}
		if len(messages) != 1 || messages[0].ClientMsgID != on(o.App, r, notifiers.WeChat).ID {
			t.Errorf("WeChat has %+v", messages)
		}
	})
}

func TestP9_ADeadSMSVendorDelaysNoMailAndItsMessagesLeaveWhenItIsBack(t *testing.T) {
	t.Parallel()
	byEachSMSProvider(t, func(t *testing.T, provider string) {
		o := newOffice(t, provider)
		o.sms.Stop()
		var all []*collections.Reminder
		for range 5 {
			all = append(all, dueTo(t, o.App, notifiers.Email, notifiers.SMS))
		}
		o.Advance(time.Hour)
		for _, r := range all {
			o.Eventually("the mail leaves", is(o.App, r, notifiers.Email, "sent", 1))
			o.Eventually("the SMS waits, and no attempt is used up", is(o.App, r, notifiers.SMS, "queued", 0))
		}
		o.Eventually("the channel is paused", func() bool { return o.System.ChannelState(notifiers.SMS).State == outbox.StatePaused })
		if state := o.System.ChannelState(notifiers.SMS); !strings.HasPrefix(state.Reason, notifiers.ReasonOutOfReach) || state.Hint == "" {
			t.Errorf("it says %q, %q", state.Reason, state.Hint)
		}
		if state := o.System.ChannelState(notifiers.Email).State; state != outbox.StateReady {
			t.Errorf("email is %s", state)
		}
		o.Eventually("the administrator is told", func() bool { return o.told() == 1 })

		must(t, o.sms.Start())
		for _, r := range all {
			o.Eventually("the SMS leaves", is(o.App, r, notifiers.SMS, "sent", 1))
		}
		o.Eventually("the channel is ready", func() bool { return o.System.ChannelState(notifiers.SMS).State == outbox.StateReady })
		if n, told := len(o.sms.arrived()), o.told(); n != len(all) || told != 1 {
			t.Errorf("%d SMS arrived, the administrator was told %d times", n, told)
		}
	})
}

// told counts the mails to the administrator.
func (o *office) told() (n int) {
	for _, m := range o.mail.Mails() {
		if slices.Contains(m.To, "admin@example.test") {
			n++
		}
	}
	return n
}

func TestP7_AnSMSWhoseAnswerIsCutOffIsAskedForAndArrivesOnce(t *testing.T) {
	t.Parallel()
	byEachSMSProvider(t, func(t *testing.T, provider string) {
		o := newOffice(t, provider)
		before := dueTo(t, o.App, notifiers.SMS) // so that the connection is one that was used already
		o.Advance(time.Hour)
		o.Eventually("one goes well", is(o.App, before, notifiers.SMS, "sent", 1))
		o.sms.cutNext()
		r := dueTo(t, o.App, notifiers.SMS)
		o.Advance(time.Hour)
		o.Eventually("nobody knows", is(o.App, r, notifiers.SMS, "unknown", 1))
		o.Advance(5 * time.Second)
		o.Eventually("the vendor knows", is(o.App, r, notifiers.SMS, "sent", 1))
		o.Advance(10 * time.Minute)
		d := theOne(t, o.App, r)
		if got := o.sms.arrived(); !slices.Equal(got, []string{theOne(t, o.App, before).ID, d.ID}) || o.sms.calls() != 2 || d.PossibleDuplicate {
			t.Errorf("%v arrived in %d calls, possible duplicate: %v", got, o.sms.calls(), d.PossibleDuplicate)
		}
	})
}

func TestP7_AWeChatMessageWhoseAnswerIsCutOffIsRepeatedAndArrivesOnce(t *testing.T) {
	t.Parallel()
	s := withWeChat(t)
	before := dueTo(t, s.App, notifiers.WeChat)
	s.Advance(time.Hour)
	s.Eventually("one goes well", deliveryIs(s.App, before, "sent", 1))
	become(s.App, "cutafter-1")
	r := dueTo(t, s.App, notifiers.WeChat)
	s.Advance(time.Hour)
	s.Eventually("nobody knows", deliveryIs(s.App, r, "unknown", 1))
	s.Advance(5 * time.Second)
	s.Eventually("the platform has it", deliveryIs(s.App, r, "sent", 2))
	d, got := theOne(t, s.App, r), s.account.MessagesTo("cutafter-1")
	if len(got) != 1 || got[0].ClientMsgID != d.ID || d.PossibleDuplicate {
		t.Errorf("the platform has %+v, possible duplicate: %v", got, d.PossibleDuplicate)
	}
}

func TestFourWeChatMessagesAtOnceTakeAtMostTwoCallsForATokenAndAStaleOneCostsNoAttempt(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*wechatserver.Server){
		"the first ones":               nil,
		"with a token that is revoked": (*wechatserver.Server).Revoke,
		"with a token that is given again until a new one is forced": (*wechatserver.Server).RevokeUntilForced,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withWeChat(t)
			if spoil != nil {
				first := dueTo(t, s.App, notifiers.WeChat)
				s.Advance(time.Hour)
				s.Eventually("one goes before", deliveryIs(s.App, first, "sent", 1))
				spoil(s.account)
			}
			before := s.account.TokenCalls()
			var four []*collections.Reminder
			for range 4 {
				four = append(four, dueTo(t, s.App, notifiers.WeChat))
			}
			s.Advance(time.Hour)
			for _, r := range four {
				s.Eventually("it leaves at the first attempt", deliveryIs(s.App, r, "sent", 1))
			}
			if calls := s.account.TokenCalls() - before; calls < 1 || calls > 2 {
				t.Errorf("%d calls for a token", calls)
			}
		})
	}
}
