package webtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/notifiers"
)

// tick changes the box with a value, which lies under its card.
func tick(p *browser.Page, value string) {
	browser.Ask[bool](p, `(document.querySelector('input[type=checkbox][value=%q]').click(), true)`, value)
}

// ofMany is an event with a team in two languages and a person at the customer's.
func ofMany(s *apptest.Server) (e *collections.Event, mei *collections.User) {
	mei = s.NewUser("Ho Mei-ling 何美玲", "mei@example.test", "zh-HK") // without a phone
	customer := s.Customer("Harbour Medical")
	contact := s.Contact(customer, "Dr Helen Yip", "helen.yip@example.test")
	e = s.Event(inDays(10)).With(func(e *collections.Event) {
		e.SetTitle("Scanner demonstration")
		e.SetAutoReminders(false)
		e.SetCustomer(customer.Id)
		e.SetContactPerson(contact.Id)
		e.SetAssignedStaff([]string{mei.Id})
		e.SetLocation("18 On Lai Street")
	}).Save()
	return e, mei
}

func TestWeb_AReminderIsWrittenFromATemplateWithItsPreview(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e, mei := ofMany(s)
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders")
		p.Click(browser.Link, "Create the first reminder")
		p.See("New reminder", "Responsible", "In the team", "Dr Helen Yip", "Contact person", "Sandbox", "Ready")
		preview := p.Within(".rem-preview")
		preview.See("User staff · English", "Ho Mei-ling 何美玲 · 繁體中文")
		look(t, p, "reminder-form")

		// What is missing is told at its place, the first one has the focus.
		p.Click(browser.Button, "Create reminder")
		p.Within("[data-field=title]").See("Fill this in.")
		p.Wait("the focus on the title", `document.activeElement.name === 'title'`)

		p.Click(browser.Button, "Pre-Departure Checklist")
		p.See("Filled from “Pre-Departure Checklist”.", "Ho Mei-ling 何美玲 reads 繁體中文, but your words are in English")
		if got := p.Value("Message"); !strings.Contains(got, "Going to: 18 On Lai Street") || strings.Contains(got, "{%") {
			t.Errorf("the message is %q", got)
		}
		p.Wait("the type", `document.querySelector('.rem-type-chips [aria-pressed=true]').innerText.trim() === 'Checklist'`)
		p.Fill("Title", "Take the scanner")
		p.Fill("Message", "Hello {{ recipient.name }}, take the scanner.")
		preview.See("Take the scanner · Harbour Medical")
		p.Wait("the mail", `document.querySelector('mail-view').shadowRoot.textContent.includes('Hello User staff, take the scanner.')`)

		// Another template asks before it takes the place of what was written, and gives it back.
		p.Click(browser.Button, "Equipment Checkout")
		p.Within("dialog").See("Replace what you wrote?")
		p.Within("dialog").Click(browser.Button, "Replace")
		p.Wait("the other words", `document.querySelector('[name=title]').value === 'Equipment Checkout'`)
		p.Within(".toast:last-child").Click(browser.Button, "Undo")
		p.Wait("the words of before", `document.querySelector('[name=title]').value === 'Take the scanner'`)

		// Who cannot be reached is marked before anything is saved, and refused all the same.
		tick(p, "sms")
		p.Within(".rem-person:nth-child(2)").See("SMS: No phone number is known.")
		preview.Click(browser.Button, "SMS")
		preview.See("1 part", "GSM-7")
		look(t, p, "reminder-form-sms")
		preview.Click(browser.Button, "WeChat")
		preview.See("WeChat is not chosen.", "Take the scanner")
		look(t, p, "reminder-form-wechat")
		p.Refuses(http.StatusBadRequest, "/api/collections/reminders/records")
		p.Click(browser.Button, "Create reminder")
		p.Within("[data-field=recipients]").See("Somebody chosen here cannot be reached on a chosen channel.")
		p.Wait("the focus on who is meant", `document.activeElement.value === %q`, mei.Id)
		look(t, p, "reminder-form-refused")
		tick(p, mei.Id)

		p.Click(browser.Button, "3 days before")
		p.Click(browser.Button, "Create reminder")
		p.See("Reminder created.")
		cards(t, p, "Take the scanner")
		saved := s.Reminders(e)[0]
		if want := e.PlannedStart().AddDate(0, 0, -3); !saved.SendAt().Equal(want) {
			t.Errorf("it leaves at %s, want %s", saved.SendAt(), want)
		}
		if got := strings.Join(saved.Channels(), " "); got != "email sms" || len(saved.Recipients()) != 1 || saved.Type() != "checklist" {
			t.Errorf("saved by %s, to %v, as %s", got, saved.Recipients(), saved.Type())
		}
	})
}

