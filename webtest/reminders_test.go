package webtest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/notifiers"
)

// manual saves a reminder made by hand, due in some hours.
func manual(s *apptest.Server, e *collections.Event, title string, hours int, change func(*collections.Reminder)) *collections.Reminder {
	r := s.Reminder(e, time.Now().Add(time.Duration(hours)*time.Hour))
	r.SetTitle(title)
	if change != nil {
		change(r)
	}
	s.MustSave(r)
	return r
}

// quiet is an event ten days ahead without reminders of its own.
func quiet(s *apptest.Server) *collections.Event {
	return s.Event(inDays(10)).With(func(e *collections.Event) {
		e.SetTitle("Scanner demonstration")
		e.SetAutoReminders(false)
	}).Save()
}

func bySMS(r *collections.Reminder) { r.SetChannels([]string{notifiers.SMS}) }

// cards are the titles of the cards that are shown.
func cards(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	p.Wait("the cards "+strings.Join(want, ", "), `[...document.querySelectorAll('.reminder-card .cover')].map((a) => a.textContent).join() === %q`, strings.Join(want, ","))
}

// numbers are what the number cards say.
func numbers(t *testing.T, p *browser.Page, want string) {
	t.Helper()
	p.Wait("the numbers "+want, `[...document.querySelectorAll('.rem-number')].map((n) => n.innerText.replace(/\s+/g, ' ').trim()).join(', ') === %q`, want)
}

func TestWeb_RemindersOfAnEventAreCountedNarrowedAndSent(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := quiet(s)
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders")
		p.See("No reminders yet", "Automatic reminders are off for this event.")
		look(t, p, "reminders-none")

		manual(s, e, "Bring the spare lamp", 24, func(r *collections.Reminder) { r.SetMessage("Dear {{ recipient.name }}: the **second** lamp is worn.") })
		manual(s, e, "Call the customer", 48, bySMS)
		numbers(t, p, "Total 2, Pending 2, Sent 0, Overdue 0, Failed 0")
		cards(t, p, "Bring the spare lamp", "Call the customer")
		p.See("Dear ‹recipient’s name›: the second lamp is worn.", "Added by hand", "User staff", "tomorrow")
		loaded := p.Documents()

		// It leaves, and the page follows.
		first := p.Within(".reminder-card:first-child")
		first.Click(browser.Button, "Send now")
		p.Within("dialog").See("It is kept in the sandbox mailbox, not sent.")
		p.Within("dialog").Click(browser.Button, "Send now")
		first.See("Kept, not sent", "1 kept")
		if first.Has(browser.Button, "Send now") || first.Has(browser.Link, "Edit") {
			t.Error("what has left is offered to be sent or edited")
		}
		numbers(t, p, "Total 2, Pending 1, Sent 1, Overdue 0, Failed 0")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
		look(t, p, "reminders")

		p.Within(".rem-numbers").Click(browser.Button, "Pending 1")
		cards(t, p, "Call the customer")
		p.Reload()
		cards(t, p, "Call the customer") // the choice stands in the address
		p.Within(".rem-numbers").Click(browser.Button, "Failed 0")
		p.See("Nothing has failed")
		look(t, p, "reminders-narrowed")
		p.Click(browser.Button, "Show all")
		cards(t, p, "Bring the spare lamp", "Call the customer")

		p.Click(browser.Button, "Delete “Call the customer”")
		p.Within("dialog").Click(browser.Button, "Delete")
		cards(t, p, "Bring the spare lamp")
		numbers(t, p, "Total 1, Pending 0, Sent 1, Overdue 0, Failed 0")
		p.Click(browser.Link, "Bring the spare lamp")
		p.See("The message was kept here, not sent", "Recipients and messages")
		look(t, p, "reminder-kept")
	})
}

func TestWeb_WhatFailedSaysWhyAndIsRetried(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		a := apptest.New(t, production(t)...)
		a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "isv.MOBILE_NUMBER_ILLEGAL"}
		})
		s := a.Serve()
		e := quiet(s)
		r := manual(s, e, "Call the customer", 24, bySMS)
		p := signIn(t, s, open, "staff", "/reminders/"+r.Id)
		p.See("Leaves tomorrow", "User staff", "Planned", "Added by hand")
		p.Within(".rem-preview").See("1 part")
		look(t, p, "reminder-pending")

		p.Click(browser.Button, "Send now")
		p.Within("dialog").Click(browser.Button, "Send now")
		p.See("Nobody has got it", "The operator refused this number or text. Check the number, then retry.", "isv.MOBILE_NUMBER_ILLEGAL")
		p.Within(".rem-history").See("Pending → Sending", "Sending → Failed")
		look(t, p, "reminder-failed")
		p.Visit(s.URL + "/events/" + e.Id + "/reminders")
		numbers(t, p, "Total 1, Pending 0, Sent 0, Overdue 0, Failed 1")
		p.See("isv.MOBILE_NUMBER_ILLEGAL")
		look(t, p, "reminders-failed")

		a.Outbox.Answer(nil)
		p.Click(browser.Button, "Retry")
		numbers(t, p, "Total 1, Pending 0, Sent 1, Overdue 0, Failed 0")
		p.Click(browser.Link, "Call the customer")
		p.See("The message has been sent", "memory-")
	})
}

