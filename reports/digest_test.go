package reports

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reminders"
)

func (s *stage) queueDigest() map[string]mail {
	s.t.Helper()
	if err := s.reports().QueueDigest(s.app); err != nil {
		s.t.Fatal(err)
	}
	return s.mails(collections.KindDigest)
}

func TestDigestGoesToWhomItConcernsWithTheEventsThatConcernThem(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.user(collections.RoleManager, "manager@example.com")
	s.user(collections.RoleAdmin, "admin@example.com")
	responsible := s.user(collections.RoleStaff, "responsible@example.com")
	assigned := s.user(collections.RoleStaff, "assigned@example.com")
	creator := s.user(collections.RoleStaff, "creator@example.com")
	s.user(collections.RoleStaff, "idle@example.com")
	s.user(collections.RoleViewer, "viewer@example.com")
	s.user(collections.RoleManager, "left@example.com", func(u *collections.User) { u.SetActive(false) })
	s.user(collections.RoleManager, "silent@example.com", func(u *collections.User) { u.SetPreferences(collections.Preferences{}) })
	s.user(collections.RoleManager, "undecided@example.com", func(u *collections.User) { u.SetRaw("preferences", nil) })

	at := s.now.Add(2 * time.Hour)
	s.event("A", at, func(e *collections.Event) { e.SetSalesResponsible(responsible.Id) })
	s.event("B", at, func(e *collections.Event) { e.SetAssignedStaff([]string{creator.Id, assigned.Id}) })
	s.event("C", at, func(e *collections.Event) { e.SetCreatedBy(creator.Id); e.SetSalesResponsible(responsible.Id) })

	got := s.queueDigest()
	want := map[string]string{
		"office@example.com": "A B C", "manager@example.com": "A B C", "admin@example.com": "A B C",
		"responsible@example.com": "A C", "assigned@example.com": "B", "creator@example.com": "B C",
	}
	check(t, "number of digests", len(got), len(want))
	for address, titles := range want {
		m := got[address]
		today := m.list(locales.DigestToday)
		slices.Sort(today) // events of one moment stand in no order
		check(t, "today of "+address, strings.Join(today, " "), titles)
		check(t, "link to unsubscribe of "+address, m.Unsubscribe != "", m.User != "")
	}
	check(t, "own events are told as such", got["assigned@example.com"].Lead, locales.Text(locales.EN, locales.DigestLeadOwn))
	check(t, "everybody's events are told as such", got["office@example.com"].Lead, locales.Text(locales.EN, locales.DigestLeadAll))
}

func TestDigestSpeaksTheReadersLanguageOnTheReadersClock(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.company.Locale = locales.ZhHK
	responsible := s.user(collections.RoleManager, "chan@example.com", reads("zh-HK", "Asia/Hong_Kong"))
	s.user(collections.RoleManager, "smith@example.com", reads("en", "Europe/London"))
	s.user(collections.RoleManager, "li@example.com", reads("zh-CN", "America/New_York"))
	// 10:00 to 11:30 on 30 November in Hong Kong: 02:00 in London, 21:00 of the 29th in New York.
	s.event("Demonstration", s.now.Add(2*time.Hour), func(e *collections.Event) {
		e.SetPlannedEnd(s.now.Add(3*time.Hour + 30*time.Minute))
		e.SetSalesResponsible(responsible.Id)
	})
	got := s.queueDigest()
	for address, want := range map[string]struct{ locale, day, detail string }{
		"office@example.com": {"zh-HK", "2026年11月30日", "10:00–11:30 · Peak Clinic · chan"},
		"chan@example.com":   {"zh-HK", "2026年11月30日", "10:00–11:30 · Peak Clinic · chan"},
		"smith@example.com":  {"en", "Mon, 30 Nov 2026", "02:00–03:30 (London time, UTC) · Peak Clinic · chan"},
		"li@example.com":     {"zh-CN", "2026年11月29日", "21:00–22:30（纽约时间，UTC-5） · Peak Clinic · chan"},
	} {
		m := got[address]
		check(t, "language of "+address, m.Locale, want.locale)
		if !strings.Contains(m.Title, want.day) {
			t.Errorf("title of %s: %q does not name %s", address, m.Title, want.day)
		}
		check(t, "today of "+address, m.list(locales.DigestToday), []string{"Demonstration"})
		check(t, "detail for "+address, m.item("Demonstration").Detail, want.detail)
		check(t, "button of "+address, *m.Action, notifiers.Link{Label: locales.Text(want.locale, locales.OpenApp), URL: "https://tminus.example.com/"})
	}
	link := got["smith@example.com"].item("Demonstration").URL
	if !strings.HasPrefix(link, "https://tminus.example.com/events/") {
		t.Errorf("the item links to %q", link)
	}
}

