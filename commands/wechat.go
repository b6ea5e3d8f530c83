package commands

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"tminus/locales"
	"tminus/wechat"
)

func (c *command) weChat() *cobra.Command {
	group := &cobra.Command{
		Use:   "wechat",
		Short: "Manage the WeChat official account",
		Long:  "Manage the WeChat official account that WECHAT_APP_ID names.",
	}
	group.AddCommand(c.weChatMenu())
	return group
}

func (c *command) weChatMenu() *cobra.Command {
	var dry bool
	sub := &cobra.Command{
		Use:   "menu",
		Short: "Set the account's menu: My reminders and Today",
		Long: `Set the menu that people see below the conversation with the account: My reminders and Today, in the company's language,
which open those pages at PUBLIC_URL. It takes the place of the whole menu that the account has.

People who have the conversation open see the new menu late, some after a day. The account must be a verified one.`,
		Example: `  tminus wechat menu --dry-run
  tminus wechat menu`,
		Args: cobra.NoArgs,
	}
	sub.Flags().BoolVar(&dry, "dry-run", false, "show the menu, and change nothing")
	sub.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := c.prepare(); err != nil {
			return err
		}
		return c.setMenu(cmd.Context(), dry)
	}
	return sub
}

func (c *command) setMenu(ctx context.Context, dry bool) error {
	account := c.system.WeChat()
	if account == nil {
		return errors.New("wechat is not configured (WECHAT_APP_ID is not set)")
	}
	base := c.system.PublicURL(c.pb)
	if u, err := url.Parse(base); err != nil || u.Host == "" || local(u) {
		return fmt.Errorf("people's phones cannot open %s; set PUBLIC_URL to the address at which people open T-minus", base)
	}
	language := c.system.Company(c.pb).Locale
	menu := []wechat.Button{
		{Name: locales.Text(language, locales.MenuReminders), URL: base + "/?who=mine"},
		{Name: locales.Text(language, locales.MenuToday), URL: base + "/?who=all"},
	}
	for _, b := range menu {
		fmt.Fprintf(c.Stdout, "%s  %s\n", b.Name, b.URL)
	}
	if dry {
		fmt.Fprintln(c.Stdout, "Nothing was changed.")
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if err := account.SetMenu(ctx, menu); err != nil {
		return fmt.Errorf("the menu was not set: %w%s", err, menuHint(err))
	}
	fmt.Fprintln(c.Stdout, "The menu is set.")
	return nil
}

// menuHint says how to mend what keeps a menu from being set.
func menuHint(err error) string {
	var refused *wechat.Error
	if errors.As(err, &refused) && refused.Code == wechat.CodeNotAuthorised {
		return "; only a verified account may set its menu so (认证服务号)"
	}
	return "; tminus doctor says more"
}

// local says whether an address means the machine on which it is opened.
func local(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}
