package hooks_test

import (
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/mails"

	"tminus/apptest"
	"tminus/apptest/smtpserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// withSMTP is an app whose email leaves by a real SMTP server.
func withSMTP(t *testing.T, options ...smtpserver.Option) (*apptest.App, *smtpserver.Server) {
	t.Helper()
	server := smtpserver.Start(t, options...)
	a := apptest.New(t, apptest.WithNotifier(notifiers.Email, nil), apptest.WithConfig(func(c *config.Config) {
		c.Email.Host, c.Email.Port, c.Email.Sandbox = server.Host(), server.Port(), false
		c.Email.From = "T-minus <reminders@example.test>"
	}))
	return a, server
}

// reminderTo saves an event of its own and a reminder by email to somebody at an address, due in an hour.
func reminderTo(t *testing.T, a *apptest.App, address string) *collections.Reminder {
	t.Helper()
	e := a.Event(in(10)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	contact := a.Contact(a.Customer("At "+address), "Recipient", address)
	r := a.Reminder(e, in(0).Add(time.Hour))
	r.SetRecipients(nil)
	r.SetContactRecipients([]string{contact.Id})
	a.MustSave(r)
	return r
}

func deliveryIs(a *apptest.App, r *collections.Reminder, status string, attempts int) func() bool {
	return func() bool {
		rows := a.Deliveries(r.Id)
		return len(rows) == 1 && rows[0].Status == status && rows[0].Attempts == attempts
	}
}

func TestP8_AServerThatAnswers451TwiceGetsTheMailOnTheThirdAttempt(t *testing.T) {
	t.Parallel()
	a, server := withSMTP(t)
	busy, refused := reminderTo(t, a, "busytwice@example.test"), reminderTo(t, a, "nouser@example.test")
	a.StartEngine()
	a.Advance(time.Hour)
	a.Eventually("550 fails at once", deliveryIs(a, refused, "failed", 1))
	if d := a.Deliveries(refused.Id)[0]; !strings.Contains(d.Error, "550 5.1.1") || d.ErrorClass != "permanent" {
		t.Errorf("the row tells %q (%s), not the server's words", d.Error, d.ErrorClass)
	}
	for attempt := 1; attempt <= 2; attempt++ {
		a.Eventually("451 is tried again", deliveryIs(a, busy, "queued", attempt))
		a.Advance(5 * time.Minute)
	}
	a.Eventually("the third attempt succeeds", deliveryIs(a, busy, "sent", 3))
	mails := server.Mails()
	if len(mails) != 1 || mails[0].MessageID != "<"+a.Deliveries(busy.Id)[0].ID+"@example.test>" {
		t.Errorf("the server has %d mails", len(mails))
	}
}

func TestP9_ARecipientWhoseServerHangsDelaysNobody(t *testing.T) {
	t.Parallel()
	a, server := withSMTP(t)
	hanging := reminderTo(t, a, "hang@example.test")
	var others []*collections.Reminder
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		others = append(others, reminderTo(t, a, name+"@example.test"))
	}
	a.StartEngine()
	a.Advance(time.Hour)
	for _, r := range others {
		a.Eventually("the others get theirs", deliveryIs(a, r, "sent", 1))
	}
	if server.Hanging() != 1 {
		t.Errorf("%d conversations hang", server.Hanging())
	}
	server.Release()
	a.Eventually("it goes on", deliveryIs(a, hanging, "sent", 1))
}

func TestP8_WithTheServerDownNoAttemptIsUsedUpAndAllLeavesWhenItIsBack(t *testing.T) {
	t.Parallel()
	a, server := withSMTP(t)
	server.Stop()
	var all []*collections.Reminder
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		all = append(all, reminderTo(t, a, name+"@example.test"))
	}
	a.StartEngine()
	a.Advance(time.Hour)
	a.Eventually("the channel pauses", func() bool { return a.System.ChannelState(notifiers.Email).State == "paused" })
	state := a.System.ChannelState(notifiers.Email)
	if state.Reason == "" || state.Hint == "" {
		t.Errorf("the channel does not say why, or how to mend it: %+v", state)
	}
	for _, r := range all {
		a.Eventually("it waits", deliveryIs(a, r, "queued", 0))
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		a.Eventually("it leaves", func() bool {
			a.Advance(100 * time.Millisecond)
			return deliveryIs(a, r, "sent", 1)()
		})
	}
}

func TestP7_AMailWhoseAnswerIsLostIsRepeatedUnderItsMessageID(t *testing.T) {
	t.Parallel()
	a, server := withSMTP(t)
	r := reminderTo(t, a, "cutafterdot@example.test")
	a.StartEngine()
	a.Advance(time.Hour)
	a.Eventually("its fate is unknown", deliveryIs(a, r, "unknown", 1))
	a.Advance(5 * time.Minute)
	a.Eventually("it is sent again", deliveryIs(a, r, "sent", 2))
	d := a.Deliveries(r.Id)[0]
	if !d.PossibleDuplicate || len(server.ByMessageID()["<"+d.ID+"@example.test>"]) != 2 {
		t.Errorf("flagged %v, mails by Message-ID: %d", d.PossibleDuplicate, len(server.ByMessageID()))
	}
}

