package webapp

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

// index is a page with everything in it that New knows.
const index = `<!doctype html>
<html lang="en">
<head>
  <!-- routes -->
  <script type="importmap">
  {"imports": {"preact": "/vendor/preact@11.2.0/preact.js", "preact/": "/vendor/preact@11.2.0/", "@a/b": "/vendor/@a/b@1.0/b.mjs"}}
  </script>
  <script src="/js/boot.js"></script>
  <link rel="icon" href="/img/icon.svg">
  <link rel="manifest" href="/manifest.webmanifest">
  <link rel="stylesheet" href="/css/base.css">
  <link rel="preload" href="/vendor/inter@5/inter.woff2" as="font">
  <!-- preload -->
  <script type="module" src="/js/main.js"></script>
</head>
<body><a href="/events" data-href="/js/">/js/ in words stays</a></body>
</html>
`

// files are a small web app.
var files = map[string]string{
	"index.html": index,
	"routes.json": `[
		{"path": "/", "page": "today", "area": "today"},
		{"path": "/events/new", "page": "event-form", "area": "events", "roles": ["<staff>"]},
		{"path": "/events/:id", "page": "event", "area": "events"},
		{"path": "/later", "page": "not-written-yet", "area": "later"}
	]`,
	"js/main.js":                     "import { h } from 'preact';\nimport './lib/state.js';\nconst lazy = () => import('./pages/event.js');",
	"js/boot.js":                     "document.title;",
	"js/lib/state.js":                "export * from '../lib/dates.js';\nimport \"preact\";",
	"js/lib/dates.js":                "export const day = 864e5;",
	"js/pages/today.js":              "import '../lib/state.js';",
	"js/pages/event.js":              "import { track } from '../components/track.js'; import 'preact/hooks.js';",
	"js/pages/event-form.js":         "import {\n  x,\n  y as z,\n} from\n  '../components/track.js';",
	"js/components/track.js":         "import b from '@a/b'; export { b as track };",
	"css/base.css":                   "body { margin: 0 }",
	"css/areas/events.css":           ".event { margin: 0 }",
	"img/icon.svg":                   "<svg/>",
	"sw.js":                          "self;",
	"manifest.webmanifest":           "{}",
	"notes.md":                       "# Notes",
	"robots.txt":                     "User-agent: *",
	"vendor/manifest.json":           "[]",
	"vendor/preact@11.2.0/preact.js": "export const h = 1;",
	"vendor/preact@11.2.0/hooks.js":  "import{h as e}from\"./preact.js\";",
	"vendor/preact@11.2.0/LICENSE":   "Copyright",
	"vendor/@a/b@1.0/b.mjs":          "export default 1;",
	"vendor/inter@5/inter.woff2":     "font",
	".well-known/secret.txt":         "hidden",
	"js/.draft.js":                   "hidden",
	"js/wide.js":                     "// " + wide,
}

// wide gets shorter in gzip.
const wide = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// with gives the small web app with some files changed; "" takes one away.
func with(changes map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for _, content := range []map[string]string{files, changes} {
		for name, text := range content {
			all[name] = &fstest.MapFile{Data: []byte(text)}
			if text == "" {
				delete(all, name)
			}
		}
	}
	return all
}

