package locales

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// place is where an argument goes: %[1]s or %[1]d. Texts use no other verb, and always the index, since the order of
// the arguments differs between languages.
var place = regexp.MustCompile(`%\[(\d)\][sd]`)

// format puts args into the places of text. A Latin name or a number gets a space between itself and a Chinese word, as
// careful typesetting has it: 拜訪 Harbour Medical 的行程, but 拜訪港島電子的行程. A place without an argument stays as it is.
func format(text string, args []any) string {
	if len(args) == 0 {
		return text
	}
	var out strings.Builder
	rest := text
	for {
		at := place.FindStringSubmatchIndex(rest)
		if at == nil {
			return out.String() + rest
		}
		before, after := rest[:at[0]], rest[at[1]:]
		value := rest[at[0]:at[1]]
		if n, _ := strconv.Atoi(rest[at[2]:at[3]]); n >= 1 && n <= len(args) {
			value = fmt.Sprint(args[n-1])
		}
		out.WriteString(before)
		if last, _ := utf8.DecodeLastRuneInString(before); unicode.Is(unicode.Han, last) && opensLatin(value) {
			out.WriteByte(' ')
		}
		out.WriteString(value)
		if first, _ := utf8.DecodeRuneInString(after); unicode.Is(unicode.Han, first) && closesLatin(value) {
			out.WriteByte(' ')
		}
		rest = after
	}
}

func opensLatin(value string) bool {
	r, _ := utf8.DecodeRuneInString(value)
	return value != "" && latin(r)
}

func closesLatin(value string) bool {
	r, _ := utf8.DecodeLastRuneInString(value)
	return value != "" && latin(r)
}

// latin tells letters, digits and their punctuation from Chinese, whose blocks begin at U+2E80.
func latin(r rune) bool { return r < '\u2e80' && !unicode.IsSpace(r) }
