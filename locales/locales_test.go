package locales

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// verbs gives the verbs of a text in a fixed order, each once.
func verbs(text string) []string {
	found := regexp.MustCompile(`%(\[\d\])?[^\s]`).FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestDictionariesHaveTheSameKeysAndArguments(t *testing.T) {
	for _, locale := range All {
		for key := range dictionaries[locale] {
			if _, ok := en[key]; !ok {
				t.Errorf("%s has %s, which English has not", locale, key)
			}
		}
	}
	for key, english := range en {
		for _, locale := range All {
			text, ok := dictionaries[locale][key]
			if !ok {
				t.Errorf("%s lacks %s", locale, key)
				continue
			}
			if strings.TrimSpace(text) == "" || key != listSeparator && strings.TrimSpace(text) != text {
				t.Errorf("%s: %s is empty or has spaces around it: %q", locale, key, text)
			}
			if got, want := verbs(text), verbs(english); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s takes %q, English takes %q", locale, key, got, want)
			}
			for _, verb := range verbs(text) {
				if !place.MatchString(verb) {
					t.Errorf("%s: %s has the verb %q, want %%[n]s or %%[n]d", locale, key, verb)
				}
			}
		}
	}
	for key, text := range enOne {
		if got, want := verbs(text), verbs(en[key]); !reflect.DeepEqual(got, want) {
			t.Errorf("the singular of %s takes %q, the plural %q", key, got, want)
		}
	}
}

func TestEveryValueHasAName(t *testing.T) {
	for _, c := range []struct {
		field  string
		name   func(locale, value string) string
		values string
	}{
		{"event_type", EventType, "customer_visit installation maintenance training exhibition meeting other"},
		{"event status", EventStatus, "planned confirmed in_progress completed cancelled"},
		{"reminder_type", ReminderType, "code_of_conduct safety customer_service checklist equipment custom"},
		{"reminder status", ReminderStatus, "pending sending sent partial failed skipped cancelled"},
		{"channel", Channel, "email sms wechat"},
	} {
		for value := range strings.FieldsSeq(c.values) {
			for _, locale := range All {
				if got := c.name(locale, value); got == value {
					t.Errorf("%s: the %s %s has no name", locale, c.field, value)
				}
			}
		}
		if got := c.name(EN, "new_value"); got != "new_value" {
			t.Errorf("an unknown %s is called %q, want itself", c.field, got)
		}
	}
}

func TestMatch(t *testing.T) {
	for tag, want := range map[string]string{
		"": EN, "en": EN, "en-GB": EN, "fr": EN, "zhx": EN,
		"zh-HK": ZhHK, "zh-hk": ZhHK, "zh_TW": ZhHK, "zh-MO": ZhHK, "zh-Hant": ZhHK, "zh-Hant-SG": ZhHK, "yue": ZhHK, " zh-HK ": ZhHK,
		"zh": ZhCN, "zh-CN": ZhCN, "zh-Hans": ZhCN, "zh-SG": ZhCN, "zh-Hans-HK": ZhCN, "yue-Hans": ZhCN, "ZH_CN": ZhCN,
	} {
		if got := Match(tag); got != want {
			t.Errorf("Match(%q) = %s, want %s", tag, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Text(EN, LateNote, "Mon, 30 Nov 2026, 09:00"), "This reminder is late: it was due on Mon, 30 Nov 2026, 09:00."},
		{Text("zh-TW", LabelEmail), "電郵"},
		{Text("de", LabelEmail), "Email"},
		{Text(EN, "no.such_key"), "no.such_key"},
		{Text(EN, DigestFailedItem, "Ada", "email", "550 100% full %[1]s"), "Not sent to Ada by email: 550 100% full %[1]s"},
		{Text(ZhHK, InviteSubject, "Ada Wong"), "Ada Wong 邀請你使用 T-minus"},
		{Text(ZhHK, InviteSubject, "陳大文"), "陳大文邀請你使用 T-minus"},
		{Text(ZhCN, ChannelPausedLead, "邮件", "11月30日 09:00", "535"), "邮件自 11月30日 09:00 起暂停发送：535"},
		{Text(ZhCN, DigestFailedItem, "王伟", "微信", "超时"), "未能通过微信发送给王伟：超时"},
		{Text(EN, InviteLead, "Ada"), strings.Replace(en[InviteLead], "%[1]s", "Ada", 1)},
		{Count(EN, eventsToday, 1), "1 event today"},
		{Count(EN, eventsToday, 0), "0 events today"},
		{Count(ZhHK, eventsToday, 1), "今日 1 項活動"},
		{Labelled(EN, "When", "today"), "When: today"},
		{Labelled(ZhCN, "时间", "今天"), "时间：今天"},
		{Parenthesis(EN, "note"), " (note)"},
		{Parenthesis(EN, "Hong Kong time (UTC+8)"), " (Hong Kong time, UTC+8)"},
		{Parenthesis(ZhHK, "香港時間（UTC+8）"), "（香港時間，UTC+8）"},
		{Parenthesis(ZhCN, ""), ""},
		{strings.Join([]string{"王伟", "李娜"}, ListSeparator(ZhCN)), "王伟、李娜"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEveryKeyHasAText(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok {
			return true
		}
		keys++
		key, _ := strconv.Unquote(literal.Value)
		if _, ok := en[Key(key)]; !ok {
			t.Errorf("%s has no text", key)
		}
		return true
	})
	if keys < 50 {
		t.Errorf("only %d keys were looked at", keys)
	}
}
