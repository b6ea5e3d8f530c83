package webapp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
)

// What stands in index.html for what New puts in.
const (
	routesMark  = "<!-- routes -->"
	preloadMark = "<!-- preload -->"
)

var (
	bootScript = regexp.MustCompile(`<script src="/(js/boot\.js)"></script>`)
	ownAddress = regexp.MustCompile(`(\s(?:href|src)=")/((?:js|css|img)/)`)
	importMap  = regexp.MustCompile(`(?s)<script type="importmap">(.*?)</script>`)
)

// prepare makes the policy, and what all pages have in common.
func (s *Site) prepare() error {
	// A browser reads CRLF as LF before it hashes a script.
	s.layout = strings.ReplaceAll(string(s.tree.files[indexFile]), "\r\n", "\n")
	boot, err := s.inlineBoot()
	if err != nil {
		return fmt.Errorf("put the boot script into %s: %w", indexFile, err)
	}
	s.layout = ownAddress.ReplaceAllString(s.layout, "${1}"+s.base+"${2}")
	inline, named, err := readImportMap(s.layout)
	if err != nil {
		return fmt.Errorf("read the import map of %s: %w", indexFile, err)
	}
	s.named, s.policy = named, policy(inline, boot)
	if routes := s.tree.files[routesFile]; routes != nil {
		data, err := inlineData("routes", s.base, routes)
		if err != nil {
			return fmt.Errorf("read %s: %w", routesFile, err)
		}
		s.layout = strings.Replace(s.layout, routesMark, data, 1)
	}
	return nil
}

// readImportMap gives the text of the page's import map and the addresses of the modules that it names; both are empty
// if there is none. Its addresses begin with a slash, since the page stands at many addresses; it has no scopes.
func readImportMap(page string) (inline string, named map[string]string, err error) {
	found := importMap.FindAllStringSubmatch(page, -1)
	if len(found) == 0 {
		return "", nil, nil
	}
	if len(found) > 1 {
		return "", nil, errors.New("there are several")
	}
	var content struct {
		Imports map[string]string `json:"imports"`
	}
	decoder := json.NewDecoder(strings.NewReader(found[0][1]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&content); err != nil {
		return "", nil, err
	}
	for name, address := range content.Imports {
		if !strings.HasPrefix(address, "/") {
			return "", nil, fmt.Errorf("the address of %q is %q, which does not begin with a slash", name, address)
		}
	}
	return found[0][1], content.Imports, nil
}

// inlineBoot puts js/boot.js into the page, shortened, if the page asks for it: what it asks for in turn would otherwise wait for
// it to come. It gives the script's text.
func (s *Site) inlineBoot() (string, error) {
	found := bootScript.FindStringSubmatch(s.layout)
	if len(found) == 0 || s.tree.files[found[1]] == nil {
		return "", nil
	}
	shortened := &packs{files: map[string][]byte{}}
	if err := shorten(map[string][]byte{found[1]: s.tree.files[found[1]]}, shortened); err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(shortened.files[found[1]]))
	s.layout = strings.Replace(s.layout, found[0], "<script>"+text+"</script>", 1)
	return text, nil
}

// policy gives the Content-Security-Policy: nothing from elsewhere, and no inline script but those given, which are named by
// their hashes (CSP Level 3 §2.3.1). A script of type application/json is data and needs none.
func policy(inline ...string) string {
	scripts := "'self'"
	for _, text := range inline {
		if text != "" {
			sum := sha256.Sum256([]byte(text))
			scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	}
	return "default-src 'none'; script-src " + scripts + "; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; " +
		"frame-ancestors 'none'; object-src 'none'"
}

// inlineData gives JSON as a script that a page's own scripts find by its id, with the address of the tree's root. It has no
// "<" that could end it.
func inlineData(id, root string, data []byte) (string, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return "", err
	}
	text := strings.ReplaceAll(compact.String(), "<", `\u003c`)
	return `<script type="application/json" id="` + id + `" data-root="` + root + `">` + text + `</script>`, nil
}

// fill gives the page of a route; that of the empty route is for the addresses that have none.
func (s *Site) fill(e *edition, r route, made *packs) *resource {
	return newResource(indexFile, []byte(strings.Replace(s.layout, preloadMark, strings.Join(s.preloads(e, r, made), "\n  "), 1)))
}

// preloads gives the links to what a route needs at first, and would ask for one after the other: the modules and the styles
// of its area. A route need not have either.
func (s *Site) preloads(e *edition, r route, made *packs) []string {
	var links []string
	if styles := "css/areas/" + r.Area + ".css"; e.files[styles] != nil {
		links = append(links, `<link rel="stylesheet" href="`+html.EscapeString(s.base+styles)+`">`)
	}
	modules := []string{mainModule}
	if module := pageFolder + r.Page + ".js"; e.files[module] != nil {
		modules = append(append(modules, module), made.needs[module]...)
	}
	for _, name := range modules {
		if e.files[name] != nil {
			links = append(links, `<link rel="modulepreload" href="`+html.EscapeString(s.base+name)+`">`)
		}
	}
	return links
}
