package webtest

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// message is a row of the log to the staff user, as old as it says.
func message(t *testing.T, s *apptest.Server, ago time.Duration, change func(*collections.Delivery)) *collections.Delivery {
	t.Helper()
	at := time.Now().Add(-ago)
	d := &collections.Delivery{
		Key: fmt.Sprint("test/", at.UnixNano()), Kind: collections.KindTest, Channel: notifiers.Email, User: apptest.UserID("staff"),
		Address: "staff@example.test", Subject: "Hello", Status: collections.DeliverySent, Provider: "memory", SentAt: types.DateTime{},
	}
	change(d)
	if _, err := collections.InsertDelivery(s, d, at); err != nil {
		t.Fatal(err)
	}
	return d
}

// subjects are the messages in the log, in their order.
const subjects = `[...document.querySelectorAll('.log-table .cover')].map((a) => a.textContent).join()`

func TestWeb_LogIsNarrowedAndEachMessageTellsItsStory(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		event := s.Event(inDays(20)).With(func(e *collections.Event) { e.SetTitle("Pump check") }).Save()
		contact := s.Contact(s.Customer("Lantau Hotels"), "May Cheung", "may@lantau.example")
		message(t, s, 3*time.Minute, func(d *collections.Delivery) {
			d.Subject, d.Event, d.Kind, d.Late = "Pack the lamp", event.Id, collections.KindReminder, true
		})
		message(t, s, 2*time.Minute, func(d *collections.Delivery) {
			d.Subject, d.Channel, d.Status, d.Error = "Safety first", notifiers.SMS, collections.DeliveryFailed, "isv.MOBILE_NUMBER_ILLEGAL"
			d.User, d.Contact, d.Address, d.Event = "", contact.Id, contact.GetString("email"), event.Id
		})
		message(t, s, 100*time.Hour, func(d *collections.Delivery) {
			d.Subject, d.Status, d.Error = "Equipment", collections.DeliverySkipped, "address refused"
		})

		p := signIn(t, s, open, "manager", "/deliveries")
		p.See("3 messages", "May Cheung", "isv.MOBILE_NUMBER_ILLEGAL", "The address was refused before.", "Late")
		p.Wait("the newest first", subjects+` === 'Safety first,Pack the lamp,Equipment'`)
		if !p.Screen.Phone {
			p.See("may@lantau.example", event.Number(), "memory")
		}
		look(t, p, "log")
		p.Click(browser.Button, "Failed")
		p.Wait("the failed one", subjects+` === 'Safety first'`)
		p.Click(browser.Link, "Safety first")
		p.Within("dialog").See("May Cheung", "may@lantau.example", "SMS", "Pump check", "isv.MOBILE_NUMBER_ILLEGAL")
		look(t, p, "log-message")
		p.Reload()
		p.Within("dialog").See("May Cheung")
		p.Click(browser.Button, "Close")
		p.Wait("the log alone", `!document.querySelector('dialog') && location.search === '?status=failed'`)

		p.Click(browser.Button, "All")
		p.Click(browser.Button, "Filters")
		p.Fill("To", "may")
		p.Click(browser.Option, "May Cheung Lantau Hotels")
		p.Wait("her messages", subjects+` === 'Safety first'`)
		look(t, p, "log-filtered")
		p.Click(browser.Link, "Clear")
		p.Wait("all of them", subjects+`.split(',').length === 3`)
		browser.Ask[bool](p, `((day) => { day.value = %q; return day.dispatchEvent(new Event('input', { bubbles: true })); })(document.querySelector('input[name=from]'))`,
			time.Now().AddDate(0, 0, -1).Format("2006-01-02"))
		p.Wait("what is not older than yesterday", subjects+` === 'Safety first,Pack the lamp'`)
		p.Fill("Search subjects", "lamp")
		p.Wait("the one with the lamp", subjects+` === 'Pack the lamp'`)
		p.Fill("Search subjects", "nothing of the kind")
		p.See("Nothing found for “nothing of the kind”")
		look(t, p, "log-nothing")
		p.Click(browser.Link, "Show all messages")
		p.See("3 messages")
	})
}

