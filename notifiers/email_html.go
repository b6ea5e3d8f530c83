package notifiers

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

//go:embed email.gohtml
var emailSource string

// emailTemplate is the one design of every mail: a single column of at most 560 px, nothing to load from anywhere,
// inline styles for mail programs that drop style sheets, tables where Outlook needs them.
var emailTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("email").Parse(emailSource)) })

// page is a message as the template shows it: clean text and checked links.
type page struct {
	Lang             string
	Font             template.CSS
	Leading          template.CSS
	Company          string
	Title            string
	Preheader        string
	Filler           template.HTML
	Lead             string
	Facts            []pageFact
	Body             template.HTML
	Sections         []pageSection
	Action           *pageLink
	Footer           []string
	Unsubscribe      template.URL
	UnsubscribeLabel string
}

type pageFact struct {
	Label, Value string
	URL          template.URL
}

type pageLink struct {
	Label string
	URL   template.URL
}

type pageSection struct {
	Title string
	Items []pageItem
}

type pageItem struct {
	Title, Detail string
	URL           template.URL
}

// language is what may stand in lang= and Content-Language (BCP 47, without its rarer forms).
var language = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

const latin = `-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,`

// fonts are the system's, the reader's own Chinese forms before the others.
func fonts(locale string) template.CSS {
	const (
		hongKong = `'PingFang HK','Noto Sans HK','Noto Sans CJK HK',`
		taiwan   = `'PingFang TC','Noto Sans TC','Noto Sans CJK TC','Microsoft JhengHei',`
		mainland = `'PingFang SC','Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei',`
	)
	locale = strings.ToLower(locale)
	if strings.HasPrefix(locale, "zh-cn") || strings.HasPrefix(locale, "zh-hans") || locale == "zh" {
		return template.CSS(latin + mainland + hongKong + taiwan + "sans-serif")
	}
	return template.CSS(latin + hongKong + taiwan + mainland + "sans-serif")
}

func leading(locale string) template.CSS {
	if strings.HasPrefix(strings.ToLower(locale), "zh") {
		return "1.6"
	}
	return "1.5"
}

// filler keeps a mail program from pulling the next words into the preview line.
var filler = template.HTML(strings.Repeat("&#847;&zwnj;&nbsp;", 60))

// Compose gives the two bodies of an email, whole and safe to show: HTML and plain text. It needs no mail server, so
// that previews and the sandbox show the very words that would be sent.
func Compose(m *Message) (html, text string, err error) {
	words := readMarkdown(m.Body)
	body, err := words.html()
	if err != nil {
		return "", "", err
	}
	p := newPage(m)
	p.Body = template.HTML(strings.TrimSpace(body)) // sanitised by bodyWords.html
	var out bytes.Buffer
	if err := emailTemplate().Execute(&out, p); err != nil {
		return "", "", fmt.Errorf("rendering the mail: %w", err)
	}
	return out.String(), composeText(p, words.plain()), nil
}

func newPage(m *Message) page {
	p := page{
		Lang: "en", Font: fonts(m.Locale), Leading: leading(m.Locale),
		Company: oneLine(m.Company), Title: title(m), Lead: oneLine(m.Lead), Filler: filler,
	}
	if language.MatchString(m.Locale) {
		p.Lang = m.Locale
	}
	for _, f := range m.Facts {
		p.Facts = append(p.Facts, pageFact{oneLine(f.Label), oneLine(f.Value), safeURL(f.URL)})
	}
	for _, s := range m.Sections {
		section := pageSection{Title: oneLine(s.Title)}
		for _, i := range s.Items {
			section.Items = append(section.Items, pageItem{oneLine(i.Title), oneLine(i.Detail), safeURL(i.URL)})
		}
		p.Sections = append(p.Sections, section)
	}
	if m.Action != nil {
		if link := webURL(m.Action.URL); link != "" {
			p.Action = &pageLink{label(m.Action.Label, link), link}
		}
	}
	for _, f := range m.Footer {
		p.Footer = append(p.Footer, oneLine(f))
	}
	p.Unsubscribe = webURL(m.Unsubscribe)
	p.UnsubscribeLabel = label(m.UnsubscribeLabel, "Unsubscribe")
	p.Preheader = p.Lead
	if p.Preheader == "" && len(p.Facts) > 0 {
		p.Preheader = p.Facts[0].Label + ": " + p.Facts[0].Value
	}
	return p
}

func title(m *Message) string { return label(m.Title, template.URL(m.Subject)) }

func label(s string, fallback template.URL) string {
	if s = oneLine(s); s != "" {
		return s
	}
	return oneLine(string(fallback))
}

// safeURL gives an absolute link to a page, a mailbox or a telephone, and nothing for anything else.
func safeURL(s string) template.URL {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
	case "mailto", "tel":
		if u.Opaque == "" {
			return ""
		}
	default:
		return ""
	}
	return template.URL(lines(u.String()))
}

// webURL is safeURL for pages only.
func webURL(s string) template.URL {
	if link := safeURL(s); strings.HasPrefix(string(link), "http") {
		return link
	}
	return ""
}