func TestWeb_ADraftOfAReminderSurvivesAReload(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e, _ := ofMany(s)
		stranger := s.NewUser("Thomas Bennett", "thomas@example.test", "en")
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders/new")
		p.Fill("Title", "Take the scanner")
		p.Fill("Add a colleague", "Thom")
		p.Click(browser.Option, "Thomas Bennett")
		p.See("Thomas Bennett")
		p.Reload()
		p.See("What you typed before is still here.", "Thomas Bennett")
		if got := p.Value("Title"); got != "Take the scanner" {
			t.Errorf("the title is %q after a reload", got)
		}
		p.Wait("the colleague", `document.querySelector('input[value=%q]').checked`, stranger.Id)
		look(t, p, "reminder-form-draft")
		p.Click(browser.Button, "Discard")
		p.Wait("an empty form", `document.querySelector('[name=title]').value === '' && !document.querySelector('input[value=%q]')`, stranger.Id)
	})
}

func TestWeb_AMistakeInAMessageIsToldWhileItIsWritten(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e, _ := ofMany(s)
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders/new")
		p.Fill("Title", "Take the scanner")
		p.Refuses(http.StatusBadRequest, "/api/tminus/preview/reminder")
		p.Refuses(http.StatusBadRequest, "/api/collections/reminders/records")
		p.Fill("Message", "Dear {{ recipient.nam }}")
		const wrong = "Line 1: there is no variable “recipient.nam”. Did you mean “recipient.name”?"
		p.Within(".rem-message-field").See(wrong)
		p.Within(".rem-preview").See(wrong)
		p.Click(browser.Button, "Create reminder")
		p.Within("[data-field=message]").See(wrong)
		p.Wait("the focus on the message", `document.activeElement.name === 'message'`)
		p.Fill("Message", "Dear {{ recipient.name }}")
		p.Gone(wrong)
	})
}

func TestWeb_AllTemplatesInEveryLanguage(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e, _ := ofMany(s)
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders/new")
		p.Click(browser.Button, "All templates")
		dialog := p.Within("dialog")
		dialog.See("Code of Conduct", "Customer Service", "Event Reminder")
		look(t, p, "reminder-templates")
		dialog.Click(browser.Button, "简体中文")
		p.Wait("the Chinese ones", `document.querySelector('dialog .rem-template-item').lang === 'zh-CN'`)
		title := browser.Ask[string](p, `document.querySelector('dialog .rem-template-item .strong').innerText`)
		browser.Ask[bool](p, `(document.querySelector('dialog .rem-template-item').click(), true)`)
		p.Wait("the title", `document.querySelector('[name=title]').value === %q`, title)
	})
}

func TestWeb_APlannedReminderIsEditedByHand(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Scanner demonstration") }).Save()
		planned := s.Reminders(e)[0]
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders")
		p.Within(".reminder-card:first-child").See("Plan: 7 days before")
		p.Within(".reminder-card:first-child").Click(browser.Link, "Edit")
		p.See("What you change here no longer follows the plan.")
		p.Fill("Title", "Take the scanner")
		look(t, p, "reminder-form-planned")
		p.Click(browser.Button, "Save changes")
		p.See("Saved.", "Plan: 7 days before, Changed by hand")
		p.Within(".rem-history").See("Title: “Pre-Departure Checklist” → “Take the scanner”")
		saved := s.Reminders(e)[0]
		if !saved.IsDetached(collections.ReminderTitle) || saved.IsDetached(collections.ReminderMessage) || saved.Id != planned.Id {
			t.Errorf("taken out of the plan's hands: %v", saved.Detached())
		}
		p.Click(browser.Button, "Delete")
		p.Within("dialog").See("It stays listed as cancelled by hand")
		p.Within("dialog").Click(browser.Button, "Delete")
		p.See("Cancelled", "Removed by hand.")
	})
}

