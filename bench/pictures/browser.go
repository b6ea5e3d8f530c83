package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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
func take(browser context.Context, v *visitor, p page, l look) (taken, error) {
	f := &faults{}
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(f.listen))
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, patience+30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, prepare(v, p, l), chromedp.Navigate(v.url+p.address)); err != nil {
		return taken{faults: f.all()}, err
	}
	t := taken{}
	var err error
	if t.complete, err = wait(ctx); err != nil {
		return taken{faults: f.all()}, err
	}
	// What is fixed to the window would lie across the middle of a longer page.
	height, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.scrollingElement.scrollHeight`))
	if err == nil {
		err = chromedp.Do(ctx, size(l, height))
	}
	if err == nil {
		_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](twoFrames, chromedp.EvalAwaitPromise))
	}
	if err == nil {
		t.png, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
	}
	t.faults = f.all()
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

// size makes the window as large as the page.
func size(l look, height int64) chromedp.Action[chromedp.Void] {
	if l.screen < 600 {
		return chromedp.EmulateViewport(l.screen, min(max(height, 844), tallest), chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
	}
	return chromedp.EmulateViewport(l.screen, min(max(height, 860), tallest))
}

// prepare makes the window the visitor's before it loads anything.
func prepare(v *visitor, p page, l look) chromedp.Action[chromedp.Void] {
	kept := map[string]string{"tminus.theme": l.theme, "tminus.language": l.lang}
	if !p.open {
		kept["tminus.auth"] = v.session
	}
	return chromedp.Steps(size(l, 0), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		raw, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Hong_Kong"}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, runtime.AddBinding, runtime.AddBindingParams{Name: violation}); err != nil {
			return err
		}
		script := tellViolations + "\n" + `if (location.protocol.startsWith('http')) Object.entries(` + string(raw) + `).forEach(([k, v]) => localStorage.setItem(k, v));`
		_, err = cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}
