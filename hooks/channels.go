package hooks

import (
	"net/mail"
	"path/filepath"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"

	"tminus/api"
	"tminus/notifiers"
	"tminus/outbox"
)

// sandboxConnections is how many messages the sandbox keeps at a time: a disk gains nothing from more.
const sandboxConnections = 2

// Sandbox gives the place where messages are kept instead of sent.
func (s *System) Sandbox() *notifiers.Sandbox {
	if s.sandbox == nil {
		s.sandbox = notifiers.NewSandbox(filepath.Join(s.App.DataDir(), "sandbox"), s.Options.Now, notifiers.Compose)
	}
	return s.sandbox
}

// configureChannels gives every channel its provider.
func (s *System) configureChannels() {
	s.configureEmail()
	s.configureSMS()
	s.configureWeChat()
}

// replaced gives a channel the provider that a test or the demo wants, and says whether there is one.
func (s *System) replaced(channel string) bool {
	switch {
	case s.Options.Notifiers[channel] != nil:
		s.Engine.SetNotifier(channel, s.Options.Notifiers[channel], s.Options.Config.Email.MaxConnections)
	case s.Options.Demo:
		s.Engine.SetNotifier(channel, s.Sandbox(), sandboxConnections)
	default:
		return false
	}
	return true
}

// configureEmail takes the mail server of the environment, else that of PocketBase's settings, else the sandbox.
func (s *System) configureEmail() {
	connections := max(1, s.Options.Config.Email.MaxConnections)
	if n := s.Options.Notifiers[notifiers.Email]; n != nil {
		s.Engine.SetNotifier(notifiers.Email, n, connections)
		return
	}
	if o, ok := s.smtp(); ok {
		s.Engine.SetNotifier(notifiers.Email, notifiers.NewEmail(o), connections)
		return
	}
	s.Engine.SetNotifier(notifiers.Email, s.Sandbox(), sandboxConnections)
}

// smtp gives the settings of the mail server; false if there is none, or the operator wants the sandbox.
func (s *System) smtp() (notifiers.EmailOptions, bool) {
	env := s.Options.Config.Email
	if s.Options.Demo || (env.Sandbox && s.Options.Config.IsSet("EMAIL_BACKEND")) {
		return notifiers.EmailOptions{}, false
	}
	if env.Host != "" {
		return notifiers.EmailOptions{
			Host: env.Host, Port: env.Port, ImplicitTLS: env.ImplicitTLS, RequireTLS: env.RequireTLS, User: env.User,
			Password: env.Password, From: env.From, MaxConnections: env.MaxConnections, Now: s.Options.Now,
		}, true
	}
	settings := s.App.Settings()
	if !settings.SMTP.Enabled {
		return notifiers.EmailOptions{}, false
	}
	from := mail.Address{Name: settings.Meta.SenderName, Address: settings.Meta.SenderAddress}
	return notifiers.EmailOptions{
		Host: settings.SMTP.Host, Port: settings.SMTP.Port, ImplicitTLS: settings.SMTP.TLS, RequireTLS: true,
		User: settings.SMTP.Username, Password: settings.SMTP.Password, AuthMethod: settings.SMTP.AuthMethod,
		LocalName: settings.SMTP.LocalName, From: from.String(), MaxConnections: env.MaxConnections, Now: s.Options.Now,
	}, true
}

// ChannelState gives what the screens show of a channel.
func (s *System) ChannelState(name string) api.ChannelState {
	status := s.Engine.Status(name)
	state := api.ChannelState{
		Name: name, State: status.State, Provider: status.Provider, Reason: status.Reason, Hint: status.Hint, Since: status.Since,
	}
	if status.State == outbox.StateReady && status.Provider == s.Sandbox().Provider() {
		state.State = api.StateSandbox
	}
	state.Enabled, _ = s.Usable(name)
	return state
}

// bindMailer sends PocketBase's own mails (passwords, one-time codes) by the same pool, or keeps them in the sandbox.
func (s *System) bindMailer() {
	s.App.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		switch n := s.Engine.Notifier(notifiers.Email).(type) {
		case *notifiers.SMTP:
			e.Mailer = n.Mailer()
			s.ownSender(e.Message)
		case *notifiers.Sandbox:
			e.Mailer = keeper{n}
		}
		return e.Next()
	})
}

// ownSender gives one of PocketBase's mails the address that the mail server of the environment lets us send from:
// servers refuse another.
func (s *System) ownSender(m *mailer.Message) {
	if s.Options.Config.Email.Host == "" {
		return // the dashboard's settings name server and sender together
	}
	if from, err := mail.ParseAddress(s.Options.Config.Email.From); err == nil {
		m.From.Address = from.Address
	}
}

// keeper is a mailer that keeps.
type keeper struct{ sandbox *notifiers.Sandbox }

var _ mailer.Mailer = keeper{}

func (k keeper) Send(m *mailer.Message) error { return k.sandbox.KeepMail(m) }
