package reminders

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/osteele/liquid"
	"github.com/osteele/liquid/render"

	"tminus/locales"
)

// Brief is all that a message tells about an event. Every text is as people typed it.
type Brief struct {
	Company     string
	Number      string
	Title       string
	Type        string // a value of events.event_type
	Start, End  time.Time
	Zone        *time.Location
	Location    string
	Description string
	URL         string // of the event in the web app; empty if the server does not know its own address

	Customer, CustomerAddress, CustomerNotes              string
	ContactName, ContactTitle, ContactPhone, ContactEmail string
	Responsible, ResponsiblePhone                         string
	Team                                                  []string // names of the assigned staff
}

// Vars gives what a template may use, in a language, for a reader at an instant.
func (b Brief) Vars(locale, reader string, now time.Time) map[string]any {
	days := DaysLeft(b.Start, now, b.Zone)
	return map[string]any{
		"event": map[string]any{
			"number": b.Number, "title": b.Title, "type": locales.EventType(locale, b.Type), "when": b.When(locale),
			"start": b.Start.In(b.Zone), "end": b.End.In(b.Zone), "location": b.Location, "description": b.Description, "url": b.URL,
		},
		"customer":       map[string]any{"name": b.Customer, "address": b.CustomerAddress, "notes": b.CustomerNotes},
		"contact":        map[string]any{"name": b.ContactName, "title": b.ContactTitle, "phone": b.ContactPhone, "email": b.ContactEmail},
		"responsible":    map[string]any{"name": b.Responsible, "phone": b.ResponsiblePhone},
		"team":           strings.Join(b.Team, locales.ListSeparator(locale)),
		"recipient":      map[string]any{"name": reader},
		"company":        map[string]any{"name": b.Company},
		"days_left":      days,
		"days_left_text": locales.DaysLeft(locale, days),
	}
}

// When gives the span of the event in its own zone, with the zone named.
func (b Brief) When(locale string) string {
	start := b.Start.In(b.Zone)
	return locales.Range(locale, start, b.End.In(b.Zone)) + locales.Parenthesis(locale, locales.Zone(locale, start))
}

// maxOutput bounds what a template may render, in bytes.
const maxOutput = 64 << 10

// cachedTemplates bounds the parsed templates that are kept.
const cachedTemplates = 500

// Renderer renders Liquid templates. It is safe for use by several goroutines.
type Renderer struct {
	engine *liquid.Engine
	mu     sync.Mutex
	parsed map[string]*liquid.Template
}

// NewRenderer gives a renderer.
func NewRenderer() *Renderer {
	engine := liquid.NewEngine()
	// The library's include reads files by name, which is nothing for a text that people edit.
	engine.RegisterTag("include", func(render.Context) (string, error) {
		return "", errors.New("include is not available here")
	})
	return &Renderer{engine: engine, parsed: map[string]*liquid.Template{}}
}

// Render gives the text of a template. The error says what is wrong with the template, in words for its author.
func (r *Renderer) Render(source string, vars map[string]any) (text string, err error) {
	defer func() { // the library panics when its writer refuses
		if p := recover(); p != nil {
			text, err = "", fmt.Errorf("render the template: %v", p)
		}
	}()
	if !strings.Contains(source, "{{") && !strings.Contains(source, "{%") {
		return source, nil
	}
	t, err := r.parse(source)
	if err != nil {
		return "", err
	}
	var out bounded
	if err := t.FRender(&out, vars); err != nil {
		return "", fmt.Errorf("render the template: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

// Check says what is wrong with a template, or nil.
func (r *Renderer) Check(source string) error {
	_, err := r.parse(source)
	return err
}

func (r *Renderer) parse(source string) (*liquid.Template, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t, ok := r.parsed[source]; ok {
		return t, nil
	}
	t, err := r.engine.ParseString(source)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	if len(r.parsed) >= cachedTemplates {
		clear(r.parsed)
	}
	r.parsed[source] = t
	return t, nil
}

// bounded is a buffer that refuses to grow without end.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxOutput {
		return 0, fmt.Errorf("the text is longer than %d bytes", maxOutput)
	}
	return b.Buffer.Write(p)
}
