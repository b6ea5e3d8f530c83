package notifiers

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// composeText gives the plain part, readable as it is; body is the person's words.
func composeText(p page, body string) string {
	var parts []string
	add := func(part ...string) {
		if s := strings.TrimRight(strings.Join(part, "\n"), "\n "); s != "" {
			parts = append(parts, s)
		}
	}
	add(p.Company)
	add(p.Title, strings.Repeat("=", min(columns(p.Title), 72)))
	add(p.Lead)
	colon := ": "
	if strings.HasPrefix(p.Lang, "zh") {
		colon = "："
	}
	var facts []string
	for _, f := range p.Facts {
		line := f.Label + colon + f.Value
		if strings.HasPrefix(string(f.URL), "http") && string(f.URL) != f.Value {
			line += "\n  " + string(f.URL)
		}
		facts = append(facts, line)
	}
	add(facts...)
	add(body)
	for _, s := range p.Sections {
		add(sectionText(s)...)
	}
	if p.Action != nil {
		add(p.Action.Label+strings.TrimSpace(colon), string(p.Action.URL))
	}
	footer := append([]string(nil), p.Footer...)
	if p.Unsubscribe != "" {
		footer = append(footer, p.UnsubscribeLabel+colon+string(p.Unsubscribe))
	}
	if len(footer) > 0 {
		add(append([]string{"—"}, footer...)...)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func sectionText(s pageSection) []string {
	var out []string
	if s.Title != "" {
		out = append(out, s.Title, strings.Repeat("-", min(columns(s.Title), 72)))
	}
	for _, i := range s.Items {
		line := "- " + i.Title
		if i.Detail != "" {
			line += "\n  " + i.Detail
		}
		if i.URL != "" {
			line += "\n  " + string(i.URL)
		}
		out = append(out, line)
	}
	return out
}

// columns is how wide s stands in a fixed-width font: Chinese letters take two.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case eastAsian(r), r >= 0x1f300 && r <= 0x1faff:
			n += 2
		default:
			n++
		}
	}
	return n
}

// htmlToText gives the words of an HTML mail that brings no plain part, a link's address after its words.
func htmlToText(source string) string {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return ""
	}
	var out strings.Builder
	walkText(&out, root)
	var kept []string
	for _, line := range strings.Split(lines(out.String()), "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(kept) > 0 && kept[len(kept)-1] != "" {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n")) + "\n"
}

func walkText(out *strings.Builder, n *html.Node) {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head:
		return
	case atom.Br:
		out.WriteString("\n")
	}
	if n.Type == html.TextNode {
		out.WriteString(strings.NewReplacer("\n", " ", "\r", " ").Replace(n.Data))
	}
	block := blocks[n.DataAtom]
	if block {
		out.WriteString("\n")
	}
	if n.DataAtom == atom.Li {
		out.WriteString("- ")
	}
	before := out.Len()
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walkText(out, c)
	}
	if n.DataAtom == atom.A {
		words := strings.TrimSpace(out.String()[before:])
		if target := string(safeURL(attribute(n, "href"))); target != "" && target != words {
			out.WriteString(" (" + target + ")")
		}
	}
	if block {
		out.WriteString("\n")
	}
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Ul: true, atom.Ol: true,
	atom.Li: true, atom.Tr: true, atom.Table: true, atom.Blockquote: true, atom.Pre: true, atom.Hr: true,
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
