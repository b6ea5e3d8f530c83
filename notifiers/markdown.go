package notifiers

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	xhtml "golang.org/x/net/html"
)

// maxBody bounds a person's words in one message, in runes.
const maxBody = 20_000

// markdown reads a person's words: CommonMark with tables, strikethrough, task lists and bare links. There is no raw
// HTML: what looks like it is text, so that "<Mr Wong>" does not vanish. A line break stays one.
var markdown = sync.OnceValue(newMarkdown)

func newMarkdown() goldmark.Markdown {
	p := parser.NewParser(
		parser.WithBlockParsers(without(parser.DefaultBlockParsers(), parser.NewHTMLBlockParser())...),
		parser.WithInlineParsers(without(parser.DefaultInlineParsers(), parser.NewRawHTMLParser())...),
		parser.WithInlineParsers(util.Prioritized(emphasis{parser.NewEmphasisParser()}, 499)),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
	return goldmark.New(
		goldmark.WithParser(p),
		goldmark.WithExtensions(extension.Strikethrough, extension.TaskList, extension.Linkify,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithRendererOptions(html.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(mailNodes{}, 100))),
	)
}

func without(values []util.PrioritizedValue, unwanted any) []util.PrioritizedValue {
	var kept []util.PrioritizedValue
	for _, v := range values {
		if reflect.TypeOf(v.Value) != reflect.TypeOf(unwanted) {
			kept = append(kept, v)
		}
	}
	return kept
}

// emphasis lets * and ** end after Chinese punctuation: CommonMark's rules expect a space there, which Chinese does not
// write, and would show the stars of "**注意：**請帶安全帽".
type emphasis struct{ parser.InlineParser }

func (e emphasis) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, _ := block.PeekLine()
	d, ok := e.InlineParser.Parse(parent, block, pc).(*parser.Delimiter)
	if !ok || d == nil {
		return nil
	}
	after := ' '
	if d.OriginalLength < len(line) {
		after = util.ToRune(line, d.OriginalLength)
	}
	if line[0] == '*' {
		d.CanOpen = d.CanOpen || !unicode.IsSpace(after) && eastAsian(before)
		d.CanClose = d.CanClose || !unicode.IsSpace(before) && eastAsian(after)
	}
	return d
}

func eastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

// mailNodes renders what mail programs cannot show: a task's box as a character, an image as a link to it.
type mailNodes struct{}

func (mailNodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(extast.KindTaskCheckBox, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString(checkBox(n, "☑ ", "☐ ")) // w remembers its error
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindListItem, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch {
		case !entering:
			_, _ = w.WriteString("</li>\n")
		case isTask(n):
			_, _ = w.WriteString(`<li class="task">`)
		default:
			_, _ = w.WriteString("<li>")
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindImage, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = fmt.Fprintf(w, `<a href="%s">`, util.EscapeHTML(util.URLEscape(n.(*ast.Image).Destination, true)))
		} else {
			_, _ = w.WriteString("</a>")
		}
		return ast.WalkContinue, nil
	})
}

// isTask says whether a list item begins with a box, which then stands in the place of the bullet.
func isTask(item ast.Node) bool {
	words := item.FirstChild()
	if words == nil || words.FirstChild() == nil {
		return false
	}
	return words.FirstChild().Kind() == extast.KindTaskCheckBox
}

func checkBox(n ast.Node, checked, open string) string {
	if n.(*extast.TaskCheckBox).IsChecked {
		return checked
	}
	return open
}

// policy is what of HTML may stand in a mail: bluemonday's UGC policy narrowed to text, tables and links that leave
// nothing to load.
var policy = sync.OnceValue(newPolicy)

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre",
		"blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("th", "td")
	p.AllowAttrs("class").Matching(regexp.MustCompile("^task$")).OnElements("li")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true) // brings rel=noopener
	return p
}

// nested are sixteen quotes or lists within each other at the start of a line, which nobody writes by hand.
var nested = regexp.MustCompile(`(?m)^((?:[ \t]*(?:>|[*+-][ \t]|\d{1,9}[.)][ \t])){16})`)

// maybeNested says whether nested may match: each of its sixteen marks takes at least one of these signs.
func maybeNested(source string) bool {
	run, begin := 0, true
	for i := range len(source) {
		switch {
		case source[i] == '\n':
			run, begin = 0, true
		case begin && strings.IndexByte(" \t>*+-.)0123456789", source[i]) >= 0:
			if run++; run >= 16 {
				return true
			}
		default:
			begin = false
		}
	}
	return false
}

