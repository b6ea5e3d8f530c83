package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/apptest/smtpserver"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
	"tminus/outbox"
)

// pages is the web app as the binary holds it.
func pages(t *testing.T) fs.FS {
	t.Helper()
	files, err := fs.Sub(webApp, "pb_public")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// production is the wiring that serves people: the web app, the real clock and the engine's own timing. Without a mail
// server its email is kept in the sandbox; SMS and WeChat leave for the memory of the test.
func production(t *testing.T, options ...apptest.Option) []apptest.Option {
	t.Helper()
	return append([]apptest.Option{
		apptest.WithWebApp(pages(t)),
		apptest.WithNow(time.Now),
		apptest.WithOutbox(func(o *outbox.Options) { *o = outbox.Options{} }),
		apptest.WithNotifier(notifiers.Email, nil),
	}, options...)
}

func withMailServer(server *smtpserver.Server) apptest.Option {
	return apptest.WithConfig(func(c *config.Config) {
		c.Email.Host, c.Email.Port, c.Email.Sandbox = server.Host(), server.Port(), false
		c.Email.From = "T-minus <reminders@example.test>"
	})
}

// inDays is that many days ahead, in the morning in Hong Kong.
func inDays(n int) time.Time {
	return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, n).Add(2 * time.Hour)
}

// opener opens a window of another person's.
type opener func(address string) *browser.Page

// onEveryScreen tells a story at a desk and on a phone.
func onEveryScreen(t *testing.T, story func(t *testing.T, open opener)) {
	t.Helper()
	t.Parallel()
	b := browser.Start(t)
	for _, screen := range []browser.Screen{browser.Desktop, browser.Phone} {
		t.Run(screen.Name, func(t *testing.T) {
			story(t, func(address string) *browser.Page { return b.Open(t, screen, address) })
		})
	}
}

// signIn opens an address in a window of its own and signs the user with a role in.
func signIn(t *testing.T, s *apptest.Server, open opener, role, address string) *browser.Page {
	t.Helper()
	p := open(s.URL + address)
	p.Fill("Email", role+"@example.test")
	p.Fill("Password", apptest.Password)
	p.Click(browser.Button, "Sign in")
	return p
}

func signOut(t *testing.T, p *browser.Page) {
	t.Helper()
	if p.Screen.Phone {
		p.Click(browser.Button, "Account")
		p = p.Within("dialog")
	}
	p.Click(browser.Button, "Sign out")
}

// card is a reminder on its event's page.
func card(p *browser.Page, r *collections.Reminder) *browser.Page {
	return p.Within("#reminder-" + r.Id)
}

// deliveries are what came of a reminder, one row for each person and channel.
func deliveries(p *browser.Page, r *collections.Reminder) *browser.Page {
	return card(p, r).Within(".deliveries")
}

// sendNow sends a reminder by its button, and answers yes.
func sendNow(t *testing.T, p *browser.Page, r *collections.Reminder) {
	t.Helper()
	card(p, r).Click(browser.Button, "Send now")
	p.Within("dialog").Click(browser.Button, "Send now")
}

// look waits until everything is there, holds the page against what every page promises, and keeps its picture.
func look(t *testing.T, p *browser.Page, name string) {
	t.Helper()
	p.Wait("everything is there", `!document.querySelector('.skeleton, [aria-busy=true]')`)
	p.Fits()
	p.Picture(name)
}

func wantOK(t *testing.T, what string, got apptest.Answer) {
	t.Helper()
	if got.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", what, got.Status, got.Body)
	}
}

func TestWeb_TheConsolesLinkMakesTheFirstAdministrator(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.Open(t, t.TempDir(), production(t)...).Serve()
		link := s.URL + "/setup#token=" + s.System.API.OfferSetup()

		p := open(link)
		p.Fill("Your name", "Ada Wong")
		p.Fill("Email", "ada@example.test")
		p.Fill("Password", "short")
		p.Fill("Company", "Harbour Instruments")
		if zone := p.Value("Time zone"); zone != browser.Zone {
			t.Errorf("the time zone offered is %q, not the browser's", zone)
		}
		look(t, p, "setup")
		p.Click(browser.Button, "Start")
		p.See("Use at least 10 characters.")
		p.Wait("the focus on the field to mend", `document.activeElement.name === 'password'`)
		p.Picture("setup-error")
		p.Fill("Password", apptest.Password)
		p.Click(browser.Button, "Start")
		p.See("Good day, Ada Wong", "No events yet", "messages are kept here, not sent")
		look(t, p, "first-page")

		again := open(link)
		again.Refuses(http.StatusForbidden, "/api/tminus/setup")
		again.Fill("Your name", "Mallory")
		again.Fill("Email", "mallory@example.test")
		again.Fill("Password", apptest.Password)
		again.Fill("Company", "Another")
		again.Click(browser.Button, "Start")
		again.See("This link is no longer valid.")
	})
}

