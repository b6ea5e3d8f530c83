package commands_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tminus/apptest"
	"tminus/commands"
	"tminus/config"
	_ "tminus/pb_migrations"
)

// console is what a command wrote.
type console = apptest.Buffer

// shell runs commands on one data directory, which does not exist at first.
type shell struct {
	t       *testing.T
	dir     string
	environ []string
	stdin   string
	now     func() time.Time
}

func newShell(t *testing.T, environ ...string) *shell {
	t.Helper()
	return &shell{t: t, dir: filepath.Join(t.TempDir(), "pb_data"), environ: environ, now: time.Now}
}

func (s *shell) program(out *console, args ...string) commands.Program {
	cfg, err := config.Load(s.environ, nil)
	return commands.Program{
		Args: append([]string{"tminus"}, args...), Config: cfg, ConfigErr: err, Now: s.now, DataDir: s.dir,
		Stdin: strings.NewReader(s.stdin), Stdout: out, Stderr: out,
	}
}

// run gives what a command printed, and its error's text.
func (s *shell) run(args ...string) (output, failure string) {
	s.t.Helper()
	out := &console{}
	if err := commands.RunContext(context.Background(), s.program(out, args...)); err != nil {
		failure = err.Error()
	}
	return out.String(), failure
}

// succeeds gives the output of a command that must not fail.
func (s *shell) succeeds(args ...string) string {
	s.t.Helper()
	output, failure := s.run(args...)
	if failure != "" {
		s.t.Fatalf("tminus %s: %s", strings.Join(args, " "), failure)
	}
	return output
}

// fails gives the error of a command that must fail.
func (s *shell) fails(args ...string) string {
	s.t.Helper()
	output, failure := s.run(args...)
	if failure == "" {
		s.t.Fatalf("tminus %s did not fail:\n%s", strings.Join(args, " "), output)
	}
	return failure
}

func has(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

func lacks(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, word := range unwanted {
		if strings.Contains(text, word) {
			t.Errorf("%q stands in:\n%s", word, text)
		}
	}
}

func TestMistakesAreErrorsThatSayWhatWasMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"servee", "serve"},
		{"user ad", "add"},
		{"user add a@b.example --nam X", "--name"},
		{"superuser creat", "create"},
		{"demo --htpp 127.0.0.1:1", "--http"},
		{"demo now", `unknown command "now"`},
		{"demo --dir x", "leave --dir out"},
		{"notify", "tminus notify email you@example.com"},
		{"notify email", "tminus notify email you@example.com"},
		{"notify fax 1", "choose email, sms, wechat"},
		{"notify email nobody", `"nobody" is not an email address`},
		{"notify sms 91234567", "country code"},
		{"notify wechat x", "openid"},
		{"notify email a@b.example --locale fr", "en, zh-HK, zh-CN"},
		{"user add", "give one email address"},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			has(t, newShell(t).fails(strings.Fields(c.args)...), c.want)
		})
	}
}

func TestHelpSaysWhatACommandDoes(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	has(t, s.succeeds(), "tminus demo", "tminus serve", "tminus doctor", "Available Commands")
	has(t, s.succeeds("help", "notify"), "Examples:")
	has(t, s.succeeds("user"), "add")
	has(t, s.succeeds("--version"), "tminus version")
	for _, command := range []string{"serve", "demo", "doctor", "notify", "user add", "wechat menu", "backup", "restore"} {
		has(t, s.succeeds(append(strings.Fields(command), "--help")...), "Examples:")
	}
}

func TestAWrongConfigurationStopsEveryCommandThatNeedsIt(t *testing.T) {
	t.Parallel()
	s := newShell(t, "EMAIL_PORT=abc", "TIME_ZONE=Mars/Olympus")
	for _, args := range [][]string{
		{"serve"}, {"notify", "email", "a@b.example"}, {"user", "add", "a@b.example", "--name", "A", "--role", "staff"}, {"superuser", "create", "a@b.example", "12345678"},
	} {
		has(t, s.fails(args...), "nothing was started", "EMAIL_PORT", "TIME_ZONE")
	}
	notMade(t, s.dir)
}

func TestServeRefusesToShowItsProfilesToOthers(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	has(t, s.fails("serve", "--http", "127.0.0.1:0", "--pprof", "0.0.0.0:6060"), "--pprof 0.0.0.0:6060", "ssh -L")
	has(t, s.succeeds("serve", "--help"), "--pprof")
}

func TestTheWebAppIsPackedForTheServerByAHiddenCommand(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	out := &console{}
	p := s.program(out, "pack-web-app")
	p.WebApp = fstest.MapFS{"index.html": {Data: []byte("<p>")}, "js/main.js": {Data: []byte("export const answer = 42;")}}
	if err := commands.RunContext(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	has(t, out.String(), "js/main.js", "42")
	lacks(t, s.succeeds("--help"), "pack-web-app")
	notMade(t, s.dir)
}