// prepare cleans and clips a source, and stops nesting where its rendering would take time by the square of the depth.
func prepare(source string) []byte {
	source = clip(lines(source), maxBody)
	if maybeNested(source) {
		source = nested.ReplaceAllString(source, "$1\\")
	}
	return []byte(source)
}

// bodyWords are a person's words, read once for both forms of a mail.
type bodyWords struct {
	source []byte
	root   ast.Node
}

func readMarkdown(source string) bodyWords {
	b := bodyWords{source: prepare(source)}
	b.root = markdown().Parser().Parse(text.NewReader(b.source))
	return b
}

// renderMarkdown is bodyWords.html alone.
func renderMarkdown(source string) (string, error) { return readMarkdown(source).html() }

// html gives the words as safe HTML with inline styles, for mail programs that drop style sheets. Colours that differ in
// the dark are in the template's style sheet.
func (b bodyWords) html() (string, error) {
	var raw bytes.Buffer
	if err := markdown().Renderer().Render(&raw, b.source, b.root); err != nil {
		return "", fmt.Errorf("rendering the body: %w", err)
	}
	return lines(styled(policy().SanitizeReader(&raw).String())), nil
}

const cell = "padding:6px 12px 6px 0;border-bottom:1px solid #e8e7e3;text-align:left;vertical-align:top;"

// styles are the inline styles of what renderMarkdown gives. A heading in a person's words ranks below the title.
var styles = map[string]string{
	"p":          "margin:0 0 14px;",
	"h1":         "margin:22px 0 8px;font-size:17px;line-height:1.4;font-weight:600;",
	"h2":         "margin:22px 0 8px;font-size:16px;line-height:1.4;font-weight:600;",
	"h3":         "margin:18px 0 6px;font-size:15px;line-height:1.4;font-weight:600;",
	"h4":         "margin:18px 0 6px;font-size:15px;line-height:1.4;font-weight:600;",
	"h5":         "margin:18px 0 6px;font-size:15px;line-height:1.4;font-weight:600;",
	"h6":         "margin:18px 0 6px;font-size:15px;line-height:1.4;font-weight:600;",
	"ul":         "margin:0 0 14px;padding:0 0 0 20px;text-indent:0;",
	"ol":         "margin:0 0 14px;padding:0 0 0 22px;text-indent:0;",
	"li":         "margin:0 0 6px;",
	"a":          "color:#0c6b66;text-decoration:underline;",
	"hr":         "margin:18px 0;border:0;border-top:1px solid #e8e7e3;",
	"blockquote": "margin:0 0 14px;padding:0 0 0 14px;border-left:3px solid #e8e7e3;color:#5d5b55;",
	"code":       "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;background:#f6f6f4;border-radius:4px;padding:1px 4px;",
	"pre":        "margin:0 0 14px;padding:12px;background:#f6f6f4;border-radius:8px;overflow:auto;white-space:pre-wrap;",
	"table":      "margin:0 0 14px;width:100%;border-collapse:collapse;font-size:14px;",
	"th":         cell + "font-weight:600;",
	"td":         cell,
}

// styleOf is the inline style of one tag.
func styleOf(t xhtml.Token) string {
	style := styles[t.Data]
	for _, a := range t.Attr {
		switch {
		case a.Key == "align" && a.Val == "right":
			style += "padding:6px 0 6px 12px;text-align:right;"
		case a.Key == "align":
			style += "text-align:" + a.Val + ";"
		case a.Key == "class": // the policy lets only that of a task through
			style += "list-style:none;margin-left:-20px;padding-left:18px;text-indent:-18px;"
		}
	}
	return style
}

// styled writes the styles into sanitised HTML.
func styled(safe string) string {
	var out strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(safe))
	for {
		kind := z.Next()
		if kind == xhtml.ErrorToken {
			return out.String()
		}
		if kind != xhtml.StartTagToken && kind != xhtml.SelfClosingTagToken {
			out.Write(z.Raw())
			continue
		}
		token := z.Token()
		token.Attr = slices.DeleteFunc(token.Attr, func(a xhtml.Attribute) bool {
			return a.Key == "href" && safeURL(a.Val) == "" // "http:" without a host
		})
		if style := styleOf(token); style != "" {
			token.Attr = append(token.Attr, xhtml.Attribute{Key: "style", Val: style})
		}
		out.WriteString(token.String())
	}
}
