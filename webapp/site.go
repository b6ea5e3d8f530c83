// Package webapp serves the static web app: a tree of plain files, of which one is the page. Every file has an address
// that changes with the tree and may be kept for ever; what must stay at one address is asked for again each time. Each
// route's page names what that route needs at first, so that a browser fetches all of it at once.
package webapp

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	indexFile  = "index.html"
	routesFile = "routes.json"
	listFile   = "files.json"
	worker     = "/sw.js"
)

// What Cache-Control says. A file below a hash or a version is never another one (RFC 8246); the page and what stands at
// a plain address are held against their ETag each time; what is missing may be there after the next upgrade.
const (
	keep       = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
	forget     = "no-store"
)

// hashed is the folder of the addresses that change with the tree: /_a/<hash>/<path in the tree>.
const hashed = "/_a/"

// versioned matches the files of a vendored library: vendor/<package>@<version>/…
var versioned = regexp.MustCompile(`^vendor/(@[^/]+/)?[^/@]+@[^/]+/`)

// Site is a web app that is ready to be served. It is an http.Handler for GET and HEAD.
type Site struct {
	base     string // the address of the tree's root: /_a/<hash>/
	tree     *tree
	folders  map[string]bool
	routes   []route
	layout   string            // the page, without what differs from route to route
	named    map[string]string // the import map
	policy   string            // the Content-Security-Policy of the page
	plain    *edition          // the modules as they are
	assemble func() (*edition, error)
	// PackedBy, if set, gives what Pack has written of the same tree in another process: packing takes several times the memory
	// that serving does, and leaves some of it in use. If it fails, the modules are packed here.
	PackedBy func() ([]byte, error)
}

var _ http.Handler = (*Site)(nil)

// edition is what stands at the addresses of a site.
type edition struct {
	files map[string]*resource // by path in the tree; without the page
	pages []*resource          // of the routes, in their order
	other *resource            // the page at an address of no route
}

// New reads a tree and prepares its pages. The tree must not change afterwards.
//
// index.html is plain HTML that works unprocessed too. In it the values of href="…" and src="…" that lie in /js/, /css/
// or /img/ get their hashed addresses; the comment <!-- routes --> gives way to routes.json, as a script of type
// application/json with the id "routes"; the comment <!-- preload --> gives way to the modules and styles that a route
// needs at first (see preloads). Other folders are left alone, and so is a tree without routes.json or a comment.
//
// The error names what keeps the app from working: routes or an import map that cannot be read. The modules are packed when
// somebody asks, or by Ready.
func New(files fs.FS) (*Site, error) {
	t, err := read(files)
	if err != nil {
		return nil, err
	}
	s := &Site{base: hashed + t.hash + "/", tree: t, folders: map[string]bool{}}
	for name := range t.files {
		for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
			s.folders[folder] = true
		}
	}
	if s.routes, err = readRoutes(t.files[routesFile]); err != nil {
		return nil, fmt.Errorf("read %s: %w", routesFile, err)
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	s.plain = s.edition(&packs{})
	s.assemble = sync.OnceValues(s.pack)
	return s, nil
}

// Check gives the error by which New would refuse a tree, as far as the page, the routes and the import map tell. It reads
// no more than these, so that a start may wait for it.
func Check(files fs.FS) error {
	page, err := fs.ReadFile(files, indexFile)
	if err != nil {
		return fmt.Errorf("the web app has no %s", indexFile)
	}
	raw, err := fs.ReadFile(files, routesFile)
	if err != nil {
		raw = nil // a tree need not have routes
	}
	if _, err := readRoutes(raw); err != nil {
		return fmt.Errorf("read %s: %w", routesFile, err)
	}
	if _, _, err := readImportMap(string(page)); err != nil {
		return fmt.Errorf("read the import map of %s: %w", indexFile, err)
	}
	return nil
}

// Ready waits until the modules are packed. An error says why they are not; they are then served one by one, as they lie in
// the tree.
func (s *Site) Ready() error {
	_, err := s.assemble()
	return err
}

// pack makes the edition that browsers get.
func (s *Site) pack() (*edition, error) {
	if s.tree.files[mainModule] == nil {
		return s.plain, nil
	}
	made := s.packedElsewhere()
	if made == nil {
		var err error
		if made, err = s.packHere(); err != nil {
			return s.plain, err
		}
	}
	return s.edition(made), nil
}

// edition gives the files of the tree, those that were packed in the place of the plain ones, the pages, and files.json: the
// paths of all files that a browser may put by to open the app offline, sorted.
func (s *Site) edition(made *packs) *edition {
	e := &edition{files: map[string]*resource{}}
	var names []string
	for name, body := range s.tree.files {
		if name == indexFile {
			continue
		}
		packed, ok := made.files[name]
		if ok {
			body = packed
		}
		e.files[name] = newResource(name, body)
		if inside := made.inside[name]; ok || !inside {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	list, err := json.Marshal(names)
	if err != nil {
		panic(err) // strings can always be written
	}
	e.files[listFile] = newResource(listFile, list)
	e.other = s.fill(e, route{}, made)
	for _, r := range s.routes {
		e.pages = append(e.pages, s.fill(e, r, made))
	}
	return e
}

// ServeHTTP answers with a file of the tree, the page or 404.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, _ := s.assemble()
	h := w.Header()
	found, cache := s.find(e, r.URL.Path)
	s.secure(h, r.URL.Path, found)
	h.Set("Cache-Control", cache)
	if found == nil {
		http.Error(w, "There is nothing at this address.", http.StatusNotFound)
		return
	}
	found.serve(w, r)
}

// secure sets the headers that guard a reader. What is neither a page nor a worker runs nothing of its own, and sixty times
// the long policy would be a third of what a phone loads.
func (s *Site) secure(h http.Header, address string, found *resource) {
	h.Set("X-Content-Type-Options", "nosniff")
	if found != nil && found.kind != contentTypes[".html"] && address != worker {
		h.Set("Content-Security-Policy", "default-src 'none'")
		return
	}
	h.Set("Content-Security-Policy", s.policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups") // signing in elsewhere (OAuth2) opens one
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
	h.Set("Referrer-Policy", "same-origin")
}

// find gives what stands at an address, nil for nothing, and what Cache-Control says of it. A tree with another hash is
// gone: its files must not be mixed with this one's.
func (s *Site) find(e *edition, address string) (*resource, string) {
	name := strings.TrimPrefix(address, "/")
	switch {
	case hidden(name):
		return nil, forget
	case strings.HasPrefix(address, hashed):
		return kept(e.files[strings.TrimPrefix(address, s.base)], keep)
	case e.files[name] != nil && versioned.MatchString(name):
		return e.files[name], keep
	case e.files[name] != nil:
		return e.files[name], revalidate
	case name == indexFile:
		return s.page(e, "/"), revalidate
	}
	return kept(s.page(e, address), revalidate)
}

func kept(found *resource, cache string) (*resource, string) {
	if found == nil {
		return nil, forget
	}
	return found, cache
}

// page gives the page at an address that is no file's: its route's, or that without a route. There is none where a
// folder or a missing file would be.
func (s *Site) page(e *edition, address string) *resource {
	for i, r := range s.routes {
		if r.matches(address) {
			return e.pages[i]
		}
	}
	name := strings.Trim(address, "/")
	if s.folders[name] || path.Ext(name) != "" {
		return nil
	}
	return e.other
}

// hidden says whether a path has a segment that begins with a dot, and so leads upwards or to a file that is not shown.
func hidden(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(segment string) bool { return strings.HasPrefix(segment, ".") })
}
