package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reports"
)

// notifyTimeout bounds the one attempt, as the engine's are bounded.
const notifyTimeout = 90 * time.Second

func (c *command) notify() *cobra.Command {
	var locale string
	sub := &cobra.Command{
		Use:   "notify CHANNEL ADDRESS",
		Short: "Send one test message, to see whether a channel's settings work",
		Long: `Send one test message through the provider that is configured, without the server and its queue, and print the
provider's answer: to try settings before the first start, or to find out why messages do not arrive.

CHANNEL is email, sms or wechat. ADDRESS is an email address, a phone number with its country code, or an openid. Where
no provider is configured, email is kept in the sandbox and not sent; the command says so.`,
		Example: `  tminus notify email you@example.com
  tminus notify email you@example.com --locale zh-HK
  tminus notify sms +85291234567`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return errors.New("give a channel and an address, such as: tminus notify email you@example.com")
			}
			if locale != "" && !slices.Contains(locales.All, locale) {
				return fmt.Errorf("the language %q is not one of %s", locale, strings.Join(locales.All, ", "))
			}
			return checkTarget(args[0], args[1])
		},
	}
	sub.Flags().StringVar(&locale, "locale", "", "the `language` of the message: en, zh-HK or zh-CN (default: the company's)")
	sub.RunE = func(cmd *cobra.Command, args []string) error {
		if err := c.prepare(); err != nil {
			return err
		}
		return c.sendTest(cmd.Context(), args[0], args[1], locale)
	}
	return sub
}

var (
	// e164 is ITU-T E.164 with its plus sign.
	e164   = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	openid = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`) })
)

// checkTarget says what is wrong with a channel's name or an address on it.
func checkTarget(channel, address string) error {
	switch channel {
	case notifiers.Email:
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			return fmt.Errorf("%q is not an email address; write one alone, such as you@example.com", address)
		}
	case notifiers.SMS:
		if !e164.MatchString(address) {
			return fmt.Errorf("%q is not a phone number with its country code; write it without spaces, such as +85291234567", address)
		}
	case notifiers.WeChat:
		if !openid().MatchString(address) {
			return fmt.Errorf("%q is not an openid; copy it from the WeChat account's followers", address)
		}
	default:
		return fmt.Errorf("there is no channel %q; choose %s", channel, strings.Join(notifiers.Channels, ", "))
	}
	return nil
}

// sendTest makes one attempt and tells what came of it.
func (c *command) sendTest(ctx context.Context, channel, address, locale string) error {
	n := c.system.Engine.Notifier(channel)
	if n == nil {
		return fmt.Errorf("%s is not configured%s", channel, c.unavailable(channel))
	}
	company := c.system.Company(c.pb)
	m := reports.TestMessage(company, cmp.Or(locale, company.Locale), channel, operator(), notifiers.Recipient{Address: address}, c.Now())
	m.ID, m.Kind, m.Channel, m.CreatedAt = core.GenerateDefaultRandomId(), collections.KindTest, channel, c.Now().UTC().Truncate(time.Second)
	ctx, cancel := context.WithTimeout(ctx, notifyTimeout)
	defer cancel()
	receipt, err := n.Send(ctx, &m)
	if err != nil {
		return refusal(notifiers.AsError(err))
	}
	if receipt.Provider == c.system.Sandbox().Provider() {
		fmt.Fprintf(c.Stdout, "Kept, not sent: no provider is configured for %s, so the message to %s stays on this machine.\n", channel, address)
		fmt.Fprintf(c.Stdout, "It is in Sandbox mailbox in the web app, and in %s.\n", filepath.Join(dataPath(c.pb), "sandbox"))
		return nil
	}
	fmt.Fprintf(c.Stdout, "Accepted by %s for %s.\n", receipt.Provider, address)
	if receipt.Response != "" {
		fmt.Fprintf(c.Stdout, "Answer:     %s\n", receipt.Response)
	}
	switch {
	case channel == notifiers.Email:
		fmt.Fprintf(c.Stdout, "Message-ID: <%s>\n", receipt.ProviderID)
	case receipt.ProviderID != "":
		fmt.Fprintf(c.Stdout, "Provider's id: %s\n", receipt.ProviderID)
	}
	return nil
}

// refusal is a failed attempt as an error of several lines.
func refusal(e *notifiers.Error) error {
	explained := map[notifiers.Class]string{
		notifiers.Transient:     "a later attempt may succeed",
		notifiers.Permanent:     "another attempt would fail as well",
		notifiers.Configuration: "no message of this channel can leave until this is mended",
		notifiers.Unknown:       "the message may have arrived",
	}
	text := fmt.Sprintf("not sent: %s\nclass: %s (%s)", e.Reason, e.Class, explained[e.Class])
	if e.Hint != "" {
		text += "\nhint: " + e.Hint
	}
	if e.Err != nil {
		text += "\ncause: " + e.Err.Error()
	}
	return errors.New(text)
}

// unavailable says why a channel has no provider.
func (c *command) unavailable(channel string) string {
	variable := map[string]string{notifiers.SMS: "SMS_PROVIDER", notifiers.WeChat: "WECHAT_APP_ID"}[channel]
	if c.Config.IsSet(variable) {
		return ": SMS_PROVIDER is set, but SMS_API_KEY and SMS_API_SECRET are not"
	}
	return fmt.Sprintf(" (%s is not set)", variable)
}

// operator names who sends a test from the command line.
func operator() string {
	host, err := os.Hostname()
	if err != nil {
		return "tminus notify"
	}
	return "tminus notify on " + host
}
