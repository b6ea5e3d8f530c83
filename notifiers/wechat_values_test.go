package notifiers

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"tminus/wechat"
)

func TestWeChatFill_ChoosesByPrefixAndLabel(t *testing.T) {
	t.Parallel()
	values := wechatMessage("o").Values
	values[ValuePlace] = "北角英皇道 510 號"
	for name, tc := range map[string]struct {
		content string
		lacks   []string
		want    map[string]string
		missing []string
	}{
		"every label": {
			content: "客户名称:{{thing1.DATA}}\n客户地址:{{thing2.DATA}}\n活动名称:{{thing3.DATA}}\n提醒事项:{{thing4.DATA}}\n负责人:{{thing5.DATA}}\n类型:{{thing6.DATA}}\n倒计时:{{thing7.DATA}}\n",
			want: map[string]string{"thing1": "港島電子有限公司", "thing2": "北角英皇道 510 號", "thing3": "季度檢討會", "thing4": "出發前檢查清單",
				"thing5": "陳大文", "thing6": "會議", "thing7": "7 日後"},
		},
		"one title":      {content: "活动名称:{{thing3.DATA}}\n", want: map[string]string{"thing3": "出發前檢查清單"}},
		"English labels": {content: "Event: {{thing3.DATA}}\nVenue: {{thing9.DATA}}\n", want: map[string]string{"thing3": "出發前檢查清單", "thing9": "北角英皇道 510 號"}},
		"labels that say nothing": {
			content: "{{thing1.DATA}}{{thing2.DATA}}\n备忘:{{thing3.DATA}}\n{{thing4.DATA}}{{thing5.DATA}}",
			want:    map[string]string{"thing1": "出發前檢查清單", "thing2": "季度檢討會", "thing3": "港島電子有限公司", "thing4": "北角英皇道 510 號", "thing5": "7 日後"},
		},
		"two customers": {content: "公司:{{thing1.DATA}}\n客户:{{thing2.DATA}}", want: map[string]string{"thing1": "港島電子有限公司", "thing2": "港島電子有限公司"}},
		"no place": {content: "地点:{{thing1.DATA}}\n事项:{{thing2.DATA}}", lacks: []string{ValuePlace},
			want: map[string]string{"thing1": "-", "thing2": "出發前檢查清單"}},
		"every kind": {
			content: "时间:{{time1.DATA}}日期:{{date2.DATA}}编号:{{character_string3.DATA}}数:{{number4.DATA}}剩余天数:{{number5.DATA}}姓名:{{name6.DATA}}状态:{{phrase7.DATA}}",
			want: map[string]string{"time1": "2026年3月9日 14:00", "date2": "2026年3月9日 14:00", "character_string3": "EV-2026-0152",
				"number4": "20260152", "number5": "7", "name6": "陳大文", "phrase7": "會議"},
		},
		"nothing but a title": {
			content: "{{first.DATA}}\n编号:{{character_string3.DATA}}{{number4.DATA}}{{name6.DATA}}{{phrase7.DATA}}{{keyword1.DATA}}{{remark.DATA}}",
			lacks:   []string{ValueEvent, ValueCustomer, ValuePlace, ValueNumber, ValueType, ValueResponsible, ValueDays},
			want: map[string]string{"first": "出發前檢查清單", "character_string3": "2026-03-09 14:00", "number4": "202603091400", "name6": "-",
				"phrase7": "提醒", "keyword1": "出發前檢查清單", "remark": "出發前檢查清單"},
		},
		"what no reminder has": {
			content: "{{amount1.DATA}}{{phone_number2.DATA}}{{car_number3.DATA}}{{const4.DATA}}{{enum5.DATA}}{{letter6.DATA}}{{symbol7.DATA}}{{thing8.DATA}}",
			want:    map[string]string{"thing8": "出發前檢查清單"},
			missing: []string{"amount1", "car_number3", "const4", "enum5", "letter6", "phone_number2", "symbol7"},
		},
	} {
		here := map[string]string{}
		for k, v := range values {
			if !slices.Contains(tc.lacks, k) {
				here[k] = v
			}
		}
		got, missing := weChatFill(wechat.Template{Content: tc.content}.Fields(), here)
		slices.Sort(missing)
		for _, key := range missing {
			delete(got, key)
		}
		if !reflect.DeepEqual(got, tc.want) || !slices.Equal(missing, tc.missing) {
			t.Errorf("%s:\n got %v, missing %v\nwant %v, missing %v", name, got, missing, tc.want, tc.missing)
		}
	}
}

func TestWeChatParams_AreTheCompanysOwn(t *testing.T) {
	t.Parallel()
	values := weChatValues(wechatMessage("o"))
	got, err := weChatParams(map[string]string{
		"thing1": "  a\nline \u202eand more  ", "thing2": " \t", "time3": "soon", "time4": "2026-12-01 09:00", "date5": "14:00", "name6": "123",
		"phrase7": "x", "number8": "none", "character_string9": "客户", "const10": "进行中", "keyword11": "",
	}, values)
	want := map[string]string{
		"thing1": "a line and more", "thing2": "-", "time3": "2026年3月9日 14:00", "time4": "2026年12月1日 09:00", "date5": "2026年3月9日 14:00",
		"name6": "陳大文", "phrase7": "會議", "number8": "20260152", "character_string9": "EV-2026-0152", "const10": "进行中", "keyword11": "-",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %v\nwant %v", err, got, want)
	}
}

