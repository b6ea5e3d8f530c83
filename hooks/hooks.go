// Package hooks says what happens when: it binds the planner, the outbox, the cron jobs and the routes to PocketBase.
// Register is the table of contents; production and tests call the same one.
package hooks

import (
	"io"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/api"
	"tminus/config"
	"tminus/notifiers"
	"tminus/outbox"
	"tminus/planner"
	"tminus/reminders"
	"tminus/reports"
	"tminus/webapp"
	"tminus/wechat"
)

// Options are what a System is made of besides the app.
type Options struct {
	Config config.Config
	// Now is the wall clock.
	Now func() time.Time
	// WebApp holds the static web app; nil serves none.
	WebApp fs.FS
	// PackWebApp packs it in another process (webapp.Pack); nil packs it in this one.
	PackWebApp func() ([]byte, error)
	// Origins are those, besides PUBLIC_URL's, whose pages may read answers; * is every one.
	Origins []string
	// Demo keeps the messages of every channel, and lets everyone read them.
	Demo bool
	// Notifiers replaces the providers that the configuration names; for tests.
	Notifiers map[string]notifiers.Notifier
	// Outbox overrides the engine's timing; for tests.
	Outbox outbox.Options
	// Log defaults to the app's logger.
	Log *slog.Logger
	// Console gets what the operator must read at the start; nil discards it.
	Console io.Writer
}

// System is the running parts of T-minus in one app.
type System struct {
	App       core.App
	Options   Options
	Engine    *outbox.Engine
	Planner   *planner.Planner
	Reports   *reports.Reports
	Templates *reminders.Renderer
	API       *api.API

	site     func() (*webapp.Site, error) // the web app, read when it is first needed
	company  atomic.Pointer[companyCache]
	counters counters
	sandbox  *notifiers.Sandbox
	official *wechat.Client // the official account; nil unless configured
	// weChatSender is the setting that the WeChat channel was set up by; nil before.
	weChatSender atomic.Pointer[string]
	log          *slog.Logger
}

// Register binds everything to the app and gives the parts. Nothing runs before the app serves, or Start is called.
func Register(app core.App, o Options) *System {
	s := build(app, o)

	s.bindLimits()   // how much of it, and how large
	s.bindActors()   // who did it
	s.bindForgery()  // what no request may set
	s.bindReadOnly() // what no request may write
	s.bindTotals()   // how long lists are counted
	s.bindEvents()   // numbers, defaults, checks, replanning, audit
	s.bindReminders()
	s.bindPlans()
	s.bindPeople()   // users, customers, contacts
	s.bindWeChat()   // whose WeChat account is bound, and who sees it
	s.bindSignIn()   // codes, links and providers
	s.bindSettings() // the company's settings, and PocketBase's
	s.bindMailer()   // PocketBase's own mails take the same way
	s.bindCron()
	s.bindBackups() // their marks, by which a restored instance knows that it is one
	s.bindServe()   // seeding, routes, web app, start and stop of the engine
	s.bindHeaders() // what guards every connection and answer
	return s
}

func build(app core.App, o Options) *System {
	if o.Console == nil {
		o.Console = io.Discard
	}
	s := &System{App: app, Options: o, Templates: reminders.NewRenderer(), log: o.Log, counters: newCounters()}
	if s.log == nil {
		s.log = app.Logger()
	}
	s.site = sync.OnceValues(s.readWebApp)
	s.Planner = &planner.Planner{
		Now: o.Now, Company: s.Company, EventURL: s.EventURL, Channels: s, Templates: s.Templates,
		SMSSignature: s.smsSignature, SMSCarries: s.smsCarries, Consent: s.Consent, Made: s.madeReminder,
	}
	engine := o.Outbox
	engine.Source, engine.Now, engine.Log, engine.Way = s.Planner, o.Now, s.log, &outbox.Way{}
	engine.Policy = outbox.Policy{Attempts: o.Config.Retry.Attempts, Interval: o.Config.Retry.Interval}
	s.Engine = outbox.New(app, engine)
	s.bindWay(engine.Way)
	s.Planner.Wake = s.Engine.Wake
	s.Reports = &reports.Reports{
		Now: o.Now, Company: s.Company, PublicURL: s.PublicURL, EventURL: s.EventURL,
		AdminEmail: o.Config.AdminEmail, UnsubscribeURL: s.UnsubscribeURL,
	}
	s.Planner.Alerts = s.Reports
	s.API = &api.API{
		Engine: s.Engine, Planner: s.Planner, Templates: s.Templates, Config: o.Config, Now: o.Now, Demo: o.Demo,
		Company: s.Company, PublicURL: s.PublicURL, Sandbox: s.Sandbox, ChannelState: s.ChannelState,
		FixedSettings: fixedSettings, WeChat: s.WeChat,
	}
	s.openWeChat()
	return s
}
