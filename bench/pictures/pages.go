package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// route is one of the web app's routes.json.
type route struct {
	Path  string   `json:"path"`
	Page  string   `json:"page"`
	Open  bool     `json:"open"`  // for people who have not signed in
	Roles []string `json:"roles"` // who may see it; none is everyone
}

// page is what a picture is taken of.
type page struct {
	name, address string
	open          bool
}

// pages gives the pages at some addresses, or else those of every route that the visitor may see. An address may be a
// route's pattern.
func (v *visitor) pages(ctx context.Context, only []string) ([]page, error) {
	var routes []route
	if err := v.get(ctx, "/routes.json", &routes); err != nil && len(only) == 0 {
		return nil, fmt.Errorf("read the routes; without them, name addresses by -only: %w", err)
	}
	addresses := only
	if len(only) == 0 {
		for _, r := range routes {
			if len(r.Roles) == 0 || slices.Contains(r.Roles, v.role) {
				addresses = append(addresses, r.Path)
			}
		}
	}
	var pages []page
	taken := map[string]int{}
	for _, address := range addresses {
		p := named(routes, address)
		if taken[p.name]++; taken[p.name] > 1 {
			p.name += "-" + strconv.Itoa(taken[p.name])
		}
		var err error
		if p.address, err = v.fill(ctx, address); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// fill puts examples in the place of the :names of an address.
func (v *visitor) fill(ctx context.Context, address string) (string, error) {
	parts := strings.Split(address, "/")
	for i, part := range parts {
		name, isName := strings.CutPrefix(part, ":")
		if !isName || i == 0 {
			continue
		}
		value, err := v.example(ctx, parts[i-1], name)
		if err != nil {
			return "", err
		}
		parts[i] = value
	}
	return strings.Join(parts, "/"), nil
}

var unnameable = regexp.MustCompile(`[^A-Za-z0-9]+`)

// named gives the page at an address its name: that of its route's page, with the last word of the path where several
// routes share one, and with what the address says behind "?" or "#".
func named(routes []route, address string) page {
	path, rest := address, ""
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		path, rest = address[:i], address[i:]
	}
	for _, r := range routes {
		if !r.matches(path) {
			continue
		}
		name := r.Page
		shared := slices.ContainsFunc(routes, func(other route) bool { return other.Page == r.Page && other.Path != r.Path })
		if last := r.Path[strings.LastIndex(r.Path, "/")+1:]; shared && !strings.HasPrefix(last, ":") {
			name += "-" + last
		}
		return page{name: slug(name + rest), open: r.Open}
	}
	return page{name: or(slug(address), "start")}
}

func slug(text string) string { return strings.Trim(unnameable.ReplaceAllString(text, "-"), "-") }

// matches says whether a path is the route's, or its pattern.
func (r route) matches(path string) bool {
	pattern, actual := strings.Split(strings.Trim(r.Path, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/")
	return slices.EqualFunc(pattern, actual, func(p, a string) bool { return p == a || strings.HasPrefix(p, ":") && a != "" })
}
