package notifiers

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A time is never cut: "09:3…" is another time. Neither is a date, nor what joins the two, nor a number as long as it is
// not too long itself. The words of the three languages of the product are known.
const (
	clockWords = `(?:上午|下午|早上|晚上|凌晨|中午)?\s?[0-9零一二三四五六七八九十]{1,3}\s?[时時點点](?:\s?[0-9零一二三四五六七八九十]{1,3}(?:\s?分)?|半|整)?|[0-9]{1,2}[:：.][0-9]{2}(?:[:：][0-9]{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?|[0-9]{1,2}\s?[AaPp]\.?[Mm]\b\.?`
	dateWords  = `[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|(?:[0-9]{2,4}\s?年\s?)?[0-9]{1,2}\s?月(?:\s?[0-9]{1,2}\s?[日号號])?|[0-9]{2,4}\s?年|[0-9]{1,2}\s?[日号號]|(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]`
	monthWords = `\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?`
	dayWords   = `\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?`
	zoneWords  = `\b(?:GMT|UTC|HKT|CST)(?:[+-][0-9:]+)?\b|\bnoon\b|\bmidnight\b|上午|下午|早上|晚上|凌晨|中午`
	timeWords  = clockWords + `|` + dateWords + `|` + monthWords + `|` + dayWords + `|` + zoneWords
	joinedWord = `(?:` + timeWords + `|[0-9]+(?:st|nd|rd|th)?)`
)

var (
	aTime = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(timeWords) })
	// figures are times, dates and numbers with what joins them.
	figures = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(joinedWord + `(?:(?:[\s,，、:：/.+~～–—至到()（）-]|T|\bto\b|\bat\b){0,4}` + joinedWord + `)*`)
	})
	endsAtTime = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|[^0-9.])(?:` + clockWords + `)$`) })
	rangeSign  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\s?(?:[-–—~～至到]|\bto\b)\s?`) })
)

// clipValue shortens s to at most n characters, at the end of a word where words are parted by spaces, and never within
// a time: of one that does not fit, what stands before it is left, or else its beginning ("09:30" of "09:30–12:00"). It
// says false where nothing but a torn time would be left.
func clipValue(s string, n int) (clipped string, whole bool) {
	text := []rune(s)
	if len(text) <= n {
		return s, true
	}
	mark := "…"
	if len(text) == len(s) {
		mark = "..." // an ellipsis would make the SMS one of another alphabet, with 70 characters in the place of 160
	}
	cut := wordEnd(text, n-utf8.RuneCountInString(mark))
	if torn, ok := figuresAt(string(text[:min(len(text), 4*n)]), cut); ok {
		before := trimmed(string(text[:torn.begin]))
		switch {
		case torn.end <= n:
			return string(text[:torn.end]), true // rather the time than the mark
		case before != "":
			return before + mark, true
		case aTime().MatchString(torn.text):
			from := rangeStart(torn.text, cut-torn.begin)
			return string(text[:torn.begin]) + from + mark, from != ""
		}
	}
	return trimmed(string(text[:cut])) + mark, true
}

// stretch is a part of a text, in characters.
type stretch struct {
	text       string
	begin, end int
}

// figuresAt gives the figures that a cut would tear apart.
func figuresAt(s string, cut int) (stretch, bool) {
	for _, at := range figures().FindAllStringIndex(s, -1) {
		begin, end := utf8.RuneCountInString(s[:at[0]]), utf8.RuneCountInString(s[:at[1]])
		if begin < cut && cut < end {
			return stretch{text: s[at[0]:at[1]], begin: begin, end: end}, true
		}
	}
	return stretch{}, false
}

// rangeStart gives the longest beginning of a range of times that is at most n characters long; "" if there is none.
func rangeStart(s string, n int) string {
	from := ""
	for _, at := range rangeSign().FindAllStringIndex(s, -1) {
		if begin := s[:at[0]]; utf8.RuneCountInString(begin) <= n && endsAtTime().MatchString(begin) {
			from = begin
		}
	}
	return from
}

// trimmed is s without what announces more.
func trimmed(s string) string {
	return strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",，、;；:：-–—(（[", r)
	})
}

// wordEnd gives the last place up to cut at which no word is broken, unless that costs more than half.
func wordEnd(text []rune, cut int) int {
	for cut > 1 && unicode.Is(unicode.M, text[cut]) {
		cut-- // a mark stays with its letter
	}
	if !spaced(text[cut-1]) || !spaced(text[cut]) {
		return cut
	}
	for i := cut - 1; i > cut/2; i-- {
		if unicode.IsSpace(text[i]) {
			return i
		}
	}
	return cut
}

// spaced are the letters of scripts that part words by spaces.
func spaced(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}
