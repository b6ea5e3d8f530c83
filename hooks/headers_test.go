package hooks_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
	"tminus/hooks"
)

func TestHeaders_EveryKindOfAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	pages := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>T-minus</title>")}, "js/main.js": {Data: []byte("console.log(1);")}}
	s := apptest.New(t, apptest.WithWebApp(pages), apptest.WithConfig(func(c *config.Config) { c.MetricsToken = "a token of sixteen" })).Serve()
	s.Limit(map[string]int{"tminus:setup": 1})
	follow := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, tt := range []struct {
		method, path, body, role string
		status                   int
		personal                 bool // kept by no cache, and of no use in a frame
	}{
		{"GET", "/", "", "", 200, false},
		{"GET", "/events/xyz", "", "", 200, false},
		{"GET", "/js/main.js", "", "", 200, false},
		{"GET", "/missing.png", "", "", 404, false},
		{"POST", "/", "", "", 404, false},
		{"GET", "//api/health", "", "", 307, false},
		{"GET", "/api/../api/health", "", "", 307, true},
		{"GET", "/api/health", "", "", 200, true},
		{"GET", "/api/nope", "", "", 404, true},
		{"PUT", "/api/health", "", "", 404, true},
		{"OPTIONS", "/api/health", "", "", 204, true},
		{"GET", "/api/collections/events/records", "", "staff", 200, true},
		{"GET", "/api/collections/events/records/none", "", "staff", 404, true},
		{"POST", "/api/collections/events/records", "{}", "staff", 400, true},
		{"POST", "/api/collections/events/records", "{", "staff", 400, true},
		{"GET", "/api/collections", "", "", 401, true},
		{"GET", "/api/settings", "", "staff", 403, true},
		{"POST", "/api/collections/users/auth-with-password", `{"identity":"a@b.example","password":"x"}`, "", 400, true},
		{"GET", "/api/tminus/status", "", "", 401, true},
		{"GET", "/api/tminus/channels", "", "staff", 200, true},
		{"POST", "/api/tminus/callbacks/aliyun/x", "[]", "", 403, true},
		{"GET", "/api/tminus/callbacks/wechat", "", "", 404, true},
		{"POST", "/api/tminus/setup", "{}", "", 403, true},
		{"POST", "/api/tminus/setup", "{}", "", 429, true},
		{"POST", "/api/tminus/preview", strings.Repeat(" ", 300<<10), "staff", 413, true},
		{"GET", "/u/nobody.0", "", "", 404, true},
		{"GET", "/metrics", "", "", 401, true},
		{"GET", "/api/oauth2-redirect", "", "", 307, true},
		{"GET", "/api/files/users/none/none", "", "", 404, false},
	} {
		request, err := http.NewRequest(tt.method, s.URL+tt.path, strings.NewReader(tt.body))
		must(t, err)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", s.Token(tt.role))
		response, err := follow.Do(request)
		must(t, err)
		response.Body.Close()
		what := tt.method + " " + tt.path
		if response.StatusCode != tt.status {
			t.Errorf("%s: %d", what, response.StatusCode)
		}
		wantGuarded(t, what, response.Header)
		h := response.Header
		if tt.personal && (h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'")) {
			t.Errorf("%s: Cache-Control %q, Content-Security-Policy %q", what, h.Get("Cache-Control"), h.Get("Content-Security-Policy"))
		}
	}
}

func wantGuarded(t *testing.T, what string, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "SAMEORIGIN",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin-allow-popups",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(self)",
		"Strict-Transport-Security":    "max-age=31536000",
	} {
		if strings.HasPrefix(what, "GET /_/") && name == "Referrer-Policy" {
			want = "strict-origin-when-cross-origin"
		}
		if got := strings.Join(h.Values(name), " | "); got != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
		if h.Get(name) != "" {
			t.Errorf("%s: %s is %q", what, name, h.Get(name))
		}
	}
}

