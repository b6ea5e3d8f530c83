package locales

import (
	"strings"
	"testing"
)

func TestLead(t *testing.T) {
	const visit = "customer_visit"
	for _, c := range []struct {
		what string
		give func(string) string
		want [3]string
	}{
		{"for the responsible", func(l string) string { return Lead(l, Responsible, visit, "Harbour Medical", 3) }, [3]string{
			"Your visit to Harbour Medical starts in 3 days.", "你拜訪 Harbour Medical 的行程將於 3 天後開始。", "您对 Harbour Medical 的拜访将于 3 天后开始。",
		}},
		{"for the team, today", func(l string) string { return Lead(l, Assigned, "meeting", "港島電子", 0) }, [3]string{
			"Your meeting with 港島電子 is today.", "你與港島電子的會議就在今日。", "您与港島電子的会议就在今天。",
		}},
		{"for the manager", func(l string) string { return Lead(l, Manager, visit, "港島電子", 1) }, [3]string{
			"The visit to 港島電子 starts tomorrow.", "同事拜訪港島電子的行程將於明日開始。", "同事对港島電子的拜访将于明天开始。",
		}},
		{"for the customer", func(l string) string { return Lead(l, Contact, visit, "", 3) }, [3]string{
			"Our visit to you starts in 3 days.", "我們拜訪您的行程將於 3 天後開始。", "我们对您的拜访将于 3 天后开始。",
		}},
		{"after the start", func(l string) string { return Lead(l, Chosen, "training", "A", -1) }, [3]string{
			"The training for A started yesterday.", "同事為 A 舉行的培訓已於昨日開始。", "同事为 A 安排的培训已于昨天开始。",
		}},
		{"while the customer is not chosen yet", func(l string) string { return Lead(l, Assigned, visit, "", 3) }, [3]string{
			"The event starts in 3 days.", "活動將於 3 天後開始。", "活动将于 3 天后开始。",
		}},
		{"of an unknown type", func(l string) string { return Lead(l, Assigned, "party", "A", 2) }, [3]string{
			"Your event with A starts in 2 days.", "你與 A 的活動將於 2 天後開始。", "您与 A 的活动将于 2 天后开始。",
		}},
	} {
		each(t, c.what, c.give, c.want)
	}
}

func TestLeadForContactsDoesNotNameTheirCompany(t *testing.T) {
	for value := range strings.FieldsSeq("customer_visit installation maintenance training exhibition meeting other") {
		for _, locale := range All {
			for _, reader := range []Reader{Responsible, Assigned, Manager, Chosen, Contact} {
				lead := Lead(locale, reader, value, "ACME", 3)
				if named := strings.Contains(lead, "ACME"); named == (reader == Contact) {
					t.Errorf("%s, %s, %s: %q", locale, reader, value, lead)
				}
				if strings.Contains(lead, "%") || strings.Contains(lead, "lead_") {
					t.Errorf("%s, %s, %s: %q", locale, reader, value, lead)
				}
			}
		}
	}
}

func TestFooterTellsEachReaderWhy(t *testing.T) {
	for _, locale := range All {
		seen := map[string]bool{}
		for _, reader := range []Reader{Responsible, Assigned, Manager, Chosen, Contact} {
			footer := Footer(locale, reader)
			if seen[footer] || strings.HasPrefix(footer, "footer.") {
				t.Errorf("%s, %s: %q", locale, reader, footer)
			}
			seen[footer] = true
		}
	}
}

func TestSubjects(t *testing.T) {
	day := at(t, "Asia/Hong_Kong", "2026-11-30 09:00")
	for _, c := range []struct {
		what string
		give func(string) string
		want [3]string
	}{
		{"ReminderSubject", func(l string) string { return ReminderSubject(l, "Safety", "ACME", day) }, [3]string{
			"Safety · ACME · 30 Nov 09:00", "Safety · ACME · 11月30日 09:00", "Safety · ACME · 11月30日 09:00",
		}},
		{"ReminderSubject without customer", func(l string) string { return ReminderSubject(l, "Safety", "", day) }, [3]string{
			"Safety · 30 Nov 09:00", "Safety · 11月30日 09:00", "Safety · 11月30日 09:00",
		}},
		{"OverdueSubject of one", func(l string) string { return OverdueSubject(l, 1, "Repair", "ACME") }, [3]string{
			"Overdue: Repair · ACME", "逾期：Repair · ACME", "逾期：Repair · ACME",
		}},
		{"OverdueSubject of three", func(l string) string { return OverdueSubject(l, 3, "Repair", "ACME") }, [3]string{
			"3 events are overdue", "3 項活動逾期", "3 项活动已逾期",
		}},
		{"DigestSubject", func(l string) string { return DigestSubject(l, day, 3, 9, 2, 1) }, [3]string{
			"Daily digest 30 Nov: 3 events today, 2 overdue, 1 failed reminder",
			"每日摘要 11月30日：今日 3 項活動、逾期 2 項、1 則提醒發送失敗",
			"每日摘要 11月30日：今天 3 项活动、逾期 2 项、1 条提醒发送失败",
		}},
		{"DigestSubject of a quiet day", func(l string) string { return DigestSubject(l, day, 0, 1, 0, 0) }, [3]string{
			"Daily digest 30 Nov: 1 event in the next 7 days", "每日摘要 11月30日：未來 7 日 1 項活動", "每日摘要 11月30日：未来 7 天 1 项活动",
		}},
		{"DigestSubject of nothing", func(l string) string { return DigestSubject(l, day, 0, 0, 0, 0) }, [3]string{
			"Daily digest 30 Nov", "每日摘要 11月30日", "每日摘要 11月30日",
		}},
	} {
		each(t, c.what, c.give, c.want)
	}
}
