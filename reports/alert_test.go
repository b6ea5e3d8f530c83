package reports

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
)

func (s *stage) paused(channel, reason, hint string, since time.Time) map[string]mail {
	s.t.Helper()
	err := s.app.RunInTransaction(func(tx core.App) error {
		return s.reports().ChannelPaused(tx, channel, reason, hint, since)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.mails(collections.KindAlert)
}

func TestEveryAdministratorIsToldOfAPausedChannelInTheirLanguage(t *testing.T) {
	s := newStage(t)
	s.admin = "Admin@Example.com"
	s.user(collections.RoleAdmin, "admin@example.com", reads("zh-HK", "Asia/Hong_Kong"))
	s.user(collections.RoleAdmin, "smith@example.com", reads("en", "Europe/London"))
	s.user(collections.RoleAdmin, "li@example.com", reads("zh-CN", "America/New_York"))
	s.user(collections.RoleAdmin, "left@example.com", func(u *collections.User) { u.SetActive(false) })
	s.user(collections.RoleManager, "manager@example.com")
	got := s.paused(notifiers.SMS, "isv.AMOUNT_NOT_ENOUGH: balance is not enough.", "Top up the account.", s.now)
	check(t, "readers", s.addresses(collections.KindAlert), "admin@example.com li@example.com smith@example.com")
	for address, since := range map[string]string{
		"admin@example.com": "2026年11月30日（星期一）08:00（香港時間，UTC+8）",
		"smith@example.com": "Mon, 30 Nov 2026, 00:00 (London time, UTC)",
		"li@example.com":    "2026年11月29日（周日）19:00（纽约时间，UTC-5）",
	} {
		m := got[address]
		sms := locales.Channel(m.Locale, notifiers.SMS)
		check(t, "subject", m.Message.Subject, locales.Text(m.Locale, locales.ChannelPausedSubject, sms))
		check(t, "lead", m.Lead, locales.Text(m.Locale, locales.ChannelPausedLead, sms, since, "isv.AMOUNT_NOT_ENOUGH: balance is not enough"))
		check(t, "hint", m.Facts, []notifiers.Fact{{Label: locales.Text(m.Locale, locales.LabelHint), Value: "Top up the account."}})
		check(t, "button", m.Action.URL, "https://tminus.example.com/")
		check(t, "channel", m.Delivery.Channel, notifiers.Email)
		check(t, "key", m.Key, "alert/sms/2026-11-30T00/"+address)
	}
}

// Such an alert is read when email works again, and in the list of messages before that.
func TestAlertAboutEmailReadsRightBeforeAndAfterHealing(t *testing.T) {
	s := newStage(t)
	for i, locale := range locales.All {
		s.user(collections.RoleAdmin, []string{"a", "b", "c"}[i]+"@example.com", reads(locale, ""))
	}
	s.paused(notifiers.Email, "535 5.7.8 authentication failed", "", s.now)
	for address, m := range s.mails(collections.KindAlert) {
		check(t, "status of "+address, m.Delivery.Status, collections.DeliveryQueued)
		name := locales.Channel(m.Locale, notifiers.Email)
		if m.Message.Subject == locales.Text(m.Locale, locales.ChannelPausedSubject, name) {
			t.Errorf("%q is not true once it can be read", m.Message.Subject)
		}
		if !strings.Contains(m.Lead, "535 5.7.8 authentication failed") || !strings.Contains(m.Lead, "08:00") {
			t.Errorf("%q tells neither reason nor moment", m.Lead)
		}
		check(t, "facts", len(m.Facts), 0)
	}
}

func TestChannelThatComesAndGoesDoesNotFlood(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	for minute := range 59 {
		s.paused(notifiers.WeChat, "48001", "", s.now.Add(time.Duration(minute)*time.Minute))
	}
	check(t, "alerts within an hour", len(s.allMails(collections.KindAlert)), 1)
	err := s.reports().ChannelPaused(s.app, notifiers.SMS, "down", "", s.now)
	check(t, "another channel", []any{err, len(s.allMails(collections.KindAlert))}, []any{nil, 2})
	err = s.reports().ChannelPaused(s.app, notifiers.WeChat, "48001", "", s.now.Add(time.Hour))
	check(t, "the next hour", []any{err, len(s.allMails(collections.KindAlert))}, []any{nil, 3})
}

func TestAlertIsTakenBackWithItsTransaction(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	failed := errors.New("the state could not be stored")
	err := s.app.RunInTransaction(func(tx core.App) error {
		if err := s.reports().ChannelPaused(tx, notifiers.SMS, "down", "", s.now); err != nil {
			return err
		}
		return failed
	})
	check(t, "error", errors.Is(err, failed), true)
	check(t, "alerts", len(s.allMails(collections.KindAlert)), 0)
}

func TestWithoutAddressOfTheWebAppThereIsNoButton(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	r := s.reports()
	r.PublicURL = func(core.App) string { return "" }
	if err := r.ChannelPaused(s.app, notifiers.SMS, "down", "", s.now); err != nil {
		t.Fatal(err)
	}
	if m := s.mails(collections.KindAlert)["office@example.com"]; m.Action != nil {
		t.Errorf("the button leads to %q", m.Action.URL)
	}
}
