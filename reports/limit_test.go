package reports

import (
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
)

func (s *stage) held(h planner.SMSHold) map[string]mail {
	s.t.Helper()
	if err := s.reports().SMSHeld(s.app, h); err != nil {
		s.t.Fatal(err)
	}
	return s.mails(collections.KindAlert)
}

func hongKongDay(number string, waiting int, from time.Time) planner.SMSHold {
	return planner.SMSHold{Number: number, Limit: 20, Waiting: waiting, From: from, Until: from.Add(24 * time.Hour)}
}

func TestAdministratorsAreToldInTheirLanguageThatALimitHoldsSMS(t *testing.T) {
	s := newStage(t)
	for address, read := range map[string][2]string{"chan": {"zh-HK", "Asia/Hong_Kong"}, "smith": {"en", "Europe/London"}, "li": {"zh-CN", "America/New_York"}} {
		s.user(collections.RoleAdmin, address+"@example.com", reads(read[0], read[1]))
	}
	s.user(collections.RoleManager, "manager@example.com")
	from := monday.Add(-8 * time.Hour) // midnight in Hong Kong
	got := s.held(hongKongDay("+85291234567", 3, from))
	check(t, "readers", s.addresses(collections.KindAlert), "chan@example.com li@example.com smith@example.com")
	for address, want := range map[string][3]string{
		"chan@example.com":  {"短訊暫緩發送：+852 ···· 4567 於 11月30日已達每日上限", "+852 ···· 4567 於 2026年11月30日（星期一）已達每日 20 則短訊的上限。", "有 3 則訊息等候中，將於 2026年12月1日（星期二）00:00（香港時間，UTC+8）自動發出；活動在此之前開始的不會發出。"},
		"smith@example.com": {"SMS held back: daily limit for +852 ···· 4567 on 30 Nov", "+852 ···· 4567 has reached the limit of 20 SMS for Mon, 30 Nov 2026.", "3 messages wait. They leave by themselves on Mon, 30 Nov 2026, 16:00 (London time, UTC); one whose event starts earlier is not sent."},
		"li@example.com":    {"短信暂缓发送：+852 ···· 4567 于 11月30日已达每日上限", "+852 ···· 4567 于 2026年11月30日（周一）已达每日 20 条短信的上限。", "有 3 条消息等待中，将于 2026年11月30日（周一）11:00（纽约时间，UTC-5）自动发出；活动在此之前开始的不会发出。"},
	} {
		m := got[address]
		check(t, "words for "+address, [3]string{m.Message.Subject, m.Lead, m.Body}, want)
		check(t, "hint for "+address, m.Facts, []notifiers.Fact{{Label: locales.Text(m.Locale, locales.LabelHint), Value: locales.Text(m.Locale, locales.SMSHeldHint)}})
		check(t, "channel", m.Delivery.Channel, notifiers.Email)
		if strings.Contains(m.Key+m.Delivery.Message, "91234567") {
			t.Errorf("%s is told the whole number", address)
		}
	}
}

func TestALimitIsToldOnceForANumberAndDayAndOnceForAMonth(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	from := monday.Add(-8 * time.Hour)
	month := planner.SMSHold{Limit: 500, Waiting: 1, From: from.AddDate(0, 0, -29), Until: from.AddDate(0, 0, 1)}
	for _, tt := range []struct {
		name string
		hold planner.SMSHold
		want int
	}{
		{"the first", hongKongDay("+85291234567", 1, from), 1},
		{"again", hongKongDay("+85291234567", 2, from), 1},
		{"another number that ends alike", hongKongDay("+85261234567", 1, from), 2},
		{"the next day", hongKongDay("+85291234567", 1, from.Add(24*time.Hour)), 3},
		{"the month", month, 4},
		{"the month again", month, 4},
		{"the next month", planner.SMSHold{Limit: 500, Waiting: 1, From: month.Until, Until: month.Until.AddDate(0, 1, 0)}, 5},
	} {
		if err := s.reports().SMSHeld(s.app, tt.hold); err != nil {
			t.Fatal(err)
		}
		check(t, "alerts after "+tt.name, len(s.allMails(collections.KindAlert)), tt.want)
	}
	var subjects []string
	for _, m := range s.allMails(collections.KindAlert) {
		subjects = append(subjects, m.Message.Subject)
	}
	told := strings.Join(subjects, "\n")
	if !strings.Contains(told, "monthly limit for November 2026") || !strings.Contains(told, "monthly limit for December 2026") {
		t.Errorf("the alerts are\n%s", told)
	}
}

func TestADigestSaysProvidersReasonsInTheReadersLanguage(t *testing.T) {
	s := newStage(t)
	s.user(collections.RoleManager, "chan@example.com", reads("zh-HK", "Asia/Hong_Kong"))
	s.user(collections.RoleManager, "smith@example.com", reads("en", "Asia/Hong_Kong"))
	e := s.event("Visit", s.now.Add(48*time.Hour))
	s.failed("Bring it", e, collections.ReminderFailed, s.now.Add(-time.Hour))
	why := notifiers.ReasonBadNumber + " (isv.MOBILE_NUMBER_ILLEGAL)"
	if _, err := s.app.NonconcurrentDB().NewQuery("UPDATE deliveries SET error = {:why}").Bind(dbx.Params{"why": why}).Execute(); err != nil {
		t.Fatal(err)
	}
	got := s.queueDigest()
	for address, want := range map[string]string{
		"chan@example.com":  "未能經短訊發送給 Ms Ho：此號碼收不到短訊（isv.MOBILE_NUMBER_ILLEGAL）",
		"smith@example.com": "Not sent to Ms Ho by SMS: the number cannot get SMS (isv.MOBILE_NUMBER_ILLEGAL)",
	} {
		if told := got[address].Sections[len(got[address].Sections)-1].Items[0].Detail; !strings.Contains(told, want) {
			t.Errorf("%s reads %q, want %q in it", address, told, want)
		}
	}
}

func TestAPausedChannelIsToldInTheReadersLanguage(t *testing.T) {
	s := newStage(t)
	s.user(collections.RoleAdmin, "li@example.com", reads("zh-CN", ""))
	m := s.paused(notifiers.SMS, notifiers.ReasonNoBalance+" (isv.AMOUNT_NOT_ENOUGH).", "", s.now)["li@example.com"]
	if !strings.HasSuffix(m.Lead, "：账户余额不足（isv.AMOUNT_NOT_ENOUGH）") {
		t.Errorf("the lead is %q", m.Lead)
	}
}
