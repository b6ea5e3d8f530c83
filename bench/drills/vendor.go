package drills

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"tminus/apptest/aliyunserver"
	"tminus/apptest/smtpserver"
	"tminus/apptest/twilioserver"
	"tminus/apptest/wechatserver"
	"tminus/notifiers"
)

// Vendor is a provider in this process: a server that checks what the real one checks.
type Vendor struct {
	Channel string
	Addr    string // host:port
	server  interface {
		WaitFor(n int, timeout time.Duration) bool
		Close()
	}
	settings func(addr string) []string // that point a sender at it, at that address
	arrived  func() []Arrival
}

// Arrival is one message that reached its reader.
type Arrival struct {
	Delivery string // the delivery whose message it is, as the vendor names it
	At       time.Time
}

// StartVendor runs the server of a provider: smtp, aliyun, twilio or wechat. Each of its answers takes latency.
func StartVendor(provider string, latency time.Duration) (*Vendor, error) {
	switch provider {
	case "smtp":
		return mailVendor(latency)
	case "aliyun":
		return aliyunVendor(latency)
	case "twilio":
		return twilioVendor(latency)
	case "wechat":
		return weChatVendor(latency)
	}
	return nil, fmt.Errorf("there is no server of %q: choose smtp, aliyun, twilio or wechat", provider)
}

// WaitFor waits until at least n messages have reached their readers, and says whether they did within timeout.
func (v *Vendor) WaitFor(n int, timeout time.Duration) bool { return v.server.WaitFor(n, timeout) }

// Arrived gives what reached its readers so far.
func (v *Vendor) Arrived() []Arrival { return v.arrived() }

// pause takes the server away, if it is one for mail: its port refuses connections.
func (v *Vendor) pause() {
	if s, ok := v.server.(*smtpserver.Server); ok {
		s.Stop()
	}
}

// resume brings a server back that was taken away.
func (v *Vendor) resume() error {
	if s, ok := v.server.(*smtpserver.Server); ok {
		return s.Start()
	}
	return nil
}

// Close ends the server.
func (v *Vendor) Close() { v.server.Close() }

// Settings are the variables that point a sender at the vendor.
func (v *Vendor) Settings() []string { return v.settings(v.Addr) }

// Providers gives the providers of some channels: email, sms and wechat, separated by commas; both is the last two. Of SMS it
// is the one that is named.
func Providers(channels, sms string) ([]string, error) {
	if sms != "aliyun" && sms != "twilio" {
		return nil, fmt.Errorf("there is no provider %q of SMS: choose aliyun or twilio", sms)
	}
	of := map[string][]string{
		notifiers.Email: {"smtp"}, notifiers.SMS: {sms}, notifiers.WeChat: {"wechat"}, "both": {sms, "wechat"},
	}
	var all []string
	for channel := range strings.SplitSeq(channels, ",") {
		if of[channel] == nil {
			return nil, fmt.Errorf("there is no channel %q: choose email, sms, wechat, or both of the last two", channel)
		}
		all = append(all, of[channel]...)
	}
	return all, nil
}

func mailVendor(latency time.Duration) (*Vendor, error) {
	s, err := smtpserver.New(smtpserver.WithLatency(latency))
	if err != nil {
		return nil, err
	}
	return &Vendor{
		Channel: notifiers.Email, Addr: s.Addr(), server: s,
		settings: func(addr string) []string {
			host, port, _ := net.SplitHostPort(addr)
			return []string{
				"EMAIL_HOST=" + host, "EMAIL_PORT=" + port, "EMAIL_USE_TLS=false",
				"DEFAULT_FROM_EMAIL=T-minus <reminders@example.test>",
			}
		},
		arrived: func() (all []Arrival) {
			for _, m := range s.Mails() {
				id, _, _ := strings.Cut(strings.TrimPrefix(m.MessageID, "<"), "@")
				all = append(all, Arrival{id, m.At})
			}
			return all
		},
	}, nil
}

func aliyunVendor(latency time.Duration) (*Vendor, error) {
	s, err := aliyunserver.New(aliyunserver.WithLatency(latency))
	if err != nil {
		return nil, err
	}
	return &Vendor{
		Channel: notifiers.SMS, Addr: hostOf(s.URL()), server: s,
		settings: func(addr string) []string {
			return []string{
				"EVENT_REMINDER_ENABLE_SMS=true", "SMS_PROVIDER=aliyun", "SMS_ENDPOINT=http://" + addr,
				"SMS_API_KEY=" + aliyunserver.KeyID, "SMS_API_SECRET=" + aliyunserver.Secret, "SMS_SIGN_NAME=" + aliyunserver.Sign,
				"SMS_TEMPLATE_CODE=" + aliyunserver.Template, "SMS_TEMPLATE_CODE_INTL=" + aliyunserver.TemplateAbroad,
			}
		},
		arrived: func() (all []Arrival) {
			for _, m := range s.Messages() {
				all = append(all, Arrival{m.OutID, m.At})
			}
			return all
		},
	}, nil
}

func twilioVendor(latency time.Duration) (*Vendor, error) {
	s, err := twilioserver.New(twilioserver.WithLatency(latency))
	if err != nil {
		return nil, err
	}
	return &Vendor{
		Channel: notifiers.SMS, Addr: hostOf(s.URL()), server: s,
		settings: func(addr string) []string {
			return []string{
				"EVENT_REMINDER_ENABLE_SMS=true", "SMS_PROVIDER=twilio", "TWILIO_ENDPOINT=http://" + addr,
				"SMS_API_KEY=" + s.AccountSID(), "SMS_API_SECRET=" + s.AuthToken(), "TWILIO_FROM=" + twilioserver.From,
			}
		},
		arrived: func() (all []Arrival) {
			for _, m := range s.Messages() {
				all = append(all, Arrival{m.StatusCallback[strings.LastIndexByte(m.StatusCallback, '/')+1:], m.Created})
			}
			return all
		},
	}, nil
}

func weChatVendor(latency time.Duration) (*Vendor, error) {
	s, err := wechatserver.New(wechatserver.WithLatency(latency))
	if err != nil {
		return nil, err
	}
	return &Vendor{
		Channel: notifiers.WeChat, Addr: hostOf(s.URL()), server: s,
		settings: func(addr string) []string {
			return []string{
				"EVENT_REMINDER_ENABLE_WECHAT=true", "WECHAT_ENDPOINT=http://" + addr,
				"WECHAT_APP_ID=" + s.AppID(), "WECHAT_APP_SECRET=" + s.AppSecret(), "WECHAT_TEMPLATE_ID_REMINDER=" + wechatserver.TemplateID,
			}
		},
		arrived: func() (all []Arrival) {
			for _, m := range s.Messages() {
				all = append(all, Arrival{m.ClientMsgID, m.At})
			}
			return all
		},
	}, nil
}

func hostOf(endpoint string) string { return strings.TrimPrefix(endpoint, "http://") }

// Environment gives the variables of an instance that sends by these vendors, as a process gets them. Connections are
// those to a mail server.
func Environment(connections int, vendors ...*Vendor) []string {
	all := []string{
		"PUBLIC_URL=https://tminus.example.test", "REMINDER_RETRY_INTERVAL=1s", "SMTP_MAX_CONNECTIONS=" + strconv.Itoa(connections),
	}
	for _, v := range vendors {
		all = append(all, v.Settings()...)
	}
	return all
}
