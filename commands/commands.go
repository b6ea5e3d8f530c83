// Package commands is the command line: PocketBase's own commands and ours, wired to one app.
package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/cmd"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"tminus/config"
	"tminus/hooks"
)

// Program is what main hands over.
type Program struct {
	Args      []string // as in os.Args; --dir and PocketBase's other general flags are read from os.Args itself
	Config    config.Config
	ConfigErr error // told by every command that needs the configuration
	WebApp    fs.FS
	Now       func() time.Time
	Stdin     io.Reader // os.Stdin if nil
	Stdout    io.Writer
	Stderr    io.Writer
	DataDir   string // unless --dir names another; pb_data if empty
	Self      string // the program's own file, to run a part of it in another process; empty if it cannot
}

// command is one run of the program.
type command struct {
	Program
	pb     *pocketbase.PocketBase
	system *hooks.System // nil with a wrong configuration
}

// standalone marks a command that needs neither the configuration nor the data directory, or sees to them itself.
const standalone = "standalone"

// needsData marks a command that has nothing to do where there is no data yet.
const needsData = "needsData"

// Run runs the command that the arguments name, until it ends or a signal ends it. The error is told to the caller only.
func Run(p Program) error { return RunContext(context.Background(), p) }

// RunContext is Run for a command that the end of ctx ends too.
func RunContext(ctx context.Context, p Program) error {
	c := &command{Program: p}
	if c.DataDir == "" {
		c.DataDir = "pb_data" // of the working directory, also under go run
	}
	c.pb = pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: c.DataDir, DBConnect: hooks.Connect})
	if p.ConfigErr == nil {
		c.system = hooks.Register(c.pb, hooks.Options{Config: p.Config, Now: p.Now, WebApp: p.WebApp, PackWebApp: c.packElsewhere(), Console: p.Stdout})
	}
	root := c.pb.RootCmd
	root.Use, root.Short = "tminus", "T-minus: an event and visit log with reminders that arrive"
	root.Long = root.Short + `.

Try it:        tminus demo
Start it:      tminus serve     (the console shows a link to create the first administrator)
Mend it:       tminus doctor    (checks the settings, the data and the mail server)
Keep it:       tminus backup    (and tminus restore)

Settings come from the environment and from .env in the working directory; .env.example lists them all.
The data is in ./pb_data unless --dir names another directory.`
	root.Version = version()
	root.SilenceUsage, root.SilenceErrors = true, true
	root.SetHelpCommand(nil) // cobra's own, which PocketBase takes away
	root.SetArgs(p.Args[1:])
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	root.AddCommand(c.serve(), cmd.NewSuperuserCommand(c.pb), c.demo(), c.doctor(), c.notify(), c.user(), c.weChat(),
		c.backup(), c.restore(), c.pack())
	explainMistakes(root)
	for _, sub := range root.Commands() {
		c.guard(sub)
	}
	return c.execute(ctx)
}

// serve is PocketBase's command in our words.
func (c *command) serve() *cobra.Command {
	serve := cmd.NewServeCommand(c.pb, true)
	serve.Short = "Start the server, on 127.0.0.1:8090 unless told otherwise"
	serve.Long = `Start the server: the web app, the REST API, PocketBase's dashboard under /_/, and the sending of reminders.

With domains it listens on ports 80 and 443 and gets their TLS certificates by itself (Let's Encrypt). The first start
shows a link by which the first administrator is created. Ctrl-C stops it; what was not sent by then is sent after the
next start.`
	serve.Example = `  tminus serve
  tminus serve --http 0.0.0.0:8090 --dir /var/lib/tminus/pb_data
  tminus serve reminders.example.com`
	var profiles string
	serve.Flags().StringVar(&profiles, "pprof", "", "also serve Go's profiles, at this `address` of the loopback, such as 127.0.0.1:6060")
	origins := serve.PersistentFlags().Lookup("origins")
	origins.Usage = "further `origins` whose pages may read answers, such as https://intranet.example.com; PUBLIC_URL's may, and * is every one"
	origins.DefValue = "[]"
	run := serve.RunE
	serve.RunE = func(cmd *cobra.Command, args []string) error {
		if origins.Changed {
			named, err := cmd.Flags().GetStringSlice("origins")
			if err != nil {
				return err
			}
			c.system.Options.Origins = named
		}
		if profiles != "" {
			at, stop, err := startProfiler(profiles)
			if err != nil {
				return err
			}
			defer stop()
			fmt.Fprintf(c.Stdout, "Profiles: http://%s/debug/pprof/\n", at)
		}
		err := run(cmd, args)
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("%w; stop the program that uses it, or choose another address with --http", err)
		}
		return err
	}
	return serve
}

