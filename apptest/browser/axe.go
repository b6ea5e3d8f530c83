package browser

import (
	"context"

	"github.com/chromedp/chromedp"
)

// check runs axe and tells each violation with its first elements. What stands in a mail is its writer's, not the page's.
const check = `axe.run({ exclude: ['mail-view'] }, { resultTypes: ['violations'] }).then(({ violations }) => violations.map((v) =>
	v.impact + ' ' + v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')))`

// Axe gives what axe-core, of which this is the source, finds wrong with the page.
func (p *Page) Axe(source string) []string {
	p.t.Helper()
	if !Ask[bool](p, `'axe' in window`) {
		// Evaluated from outside: the page's policy lets nothing in.
		Ask[bool](p, "%s", source+"; true")
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](check, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s page: run axe: %v", p.Screen.Name, err)
	}
	return found
}
