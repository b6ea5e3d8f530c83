// Package apptest gives tests a fresh app in milliseconds, with everything bound as in production: builders, a fixed
// clock, a notifier that fails on demand, and protocol-faithful servers in the packages below it.
package apptest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // PocketBase's own tables

	"tminus/collections"
	"tminus/config"
	"tminus/hooks"
	"tminus/notifiers"
	"tminus/outbox"
	_ "tminus/pb_migrations" // ours
)

// Start is the instant at which the clock of a fresh app stands: a Monday morning in Hong Kong.
var Start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// Password is the password of every user that New knows.
const Password = "correct horse 1"

// App is a fresh instance with one user per role. The engine runs after StartEngine only.
type App struct {
	core.App
	System *hooks.System
	Clock  *Clock
	Outbox *Notifier // every channel's provider, unless an option says otherwise
	t      testing.TB

	snapshots snapshots
}

// Option changes what New builds.
type Option func(*hooks.Options)

// WithConfig changes the configuration.
func WithConfig(change func(*config.Config)) Option {
	return func(o *hooks.Options) { change(&o.Config) }
}

// WithNotifier gives a channel another provider; nil leaves it to the configuration.
func WithNotifier(channel string, n notifiers.Notifier) Option {
	return func(o *hooks.Options) {
		if n == nil {
			delete(o.Notifiers, channel)
			return
		}
		o.Notifiers[channel] = n
	}
}

// WithOutbox changes the engine's timing.
func WithOutbox(change func(*outbox.Options)) Option {
	return func(o *hooks.Options) { change(&o.Outbox) }
}

// WithLog gives the app another log than none.
func WithLog(log *slog.Logger) Option {
	return func(o *hooks.Options) { o.Log = log }
}

// WithNow gives the app another wall clock than the fixed one.
func WithNow(now func() time.Time) Option {
	return func(o *hooks.Options) { o.Now = now }
}

// InDemo makes an instance as the demo command does.
func InDemo() Option { return func(o *hooks.Options) { o.Demo, o.Notifiers = true, nil } }

// New gives a fresh app. It ends with the test.
func New(t testing.TB, options ...Option) *App {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(template(t))); err != nil {
		t.Fatalf("copy the template: %v", err)
	}
	return Open(t, dir, options...)
}

// Open gives an app on a data directory that exists, as a second process or a restarted one would.
func Open(t testing.TB, dir string, options ...Option) *App {
	t.Helper()
	clock := &Clock{now: Start}
	outbound := NewNotifier()
	o := defaultOptions(clock)
	for _, channel := range notifiers.Channels {
		o.Notifiers[channel] = outbound
	}
	for _, option := range options {
		option(&o)
	}
	app, system, err := open(dir, o)
	if err != nil {
		t.Fatalf("open the app: %v", err)
	}
	a := &App{App: app, System: system, Clock: clock, Outbox: outbound, t: t}
	t.Cleanup(a.Close)
	return a
}

func defaultOptions(clock *Clock) hooks.Options {
	cfg, err := config.Load([]string{"EVENT_REMINDER_ENABLE_SMS=true", "EVENT_REMINDER_ENABLE_WECHAT=true", "PUBLIC_URL=https://tminus.example.test"}, nil)
	if err != nil {
		panic(err) // a constant
	}
	return hooks.Options{
		Config: cfg, Now: clock.Now, Notifiers: map[string]notifiers.Notifier{}, Log: slog.New(slog.DiscardHandler),
		Outbox: outbox.Options{Tick: 5 * time.Millisecond, ProbeAfter: 20 * time.Millisecond, ProbeMax: 80 * time.Millisecond, StopWithin: 2 * time.Second},
	}
}

func open(dir string, o hooks.Options) (core.App, *hooks.System, error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, DBConnect: hooks.Connect})
	system := hooks.Register(app, o)
	if err := app.Bootstrap(); err != nil {
		return nil, nil, err
	}
	app.Settings().Logs.MaxDays = 0 // request logs are written by a goroutine that may outlive a test
	if err := app.RunAllMigrations(); err != nil {
		return nil, nil, err
	}
	return app, system, system.Prepare()
}

