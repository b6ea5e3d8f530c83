package webtest

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/notifiers"
)

// visit is an event ten days ahead with everything that a page can tell.
func visit(s *apptest.Server) *collections.Event {
	customer := s.Customer("Harbour Medical 港灣")
	contact := s.Contact(customer, "Dr Helen Yip", "helen.yip@example.test")
	contact.SetPhone("+85255500203")
	contact.SetTitle("Head of Pathology")
	s.MustSave(contact)
	return s.Event(inDays(10)).With(func(e *collections.Event) {
		e.SetTitle("Scanner demonstration")
		e.SetType("customer_visit")
		e.SetCustomer(customer.Id)
		e.SetContactPerson(contact.Id)
		e.SetLocation("18 On Lai Street, Sha Tin")
		e.SetAssignedStaff([]string{apptest.UserID(collections.RoleManager)})
		e.SetDescription("Bring **two** sample slides.")
	}).Save()
}

// href is where the link with a name leads.
func href(p *browser.Page, name string) string {
	return browser.Ask[string](p, `[...document.querySelectorAll('a')].find((a) => (a.ariaLabel ?? a.innerText).trim() === %q)?.getAttribute('href') ?? ''`, name)
}

func TestWeb_EventTellsItsFacts(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := visit(s)
		p := signIn(t, s, open, "manager", "/events/"+e.Id)
		p.See(e.Number(), "Scanner demonstration", "Customer visit", "Planned", "Harbour Medical 港灣", "Dr Helen Yip", "Head of Pathology", "18 On Lai Street, Sha Tin")
		for name, want := range map[string]string{
			"Call Dr Helen Yip, +85255500203":               "tel:+85255500203",
			"Write to Dr Helen Yip, helen.yip@example.test": "mailto:helen.yip@example.test",
			"Open the map":       "https://www.openstreetmap.org/search?query=18%20On%20Lai%20Street%2C%20Sha%20Tin",
			"Harbour Medical 港灣": "/customers/" + e.Customer(),
		} {
			if got := href(p, name); got != want {
				t.Errorf("%s leads to %q, want %q", name, got, want)
			}
		}
		if p.Screen.Phone {
			p.Click(browser.Button, "More facts")
		}
		p.See("Responsible", "Team", "The usual one for this type", "Bring two sample slides.")
		// Its reminders, from seven days before to the event itself.
		flow := p.Within(".flow")
		flow.See("7 days before", "3 days before", "1 day before", "The event begins")
		p.Wait("the event at the end of its line", `document.querySelector('.flow').lastElementChild.classList.contains('flow-begin')`)
		look(t, p, "event")
		p.Refuses(http.StatusNotFound, "/api/collections/events/records/nothinglikethis")
		p.Visit(s.URL + "/events/nothinglikethis")
		p.See("This event does not exist")
		look(t, p, "event-gone")
	})
}

func TestWeb_EventGoesThroughItsLife(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := visit(s)
		p := signIn(t, s, open, "staff", "/events/"+e.Id)
		standing := p.Within(".event-standing")
		p.Click(browser.Button, "Confirm")
		p.See("Event confirmed.")
		standing.See("Confirmed")
		p.Within(".toasts").Click(browser.Button, "Undo")
		standing.See("Planned")

		p.Click(browser.Button, "More actions")
		p.Click(browser.Item, "Cancel the event")
		p.Within("dialog").See("The 3 reminders that have not left yet are called off too.")
		look(t, p, "event-cancel")
		p.Within("dialog").Click(browser.Button, "Keep it")
		standing.See("Planned")
		p.Click(browser.Button, "More actions")
		p.Click(browser.Item, "Cancel the event")
		p.Within("dialog").Click(browser.Button, "Cancel the event")
		standing.See("Cancelled")
		p.Within(".flow").Gone("Pending")
		p.See("nothing more is sent")
		look(t, p, "event-cancelled")
		p.Click(browser.Button, "More actions")
		p.Click(browser.Item, "Re-open")
		standing.See("Planned")
		p.Within(".flow").See("Pending")

		p.Click(browser.Button, "Confirm")
		standing.See("Confirmed")
		p.Click(browser.Button, "Start")
		standing.See("In progress")
		p.Click(browser.Button, "Complete")
		standing.See("Completed")
		after := s.Reload(e)
		if after.ActualStart().IsZero() || after.ActualEnd().Before(after.ActualStart()) {
			t.Errorf("it took place from %v to %v", after.ActualStart(), after.ActualEnd())
		}
		history := p.Within(".chronicle")
		history.See("User staff", "completed the event", "started the event", "re-opened the event", "3 reminders are back")
		p.Click(browser.Button, "Show all 8 entries")
		history.See("cancelled the event", "3 reminders were called off", "logged this event")
		look(t, p, "event-history")
	})
}

