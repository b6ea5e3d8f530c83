package webtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
)

// TestWeb_FromTheFirstStartToAReminderThatArrived goes the whole way: an administrator at a desk sets up and invites, a
// salesman on a phone logs a visit, the administrator moves it and sends a reminder, and both see what came of it.
func TestWeb_FromTheFirstStartToAReminderThatArrived(t *testing.T) {
	t.Parallel()
	b := browser.Start(t)
	s := apptest.Open(t, t.TempDir(), production(t)...).Serve()

	desk := b.Open(t, browser.Desktop, s.URL+"/setup#token="+s.System.API.OfferSetup())
	fill(desk, [2]string{"Your name", "Ada Wong"}, [2]string{"Email", "ada@example.test"}, [2]string{"Password", apptest.Password}, [2]string{"Company", "Harbour Instruments"})
	desk.Click(browser.Button, "Continue")
	desk.See("Does mail work?")
	desk.Click(browser.Button, "Continue")
	desk.See("Who works with you?")
	fill(desk, [2]string{"Name", "Li Xiaoming"}, [2]string{"Email", "li@example.test"})
	desk.Click(browser.Button, "Send invitation")
	desk.See("is kept in the sandbox mailbox.")
	desk.Click(browser.Link, "Open T-minus")
	inside(desk, "/")

	phone := b.Open(t, browser.Phone, keptLink(t, s, "accept"))
	phone.Fill("New password", apptest.Password)
	phone.Click(browser.Button, "Save and sign in")
	inside(phone, "/")
	phone.Click(browser.Link, "New event")
	phone.Fill("Customer", "Lantau Hotels")
	phone.Click(browser.Option, "Add “Lantau Hotels” as a new customer")
	start := inDays(10)
	fillClock(phone, "Start", start.In(hongKong).Format("2006-01-02T15:04"))
	phone.Click(browser.Button, "Save")
	phone.See("Customer visit – Lantau Hotels", "7 days before", "3 days before", "1 day before", "Li Xiaoming")
	look(t, phone, "journey-event")

	event, err := collections.Find[collections.Event](s.App, collections.Events, browser.Ask[string](phone, `location.pathname.split('/').pop()`))
	if err != nil {
		t.Fatal(err)
	}
	desk.Visit(s.URL + onDay("week", start))
	settled(t, desk)
	chip, column := boxOf(desk, chipOf(event)), boxOf(desk, ".ec-body .ec-day")
	right := column.Width
	if start.In(hongKong).Weekday() == time.Sunday {
		right = -right // the week ends there
	}
	desk.Drag(chip.X+chip.Width/2, chip.Y+10, chip.X+chip.Width/2+right, chip.Y+10)
	desk.See("Moves")
	desk.Click(browser.Button, "Move")
	desk.See("moved to")
	moved := start.AddDate(0, 0, int(right/column.Width))
	stands(t, s, event, moved, moved.Add(time.Hour))

	reminder := s.Reminders(event)[0]
	desk.Visit(s.URL + "/events/" + event.Id)
	card, onPhone := desk.Within("#reminder-"+reminder.Id), phone.Within("#reminder-"+reminder.Id)
	onPhone.See("Pending")
	loaded, loadedOnPhone := desk.Documents(), phone.Documents()
	card.Click(browser.Button, "Send now")
	desk.Within("dialog").Click(browser.Button, "Send now")
	card.See("Kept, not sent")
	onPhone.See("Kept, not sent")
	if desk.Documents() != loaded || phone.Documents() != loadedOnPhone {
		t.Error("it took a reload")
	}
	desk.Click(browser.Link, "Sandbox mailbox")
	desk.Within(".mailbox-list").See("Li Xiaoming", reminder.Title())
	desk.Wait("the mail as its reader would see it", `document.querySelector('mail-view')?.shadowRoot.textContent.includes('Lantau Hotels')`)
	look(t, desk, "journey-mailbox")
}

// addresses are those of every page, by what it takes to be shown.
func addresses(t *testing.T, s *apptest.Server) (open, everyone, managers, admins []string) {
	e := s.Event(inDays(10)).Save()
	r := s.Reminder(e, inDays(5))
	r.SetRecipients([]string{apptest.UserID(collections.RoleStaff)})
	s.MustSave(r)
	plans := s.Do(collections.RoleAdmin, http.MethodGet, "/api/collections/reminder_plans/records", nil).JSON(t)["items"].([]any)
	plan := plans[0].(map[string]any)["id"].(string)
	event := "/events/" + e.Id
	open = []string{"/login", "/setup", "/setup#token=x", "/accept#token=x", "/reset#token=x", "/verify#token=x", "/email#token=x"}
	everyone = []string{
		"/", "/events", "/calendar", "/calendar?view=month", "/calendar?view=agenda", event, event + "/reminders", "/reminders/" + r.Id,
		"/customers", "/customers/" + e.Customer(), "/deliveries", "/profile", "/more", "/nowhere",
	}
	managers = []string{"/templates", "/templates/safety_protocol_review", "/templates/new", "/plans", "/plans/" + plan, "/plans/new"}
	admins = []string{"/channels", "/team", "/settings", "/sandbox"}
	return open, everyone, managers, admins
}

func TestWeb_EveryPageIsSoundForItsRolesAndClosedToOthers(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, openWindow opener) {
		s := apptest.New(t, production(t)...).Serve()
		open, everyone, managers, admins := addresses(t, s)
		for _, role := range []string{"", collections.RoleViewer, collections.RoleStaff, collections.RoleManager, collections.RoleAdmin} {
			p := visitor(t, s, openWindow, role)
			see := func(address string, allowed bool) {
				p.Visit(s.URL + address)
				p.Wait(address+" is drawn", `document.querySelector('main h1')`)
				settled(t, p)
				if closed := browser.Ask[bool](p, `document.body.innerText.includes('This is not for your role') || document.body.innerText.includes('Only administrators')`); closed == allowed {
					t.Errorf("%s is closed to %s: %v", address, role, closed)
				}
				if role == collections.RoleAdmin || role == "" {
					lookIn(t, p, "every "+strings.Map(plain, address), "light", "dark")
				} else {
					p.Fits()
				}
			}
			if role == "" {
				for _, address := range open {
					see(address, true)
				}
				continue
			}
			for _, address := range everyone {
				see(address, true)
			}
			for _, address := range managers {
				see(address, role == collections.RoleManager || role == collections.RoleAdmin)
			}
			for _, address := range admins {
				see(address, role == collections.RoleAdmin)
			}
		}
	})
}

// plain keeps of an address what a file's name may have.
func plain(r rune) rune {
	if strings.ContainsRune("/?=#", r) {
		return '_'
	}
	return r
}

// visitor is somebody with a role, or nobody.
func visitor(t *testing.T, s *apptest.Server, open opener, role string) *browser.Page {
	t.Helper()
	p := open(s.URL + "/reset")
	if role != "" {
		remember(t, p, s, role)
	}
	p.Refuses(http.StatusForbidden, "/api/tminus/sandbox")
	p.Refuses(http.StatusForbidden, "/api/tminus/status")
	p.Refuses(http.StatusBadRequest, "/api/collections/users/confirm-verification") // of a token that is none
	return p
}