// Close ends the app as the end of a process does; it may be called twice.
func (a *App) Close() {
	if !a.IsBootstrapped() {
		return
	}
	event := new(core.TerminateEvent)
	event.App = a.App
	_ = a.OnTerminate().Trigger(event, func(e *core.TerminateEvent) error { return e.App.ResetBootstrapState() })
}

// StartEngine begins to send.
func (a *App) StartEngine() {
	a.t.Helper()
	if err := a.System.Engine.Start(); err != nil {
		a.t.Fatalf("start the engine: %v", err)
	}
}

// Advance moves the clock and wakes the engine.
func (a *App) Advance(d time.Duration) {
	a.Clock.Advance(d)
	a.System.Engine.Wake()
}

// Eventually waits until check holds; it fails the test after thirty seconds.
func (a *App) Eventually(what string, check func() bool) {
	a.t.Helper()
	Eventually(a.t, what, check)
}

// Eventually waits until check holds; it fails the test after thirty seconds.
func Eventually(t testing.TB, what string, check func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		if check() {
			tick.Stop()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

var (
	templateOnce sync.Once
	templateDir  string
	errTemplate  error
)

// template gives a data directory that is migrated, seeded and has its users, made once per test process.
func template(t testing.TB) string {
	t.Helper()
	templateOnce.Do(func() {
		dir, err := os.MkdirTemp("", "tminus-apptest-")
		if err != nil {
			errTemplate = err
			return
		}
		templateDir = filepath.Join(dir, "pb_data")
		errTemplate = makeTemplate(templateDir)
	})
	if errTemplate != nil {
		t.Fatalf("make the template: %v", errTemplate)
	}
	return templateDir
}

func makeTemplate(dir string) error {
	app, _, err := open(dir, defaultOptions(&Clock{now: Start}))
	if err != nil {
		return err
	}
	if err := hurryPasswords(app); err != nil {
		return err
	}
	if err := limitNobody(app); err != nil {
		return err
	}
	for _, role := range []string{collections.RoleAdmin, collections.RoleManager, collections.RoleStaff, collections.RoleViewer} {
		user, err := collections.NewUser(app)
		if err != nil {
			return err
		}
		user.Id = UserID(role)
		user.SetName("User " + role)
		user.SetEmail(role + "@example.test")
		user.SetPassword(Password)
		user.SetVerified(true)
		user.SetRole(role)
		user.SetActive(true)
		user.SetLocale("en")
		user.SetPhone("+85291234567")
		user.SetWeChatOpenID("openid-" + role)
		if err := app.Save(user); err != nil {
			return err
		}
	}
	superusers, err := app.FindCollectionByNameOrId(core.CollectionNameSuperusers)
	if err != nil {
		return err
	}
	super := core.NewRecord(superusers)
	super.SetEmail("super@example.test")
	super.SetPassword(Password)
	if err := app.Save(super); err != nil {
		return err
	}
	// The copy must not miss what is still in the write-ahead log.
	if _, err := app.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute(); err != nil {
		return err
	}
	return app.ResetBootstrapState()
}

// hurryPasswords makes bcrypt as cheap as it gets: tests guard no secrets, and the race detector makes it ten times slower.
func hurryPasswords(app core.App) error {
	for _, name := range []string{collections.Users, core.CollectionNameSuperusers} {
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return err
		}
		c.Fields.GetByName(core.FieldNamePassword).(*core.PasswordField).Cost = 4
		if err := app.Save(c); err != nil {
			return err
		}
	}
	return nil
}

// limitNobody switches the rate limits off: a test's clock stands still, so that nothing would be given back.
func limitNobody(app core.App) error {
	settings, err := app.Settings().Clone()
	if err != nil {
		return err
	}
	settings.RateLimits.Enabled = false
	return app.Save(settings)
}

// Limit switches the rate limits on again, as a fresh instance has them but for those rules that are given with another
// number of requests.
func (a *App) Limit(changed map[string]int) {
	a.t.Helper()
	settings, err := a.Settings().Clone()
	a.must(err)
	settings.RateLimits.Enabled = true
	for i, rule := range settings.RateLimits.Rules {
		if n, found := changed[rule.Label]; found {
			settings.RateLimits.Rules[i].MaxRequests = n
		}
	}
	a.must(a.Save(settings))
}

// UserID gives the id of the user with a role.
func UserID(role string) string { return (role + "000000000000000")[:15] }