func TestWeb_LogIsTurnedPageByPage(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		at := time.Now().Add(-time.Hour)
		for i := range 120 { // all of one instant, as those of one transaction are
			d := &collections.Delivery{
				Key: fmt.Sprint("page/", i), Kind: collections.KindTest, Channel: notifiers.Email, Subject: fmt.Sprint("No ", i), Status: collections.DeliverySent,
			}
			if _, err := collections.InsertDelivery(s, d, at); err != nil {
				t.Fatal(err)
			}
		}
		p := signIn(t, s, open, "admin", "/deliveries")
		p.See("120 messages")
		seen := map[string]bool{}
		turn := func(rows int) {
			t.Helper()
			p.Wait(fmt.Sprint(rows, " rows"), `document.querySelectorAll('.log-table .cover').length === %d`, rows)
			for _, subject := range strings.Split(browser.Ask[string](p, subjects), ",") {
				seen[subject] = true
			}
		}
		turn(50)
		first := browser.Ask[string](p, subjects)
		p.Click(browser.Link, "Older")
		p.Wait("other rows", subjects+` !== %q`, first)
		turn(50)
		p.Click(browser.Link, "Older")
		turn(20)
		if len(seen) != 120 {
			t.Errorf("three pages show %d of 120 messages", len(seen))
		}
		look(t, p, "log-last-page")
		p.Click(browser.Link, "Newer")
		turn(50)
		p.Click(browser.Link, "Newest")
		p.Wait("the first page", subjects+` === %q && location.search === ''`, first)
		message(t, s, 0, func(d *collections.Delivery) { d.Subject = "Just now"; d.User = "" })
		p.See("Just now", "121 messages")
	})
}

// keepDownloads holds back what would be saved as a file, for the test to read.
const keepDownloads = `(() => {
	const make = URL.createObjectURL;
	URL.createObjectURL = (blob) => { blob.arrayBuffer().then((b) => { window.saved = new TextDecoder('utf-8', { ignoreBOM: true }).decode(b); }); return make.call(URL, blob); };
	HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
	return true;
})()`

func TestWeb_LogIsExported(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		event := s.Event(inDays(20)).With(func(e *collections.Event) { e.SetTitle("泵, \"A\"") }).Save()
		for i := range 620 {
			message(t, s, time.Duration(i)*time.Second, func(d *collections.Delivery) { d.Subject, d.Event = fmt.Sprint("=SUM(", i, ")"), event.Id })
		}
		export := func(role string) [][]string {
			t.Helper()
			p := signIn(t, s, open, role, "/deliveries?status=sent")
			p.See("620 messages")
			browser.Ask[bool](p, keepDownloads)
			p.Click(browser.Button, "Export CSV")
			p.See("620 messages exported.")
			p.Wait("the file", `window.saved && /^deliveries-\d{4}-\d\d-\d\d\.csv$/.test(window.savedAs)`)
			text := browser.Ask[string](p, `window.saved`)
			if !strings.HasPrefix(text, "\ufeff") || !strings.HasSuffix(text, "\r\n") {
				t.Errorf("the file of %s is not what Excel opens", role)
			}
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		rows := export("manager")
		if len(rows) != 621 || rows[0][0] != "Made" || !strings.HasPrefix(rows[1][7], "'=SUM(") || rows[1][9] != "泵, \"A\"" {
			t.Errorf("%d rows; they begin %q, %q", len(rows), rows[0], rows[1])
		}
		if made, err := time.Parse(time.RFC3339, rows[1][0]); err != nil || time.Since(made) > time.Hour || !strings.HasSuffix(rows[1][0], "+08:00") {
			t.Errorf("the first was made %s (%v)", rows[1][0], err)
		}
		if all := strings.Join(rows[0], ","); !strings.Contains(all, "Address") {
			t.Errorf("managers get no addresses: %s", all)
		}
		for _, row := range export("staff") {
			if strings.Contains(strings.Join(row, ","), "staff@example.test") {
				t.Fatalf("staff get addresses: %q", row)
			}
		}
	})
}

func TestWeb_LogIsEmptyAtFirst(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "viewer", "/deliveries")
		p.See("No messages yet")
		look(t, p, "log-none")
		message(t, s, 0, func(d *collections.Delivery) { d.Subject = "To somebody else" })
		p.Reload()
		p.See("No messages yet") // it is neither about an event nor the viewer's
	})
}

