package notifiers

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAliyunValuesAreCleaned(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "-",
		" \n\t ":                          "-",
		"Chiller\r\nmaintenance\u2028now": "Chiller maintenance now",
		"see https://a.example/b?c=d now": "see now",
		"详见https://a.example/b，准时":        "详见 ，准时",
		"https://例子.测试/路":                 "-",
		"www.example.com":                 "-",
		"WWW.Example.COM/x":               "-",
		"Booking.com":                     "Booking com",
		"booking.com/hotel":               "-",
		"at 192.168.0.1:8080":             "at 192 168 0 1:8080",
		"mail me@example.com today":       "mail today",
		"v1.2.3 of Dr. Chan, No.5":        "v1.2.3 of Dr. Chan, No.5",
		"12.03.2026 09.30":                "12.03.2026 09.30",
		"party 🎉👩‍🔧 time":                 "party time",
		"【重要】会议":                          "[重要]会议",
		"\u202eevil\u202c":                "evil",
		"שלום":                            "שלום",
		"a\xffb\x00c":                     "ab c",
		"ftp://x":                         "-",
		"Meeting: http":                   "Meeting: http",
	} {
		if got := cleanValue(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := cleanValue(strings.Repeat("x ", 1<<20)); utf8.RuneCountInString(got) > 500 {
		t.Errorf("a huge value stays %d characters long", utf8.RuneCountInString(got))
	}
}

func TestAliyunValuesAreClippedWithSense(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"2026-12-01 09:00", "2026-12-01 09:00"},
		{strings.Repeat("中", 35), strings.Repeat("中", 35)},
		{strings.Repeat("中", 36), strings.Repeat("中", 34) + "…"},
		{strings.Repeat("x", 36), strings.Repeat("x", 32) + "..."},
		{"Chiller maintenance at Pacific Dental Clinic", "Chiller maintenance at Pacific..."},
		{"Kältetechnik und Wartung in der Zahnklinik", "Kältetechnik und Wartung in der…"},
		// The time is in the way of the cut: before it.
		{"Chiller maintenance at the bay, 09:30-12:00", "Chiller maintenance at the bay..."},
		{"太平洋牙科诊所冷水机季度保养与安全检查并更换滤芯及皮带，于12月1日上午9时30分开始", "太平洋牙科诊所冷水机季度保养与安全检查并更换滤芯及皮带，于…"},
		{"太平洋牙科诊所冷水机季度保养与安全检查并更换滤芯，日期二〇二六年及2026年12月1日14:00", "太平洋牙科诊所冷水机季度保养与安全检查并更换滤芯，日期二〇二六年及…"},
		{"Maintenance of the chiller, 09:30 AM and more", "Maintenance of the chiller..."},
		{"Maintenance of the chiller at 09:30 am sharp", "Maintenance of the chiller at..."},
		{"Maintenance of the chillers at 09:30 sharp", "Maintenance of the chillers at..."},
		// It ends in time: rather the time than the mark.
		{"Maintenance of a chiller 2026-12-01, then", "Maintenance of a chiller 2026-12-01"},
		// It comes first: after it.
		{"Tue 3 March 2026, 09:30–12:00 (Hong Kong)", "Tue 3 March 2026, 09:30–12:00…"},
		{"2026-12-01 09:00 Chiller maintenance at Kowloon Bay", "2026-12-01 09:00 Chiller..."},
		// It is too long itself: its beginning.
		{"Wednesday 23 September 2026, 09:30–12:00", "Wednesday 23 September 2026, 09:30…"},
		{"2026-12-01 09:00 - 2026-12-03 17:00 (HKT)", "2026-12-01 09:00..."},
		{"2026年12月1日星期二上午9时30分至2026年12月3日星期四下午5时", "2026年12月1日星期二上午9时30分…"},
		// A number is no torn one either.
		{"Enterprise Square, 9 Sheung Yuet 12345678", "Enterprise Square, 9 Sheung Yuet..."},
		{strings.Repeat("7", 60), strings.Repeat("7", 32) + "..."},
		// A mark stays with its letter.
		{strings.Repeat("e\u0301", 18), strings.Repeat("e\u0301", 17) + "…"},
		{"x" + strings.Repeat("e\u0301", 18), "x" + strings.Repeat("e\u0301", 16) + "…"},
	} {
		got, whole := clipValue(test.in, 35)
		if !whole || got != test.want {
			t.Errorf("%q:\n %q %t, want\n %q", test.in, got, whole, test.want)
		}
		if n := utf8.RuneCountInString(got); n > 35 {
			t.Errorf("%q has %d characters", got, n)
		}
	}
}

func TestATimeThatDoesNotFitIsRefused(t *testing.T) {
	for _, in := range []string{
		"Wednesday, 23 September 2026, 24 September 2026",
		"2026年12月01日、2026年12月02日、2026年12月03日、2026年12月04日",
	} {
		if got, whole := clipValue(in, 35); whole {
			t.Errorf("%q became %q", in, got)
		}
	}
	m := aliyunMessage("+86" + aliyunTestNumber)
	m.Params = map[string]string{"time": "2026年12月01日、2026年12月02日、2026年12月03日、2026年12月04日"}
	if _, refused := aliyunParams(m, m.Params); refused == nil || refused.Class != Permanent || refused.Hint == "" {
		t.Errorf("refused %+v", refused)
	}
}

// Whatever is cut, no clock that a reader sees may be one that was not there.
func FuzzClipValue(f *testing.F) {
	f.Add("Meeting at 09:30 with everybody of the company", 35)
	f.Add("2026-12-01 09:00 - 2026-12-03 17:00 (HKT)", 20)
	f.Add("上午九时三十分下午三點四十五分", 9)
	f.Add("\xff\xfe", 5)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 5 || n > 200 {
			return
		}
		s = cleanValue(s)
		got, whole := clipValue(s, n)
		if !whole {
			return
		}
		if utf8.RuneCountInString(got) > n {
			t.Errorf("%q is longer than %d", got, n)
		}
		kept := strings.TrimSuffix(strings.TrimSuffix(got, "..."), "…")
		if !strings.HasPrefix(s, kept) {
			t.Errorf("%q does not begin with %q", s, kept)
		}
		there := map[string]bool{}
		for _, clock := range aTime().FindAllString(s, -1) {
			there[clock] = true
		}
		for _, clock := range aTime().FindAllString(kept, -1) {
			if !there[clock] {
				t.Errorf("%q became %q with %q", s, got, clock)
			}
		}
	})
}
