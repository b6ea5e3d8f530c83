package reminders

import (
	"html"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/osteele/liquid"
	"github.com/osteele/liquid/filters"
)

// machine is the Liquid library for one rendering at a time, since its filters share an account of their work.
type machine struct {
	engine *liquid.Engine
	parsed map[string]*liquid.Template
	kept   int // the bytes of the sources in parsed
	spent  int // the bytes that filters have read and written in this rendering
}

// standard are the library's filters by name.
type standard map[string]any

// AddFilter keeps one; the library calls it.
func (s standard) AddFilter(name string, f any) { s[name] = f }

// widths finds a number of three digits in a date's format: so many would be written.
var widths = regexp.MustCompile(`%[-_^#0:]*[0-9]{3}`)

func newMachine() *machine {
	m := &machine{engine: liquid.NewEngine(), parsed: map[string]*liquid.Template{}}
	known := standard{}
	filters.AddStandardFilters(known)
	m.rewriteFilters()
	m.joinFilters()
	m.cutFilters()
	if date, ok := known["date"].(func(time.Time, func(string) string) (string, error)); ok {
		m.engine.RegisterFilter("date", func(t time.Time, format func(string) string) (string, error) {
			f := format("%a, %b %d, %y")
			if len(f) > maxDateFormat || widths.MatchString(f) {
				return "", errFormat
			}
			return date(t, func(string) string { return f })
		})
	}
	return m
}

// spend takes n bytes off what the filters of this rendering may read and write.
func (m *machine) spend(n int) error {
	if m.spent += n; m.spent > maxWork {
		return errTooMuch
	}
	return nil
}

// made pays for a text that a filter made of others.
func (m *machine) made(s string, read int) (string, error) {
	if len(s) > maxOutput {
		return "", errTooLong
	}
	return s, m.spend(len(s) + read)
}

// rewriteFilters registers the filters that take a text and nothing else. The library's strip_html reads with a pattern.
func (m *machine) rewriteFilters() {
	for name, f := range map[string]func(string) string{
		"escape": html.EscapeString, "upcase": strings.ToUpper, "downcase": strings.ToLower, "strip_html": withoutTags,
		"strip": strings.TrimSpace, "lstrip": func(s string) string { return strings.TrimLeft(s, spaces) },
		"rstrip":         func(s string) string { return strings.TrimRight(s, spaces) },
		"strip_newlines": func(s string) string { return strings.ReplaceAll(s, "\n", "") },
		"capitalize": func(s string) string {
			_, first := utf8.DecodeRuneInString(s)
			return strings.ToUpper(s[:first]) + s[first:]
		},
	} {
		m.engine.RegisterFilter(name, func(s string) (string, error) {
			if len(s) > maxOutput {
				return "", errTooLong
			}
			return m.made(f(s), len(s))
		})
	}
}

const spaces = " \t\n\v\f\r\u0085\u00a0\u3000"

// withoutTags takes out what stands between < and > on one line.
func withoutTags(s string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "<")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		line, _, _ := strings.Cut(rest, "\n")
		if end := strings.IndexByte(line, '>'); end >= 0 {
			s = rest[end+1:]
			continue
		}
		out.WriteString("<" + line) // no tag ends on this line
		s = rest[len(line):]
	}
}

// joinFilters registers the filters that put texts together or take one out of another.
func (m *machine) joinFilters() {
	join := func(a, b string) (string, error) {
		if len(a)+len(b) > maxOutput {
			return "", errTooLong
		}
		return m.made(a+b, 0)
	}
	m.engine.RegisterFilter("append", join)
	m.engine.RegisterFilter("prepend", func(s, before string) (string, error) { return join(before, s) })
	replace := func(s, old, new string, times int) (string, error) {
		if len(s) > maxOutput {
			return "", errTooLong
		}
		found := strings.Count(s, old)
		if times >= 0 {
			found = min(found, times)
		}
		if len(s)+found*(len(new)-len(old)) > maxOutput {
			return "", errTooLong
		}
		return m.made(strings.Replace(s, old, new, times), 2*len(s))
	}
	m.engine.RegisterFilter("replace", func(s, old, new string) (string, error) { return replace(s, old, new, -1) })
	m.engine.RegisterFilter("replace_first", func(s, old, new string) (string, error) { return replace(s, old, new, 1) })
	m.engine.RegisterFilter("remove", func(s, old string) (string, error) { return replace(s, old, "", -1) })
	m.engine.RegisterFilter("remove_first", func(s, old string) (string, error) { return replace(s, old, "", 1) })
}

// cutFilters registers the filters that count letters. The library's build patterns that take time by the square of the
// text, and read the ellipsis as one.
func (m *machine) cutFilters() {
	m.engine.RegisterFilter("slice", func(s string, start int, length func(int) int) (string, error) {
		runes, n := []rune(clipped(s)), length(1)
		if start < 0 {
			start += len(runes)
		}
		if start < 0 || start >= len(runes) || n <= 0 {
			return "", m.spend(len(s))
		}
		return m.made(string(runes[start:start+min(n, len(runes)-start)]), len(s))
	})
	m.engine.RegisterFilter("truncate", func(s string, length func(int) int, ellipsis func(string) string) (string, error) {
		n, end := length(50), ellipsis("...")
		runes := []rune(clipped(s))
		if len(runes) <= n {
			return m.made(s, len(s))
		}
		return m.made(string(runes[:max(0, n-utf8.RuneCountInString(end))])+clipped(end), len(s))
	})
	m.engine.RegisterFilter("truncatewords", func(s string, length func(int) int, ellipsis func(string) string) (string, error) {
		n, end := length(15), ellipsis("...")
		words := strings.Fields(clipped(s))
		if len(words) <= n {
			return m.made(s, len(s))
		}
		return m.made(strings.Join(words[:max(0, n)], " ")+clipped(end), len(s))
	})
}

// clipped cuts a text to what a filter may handle.
func clipped(s string) string { return s[:min(len(s), maxOutput)] }
