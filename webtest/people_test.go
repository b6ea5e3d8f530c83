package webtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/notifiers"
)

// ownedBy gives a customer to somebody to look after.
func ownedBy(s *apptest.Server, c *collections.Customer, owner string) *collections.Customer {
	c.SetOwner(owner)
	s.MustSave(c)
	return c
}

// do presses an entry of the menu of something.
func do(p *browser.Page, menu, entry string) {
	p.Click(browser.Button, menu)
	p.Click(browser.Item, entry)
}

func TestWeb_CustomersAreFoundByWhatIsKnownOfThem(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		lantau := ownedBy(s, s.Customer("Lantau Hotels"), apptest.UserID("staff"))
		lantau.SetAddress("8 Airport Road")
		s.MustSave(lantau)
		kowloon := s.Customer("Kowloon Print 九龍印刷")
		s.Contact(kowloon, "May Cheung", "may@kowloon.example")
		gone := s.Customer("Gone & Sons")
		gone.SetActive(false)
		s.MustSave(gone)
		for _, days := range []int{-40, -2, 5, 50} {
			s.Event(inDays(days)).With(func(e *collections.Event) { e.SetTitle(fmt.Sprint("Visit ", days)); e.SetCustomer(lantau.Id) }).Save()
		}

		p := signIn(t, s, open, "staff", "/customers")
		p.See("2 customers", "Kowloon Print 九龍印刷", "Lantau Hotels")
		p.See(inDays(5).Format("2 Jan"))
		if !p.Screen.Phone {
			p.See("Visit 5", "Visit -2")
		}
		look(t, p, "customers")
		p.Fill("Search name, address, contact", "cheung")
		p.See("1 customer")
		p.Gone("Lantau Hotels")
		p.Reload()
		p.See("1 customer", "Kowloon Print")
		p.Fill("Search name, address, contact", "airport")
		p.See("Lantau Hotels")
		p.Gone("Kowloon Print")
		p.Fill("Search name, address, contact", "<b>nobody</b>")
		p.See("Nothing found for “<b>nobody</b>”")
		look(t, p, "customers-nothing")
		p.Click(browser.Link, "Show all customers")
		p.Click(browser.Button, "Mine")
		p.See("1 customer", "Lantau Hotels")
		p.Click(browser.Button, "Inactive")
		p.See("Gone & Sons")
		p.Gone("Lantau Hotels")
	})
}

func TestWeb_CustomerAndContactAreEntered(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "staff", "/customers")
		p.See("No customers yet")
		look(t, p, "customers-none")
		p.Within(".page-head").Click(browser.Button, "New customer")
		p.Wait("the focus on the name", `document.activeElement.name === 'name'`)
		p.Click(browser.Button, "Add customer")
		p.Within("dialog").See("Fill this in.")
		p.Fill("Company name", "Tai Po Food Laboratories")
		p.Fill("Time zone", "tokyo")
		p.Click(browser.Option, "Tokyo Japan Standard Time, GMT+9")
		p.Fill("Notes", "Ask at the gate.")
		look(t, p, "customer-new")
		p.Click(browser.Button, "Add customer")
		p.See("Tai Po Food Laboratories added", "Tokyo", "Ask at the gate.", "User staff", "No contacts yet", "No visit is planned")
		p.Wait("the customer's address", `location.pathname.startsWith('/customers/') && document.title.startsWith('Tai Po')`)

		p.Click(browser.Button, "New contact")
		p.Fill("Name", "Peter Fung")
		p.Fill("Email", "peter@nowhere")
		p.Fill("Phone", "12")
		p.Refuses(http.StatusBadRequest, "/api/collections/contacts/records")
		p.Click(browser.Button, "Add contact")
		p.Within("dialog").See("Enter a whole email address", "This is no phone number")
		look(t, p, "contact-refused")
		p.Fill("Email", "peter@taipo.example")
		p.Fill("Phone", "6123 4567")
		p.Click(browser.Button, "Add contact")
		p.See("Peter Fung", "+852 6123 4567", "peter@taipo.example")
		p.Wait("links to call and to write", `document.querySelector('a[href="tel:+85261234567"]') && document.querySelector('a[href="mailto:peter@taipo.example"]')`)
		look(t, p, "customer")

		do(p, "Actions for Peter Fung", "Edit")
		p.Fill("Job title", "Quality Manager")
		p.Click(browser.Button, "Save")
		p.See("Quality Manager")
		do(p, "Actions for Peter Fung", "Deactivate")
		p.See("Peter Fung is inactive.")
		p.Within(".toasts").Click(browser.Button, "Undo")
		p.See("Peter Fung is active again.")
		p.Within(".page-head").Click(browser.Link, "New event here")
		p.Wait("the form for an event of this customer", `location.pathname === '/events/new' && location.search.startsWith('?customer=')`)
	})
}

