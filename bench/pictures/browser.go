package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"tminus/apptest/browser"
)

const (
	patience = 10 * time.Second // with a page that is not complete
	looksAt  = 120 * time.Millisecond
	tallest  = 12000 // CSS pixels; Chromium draws no longer picture
)

// settled says whether nothing more is to come: it must hold twice in a row.
const settled = `document.readyState === 'complete' && document.fonts.status === 'loaded'
	&& (document.querySelector('#app') ?? document.body).childElementCount > 0
	&& !document.querySelector('.skeleton, [aria-busy=true]')
	&& [...document.images].every((i) => i.complete || i.loading === 'lazy')`

// taken is a picture and what its page told.
type taken struct {
	png      []byte
	faults   []string
	complete bool // nothing was still to come
}

// take looks at a page in a window of its own.
func take(parent context.Context, v *visitor, p page, l look) (taken, error) {
	f := &browser.Faults{}
	tab, closeTab := chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(f.Listen))
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, patience+30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, prepare(v, p, l), chromedp.Navigate(v.url+p.address)); err != nil {
		return taken{faults: f.All()}, err
	}
	t := taken{}
	var err error
	if t.complete, err = wait(ctx); err != nil {
		return taken{faults: f.All()}, err
	}
	// What is fixed to the window would lie across the middle of a longer page.
	height, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.scrollingElement.scrollHeight`))
	if err == nil {
		err = chromedp.Do(ctx, browser.Size(l.device(), min(max(height, l.device().Height), tallest)))
	}
	if err == nil {
		_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](twoFrames, chromedp.EvalAwaitPromise))
	}
	if err == nil {
		t.png, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
	}
	t.faults = f.All()
	return t, err
}

const twoFrames = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))`

// wait waits until the page is complete; false if it is not after ten seconds.
func wait(ctx context.Context) (bool, error) {
	tick := time.NewTicker(looksAt)
	defer tick.Stop()
	deadline := time.After(patience)
	for before := false; ; {
		now, err := chromedp.Run(ctx, chromedp.Evaluate[bool](settled))
		if err != nil {
			return false, err
		}
		if now && before {
			return true, nil
		}
		before = now
		select {
		case <-deadline:
			return false, nil
		case <-tick.C:
		}
	}
}

// device gives the screen of a look.
func (l look) device() browser.Screen {
	screen := browser.Desktop
	if l.screen < 600 {
		screen = browser.Phone
	}
	screen.Width = l.screen
	return screen
}

// prepare makes the window the visitor's before it loads anything.
func prepare(v *visitor, p page, l look) chromedp.Action[chromedp.Void] {
	kept := map[string]string{"tminus.theme": l.theme, "tminus.language": l.lang}
	if !p.open {
		kept["tminus.auth"] = v.session
	}
	return chromedp.Steps(browser.Prepare(l.device()), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		raw, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		script := `if (location.protocol.startsWith('http')) Object.entries(` + string(raw) + `).forEach(([k, v]) => localStorage.setItem(k, v));`
		_, err = cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}
