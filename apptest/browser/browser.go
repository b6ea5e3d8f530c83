// Package browser drives a real Chromium as a person does: it clicks what is seen and can be reached, types into
// fields by their labels, and waits for words to appear. What a page only tells its console fails the test.
package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// Browser is a running Chromium. Its pages share nothing but the process.
type Browser struct {
	ctx  context.Context
	stop func()
}

// shared is the one Chromium of the tests that run at this time: to start one takes longer than most of them.
var shared struct {
	sync.Mutex
	browser *Browser
	users   int
}

// Start gives a Chromium that runs until the test ends. The test is skipped where there is none, unless
// TMINUS_REQUIRE_CHROMIUM=1 makes that a failure.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := find(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.users == 0 {
		b, err := start(path)
		if err != nil {
			t.Fatalf("start Chromium: %v", err)
		}
		shared.browser = b
	}
	shared.users++
	t.Cleanup(leave)
	return shared.browser
}

// leave stops Chromium after its last user.
func leave() {
	shared.Lock()
	defer shared.Unlock()
	if shared.users--; shared.users == 0 {
		shared.browser.stop()
	}
}

// Launch starts a Chromium of its own for a program that is no test, with further flags. Stop ends it.
func Launch(further ...chromedp.ExecAllocatorOption) (*Browser, error) {
	path, err := Path()
	if err != nil {
		return nil, err
	}
	return start(path, further...)
}

// Context is what commands of chromedp run in; a tab is chromedp.NewContext of it.
func (b *Browser) Context() context.Context { return b.ctx }

// Stop ends Chromium.
func (b *Browser) Stop() { b.stop() }

func start(path string, further ...chromedp.ExecAllocatorOption) (*Browser, error) {
	// Not a test's context: that ends before its pages can say what was wrong with them.
	allocator, release := chromedp.NewExecAllocator(context.Background(), append(flags(path), further...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &Browser{ctx: ctx, stop: func() { cancel(); release() }}
	if err := chromedp.Do(ctx); err != nil {
		b.stop()
		return nil, err
	}
	return b, nil
}

// Path gives where Chromium is.
func Path() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium was found on the PATH: install Debian's package chromium")
}

// find gives the path of Chromium to a test.
func find(t testing.TB) string {
	t.Helper()
	path, err := Path()
	if err != nil && os.Getenv("TMINUS_REQUIRE_CHROMIUM") == "1" {
		t.Fatalf("%v, and TMINUS_REQUIRE_CHROMIUM is set", err)
	}
	if err != nil {
		t.Skip(err)
	}
	return path
}

// flags are the command line. chromedp adds a profile directory of its own, and removes it at the end.
func flags(path string) []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // containers allow it no namespaces of its own
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("headless", "new"),
		chromedp.Flag("accept-lang", "en-GB"),
		chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-dev-shm-usage", true), // it is small in containers
		chromedp.Flag("password-store", "basic"),
		// Nothing of its own may speak to the network or take the processor from the test.
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-features", "Translate,MediaRouter,OptimizationHints"),
		// Several pages are open at once, and none of them may be taken for hidden.
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
	}
}
