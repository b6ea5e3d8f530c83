package reminders

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/osteele/liquid"
)

// What a renderer keeps: so many templates are rendered at a time, and of each so many bytes of parsed sources.
const (
	machines  = 4
	keptBytes = 256 << 10
)

// A template is written by people and rendered while others wait for the database. There is nothing to loop over, so
// what could run or grow without end is left out of the language: loops, variables of one's own, files, and the filters
// that make lists. What remains takes time in proportion to its length, and bounds.go bounds that.
var (
	allowedTags = []string{
		"if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase", "comment", "endcomment", "raw", "endraw",
	}
	allowedFilters = []string{
		"abs", "append", "capitalize", "ceil", "date", "default", "divided_by", "downcase", "escape", "floor", "lstrip", "minus",
		"modulo", "plus", "prepend", "remove", "remove_first", "replace", "replace_first", "round", "rstrip", "size", "slice",
		"strip", "strip_html", "strip_newlines", "times", "truncate", "truncatewords", "upcase",
	}
	tagName    = regexp.MustCompile(`\{%-?\s*([^\s%-]*)`)
	filterName = regexp.MustCompile(`\|\s*([a-zA-Z_]+)`)
	markup     = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}`)
)

// Renderer renders Liquid templates. It is safe for use by several goroutines.
type Renderer struct{ idle chan *machine }

// NewRenderer gives a renderer.
func NewRenderer() *Renderer {
	r := &Renderer{idle: make(chan *machine, machines)}
	for range machines {
		r.idle <- newMachine()
	}
	return r
}

// Render gives the text of a template. The error says what is wrong with the template, in words for its author. Whatever
// the template is, it comes within bounds of time and length.
func (r *Renderer) Render(source string, vars map[string]any) (rendered string, err error) {
	if !strings.Contains(source, "{{") && !strings.Contains(source, "{%") {
		return source, nil
	}
	m := <-r.idle
	defer func() {
		if p := recover(); p != nil { // the library panics on some arguments of filters
			rendered, err = "", panicked("render", p)
		}
		r.idle <- m
	}()
	t, err := m.parse(source)
	if err != nil {
		return "", err
	}
	m.spent = 0
	var out bounded
	if err := t.FRender(&out, vars); err != nil {
		return "", fmt.Errorf("render the template: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

// parse reads a template to see whether it can be read.
func (r *Renderer) parse(source string) error {
	m := <-r.idle
	defer func() { r.idle <- m }()
	_, err := m.parse(source)
	return err
}

func (m *machine) parse(source string) (t *liquid.Template, err error) {
	if t, ok := m.parsed[source]; ok {
		return t, nil
	}
	if wrong := checkTokens(source, false); wrong != nil {
		return nil, wrong
	}
	if err := allowed(source); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // on a number that is no number, for one
			t, err = nil, panicked("read", p)
		}
	}()
	t, parseErr := m.engine.ParseTemplateLocation([]byte(source), "", 1)
	if parseErr != nil {
		return nil, fmt.Errorf("read the template: %w", parseErr)
	}
	if m.kept+len(source) > keptBytes {
		clear(m.parsed)
		m.kept = 0
	}
	m.parsed[source] = t
	m.kept += len(source)
	return t, nil
}

// panicked is what the library said of a template by a panic.
func panicked(what string, p any) error {
	if err, ok := p.(error); ok {
		return fmt.Errorf("%s the template: %w", what, err)
	}
	return fmt.Errorf("%s the template: %v", what, p)
}

// allowed refuses tags and filters beyond those above.
func allowed(source string) error {
	for _, part := range markup.FindAllString(source, -1) {
		if name := tagName.FindStringSubmatch(part); len(name) > 1 && !slices.Contains(allowedTags, name[1]) {
			return fmt.Errorf("the tag %q is not available; use one of %s", name[1], strings.Join(allowedTags[:9], ", "))
		}
		for _, name := range filterName.FindAllStringSubmatch(part, -1) {
			if !slices.Contains(allowedFilters, name[1]) {
				return fmt.Errorf("the filter %q is not available; use one of %s", name[1], strings.Join(allowedFilters, ", "))
			}
		}
	}
	return nil
}

// bounded is a buffer that refuses to grow without end.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxOutput {
		return 0, errTooLong
	}
	return b.Buffer.Write(p)
}