func TestDigestFallsBackToTheCompanysLanguageAndZone(t *testing.T) {
	s := newStage(t)
	s.company.Locale, s.company.Zone = locales.ZhCN, zone(t, "Europe/London")
	s.user(collections.RoleManager, "plain@example.com")
	s.user(collections.RoleManager, "broken@example.com", reads("", "Mars/Olympus"))
	s.event("Visit", s.now.Add(2*time.Hour), func(e *collections.Event) { e.SetTimezone("") })
	got := s.queueDigest()
	for _, address := range []string{"plain@example.com", "broken@example.com"} {
		check(t, "language", got[address].Locale, locales.ZhCN)
		check(t, "detail", got[address].item("Visit").Detail, "02:00–03:00 · Peak Clinic")
	}
}

// A day of the reader's is 23 or 25 hours long when clocks change, and the week after it is seven of the reader's days.
func TestDigestCountsTheReadersDaysThroughBothClockChanges(t *testing.T) {
	for _, test := range []struct {
		name, zone string
		now        time.Time
		today      []string // RFC 3339
		week       []string
		neither    []string
	}{
		{
			"autumn in London", "Europe/London", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC),
			[]string{"2026-10-25T00:40:00+01:00", "2026-10-25T01:30:00Z", "2026-10-25T23:30:00Z"},
			[]string{"2026-10-26T00:00:00Z", "2026-11-01T23:59:00Z"},
			[]string{"2026-11-02T00:00:00Z"},
		},
		{
			"spring in New York", "America/New_York", time.Date(2026, 3, 8, 5, 30, 0, 0, time.UTC),
			[]string{"2026-03-08T00:40:00-05:00", "2026-03-08T03:30:00-04:00", "2026-03-08T23:30:00-04:00"},
			[]string{"2026-03-09T00:00:00-04:00", "2026-03-15T23:30:00-04:00"},
			[]string{"2026-03-16T00:00:00-04:00"},
		},
		{
			"a midnight that does not exist", "Africa/Cairo", time.Date(2026, 4, 24, 9, 0, 0, 0, time.UTC),
			[]string{"2026-04-24T23:30:00+03:00"},
			[]string{"2026-04-25T00:00:00+03:00", "2026-05-01T23:30:00+03:00"},
			[]string{"2026-05-02T00:00:00+03:00"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t)
			s.now = test.now
			s.user(collections.RoleManager, "reader@example.com", reads("en", test.zone))
			for _, at := range append(append(test.today, test.week...), test.neither...) {
				start := must[time.Time](t)(time.Parse(time.RFC3339, at))
				s.event(at, start, func(e *collections.Event) { e.SetPlannedEnd(start) })
			}
			m := s.queueDigest()["reader@example.com"]
			check(t, "today", m.list(locales.DigestToday), test.today)
			check(t, "week", m.list(locales.DigestWeek), test.week)
		})
	}
}

func TestDigestListsWhatIsOnAndWhatIsLate(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	hour, day := time.Hour, 24*time.Hour
	s.event("tomorrow", s.now.Add(day))
	s.event("on the eighth day", s.now.Add(8*day))
	s.event("cancelled", s.now.Add(hour), inStatus(collections.EventCancelled))
	s.event("completed", s.now.Add(-2*hour), inStatus(collections.EventCompleted))
	s.event("second day of the fair", s.now.Add(-day), inStatus(collections.EventInProgress),
		func(e *collections.Event) { e.SetPlannedEnd(s.now.Add(day)) })
	s.event("never begun", s.now.Add(-3*day-9*hour)) // 23:00 on the 26th
	s.event("never ended", s.now.Add(-6*day), inStatus(collections.EventInProgress))
	s.event("late since this morning", s.now.Add(-hour), inStatus(collections.EventConfirmed))
	m := s.queueDigest()["office@example.com"]
	check(t, "today", m.list(locales.DigestToday), []string{"second day of the fair", "late since this morning"})
	check(t, "week", m.list(locales.DigestWeek), []string{"tomorrow"})
	check(t, "overdue", m.list(locales.DigestOverdue), []string{"never ended", "never begun", "late since this morning"})
	check(t, "subject", m.Message.Subject, locales.DigestSubject(locales.EN, s.now.In(s.company.Zone), 2, 1, 3, 0))
	for i, want := range []string{
		"6 days overdue · In progress, should have ended on Tue, 24 Nov 2026, 09:00 · Peak Clinic",
		"4 days overdue · Planned, should have started on Thu, 26 Nov 2026, 23:00 · Peak Clinic",
		"overdue since today · Confirmed, should have started on Mon, 30 Nov 2026, 07:00 · Peak Clinic",
	} {
		check(t, "delay", m.Sections[2].Items[i].Detail, want)
	}
}

