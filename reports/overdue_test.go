package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
)

// overdue runs the check and gives what is queued by then.
func (s *stage) overdue() []mail {
	s.t.Helper()
	if err := s.reports().CheckOverdue(s.app); err != nil {
		s.t.Fatal(err)
	}
	return s.allMails(collections.KindOverdue)
}

// titles gives what the one section of an alert lists.
func (m mail) titles() []string { return m.list("") }

func (s *stage) untold() int {
	s.t.Helper()
	found, err := collections.OverdueUntold(s.app, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return len(found)
}

// backlog adds n events that are overdue.
func (s *stage) backlog(n int) {
	s.t.Helper()
	err := s.app.RunInTransaction(func(tx core.App) error {
		other := *s
		other.app = tx
		for i := range n {
			other.event(fmt.Sprintf("E%03d", i), s.now.Add(-time.Duration(n-i)*time.Hour))
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.numbers += n
}

func TestOverdueAlertGoesToEveryAdministratorOnce(t *testing.T) {
	s := newStage(t)
	s.admin = " ADMIN@example.com "
	s.user(collections.RoleAdmin, "admin@example.com", reads("zh-HK", "Asia/Hong_Kong"))
	s.user(collections.RoleAdmin, "second@example.com", reads("en", "America/New_York"))
	s.user(collections.RoleAdmin, "left@example.com", func(u *collections.User) { u.SetActive(false) })
	s.user(collections.RoleManager, "manager@example.com")
	s.user(collections.RoleStaff, "staff@example.com")
	s.event("Visit", s.now.Add(-time.Hour))
	s.overdue()
	check(t, "readers", s.addresses(collections.KindOverdue), "admin@example.com second@example.com")
	got := s.mails(collections.KindOverdue)
	check(t, "language of ADMIN_EMAIL", got["admin@example.com"].Locale, locales.ZhHK)
	check(t, "subject in Chinese", got["admin@example.com"].Message.Subject, locales.OverdueSubject(locales.ZhHK, 1, "Visit", "Peak Clinic"))
	check(t, "detail in New York", got["second@example.com"].item("Visit").Detail,
		"overdue since today · Planned, should have started on Sun, 29 Nov 2026, 18:00 (New York time, UTC-5) · Peak Clinic")
	check(t, "footer", got["second@example.com"].Footer, []string{locales.Text(locales.EN, locales.FooterAdmin)})
	check(t, "link to unsubscribe", got["second@example.com"].Unsubscribe, "")
}

func TestOverdueAlertGoesToAdminEmailInTheCompanysLanguage(t *testing.T) {
	s := newStage(t)
	s.admin = "Office@example.com"
	s.company.Locale = locales.ZhCN
	s.user(collections.RoleAdmin, "admin@example.com", reads("en", ""))
	s.event("Visit", s.now.Add(-50*time.Hour))
	s.overdue()
	got := s.mails(collections.KindOverdue)
	check(t, "readers", len(got), 2)
	m := got["Office@example.com"]
	check(t, "language", m.Locale, locales.ZhCN)
	if want := locales.DaysOverdue(locales.ZhCN, 2); !strings.HasPrefix(m.item("Visit").Detail, want) {
		t.Errorf("%q does not begin with %q", m.item("Visit").Detail, want)
	}
	if !strings.HasPrefix(m.Key, "overdue/") || !strings.HasSuffix(m.Key, "/office@example.com") {
		t.Errorf("the key is %q", m.Key)
	}
}

func TestEachOverdueEventIsToldOnce(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.event("ahead", s.now.Add(time.Minute))
	s.event("beginning now", s.now)
	s.event("on", s.now.Add(-time.Minute), inStatus(collections.EventInProgress))
	s.event("done", s.now.Add(-9*time.Hour), inStatus(collections.EventCompleted))
	s.event("off", s.now.Add(-9*time.Hour), inStatus(collections.EventCancelled))
	s.event("not begun", s.now.Add(-2*time.Hour))
	s.event("confirmed", s.now.Add(-time.Hour), inStatus(collections.EventConfirmed))
	s.event("not ended", s.now.Add(-90*time.Minute), inStatus(collections.EventInProgress))
	first := s.overdue()
	check(t, "alerts", len(first), 1)
	check(t, "events", first[0].titles(), []string{"not begun", "confirmed", "not ended"})
	check(t, "subject", first[0].Message.Subject, locales.OverdueSubject(locales.EN, 3, "", ""))
	check(t, "alerts after the next run", len(s.overdue()), 1)

	s.now = s.now.Add(time.Hour)
	second := s.overdue()
	check(t, "alerts an hour later", len(second), 2)
	check(t, "events an hour later", append(second[0].titles(), second[1].titles()...),
		[]string{"not begun", "confirmed", "not ended", "beginning now", "ahead", "on"})
	s.now = s.now.Add(24 * time.Hour)
	check(t, "alerts a day later", len(s.overdue()), 2)
}

func TestEventThatBecomesOverdueAgainIsToldAgain(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	e := s.event("Visit", s.now.Add(-time.Hour))
	check(t, "alerts", len(s.overdue()), 1)
	e = must[*collections.Event](t)(collections.Find[collections.Event](s.app, collections.Events, e.Id))
	check(t, "told of", e.OverdueAlerted(), e.OverdueSince())

	e.SetPlannedStart(s.now.Add(time.Hour))
	e.SetPlannedEnd(s.now.Add(2 * time.Hour))
	s.save(e)
	check(t, "alerts after moving", len(s.overdue()), 1)
	s.now = s.now.Add(90 * time.Minute)
	check(t, "alerts when overdue again", len(s.overdue()), 2)

	e.SetStatus(collections.EventInProgress)
	s.save(e)
	check(t, "alerts when begun", len(s.overdue()), 2)
	s.now = s.now.Add(time.Hour)
	check(t, "alerts when not ended", len(s.overdue()), 3)
	check(t, "alerts at last", len(s.overdue()), 3)
}

func TestOverdueEventsWaitForSomebodyToTell(t *testing.T) {
	s := newStage(t)
	s.user(collections.RoleManager, "manager@example.com")
	s.event("Visit", s.now.Add(-time.Hour))
	check(t, "alerts to nobody", len(s.overdue()), 0)

	s.user(collections.RoleAdmin, "admin@example.com")
	if err := collections.RefuseAddress(s.app, notifiers.Email, "Admin@example.com", "550", s.now); err != nil {
		t.Fatal(err)
	}
	check(t, "alerts to a refused address", len(s.overdue()), 0)
	check(t, "untold", s.untold(), 1)

	s.user(collections.RoleAdmin, "new@example.com")
	s.overdue()
	got := s.mails(collections.KindOverdue)
	check(t, "refused", got["admin@example.com"].Delivery.Status, collections.DeliverySkipped)
	check(t, "told", got["new@example.com"].titles(), []string{"Visit"})
}

func TestFiveHundredOverdueEventsMakeOneMessage(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.backlog(500)
	got := s.overdue()
	check(t, "alerts", len(got), 1)
	titles := got[0].titles()
	check(t, "list", []any{len(titles), titles[0], titles[49], titles[50]}, []any{51, "E000", "E049", "and 450 more"})
	check(t, "subject", got[0].Message.Subject, locales.OverdueSubject(locales.EN, 500, "", ""))
	check(t, "untold", s.untold(), 0)
	check(t, "alerts after the next run", len(s.overdue()), 1)
	check(t, "notes left", must[collections.JobRun](t)(collections.LastRun(s.app, jobMarks)), collections.JobRun{})
}

func TestP11_OverdueEventsAreToldOnceByTwoProcesses(t *testing.T) {
	for _, n := range []int{1, batchRows, batchRows + 1, 3 * batchRows} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := newStage(t)
			s.admin = "office@example.com"
			s.user(collections.RoleAdmin, "admin@example.com")
			s.backlog(n)
			processes := []core.App{s.app, s.otherProcess()}
			r := s.reports()
			together(t, 6, func(i int) error { return r.CheckOverdue(processes[i%2]) })
			check(t, "alerts", len(s.allMails(collections.KindOverdue)), 2)
			check(t, "untold", s.untold(), 0)
		})
	}
}

// A run that dies after its message is queued has told all it found, marked or not.
func TestP7_OverdueEventsOfARunThatDiedAreNeitherLostNorToldTwice(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.backlog(200)
	if err := s.app.RunInTransaction(func(tx core.App) error { return s.reports().tellOverdue(tx, s.now) }); err != nil {
		t.Fatal(err)
	}
	check(t, "alerts", len(s.allMails(collections.KindOverdue)), 1)
	check(t, "not marked", s.untold(), 200-batchRows)
	s.now = s.now.Add(time.Hour)
	s.event("New", s.now.Add(-time.Minute))
	got := s.overdue()
	check(t, "alerts after the next run", len(got), 2)
	for _, m := range got {
		if titles := m.titles(); len(titles) != 51 {
			check(t, "told by the next run", titles, []string{"New"})
		}
	}
	check(t, "untold", s.untold(), 0)
}
