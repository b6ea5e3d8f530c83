package hooks

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"

	"tminus/collections"
	"tminus/webapp"
)

// bindServe starts the engine with the server and stops it before the database closes.
func (s *System) bindServe() {
	stopCheckpoints := func() {}
	s.App.OnServe().BindFunc(func(e *core.ServeEvent) error {
		if err := s.bindWebApp(e.Router); err != nil {
			return err
		}
		if err := s.Start(); err != nil {
			return err
		}
		stopCheckpoints = s.StartCheckpoints()
		e.Router.Bind(gzipReads())
		e.Router.Bind(blameNobody())
		s.API.Bind(e.Router)
		s.bindUnsubscribe(e.Router)
		e.InstallerFunc = nil
		if err := e.Next(); err != nil {
			return err
		}
		return s.offerSetup(e)
	})
	s.App.OnTerminate().Bind(&hook.Handler[*core.TerminateEvent]{
		Id: "tminusStop",
		Func: func(e *core.TerminateEvent) error {
			s.API.Stop()
			s.Engine.Stop()
			stopCheckpoints()
			stopCheckpoints = func() {}
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
	if err := s.doubtIfRestored(); err != nil {
		return err
	}
	if err := s.Engine.Start(); err != nil {
		return err
	}
	if err := s.digestIfDue(); err != nil {
		s.log.Error("catch up the digest", "error", err)
	}
	return nil
}

// bindWebApp serves the web app at every address that is nobody else's.
func (s *System) bindWebApp(r *router.Router[*core.RequestEvent]) error {
	if s.Options.WebApp == nil {
		return nil
	}
	if err := webapp.Check(s.Options.WebApp); err != nil {
		return fmt.Errorf("prepare the web app: %w", err)
	}
	s.packSoon()
	r.GET("/{path...}", func(e *core.RequestEvent) error {
		site, err := s.site()
		if err != nil {
			return e.InternalServerError("The web app cannot be read. The server's log says why.", err)
		}
		site.ServeHTTP(e.Response, e.Request)
		return nil
	}).Bind(apis.SkipSuccessActivityLog())
	return nil
}

// readWebApp reads the web app, which takes a core some milliseconds: the start does not wait for it.
func (s *System) readWebApp() (*webapp.Site, error) {
	site, err := webapp.New(s.Options.WebApp)
	if err != nil {
		return nil, fmt.Errorf("prepare the web app: %w", err)
	}
	site.PackedBy = s.Options.PackWebApp
	return site, nil
}

// packAfter is when the web app is read and packed, unless somebody asks for it sooner. A second later what the start and the
// packing have left is given back to the system: Go would do so only bit by bit, and esbuild lets go of what it built after
// 250 ms.
const (
	packAfter   = time.Second
	settleAfter = time.Second
)

// packSoon reads and packs the web app when the start is over, since it takes a core for a moment.
func (s *System) packSoon() {
	later := time.AfterFunc(packAfter, func() {
		if site, err := s.site(); err != nil {
			s.log.Error("there is no web app to serve", "error", err)
		} else if err := site.Ready(); err != nil {
			s.log.Error("the web app is served unpacked", "error", err)
		}
		time.AfterFunc(settleAfter, debug.FreeOSMemory)
	})
	s.App.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		later.Stop()
		return e.Next()
	})
}

// gzipReads compresses what the API answers to a GET, which PocketBase leaves plain. The stream of changes must not wait
// for a block to fill, and files and backups are compressed already.
func gzipReads() *hook.Handler[*core.RequestEvent] {
	compress := apis.GzipWithConfig(apis.GzipConfig{MinLength: 1024}) // less fits into one packet anyway
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusGzipReads",
		Func: func(e *core.RequestEvent) error {
			path := e.Request.URL.Path
			if e.Request.Method != http.MethodGet || !strings.HasPrefix(path, "/api/") || path == "/api/realtime" ||
				strings.HasPrefix(path, "/api/files/") || strings.HasPrefix(path, "/api/backups/") {
				return e.Next()
			}
			return compress.Func(e)
		},
	}
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
