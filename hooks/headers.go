package hooks

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

// What a connection may cost before a request is known. PocketBase waits a minute for a header and, between two requests,
// the five minutes that it gives to an upload; Go takes headers of 1 MB.
const (
	headerWithin = 10 * time.Second
	idleFor      = 2 * time.Minute
	headerMax    = 64 << 10
)

// bindHeaders guards connections and answers, whatever answers them. It is bound last of all, so that it is around the
// handler that the others make.
func (s *System) bindHeaders() {
	s.App.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Server.ReadHeaderTimeout, e.Server.IdleTimeout, e.Server.MaxHeaderBytes = headerWithin, idleFor, headerMax
		e.Router.Bind(apis.CORS(apis.CORSConfig{
			AllowOriginFunc: func(origin string) (bool, error) { return s.knows(origin), nil },
			AllowMethods:    apis.DefaultCORSConfig.AllowMethods,
			ExposeHeaders:   []string{"Retry-After"},
			MaxAge:          600,
		}))
		if err := e.Next(); err != nil {
			return err
		}
		e.Server.Handler = s.guard(e.Server.Handler)
		return nil
	})
}

// knows says whether pages of an origin may read answers: those at PUBLIC_URL, and those that --origins names, where * is
// everybody. Pages of the server itself need no leave.
func (s *System) knows(origin string) bool {
	if slices.Contains(s.Options.Origins, "*") || slices.Contains(s.Options.Origins, origin) {
		return true
	}
	own, err := url.Parse(s.Options.Config.PublicURL)
	return err == nil && own.Host != "" && strings.EqualFold(own.Scheme+"://"+own.Host, origin)
}

// guard sets the headers that browsers heed. Handlers may set others after it: the web app, the dashboard and files have
// policies of their own. It is outside the router, whose own redirects and refusals would have none.
//
// https://owasp.org/www-project-secure-headers/
func (s *System) guard(next http.Handler) http.Handler {
	secure := strings.HasPrefix(s.Options.Config.PublicURL, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, path := w.Header(), r.URL.Path
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups") // signing in elsewhere (OAuth2) opens one
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		switch {
		case strings.HasPrefix(path, "/_/"):
			h.Set("Referrer-Policy", "strict-origin-when-cross-origin") // the tiles of its maps ask who shows them
		case strings.HasPrefix(path, "/api/files/"): // PocketBase lets browsers keep them and shuts scripts out of them
		case strings.HasPrefix(path, "/api/"), strings.HasPrefix(path, "/u/"), path == "/metrics":
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}
