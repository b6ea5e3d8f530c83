package locales

import (
	"fmt"
	"strings"
	"time"
)

// DateTime gives the date, weekday and time that clocks show in t's own zone: "Mon, 30 Nov 2026, 09:00",
// "2026年11月30日（星期一）09:00", "2026年11月30日（周一）09:00".
func DateTime(locale string, t time.Time) string {
	if Match(locale) == EN {
		return Date(locale, t) + ", " + Time(locale, t)
	}
	return Date(locale, t) + Time(locale, t)
}

// Date is DateTime without the time.
func Date(locale string, t time.Time) string {
	switch Match(locale) {
	case ZhHK:
		return t.Format("2006年1月2日") + "（星期" + weekday(t) + "）"
	case ZhCN:
		return t.Format("2006年1月2日") + "（周" + weekday(t) + "）"
	default:
		return t.Format("Mon, 2 Jan 2006")
	}
}

func weekday(t time.Time) string {
	return string([]rune("日一二三四五六")[t.Weekday()])
}

// Month gives the month without the day: "November 2026", "2026年11月".
func Month(locale string, t time.Time) string {
	if Match(locale) == EN {
		return t.Format("January 2006")
	}
	return t.Format("2006年1月")
}

// Time gives the time of day on the 24-hour clock, the same in every language.
func Time(_ string, t time.Time) string { return t.Format("15:04") }

// ShortDate gives the day without year and weekday, for subjects and lists: "30 Nov", "11月30日".
func ShortDate(locale string, t time.Time) string {
	if Match(locale) == EN {
		return t.Format("2 Jan")
	}
	return t.Format("1月2日")
}

// ShortDateTime is ShortDate with the time: "30 Nov 09:00", "11月30日 09:00".
func ShortDateTime(locale string, t time.Time) string {
	return ShortDate(locale, t) + " " + Time(locale, t)
}

// Range gives the span from start to end on the clocks of start's zone, the date once if it is the same day. An end
// that is zero or not after start gives DateTime of start.
func Range(locale string, start, end time.Time) string {
	if end.IsZero() || !end.After(start) {
		return DateTime(locale, start)
	}
	end = end.In(start.Location())
	if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
		return DateTime(locale, start) + "–" + Time(locale, end)
	}
	return Text(locale, dateSpan, DateTime(locale, start), DateTime(locale, end))
}

// Zone names t's zone for people, with the offset that holds at t: "Hong Kong time (UTC+8)", "香港時間（UTC+8）". A zone
// without a name of its own here is called by the last part of its IANA name; a zone without any name, by its offset.
func Zone(locale string, t time.Time) string {
	iana, offset := t.Location().String(), utcOffset(t)
	if text, ok := dictionaries[Match(locale)][Key("zone."+iana)]; ok {
		return text + Parenthesis(locale, offset)
	}
	if last := iana[strings.LastIndex(iana, "/")+1:]; last != "" && last != "UTC" && last != "Local" {
		return Text(locale, zoneTime, strings.ReplaceAll(last, "_", " ")) + Parenthesis(locale, offset)
	}
	return offset
}

// utcOffset gives "UTC", "UTC+8", "UTC+5:30", "UTC-5".
func utcOffset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	hours, minutes := seconds/3600, seconds%3600/60
	if minutes == 0 {
		return fmt.Sprintf("UTC%s%d", sign, hours)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, hours, minutes)
}

// Days gives a length of time: "1 day", "3 days", "3 天". n is not negative.
func Days(locale string, n int) string { return Count(locale, days, n) }

// DaysLeft says when a day n calendar days away is: "today", "tomorrow", "in 3 days"; "yesterday", "3 days ago" for
// negative n.
func DaysLeft(locale string, n int) string {
	switch {
	case n == 0:
		return Text(locale, today)
	case n == 1:
		return Text(locale, tomorrow)
	case n == -1:
		return Text(locale, yesterday)
	case n < 0:
		return Count(locale, daysAgo, -n)
	default:
		return Count(locale, inDays, n)
	}
}

// DaysOverdue says for how long something is overdue: "3 days overdue"; n below 1 is "overdue since today".
func DaysOverdue(locale string, n int) string {
	if n < 1 {
		return Text(locale, overdueToday)
	}
	return Count(locale, daysOverdue, n)
}