func TestWeb_WhatIsTypedSurvivesAClosedDialog(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		s.Customer("Lantau Hotels")
		p := signIn(t, s, open, "manager", "/customers")
		p.Click(browser.Button, "New customer")
		p.Fill("Company name", "Half a name")
		p.Press(kb.Escape)
		p.Wait("the focus where it was", `document.activeElement.textContent.includes('New customer')`)
		p.Reload()
		p.Click(browser.Button, "New customer")
		p.See("What you typed before is still here.")
		if typed := p.Value("Company name"); typed != "Half a name" {
			t.Errorf("the name is %q", typed)
		}
		p.Wait("the sheet has come to rest", `document.getAnimations().length === 0`)
		p.Click(browser.Button, "Discard")
		p.Wait("an empty field", `document.querySelector('dialog [name=name]').value === ''`)
	})
}

func TestWeb_CustomerTellsItsVisits(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		c := s.Customer("Lantau Hotels")
		visit := func(title string, days int) {
			s.Event(inDays(days)).With(func(e *collections.Event) { e.SetTitle(title); e.SetCustomer(c.Id) }).Save()
		}
		for i := range 12 {
			visit(fmt.Sprintf("Past %02d", i+1), -i-1)
		}
		visit("Pump check", 6)
		s.Event(inDays(3)).With(func(e *collections.Event) { e.SetTitle("Somebody else's") }).Save()

		p := signIn(t, s, open, "viewer", "/customers/"+c.Id)
		p.See("Lantau Hotels", "Pump check", "Coming up 1", "Past 12")
		p.Gone("Somebody else's")
		for _, button := range []string{"Edit", "New contact", "More actions"} {
			if p.Has(browser.Button, button) {
				t.Errorf("a viewer is offered %q", button)
			}
		}
		p.Click(browser.Button, "Past 12")
		p.See("Past 01", "Past 10", "1–10 of 12")
		p.Gone("Pump check")
		p.Click(browser.Button, "Next page")
		p.See("Past 12")
		p.Reload()
		p.See("Past 12")
		look(t, p, "customer-past")
		loaded := p.Documents()
		wantOK(t, "plan a visit", s.Do("manager", http.MethodPost, "/api/collections/events/records", map[string]any{
			"title": "Second service", "customer": c.Id, "planned_start_date": inDays(9),
		}))
		p.See("Coming up 2")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
		p.Refuses(http.StatusNotFound, "/api/collections/customers/records/unknown00000000")
		p.Visit(s.URL + "/customers/unknown00000000")
		p.See("This customer does not exist")
		look(t, p, "customer-missing")
	})
}

func TestWeb_StaffChangeOnlyTheCustomersTheyLookAfter(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		mine := ownedBy(s, s.Customer("My own"), apptest.UserID("staff"))
		other := ownedBy(s, s.Customer("Somebody else's"), apptest.UserID("manager"))
		s.Contact(other, "May Cheung", "may@other.example")
		p := signIn(t, s, open, "staff", "/customers/"+other.Id)
		p.See("May Cheung")
		for _, button := range []string{"Edit", "More actions", "Actions for May Cheung"} {
			if p.Has(browser.Button, button) {
				t.Errorf("staff are offered %q for another's customer", button)
			}
		}
		p.Visit(s.URL + "/customers/" + mine.Id)
		p.Click(browser.Button, "Edit")
		p.Fill("Address", "1 Harbour Road")
		p.Click(browser.Button, "Save")
		p.See("1 Harbour Road")
		p.Click(browser.Button, "More actions")
		p.Wait("a menu without deletion", `[...document.querySelectorAll('[role=menuitem]')].map((e) => e.innerText).join() === 'Deactivate'`)
	})
}

