package commands

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"tminus/collections"
	"tminus/locales"
)

func (c *command) user() *cobra.Command {
	group := &cobra.Command{
		Use:   "user",
		Short: "Manage the people who use T-minus",
		Long: `Manage the people who use T-minus from the command line. In the web app an administrator does the same under People;
the command is for scripts, and for when nobody can sign in any more.`,
	}
	group.AddCommand(c.userAdd())
	return group
}

// newcomer is what the flags of user add say.
type newcomer struct {
	email, name, role, locale, phone, timezone string
	fromStdin                                  bool
}

var roles = []string{collections.RoleAdmin, collections.RoleManager, collections.RoleStaff, collections.RoleViewer}

func (c *command) userAdd() *cobra.Command {
	var n newcomer
	sub := &cobra.Command{
		Use:   "add EMAIL --name NAME --role ROLE",
		Short: "Add somebody who can sign in at once",
		Long: `Add a user who can sign in at once. Without --password-stdin a password is made and shown this once.

An admin also becomes a superuser of PocketBase's dashboard under /_/, with the same password. Where a superuser of that
address exists already, the password is set anew. The server may run meanwhile.`,
		Example: `  tminus user add grace@example.com --name "Grace Lam" --role admin --dir /var/lib/tminus/pb_data
  tminus user add wing@example.com --name 黃詠詩 --role staff --locale zh-HK --phone "9123 4567"
  tminus user add li@example.com --name 李晓明 --role staff --timezone Asia/Shanghai --password-stdin < password.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New(`give one email address, such as: tminus user add you@example.com --name "Your Name" --role staff`)
			}
			n.email = strings.TrimSpace(args[0])
			return n.check()
		},
	}
	flags := sub.Flags()
	flags.StringVar(&n.name, "name", "", "the `name` that others see (required)")
	flags.StringVar(&n.role, "role", "", "the `role`: admin, manager, staff or viewer (required)")
	flags.StringVar(&n.locale, "locale", "", "the `language`: en, zh-HK or zh-CN (default: the company's)")
	flags.StringVar(&n.phone, "phone", "", "the `number` for SMS, with its country code unless it is of Hong Kong or the mainland")
	flags.StringVar(&n.timezone, "timezone", "", "the `zone`, such as Asia/Shanghai (default: the company's)")
	flags.BoolVar(&n.fromStdin, "password-stdin", false, "read the password from the first line of the standard input")
	sub.RunE = func(cmd *cobra.Command, _ []string) error { return c.addUser(n, cmd.InOrStdin()) }
	return sub
}

// check refuses what the database would refuse in fewer words.
func (n newcomer) check() error {
	errs := validation.Errors{}
	if strings.TrimSpace(n.name) == "" {
		errs["name"] = validation.NewError("validation_required", `Give it with --name "Grace Lam".`)
	}
	if !slices.Contains(roles, n.role) {
		errs["role"] = validation.NewError("validation_role", "Choose one with --role: "+strings.Join(roles, ", ")+".")
	}
	if n.locale != "" && !slices.Contains(locales.All, n.locale) {
		errs["locale"] = validation.NewError("validation_locale", "Choose one of "+strings.Join(locales.All, ", ")+".")
	}
	if len(errs) > 0 {
		return notAdded(n.email, errs)
	}
	return nil
}

func (c *command) addUser(n newcomer, in io.Reader) error {
	password, made, err := choosePassword(n.fromStdin, in)
	if err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	known := false
	err = c.pb.RunInTransaction(func(tx core.App) error {
		if err := createUser(tx, n, password); err != nil || n.role != collections.RoleAdmin {
			return err
		}
		known, err = saveSuperuser(tx, n.email, password)
		return err
	})
	if err != nil {
		return notAdded(n.email, err)
	}
	fmt.Fprintf(c.Stdout, "Added %s <%s> as %s.\n", n.name, n.email, n.role)
	if made {
		fmt.Fprintf(c.Stdout, "Password, shown this once: %s\n", password)
	}
	if n.role == collections.RoleAdmin {
		what := "is a superuser of PocketBase's dashboard too, with the same password"
		if known {
			what = "was a superuser of PocketBase's dashboard already, and has the same password there now"
		}
		fmt.Fprintf(c.Stdout, "%s %s.\n", n.name, what)
	}
	if c.Config.PublicURL != "" {
		fmt.Fprintf(c.Stdout, "Sign in at %s\n", c.Config.PublicURL)
	}
	return nil
}

func createUser(tx core.App, n newcomer, password string) error {
	u, err := collections.NewUser(tx)
	if err != nil {
		return err
	}
	u.SetEmail(n.email)
	u.SetName(strings.TrimSpace(n.name))
	u.SetRole(n.role)
	u.SetLocale(n.locale)
	u.SetPhone(n.phone)
	u.SetTimezone(n.timezone)
	u.SetPassword(password)
	u.SetVerified(true)
	u.SetActive(true)
	return tx.Save(u)
}

// saveSuperuser gives the address a superuser with that password, and says whether there was one.
func saveSuperuser(tx core.App, email, password string) (known bool, err error) {
	superuser, err := tx.FindAuthRecordByEmail(core.CollectionNameSuperusers, email)
	known = err == nil
	if !known {
		c, err := tx.FindCachedCollectionByNameOrId(core.CollectionNameSuperusers)
		if err != nil {
			return false, err
		}
		superuser = core.NewRecord(c)
		superuser.SetEmail(email)
	}
	superuser.SetPassword(password)
	if err := tx.Save(superuser); err != nil {
		return known, fmt.Errorf("save the superuser: %w", err)
	}
	return known, nil
}

// choosePassword reads the password, or makes one.
func choosePassword(fromStdin bool, in io.Reader) (password string, made bool, err error) {
	if !fromStdin {
		raw := strings.ToLower(rand.Text())
		return raw[:5] + "-" + raw[5:10] + "-" + raw[10:15] + "-" + raw[15:20], true, nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, fmt.Errorf("read the password: %w", err)
	}
	password = strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", false, errors.New("the standard input holds no password; write it on its first line")
	}
	return password, false, nil
}

// notAdded tells the errors of the fields, one on each line.
func notAdded(email string, err error) error {
	var fields validation.Errors
	if !errors.As(err, &fields) {
		return fmt.Errorf("add %s: %w", email, err)
	}
	text := email + " was not added:"
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		text += fmt.Sprintf("\n  %s: %s", field, fields[field])
	}
	return errors.New(text)
}