func TestWeChatFit(t *testing.T) {
	t.Parallel()
	han20 := strings.Repeat("长", 20)
	for _, tc := range []struct{ prefix, in, want string }{
		{"thing", han20, han20},
		{"thing", han20 + "长", han20[:19*3] + "…"},
		{"thing", "Chiller maintenance at Kowloon Bay", "Chiller maintenance…"},
		{"thing", "Chillermaintenanceatall", "Chillermaintenancea…"},
		{"thing", "Meeting room 4 at 09:30–12:00", "Meeting room…"},
		{"thing", "a\r\nb\x00c\u2028d", "a b c d"},
		{"thing", "👍 fine 👨‍👩‍👧", "fine"},
		{"thing", "👍👍", ""},
		{"thing", strings.Repeat("𠮷", 11), strings.Repeat("𠮷", 9) + "…"},
		{"thing", "مرحبا بالعالم", "مرحبا بالعالم"},
		{"first", strings.Repeat("长", 201), strings.Repeat("长", 199) + "…"},
		{"character_string", "EV–2026 編號 #7", "EV2026 #7"},
		{"character_string", strings.Repeat("x", 33), strings.Repeat("x", 32)},
		{"character_string", "编号", ""},
		{"number", "12.5", "12.5"},
		{"number", "-7", "-7"},
		{"number", "EV-2026-0152", "20260152"},
		{"number", strings.Repeat("9", 40), strings.Repeat("9", 32)},
		{"number", "none", ""},
		{"letter", "EV-2026-ab", "EVab"},
		{"symbol", "a★!?¥$%", "★!?¥$"},
		{"phone_number", "电话 +86-0766-66888866", "+86-0766-66888866"},
		{"car_number", "粤A-8Z888挂", "粤A8Z888挂"},
		{"amount", "¥12.50元", "¥12.50元"},
		{"amount", "twelve", ""},
		{"phrase", "客户拜访", "客户拜访"},
		{"phrase", "客户拜访检讨会", "客户拜访检"},
		{"phrase", "3天后", "天后"},
		{"phrase", "tomorrow", ""},
		{"name", "欧阳锋·阿卜杜拉·买买提", "欧阳锋·阿卜杜拉·买"},
		{"name", "Bartholomew Featherstonehaugh", "Bartholomew Feathers"},
		{"name", "Chan Tai Man 3", "Chan Tai Man"},
		{"name", "陈 David Christopher", "陈 David Ch"},
		{"name", "12345", ""},
		{"name", "A 0 B", "A B"},
		{"time", "2026-12-01 09:00", "2026年12月1日 09:00"},
		{"time", "9:05", "09:05"},
		{"time", "2026年1月8日 08:30", "2026年1月8日 08:30"},
		{"time", "2026 年 1 月 8 日 08：30～10：00", "2026年1月8日 08:30~10:00"},
		{"time", "2026-01-08T08:30:00+08:00", "2026年1月8日 08:30"},
		{"time", "2026-12-01 09:00至2026-12-02 18:00", "2026年12月1日 09:00~2026年12月2日 18:00"},
		{"time", "2026-12-01", ""},
		{"time", "25:00", ""},
		{"time", "2026-02-30 09:00", ""},
		{"time", "09:00~10:00~11:00", ""},
		{"time", "", ""},
		{"date", "2026/1/8", "2026年1月8日"},
		{"date", "2026.1.8 09:00", "2026年1月8日 09:00"},
		{"date", "2026-12-01~2026-12-03", "2026年12月1日~2026年12月3日"},
		{"date", "2026-12-01 09:00~12:00", "2026年12月1日 09:00"},
		{"date", "09:00", ""},
		{"date", "tomorrow", ""},
	} {
		if got := weChatFit(tc.prefix, tc.in); got != tc.want {
			t.Errorf("%s of %q: %q, want %q", tc.prefix, tc.in, got, tc.want)
		}
	}
}

// Whatever a value is, what leaves is one line, within its limit, and the message is never changed.
func FuzzWeChatFit(f *testing.F) {
	f.Add("Chiller maintenance at 09:30", 0)
	f.Add("\u202e𠮷👍\x00\xff", 1)
	limits := map[string]int{"thing": 20, "character_string": 32, "number": 32 + 33, "name": 20, "phrase": 5, "time": 40, "date": 40, "remark": 200}
	prefixes := []string{"thing", "character_string", "number", "name", "phrase", "time", "date", "remark"}
	f.Fuzz(func(t *testing.T, s string, which int) {
		prefix := prefixes[uint(which)%uint(len(prefixes))]
		got := weChatFit(prefix, s)
		if n := len(utf16.Encode([]rune(got))); n > limits[prefix] {
			t.Errorf("%s: %d characters of %q", prefix, n, s)
		}
		if got != oneLine(got) {
			t.Errorf("%s: %q is not one line", prefix, got)
		}
	})
}

func TestWeChatValues_HaveSubstitutes(t *testing.T) {
	t.Parallel()
	m := conformanceMessage(WeChat, "o")
	got := weChatValues(m)
	want := "map[number:r8h2k1m9q0x7z4a responsible:Someone time:2026-03-02 09:00 title:Safety Protocol Review]"
	if fmt.Sprint(got) != want || m.Values != nil {
		t.Errorf("got %v, want %s; the message now has %v", got, want, m.Values)
	}
}