func TestWeb_WhatHistoryRefersToIsKeptWhenDeleted(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		used := s.Customer("Has visits")
		s.Event(inDays(4)).With(func(e *collections.Event) { e.SetCustomer(used.Id) }).Save()
		unused := s.Customer("A typing error")
		p := signIn(t, s, open, "manager", "/customers/"+used.Id)
		remove := func() {
			do(p, "More actions", "Delete")
			p.Within("dialog").Click(browser.Button, "Delete")
		}
		remove()
		p.See("so it was kept and made inactive", "Inactive: not offered for new events")
		look(t, p, "customer-inactive")
		do(p, "More actions", "Reactivate")
		p.Gone("Inactive: not offered")
		do(p, "More actions", "Deactivate")
		p.Within("dialog").Click(browser.Button, "Deactivate")
		p.See("Inactive: not offered for new events")

		p.Visit(s.URL + "/customers/" + unused.Id)
		p.Refuses(http.StatusNotFound, "/api/collections/customers/records/"+unused.Id) // the page may hear of it before it leaves
		remove()
		p.See("A typing error is deleted.")
		p.Wait("the list", `location.pathname === '/customers'`)
	})
}

func TestWeb_RefusedAddressIsTriedAgain(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		c := s.Customer("Jiangwan Studio")
		s.Contact(c, "Gu Siyuan", "S.Gu@jiangwan.example")
		const reason = "550 5.1.1 no such mailbox"
		for _, address := range []string{"s.gu@jiangwan.example", "staff@example.test"} {
			if err := collections.RefuseAddress(s, notifiers.Email, address, reason, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		refused := func() int64 {
			n, err := s.CountRecords(collections.RefusedAddresses)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		p := signIn(t, s, open, "staff", "/customers/"+c.Id)
		p.See("Gu Siyuan")
		p.Gone(reason)

		p = signIn(t, s, open, "manager", "/customers/"+c.Id)
		p.See("s.gu@jiangwan.example was refused", reason)
		look(t, p, "contact-address-refused")
		p.Click(browser.Button, "Try this address again")
		p.See("The next message goes to s.gu@jiangwan.example again.")
		p.Gone(reason)
		if n := refused(); n != 1 {
			t.Errorf("%d addresses are marked, want the one that was not cleared", n)
		}

		p = signIn(t, s, open, "admin", "/team")
		p.See("staff@example.test was refused")
		look(t, p, "team-address-refused")
		p.Click(browser.Button, "Try this address again")
		p.Gone(reason)
		if n := refused(); n != 0 {
			t.Errorf("%d addresses are marked still", n)
		}
	})
}

func TestWeb_TeamIsInvited(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "admin", "/team")
		p.See("4 people can sign in", "User manager", "manager@example.test", "Manager")
		look(t, p, "team")
		p.Click(browser.Button, "Invite someone")
		p.Click(browser.Button, "Send invitation")
		p.Within("dialog").See("Fill this in.")
		p.Fill("Name", "Ada Wong")
		p.Fill("Email", "staff@example.test")
		p.Refuses(http.StatusBadRequest, "/api/tminus/invitations")
		p.Click(browser.Button, "Send invitation")
		p.Within("dialog").See("This person has an account already.")
		p.Fill("Email", "ada@example.test")
		look(t, p, "invite")
		p.Click(browser.Button, "Send invitation")
		p.Within("dialog").See("Ada Wong gets a mail", "Kept, not sent", "ada@example.test")
		look(t, p, "invited")
		p.Click(browser.Button, "Done")
		p.See("Ada Wong", "Invited")
		do(p, "Actions for Ada Wong", "Send a new invitation")
		p.Within("dialog").See("Kept, not sent")
		p.Within("dialog").Click(browser.Link, "")
		p.See("Sandbox mailbox", "Ada Wong")
		if kept, err := s.System.Sandbox().List(0); err != nil || len(kept) != 2 {
			t.Errorf("%d invitations were kept, want 2 (%v)", len(kept), err)
		}
	})
}

