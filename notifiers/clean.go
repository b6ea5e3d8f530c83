package notifiers

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// bidiControls reorder or isolate what stands beside them, so that "moc.knab" can be made to read as "bank.com"
// (Unicode Standard Annex 9, 2.1 to 2.4). Nobody's name needs them.
func bidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// oneLine makes s fit for a header or a single line: valid UTF-8, no control characters or bidi controls, runs of
// white space made one space.
func oneLine(s string) string {
	if plainLine(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case bidiControl(r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// plainLine says whether oneLine leaves s as it is because it is printable ASCII with single spaces inside. Most of what a
// mail is made of is.
func plainLine(s string) bool {
	space := true // none may be first
	for i := range len(s) {
		switch {
		case s[i] > ' ' && s[i] <= '~':
			space = false
		case s[i] == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return !space || s == ""
}

// plainLines says whether lines leaves s as it is.
func plainLines(s string) bool {
	for i, r := range s {
		switch {
		case r >= ' ' && r <= '~', r == '\n', r == '\t':
		case r < 0xa0, bidiControl(r): // C0 and C1
			return false
		case r == unicode.ReplacementChar:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// lines is oneLine for text of several lines: line breaks become \n and tabs stay.
func lines(s string) string {
	if plainLines(s) {
		return s
	}
	s = lineBreaks.Replace(strings.ToValidUTF8(s, ""))
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || bidiControl(r) {
			return -1
		}
		return r
	}, s)
}

// clip cuts s after n runes and says so by an ellipsis, which counts.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count := 0
	cut := 0
	for i := range s {
		if count == n-1 {
			cut = i
		}
		if count == n {
			return s[:cut] + "…"
		}
		count++
	}
	return s
}