func TestWeb_EventShowsWhatBecomesOfItsReminders(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		a := apptest.New(t, production(t)...)
		refuse := true
		a.Outbox.Answer(func(context.Context, *notifiers.Message, int) error {
			if refuse {
				return &notifiers.Error{Class: notifiers.Permanent, Reason: "the number is barred"}
			}
			return nil
		})
		s := a.Serve()
		e := visit(s)
		r := s.Reminder(e, time.Now().Add(48*time.Hour))
		r.SetChannels([]string{"email", "sms"})
		r.SetRecipients([]string{apptest.UserID(collections.RoleStaff), apptest.UserID(collections.RoleManager)})
		s.MustSave(r)
		manager := s.User(collections.RoleManager)
		manager.SetPhone("")
		s.MustSave(manager)

		p := signIn(t, s, open, "staff", "/events/"+e.Id)
		card := p.Within("#reminder-" + r.Id)
		card.See("Bring the spare lamp", "made by hand", "Pending", "in 2 days")
		loaded := p.Documents()
		card.Click(browser.Button, "Send now")
		p.Within("dialog").Click(browser.Button, "Send now")
		// One line for each person, with what went wrong in words.
		card.See("Partly sent", "Kept, not sent", "Failed", "The operator refused this number or text.", "the number is barred", "No phone number is known.")
		if n := browser.Ask[int](p, `document.querySelectorAll('#reminder-%s .outcome-row').length`, r.Id); n != 2 {
			t.Errorf("%d lines for 2 people", n)
		}
		look(t, p, "event-partly-sent")
		refuse = false
		card.Click(browser.Button, "Retry")
		card.Gone("Failed")
		p.Within(".chronicle").See("sent the reminder", "tried the reminder")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
		p.Click(browser.Button, "More actions")
		if p.Has(browser.Item, "Delete the event") {
			t.Error("an event of which something was sent can be deleted")
		}
		p.Click(browser.Link, "Bring the spare lamp")
		p.Wait("the page of the reminder", `location.pathname === '/reminders/%s'`, r.Id)
	})
}

func TestWeb_EventIsDeletedWhereNothingWasSent(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := visit(s)
		p := signIn(t, s, open, "staff", "/events/"+e.Id)
		other := signIn(t, s, open, "manager", "/events/"+e.Id)
		other.See("Scanner demonstration")
		p.Click(browser.Button, "More actions")
		p.Click(browser.Item, "Delete the event")
		p.Within("dialog").Click(browser.Button, "Delete")
		p.See("“Scanner demonstration” is deleted.", "Nothing is coming up")
		other.See("This event does not exist")
	})
}

func TestWeb_EventIsReadByEveryoneAndChangedByItsPeople(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) {
			e.SetCreatedBy(apptest.UserID(collections.RoleManager))
			e.SetSalesResponsible(apptest.UserID(collections.RoleManager))
		}).Save()
		for _, tt := range []struct {
			role             string
			changes, history bool
		}{{"viewer", false, false}, {"staff", false, true}, {"manager", true, true}} {
			p := signIn(t, s, open, tt.role, "/events/"+e.Id)
			p.Within(".flow").See("7 days before")
			settled(t, p)
			for _, name := range []string{"Confirm", "Send now"} {
				if p.Has(browser.Button, name) != tt.changes {
					t.Errorf("%s: the button %s is wrong", tt.role, name)
				}
			}
			if p.Has(browser.Link, "Edit") != tt.changes {
				t.Errorf("%s: the link Edit is wrong", tt.role)
			}
			if got := browser.Ask[bool](p, `Boolean(document.getElementById('history'))`); got != tt.history {
				t.Errorf("%s: history %v", tt.role, got)
			}
			if !tt.changes {
				p.See("Its people and managers change it.")
				look(t, p, "event-"+tt.role)
			}
		}
	})
}

// What people type must neither break the page nor act on it.
func TestWeb_EventBearsAnyText(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		long := ""
		for range 12 {
			long += "Donaudampfschiff"
		}
		e := s.Event(inDays(10)).With(func(e *collections.Event) {
			e.SetTitle(long)
			e.SetLocation("זרוע <img src=x onerror=alert(1)> 🚢" + long)
			e.SetDescription("<script>alert(1)</script> " + long)
		}).Save()
		for i := range 40 {
			r := s.Reminder(e, time.Now().Add(time.Duration(i+1)*time.Hour))
			r.SetTitle(fmt.Sprintf("%d <b>bold</b> %s", i, long[:60]))
			s.MustSave(r)
		}
		wantOK(t, "change the place", s.Do("manager", http.MethodPatch, "/api/collections/events/records/"+e.Id, map[string]any{"location": "مرحبا <b>" + long}))
		p := signIn(t, s, open, "staff", "/events/"+e.Id)
		p.See("<b>bold</b>", "19 more reminders", "مرحبا <b>")
		look(t, p, "event-any-text")
	})
}