// guard makes a command, and those below it, refuse to run with a wrong configuration, and open the data directory first.
func (c *command) guard(sub *cobra.Command) {
	for _, below := range sub.Commands() {
		c.guard(below)
	}
	run := sub.RunE
	if run == nil || sub.Annotations[standalone] != "" {
		return
	}
	sub.RunE = func(cmd *cobra.Command, args []string) error {
		if c.ConfigErr != nil {
			return fmt.Errorf("the configuration is wrong, so nothing was started:\n%w", c.ConfigErr)
		}
		for _, notice := range c.Config.Notices {
			fmt.Fprintln(c.Stderr, "notice:", notice)
		}
		if err := c.finishRestore(); err != nil {
			return err
		}
		if sub.Annotations[needsData] != "" && !c.hasData() {
			return fmt.Errorf("there is no data in %s, so nothing was done: name the data directory of the server, as in: %s --dir /var/lib/tminus/pb_data",
				dataPath(c.pb), cmd.CommandPath())
		}
		if err := c.pb.Bootstrap(); err != nil {
			return fmt.Errorf("open the data directory %s: %w", dataPath(c.pb), err)
		}
		if err := cmd.Context().Err(); err != nil {
			return err // told to stop while the database opened
		}
		return run(cmd, args)
	}
}

// prepare brings the data to where a server would bring it, without sending anything: migrated, seeded, with every
// channel's provider set up.
func (c *command) prepare() error {
	if err := c.pb.RunAllMigrations(); err != nil {
		return fmt.Errorf("bring the database up to date: %w", err)
	}
	return c.system.Prepare()
}

// patience is how long a command may take to end after it was told to.
const patience = 20 * time.Second

// execute runs the command until it ends or the process is told to stop, and then shuts everything down in order.
// PocketBase's own Execute passes errors of commands over.
func (c *command) execute(ctx context.Context) error {
	ctx, release := signal.NotifyContext(ctx, endings()...)
	defer release()
	done := make(chan error, 1)
	go func() { done <- c.pb.RootCmd.ExecuteContext(ctx) }()
	select {
	case err := <-done:
		return errors.Join(err, terminate(c.pb))
	case <-ctx.Done():
		// Terminals and supervisors may signal twice at once; a later signal ends the process without more ado.
		defer time.AfterFunc(3*time.Second, release).Stop()
	}
	// The server ends with its app, other commands with their context.
	end := terminate(c.pb)
	select {
	case err := <-done:
		return errors.Join(err, end)
	case <-time.After(patience):
		return errors.Join(end, errors.New("the command did not end in time"))
	}
}

// endings are the signals that end a command in order. Under nohup a closed terminal is none.
func endings() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// terminate stops what runs in an app, and closes its database.
func terminate(app core.App) error {
	if !app.IsBootstrapped() {
		return nil
	}
	event := new(core.TerminateEvent)
	event.App = app
	return app.OnTerminate().Trigger(event, func(e *core.TerminateEvent) error { return e.App.ResetBootstrapState() })
}

// hasData says whether somebody has served, or restored, in the data directory.
func (c *command) hasData() bool {
	_, err := os.Stat(filepath.Join(c.pb.DataDir(), "data.db"))
	return !errors.Is(err, fs.ErrNotExist)
}

// dataPath gives the data directory as an absolute path, for people.
func dataPath(app core.App) string { return absolute(app.DataDir()) }

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
