package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// looks is how often a page is looked at while something is waited for.
const looks = 40 * time.Millisecond

// Roles of what is clicked, as ARIA names them.
const (
	Button = "button"
	Link   = "link"
	Option = "option"   // of a list that opens under a field
	Item   = "menuitem" // of a menu
	Box    = "checkbox" // a label with its box, or a radio button
)

var selectors = map[string]string{
	Button: "button, summary, [role=button]", Link: "a[href]", Option: "[role=option]", Item: "[role=menuitem]", Box: "label:has(input)",
}

// reach gives where the first element is that bears a name, is seen and is covered by nothing; null while there is none.
const reach = `((scope, selector, name) => {
	const said = (e) => (e.getAttribute('aria-label') ?? e.innerText).replace(/\s+/g, ' ').trim();
	for (const part of document.querySelectorAll(scope)) {
		for (const e of part.querySelectorAll(selector)) {
			if ((name && said(e) !== name) || !e.checkVisibility({ visibilityProperty: true })) continue;
			e.scrollIntoView({ block: 'center', behavior: 'instant' });
			const box = e.getClientRects()[0];
			const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
			const at = document.elementFromPoint(x, y);
			if (at && e.contains(at)) return [x, y];
		}
	}
	return null;
})(%s, %s, %s)`

// labelled gives the field that a label names and that is shown. What a label says further ("optional") is not its name.
const labelled = `[...document.querySelectorAll(%s + ' :is(label, [aria-label])')]
	.filter((l) => (l.getAttribute('aria-label') ?? l.firstChild?.textContent ?? '').trim() === %[2]s || l.innerText.trim() === %[2]s)
	.map((l) => l.control ?? l).find((field) => field.matches('input, select, textarea') && field.checkVisibility())`

// loadedTwice names the files that this document has fetched more than once. Answers of the API may change, and the
// browser fetches the icon of its tab as it likes.
const loadedTwice = `performance.getEntriesByType('resource').map((e) => e.name)
	.filter((name, i, all) => all.indexOf(name) !== i && !new URL(name).pathname.startsWith('/api/') && name !== document.querySelector('link[rel=icon]')?.href)`

// Within narrows the page to what a CSS selector finds.
func (p *Page) Within(selector string) *Page {
	part := *p
	part.scope = p.scope + " " + selector
	return &part
}

// Wait waits until an expression is true on the page.
func (p *Page) Wait(what, expression string, args ...any) {
	p.t.Helper()
	p.wait(what, func() bool { return Ask[bool](p, "Boolean("+expression+")", args...) })
}

func (p *Page) wait(what string, check func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for tick := time.NewTicker(looks); ; {
		if check() {
			tick.Stop()
			return
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			p.t.Fatalf("%s page: waited in vain: %s", p.Screen.Name, what)
		case <-tick.C:
		}
	}
}

// Text gives the words that are shown.
func (p *Page) Text() string {
	p.t.Helper()
	text := Ask[string](p, `[...document.querySelectorAll(%s)].map((e) => e.innerText).join(' ')`, quote(p.scope))
	return strings.Join(strings.Fields(text), " ")
}

// See waits until words are shown.
func (p *Page) See(words ...string) {
	p.t.Helper()
	for _, w := range words {
		p.wait(fmt.Sprintf("%q in %s", w, p.scope), func() bool { return strings.Contains(p.Text(), w) })
	}
}

// Gone waits until words are no longer shown.
func (p *Page) Gone(words string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("%q gone from %s", words, p.scope), func() bool { return !strings.Contains(p.Text(), words) })
}

// Has says whether a button or link with that name is shown now.
func (p *Page) Has(role, name string) bool {
	p.t.Helper()
	return Ask[[]float64](p, reach, quote(p.scope), quote(selectors[role]), quote(name)) != nil
}

// Click clicks a button or link by its name ("" is any), as soon as it is shown, stands still and is covered by
// nothing. On a phone it is touched.
func (p *Page) Click(role, name string) {
	p.t.Helper()
	var at []float64
	p.wait(fmt.Sprintf("%s %q in %s can be reached", role, name, p.scope), func() bool {
		before := at
		at = Ask[[]float64](p, reach, quote(p.scope), quote(selectors[role]), quote(name))
		return at != nil && before != nil && before[0] == at[0] && before[1] == at[1]
	})
	if p.Screen.Phone {
		p.do(chromedp.TapXY(at[0], at[1]))
		return
	}
	p.do(chromedp.MouseClickXY(at[0], at[1]))
}

// Fill replaces what stands in the field that a label names.
func (p *Page) Fill(label, value string) {
	p.t.Helper()
	p.focus(label)
	Ask[bool](p, `document.activeElement.select() ?? true`)
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: value})
		return err
	}))
}

// focus puts the keyboard on the field that a label names.
func (p *Page) focus(label string) {
	p.t.Helper()
	p.Wait("the field "+label, labelled, quote(p.scope), quote(label))
	Ask[bool](p, `((field) => { field.focus(); return true; })(`+labelled+`)`, quote(p.scope), quote(label))
}

// Value gives what stands in the field that a label names.
func (p *Page) Value(label string) string {
	p.t.Helper()
	return Ask[string](p, labelled+`.value`, quote(p.scope), quote(label))
}

// Press presses a key, such as kb.Enter.
func (p *Page) Press(key string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(key))
}

// Drag takes what is at one point of the window to another by the mouse, CSS pixels.
func (p *Page) Drag(fromX, fromY, toX, toY float64) {
	p.t.Helper()
	mouse := func(kind input.DispatchMouseEventType, x, y float64) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchMouseEvent, input.DispatchMouseEventParams{
				Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1,
			})
			return err
		})
	}
	p.do(mouse(input.DispatchMouseEventTypeMousePressed, fromX, fromY))
	const steps = 8
	for i := 1; i <= steps; i++ {
		part := float64(i) / steps
		p.do(mouse(input.DispatchMouseEventTypeMouseMoved, fromX+(toX-fromX)*part, fromY+(toY-fromY)*part))
	}
	p.do(mouse(input.DispatchMouseEventTypeMouseReleased, toX, toY))
}

// Choose picks the next option of the choice that a label names, with the keyboard.
func (p *Page) Choose(label string) {
	p.t.Helper()
	p.focus(label)
	p.do(chromedp.KeyEvent(kb.ArrowDown))
}

// Fits fails the test if the page is wider than its screen, has not exactly one heading of the first order, or has
// loaded one of its files twice.
func (p *Page) Fits() {
	p.t.Helper()
	if wide := Ask[int64](p, `document.scrollingElement.scrollWidth`); wide > p.Screen.Width {
		p.t.Errorf("%s page: is %d px wide", p.Screen.Name, wide)
	}
	if n := Ask[int](p, `document.querySelectorAll('h1').length`); n != 1 {
		p.t.Errorf("%s page: has %d headings of the first order", p.Screen.Name, n)
	}
	for _, file := range Ask[[]string](p, loadedTwice) {
		p.t.Errorf("%s page: has loaded %s twice", p.Screen.Name, file)
	}
}

// quote writes a string as JavaScript does.
func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can always be written
	}
	return string(raw)
}