func TestWeb_AWrongPasswordIsToldAndWhatWasTypedStays(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "staff", "/")
		p.See("Good day, User staff")
		signOut(t, p)
		p.See("No account?")
		look(t, p, "sign-in")

		p.Refuses(http.StatusBadRequest, "/api/collections/users/auth-with-password")
		p.Fill("Email", "staff@example.test")
		p.Fill("Password", "not the password")
		p.Click(browser.Button, "Sign in")
		p.See("Email or password is wrong.")
		p.Picture("sign-in-wrong")
		if email, password := p.Value("Email"), p.Value("Password"); email != "staff@example.test" || password != "not the password" {
			t.Errorf("the fields hold %q and %q", email, password)
		}
		p.Fill("Password", apptest.Password)
		p.Click(browser.Button, "Sign in")
		p.See("Good day, User staff")
	})
}

func TestWeb_AReminderSentNowTurnsSentBeforeEveryonesEyes(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		server := smtpserver.Start(t)
		s := apptest.New(t, production(t, withMailServer(server))...).Serve()
		e := s.Event(inDays(10)).Save()
		r := s.Reminders(e)[0]

		onlooker := signIn(t, s, open, "viewer", "/")
		onlooker.Within(".track").See("in 3 d")
		p := signIn(t, s, open, "staff", "/")
		p.See("Coming up")
		look(t, p, "events")
		p.Click(browser.Link, e.Title())
		card(p, r).See("Pending", "7 days before", "User staff", "Email")
		look(t, p, "event")
		loaded, seen := p.Documents(), onlooker.Documents()

		card(p, r).Click(browser.Button, "Send now")
		p.Within("dialog").See("Send this reminder now?", r.Title(), "To User staff, by email, SMS and WeChat.")
		p.Picture("confirm")
		p.Within("dialog").Click(browser.Button, "Cancel")
		if status := s.Statuses(e)[0]; status != collections.ReminderPending {
			t.Errorf("after Cancel it is %s", status)
		}
		sendNow(t, p, r)
		card(p, r).See("Sent")
		card(p, r).Gone("Send now")
		deliveries(p, r).See("User staff Email Sent", "User staff SMS Sent", "User staff WeChat Sent")
		onlooker.Within(".track").See("Sent")
		look(t, p, "event-sent")
		if p.Documents() != loaded || onlooker.Documents() != seen {
			t.Error("it took a reload")
		}
		if !server.WaitFor(1, time.Second) || server.Mails()[0].To[0] != "staff@example.test" {
			t.Errorf("the mail server has %v", server.Mails())
		}
	})
}

func TestWeb_ARefusedMailTellsTheServersWordsAndIsRetriedToSent(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		server := smtpserver.Start(t)
		s := apptest.New(t, production(t, withMailServer(server))...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
		contact := s.Contact(s.Customer("Kowloon Print Works"), "Ms Lee", "nouser@example.test")
		r := s.Reminder(e, inDays(5))
		r.SetRecipients(nil)
		r.SetContactRecipients([]string{contact.Id})
		s.MustSave(r)

		p := signIn(t, s, open, "staff", "/events/"+e.Id)
		sendNow(t, p, r)
		card(p, r).See("Failed")
		deliveries(p, r).See("Ms Lee Email Failed 550 5.1.1 No such user here")
		look(t, p, "event-failed")
		loaded := p.Documents()
		wantOK(t, "mend the address", s.Do("manager", http.MethodPatch, "/api/collections/contacts/records/"+contact.Id,
			map[string]any{"email": "lee@example.test"}))
		card(p, r).Click(browser.Button, "Retry")
		deliveries(p, r).See("Ms Lee Email Sent")
		card(p, r).Gone("Failed")
		card(p, r).Gone("550")
		card(p, r).Gone("Retry")
		look(t, p, "event-retried")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
		if mails := server.Mails(); len(mails) != 1 || mails[0].To[0] != "lee@example.test" {
			t.Errorf("the mail server has %v", mails)
		}
	})
}

