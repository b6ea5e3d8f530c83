package hooks

import (
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"tminus/collections"
)

// contentSecurityPolicy binds the web app only: the dashboard needs its own.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; " +
	"frame-ancestors 'none'; object-src 'none'"

// bindServe starts the engine with the server and stops it before the database closes.
func (s *System) bindServe() {
	s.App.OnServe().BindFunc(func(e *core.ServeEvent) error {
		if err := s.Start(); err != nil {
			return err
		}
		s.API.Bind(e.Router)
		s.bindUnsubscribe(e.Router)
		if s.Options.WebApp != nil {
			e.Router.GET("/{path...}", apis.Static(s.Options.WebApp, true)).BindFunc(secure).Bind(apis.Gzip())
		}
		e.InstallerFunc = nil
		if err := e.Next(); err != nil {
			return err
		}
		return s.offerSetup(e)
	})
	s.App.OnTerminate().Bind(&hook.Handler[*core.TerminateEvent]{
		Id: "tminusStop",
		Func: func(e *core.TerminateEvent) error {
			s.Engine.Stop()
			return e.Next()
		},
	})
}

// Prepare fills a fresh instance and sets the channels up, without sending anything.
func (s *System) Prepare() error {
	if err := s.Seed(); err != nil {
		return fmt.Errorf("fill the fresh instance: %w", err)
	}
	s.configureChannels()
	return nil
}

// Start prepares the instance and begins to send. Serving does it.
func (s *System) Start() error {
	if err := s.Prepare(); err != nil {
		return err
	}
	s.scheduleDigest()
	if err := s.Engine.Start(); err != nil {
		return err
	}
	if err := s.digestIfDue(); err != nil {
		s.log.Error("catch up the digest", "error", err)
	}
	return nil
}

// secure sets the headers of the web app.
func secure(e *core.RequestEvent) error {
	h := e.Response.Header()
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	return e.Next()
}

// offerSetup prints the one-time link by which the first administrator sets the instance up.
func (s *System) offerSetup(e *core.ServeEvent) error {
	admins, err := collections.CountActiveAdmins(e.App, "")
	if err != nil {
		return fmt.Errorf("look for an administrator: %w", err)
	}
	if admins > 0 {
		return nil
	}
	link := s.address(e) + "/setup#token=" + s.API.OfferSetup()
	_, err = fmt.Fprintf(s.Options.Console, "\n%s\n  %s\n%s\n",
		color.New(color.Bold).Sprint("Welcome to T-minus. Open this link once to create the first administrator:"),
		color.CyanString("%s", link), "It is valid until this server stops.")
	return err
}

// address gives where a browser on this machine, or at PUBLIC_URL, reaches the server.
func (s *System) address(e *core.ServeEvent) string {
	if s.Options.Config.PublicURL != "" {
		return s.Options.Config.PublicURL
	}
	host := e.Server.Addr
	if strings.HasPrefix(host, ":") || strings.HasPrefix(host, "0.0.0.0:") {
		host = "127.0.0.1" + host[strings.LastIndex(host, ":"):]
	}
	return "http://" + host
}
