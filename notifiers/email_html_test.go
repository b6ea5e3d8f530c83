package notifiers

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
)

// harmful gives what must never be in a mail's HTML: scripts, frames, forms, event handlers, anything to load, any link
// but to pages, mailboxes and telephones.
func harmful(source string) []string {
	var found []string
	z := xhtml.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return found
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			t := z.Token()
			if !allowedTags[t.Data] {
				found = append(found, "<"+t.Data+">")
			}
			for _, a := range t.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "background" || a.Key == "srcset" ||
					a.Key == "style" && strings.Contains(strings.ToLower(a.Val), "url(") ||
					a.Key == "href" && !regexp.MustCompile(`^(https?://|mailto:|tel:)`).MatchString(a.Val) {
					found = append(found, t.Data+" "+a.Key+"="+a.Val)
				}
			}
		}
	}
}

var allowedTags = map[string]bool{}

func init() {
	for _, t := range strings.Fields(`html head meta title style body div table thead tbody tr th td h1 h2 h3 h4 h5 h6 p a br hr span
		strong em del code pre blockquote ul ol li`) {
		allowedTags[t] = true
	}
}

var hostile = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `![x](https://evil.example/pixel.png)`, `![x](javascript:alert(1))`,
	`[click](javascript:alert(1))`, `[click](JaVaScRiPt:alert(1))`, `[click](  javascript:alert(1))`, "[click](java\nscript:alert(1))",
	`[click](data:text/html;base64,PHNjcmlwdD4=)`, `[click](vbscript:x)`, `[x](//evil.example)`, `[x](/relative)`, `[x](file:///etc/passwd)`,
	`<javascript:alert(1)>`, `<a href="javascript:x">y</a>`, `<iframe src="https://evil.example"></iframe>`, `<svg/onload=alert(1)>`,
	`<style>body{background:url(https://evil.example)}</style>`, `<form action="https://evil.example"><input></form>`,
	`"><script>alert(1)</script>`, `</td></tr></table><script>`, `{{.Body}}{{printf "%s" .}}`, `<!-- --><![CDATA[<script>]]>`,
	"\u202egnp.exe", "a\r\nBcc: x@example.com", "\x00\x01\x1b[31m", "&#x202e;&#0;&lt;script&gt;", "`<script>`", "    <script>\n",
	`[x]: javascript:alert(1)` + "\n\n[x]", `https://example.com/"onmouseover="alert(1)`, `<https://example.com/"onclick="x>`,
	"😀 表情 👩‍👩‍👧‍👦", "**注意：**請帶護照", "| a | b |\n|:-:|--|\n| <b>x</b> | `y` |", "- [ ] <script>\n- [x] ok", "<Mr Wong> called", "\xff\xfe",
}

func TestHTML_HostileInputsStayText(t *testing.T) {
	for _, evil := range hostile {
		m := sampleEnglish()
		m.Company, m.Title, m.Lead, m.Body, m.Locale = evil, evil, evil, evil, evil
		m.Facts = []Fact{{evil, evil, evil}, {"a", "b", "javascript:alert(1)"}}
		m.Sections = []Section{{evil, []Item{{evil, evil, evil}}}}
		m.Action = &Link{evil, evil}
		m.Footer = []string{evil}
		m.Unsubscribe, m.UnsubscribeLabel = evil, evil
		html, text, err := Compose(m)
		if err != nil {
			t.Fatalf("%q: %v", evil, err)
		}
		if found := harmful(html); len(found) > 0 {
			t.Errorf("%q gives %q", evil, found)
		}
		for name, s := range map[string]string{"HTML": html, "text": text} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\r\u202e") {
				t.Errorf("%q: the %s holds control characters or is no UTF-8", evil, name)
			}
		}
	}
}

func TestHTML_LoadsNothingAndShowsEverything(t *testing.T) {
	for _, m := range []*Message{sampleEnglish(), sampleChinese()} {
		html, text, err := Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		if found := harmful(html); len(found) > 0 {
			t.Errorf("harmful: %q", found)
		}
		if regexp.MustCompile(`(?i)url\(|@import|<link|src=`).MatchString(html) {
			t.Error("something is loaded")
		}
		want := []string{m.Company, m.Title, m.Lead, m.Action.URL}
		for _, f := range m.Facts {
			want = append(want, f.Label, f.Value)
		}
		for _, s := range m.Sections {
			want = append(want, s.Title, s.Items[0].Title, s.Items[0].Detail, s.Items[0].URL)
		}
		want = append(want, m.Footer...)
		shown := xhtml.UnescapeString(html)
		for _, w := range want {
			if !strings.Contains(shown, w) || !strings.Contains(text, w) {
				t.Errorf("%q is missing", w)
			}
		}
		if !strings.Contains(html, `lang="`+m.Locale+`"`) {
			t.Errorf("no lang=%s", m.Locale)
		}
	}
}

