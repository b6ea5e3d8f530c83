package notifiers

import (
	"regexp"
	"strings"
	"sync"
)

// marks are what plainMarkdown leaves of Markdown that costs room in an SMS and says nothing: quotes, open boxes, rules,
// the bars of tables.
var marks = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^[ \t]*(?:> ?)+|^([ \t]*(?:- |\d+\. )?)\[[ x]\] |^---$`)
})

// ShortText gives the words of a message where nothing but plain text fits: the text that the SMS channel hands over,
// and what the sandbox shows of SMS and WeChat. It is the title and the body without Markdown, each run of white space
// one space or one line break; a message without a body says its lead.
func ShortText(m *Message) string {
	body := m.Body
	if strings.TrimSpace(body) == "" {
		body = escaped(m.Lead)
	}
	out := []string{oneLine(m.Title)}
	for _, line := range strings.Split(marks().ReplaceAllString(plainMarkdown(body), "$1"), "\n") {
		if line = strings.ReplaceAll(oneLine(line), " | ", ", "); line != "" {
			out = append(out, line)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// escaped makes plain text safe where Markdown is read.
func escaped(s string) string { return punctuation.ReplaceAllString(s, `\$0`) }

var punctuation = regexp.MustCompile(`[[:punct:]]`)