func TestWeb_ChannelsAreTested(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		a := apptest.New(t, production(t, apptest.WithNotifier(notifiers.WeChat, nil))...)
		s := a.Serve()
		p := signIn(t, s, open, "admin", "/channels")
		p.See("No mail server is set up", "EMAIL_HOST", "Messages leave by memory", "Reminders cannot use it until it is set up.", "WECHAT_APP_ID", "tminus doctor", "Daily digest")
		look(t, p, "channels")
		mail := p.Within("[aria-labelledby=channel-email]")
		if to := mail.Value("Email address"); to != "admin@example.test" {
			t.Errorf("the test mail is addressed to %q", to)
		}
		mail.Fill("Email address", "nobody")
		p.Refuses(http.StatusBadRequest, "/api/tminus/channels/email/test")
		mail.Click(browser.Button, "Send")
		mail.See("Enter a whole email address")
		mail.Fill("Email address", "grace@example.test")
		mail.Click(browser.Button, "Send")
		mail.See("Kept, not sent", "grace@example.test")

		a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "isv.BUSINESS_LIMIT_CONTROL", Err: errors.New("too many")}
		})
		sms := p.Within("[aria-labelledby=channel-sms]")
		sms.Click(browser.Button, "Send")
		sms.See("Failed", "isv.BUSINESS_LIMIT_CONTROL", "Last error")
		look(t, p, "channels-tested")
		if p.Within("[aria-labelledby=channel-wechat]").Has(browser.Button, "Send") {
			t.Error("a channel that is not set up offers a test")
		}
		sms.Click(browser.Link, "See the message")
		p.Within("dialog").See("Test message", "isv.BUSINESS_LIMIT_CONTROL")
	})
}

func TestWeb_PausedChannelTellsItsMend(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		a := apptest.New(t, production(t, apptest.WithConfig(func(c *config.Config) { c.Enable.WeChat = false }))...)
		s := a.Serve()
		a.Outbox.Broken(&notifiers.Error{Class: notifiers.Configuration, Reason: "the access key was refused", Hint: "Check SMS_API_KEY.", Err: errors.New("403")})
		p := signIn(t, s, open, "admin", "/channels")
		sms := p.Within("[aria-labelledby=channel-sms]")
		sms.Click(browser.Button, "Send")
		sms.See("SMS has been paused since", "the access key was refused", "Check SMS_API_KEY.")
		p.Within("[aria-labelledby=channel-wechat]").See("EVENT_REMINDER_ENABLE_WECHAT=true")
		look(t, p, "channels-paused")
		a.Outbox.Broken(nil)
		sms.Gone("paused since")
		sms.See("Sent")
	})
}

func TestWeb_MailboxShowsEachMessageAsItsReaderWouldSeeIt(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t, apptest.InDemo())...).Serve()
		p := signIn(t, s, open, "viewer", "/sandbox")
		p.See("No messages yet")
		look(t, p, "mailbox-none")
		event := s.Event(inDays(9)).Save()
		wantOK(t, "remind", s.Do("staff", http.MethodPost, "/api/collections/reminders/records", map[string]any{
			"event": event.Id, "reminder_type": "custom", "title": "Bring the lamp", "message": "The **second** one.\n\n- lens\n- cable",
			"recipients": []string{apptest.UserID("staff")}, "channels": []string{"email", "sms", "wechat"}, "send_datetime": time.Now().Add(time.Second).UTC(),
		}))
		p.See("Bring the lamp", "User staff")
		p.Wait("three messages", `document.querySelectorAll('.letter').length === 3`)
		p.Within(".mailbox-list").Click(browser.Button, "Email")
		p.Wait("one of them", `document.querySelectorAll('.letter').length === 1`)
		read := func() {
			t.Helper()
			browser.Ask[bool](p, `document.querySelector('.letter').click() ?? true`)
			p.Wait("its address", `location.search.includes('message=')`)
		}
		read()
		p.Within(".mailbox-message").See("staff@example.test", "Kept here. It was not sent to anyone.")
		p.Wait("the mail, formatted", `document.querySelector('mail-view').shadowRoot.textContent.includes('second')`)
		look(t, p, "mailbox-mail")
		p.Click(browser.Button, "Text")
		p.Within(".kept-message-text").See("lens")
		p.Reload()
		p.Within(".kept-message-text").See("lens") // how one likes to read is remembered, and what one reads stands in the address
		if p.Screen.Phone {
			p.Within(".kept-message").Click(browser.Link, "Sandbox mailbox")
			p.Wait("the list again", `document.querySelector('.letter').checkVisibility()`)
		}
		for _, tt := range []struct{ channel, part string }{{"SMS", ".letter-bubble"}, {"WeChat", ".letter-notice"}} {
			p.Within(".mailbox-list").Click(browser.Button, tt.channel)
			p.Wait("one of them", `document.querySelectorAll('.letter').length === 1`)
			read()
			p.Within(tt.part).See("Bring the lamp", "- lens")
			look(t, p, "mailbox-"+tt.channel)
			if p.Screen.Phone {
				p.Within(".kept-message").Click(browser.Link, "Sandbox mailbox")
			}
		}
	})
}

func TestWeb_MailboxIsForAdministratorsOutsideTheDemo(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/events")
		p.See("Nothing is coming up")
		p.Refuses(http.StatusForbidden, "/api/tminus/sandbox")
		p.Visit(s.URL + "/sandbox")
		p.See("Only administrators read this mailbox")
		look(t, p, "mailbox-refused")
	})
}