func TestDigestWithNothingToSayIsNotSentAndTheDayIsDone(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.user(collections.RoleManager, "manager@example.com")
	check(t, "digests", len(s.queueDigest()), 0)
	s.event("Afterthought", s.now.Add(time.Hour))
	s.now = s.now.Add(time.Hour)
	check(t, "digests later on the day", len(s.queueDigest()), 0)
	s.now = s.now.Add(16*time.Hour - time.Minute) // 00:59 in Hong Kong
	s.event("Next day", s.now.Add(3*time.Hour))
	check(t, "digests of the next day", s.addressesAfterDigest(), "manager@example.com office@example.com")
}

func (s *stage) addressesAfterDigest() string {
	s.queueDigest()
	return s.addresses(collections.KindDigest)
}

func TestP6_NobodyGetsADigestTwice(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	for i := range 5 {
		s.user(collections.RoleManager, fmt.Sprintf("u%d@example.com", i))
	}
	s.event("Visit", s.now.Add(time.Hour))
	processes := []core.App{s.app, s.otherProcess()}
	r := s.reports()
	together(t, 8, func(i int) error { return r.QueueDigest(processes[i%2]) })
	check(t, "digests", len(s.allMails(collections.KindDigest)), 6)
	run := must[collections.JobRun](t)(collections.LastRun(s.app, JobDigest))
	check(t, "day done", run.Occasion, "2026-11-30")
	check(t, "digests after one more run", len(s.queueDigest()), 6)
}