func TestHTML_TelephoneAndMailLinks(t *testing.T) {
	m := sampleEnglish()
	m.Facts = []Fact{{"Phone", "call", "tel:+85255550147"}, {"Mail", "write", "mailto:a@example.com"}}
	html, _, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="tel:&#43;85255550147"`, `href="mailto:a@example.com"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestHTML_ALongBodyIsClipped(t *testing.T) {
	for _, unit := range []string{"長", "a ", "> ", "- ", "* ", "[", "**a", "`", "<", "|", "1. ", "\n\t", "_a_ ", "a@b.c "} {
		m := sampleEnglish()
		m.Body = strings.Repeat(unit, 100_000/utf8.RuneCountInString(unit))
		began := time.Now()
		html, text, err := Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%q: %s", unit, time.Since(began))
		if unit == "長" && (strings.Count(html, unit) != maxBody-1 || strings.Count(text, unit) != maxBody-1 || !strings.Contains(text, "…")) {
			t.Errorf("clipped to %d runes in HTML, %d in text", strings.Count(html, unit), strings.Count(text, unit))
		}
	}
}

func TestMarkdown_HTML(t *testing.T) {
	strip := regexp.MustCompile(` (style|rel|target|class)="[^"]*"`)
	for source, want := range map[string]string{
		"**注意：**請帶護照":                      "<p><strong>注意：</strong>請帶護照</p>",
		"請**「帶齊」**資料":                      "<p>請<strong>「帶齊」</strong>資料</p>",
		"snake_case_name 2*3*4":            "<p>snake_case_name 2<em>3</em>4</p>",
		"a\nb":                             "<p>a<br>\nb</p>",
		"~~gone~~":                         "<p><del>gone</del></p>",
		"- [x] done\n- [ ] not":            "<ul>\n<li>☑ done</li>\n<li>☐ not</li>\n</ul>",
		"<Mr Wong> & co":                   "<p>&lt;Mr Wong&gt; &amp; co</p>",
		"see https://a.example":            `<p>see <a href="https://a.example">https://a.example</a></p>`,
		"![Plan](https://a.example/p.png)": `<p><a href="https://a.example/p.png">Plan</a></p>`,
		"[t](tel:+852)":                    `<p><a href="tel:+852">t</a></p>`,
		"[t](ftp://a.example)":             "<p>t</p>",
		"3. c\n4. d":                       "<ol start=\"3\">\n<li>c</li>\n<li>d</li>\n</ol>",
	} {
		got, err := renderMarkdown(source)
		if err != nil {
			t.Fatal(err)
		}
		if got = strings.TrimSpace(strip.ReplaceAllString(got, "")); got != want {
			t.Errorf("%q:\n got %s\nwant %s", source, got, want)
		}
	}
	link, err := renderMarkdown("[x](https://a.example)")
	if err != nil || !strings.Contains(link, `rel="nofollow noopener"`) || !strings.Contains(link, "style=") {
		t.Errorf("a link: %s, %v", link, err)
	}
}

func TestMarkdown_Text(t *testing.T) {
	for source, want := range map[string]string{
		"# Title\n\ntwo **bold** words\nnext": "Title\n\ntwo bold words\nnext",
		"* a\n* b\n  - c":                     "- a\n- b\n  - c",
		"3. c\n4. d":                          "3. c\n4. d",
		"- [x] done\n- [ ] not":               "- [x] done\n- [ ] not",
		"> quoted\n> twice":                   "> quoted\n> twice",
		"[x](https://a.example)":              "x (https://a.example)",
		"<https://a.example>":                 "https://a.example",
		"[a@b.c](mailto:a@b.c)":               "a@b.c",
		"a \\* b &amp; c `d*`":                "a * b & c d*",
		"| a | b |\n|---|---|\n| 1 | 2 |":     "a | b\n1 | 2",
		"```\ncode\n  more\n```":              "    code\n      more",
		"a\n\n---\n\nb":                       "a\n\n---\n\nb",
		"**注意：**請帶護照":                         "注意：請帶護照",
		"<Mr Wong>":                           "<Mr Wong>",
		"&#x202e;x":                           "x",
	} {
		if got := plainMarkdown(source); got != want {
			t.Errorf("%q:\n got %q\nwant %q", source, got, want)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		html, err := renderMarkdown(source)
		if err != nil {
			t.Fatal(err)
		}
		if found := harmful(html); len(found) > 0 {
			t.Errorf("%q gives %q", source, found)
		}
		for _, s := range []string{html, plainMarkdown(source)} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\x1b\u202e\u2066") {
				t.Errorf("%q gives control characters: %q", source, s)
			}
		}
	})
}