func TestWeb_TheSandboxMailboxShowsWhatWasKeptAndSaysSo(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).Save()
		r := s.Reminder(e, inDays(5)) // by email alone
		s.MustSave(r)

		p := signIn(t, s, open, "admin", "/events/"+e.Id)
		card(p, r).Click(browser.Button, "Send now")
		p.Within("dialog").See("It is kept in the sandbox mailbox, not sent.")
		p.Picture("confirm-kept")
		p.Within("dialog").Click(browser.Button, "Send now")
		card(p, r).See("Kept, not sent")
		deliveries(p, r).See("User staff Email Kept, not sent")
		p.Picture("event-kept")
		p.Within("nav").Click(browser.Link, "Sandbox mailbox")
		p.Within(".letters").See("User staff", r.Title())
		look(t, p, "sandbox")
		p.Within(".letters").Click(browser.Link, "")
		message := p.Within(".message")
		message.See(r.Title(), "staff@example.test", "Kept here. It was not sent to anyone.")
		p.Wait("the mail as its reader would see it", `document.querySelector('mail-view').shadowRoot.textContent.includes(%q)`, e.Title())
		look(t, p, "sandbox-mail")
		message.Click(browser.Button, "Text")
		message.See(e.Title(), "Harbour Medical")
		p.Picture("sandbox-text")

		other := signIn(t, s, open, "staff", "/sandbox")
		other.Refuses(http.StatusForbidden, "/api/tminus/sandbox")
		other.See("Only administrators read this mailbox")
		look(t, other, "sandbox-refused")
	})
}

func TestWeb_WhatOthersEnterAppearsByItself(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		customer := s.Customer("Lantau Hotels")
		p := signIn(t, s, open, "staff", "/")
		p.See("No events yet")
		look(t, p, "events-none")
		loaded := p.Documents()
		answer := s.Do("manager", http.MethodPost, "/api/collections/events/records", map[string]any{
			"title": "On-site maintenance", "customer": customer.Id, "event_type": "maintenance", "planned_start_date": inDays(10),
		})
		wantOK(t, "enter an event", answer)
		p.See("Coming up", "On-site maintenance", "Lantau Hotels", "Planned")
		p.Within(".track").See("in 3 d")
		wantOK(t, "cancel it", s.Do("manager", http.MethodPatch, fmt.Sprint("/api/collections/events/records/", answer.JSON(t)["id"]),
			map[string]any{"status": "cancelled"}))
		p.Within(".event-row").See("Cancelled")
		look(t, p, "events-appeared")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
	})
}

func TestWeb_AViewerIsNotOfferedToSend(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).Save()
		p := signIn(t, s, open, "viewer", "/events/"+e.Id)
		p.See("You can read this event.", "7 days before", "3 days before", "1 day before")
		if p.Has(browser.Button, "Send now") {
			t.Error("a viewer sees a button to send")
		}
		look(t, p, "event-viewer")
	})
}

func TestWeb_LanguageAndThemeChangeAtOnceAndStay(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).Save()
		p := signIn(t, s, open, "staff", "/events/"+e.Id)
		p.See("Event starts")
		label := "Language"
		for _, tt := range []struct{ lang, label, words string }{
			{"zh-HK", "語言", "立即發送 活動開始"}, {"zh-CN", "语言", "立即发送 活动开始"},
		} {
			p.Choose(label)
			label = tt.label
			p.See(strings.Fields(tt.words)...)
			if lang := browser.Ask[string](p, `document.documentElement.lang`); lang != tt.lang {
				t.Errorf("the page says that it is in %q, not %s", lang, tt.lang)
			}
			look(t, p, "event-"+tt.lang)
		}
		p.Click(browser.Button, "切换到深色")
		p.Reload()
		p.See("活动开始")
		if paper := browser.Ask[string](p, `getComputedStyle(document.documentElement).backgroundColor`); paper != "rgb(17, 17, 16)" {
			t.Errorf("the dark paper is %s", paper)
		}
		look(t, p, "event-dark")
		p.Click(browser.Link, "活动")
		p.See("即将开始", "User staff，您好")
		look(t, p, "events-dark")
		p.Click(browser.Button, "切换到浅色")
		p.Wait("the light theme", `document.documentElement.dataset.theme === 'light'`)
	})
}

func TestWeb_VendoredFilesAreThoseOfTheManifest(t *testing.T) {
	t.Parallel()
	type library struct {
		Name, Version, Licence, File, SHA256 string
		LicenceFile                          string `json:"licence_file"`
	}
	files, err := fs.Sub(pages(t), "vendor")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Error(err)
		}
		return raw
	}
	var libraries []library
	if err := json.Unmarshal(read("manifest.json"), &libraries); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"manifest.json": true}
	for _, l := range libraries {
		listed[l.File], listed[l.LicenceFile] = true, true
		if sum := sha256.Sum256(read(l.File)); hex.EncodeToString(sum[:]) != l.SHA256 {
			t.Errorf("%s is not what the manifest lists", l.File)
		}
		if l.Name == "" || l.Version == "" || !strings.HasSuffix(path.Dir(l.File), "@"+l.Version) {
			t.Errorf("%s lies in another folder than its version's: %+v", l.File, l)
		}
		if text := string(read(l.LicenceFile)); l.Licence == "" || !strings.Contains(text, "Copyright") {
			t.Errorf("%s has no licence text", l.Name)
		}
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !listed[name] {
			t.Errorf("%s is not in the manifest", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
