package reminders

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// bombs are templates that would run or grow without end, by the name of their trick, with what a person who saves one is told;
// those with "" may be saved, since they stay within bounds.
var bombs = map[string]struct{ source, problem string }{
	"a loop":                       {"{% for i in (1..1000000000) %}x{% endfor %}", ProblemTag},
	"loops within each other":      {"{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}", ProblemTag},
	"a table's loop":               {"{% tablerow i in (1..1000000000) %}x{% endtablerow %}", ProblemTag},
	"a capture that doubles":       {"{% capture a %}{{ a }}{{ a }}{% endcapture %}", ProblemTag},
	"a file":                       {"{% include '/etc/passwd' %}", ProblemTag},
	"a file by another word":       {"{% render 'self' %}", ProblemTag},
	"a range":                      {"{{ (1..1000000000) | size }}", ""},
	"a sorted range":               {"{{ (1..1000000000) | sort | join: '' }}", ProblemFilter},
	"a range as a text":            {"{{ (1..1000000000) | append: 'x' }}", ""},
	"a list of letters":            {"{{ event.description | split: '' | join: event.description }}", ProblemFilter},
	"appending":                    {"{{ event.description" + repeated(" | append: event.description", 1000) + " }}", ProblemTooLong},
	"prepending":                   {"{{ event.description" + repeated(" | prepend: event.description", 1000) + " }}", ProblemTooLong},
	"replacing nothing":            {"{{ event.description | replace: '', event.description }}", ProblemTooLong},
	"replacing each letter":        {"{{ event.description" + repeated(" | replace: 'a', 'aaaaaaaaaa'", 9) + " }}", ProblemTooLong},
	"much work on one text":        {"{{ event.description" + repeated(" | upcase | downcase", 900) + " }}", ProblemTooLong},
	"counting words":               {"{{ event.description" + repeated(" | truncatewords: 1000", 900) + " }}", ProblemTooLong},
	"an ellipsis of patterns":      {"{{ event.description | truncate: 1000, '" + repeated("$1", 400) + "' }}", ""},
	"taking tags out":              {"{{ event.description" + repeated(" | strip_html", 900) + " }}", ProblemTooLong},
	"escaping":                     {"{{ '&' | append: event.description" + repeated(" | escape", 900) + " }}", ProblemTooLong},
	"a date of a million digits":   {"{{ event.start | date: '%1000000d' }}", ProblemTooLong},
	"nanoseconds without end":      {"{{ event.start | date: '%999999999N' }}", ProblemTooLong},
	"a date of flags and digits":   {"{{ event.start | date: '%-_0100Y' }}", ProblemTooLong},
	"a long format":                {"{{ event.start | date: '" + repeated("%99Y", 60) + "' }}", ProblemTooLong},
	"a format that is a text":      {"{{ event.start | date: event.description }}", ProblemTooLong},
	"a number beyond numbers":      {"{{ 99999999999999999999999999 }}", ProblemSyntax},
	"a float beyond floats":        {"{{ " + repeated("9", 400) + ".5 }}", ProblemSyntax},
	"multiplying":                  {"{{ 9" + repeated(" | times: 9999999999", 900) + " }}", ""},
	"rounding beyond digits":       {"{{ 1.5 | round: 400 }}", ""},
	"slicing beyond the end":       {"{{ 'text' | slice: 1, 9223372036854775807 }}{{ 'text' | slice: 9 }}{{ 'text' | slice: -9, -9 }}", ""},
	"blocks within each other":     {repeated("{% if true %}", 40) + repeated("{% endif %}", 40), ProblemTooLong},
	"many blocks":                  {repeated("{% if true %}", 2000) + repeated("{% endif %}", 2000), ProblemTooLong},
	"brackets within each other":   {"{{ " + repeated("(", 5000) + "1" + repeated(")", 5000) + "}}", ProblemTooLong},
	"comparisons":                  {"{% if " + repeated("event.description contains customer.notes or ", 900) + " false %}{% endif %}", ProblemTooLong},
	"cases":                        {"{% case days_left %}{% when 1" + repeated(", 1", 9000) + " %}{% endcase %}", ProblemTooLong},
	"a text again and again":       {repeated("{{ event.description }}", 900), ProblemTooLong},
	"many small pieces":            {repeated("{{ days_left }}", 1001), ProblemTooLong},
	"tags that do not end":         {repeated("{% a {{a}}", 6000), ProblemTooLong},
	"tags that seem to end":        {repeated("{% a %%}{{ days_left }} ", 400), ProblemSyntax},
	"variables that do not end":    {repeated("{{ {% if true %}", 400), ProblemSyntax},
	"the same, to be taken as raw": {repeated("{% raw %}{{ {% endraw %}", 100), ProblemSyntax},
	"a long name":                  {"{{ " + repeated("b", 60000) + " }}", ProblemVariable},
	"a long tag":                   {"{% " + repeated("b", 60000) + " %}", ProblemTag},
	"a long filter":                {"{{ days_left | " + repeated("b", 60000) + " }}", ProblemFilter},
	"a long mistake":               {"{{ days_left " + repeated("|", 3000) + " }}", ProblemSyntax},
	"a long source":                {"{{ days_left }}" + repeated("x", maxOutput), ProblemTooLong},
}

func repeated(s string, n int) string { return strings.Repeat(s, n) }

