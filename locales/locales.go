// Package locales holds the words that the server says in mails, reports and pages, in each language, and how dates are
// written there. It is pure: no clock, no files, no state.
package locales

import "strings"

// The languages, as BCP 47 tags. The values are part of the REST contract.
const (
	EN   = "en"
	ZhHK = "zh-HK"
	ZhCN = "zh-CN"
)

// All lists every language in the order in which people see them.
var All = []string{EN, ZhHK, ZhCN}

// dictionaries has one entry for each of All.
var dictionaries = map[string]map[Key]string{EN: en, ZhHK: zhHK, ZhCN: zhCN}

// Match gives the nearest language of All for a BCP 47 tag, in any case and with "-" or "_": Traditional Chinese,
// Hong Kong, Macau, Taiwan and Cantonese read zh-HK, other Chinese reads zh-CN, everybody else and "" read en.
func Match(tag string) string {
	parts := strings.Split(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	if parts[0] != "zh" && parts[0] != "yue" {
		return EN
	}
	nearest := ZhCN
	if parts[0] == "yue" {
		nearest = ZhHK
	}
	for _, part := range parts[1:] {
		switch part { // a script comes before the region and outweighs it: zh-Hans-HK reads Simplified
		case "hans":
			return ZhCN
		case "hant":
			return ZhHK
		case "hk", "mo", "tw":
			nearest = ZhHK
		case "cn", "sg", "my":
			nearest = ZhCN
		}
	}
	return nearest
}

// Text gives the text of key in the language nearest to locale, with args in the places that the key's comment names.
// A key without a text gives itself, so that the gap is seen and nothing breaks.
func Text(locale string, key Key, args ...any) string {
	text, ok := dictionaries[Match(locale)][key]
	if !ok {
		return string(key)
	}
	return format(text, args)
}

// Count is Text for a key whose first argument is n, in the singular where the language has one.
func Count(locale string, key Key, n int, args ...any) string {
	args = append([]any{n}, args...)
	if text, ok := enOne[key]; ok && n == 1 && Match(locale) == EN {
		return format(text, args)
	}
	return Text(locale, key, args...)
}

// EventType gives the name of a value of events.event_type; a value that it does not know gives itself.
func EventType(locale, value string) string { return name(locale, "event_type.", value) }

// EventStatus gives the name of a value of events.status; a value that it does not know gives itself.
func EventStatus(locale, value string) string { return name(locale, "event_status.", value) }

// ReminderType gives the name of a value of reminders.reminder_type; a value that it does not know gives itself.
func ReminderType(locale, value string) string { return name(locale, "reminder_type.", value) }

// ReminderStatus gives the name of a value of reminders.status; a value that it does not know gives itself.
func ReminderStatus(locale, value string) string { return name(locale, "reminder_status.", value) }

// Channel gives the name of a channel, as it stands at the start of a sentence; one that it does not know gives itself.
func Channel(locale, value string) string { return name(locale, "channel.", value) }

func name(locale, prefix, value string) string {
	if text, ok := dictionaries[Match(locale)][Key(prefix+value)]; ok {
		return text
	}
	return value
}

// ListSeparator gives what stands between the names of a list: ", " or "、".
func ListSeparator(locale string) string { return Text(locale, listSeparator) }

// Labelled gives "label: value" as one line of plain text.
func Labelled(locale, label, value string) string { return Text(locale, labelled, label, value) }

// Parenthesis gives note as an afterthought to be appended to a text: " (note)" or "（note）", "" for "". Brackets inside
// note become commas, so that none stand in each other.
func Parenthesis(locale, note string) string {
	if note == "" {
		return ""
	}
	if Match(locale) == EN {
		return " (" + unbracket(note, " (", ", ", ")") + ")"
	}
	return "（" + unbracket(note, "（", "，", "）") + "）"
}

func unbracket(note, open, comma, closing string) string {
	return strings.ReplaceAll(strings.ReplaceAll(note, open, comma), closing, "")
}
