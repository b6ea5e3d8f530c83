package commands_test

import (
	"regexp"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/hooks"
)

// open gives the data of a shell as the next process sees it.
func (s *shell) open() core.App {
	s.t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: s.dir, DBConnect: hooks.Connect})
	if err := app.Bootstrap(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = app.ResetBootstrapState() })
	return app
}

func (s *shell) account(collection, email string) *core.Record {
	s.t.Helper()
	record, err := s.open().FindAuthRecordByEmail(collection, email)
	if err != nil {
		s.t.Fatalf("find %s in %s: %v", email, collection, err)
	}
	return record
}

func TestUserAddMakesAnAccountThatCanSignIn(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	output := s.succeeds("user", "add", "wing@example.com", "--name", "黃詠詩", "--role", "staff", "--locale", "zh-HK",
		"--phone", "9123 4567", "--timezone", "Asia/Hong_Kong")
	shown := regexp.MustCompile(`shown this once: (\S+)`).FindStringSubmatch(output)
	if shown == nil {
		t.Fatalf("no password in:\n%s", output)
	}
	has(t, output, "Added 黃詠詩 <wing@example.com> as staff")
	lacks(t, output, "superuser")
	record := s.account(collections.Users, "wing@example.com")
	user := collections.Wrap[collections.User](record)
	if !record.ValidatePassword(shown[1]) || !user.Active() || !record.Verified() {
		t.Error("the account cannot sign in with the password shown")
	}
	if user.Phone() != "+85291234567" || user.Locale() != "zh-HK" || user.Role() != "staff" {
		t.Errorf("saved %q %q %q", user.Phone(), user.Locale(), user.Role())
	}
}

func TestUserAddMakesAnAdminASuperuserToo(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.stdin = "a long passphrase\r\n"
	output := s.succeeds("user", "add", "grace@example.com", "--name", "Grace Lam", "--role", "admin", "--password-stdin")
	has(t, output, "superuser")
	lacks(t, output, "a long passphrase")
	for _, collection := range []string{collections.Users, core.CollectionNameSuperusers} {
		if !s.account(collection, "grace@example.com").ValidatePassword("a long passphrase") {
			t.Errorf("%s does not know the password", collection)
		}
	}
}

func TestUserAddNamesTheFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.succeeds("user", "add", "known@example.com", "--name", "Known", "--role", "viewer")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"known@example.com", "--name", "A", "--role", "admin"}, "email: "},
		{[]string{"nonsense", "--name", "A", "--role", "staff"}, "email: "},
		{[]string{"a@example.com", "--name", "A", "--role", "staff", "--phone", "12"}, "phone: This is not a phone number"},
		{[]string{"a@example.com", "--name", "A", "--role", "staff", "--timezone", "Mars/X"}, "timezone: This is not a time zone"},
		{[]string{"a@example.com", "--role", "boss"}, "role: Choose one with --role: admin, manager, staff, viewer"},
		{[]string{"a@example.com", "--role", "staff"}, "name: "},
		{[]string{"a@example.com", "--name", "A", "--role", "staff", "--locale", "fr"}, "locale: "},
		{[]string{"a@example.com", "--name", "A", "--role", "staff", "--password-stdin"}, "no password"},
	} {
		has(t, s.fails(append([]string{"user", "add"}, c.args...)...), c.want)
	}
	if _, err := s.open().FindAuthRecordByEmail(core.CollectionNameSuperusers, "known@example.com"); err == nil {
		t.Error("a user who was refused became a superuser")
	}
}
