package notifiers

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"sync"
)

// aliyunMaxValue is how long the value of a template's variable may be, in characters
// (https://help.aliyun.com/document_detail/101346.html, isv.PARAM_LENGTH_LIMIT).
const aliyunMaxValue = 35

// aliyunNames are the variables that a template may have where the company set no values of its own: every one gets a
// value, since Aliyun refuses a message that lacks one.
var aliyunNames = []string{
	ValueTitle, ValueEvent, ValueCustomer, ValueTime, ValuePlace, ValueNumber, ValueType, ValueResponsible, ValueDays,
}

// aliyunValues are the values that every message has.
func aliyunValues(m *Message) map[string]string {
	values := map[string]string{}
	for _, name := range aliyunNames {
		values[name] = m.Values[name]
	}
	if values[ValueTitle] == "" {
		values[ValueTitle] = m.Title
	}
	return values
}

func overlaid(under, over map[string]string) map[string]string {
	all := maps.Clone(under)
	maps.Copy(all, over)
	return all
}

// aliyunParams gives TemplateParam: the company's values, or else those that every message has, each as Aliyun takes it.
func aliyunParams(m *Message, company map[string]string) (string, *Error) {
	values := company
	if len(values) == 0 {
		values = aliyunValues(m)
	}
	fit := make(map[string]string, len(values))
	for name, value := range values {
		clipped, whole := clipValue(cleanValue(value), aliyunMaxValue)
		if !whole {
			return "", &Error{Class: Permanent, Reason: because(ReasonContent, "a time longer than 35 characters"),
				Hint: "Write the time of the template's variables shorter, such as 2026-12-01 09:00."}
		}
		fit[name] = clipped
	}
	params, err := json.Marshal(fit)
	if err != nil {
		return "", &Error{Class: Permanent, Reason: ReasonContent, Err: err}
	}
	return string(params), nil
}

// Aliyun refuses addresses of the web in values (isv.PARAM_NOT_SUPPORT_URL), names of domains and IP addresses included.
// A URL and a mail address go; a bare domain, which is often a company's name, loses its dots.
var (
	webAddress = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)(?:[\x21-\x7e]+|[^\s，。；：！？、（）《》「」]*)`)
	})
	mailAddress = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	})
	domainName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b((?:[a-z0-9-]+\.)+(?:com|cn|net|org|hk|mo|tw|io|co|info|biz|cc|top|vip|xyz|shop|site|online|tech|app|me|tv|gov|edu|dev|link|ltd|asia|club|uk|us|sg|jp|de|eu)|\d{1,3}(?:\.\d{1,3}){3})\b(:\d+)?(/[\x21-\x7e]*)?`)
	})
)

// cleanValue makes a value one line of plain text without addresses of the web; nothing becomes "-".
func cleanValue(s string) string {
	s = oneLine(firstRunes(s, 500))
	s = webAddress().ReplaceAllString(s, " ")
	s = mailAddress().ReplaceAllString(s, " ")
	s = domainName().ReplaceAllStringFunc(s, func(found string) string {
		if strings.Contains(found, "/") {
			return " "
		}
		return strings.ReplaceAll(found, ".", " ")
	})
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '【':
			return '['
		case r == '】':
			return ']'
		case pictograph(r):
			return -1
		}
		return r
	}, s)
	if s = strings.Join(strings.Fields(s), " "); s == "" {
		return "-"
	}
	return s
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// pictograph are emoji and what joins them, which operators of the mainland do not carry.
func pictograph(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0xFE00 && r <= 0xFE0F || r == 0x200D || r == 0x20E3 || r >= 0xE0000
}
