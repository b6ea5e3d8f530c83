package webapp

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`<link rel="(modulepreload|stylesheet)" href="([^"]+)">`)

// linksOf gives the addresses that a page links to as modules or styles.
func linksOf(page, rel string) []string {
	var all []string
	for _, found := range link.FindAllStringSubmatch(page, -1) {
		if found[1] == rel {
			all = append(all, found[2])
		}
	}
	return all
}

func TestSite_ThePageNamesWhatItsRouteNeedsAtFirst(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	for _, tt := range []struct {
		address string
		modules []string
		styles  []string
	}{
		{"/", []string{"js/main.js", "js/pages/today.js"}, nil},
		{"/events/xyz", []string{"js/main.js", "js/pages/event.js"}, []string{"css/areas/events.css"}},
		{"/events/new", []string{"js/main.js", "js/pages/event-form.js"}, []string{"css/areas/events.css"}},
		{"/later", []string{"js/main.js"}, nil},
		{"/nowhere/at/all", []string{"js/main.js"}, nil},
	} {
		body := get(t, s, tt.address).Body.String()
		var want []string
		for _, name := range tt.modules {
			want = append(want, s.base+name)
		}
		got := linksOf(body, "modulepreload")
		if !slices.Equal(got, want) {
			t.Errorf("%s: modules\n%q, want\n%q", tt.address, got, want)
		}
		styles := []string{s.base + "css/base.css"}
		for _, name := range tt.styles {
			styles = append(styles, s.base+name)
		}
		if got := linksOf(body, "stylesheet"); !slices.Equal(got, styles) {
			t.Errorf("%s: styles %q, want %q", tt.address, got, styles)
		}
	}
}

func TestSite_ThePageIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	s, again := site(t, with(nil)), site(t, with(nil))
	for _, address := range []string{"/", "/events/xyz", "/events/new", "/nowhere"} {
		if get(t, s, address).Body.String() != get(t, again, address).Body.String() {
			t.Errorf("%s differs between two starts", address)
		}
	}
	if get(t, s, "/").Header().Get("ETag") == get(t, s, "/events/xyz").Header().Get("ETag") {
		t.Error("two routes' pages have one ETag")
	}
}

func TestSite_ThePageNamesItsOwnFilesByTheirHash(t *testing.T) {
	t.Parallel()
	s := site(t, with(nil))
	body := get(t, s, "/").Body.String()
	for _, want := range []string{
		`<script>document.title;</script>`,
		`<script type="module" src="` + s.base + `js/main.js">`,
		`<link rel="icon" href="` + s.base + `img/icon.svg">`,
		`<link rel="stylesheet" href="` + s.base + `css/base.css">`,
		`<link rel="manifest" href="/manifest.webmanifest">`,
		`<link rel="preload" href="/vendor/inter@5/inter.woff2" as="font">`,
		`<a href="/events" data-href="/js/">/js/ in words stays</a>`,
		`<script type="application/json" id="routes" data-root="` + s.base + `">[{"path":"/","page":"today","area":"today"},`,
		`"roles":["\u003cstaff>"]`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in\n%s", want, body)
		}
	}
	for _, mark := range []string{routesMark, preloadMark} {
		if strings.Contains(body, mark) {
			t.Errorf("%s was left", mark)
		}
	}
}

func TestSite_ThePolicyNamesTheImportMapAsABrowserReadsIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{index, strings.ReplaceAll(index, "\n", "\r\n")} {
		s := site(t, with(map[string]string{"index.html": text}))
		page := get(t, s, "/")
		inline := importMap.FindStringSubmatch(page.Body.String())[1]
		sum := sha256.Sum256([]byte(strings.ReplaceAll(inline, "\r\n", "\n")))
		want := "script-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "' "
		if policy := page.Header().Get("Content-Security-Policy"); !strings.Contains(policy, want) {
			t.Errorf("%s is not in %s", want, policy)
		}
	}
}

func TestSite_ATreeWithoutRoutesIsServedAsItIs(t *testing.T) {
	t.Parallel()
	plain := "<!doctype html><title>T</title><!-- routes --><p>Hello</p>"
	s := site(t, with(map[string]string{"index.html": plain, "routes.json": "", "js/main.js": "import 'missing';"}))
	for _, address := range []string{"/", "/events/new", "/deep/link"} {
		if got := get(t, s, address).Body.String(); got != plain {
			t.Errorf("%s: %s", address, got)
		}
	}
	if policy := get(t, s, "/").Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") {
		t.Error(policy)
	}
}

func TestSite_WhatKeepsTheAppFromWorkingIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	withMap := func(text string) string {
		return importMap.ReplaceAllLiteralString(index, `<script type="importmap">`+text+`</script>`)
	}
	for want, changes := range map[string]map[string]string{
		"the web app has no index.html":                                               {"index.html": ""},
		"read routes.json: unexpected end of JSON input":                              {"routes.json": `[{"path": "/"`},
		"read routes.json: json: cannot unmarshal object":                             {"routes.json": `{"path": "/"}`},
		`read routes.json: route 1 (""): a path begins with a slash`:                  {"routes.json": `[{"page": "today"}]`},
		`route 1 ("/events/*"): the segment "*" is neither a word nor a :name`:        {"routes.json": `[{"path": "/events/*"}]`},
		`route 1 ("/"): page "../main" and area "" are names of files`:                {"routes.json": `[{"path": "/", "page": "../main"}]`},
		`route 2 ("/events/new") is never reached: "/events/:id" stands before it`:    {"routes.json": `[{"path": "/events/:id"}, {"path": "/events/new"}]`},
		"read the import map of index.html: invalid character":                        {"index.html": withMap("{imports: {}}")},
		`read the import map of index.html: json: unknown field "scopes"`:             {"index.html": withMap(`{"imports": {}, "scopes": {}}`)},
		`the address of "preact" is "vendor/p.js", which does not begin with a slash`: {"index.html": withMap(`{"imports": {"preact": "vendor/p.js"}}`)},
		"read the import map of index.html: there are several":                        {"index.html": index + `<script type="importmap">{}</script>`},
	} {
		if _, err := New(with(changes)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, have %v", want, err)
		}
	}
}

func TestSite_RoutesMatchSegmentBySegment(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path, address string
		want          bool
	}{
		{"/", "/", true}, {"/", "", true}, {"/", "/x", false},
		{"/events/:id", "/events/a", true}, {"/events/:id", "/events/a/", true}, {"/events/:id", "/events", false},
		{"/events/:id", "/events/a/b", false}, {"/events/:id/edit", "/events/a/edit", true}, {"/events/:id/edit", "/events/a/b", false},
		{"/events", "/Events", false},
	} {
		if got := (route{Path: tt.path}).matches(tt.address); got != tt.want {
			t.Errorf("%s for %q: %t", tt.path, tt.address, got)
		}
	}
}