func TestDigestGoesOutInTransactionsOfAHundredRowsAndResumes(t *testing.T) {
	s := newStage(t)
	err := s.app.RunInTransaction(func(tx core.App) error {
		other := *s
		other.app = tx
		for i := range 190 {
			other.user(collections.RoleManager, fmt.Sprintf("u%03d@example.com", i))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.event("Visit", s.now.Add(time.Hour))
	// A run that died after its first transaction left these.
	first := must[[]*collections.User](t)(collections.ActiveUsersWithDigest(s.app))[:batchRows]
	d := digest{writer: s.reports().writer(s.app, s.company, s.now), date: "2026-11-30", failedSince: s.now}
	rows := must[[]*collections.Delivery](t)(d.rows(s.reports().readers(first, s.company)))
	if err := insert(s.app, rows, s.now); err != nil {
		t.Fatal(err)
	}
	check(t, "digests", len(s.queueDigest()), 190)
}

func TestAdminEmailThatIsAUsersAddressGetsOneDigest(t *testing.T) {
	s := newStage(t)
	s.admin = "Wing@Example.COM"
	s.user(collections.RoleStaff, "wing@example.com", reads("zh-HK", ""))
	s.event("Visit of somebody else's", s.now.Add(time.Hour))
	got := s.queueDigest()
	check(t, "digests", len(got), 1)
	m := got["wing@example.com"]
	check(t, "language", m.Locale, locales.ZhHK)
	check(t, "the company's events", m.list(locales.DigestToday), []string{"Visit of somebody else's"})
	check(t, "key", m.Key, "digest/2026-11-30/wing@example.com")
	check(t, "can unsubscribe", m.UnsubscribeLabel, locales.Text(locales.ZhHK, locales.DigestUnsubscribe))
}

func TestAdminEmailOfAUserWithoutDigestStillGetsTheCompanys(t *testing.T) {
	s := newStage(t)
	s.admin = "wing@example.com"
	s.user(collections.RoleAdmin, "wing@example.com", reads("zh-HK", ""), func(u *collections.User) { u.SetPreferences(collections.Preferences{}) })
	s.event("Visit", s.now.Add(time.Hour))
	m := s.queueDigest()["wing@example.com"]
	check(t, "language", m.Locale, locales.EN)
	check(t, "footer", m.Footer, []string{locales.Text(locales.EN, locales.FooterAdmin)})
	check(t, "link to unsubscribe", m.Unsubscribe, "")
}

func TestP8_DigestToARefusedAddressIsSkipped(t *testing.T) {
	s := newStage(t)
	s.user(collections.RoleManager, "Gone@example.com")
	s.user(collections.RoleManager, "here@example.com")
	s.event("Visit", s.now.Add(time.Hour))
	if err := collections.RefuseAddress(s.app, notifiers.Email, "gone@example.com", "550", s.now); err != nil {
		t.Fatal(err)
	}
	got := s.queueDigest()
	check(t, "refused", got["Gone@example.com"].Status+": "+got["Gone@example.com"].Error, "skipped: "+reminders.ReasonAddressRefused)
	check(t, "the other", got["here@example.com"].Status, collections.DeliveryQueued)
}

func TestDigestListsAtMostFiftyAndTellsHowManyMore(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	staff := s.user(collections.RoleStaff, "staff@example.com")
	for i := range 62 {
		s.event(fmt.Sprintf("T%02d", i), s.now.Add(time.Duration(i+1)*time.Minute), func(e *collections.Event) {
			if i%2 == 0 {
				e.SetSalesResponsible(staff.Id)
			}
		})
		s.event(fmt.Sprintf("O%02d", i), s.now.Add(-time.Duration(i+30)*time.Hour))
	}
	got := s.queueDigest()
	m := got["office@example.com"]
	today, overdue := m.list(locales.DigestToday), m.list(locales.DigestOverdue)
	check(t, "today", []any{len(today), today[0], today[49], today[50]}, []any{51, "T00", "T49", "and 12 more"})
	check(t, "overdue", []any{len(overdue), overdue[0], overdue[50]}, []any{51, "O61", "and 12 more"})
	check(t, "own", len(got["staff@example.com"].list(locales.DigestToday)), 31)
	if !strings.Contains(m.Message.Subject, "62") {
		t.Errorf("the subject does not tell of all: %q", m.Message.Subject)
	}
}

func TestWordsOfPeopleStayWordsInADigest(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	s.customer = s.newCustomer(`<img src=x onerror=alert(1)>`)
	hostile := "<script>alert('x')</script>\r\nBcc: all@example.com %s {{ event.title }}"
	s.event(hostile, s.now.Add(time.Hour))
	s.event("冷水機維修 — 九龍灣「第二期」", s.now.Add(2*time.Hour))
	m := s.queueDigest()["office@example.com"]
	check(t, "titles", m.list(locales.DigestToday), []string{hostile, "冷水機維修 — 九龍灣「第二期」"})
	html, text, err := notifiers.Compose(&m.Message)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img src=x"} {
		if strings.Contains(html, bad) {
			t.Errorf("the mail holds %q", bad)
		}
	}
	for _, part := range []string{html, text} {
		if !strings.Contains(part, "冷水機維修 — 九龍灣「第二期」") || strings.Contains(part, "\nBcc:") {
			t.Errorf("the words did not come through:\n%s", part)
		}
	}
}

func TestMessageOfADigestStandsOnItsOwn(t *testing.T) {
	s := newStage(t)
	s.now = s.now.Add(123456789 * time.Nanosecond)
	u := s.user(collections.RoleManager, "Wing@example.com")
	s.event("Visit", s.now.Add(time.Hour))
	m := s.queueDigest()["Wing@example.com"]
	check(t, "identity", m.Message.ID, m.Delivery.ID)
	check(t, "row", []any{m.Delivery.Kind, m.Delivery.Channel, m.User, m.Delivery.Status, m.NextAttemptAt},
		[]any{"digest", "email", u.Id, "queued", collections.DateTime(s.now)})
	check(t, "message", []any{m.Message.Kind, m.Message.Channel, m.Company, m.To, m.CreatedAt.UTC()},
		[]any{"digest", "email", "Harbour Medical", notifiers.Recipient{Name: "Wing", Address: "Wing@example.com"}, monday})
	check(t, "unsubscribe", m.Unsubscribe, "https://tminus.example.com/u/"+u.Id)
	check(t, "subject of the row", m.Delivery.Subject, m.Message.Subject)
}

// failed adds a reminder that ended at a moment, with one failed message to the customer's contact.
func (s *stage) failed(title string, e *collections.Event, status string, ended time.Time) {
	s.t.Helper()
	r := must[*collections.Reminder](s.t)(collections.NewReminder(s.app))
	r.SetEvent(e.Id)
	r.SetType("custom")
	r.SetTitle(title)
	r.SetSendAt(ended.Add(-time.Minute))
	r.SetStatus(collections.ReminderSending, "")
	s.save(r)
	contact := must[*collections.Contact](s.t)(collections.NewContact(s.app))
	contact.SetCustomer(s.customer)
	contact.SetName("Ms Ho")
	s.save(contact)
	raw := must[[]byte](s.t)(json.Marshal(map[string]collections.ChannelCount{"sms": {Failed: 1}}))
	if _, err := collections.WriteReminderState(s.app, collections.ReminderState{
		ID: r.Id, Status: status, Reason: "number barred", ChannelStatus: string(raw),
	}, ended); err != nil {
		s.t.Fatal(err)
	}
	if _, err := collections.InsertDelivery(s.app, &collections.Delivery{
		Key: r.Id, Kind: collections.KindReminder, Reminder: r.Id, Event: e.Id, Contact: contact.Id, Channel: notifiers.SMS,
		Address: "+85291234567", Status: collections.DeliveryFailed, Error: "number barred",
	}, ended); err != nil {
		s.t.Fatal(err)
	}
}

func TestDigestTellsOfFailedRemindersUntilTheirEventIsPast(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	staff := s.user(collections.RoleStaff, "staff@example.com")
	day := 24 * time.Hour
	past := s.event("Past visit", s.now.Add(-2*day), inStatus(collections.EventCompleted))
	ahead := s.event("Visit ahead", s.now.Add(20*day), func(e *collections.Event) { e.SetSalesResponsible(staff.Id) })
	off := s.event("Cancelled visit", s.now.Add(20*day), inStatus(collections.EventCancelled))
	s.failed("yesterday, past", past, collections.ReminderFailed, s.now.Add(-23*time.Hour))
	s.failed("long ago, past", past, collections.ReminderFailed, s.now.Add(-25*time.Hour))
	s.failed("long ago, ahead", ahead, collections.ReminderPartial, s.now.Add(-9*day))
	s.failed("long ago, cancelled", off, collections.ReminderFailed, s.now.Add(-9*day))
	s.failed("Visit ahead: bring boots", ahead, collections.ReminderFailed, s.now.Add(-time.Hour))
	s.failed("sent", ahead, collections.ReminderSent, s.now.Add(-time.Hour))
	got := s.queueDigest()
	m := got["office@example.com"]
	check(t, "failed", m.list(locales.DigestFailed),
		[]string{"Visit ahead: bring boots", "yesterday, past · Past visit", "long ago, ahead · Visit ahead"})
	check(t, "own", got["staff@example.com"].list(locales.DigestFailed), []string{"Visit ahead: bring boots", "long ago, ahead · Visit ahead"})
	item := m.item("long ago, ahead · Visit ahead")
	check(t, "detail", item.Detail, "Sun, 20 Dec 2026, 08:00–09:00 · Peak Clinic · staff · "+
		locales.Text(locales.EN, locales.DigestFailedItem, "Ms Ho", locales.Channel(locales.EN, notifiers.SMS), "number barred"))
	check(t, "link", strings.HasSuffix(item.URL, "/events/"+ahead.Id), true)
	if strings.Contains(m.Delivery.Message, "91234567") {
		t.Error("the digest tells a phone number")
	}
}

func TestDigestAfterAnOutageTellsWhatFailedSinceTheLastOne(t *testing.T) {
	s := newStage(t)
	s.admin = "office@example.com"
	day := 24 * time.Hour
	past := s.event("Past visit", s.now.Add(-6*day), inStatus(collections.EventCompleted))
	if _, err := collections.RecordRun(s.app, JobDigest, "2026-11-26", s.now.Add(-4*day)); err != nil {
		t.Fatal(err)
	}
	s.failed("three days ago", past, collections.ReminderFailed, s.now.Add(-3*day))
	s.failed("five days ago", past, collections.ReminderFailed, s.now.Add(-5*day))
	check(t, "failed", s.queueDigest()["office@example.com"].list(locales.DigestFailed), []string{"three days ago · Past visit"})
}
