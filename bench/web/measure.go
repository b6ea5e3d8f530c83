package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"tminus/apptest/browser"
)

// fast3G is what Chromium's developer tools call so: nine tenths of 1.6 Mbit/s down and 750 kbit/s up, 562.5 ms for a request.
var fast3G = &network.Conditions{Latency: 562.5, DownloadThroughput: 1.6e6 / 8 * .9, UploadThroughput: 750e3 / 8 * .9}

// watch runs before the page does: when the first rows were painted, and what shifted.
const watch = `
	window.seen = { rows: 0, shift: 0 };
	new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; })
		.observe({ type: 'layout-shift', buffered: true });
	new MutationObserver(() => {
		if (!seen.rows && document.querySelector('.event-row')) { seen.rows = -1; requestAnimationFrame(() => setTimeout(() => { seen.rows = performance.now(); })); }
	}).observe(document, { childList: true, subtree: true });`

// traffic counts what a page fetches until it is asked.
type traffic struct {
	sync.Mutex
	on       bool
	requests map[network.RequestID]string
	bytes    float64
}

func (c *traffic) listen(event any) {
	c.Lock()
	defer c.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if c.on && !strings.HasPrefix(e.Request.URL, "data:") {
			c.requests[e.RequestID] = e.Request.URL
		}
	case *network.EventLoadingFinished:
		if c.requests[e.RequestID] != "" {
			c.bytes += e.EncodedDataLength
		}
	}
}

// firstVisits opens the list of events on a phone that has never been there, so many times.
func firstVisits(chromium *browser.Browser, address, session string, through *network.Conditions, times int) (visit, error) {
	var rows []float64
	var last visit
	for range times {
		v, err := firstVisit(chromium, address, session, through)
		if err != nil {
			return visit{}, fmt.Errorf("visit %s: %w", address, err)
		}
		rows = append(rows, v.RowsMS)
		last.Requests, last.Bytes = max(last.Requests, v.Requests), max(last.Bytes, v.Bytes)
		last.Shift = max(last.Shift, v.Shift)
	}
	last.RowsMS = median(rows)
	return last, nil
}

func firstVisit(chromium *browser.Browser, address, session string, through *network.Conditions) (visit, error) {
	count := &traffic{requests: map[network.RequestID]string{}}
	ctx, cancel := chromedp.NewContext(chromium.Context(), chromedp.WithNewBrowserContext(), chromedp.WithListener(count.listen))
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	err := chromedp.Do(ctx,
		browser.Size(browser.Phone, browser.Phone.Height), begin(session, watch, through))
	if err != nil {
		return visit{}, err
	}
	count.Lock()
	count.on = true
	count.Unlock()
	if err := chromedp.Do(ctx, chromedp.Navigate(address+"/events")); err != nil {
		return visit{}, err
	}
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[map[string]float64](
		`new Promise((resolve) => { const look = () => (seen.rows > 0 ? setTimeout(() => resolve(seen), 1500) : setTimeout(look, 20)); look(); })`, chromedp.EvalAwaitPromise))
	if err != nil {
		return visit{}, err
	}
	count.Lock()
	defer count.Unlock()
	return visit{Requests: len(count.requests), Bytes: int(count.bytes), RowsMS: seen["rows"], Shift: seen["shift"]}, nil
}

// begin gives a tab its session, its script and its network before it loads anything.
func begin(session, script string, through *network.Conditions) chromedp.Action[chromedp.Void] {
	kept, _ := json.Marshal(session)
	script = fmt.Sprintf("localStorage.setItem('tminus.auth', %s);\n%s", kept, script)
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if through != nil {
			params := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{through}}
			if _, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, params); err != nil {
				return err
			}
		}
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}