func TestP9_ATemplateBombIsBoundedInTimeAndLength(t *testing.T) {
	b := brief(t)
	b.Description, b.CustomerNotes = repeated("&aaa <字>\n", 2500), repeated("b", 5000)
	vars := b.Vars("en", "Chan", start)
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			r := NewRenderer()
			wrong := r.Try(bomb.source, vars)
			switch {
			case wrong == nil && bomb.problem != "":
				t.Errorf("it may be saved")
			case wrong != nil && wrong.Problem != bomb.problem:
				t.Errorf("it is %q, want %q: %.200s", wrong.Problem, bomb.problem, wrong)
			case wrong != nil && len(wrong.Error()) > 3000:
				t.Errorf("the error has %d bytes", len(wrong.Error()))
			}
			// What came into the database by another way is rendered all the same.
			if got, err := r.Render(bomb.source, vars); len(got) > maxOutput || err != nil && got != "" || !utf8.ValidString(got) {
				t.Errorf("rendered to %d bytes (%v)", len(got), err)
			}
			for range machines {
				m := <-r.idle
				if m.spent > maxWork+4*maxOutput {
					t.Errorf("the filters handled %d bytes", m.spent)
				}
				r.idle <- m
			}
			if got, err := r.Render("{{ days_left }}", vars); got != "0" || err != nil {
				t.Errorf("the next one gave %q, %v", got, err)
			}
		})
	}
}

func TestFiltersDoAsBefore(t *testing.T) {
	r := NewRenderer()
	b := brief(t)
	b.Description = "One <b>two</b>\nthree < four\nand five > six"
	vars := b.Vars("en", "Chan", start)
	for source, want := range map[string]string{
		"{{ event.description | strip_html }}":               "One two\nthree < four\nand five > six",
		"{{ '<a><b' | strip_html }}":                         "<b",
		"{{ 'the long text' | truncate: 8 }}":                "the l...",
		"{{ '長長的文字' | truncate: 4, '…' }}":                   "長長的…",
		"{{ 'short' | truncate: 8 }}":                        "short",
		"{{ 'text' | truncate: 1 }}":                         "...",
		"{{ 'one two three' | truncatewords: 2 }}":           "one two...",
		"{{ 'one two' | truncatewords: 2 }}":                 "one two",
		"{{ 'abcdef' | slice: 2 }}":                          "c",
		"{{ 'abcdef' | slice: -3, 2 }}":                      "de",
		"{{ '長文字' | slice: 1, 9 }}":                          "文字",
		"{{ 'a-b-c' | replace: '-', '+' }}":                  "a+b+c",
		"{{ 'a-b-c' | replace_first: '-', '+' }}":            "a+b-c",
		"{{ 'a-b-c' | remove: '-' }}":                        "abc",
		"{{ 'a-b-c' | remove_first: '-' }}":                  "ab-c",
		"{{ 'b' | append: 'c' | prepend: 'a' | upcase }}":    "ABC",
		"{{ 'éa' | capitalize }}[{{ '' | capitalize }}]":     "Éa[]",
		"[{{ '\t a\u3000' | strip }}{{ ' b ' | lstrip }}]":   "[ab ]",
		"[{{ ' b ' | rstrip }}]":                             "[ b]",
		"{{ '<&>' | escape | downcase | strip_newlines }}":   "&lt;&amp;&gt;",
		"{{ event.start | date: '%a, %-d %b %Y %H:%M %Z' }}": "Fri, 20 Mar 2026 09:00 HKT",
		"{{ event.start | date }}":                           "Fri, Mar 20, 26",
		"{{ '2026-03-01' | date: '%03d %9N' }}":              "",
	} {
		got, err := r.Render(source, vars)
		if strings.Contains(source, "%9N") {
			if err != nil || got != "001 000000000" {
				t.Errorf("%q gave %q, %v", source, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q gave %q (%v), want %q", source, got, err, want)
		}
	}
}

// Whatever a template is: it is read and rendered within bounds, an error names one of the known problems, and what Try
// lets through renders.
func FuzzBounds(f *testing.F) {
	for _, bomb := range bombs {
		if len(bomb.source) < 2000 {
			f.Add(bomb.source, "text")
		}
	}
	for name := range standardNames() {
		f.Add("{{ event.title | "+name+" }}{{ event.title | "+name+": 3, 'b' }}", "長 <text>")
	}
	r := NewRenderer()
	problems := []string{ProblemVariable, ProblemFilter, ProblemTag, ProblemSyntax, ProblemTooLong}
	f.Fuzz(func(t *testing.T, source, title string) {
		b := brief(t)
		b.Title = title
		vars := b.Vars("zh-HK", "Chan", start)
		wrong := r.Try(source, vars)
		if wrong != nil && (!slices.Contains(problems, wrong.Problem) || len(wrong.Error()) > 3000) {
			t.Errorf("%q: %+v", source, wrong)
		}
		got, err := r.Render(source, vars)
		if wrong == nil && err != nil {
			t.Errorf("%q is let through and gives %v", source, err)
		}
		if len(got) > max(maxOutput, len(source)) {
			t.Errorf("%q: %d bytes", source, len(got))
		}
		if again, _ := r.Render(source, vars); again != got && !strings.Contains(source, "now") {
			t.Errorf("%q: %q, then %q", source, got, again)
		}
	})
}

func standardNames() map[string]bool {
	names := map[string]bool{}
	for _, name := range allowedFilters {
		names[name] = true
	}
	return names
}