func TestHeaders_StrictTransportIsForHTTPSAlone(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, apptest.WithConfig(func(c *config.Config) { c.PublicURL = "http://tminus.example.test" })).Serve()
	if h := s.Do("", "GET", "/api/health", nil).Header; h.Get("Strict-Transport-Security") != "" {
		t.Errorf("%v", h)
	}
}

func TestHeaders_FilesMayBeKept(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	papers := core.NewBaseCollection("drawings")
	papers.Fields.Add(&core.FileField{Name: "drawing"})
	must(t, s.Save(papers))
	file, err := filesystem.NewFileFromBytes([]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "drawing.svg")
	must(t, err)
	record := core.NewRecord(papers)
	record.Set("drawing", file)
	must(t, s.Save(record))
	h := s.Do("", "GET", "/api/files/drawings/"+record.Id+"/"+record.GetString("drawing"), nil).Header
	h.Set("X-Frame-Options", "SAMEORIGIN") // PocketBase lets other pages show files
	wantGuarded(t, "a file", h)
	if !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(h.Get("Cache-Control"), "max-age=") {
		t.Errorf("%v", h)
	}
}

func TestOrigins_PagesElsewhereReadNothingUnlessTheyAreNamed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		named   []string
		allowed map[string]bool
	}{
		"as it comes": {nil, map[string]bool{
			"https://tminus.example.test": true, "http://tminus.example.test": false, "https://tminus.example.test.evil.example": false,
			"https://evil.example": false, "null": false,
		}},
		"one named": {[]string{"https://intranet.example"}, map[string]bool{"https://intranet.example": true, "https://tminus.example.test": true, "https://evil.example": false}},
		"everybody": {[]string{"*"}, map[string]bool{"https://evil.example": true}},
	} {
		s := apptest.New(t, func(o *hooks.Options) { o.Origins = tt.named }).Serve()
		for origin, allowed := range tt.allowed {
			for _, method := range []string{"GET", "OPTIONS"} {
				answer := s.DoHeader(http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"POST"}}, method, "/api/health", nil)
				want := ""
				if allowed {
					want = origin
				}
				if got := answer.Header.Get("Access-Control-Allow-Origin"); got != want {
					t.Errorf("%s: %s by a page at %s may be read by %q", name, method, origin, got)
				}
				if answer.Header.Get("Access-Control-Allow-Credentials") != "" {
					t.Errorf("%s: credentials are allowed", name)
				}
			}
		}
	}
}

func TestHeaders_ThePocketBaseServerHasThemToo(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	url := serveReally(t, a)
	for _, path := range []string{"/_/", "/api/health"} {
		response, err := http.Get(url + path) //nolint:gosec // the test's own server
		must(t, err)
		response.Body.Close()
		wantGuarded(t, "GET "+path, response.Header)
		if path == "/_/" && !strings.Contains(response.Header.Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("the dashboard's policy is %q", response.Header.Get("Content-Security-Policy"))
		}
	}
}

