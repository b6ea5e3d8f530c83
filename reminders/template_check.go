package reminders

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/osteele/liquid/parser"
)

// What can be wrong with a template, as TemplateError.Problem says it.
const (
	ProblemVariable = "variable"
	ProblemFilter   = "filter"
	ProblemTag      = "tag"
	ProblemSyntax   = "syntax"
	ProblemTooLong  = "too_long"
)

// TemplateError is what is wrong with a template, in words for its author. PocketBase shows it at a field: it has a
// code, a sentence and parameters as its API errors do.
type TemplateError struct {
	Line       int    // counted from 1; 0 if unknown
	Problem    string // one of the constants above
	Name       string // the variable, filter or tag; empty for a mistake in the syntax
	Suggestion string // what was meant perhaps
	Part       string // which of several texts of one field; empty where there is one
	words      string
}

// Code is the same for all mistakes in templates.
func (e *TemplateError) Code() string { return "validation_template" }

// Error says what is wrong, in which line, and what to do.
func (e *TemplateError) Error() string {
	words := e.words
	if e.Line > 0 {
		words = fmt.Sprintf("Line %d: %s", e.Line, words)
	}
	if e.Part != "" {
		words = e.Part + ": " + words
	}
	return words
}

// In gives the error as one of a text among several.
func (e *TemplateError) In(part string) *TemplateError {
	named := *e
	named.Part = part
	return &named
}

// Params gives what a translation needs.
func (e *TemplateError) Params() map[string]any {
	params := map[string]any{"line": e.Line, "problem": e.Problem}
	for name, value := range map[string]string{"name": e.Name, "suggestion": e.Suggestion, "part": e.Part} {
		if value != "" {
			params[name] = value
		}
	}
	return params
}

// Check says what is wrong with a template, or gives nil. A name that Vars does not give is wrong, since it would be read
// as nothing.
func (r *Renderer) Check(source string) *TemplateError {
	if !strings.Contains(source, "{{") && !strings.Contains(source, "{%") {
		return nil
	}
	if wrong := checkTokens(source, true); wrong != nil {
		return wrong
	}
	if err := r.parse(source); err != nil {
		return asTemplateError(err)
	}
	return nil
}

// Try is Check for a template that is rendered too, since some mistakes show only then.
func (r *Renderer) Try(source string, vars map[string]any) *TemplateError {
	if wrong := r.Check(source); wrong != nil {
		return wrong
	}
	if _, err := r.Render(source, vars); err != nil {
		return asTemplateError(err)
	}
	return nil
}

// asTemplateError puts an error of the Liquid library, of parsing or of rendering, into our words.
func asTemplateError(err error) *TemplateError {
	var own *TemplateError
	if errors.As(err, &own) {
		return own
	}
	wrong := &TemplateError{Problem: ProblemSyntax, words: err.Error()}
	var located parser.Error
	if errors.As(err, &located) {
		wrong.Line = located.LineNumber()
		wrong.words = inOurWords(located.Error())
	}
	for _, bound := range []error{errTooLong, errTooMuch, errFormat} {
		if strings.Contains(err.Error(), bound.Error()) { // the library does not wrap the errors of filters
			wrong.Problem, wrong.words = ProblemTooLong, bound.Error()
		}
	}
	wrong.words = shown(wrong.words, maxSaid)
	return wrong
}

// What the library says of a template that it cannot read.
var (
	librarySays = regexp.MustCompile(`^Liquid error( \(line \d+\))?: `)
	notEnded    = regexp.MustCompile(`^unterminated "(\w+)" block`)
	alone       = regexp.MustCompile(`^(\w+) not inside`)
	unreadable  = regexp.MustCompile(`^syntax error in ("(?:[^"\\]|\\.)*")`)
)

func inOurWords(message string) string {
	message = librarySays.ReplaceAllString(message, "")
	if m := notEnded.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("{%% %s %%} is not ended. Write {%% end%s %%} where it ends.", m[1], m[1])
	}
	if m := alone.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("{%% %s %%} has no beginning. Write {%% if … %%} or {%% case … %%} before it, or take it out.", m[1])
	}
	if m := unreadable.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%s cannot be read. Write a variable between {{ and }}, and its filters after |.", shown(m[1], maxName))
	}
	return "the template cannot be rendered: " + message
}

// What an error repeats of a template, in bytes: a name, and all that the library says.
const (
	maxName = 100
	maxSaid = 500
)

