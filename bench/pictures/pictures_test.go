package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestAPicturesNameIsItsRoutes(t *testing.T) {
	t.Parallel()
	routes := []route{
		{Path: "/", Page: "today"}, {Path: "/events/new", Page: "event-form"}, {Path: "/events/:id/edit", Page: "event-form"},
		{Path: "/events/:id", Page: "event"}, {Path: "/login", Page: "login", Open: true},
	}
	for address, want := range map[string]page{
		"/":                      {name: "today"},
		"/events/new":            {name: "event-form-new"},
		"/events/:id/edit":       {name: "event-form-edit"},
		"/events/:id":            {name: "event"},
		"/events/abc":            {name: "event"},
		"/events/abc?tab=files":  {name: "event-tab-files"},
		"/login#token=a":         {name: "login-token-a", open: true},
		"/no/such/page?really=1": {name: "no-such-page-really-1"},
	} {
		if got := named(routes, address); got != want {
			t.Errorf("%s: %+v, want %+v", address, got, want)
		}
	}
	if file := (task{page{name: "event"}, look{390, "dark", "zh-HK"}}).file(); file != "event-390-dark-zh-HK.png" {
		t.Error(file)
	}
}

func TestEveryLookThatWasAskedForIsTaken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		o    options
		want []look
	}{
		{options{lang: "en"}, []look{{1366, "light", "en"}, {1366, "dark", "en"}, {390, "light", "en"}}},
		{options{lang: "zh-CN", themes: "dark"}, []look{{1366, "dark", "zh-CN"}, {390, "dark", "zh-CN"}}},
		{options{lang: "en,zh-HK", screens: "768"}, []look{{768, "light", "en"}, {768, "light", "zh-HK"}}},
		{options{lang: "fr"}, nil},
		{options{lang: "en", screens: "wide"}, nil},
		{options{lang: "en", themes: "sepia"}, nil},
	} {
		if got, err := readLooks(tt.o); !reflect.DeepEqual(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("%+v: %v, %v", tt.o, got, err)
		}
	}
}

func TestPicturesStayOutOfTheRepository(t *testing.T) {
	t.Parallel()
	here, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	if err := os.Symlink(here, filepath.Join(elsewhere, "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		here: true, filepath.Join(here, "not", "there"): true, filepath.Join(elsewhere, "link", "x"): true,
		elsewhere: false, here + "-beside": false, filepath.Join(here, "..", "x"): false,
	} {
		if within(here, filepath.Clean(path)) != want {
			t.Errorf("%s: %t", path, !want)
		}
	}
}