// serveReally serves an app as tminus serve does, with PocketBase's server and dashboard, and gives its address.
func serveReally(t *testing.T, a *apptest.App) string {
	t.Helper()
	ready, ended := make(chan *core.ServeEvent, 1), make(chan error, 1)
	a.OnServe().BindFunc(func(e *core.ServeEvent) error {
		if err := e.Next(); err != nil {
			return err
		}
		ready <- e
		return nil
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	a.OnServe().BindFunc(func(e *core.ServeEvent) error { e.Listener = listener; return e.Next() })
	go func() { ended <- apis.Serve(a.App, apis.ServeConfig{HttpAddr: listener.Addr().String()}) }()
	t.Cleanup(func() {
		a.Close()
		if err := <-ended; err != nil {
			t.Errorf("the server ended: %v", err)
		}
	})
	select {
	case err := <-ended:
		ended <- err
		t.FailNow()
	case e := <-ready:
		if e.Server.ReadHeaderTimeout == 0 || e.Server.ReadHeaderTimeout > 15e9 || e.Server.IdleTimeout == 0 || e.Server.MaxHeaderBytes > 64<<10 {
			t.Errorf("the server waits %s and %s, and takes headers of %d bytes", e.Server.ReadHeaderTimeout, e.Server.IdleTimeout, e.Server.MaxHeaderBytes)
		}
	}
	return "http://" + listener.Addr().String()
}

func TestBodies_ALargeOneIsRefusedAndTellsHowLargeItMayBe(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	large := `{"title":"` + strings.Repeat("x", 300<<10) + `"}`
	for _, tt := range []struct {
		role, method, path string
		status             int
	}{
		{"staff", "POST", path(collections.Events, ""), 413},
		{"staff", "PATCH", path(collections.Reminders, "") + "/none", 413},
		{"staff", "POST", "/api/tminus/preview", 413},
		{"", "POST", signInPath, 413},
		{"", "POST", codePath, 413},
		{"", "POST", "/api/tminus/setup", 413},
		{"staff", "POST", "/api/realtime", 413},
		{"staff", "POST", "/api/batch", 400}, // holds many records
		{"super", "POST", path(collections.Customers, ""), 400},
	} {
		for name, body := range map[string]io.Reader{"told": strings.NewReader(large), "chunked": io.MultiReader(strings.NewReader(large))} {
			request, err := http.NewRequest(tt.method, s.URL+tt.path, body)
			must(t, err)
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Authorization", s.Token(tt.role))
			response, err := http.DefaultClient.Do(request)
			must(t, err)
			text, err := io.ReadAll(response.Body)
			must(t, err)
			response.Body.Close()
			if response.StatusCode != tt.status || tt.status == 413 && !strings.Contains(string(text), `"message":"The request is too large. At most 256 kB are taken here."`) {
				t.Errorf("%s %s %s, %s: %d %.200s", tt.role, tt.method, tt.path, name, response.StatusCode, text)
			}
		}
	}
}

func TestBodies_TheLongestRecordGoesThrough(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	answer := s.Do("admin", "POST", path(collections.Reminders, ""), map[string]any{
		"event": e.Id, "reminder_type": "custom", "title": "Long", "message": strings.Repeat("字", 20_000),
		"recipients": []string{apptest.UserID("staff")}, "channels": []string{"email"}, "send_datetime": date(in(2)),
	})
	if answer.Status != http.StatusOK {
		t.Errorf("%d %.300s", answer.Status, answer.Body)
	}
}

func TestBodies_CollectionsWithFilesKeepPocketBasesLimit(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	open := ""
	scans := core.NewBaseCollection("scans")
	scans.CreateRule = &open
	scans.Fields.Add(&core.FileField{Name: "scan"}, &core.TextField{Name: "note", Max: 1 << 20})
	must(t, s.Save(scans))
	if answer := s.Do("staff", "POST", "/api/collections/scans/records", map[string]any{"note": strings.Repeat("x", 400<<10)}); answer.Status != http.StatusOK {
		t.Errorf("%d %.200s", answer.Status, answer.Body)
	}
}

func TestProxies_OneThatNobodyNamedIsToldOnce(t *testing.T) {
	t.Parallel()
	var console strings.Builder
	s := apptest.New(t, func(o *hooks.Options) { o.Console = &console }).Serve()
	told := func() int { return strings.Count(console.String(), "IP proxy headers") }
	s.Do("", "GET", "/api/health", nil)
	if told() != 0 {
		t.Errorf("without a proxy: %s", &console)
	}
	for range 3 {
		s.DoHeader(http.Header{"X-Forwarded-For": {"203.0.113.7"}}, "GET", "/api/health", nil)
	}
	if told() != 1 {
		t.Errorf("behind one: %s", &console)
	}
}
