package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// serve answers with a page of that markup, under a policy, and with its scripts.
func serve(t *testing.T, policy, markup string, scripts map[string]string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", policy)
		fmt.Fprint(w, `<!doctype html><title>T</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><h1>Ready</h1>`, markup)
	})
	for path, script := range scripts {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, script)
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// quiet is a test that is not failed by the faults of a page that is meant to have them.
type quiet struct{ testing.TB }

func (quiet) Errorf(string, ...any) {}

func TestAPageTellsWhatOnlyItsConsoleKnows(t *testing.T) {
	t.Parallel()
	b := Start(t)
	elsewhere := serve(t, "", "", nil)
	markup := `<script>x = 1</script><p style="color: red"></p><script src="/page.js"></script><img src="` + elsewhere.URL + `/picture.png">`
	s := serve(t, "script-src 'self'; style-src 'self'", markup, map[string]string{"/page.js": `
		console.error('told', 1);
		setTimeout(() => { throw new Error('thrown'); });
		Promise.reject(new Error('rejected'));
		fetch('/missing');`})
	p := b.Open(quiet{t}, Desktop, s.URL)
	for what, want := range map[string]string{
		"an error on the console":            `console: "told" 1`,
		"an exception":                       "exception: Uncaught Error: thrown",
		"a rejection that nobody handles":    "exception: Uncaught (in promise) Error: rejected",
		"an inline script that was refused":  "Content-Security-Policy: script-src-elem inline",
		"an inline style that was refused":   "Content-Security-Policy: style-src-attr inline",
		"a file that is missing":             "status of 404",
		"a file that came from another host": "loaded from elsewhere: " + elsewhere.URL,
	} {
		p.wait(what, func() bool { return strings.Contains(strings.Join(p.faults.All(), "\n"), want) })
	}
}

func TestAPageWithoutFaultsTellsNone(t *testing.T) {
	t.Parallel()
	b := Start(t)
	s := serve(t, "script-src 'self'", `<button>Ask</button><script src="/page.js"></script>`, map[string]string{
		"/page.js": `document.querySelector('button').onclick = async () => {
			await fetch('/missing');
			document.querySelector('h1').textContent = 'Answered';
		}`,
	})
	for _, screen := range []Screen{Desktop, Phone} {
		p := b.Open(t, screen, s.URL)
		p.Refuses(http.StatusNotFound, "/missing")
		p.Click(Button, "Ask")
		p.See("Answered")
		p.Fits()
		if p.Documents() != 1 || !Ask[bool](p, `matchMedia('(prefers-reduced-motion: reduce)').matches`) {
			t.Errorf("%d documents, or motion is not reduced", p.Documents())
		}
	}
}

func TestAButtonUnderSomethingElseIsNotReached(t *testing.T) {
	t.Parallel()
	b := Start(t)
	s := serve(t, "", `<button>Covered</button><button hidden>Hidden</button><p style="position: fixed; inset: 0"></p>`, nil)
	p := b.Open(t, Desktop, s.URL)
	for _, name := range []string{"Covered", "Hidden"} {
		if p.Has(Button, name) {
			t.Errorf("%s is reached", name)
		}
	}
}

func TestAReloadLosesNothingThatIsStored(t *testing.T) {
	t.Parallel()
	s := serve(t, "", `<script src="/page.js"></script>`, map[string]string{"/page.js": `
		document.querySelector('h1').textContent = localStorage.getItem('session') ?? 'nobody';
		document.addEventListener('click', () => localStorage.removeItem('session'));
		addEventListener('pagehide', () => {
			if (localStorage.getItem('lossy') && !sessionStorage.getItem('lost')) {
				sessionStorage.setItem('lost', '1');
				localStorage.clear();
			}
		});`})
	p := Start(t).Open(t, Desktop, s.URL)
	p.See("nobody")
	Ask[bool](p, `localStorage.setItem('session', 'somebody') ?? true`)
	p.Reload()
	p.See("somebody")
	Ask[bool](p, `document.body.click() ?? true`)
	p.Reload()
	p.See("nobody") // what the site forgets stays forgotten
	Ask[bool](p, `(localStorage.setItem('session', 'somebody'), localStorage.setItem('lossy', '1')) ?? true`)
	p.Reload()
	p.See("somebody") // what Chromium loses does not
}
