package localestest

import (
	"reflect"
	"testing"

	"tminus/locales"
)

func TestForeignFindsTheOtherScriptAndItsWords(t *testing.T) {
	for _, c := range []struct {
		locale, text string
		want         []string
	}{
		{locales.ZhHK, "客戶的聯絡人已收到電郵。", nil},
		{locales.ZhHK, "客户的联络人，客户", []string{"户", "联", "络"}},
		{locales.ZhHK, "郵件模板", []string{"郵件", "模板"}},
		{locales.ZhCN, "客户的联系人已收到邮件。", nil},
		{locales.ZhCN, "會議時間", []string{"會", "議", "時", "間"}},
		{locales.ZhCN, "电邮范本", []string{"电邮", "范本"}},
		{locales.EN, "對 对", nil},
	} {
		if got := Foreign(c.locale, c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Foreign(%s, %q) = %q, want %q", c.locale, c.text, got, c.want)
		}
	}
}

func TestCharactersArePaired(t *testing.T) {
	s, tr := []rune(simplified), []rune(traditional)
	if len(s) != len(tr) {
		t.Fatalf("%d simplified characters, %d traditional", len(s), len(tr))
	}
	for i := range s {
		if s[i] == tr[i] {
			t.Errorf("%c is in both lists", s[i])
		}
	}
	for _, pair := range []string{"对對", "时時", "会會", "关關", "联聯", "户戶", "邮郵", "访訪", "设設", "备備", "单單", "发發", "经經"} {
		p := []rune(pair)
		if Foreign(locales.ZhHK, string(p[0])) == nil || Foreign(locales.ZhCN, string(p[1])) == nil {
			t.Errorf("%s is not known", pair)
		}
	}
}