func TestWeb_AReminderIsFollowedWhileItIsSent(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		a := apptest.New(t, production(t)...)
		broken := &notifiers.Error{Class: notifiers.Configuration, Reason: "The account is out of credit", Hint: "Top it up."}
		a.Outbox.Broken(broken)
		s := a.Serve()
		e := quiet(s)
		r := manual(s, e, "Call the customer", 24, bySMS)
		wantOK(t, "send it", s.Do("staff", http.MethodPost, "/api/tminus/reminders/"+r.Id+"/send", nil))
		p := signIn(t, s, open, "staff", "/reminders/"+r.Id)
		p.See("It is being sent: 0 of 1 have left", "SMS is not working. The message waits and leaves by itself once it is mended.", "The account is out of credit")
		p.See("SMS has been paused since")
		loaded := p.Documents()

		// Deliveries are written without telling anybody; the page finds out.
		if _, err := s.NonconcurrentDB().Update(collections.Deliveries, dbx.Params{"attempts": 2}, dbx.HashExp{"reminder": r.Id}).Execute(); err != nil {
			t.Fatal(err)
		}
		p.Wait("the attempts", `document.querySelector('.rem-delivery-attempts')?.textContent === '2'`)

		// What should have left long ago is overdue, even if it is under way.
		due := collections.DateTime(time.Now().Add(-10 * time.Minute))
		if _, err := s.NonconcurrentDB().Update(collections.Reminders, dbx.Params{"send_datetime": due}, dbx.HashExp{"id": r.Id}).Execute(); err != nil {
			t.Fatal(err)
		}
		a.Outbox.Broken(nil)
		p.See("The message has been sent", "memory-")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
	})
}

func TestWeb_RemindersOfOthersAreReadOnly(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := quiet(s)
		r := manual(s, e, "Call the customer", 24, bySMS)
		p := signIn(t, s, open, "viewer", "/events/"+e.Id+"/reminders")
		cards(t, p, "Call the customer")
		look(t, p, "reminders-viewer")
		nothing := func(where string) {
			t.Helper()
			for role, names := range map[string][]string{browser.Button: {"Send now", "Retry", "Delete", "Delete “Call the customer”"}, browser.Link: {"Edit", "New reminder"}} {
				for _, name := range names {
					if p.Has(role, name) {
						t.Errorf("%s: a viewer is offered %q", where, name)
					}
				}
			}
		}
		nothing("the list")
		p.Click(browser.Link, "Call the customer")
		p.See("Leaves tomorrow", "The second lamp is worn.")
		nothing("the reminder")
		look(t, p, "reminder-viewer")
		for _, address := range []string{"/reminders/" + r.Id + "/edit", "/events/" + e.Id + "/reminders/new"} {
			p.Visit(s.URL + address)
			p.See("You cannot change this event")
		}
		look(t, p, "reminder-form-refused")
		p.Refuses(http.StatusNotFound, "/api/collections/reminders/records/nothinglikethis")
		p.Visit(s.URL + "/reminders/nothinglikethis")
		p.See("This reminder has been deleted.")
		look(t, p, "reminder-gone")
	})
}

func TestWeb_ManyRemindersWithHostileWords(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := quiet(s)
		for i := range 50 {
			manual(s, e, fmt.Sprintf("%02d <img src=x onerror=alert(1)> 🔦 %s", i, strings.Repeat("Donaudampfschiff", 8)), i+2, func(r *collections.Reminder) {
				r.SetMessage("<script>alert(1)</script> שלום " + strings.Repeat("x", 300))
			})
		}
		p := signIn(t, s, open, "manager", "/events/"+e.Id+"/reminders")
		p.Wait("the first cards", `document.querySelectorAll('.reminder-card .cover').length === 40`)
		p.See("<script>alert(1)</script> שלום")
		look(t, p, "reminders-hostile")
		p.Click(browser.Button, "Show 10 more")
		p.Wait("all cards", `document.querySelectorAll('.reminder-card .cover').length === 50`)
		p.Click(browser.Link, "00 <img src=x onerror=alert(1)> 🔦 "+strings.Repeat("Donaudampfschiff", 8))
		p.See("Leaves in ")
		p.Wait("the mail", `document.querySelector('mail-view')?.shadowRoot.textContent.includes('<script>alert(1)</script> שלום')`)
		look(t, p, "reminder-hostile")
	})
}
