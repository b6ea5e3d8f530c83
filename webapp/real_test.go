package webapp

import (
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestSite_TheProductsOwnTreeIsWhole holds pb_public against what New promises, and against what New cannot know.
func TestSite_TheProductsOwnTreeIsWhole(t *testing.T) {
	t.Parallel()
	s := site(t, os.DirFS("../pb_public"))
	if err := s.Ready(); err != nil || len(s.routes) == 0 {
		t.Errorf("%d routes, %v", len(s.routes), err)
	}
	held := map[string]bool{}
	for _, r := range s.routes {
		address := strings.ReplaceAll(r.Path, ":", "x")
		page := get(t, s, address)
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), `<script type="application/json" id="routes" data-root="`) {
			t.Errorf("%s: %d, or without its routes", address, page.Code)
		}
		if module := "js/pages/" + r.Page + ".js"; s.plain.files[module] == nil {
			t.Errorf("%s: %s is missing", r.Path, module)
		}
		for _, link := range regexp.MustCompile(`\s(?:href|src)="(/[^"]*)"`).FindAllStringSubmatch(page.Body.String(), -1) {
			if got := get(t, s, link[1]); !held[link[1]] && got.Code != http.StatusOK {
				t.Errorf("%s names %s, which answers %d", r.Path, link[1], got.Code)
			}
			held[link[1]] = true
		}
	}
}

// A library's file has one address, which stays from one version of the app to the next: with a version, without a hash.
func TestSite_TheProductsStylesNameLibrariesByTheirVersion(t *testing.T) {
	t.Parallel()
	s := site(t, os.DirFS("../pb_public"))
	for name, f := range s.plain.files {
		if path.Ext(name) != ".css" || strings.HasPrefix(name, "vendor/") {
			continue
		}
		for _, found := range regexp.MustCompile(`url\(["']?([^"')]+)`).FindAllSubmatch(f.body, -1) {
			address := string(found[1])
			if strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "#") {
				continue
			}
			if !strings.HasPrefix(address, "/") {
				address = path.Join(path.Dir(s.base+name), address)
			}
			if strings.HasPrefix(address, s.base+"vendor/") {
				t.Errorf("%s: %s is loaded again with every version of the app; write %s", name, found[1], strings.TrimPrefix(address, strings.TrimSuffix(s.base, "/")))
			}
			if got := get(t, s, address); got.Code != http.StatusOK {
				t.Errorf("%s names %s, which answers %d", name, found[1], got.Code)
			}
		}
	}
}
