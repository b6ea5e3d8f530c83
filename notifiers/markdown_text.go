package notifiers

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// plainMarkdown is bodyWords.plain alone.
func plainMarkdown(source string) string { return readMarkdown(source).plain() }

// plain gives the words as they would be typed in a plain mail: bullets, numbers and quotes stay, marks of emphasis
// go, a link's address follows its words.
func (b bodyWords) plain() string {
	p := plainer{source: b.source}
	return lines(strings.Join(p.blocks(b.root, true), "\n"))
}

type plainer struct{ source []byte }

// blocks gives the lines of n's children, an empty line between them where they are loose.
func (p plainer) blocks(n ast.Node, loose bool) []string {
	var out []string
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		got := p.block(child)
		if len(got) == 0 {
			continue
		}
		if loose && len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, got...)
	}
	return out
}

func (p plainer) block(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.List:
		return p.list(n)
	case *ast.Blockquote:
		return prefixed(p.blocks(n, true), "> ", "> ")
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return prefixed(strings.Split(strings.TrimRight(string(n.Lines().Value(p.source)), "\n"), "\n"), "    ", "    ")
	case *ast.ThematicBreak:
		return []string{"---"}
	case *extast.Table:
		return p.blocks(n, false)
	case *extast.TableHeader, *extast.TableRow:
		var cells []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, p.inline(c))
		}
		return []string{strings.Join(cells, " | ")}
	}
	if n.Type() == ast.TypeBlock && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
		return p.blocks(n, true)
	}
	if words := p.inline(n); words != "" {
		return strings.Split(words, "\n")
	}
	return nil
}

func (p plainer) list(n *ast.List) []string {
	var out []string
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			marker = strconv.Itoa(number) + ". "
			number++
		}
		if !n.IsTight && len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, prefixed(p.blocks(item, !n.IsTight), marker, strings.Repeat(" ", len(marker)))...)
	}
	return out
}

// prefixed puts first before the first line and rest before the others; empty lines stay so.
func prefixed(in []string, first, rest string) []string {
	out := make([]string, len(in))
	prefix := first
	for i, line := range in {
		out[i] = strings.TrimRight(prefix+line, " ")
		prefix = rest
	}
	return out
}

// inline gives the words of n's descendants.
func (p plainer) inline(n ast.Node) string {
	var out strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			out.WriteString(p.text(c))
		case *ast.String:
			out.Write(c.Value)
		case *ast.AutoLink:
			out.Write(c.Label(p.source))
		case *ast.Link:
			out.WriteString(linked(p.inline(c), string(c.Destination)))
		case *ast.Image:
			out.WriteString(linked(p.inline(c), string(c.Destination)))
		case *extast.TaskCheckBox:
			out.WriteString(checkBox(c, "[x] ", "[ ] "))
		default:
			out.WriteString(p.inline(c))
		}
	}
	return out.String()
}

func (p plainer) text(t *ast.Text) string {
	value := t.Segment.Value(p.source)
	if _, code := t.Parent().(*ast.CodeSpan); !code {
		value = util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(bytes.Clone(value))))
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		return strings.TrimRight(string(value), " ") + "\n"
	}
	return string(value)
}

func linked(words, url string) string {
	switch {
	case url == "" || words == url || "mailto:"+words == url || "tel:"+words == url:
		return words
	case words == "":
		return url
	}
	return words + " (" + url + ")"
}