func site(t *testing.T, files fs.FS) *Site {
	t.Helper()
	s, err := New(files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks for an address, with pairs of header fields.
func get(t *testing.T, s *Site, address string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, s, http.MethodGet, address, headers...)
}

func ask(t *testing.T, s *Site, method, address string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = address // as it is, and not cleaned
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestSite_EveryAddressHasItsAnswer(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	old := "/_a/0123456789ab/"
	const (
		page = "text/html; charset=utf-8"
		js   = "text/javascript; charset=utf-8"
		none = "text/plain; charset=utf-8"
	)
	for _, tt := range []struct {
		address string
		status  int
		kind    string
		cache   string
	}{
		{"/", 200, page, revalidate},
		{"/index.html", 200, page, revalidate},
		{"/events/new", 200, page, revalidate},
		{"/events/xyz", 200, page, revalidate},
		{"/events/xyz/", 200, page, revalidate},
		{"/events/2.5", 200, page, revalidate}, // a route's address may have a dot
		{"/no/such/page", 200, page, revalidate},
		{"/sw.js", 200, js, revalidate},
		{"/js/main.js", 200, js, revalidate},
		{"/img/icon.svg", 200, "image/svg+xml", revalidate},
		{"/manifest.webmanifest", 200, "application/manifest+json", revalidate},
		{"/routes.json", 200, "application/json", revalidate},
		{"/robots.txt", 200, "text/plain; charset=utf-8", revalidate},
		{"/notes.md", 200, "text/plain; charset=utf-8", revalidate},
		{"/vendor/manifest.json", 200, "application/json", revalidate},
		{s.base + "js/main.js", 200, js, keep},
		{s.base + "css/base.css", 200, "text/css; charset=utf-8", keep},
		{"/vendor/preact@11.2.0/preact.js", 200, js, keep},
		{"/vendor/preact@11.2.0/LICENSE", 200, "text/plain; charset=utf-8", keep},
		{"/vendor/@a/b@1.0/b.mjs", 200, js, keep},
		{"/vendor/inter@5/inter.woff2", 200, "font/woff2", keep},

		{"/favicon.ico", 404, none, forget},
		{"/js/nope.js", 404, none, forget},
		{"/js/nope.js/", 404, none, forget},
		{s.base + "js/nope.js", 404, none, forget},
		{s.base + "events", 404, none, forget},
		{s.base + "index.html", 404, none, forget},
		{s.base, 404, none, forget},
		{old + "js/main.js", 404, none, forget}, // never this version's file for that version's module
		{old, 404, none, forget},
		{"/_a/", 404, none, forget},
		{"/vendor/preact@10.0.0/preact.js", 404, none, forget},
		{"/js", 404, none, forget},
		{"/js/", 404, none, forget},
		{"/vendor/preact@11.2.0/", 404, none, forget},
		{"/css/areas", 404, none, forget},
		{"/.well-known/secret.txt", 404, none, forget},
		{"/js/.draft.js", 404, none, forget},
		{s.base + "js/.draft.js", 404, none, forget},
		{"/../go.mod", 404, none, forget},
		{"/js/../js/main.js", 404, none, forget},
		{s.base + "../../sw.js", 404, none, forget},
		{`/..\go.mod`, 404, none, forget},
		{"/events/..", 404, none, forget},
		{"//js/main.js", 404, none, forget},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := ask(t, s, method, tt.address)
			h := got.Header()
			if got.Code != tt.status || h.Get("Content-Type") != tt.kind || h.Get("Cache-Control") != tt.cache {
				t.Errorf("%s %s: %d %q %q, want %d %q %q", method, tt.address,
					got.Code, h.Get("Content-Type"), h.Get("Cache-Control"), tt.status, tt.kind, tt.cache)
			}
			if (h.Get("ETag") != "") != (tt.status == 200) {
				t.Errorf("%s %s: ETag %q", method, tt.address, h.Get("ETag"))
			}
		}
	}
}

func TestSite_EveryAnswerIsSecured(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	for _, address := range []string{"/", "/events/xyz", "/sw.js", "/favicon.ico", "/.env"} {
		h := get(t, s, address).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self' 'sha256-oSOZyZ5HW1J8e1j25cheMzdaTT4uju7M08XQtIMBPc8=' 'sha256-AjuIg5Tn3MV3LRLRwhY80/A5c++3kFKV6QsMpsrS6Jw='; " +
				"style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
				"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
			"Cross-Origin-Opener-Policy": "same-origin-allow-popups",
			"Permissions-Policy":         "camera=(), microphone=(), geolocation=(self)",
			"Referrer-Policy":            "same-origin",
			"X-Content-Type-Options":     "nosniff",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", address, name, h.Get(name), want)
			}
		}
	}
}

func TestSite_AFileThatIsNoPageMayLoadNothing(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	for _, address := range []string{s.base + "js/main.js", "/img/icon.svg", "/manifest.webmanifest"} {
		h := get(t, s, address).Header()
		if h.Get("Content-Security-Policy") != "default-src 'none'" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", address, h)
		}
	}
}

func TestSite_TheHashIsOfEveryNameAndContent(t *testing.T) {
	t.Parallel()
	base := site(t, with(nil)).base
	if again := site(t, with(nil)).base; again != base || !strings.HasPrefix(base, "/_a/") || len(base) != len("/_a/0123456789ab/") {
		t.Errorf("%q, and again %q", base, again)
	}
	for name, changes := range map[string]map[string]string{
		"content":   {"css/base.css": "body { margin: 1px }"},
		"the page":  {"index.html": index + "\n"},
		"a name":    {"robots.txt": "", "robot.txt": files["robots.txt"]},
		"a file":    {"humans.txt": "us"},
		"emptiness": {"sw.js": " "},
	} {
		if site(t, with(changes)).base == base {
			t.Errorf("another %s leaves the hash as it is", name)
		}
	}
	if site(t, with(map[string]string{".git/index": "x"})).base != base {
		t.Error("a file that is not served changes the hash")
	}
}

