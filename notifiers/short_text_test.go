package notifiers

import "testing"

func TestShortText(t *testing.T) {
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"marks go":              {Message{Title: "Safety", Body: "## Read **this** _now_ `x`"}, "Safety\nRead this now x"},
		"white space collapses": {Message{Title: " Safe  ty\n", Body: "a  b\t c\n\n\n\nd\n   e"}, "Safe ty\na b c\nd\ne"},
		"lists and boxes":       {Message{Title: "T", Body: "- [ ] lamp\n- [x] scale\n- plain\n\n1. one\n2. two"}, "T\n- lamp\n- scale\n- plain\n1. one\n2. two"},
		"quotes and rules":      {Message{Title: "T", Body: "> said\n> so\n\n---\n\nend"}, "T\nsaid\nso\nend"},
		"a table":               {Message{Title: "T", Body: "| a | b |\n|---|---|\n| 1 | 2 |"}, "T\na, b\n1, 2"},
		"a link":                {Message{Title: "T", Body: "[map](https://example.org/m)"}, "T\nmap (https://example.org/m)"},
		"Chinese":               {Message{Title: "入廠安全", Body: "**注意：**請帶安全帽"}, "入廠安全\n注意：請帶安全帽"},
		"no title":              {Message{Body: "Bring it."}, "Bring it."},
		"nothing":               {Message{}, ""},
		"no body says the lead": {Message{Title: "SMS works", Lead: "This is a *test* of 1. [x] all."}, "SMS works\nThis is a *test* of 1. [x] all."},
		"a lead with a body":    {Message{Title: "T", Lead: "Tomorrow.", Body: "Bring it."}, "T\nBring it."},
		"hostile signs":         {Message{Title: "a\u202Eb\x00", Body: "<b>x</b> \u2066y"}, "ab\n<b>x</b> y"},
	} {
		if got := ShortText(&c.m); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
