package main

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"

	"tminus/apptest/browser"
)

// list is a list and two clicks that change what it shows, there and back.
type list struct{ name, page, rows, there, back string }

// button presses what bears a name.
func button(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('main button')].find((b) => (b.getAttribute('aria-label') ?? b.innerText).trim() === %q).click()`, name)
}

// typed puts words into the field that searches.
func typed(words string) string {
	return fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('input', { bubbles: true })); })(document.querySelector('main input[type=search]'))`, words)
}

var lists = []list{
	{"events, next page", "/events?when=all", ".event-row .cover", button("Next page"), button("Previous page")},
	{"events, sorted by title", "/events?when=all", ".event-row .cover", button("Event"), button("When")},
	{"events, completed", "/events?when=all", ".event-row .cover", button("Completed"), button("Planned")},
	{"events, searched", "/events?when=all", ".event-row .cover", typed("深圳"), typed("Lantau")},
	{"customers, searched", "/customers", "main [href^=\"/customers/\"]", typed("深圳"), typed("Lantau")},
}

// measure waits from a click until the rows are other ones and painted, and tells how long the slowest answer of the API took.
const measure = `(async () => {
	const shown = () => [...document.querySelectorAll(%[1]q)].slice(0, 3).map((e) => e.textContent).join();
	const before = shown();
	performance.clearResourceTimings();
	const start = performance.now();
	%[2]s;
	while (shown() === before || !shown() || document.querySelector('main .skeleton')) await new Promise(requestAnimationFrame);
	await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
	const rows = performance.now() - start;
	const api = Math.max(0, ...performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/collections/')).map((e) => e.responseEnd - e.requestStart));
	return [rows, api];
})()`

func clicks(chromium *browser.Browser, address, session string, runs int) ([]click, error) {
	ctx, cancel := chromedp.NewContext(chromium.Context(), chromedp.WithNewBrowserContext())
	defer cancel()
	if err := chromedp.Do(ctx, browser.Size(browser.Desktop, browser.Desktop.Height), begin(session, "", nil)); err != nil {
		return nil, err
	}
	var all []click
	for _, l := range lists {
		c, err := clickList(ctx, address, l, runs)
		if err != nil {
			return nil, fmt.Errorf("click through %s: %w", l.name, err)
		}
		all = append(all, c)
	}
	return all, nil
}

func clickList(ctx context.Context, address string, l list, runs int) (click, error) {
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	ready := fmt.Sprintf(`new Promise((resolve) => { const look = () => (document.querySelector(%q) ? setTimeout(resolve, 1000, true) : setTimeout(look, 20)); look(); })`, l.rows)
	if err := chromedp.Do(ctx, chromedp.Navigate(address+l.page)); err != nil {
		return click{}, err
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](ready, chromedp.EvalAwaitPromise)); err != nil {
		return click{}, err
	}
	var rows, api []float64
	for n := range runs {
		act := l.there
		if n%2 == 1 {
			act = l.back
		}
		took, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(measure, l.rows, act), chromedp.EvalAwaitPromise))
		if err != nil {
			return click{}, err
		}
		rows, api = append(rows, took[0]), append(api, took[1])
	}
	return click{List: l.name, RowsMS: median(rows), APIMS: median(api)}, nil
}
