// Package webtest goes through the web app as people do: in a real browser, against the real server.
package webtest

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/apptest/smtpserver"
	"tminus/config"
	"tminus/notifiers"
	"tminus/outbox"
)

// pages is the web app: the folder that the binary embeds.
func pages() fs.FS { return os.DirFS("../pb_public") }

// production is the wiring that serves people: the web app, the real clock and the engine's own timing. Without a mail
// server its email is kept in the sandbox; SMS and WeChat leave for the memory of the test.
func production(t *testing.T, options ...apptest.Option) []apptest.Option {
	t.Helper()
	return append([]apptest.Option{
		apptest.WithWebApp(pages()),
		apptest.WithNow(time.Now),
		apptest.WithOutbox(func(o *outbox.Options) { *o = outbox.Options{} }),
		apptest.WithNotifier(notifiers.Email, nil),
	}, options...)
}

func withMailServer(server *smtpserver.Server) apptest.Option {
	return apptest.WithConfig(func(c *config.Config) {
		c.Email.Host, c.Email.Port, c.Email.Sandbox = server.Host(), server.Port(), false
		c.Email.From = "T-minus <reminders@example.test>"
	})
}

// hongKong is where the people of these stories are: browser.Zone.
var hongKong = time.FixedZone("HKT", 8*60*60)

// inDays is that many days ahead, at ten in the morning in Hong Kong.
func inDays(n int) time.Time {
	now := time.Now().In(hongKong)
	return time.Date(now.Year(), now.Month(), now.Day()+n, 10, 0, 0, 0, hongKong).UTC()
}

// opener opens a window of another person's.
type opener func(address string) *browser.Page

// onEveryScreen tells a story at a desk and on a phone.
func onEveryScreen(t *testing.T, story func(t *testing.T, open opener)) {
	t.Helper()
	t.Parallel()
	b := browser.Start(t)
	for _, screen := range []browser.Screen{browser.Desktop, browser.Phone} {
		t.Run(screen.Name, func(t *testing.T) {
			story(t, func(address string) *browser.Page { return b.Open(t, screen, address) })
		})
	}
}

// signIn opens an address in a window of its own, in which the user with a role has signed in before.
func signIn(t *testing.T, s *apptest.Server, open opener, role, address string) *browser.Page {
	t.Helper()
	p := open(s.URL + "/reset") // what a browser remembers belongs to an origin, and is given from within it
	remember(t, p, s, role)
	p.Visit(s.URL + address)
	return p
}

// remember gives the browser the session that signing in would have given it.
func remember(t *testing.T, p *browser.Page, s *apptest.Server, role string) {
	t.Helper()
	answer := s.Do(role, http.MethodPost, "/api/collections/users/auth-refresh", nil)
	wantOK(t, "sign in", answer)
	browser.Ask[bool](p, `localStorage.setItem('tminus.auth', JSON.stringify(%s)) ?? true`, answer.Body)
}

// enter fills the page that asks who one is.
func enter(t *testing.T, p *browser.Page, role string) {
	t.Helper()
	p.Fill("Email", role+"@example.test")
	p.Fill("Password", apptest.Password)
	p.Click(browser.Button, "Sign in")
}

// signOut ends the session: on a phone by the page behind More.
func signOut(t *testing.T, p *browser.Page) {
	t.Helper()
	if p.Screen.Phone {
		p.Within(".bottombar").Click(browser.Link, "More")
		p = p.Within("main")
	}
	p.Click(browser.Button, "Sign out")
}

// settled waits until everything is there.
func settled(t *testing.T, p *browser.Page) {
	t.Helper()
	p.Wait("everything is there and stands still", `!document.querySelector('.skeleton, [aria-busy=true]') && document.getAnimations().every((a) => a.playState !== 'running')`)
}

// look waits until everything is there, holds the page against what every page promises, and keeps its picture. Axe sees it
// light on a desk and dark on a phone; every page in both is TestWeb_EveryPage's matter.
func look(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	theme := "light"
	if p.Screen.Phone {
		theme = "dark"
	}
	lookIn(t, p, name, theme)
}

func lookIn(t *testing.T, p *browser.Page, name string, themes ...string) {
	t.Helper()
	settled(t, p)
	p.Fits()
	p.Picture(name)
	if testing.Short() {
		return
	}
	before := browser.Ask[string](p, `document.documentElement.dataset.theme`)
	for _, theme := range themes {
		browser.Ask[string](p, `document.documentElement.dataset.theme = '%s'`, theme)
		for _, violation := range p.Axe(axe(t)) {
			t.Errorf("%s page %s, %s: %s", p.Screen.Name, name, theme, violation)
		}
	}
	browser.Ask[string](p, `document.documentElement.dataset.theme = '%s'`, before)
}

// axe is the source of axe-core.
var axeSource = sync.OnceValues(func() (string, error) {
	files, err := filepath.Glob("vendor/axe-core@*/axe.min.js")
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("find axe-core: %v, %w", files, err)
	}
	raw, err := os.ReadFile(files[0])
	return string(raw), err
})

func axe(t *testing.T) string {
	t.Helper()
	source, err := axeSource()
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func wantOK(t *testing.T, what string, got apptest.Answer) {
	t.Helper()
	if got.Status >= http.StatusMultipleChoices {
		t.Fatalf("%s: %d %s", what, got.Status, got.Body)
	}
}