func TestTheMailSaysWhatForWhomAndWhenInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	a, server := withSMTP(t)
	reader := a.NewUser("陳大文", "chan@example.test", "zh-HK")
	customer := a.Customer("港島電子有限公司")
	contact := a.Contact(customer, "Ms <b>Lee</b>", "lee@example.test")
	e := a.Event(in(10)).With(func(e *collections.Event) {
		e.SetTitle("季度保養 <script>alert(1)</script>")
		e.SetCustomer(customer.Id)
		e.SetContactPerson(contact.Id)
		e.SetSalesResponsible(reader.Id)
		e.SetLocation("觀塘道 388 號")
	}).Save()
	a.StartEngine()
	a.Advance(3 * day)
	a.Eventually("it is sent", func() bool { return len(server.Mails()) == 1 })
	mail := server.Mails()[0]
	subject, err := new(mime.WordDecoder).DecodeHeader(mail.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, a.Reminders(e)[0].Title()) || !strings.Contains(subject, "港島電子有限公司") || !strings.Contains(subject, "3月12日") {
		t.Errorf("the subject is %q (%v)", subject, err)
	}
	if mail.Header.Get("Auto-Submitted") != "auto-generated" || mail.Header.Get("Message-ID") == "" {
		t.Errorf("headers: %v", mail.Header)
	}
	text := plain(t, mail)
	for _, want := range []string{"港島電子有限公司", "EV-2026-0001", "2026年3月12日（星期四）09:00", "觀塘道 388 號", "https://tminus.example.test/events/" + e.Id} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail does not say %q", want)
		}
	}
	if strings.Contains(text, "<script>alert") && !strings.Contains(text, "&lt;script&gt;") {
		t.Error("a title's markup came through")
	}
}

// plain gives all that a mail says, decoded.
func plain(t *testing.T, m smtpserver.Mail) string {
	t.Helper()
	raw, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(string(m.Raw))))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestPocketBasesOwnMailsTakeTheSamePool(t *testing.T) {
	t.Parallel()
	a, server := withSMTP(t)
	a.StartEngine()
	if err := mails.SendRecordPasswordReset(a.App, a.User("staff").Record); err != nil {
		t.Fatal(err)
	}
	if sent := server.Mails(); len(sent) != 1 || sent[0].To[0] != "staff@example.test" || sent[0].From != "reminders@example.test" {
		t.Errorf("the server has %d mails", len(sent))
	}
}

func TestMailSettingsOfTheDashboardAreTakenUpAtOnce(t *testing.T) {
	t.Parallel()
	server := smtpserver.Start(t)
	a := apptest.New(t, apptest.WithNotifier(notifiers.Email, nil))
	if state := a.System.ChannelState(notifiers.Email).State; state != "sandbox" {
		t.Fatalf("without settings email is %s", state)
	}
	a.StartEngine()
	settings, err := a.Settings().Clone()
	if err != nil {
		t.Fatal(err)
	}
	settings.SMTP = core.SMTPConfig{Enabled: true, Host: server.Host(), Port: server.Port()}
	settings.Meta.SenderAddress, settings.Meta.SenderName = "office@example.test", "Office"
	a.MustSave(settings)
	if state := a.System.ChannelState(notifiers.Email); state.State != "ready" || state.Provider != "smtp" {
		t.Fatalf("with settings email is %+v", state)
	}
	r := reminderTo(t, a, "someone@example.test")
	a.Advance(time.Hour)
	a.Eventually("it is sent", deliveryIs(a, r, "sent", 1))
	if from := server.Mails()[0].From; from != "office@example.test" {
		t.Errorf("from %s", from)
	}
}

func TestWithoutMailSettingsMessagesAreKeptAndSaidToBe(t *testing.T) {
	t.Parallel()
	a := apptest.New(t, apptest.WithNotifier(notifiers.Email, nil))
	a.StartEngine()
	r := reminderTo(t, a, "someone@example.test")
	a.Advance(time.Hour)
	a.Eventually("it is kept", deliveryIs(a, r, "sent", 1))
	if d := a.Deliveries(r.Id)[0]; d.Provider != "sandbox" {
		t.Errorf("provider %s", d.Provider)
	}
	kept, err := a.System.Sandbox().List(10)
	if err != nil || len(kept) != 1 || kept[0].To.Address != "someone@example.test" || kept[0].HTML == "" || kept[0].Text == "" {
		t.Errorf("kept: %+v (%v)", kept, err)
	}
}

func TestP14_TheLogTellsNoAddressNoWordsAndNoPassword(t *testing.T) {
	t.Parallel()
	var log apptest.Buffer
	server := smtpserver.Start(t, smtpserver.WithAuth("sender@example.test", "right-password"))
	a := apptest.New(t, apptest.WithNotifier(notifiers.Email, nil),
		apptest.WithLog(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		apptest.WithConfig(func(c *config.Config) {
			c.Email.Host, c.Email.Port, c.Email.Sandbox = server.Host(), server.Port(), false
			c.Email.From, c.Email.User, c.Email.Password = "reminders@example.test", "sender@example.test", "wrong-password"
		}))
	r := reminderTo(t, a, "nouser@example.test")
	a.StartEngine()
	a.Advance(time.Hour)
	a.Eventually("the channel pauses", func() bool { return a.System.ChannelState(notifiers.Email).State == "paused" })
	a.Eventually("it is logged", func() bool { return strings.Contains(log.String(), "channel paused") })
	for _, secret := range []string{"wrong-password", "nouser@example.test", "sender@example.test", r.Title(), "second", "+85291234567"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q:\n%s", secret, log.String())
		}
	}
	if d := a.Deliveries(r.Id)[0]; strings.Contains(d.Error, "@example.test") {
		t.Errorf("the row's error tells an address: %s", d.Error)
	}
}
