package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"text/tabwriter"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"tminus/config"
	"tminus/demo"
	"tminus/hooks"
)

const defaultAddress = "127.0.0.1:8090"

func (c *command) demo() *cobra.Command {
	var address string
	sub := &cobra.Command{
		Use:   "demo",
		Short: "Try T-minus: a throw-away instance with people, events and reminders that fall due",
		Long: `Serve a throw-away instance that is filled with a made-up company: six people, eight customers, some forty events and
their reminders in every state. A reminder falls due every few seconds for the first two minutes.

Nothing leaves this machine: every email, SMS and WeChat message is kept in the sandbox and can be read there. It needs
no settings, touches no data, and leaves nothing behind: Ctrl-C stops it and removes its directory.`,
		Example: `  tminus demo
  tminus demo --http 127.0.0.1:8391`,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{standalone: "yes"},
	}
	sub.Flags().StringVar(&address, "http", defaultAddress, "the `address` to serve at; if it is not given and taken, a free port is used")
	sub.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("dir") {
			return errors.New("the demo lives in a directory of its own, so leave --dir out")
		}
		return c.runDemo(cmd.Context(), address, cmd.Flags().Changed("http"))
	}
	return sub
}

// runDemo serves a filled instance at address until ctx ends.
func (c *command) runDemo(ctx context.Context, address string, asked bool) error {
	listener, err := listen(address, asked)
	if err != nil {
		return err
	}
	defer listener.Close()
	if !asked && listener.Addr().String() != address {
		fmt.Fprintf(c.Stdout, "%s is taken, so the demo uses a free port.\n", address)
	}
	fmt.Fprintln(c.Stdout, "Filling the demo …")
	dir, err := os.MkdirTemp("", "tminus-demo-")
	if err != nil {
		return fmt.Errorf("make a directory for the demo: %w", err)
	}
	err = c.serveDemo(ctx, dir, listener)
	if failure := os.RemoveAll(dir); failure != nil {
		err = errors.Join(err, fmt.Errorf("remove the demo's directory %s: %w", dir, failure))
	}
	if err == nil {
		fmt.Fprintln(c.Stdout, "\nStopped, and removed everything.")
	}
	return err
}

// listen takes the address before anything is made for it.
func listen(address string, asked bool) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener, nil
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("serve at %s: %w", address, err)
	}
	if asked {
		return nil, fmt.Errorf("another program uses %s already; stop it, or choose another port, such as --http 127.0.0.1:0 for a free one", address)
	}
	if listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	return listener, nil
}

// serveDemo fills and serves an instance in dir until ctx ends.
func (c *command) serveDemo(ctx context.Context, dir string, listener net.Listener) (err error) {
	clock := demo.NewClock(c.Now)
	cfg, err := config.Load([]string{"EVENT_REMINDER_ENABLE_SMS=true", "EVENT_REMINDER_ENABLE_WECHAT=true"}, nil)
	if err != nil {
		return fmt.Errorf("set the demo up: %w", err)
	}
	// PocketBase's launcher would take the data directory from a --dir among the program's arguments.
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: hooks.Connect, IsDev: c.pb.IsDev()})
	system := hooks.Register(app, hooks.Options{Config: cfg, Now: clock.Now, WebApp: c.WebApp, Demo: true})
	defer func() { err = errors.Join(err, terminate(app)) }()
	url := "http://" + reachable(listener.Addr().String())
	logins, err := fillDemo(app, system, clock, url)
	if err != nil {
		return fmt.Errorf("fill the demo: %w", err)
	}
	if ctx.Err() != nil {
		return nil
	}
	return serveUntil(ctx, app, listener, func() error {
		printDemo(c.Stdout, url, logins)
		return system.Reports.CheckOverdue(app) // the hourly job, so that there is an alert to look at
	})
}

// serveUntil serves an app on a listener until ctx ends; ready is called when it can be reached.
func serveUntil(ctx context.Context, app core.App, listener net.Listener, ready func() error) error {
	reached, served := make(chan struct{}), make(chan error, 1)
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Listener, e.Server.Addr = listener, listener.Addr().String()
		if err := e.Next(); err != nil {
			return err
		}
		close(reached)
		return ready()
	})
	go func() { served <- apis.Serve(app, apis.ServeConfig{HttpAddr: listener.Addr().String()}) }()
	select {
	case err := <-served:
		return err
	case <-reached: // from now on the end of the app is the end of the server
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return errors.Join(terminate(app), <-served)
	}
}

func fillDemo(app core.App, system *hooks.System, clock *demo.Clock, url string) (demo.Logins, error) {
	if err := app.Bootstrap(); err != nil {
		return demo.Logins{}, err
	}
	if err := app.RunAllMigrations(); err != nil {
		return demo.Logins{}, err
	}
	if err := system.Prepare(); err != nil {
		return demo.Logins{}, err
	}
	return demo.Fill(app, clock.Now(), demo.Options{Planner: system.Planner, Sandbox: system.Sandbox(), Clock: clock, URL: url})
}

// reachable gives the address at which a browser on this machine finds a listener.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// printDemo tells a newcomer where to look and how to sign in.
func printDemo(out io.Writer, url string, logins demo.Logins) {
	fmt.Fprintf(out, "\nThe T-minus demo is at  %s\n\nSign in as\n", url)
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, l := range logins.People {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", l.Role, l.Email, l.Password, languages[l.Locale])
	}
	_ = table.Flush() // to a console
	fmt.Fprintf(out, `
Have a look
  - A reminder falls due every few seconds for the next two minutes: watch it go from pending to sent.
  - Nothing leaves this machine: messages are kept in Sandbox mailbox (%s/sandbox).
  - PocketBase's dashboard: %s/_/   %s   %s

Ctrl-C stops the demo and removes all of it.
`, url, url, logins.Superuser.Email, logins.Superuser.Password)
}

var languages = map[string]string{"en": "English", "zh-HK": "繁體中文", "zh-CN": "简体中文"}
