package commands

import (
	"context"
	"fmt"
	"os"
	"time"

	"tminus/collections"
	"tminus/hooks"
	"tminus/notifiers"
)

// checkTimeout bounds the conversation with one provider.
const checkTimeout = 30 * time.Second

// channels tries every provider as a server would, without sending.
func (x *examination) channels(ctx context.Context, opened bool) {
	if x.c.ConfigErr != nil {
		x.note("channels", "not checked, since the configuration is wrong")
		return
	}
	system, end, err := x.built(opened)
	defer end()
	if err != nil {
		x.fail("channels", "they cannot be set up: %v", err)
		return
	}
	for _, channel := range notifiers.Channels {
		if x.channel(ctx, system, channel) {
			x.callbacks(system, channel)
		}
	}
}

// built gives the parts with their providers set up: on the data if that is open, else on a throw-away directory.
func (x *examination) built(opened bool) (*hooks.System, func(), error) {
	if opened {
		// Before the first start there is nothing to read, and preparing would write.
		if _, err := collections.TheSettings(x.c.pb); err == nil {
			return x.c.system, func() {}, x.c.system.Prepare()
		}
	}
	dir, err := os.MkdirTemp("", "tminus-doctor-")
	if err != nil {
		return nil, func() {}, err
	}
	system, end, err := x.c.scratch(dir)
	return system, func() { end(); _ = os.RemoveAll(dir) }, err
}

// channel tries one provider, and says whether there is one.
func (x *examination) channel(ctx context.Context, system *hooks.System, channel string) bool {
	enabled, _ := system.Usable(channel)
	n := system.Engine.Notifier(channel)
	if n == nil {
		x.note(channel, "not configured%s", x.c.unavailable(channel))
		return false
	}
	if n.Provider() == system.Sandbox().Provider() {
		x.note(channel, "messages are kept in the sandbox and not sent, %s", x.whyKept())
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if err := n.Check(ctx); err != nil {
		failure := notifiers.AsError(err)
		told := failure.Reason
		if failure.Hint != "" {
			told += "; " + failure.Hint
		}
		x.fail(channel, "%s", told)
		return true
	}
	x.ok(channel, "%s", x.reached(channel, n))
	if channel == notifiers.WeChat && x.c.Config.WeChat.TemplateID == "" {
		x.note(channel, "WECHAT_TEMPLATE_ID_REMINDER is not set, so that only reminders whose template names its own WeChat template can leave")
	}
	if !enabled {
		x.note(channel, "reminders do not use it; set %s=true if they should", switches[channel])
	}
	return true
}

// reached says what was tried.
func (x *examination) reached(channel string, n notifiers.Notifier) string {
	if channel == notifiers.Email && x.c.Config.Email.Host != "" {
		return fmt.Sprintf("%s port %d answers, with TLS and sign-in as they are set", x.c.Config.Email.Host, x.c.Config.Email.Port)
	}
	return n.Provider() + " answers, and takes the credentials"
}

// whyKept says why a channel is the sandbox: only email ever is, outside the demo.
func (x *examination) whyKept() string {
	if x.c.Config.IsSet("EMAIL_BACKEND") {
		return "since EMAIL_BACKEND says so; remove it to send them"
	}
	return "since no mail server is set; set EMAIL_HOST and DEFAULT_FROM_EMAIL to send them"
}

var switches = map[string]string{
	notifiers.Email: "EVENT_REMINDER_ENABLE_EMAIL", notifiers.SMS: "EVENT_REMINDER_ENABLE_SMS", notifiers.WeChat: "EVENT_REMINDER_ENABLE_WECHAT",
}
