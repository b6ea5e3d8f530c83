package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// violation is the binding by which a page tells of what its Content-Security-Policy refused.
const violation = "tellViolation"

const tellViolations = `addEventListener('securitypolicyviolation', (e) =>
	` + violation + `([e.violatedDirective, e.blockedURI, e.sourceFile + ':' + e.lineNumber, e.sample].join(' ')));`

// faults collects what a page tells its console alone.
type faults struct {
	mu    sync.Mutex
	found []string
}

// listen takes the events of a page. It runs between two messages of the browser's and must not wait.
func (f *faults) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		f.add("exception: " + text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			f.add("console: " + words(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			f.add(fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventBindingCalled:
		if e.Name == violation {
			f.add("Content-Security-Policy: " + e.Payload)
		}
	}
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

// add keeps a fault, once.
func (f *faults) add(fault string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.found, fault) {
		f.found = append(f.found, fault)
	}
}

func (f *faults) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.found)
}
