package locales

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func at(t *testing.T, zone, wall string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := time.ParseInLocation("2006-01-02 15:04", wall, location)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func each(t *testing.T, what string, give func(locale string) string, want [3]string) {
	t.Helper()
	for i, locale := range All {
		if got := give(locale); got != want[i] {
			t.Errorf("%s in %s = %q, want %q", what, locale, got, want[i])
		}
	}
}

func TestDates(t *testing.T) {
	start := at(t, "Asia/Hong_Kong", "2026-11-30 09:00")
	sunday := at(t, "Asia/Hong_Kong", "2026-12-06 00:05")
	for _, c := range []struct {
		what string
		give func(string) string
		want [3]string
	}{
		{"DateTime", func(l string) string { return DateTime(l, start) }, [3]string{"Mon, 30 Nov 2026, 09:00", "2026年11月30日（星期一）09:00", "2026年11月30日（周一）09:00"}},
		{"DateTime", func(l string) string { return DateTime(l, sunday) }, [3]string{"Sun, 6 Dec 2026, 00:05", "2026年12月6日（星期日）00:05", "2026年12月6日（周日）00:05"}},
		{"Date", func(l string) string { return Date(l, start) }, [3]string{"Mon, 30 Nov 2026", "2026年11月30日（星期一）", "2026年11月30日（周一）"}},
		{"Time", func(l string) string { return Time(l, start) }, [3]string{"09:00", "09:00", "09:00"}},
		{"ShortDate", func(l string) string { return ShortDate(l, start) }, [3]string{"30 Nov", "11月30日", "11月30日"}},
		{"ShortDateTime", func(l string) string { return ShortDateTime(l, start) }, [3]string{"30 Nov 09:00", "11月30日 09:00", "11月30日 09:00"}},
	} {
		each(t, c.what, c.give, c.want)
	}
}

func TestRange(t *testing.T) {
	start := at(t, "Asia/Hong_Kong", "2026-11-30 09:00")
	for _, c := range []struct {
		what string
		end  time.Time
		want [3]string
	}{
		{"the same day", start.Add(150 * time.Minute), [3]string{"Mon, 30 Nov 2026, 09:00–11:30", "2026年11月30日（星期一）09:00–11:30", "2026年11月30日（周一）09:00–11:30"}},
		{"the same day, end in UTC", start.Add(150 * time.Minute).UTC(), [3]string{"Mon, 30 Nov 2026, 09:00–11:30", "2026年11月30日（星期一）09:00–11:30", "2026年11月30日（周一）09:00–11:30"}},
		{"another day", start.Add(32 * time.Hour), [3]string{"Mon, 30 Nov 2026, 09:00 – Tue, 1 Dec 2026, 17:00", "2026年11月30日（星期一）09:00 至 2026年12月1日（星期二）17:00", "2026年11月30日（周一）09:00 至 2026年12月1日（周二）17:00"}},
		{"no end", time.Time{}, [3]string{"Mon, 30 Nov 2026, 09:00", "2026年11月30日（星期一）09:00", "2026年11月30日（周一）09:00"}},
		{"the end at the start", start, [3]string{"Mon, 30 Nov 2026, 09:00", "2026年11月30日（星期一）09:00", "2026年11月30日（周一）09:00"}},
	} {
		each(t, c.what, func(l string) string { return Range(l, start, c.end) }, c.want)
	}
}

func TestZone(t *testing.T) {
	for _, c := range []struct {
		when time.Time
		want [3]string
	}{
		{at(t, "Asia/Hong_Kong", "2026-11-30 09:00"), [3]string{"Hong Kong time (UTC+8)", "香港時間（UTC+8）", "香港时间（UTC+8）"}},
		{at(t, "Asia/Shanghai", "2026-11-30 09:00"), [3]string{"Beijing time (UTC+8)", "北京時間（UTC+8）", "北京时间（UTC+8）"}},
		{at(t, "Europe/London", "2026-07-01 09:00"), [3]string{"London time (UTC+1)", "倫敦時間（UTC+1）", "伦敦时间（UTC+1）"}},
		{at(t, "Europe/London", "2026-12-01 09:00"), [3]string{"London time (UTC)", "倫敦時間（UTC）", "伦敦时间（UTC）"}},
		{at(t, "America/New_York", "2026-12-01 09:00"), [3]string{"New York time (UTC-5)", "紐約時間（UTC-5）", "纽约时间（UTC-5）"}},
		{at(t, "Asia/Kolkata", "2026-12-01 09:00"), [3]string{"India time (UTC+5:30)", "印度時間（UTC+5:30）", "印度时间（UTC+5:30）"}},
		{at(t, "America/St_Johns", "2026-12-01 09:00"), [3]string{"St Johns time (UTC-3:30)", "St Johns 時間（UTC-3:30）", "St Johns 时间（UTC-3:30）"}},
		{at(t, "UTC", "2026-12-01 09:00"), [3]string{"UTC", "UTC", "UTC"}},
		{at(t, "Asia/Tokyo", "2026-12-01 09:00").In(time.FixedZone("", 9*3600)), [3]string{"UTC+9", "UTC+9", "UTC+9"}},
	} {
		each(t, c.when.Location().String(), func(l string) string { return Zone(l, c.when) }, c.want)
	}
}

func TestZonesHaveNamesThatExist(t *testing.T) {
	for key := range en {
		if name, ok := cutZone(key); ok {
			if _, err := time.LoadLocation(name); err != nil {
				t.Errorf("%s is no zone: %v", name, err)
			}
		}
	}
}

func cutZone(key Key) (string, bool) {
	const prefix = "zone."
	if len(key) <= len(prefix) || key[:len(prefix)] != prefix {
		return "", false
	}
	return string(key[len(prefix):]), true
}

func TestDays(t *testing.T) {
	for n, want := range map[int][3]string{
		0: {"0 days", "0 天", "0 天"}, 1: {"1 day", "1 天", "1 天"}, 3: {"3 days", "3 天", "3 天"},
	} {
		each(t, "Days", func(l string) string { return Days(l, n) }, want)
	}
	for n, want := range map[int][3]string{
		0: {"today", "今日", "今天"}, 1: {"tomorrow", "明日", "明天"}, 2: {"in 2 days", "2 天後", "2 天后"}, 7: {"in 7 days", "7 天後", "7 天后"},
		-1: {"yesterday", "昨日", "昨天"}, -3: {"3 days ago", "3 天前", "3 天前"},
	} {
		each(t, "DaysLeft", func(l string) string { return DaysLeft(l, n) }, want)
	}
	for n, want := range map[int][3]string{
		0: {"overdue since today", "今日起逾期", "今天开始逾期"}, 1: {"1 day overdue", "逾期 1 天", "已逾期 1 天"}, 3: {"3 days overdue", "逾期 3 天", "已逾期 3 天"},
	} {
		each(t, "DaysOverdue", func(l string) string { return DaysOverdue(l, n) }, want)
	}
}
