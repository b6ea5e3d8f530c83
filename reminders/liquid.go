package reminders

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/osteele/liquid"
)

// maxOutput bounds what a template, and each string inside it, may grow to, in bytes.
const maxOutput = 64 << 10

var errTooLong = fmt.Errorf("the text grows longer than %d bytes; shorten it", maxOutput)

// cachedTemplates bounds the parsed templates that are kept.
const cachedTemplates = 500

// A template is written by people and rendered while others wait for the database. There is nothing to loop over, so
// what could run or grow without end is left out of the language: loops, variables of one's own, files, and the filters
// that make lists. What remains takes time in proportion to its length.
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
type Renderer struct {
	engine *liquid.Engine
	mu     sync.Mutex
	parsed map[string]*liquid.Template
}

// NewRenderer gives a renderer.
func NewRenderer() *Renderer {
	engine := liquid.NewEngine()
	engine.RegisterFilter("escape", func(s string) (string, error) { return within(html.EscapeString(clipTo(s, maxOutput))) })
	engine.RegisterFilter("replace", func(s, old, replacement string) (string, error) {
		if (strings.Count(s, old))*len(replacement)+len(s) > maxOutput {
			return within(strings.Repeat(" ", maxOutput+1))
		}
		return strings.ReplaceAll(s, old, replacement), nil
	})
	return &Renderer{engine: engine, parsed: map[string]*liquid.Template{}}
}

func clipTo(s string, limit int) string { return s[:min(len(s), limit)] }

// within gives an error for a string that has grown too long.
func within(s string) (string, error) {
	if len(s) > maxOutput {
		return "", errTooLong
	}
	return s, nil
}

// Render gives the text of a template. The error says what is wrong with the template, in words for its author.
func (r *Renderer) Render(source string, vars map[string]any) (rendered string, err error) {
	if !strings.Contains(source, "{{") && !strings.Contains(source, "{%") {
		return source, nil
	}
	defer func() {
		if p := recover(); p != nil { // the library panics on some arguments of filters
			rendered, err = "", fmt.Errorf("render the template: %v", p)
		}
	}()
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

func (r *Renderer) parse(source string) (*liquid.Template, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t, ok := r.parsed[source]; ok {
		return t, nil
	}
	if err := allowed(source); err != nil {
		return nil, err
	}
	t, err := r.engine.ParseTemplateLocation([]byte(source), "", 1)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	if len(r.parsed) >= cachedTemplates {
		clear(r.parsed)
	}
	r.parsed[source] = t
	return t, nil
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