func TestSite_AnUnchangedFileIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	for _, address := range []string{"/", "/events/new", "/sw.js", "/js/wide.js", s.base + "js/wide.js"} {
		plain, packed := get(t, s, address).Header().Get("ETag"), get(t, s, address, "Accept-Encoding", "gzip").Header().Get("ETag")
		for _, tt := range []struct {
			accept, ifNoneMatch string
			status              int
		}{
			{"identity", plain, 304},
			{"gzip", packed, 304},
			{"gzip", "W/" + packed, 304}, // If-None-Match compares weakly (RFC 9110 §13.1.2)
			{"gzip", `"other", ` + packed, 304},
			{"identity", "*", 304},
			{"identity", `"other"`, 200},
		} {
			got := get(t, s, address, "Accept-Encoding", tt.accept, "If-None-Match", tt.ifNoneMatch)
			if got.Code != tt.status || (got.Body.Len() == 0) != (tt.status == 304) {
				t.Errorf("%s with %s: %d with %d bytes, want %d", address, tt.ifNoneMatch, got.Code, got.Body.Len(), tt.status)
			}
			h := got.Header()
			if h.Get("Cache-Control") == "" || h.Get("Vary") != "Accept-Encoding" || h.Get("ETag") == "" || h.Get("Content-Security-Policy") == "" {
				t.Errorf("%s: the answer %d has %v", address, got.Code, h)
			}
		}
	}
}

func unpack(t *testing.T, coding string, packed io.Reader) io.Reader {
	t.Helper()
	switch coding {
	case "br":
		return brotli.NewReader(packed)
	case "gzip":
		r, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		return r
	default:
		return packed
	}
}

func TestSite_TextIsCompressedForWhoTakesIt(t *testing.T) {
	t.Parallel()
	s := site(t, with(map[string]string{"vendor/inter@5/inter.woff2": wide}))
	for _, tt := range []struct {
		address, accept, coding string
	}{
		{"/js/wide.js", "gzip, deflate, br, zstd", "br"},
		{"/", "gzip", "gzip"},
		{"/js/wide.js", "", ""},
		{"/js/wide.js", "br", "br"},
		{"/js/wide.js", "gzip;q=0", ""},
		{"/js/wide.js", "br;q=0.5, x-gzip", "gzip"},
		{"/js/wide.js", "br;q=0, *", "gzip"},
		{"/js/wide.js", "*", "br"},
		{"/sw.js", "gzip", ""},                      // it would get longer
		{"/vendor/inter@5/inter.woff2", "gzip", ""}, // compressed already, whatever is in this one
	} {
		plain, got := get(t, s, tt.address), get(t, s, tt.address, "Accept-Encoding", tt.accept)
		h := got.Header()
		if coding := h.Get("Content-Encoding"); coding != tt.coding {
			t.Errorf("%s for %q: Content-Encoding %q, want %q", tt.address, tt.accept, coding, tt.coding)
			continue
		}
		if h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Length") != strconv.Itoa(got.Body.Len()) {
			t.Errorf("%s for %q: Vary %q, Content-Length %q of %d", tt.address, tt.accept, h.Get("Vary"), h.Get("Content-Length"), got.Body.Len())
		}
		if same := h.Get("ETag") == plain.Header().Get("ETag"); same != (tt.coding == "") {
			t.Errorf("%s: one ETag %s for two codings, or two for one", tt.address, h.Get("ETag"))
		}
		unpacked, err := io.ReadAll(unpack(t, tt.coding, got.Body))
		if err != nil {
			t.Fatal(err)
		}
		if string(unpacked) != plain.Body.String() {
			t.Errorf("%s for %q has another content", tt.address, tt.accept)
		}
	}
}

func TestSite_AcceptEncodingIsReadByItsRules(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "x-gzip": true, "deflate, gzip": true, "gzip;q=1.0, identity; q=0.5, *;q=0": true,
		"gzip;q=0": false, "gzip; q=0.000": false, "gzip;Q=0.001": true, "*": true, "*;q=0": false, "gzip;q=0, *": false,
		"identity": false, "br;q=1.0, *;q=0.1": true, "gzipped": false, "gzip;q=": false, "gzip;q=nonsense": false, "gzip;q=NaN": false,
		"gzip;q=-1": false, ",,gzip,": true, "deflate;q=0, br": false,
	} {
		if got := accepts(http.Header{"Accept-Encoding": {accept}}, "gzip") > 0; got != want {
			t.Errorf("%q: %t", accept, got)
		}
	}
	if accepts(http.Header{"Accept-Encoding": {"br", "gzip"}}, "gzip") == 0 {
		t.Error("the second line of two is not read")
	}
}

func TestSite_APartOfAFileIsOfItsCoding(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	whole := get(t, s, "/js/wide.js").Body.String()
	got := get(t, s, "/js/wide.js", "Range", "bytes=3-7")
	if got.Code != http.StatusPartialContent || got.Body.String() != whole[3:8] || got.Header().Get("Content-Length") != "5" {
		t.Errorf("%d %q %v", got.Code, got.Body, got.Header())
	}
}
