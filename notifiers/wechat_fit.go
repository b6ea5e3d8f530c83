package notifiers

import (
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf16"
)

// weChatFits make a value one that the platform takes, by the key's prefix; empty = it cannot be made one. Source:
// 订阅消息参数值内容限制说明, in
// https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
var weChatFits = map[string]func(string) string{
	"thing":            func(s string) string { return clipWeChat(s, 20) },
	"character_string": func(s string) string { return keepOnly(s, 32, func(r rune) bool { return r >= ' ' && r <= '~' }) },
	"letter":           func(s string) string { return keepOnly(s, 32, latinLetter) },
	"symbol": func(s string) string {
		return keepOnly(s, 5, func(r rune) bool { return unicode.In(r, unicode.P, unicode.S) })
	},
	"phone_number": func(s string) string {
		return keepOnly(s, 17, func(r rune) bool { return strings.ContainsRune("0123456789+-() ", r) })
	},
	"car_number": func(s string) string {
		return keepOnly(s, 8, func(r rune) bool { return hanLetter(r) || latinLetter(r) || plainDigit(r) })
	},
	"phrase": func(s string) string { return keepOnly(s, 5, hanLetter) },
	"const":  func(s string) string { return clipWeChat(s, 20) },
	"enum":   func(s string) string { return clipWeChat(s, 20) },
	"name":   fitName,
	"number": fitNumber,
	"amount": fitAmount,
	"time":   func(s string) string { return fitTime(s, true) },
	"date":   func(s string) string { return fitTime(s, false) },
}

// weChatFit makes s a value of one line for a key of that prefix; empty if it cannot be one.
func weChatFit(prefix, s string) string {
	s = oneLine(withoutPictographs(firstRunes(s, 2000)))
	if fit, ok := weChatFits[prefix]; ok {
		return fit(s)
	}
	return clipWeChat(s, 200) // the keys of old templates
}

// withoutPictographs takes emoji out: a value that the platform refuses would cost the whole message.
func withoutPictographs(s string) string {
	return strings.Map(func(r rune) rune {
		if pictograph(r) {
			return -1
		}
		return r
	}, s)
}

func hanLetter(r rune) bool   { return unicode.Is(unicode.Han, r) }
func latinLetter(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }
func plainDigit(r rune) bool  { return r >= '0' && r <= '9' }

// keepOnly keeps the characters that are allowed, at most n, and one space where several are left.
func keepOnly(s string, n int, allowed func(rune) bool) string {
	kept := strings.Map(func(r rune) rune {
		if allowed(r) {
			return r
		}
		return -1
	}, s)
	kept = strings.Join(strings.Fields(kept), " ")
	return strings.TrimSpace(firstRunes(kept, n))
}

// clipWeChat shortens s to n characters with an ellipsis as the last, rather at the end of a word, and not within a
// time. The platform counts as JavaScript does: what lies above U+FFFF counts twice.
func clipWeChat(s string, n int) string {
	text := []rune(s)
	cut, units := 0, 0
	for i, r := range text {
		units += utf16.RuneLen(r)
		if units <= n-1 {
			cut = i + 1
		}
	}
	if units <= n {
		return s
	}
	cut = wordEnd(text, cut)
	if torn, ok := figuresAt(s, cut); ok {
		if before := trimmed(string(text[:torn.begin])); before != "" {
			return before + "…"
		}
	}
	return trimmed(string(text[:cut])) + "…"
}

// fitName gives at most 10 characters of a name with Chinese in it, 20 of another. There are no digits in names.
func fitName(s string) string {
	n := 20
	if strings.ContainsFunc(s, hanLetter) {
		n = 10
	}
	return keepOnly(s, n, func(r rune) bool { return !unicode.IsNumber(r) && r <= '\uffff' })
}

var weChatDecimal = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?[0-9]{1,32}(\.[0-9]{1,32})?$`) })

// fitNumber gives a number, or the digits of what is none: 20260152 of EV-2026-0152.
func fitNumber(s string) string {
	if weChatDecimal().MatchString(s) {
		return s
	}
	return keepOnly(s, 32, plainDigit)
}

var weChatAmount = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[¥￥$€£]?[0-9]{1,10}(\.[0-9]{1,2})?元?$`) })

func fitAmount(s string) string {
	if weChatAmount().MatchString(s) {
		return s
	}
	return ""
}

var (
	weChatLayouts = []struct {
		layout     string
		day, clock bool
	}{
		{"2006-1-2 15:04", true, true}, {"2006-1-2 15:04:05", true, true}, {time.RFC3339, true, true}, {"2006-1-2T15:04", true, true},
		{"2006/1/2 15:04", true, true}, {"2006/1/2 15:04:05", true, true}, {"2006.1.2 15:04", true, true},
		{"2006年1月2日15:04", true, true}, {"2006年1月2日15:04:05", true, true},
		{"2006-1-2", true, false}, {"2006/1/2", true, false}, {"2006.1.2", true, false}, {"2006年1月2日", true, false},
		{"15:04", false, true}, {"15:04:05", false, true},
	}
	timeSpelling = strings.NewReplacer("：", ":", "～", "~", "–", "~", "—", "~", "至", "~", "到", "~")
	looseDay     = regexp.MustCompile(`\s*([年月日])[ \t]*`)
)

// fitTime writes a time, or two joined by ~, as 2026年1月8日 08:30. A time wants the clock, a date wants the day; it is
// never shortened to fit.
func fitTime(s string, wantsClock bool) string {
	parts := strings.Split(looseDay.ReplaceAllString(timeSpelling.Replace(s), "$1"), "~")
	if len(parts) > 2 {
		return ""
	}
	for i, part := range parts {
		text, day, clock := readTime(strings.TrimSpace(part))
		// The end of a time may leave out its day.
		if text == "" || wantsClock && !clock || !wantsClock && !day && i == 0 {
			return ""
		}
		if !wantsClock && !day {
			return parts[0]
		}
		parts[i] = text
	}
	return strings.Join(parts, "~")
}

func readTime(s string) (text string, day, clock bool) {
	for _, l := range weChatLayouts {
		t, err := time.Parse(l.layout, s)
		if err != nil {
			continue
		}
		form := "2006年1月2日 15:04"
		switch {
		case !l.clock:
			form = "2006年1月2日"
		case !l.day:
			form = "15:04"
		}
		return t.Format(form), l.day, l.clock
	}
	return "", false, false
}
