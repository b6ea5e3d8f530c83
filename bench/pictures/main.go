// Command pictures takes a picture of every page of the web app, on a desk's and a phone's screen, and tells what the
// pages told their consoles. It fills and serves a demo of its own, unless it is given another instance.
//
//	go run ./bench/pictures -out /tmp/pictures
//	go run ./bench/pictures -out /tmp/pictures -only /events,/events/:id -screens 1366,390 -themes light,dark -lang en,zh-HK
//	go run ./bench/pictures -out /tmp/pictures -url http://127.0.0.1:8090 -login grace.lam@victoriapeak.example:PASSWORD
//
// -only takes addresses and the patterns of routes.json, of which :id is filled from the database; pages for people who
// have not signed in are looked at signed out.
//
// A picture's name is <page>-<screen>-<theme>.png, with -<language> behind it if that is not English. It exits with 1 if
// a page told of an error, or the Content-Security-Policy refused something.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
)

// options are what the command line says.
type options struct {
	out, url, login, as         string
	only, screens, themes, lang string
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", "", "the `folder` for the pictures, outside the repository; without it, a new one in the temporary directory")
	flag.StringVar(&o.url, "url", "", "the `address` of an instance that runs already; it needs -login")
	flag.StringVar(&o.login, "login", "", "`EMAIL:PASSWORD` of who looks, on the instance at -url")
	flag.StringVar(&o.as, "as", "admin", "the `role` of who looks, in the demo")
	flag.StringVar(&o.only, "only", "", "the `addresses` to look at, with commas between them; without it, every route that the role may see")
	flag.StringVar(&o.screens, "screens", "", "`widths` in pixels; below 600 it is a phone's (1366,390)")
	flag.StringVar(&o.themes, "themes", "", "light, dark or both")
	flag.StringVar(&o.lang, "lang", "en", "the `languages`, of en, zh-HK and zh-CN")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	looks, err := readLooks(o)
	if err != nil {
		return err
	}
	if err := outside(ctx, o.out); err != nil {
		return err
	}
	if o.url == "" {
		d, err := startDemo(ctx)
		if err != nil {
			return err
		}
		defer d.stop()
		if o.url, o.login = d.url, d.logins[o.as]; o.login == "" {
			return fmt.Errorf("-as: the demo has no %q", o.as)
		}
	}
	v, err := signIn(ctx, strings.TrimRight(o.url, "/"), o.login)
	if err != nil {
		return err
	}
	pages, err := v.pages(ctx, split(o.only))
	if err != nil {
		return err
	}
	if o.out == "" {
		o.out, err = os.MkdirTemp("", "tminus-pictures-")
	} else {
		err = os.MkdirAll(o.out, 0o755)
	}
	if err != nil {
		return err
	}
	return takeAll(ctx, v, pages, looks, o.out)
}

// look is how a page is looked at.
type look struct {
	screen      int64 // its width in CSS pixels
	theme, lang string
}

// readLooks gives every combination that was asked for; if none was, what shows the most in three pictures.
func readLooks(o options) ([]look, error) {
	var looks []look
	for _, lang := range split(o.lang) {
		if lang != "en" && lang != "zh-HK" && lang != "zh-CN" {
			return nil, fmt.Errorf("-lang: there is no %q", lang)
		}
		if o.screens == "" && o.themes == "" {
			looks = append(looks, look{1366, "light", lang}, look{1366, "dark", lang}, look{390, "light", lang})
			continue
		}
		for _, screen := range split(or(o.screens, "1366,390")) {
			width, err := strconv.ParseInt(screen, 10, 64)
			if err != nil || width < 200 || width > 5000 {
				return nil, fmt.Errorf("-screens: %q is no width of a screen", screen)
			}
			for _, theme := range split(or(o.themes, "light")) {
				if theme != "light" && theme != "dark" {
					return nil, fmt.Errorf("-themes: there is no %q", theme)
				}
				looks = append(looks, look{width, theme, lang})
			}
		}
	}
	return looks, nil
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// outside refuses a folder in the repository: nobody means to commit the pictures.
func outside(ctx context.Context, out string) error {
	if out == "" {
		return nil
	}
	module, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("find the repository: %w", err)
	}
	repository, err := filepath.EvalSymlinks(strings.TrimSpace(string(module)))
	if err != nil {
		return err
	}
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	if within(repository, out) {
		return fmt.Errorf("%s lies in the repository; choose a folder outside it", out)
	}
	return nil
}

// within says whether a path, of which the end need not be there, lies in a folder.
func within(folder, path string) bool {
	for at := path; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			rest, err := filepath.Rel(folder, real)
			return err == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}