// shown clips what an error repeats of a template.
func shown(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// checkTokens looks at each piece of a template as the library parts it: whether it is within bounds, and if names is set,
// whether there is what it names.
func checkTokens(source string, names bool) *TemplateError {
	if wrong := measure(source); wrong != nil {
		return wrong
	}
	var b budget
	until := "" // the tag that ends what is not looked at
	for _, token := range parser.Scan(source, parser.SourceLoc{LineNo: 1}, nil) {
		switch {
		case until != "":
			if token.Type == parser.TagTokenType && token.Name == until {
				until = ""
			}
			continue
		case token.Type == parser.TagTokenType && (token.Name == "raw" || token.Name == "comment"):
			until = "end" + token.Name
		}
		wrong := b.count(token)
		if names && wrong == nil {
			wrong = checkToken(token)
		}
		if wrong != nil {
			if wrong.Line == 0 {
				wrong.Line = token.SourceLoc.LineNo
			}
			return wrong
		}
	}
	return nil
}

// count adds what a token costs.
func (b *budget) count(token parser.Token) *TemplateError {
	if token.Type == parser.TagTokenType {
		if wrong := b.block(token.Name); wrong != nil {
			return wrong
		}
	}
	if token.Type != parser.TagTokenType && token.Type != parser.ObjTokenType {
		return nil
	}
	for _, piece := range word().FindAllString(token.Args, -1) {
		if wrong := b.word(piece); wrong != nil {
			return wrong
		}
	}
	return nil
}

func checkToken(token parser.Token) *TemplateError {
	switch token.Type {
	case parser.TextTokenType:
		return checkClosed(token)
	case parser.TagTokenType:
		if !slices.Contains(allowedTags, token.Name) {
			name := shown(token.Name, maxName)
			return &TemplateError{Problem: ProblemTag, Name: name, words: fmt.Sprintf(
				"the tag %q is not available. Use one of %s.", name, strings.Join(allowedTags[:9], ", "))}
		}
		if token.Name == "raw" || token.Name == "comment" {
			return nil
		}
		return checkExpression(token.Args)
	case parser.ObjTokenType:
		return checkExpression(token.Args)
	default:
		return nil
	}
}

// checkClosed finds an opening without its end: the library takes it for text, and readers would see it.
func checkClosed(token parser.Token) *TemplateError {
	for _, pair := range [][2]string{{"{{", "}}"}, {"{%", "%}"}} {
		if at := strings.Index(token.Source, pair[0]); at >= 0 {
			return &TemplateError{
				Line: token.SourceLoc.LineNo + strings.Count(token.Source[:at], "\n"), Problem: ProblemSyntax,
				words: fmt.Sprintf("%q is not closed. Write %q after it, on the same line.", pair[0], pair[1]),
			}
		}
	}
	return nil
}

// word is one piece of an expression: a text in quotes, a name with its parts, a number, or a sign.
var word = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"[^"]*"|'[^']*'|[A-Za-z_][\w-]*\??(?:\.[A-Za-z_][\w-]*\??|\[\s*(?:"[^"]*"|'[^']*')\s*\])*:?|-?\d+(?:\.\d+)?|\S`)
})

// subscript is another way to write a part of a name: event["title"].
var subscript = regexp.MustCompile(`\[\s*["']([^"']*)["']\s*\]`)

// checkExpression looks at the names in what stands between {{ and }}, or after the name of a tag.
func checkExpression(expression string) *TemplateError {
	before := ""
	for _, piece := range word().FindAllString(expression, -1) {
		wrong := checkWord(before, piece)
		if wrong != nil {
			return wrong
		}
		before = piece
	}
	return nil
}

func checkWord(before, piece string) *TemplateError {
	first := piece[0]
	if first != '_' && (first|0x20 < 'a' || first|0x20 > 'z') {
		return nil // no name
	}
	name := strings.TrimSuffix(piece, ":")
	switch {
	case before == "|":
		if !slices.Contains(allowedFilters, name) {
			name = shown(name, maxName)
			return &TemplateError{Problem: ProblemFilter, Name: name, words: fmt.Sprintf(
				"the filter %q is not available. Use one of %s.", name, strings.Join(allowedFilters, ", "))}
		}
		return nil
	case name != piece, slices.Contains([]string{"true", "false", "nil", "and", "or", "contains", "in"}, name):
		return nil
	}
	name = subscript.ReplaceAllString(name, ".$1")
	if names := VariableNames(); slices.Contains(names, name) || slices.Contains(names, strings.TrimSuffix(name, ".size")) {
		return nil
	}
	return unknownVariable(name)
}

func unknownVariable(name string) *TemplateError {
	name = shown(name, maxName)
	wrong := &TemplateError{Problem: ProblemVariable, Name: name, Suggestion: nearestVariable(name)}
	if wrong.Suggestion != "" {
		wrong.words = fmt.Sprintf("there is no variable %q. Did you mean %q?", name, wrong.Suggestion)
		return wrong
	}
	wrong.words = fmt.Sprintf("there is no variable %q. Use one of %s.", name, strings.Join(VariableNames(), ", "))
	return wrong
}
