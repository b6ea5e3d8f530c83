package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"tminus/config"
	"tminus/hooks"
)

func (c *command) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check settings, clock, data and mail server, and say how to mend what is wrong",
		Long: `Check everything that T-minus needs, and print one line for each finding:

  ok     it works
  note   it works, and there is something to know
  FAIL   it does not work; the line says how to mend it

It changes nothing and sends nothing, may run beside the server, and exits with 1 if anything fails. Run it after every
change of the settings, and first thing when messages do not arrive.`,
		Example: `  tminus doctor
  tminus doctor --dir /var/lib/tminus/pb_data`,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{standalone: "yes"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return c.examine(cmd.Context()) },
	}
}

// examination prints findings as they are made.
type examination struct {
	c     *command
	out   io.Writer
	fails int
}

func (x *examination) ok(what, format string, args ...any)   { x.print("ok", what, format, args) }
func (x *examination) note(what, format string, args ...any) { x.print("note", what, format, args) }

func (x *examination) fail(what, format string, args ...any) {
	x.fails++
	x.print("FAIL", what, format, args)
}

// print keeps a finding on one line, whatever a server answered.
func (x *examination) print(state, what, format string, args []any) {
	told := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	fmt.Fprintf(x.out, "%-5s %s: %s\n", state, what, told)
}

// examine makes all checks; one that fails ends those that build on it, never the others.
func (c *command) examine(ctx context.Context) error {
	x := &examination{c: c, out: c.Stdout}
	x.configuration()
	x.zones()
	x.clock()
	opened := x.directory() && x.database()
	if opened {
		x.traces()
		x.administrator()
		x.exposure()
	}
	x.channels(ctx, opened)
	if opened {
		x.queues()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	switch x.fails {
	case 0:
		return nil
	case 1:
		return errors.New("1 check failed")
	default:
		return fmt.Errorf("%d checks failed", x.fails)
	}
}

// configuration tells every error of the environment, and what is worth knowing of it.
func (x *examination) configuration() {
	if x.c.ConfigErr != nil {
		for _, err := range flatten(x.c.ConfigErr) {
			var variable *config.VariableError
			if errors.As(err, &variable) {
				x.fail(variable.Name, "%s; %s", variable.Problem, variable.Mend)
			} else {
				x.fail("configuration", "%s", err)
			}
		}
		return
	}
	cfg := x.c.Config
	x.ok("configuration", "every variable can be read")
	for _, notice := range cfg.Notices {
		x.note("configuration", "%s", notice)
	}
	if cfg.PublicURL == "" {
		x.note("PUBLIC_URL", "not set, so links in messages begin with http://localhost:8090 unless PocketBase's settings say otherwise; %s",
			"set it to the address at which people open T-minus, such as https://reminders.example.com")
	} else {
		x.ok("PUBLIC_URL", "%s", cfg.PublicURL)
	}
}

// flatten gives the errors that errors.Join joined.
func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// scratch gives an app in a throw-away directory, to build the channels as a server would where there is no data yet.
// The caller calls its end.
func (c *command) scratch(dir string) (*hooks.System, func(), error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: hooks.Connect})
	system := hooks.Register(app, hooks.Options{Config: c.Config, Now: c.Now})
	end := func() { _ = terminate(app) } // the directory goes with it
	if err := app.Bootstrap(); err != nil {
		return nil, end, err
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, end, err
	}
	return system, end, system.Prepare()
}
