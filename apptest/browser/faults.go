package browser

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// violation is the binding by which a page tells of what its Content-Security-Policy refused.
const violation = "tellViolation"

// tellViolations runs in every document before its own scripts.
const tellViolations = `addEventListener('securitypolicyviolation', (e) =>
	` + violation + `([e.violatedDirective, e.blockedURI, e.sourceFile + ':' + e.lineNumber, e.sample].join(' ')))`

// Faults collects what a page tells its console, and where it loads from. Its Listen is a tab's listener.
type Faults struct {
	mu        sync.Mutex
	home      string // the host that everything must come from; "" is any
	refused   []refusal
	cut       bool // the test takes the server away
	found     []string
	documents int // how often a document was loaded
}

// refusal is an answer of the server's that a test provokes: the browser logs each as an error.
type refusal struct {
	status int
	path   string
}

// Listen takes the events of the page. It runs between two messages of the browser's and must not wait.
func (f *Faults) Listen(event any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		f.add("exception: %s", describe(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			f.add("console: %s", words(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !f.provoked(e.Entry) {
			f.add("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventBindingCalled:
		if e.Name == violation {
			f.add("Content-Security-Policy: %s", e.Payload)
		}
	case *network.EventRequestWillBeSent:
		f.request(e)
	}
}

// request counts documents and holds the address against the page's own host.
func (f *Faults) request(e *network.EventRequestWillBeSent) {
	u, err := url.Parse(e.Request.URL)
	if err != nil || u.Scheme == "data" || u.Scheme == "blob" || u.Scheme == "about" {
		return
	}
	if f.home != "" && u.Host != f.home {
		f.add("loaded from elsewhere: %s", e.Request.URL)
	}
	if e.Type == network.ResourceTypeDocument {
		f.documents++
	}
}

func (f *Faults) provoked(entry *log.Entry) bool {
	if entry.Source != log.EntrySourceNetwork {
		return false
	}
	if f.cut && strings.Contains(entry.Text, "net::ERR_") {
		return true
	}
	u, err := url.Parse(entry.URL)
	if err != nil {
		return false
	}
	for _, r := range f.refused {
		if u.Path == r.path && strings.Contains(entry.Text, fmt.Sprintf("status of %d ", r.status)) {
			return true
		}
	}
	return false
}

// add keeps a fault, once.
func (f *Faults) add(format string, args ...any) {
	if fault := fmt.Sprintf(format, args...); !slices.Contains(f.found, fault) {
		f.found = append(f.found, fault)
	}
}

// All gives what was found wrong.
func (f *Faults) All() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.found)
}

func describe(d *runtime.ExceptionDetails) string {
	text := d.Text
	if d.Exception != nil && d.Exception.Description != "" {
		text += " " + d.Exception.Description
	}
	return fmt.Sprintf("%s (%s:%d)", text, d.URL, d.LineNumber+1)
}

func words(args []*runtime.RemoteObject) string {
	var said []string
	for _, a := range args {
		if a.Description != "" {
			said = append(said, a.Description)
		} else {
			said = append(said, string(a.Value))
		}
	}
	return strings.Join(said, " ")
}