func TestWeb_TeamIsChangedAndDeactivated(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		s.Event(inDays(4)).Save()
		p := signIn(t, s, open, "admin", "/team")
		p.See("User manager")
		p.Fill("Search name, email, phone", "staff@")
		p.Gone("User manager")
		p.Click(browser.Button, "User staff")
		p.Fill("Phone", "12")
		p.Refuses(http.StatusBadRequest, "/api/collections/users/records/"+apptest.UserID("staff"))
		p.Click(browser.Button, "Save")
		p.Within("dialog").See("This is no phone number")
		p.Fill("Phone", "138 0013 8000")
		p.Fill("Manager", "manager")
		p.Click(browser.Option, "User manager")
		p.Choose("Role")
		look(t, p, "person")
		p.Click(browser.Button, "Save")
		p.See("Saved.")
		u := s.User("staff")
		if u.Phone() != "+8613800138000" || u.Manager() != apptest.UserID("manager") || u.Role() != collections.RoleManager {
			t.Errorf("saved: %s, led by %s, %s", u.Phone(), u.Manager(), u.Role())
		}

		token := s.Token("staff")
		do(p, "Actions for User staff", "Deactivate")
		p.Within("dialog").See("loses access at once", "1 coming event names User staff")
		look(t, p, "deactivate")
		p.Within("dialog").Click(browser.Button, "Deactivate")
		p.See("User staff is inactive.")
		if got := s.DoToken(token, http.MethodGet, "/api/tminus/channels", nil); got.Status != http.StatusUnauthorized {
			t.Errorf("the token of somebody inactive gets %d", got.Status)
		}
		do(p, "Actions for User staff", "Reactivate")
		p.See("User staff is active again.")

		p.Fill("Search name, email, phone", "")
		p.See("User admin")
		p.Refuses(http.StatusBadRequest, "/api/collections/users/records/"+apptest.UserID("admin"))
		do(p, "Actions for User admin", "Deactivate")
		p.Within("dialog").Click(browser.Button, "Deactivate")
		p.See("Make somebody else administrator first.")
		p.Click(browser.Button, "User admin")
		p.Choose("Role")
		if role := p.Value("Role"); role != "admin" { // the last of the list
			t.Fatalf("the role is %s", role)
		}
		browser.Ask[bool](p, `((s) => { s.value = 'staff'; return s.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('dialog [name=role]'))`)
		p.Click(browser.Button, "Save")
		p.Within("dialog").See("Make somebody else administrator first.")
	})
}

func TestWeb_TeamIsForAdministrators(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/team")
		p.See("This is not for your role")
		look(t, p, "team-forbidden")
	})
}

func TestWeb_HostileNamesBreakNothing(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		c := s.Customer(`<img src=x onerror=alert(1)> ` + strings.Repeat("Donaudampfschiff", 8) + " שלום 👩‍🔧")
		c.SetAddress(strings.Repeat("address", 40))
		c.SetNotes(strings.Repeat("W", 400) + "\n=1+1")
		s.MustSave(c)
		s.Contact(c, strings.Repeat("Длинное", 15), strings.Repeat("a", 60)+"@"+strings.Repeat("b", 60)+".example")
		s.Event(inDays(2)).With(func(e *collections.Event) { e.SetCustomer(c.Id); e.SetTitle(strings.Repeat("title", 30)) }).Save()
		p := signIn(t, s, open, "manager", "/customers")
		p.See("<img src=x")
		look(t, p, "customers-hostile")
		p.Visit(s.URL + "/customers/" + c.Id)
		p.See("<img src=x", "=1+1")
		look(t, p, "customer-hostile")
	})
}
