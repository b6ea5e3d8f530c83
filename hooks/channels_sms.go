package hooks

import (
	"tminus/config"
	"tminus/notifiers"
)

// smsConnections is how many SMS are handed over at once. An answer takes 100 to 200 ms, so that 500 leave in about ten
// seconds; Aliyun takes 5000 calls a second of an account, Twilio queues what its senders cannot send yet, and each
// message whose answer is lost with the process has to be asked for afterwards.
const smsConnections = 8

// configureSMS takes the provider that the environment names; without one there are no SMS.
func (s *System) configureSMS() {
	if s.replaced(notifiers.SMS) {
		return
	}
	sms := s.Options.Config.SMS
	switch sms.Provider {
	case config.Aliyun:
		s.Engine.SetNotifier(notifiers.SMS, notifiers.NewAliyun(notifiers.AliyunOptions{
			AccessKeyID: sms.APIKey, AccessKeySecret: sms.APISecret, SignName: sms.SignName, TemplateCode: sms.TemplateCode,
			SignNameAbroad: sms.SignNameIntl, TemplateCodeAbroad: sms.TemplateCodeIntl, Endpoint: sms.Endpoint, Now: s.Options.Now,
		}), smsConnections)
	case config.Twilio:
		s.Engine.SetNotifier(notifiers.SMS, notifiers.NewTwilio(notifiers.TwilioOptions{
			AccountSID: sms.APIKey, AuthToken: sms.APISecret, From: sms.TwilioFrom, Endpoint: sms.TwilioEndpoint, Now: s.Options.Now,
			CallbackURL: func(delivery string) string { return s.API.TwilioCallbackURL(s.App, delivery) },
		}), smsConnections)
	}
}

// smsCarries gives what of a message reaches the phone: some providers fill a template of their own with it.
func (s *System) smsCarries(m *notifiers.Message) notifiers.Carried {
	if provider, ok := s.Engine.Notifier(notifiers.SMS).(notifiers.Carrier); ok {
		return provider.Carries(m)
	}
	return notifiers.Carried{Text: notifiers.ShortText(m)}
}
