package webapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// route is an address of the app. Its module is js/pages/<page>.js, its styles are css/areas/<area>.css.
type route struct {
	Path string `json:"path"` // segments after slashes; ":name" stands for any one segment
	Page string `json:"page"`
	Area string `json:"area"`
}

var (
	patternSegment = regexp.MustCompile(`^:?[A-Za-z0-9_-]+$`)
	fileName       = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
)

// readRoutes reads and checks routes.json, which may have fields more. The first route that matches counts, so none may
// stand behind one that takes all of its addresses.
func readRoutes(raw []byte) ([]route, error) {
	if raw == nil {
		return nil, nil
	}
	var routes []route
	if err := json.Unmarshal(raw, &routes); err != nil {
		return nil, err
	}
	for i, r := range routes {
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("route %d (%q): %w", i+1, r.Path, err)
		}
		for _, earlier := range routes[:i] {
			if earlier.matches(r.Path) {
				return nil, fmt.Errorf("route %d (%q) is never reached: %q stands before it", i+1, r.Path, earlier.Path)
			}
		}
	}
	return routes, nil
}

func (r route) check() error {
	if !strings.HasPrefix(r.Path, "/") {
		return errors.New("a path begins with a slash")
	}
	for _, segment := range segments(r.Path) {
		if !patternSegment.MatchString(segment) {
			return fmt.Errorf("the segment %q is neither a word nor a :name", segment)
		}
	}
	if !fileName.MatchString(r.Page) || !fileName.MatchString(r.Area) {
		return fmt.Errorf("page %q and area %q are names of files", r.Page, r.Area)
	}
	return nil
}

// matches says whether an address is the route's. A slash at its end does not count, as in the app's own router.
func (r route) matches(address string) bool {
	pattern, actual := segments(r.Path), segments(address)
	if len(pattern) != len(actual) {
		return false
	}
	for i, segment := range pattern {
		if segment != actual[i] && !strings.HasPrefix(segment, ":") {
			return false
		}
	}
	return true
}

func segments(address string) []string {
	return strings.FieldsFunc(address, func(r rune) bool { return r == '/' })
}
