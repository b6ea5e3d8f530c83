package browser

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what is waited for.
const patience = 20 * time.Second

// Zone is where the reader of every page is.
const Zone = "Asia/Hong_Kong"

// Screen is what a page is shown on.
type Screen struct {
	Name          string
	Width, Height int64
	Phone         bool // touched, not clicked
}

// The screens of a desk and of a hand, CSS pixels.
var (
	Desktop = Screen{Name: "1366px", Width: 1366, Height: 860}
	Phone   = Screen{Name: "390px", Width: 390, Height: 844, Phone: true}
)

// Page is one person's browser window, or a part of it: see Within. Cookies and storage are its own.
type Page struct {
	Screen Screen
	t      testing.TB
	ctx    context.Context
	faults *Faults
	scope  string // CSS selector of the part
}

// Open shows an address on a screen. When the test ends, the page tells what it found wrong.
func (b *Browser) Open(t testing.TB, screen Screen, address string) *Page {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("read the address: %v", err)
	}
	f := &Faults{home: u.Host}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(f.Listen))
	p := &Page{Screen: screen, t: t, ctx: ctx, faults: f, scope: "body"}
	t.Cleanup(func() {
		p.report()
		cancel()
	})
	if err := chromedp.Do(ctx, Prepare(screen)); err != nil {
		t.Fatalf("prepare the page: %v", err)
	}
	p.Visit(address)
	return p
}

// Size makes a window as wide as a screen.
func Size(screen Screen, height int64) chromedp.Action[chromedp.Void] {
	if screen.Phone {
		return chromedp.EmulateViewport(screen.Width, height, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
	}
	return chromedp.EmulateViewport(screen.Width, height)
}

// Prepare makes a tab the screen's and the reader's, before it loads anything.
func Prepare(screen Screen) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(
		Size(screen, screen.Height),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			if _, err := cdp.Call(ctx, t, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: Zone}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, t, runtime.AddBinding, runtime.AddBindingParams{Name: violation}); err != nil {
				return err
			}
			_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: tellViolations})
			return err
		}),
	)
}

// report fails the test for what the page told its console, and shows what stood on it if the test failed.
func (p *Page) report() {
	p.t.Helper()
	for _, fault := range p.faults.All() {
		p.t.Errorf("%s page: %s", p.Screen.Name, fault)
	}
	if !p.t.Failed() {
		return
	}
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.href + '\n' + document.body.innerText`))
	if err != nil {
		p.t.Logf("the page cannot tell what it shows: %v", err)
		return
	}
	p.t.Logf("the %s page shows\n%s", p.Screen.Name, text)
	p.Picture("failed")
}

// Refuses says that the test provokes answers of the server's with this status at this path.
func (p *Page) Refuses(status int, path string) {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	p.faults.refused = append(p.faults.refused, refusal{status, path})
}

// LosesServer says that the test takes the server away, so that requests fail.
func (p *Page) LosesServer() {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	p.faults.cut = true
}

// Documents gives how often a document was loaded: what changes between two equal numbers changed without a reload.
func (p *Page) Documents() int {
	p.faults.mu.Lock()
	defer p.faults.mu.Unlock()
	return p.faults.documents
}

// Visit loads an address.
func (p *Page) Visit(address string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address))
}

// Reload loads the address again.
func (p *Page) Reload() {
	p.t.Helper()
	kept := Ask[string](p, keepsake)
	p.do(chromedp.Reload())
	// An off-the-record Chromium holds what a site stored in a process of its own, and loses all of it with that process.
	// No site does that: one that forgets its own things leaves the mark.
	if kept != "" && Ask[bool](p, `localStorage.getItem('browser.mark') === null`) {
		p.t.Logf("the %s page: Chromium has lost its storage, which is put back", p.Screen.Name)
		Ask[bool](p, `Object.assign(localStorage, %s) !== null`, kept)
		p.do(chromedp.Reload())
	}
}

// keepsake marks the page's storage and gives all of it as JSON; empty where there is none.
const keepsake = `(() => {
	try {
		localStorage.setItem('browser.mark', '1');
		return JSON.stringify(localStorage);
	} catch { return ''; }
})()`

// Picture keeps a picture of the whole page in the test's artifacts; only with -artifacts.
func (p *Page) Picture(name string) {
	p.t.Helper()
	if wanted := flag.Lookup("test.artifacts"); wanted == nil || wanted.Value.String() != "true" {
		return
	}
	// What is fixed to the window would lie across the middle of a longer page.
	p.do(Size(p.Screen, max(p.Screen.Height, Ask[int64](p, `document.scrollingElement.scrollHeight`))))
	defer p.do(Size(p.Screen, p.Screen.Height))
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(p.t.ArtifactDir(), name+"-"+p.Screen.Name+".png"), picture, 0o600)
	}
	if err != nil {
		p.t.Errorf("take the picture %s: %v", name, err)
	}
}

func (p *Page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s page: %v", p.Screen.Name, err)
	}
}

// Ask evaluates an expression on the page.
func Ask[T any](p *Page, expression string, args ...any) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	ask := chromedp.Evaluate[T](fmt.Sprintf(expression, args...))
	answer, err := chromedp.Run(ctx, ask)
	for err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "navigated") { // the page was left before it answered: the next one does
		answer, err = chromedp.Run(ctx, ask)
	}
	if err != nil {
		p.t.Fatalf("%s page: ask %s: %v", p.Screen.Name, fmt.Sprintf(expression, args...), err)
	}
	return answer
}