func TestWeb_WhatOthersDoToAReminderIsSeenInItsForm(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e, _ := ofMany(s)
		r := manual(s, e, "Call the customer", 24, nil)
		p := signIn(t, s, open, "staff", "/reminders/"+r.Id+"/edit")
		p.Fill("Message", "Mine")
		address := "/api/collections/reminders/records/" + r.Id
		wantOK(t, "another edits it", s.Do("manager", http.MethodPatch, address, map[string]any{"title": "Call Dr Yip"}))
		p.See("Somebody has changed this reminder meanwhile.")
		p.Click(browser.Button, "Take their version")
		p.Wait("their title", `document.querySelector('[name=title]').value === 'Call Dr Yip'`)
		if got := p.Value("Message"); got != "Mine" {
			t.Errorf("the message is %q: what was typed is gone", got)
		}
		wantOK(t, "another sends it", s.Do("manager", http.MethodPost, "/api/tminus/reminders/"+r.Id+"/send", nil))
		p.See("This reminder has been sent.", "Your changes cannot be saved.")
		if p.Has(browser.Button, "Save changes") {
			t.Error("what has left is offered to be saved")
		}
		look(t, p, "reminder-form-left")
		p.Visit(s.URL + "/reminders/" + r.Id + "/edit")
		p.See("What has left can no longer be changed.")
	})
}

func TestWeb_ChannelsSayHowTheyStandWhereTheyAreChosen(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		a := apptest.New(t, production(t, apptest.WithNotifier(notifiers.WeChat, nil))...)
		a.Outbox.Broken(&notifiers.Error{Class: notifiers.Configuration, Reason: "The account is out of credit", Hint: "Top it up."})
		s := a.Serve()
		e, _ := ofMany(s)
		r := manual(s, e, "Call the customer", 24, bySMS)
		wantOK(t, "send it", s.Do("staff", http.MethodPost, "/api/tminus/reminders/"+r.Id+"/send", nil))
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/reminders/new")
		cards := p.Within(".rem-channel-cards")
		cards.See("Sandbox", "Kept here, not sent.", "Paused", "The account is out of credit", "Not configured", "Nothing can be sent.")
		p.Wait("WeChat cannot be chosen", `document.querySelector('#channel-wechat').disabled && !document.querySelector('#channel-sms').disabled`)
		look(t, p, "reminder-form-channels")
	})
}

func TestWeb_TheKeyboardAloneWritesAReminder(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, production(t)...).Serve()
	e, _ := ofMany(s)
	b := browser.Start(t)
	p := signIn(t, s, func(address string) *browser.Page { return b.Open(t, browser.Desktop, address) }, "staff", "/events/"+e.Id+"/reminders/new")
	p.See("Create reminder")
	settled(t, p)
	to := func(what string) {
		t.Helper()
		for range 60 {
			if browser.Ask[bool](p, "%s", what) {
				return
			}
			p.Press(kb.Tab)
		}
		t.Fatalf("the keyboard does not come to %s", what)
	}
	to(`document.activeElement.innerText?.trim() === 'Safety Protocol Review'`)
	p.Press(kb.Enter)
	p.Wait("the words", `document.querySelector('[name=title]').value === 'Safety Protocol Review'`)
	to(`document.activeElement.value === 'wechat'`)
	p.Press(" ")
	p.Wait("WeChat is chosen", `document.querySelector('#channel-wechat').checked`)
	p.Press(" ")
	to(`document.activeElement.type === 'submit'`)
	p.Press(kb.Enter)
	p.See("Reminder created.")
	cards(t, p, "Safety Protocol Review")
}
