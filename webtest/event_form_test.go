package webtest

import (
	"net/http"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
)

// fillClock types into a field of date and time what clocks show.
func fillClock(p *browser.Page, label, clock string) {
	p.Wait("the field "+label, `[...document.querySelectorAll('label')].some((l) => l.firstChild.textContent.trim() === %q && l.control)`, label)
	browser.Ask[bool](p, `((field) => { field.value = %q; field.dispatchEvent(new Event('change', { bubbles: true })); return true; })(
		[...document.querySelectorAll('label')].find((l) => l.firstChild.textContent.trim() === %q).control)`, clock, label)
}

// tapper counts what a thumb does.
type tapper struct {
	*browser.Page
	taps int
}

func (t *tapper) tap(role, name string) {
	t.taps++
	t.Click(role, name)
}

func TestWeb_EventFormLogsAVisitInAFewTaps(t *testing.T) {
	t.Parallel()
	b := browser.Start(t)
	s := apptest.New(t, production(t)...).Serve()
	s.Customer("Lantau Hotels")
	s.Customer("Harbour Medical")
	p := &tapper{Page: signIn(t, s, func(address string) *browser.Page { return b.Open(t, browser.Phone, address) }, "staff", "/events")}
	p.See("Nothing is coming up")
	settled(t, p.Page)
	began := time.Now()
	p.tap(browser.Link, "New event")
	p.Wait("the form", `document.querySelector('#field-customer')`)
	p.taps++
	browser.Ask[bool](p.Page, `document.querySelector('#field-customer').click() ?? true`)
	p.tap(browser.Option, "Lantau Hotels")
	p.tap(browser.Button, "Maintenance")
	p.tap(browser.Button, "Now")
	p.See("It is under way: log it as started")
	p.tap(browser.Button, "Save")
	p.See("EV-", "Maintenance – Lantau Hotels", "In progress")
	if took := time.Since(began); p.taps > 8 || took > 30*time.Second {
		t.Errorf("it took %d taps and %v", p.taps, took)
	}
}

func TestWeb_EventFormMakesTheCustomerToo(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		s.Customer("Harbour Medical")
		p := signIn(t, s, open, "staff", "/events/new")
		p.See("Choose a start, and its reminders show here.")
		look(t, p, "event-new")
		p.Fill("Customer", "Harbour <b>Optics</b>")
		p.Click(browser.Option, "Add “Harbour <b>Optics</b>” as a new customer")
		p.See("is added as a new customer when you save.", "Or did you mean", "Harbour Medical")
		at := time.Now().In(hongKong).AddDate(0, 0, 9)
		fillClock(p, "Start", at.Format(time.DateOnly)+"T14:30")
		if got := p.Value("Title"); got != "Customer visit – Harbour <b>Optics</b>" {
			t.Errorf("the title is %q", got)
		}
		if p.Screen.Phone {
			p.See("3 reminders: 7, 3 and 1 days before")
			p.Click(browser.Button, "3 reminders: 7, 3 and 1 days before")
		}
		p.See("7 days before", "3 days before", "1 day before", "User staff")
		look(t, p, "event-new-preview")
		p.Click(browser.Button, "Read the mail: Pre-Departure Checklist")
		p.Within("dialog .preview-message").See("Pre-Departure Checklist · Harbour <b>Optics</b>")
		p.Wait("the mail itself", `document.querySelector('dialog.wide[open] mail-view')?.shadowRoot.textContent.includes('Harbour <b>Optics</b>')`)
		look(t, p, "event-new-mail")
		p.Within("dialog.wide").Click(browser.Button, "Close")
		if p.Screen.Phone {
			p.Within("dialog").Click(browser.Button, "Close")
		}
		p.Click(browser.Button, "Save")
		p.See("is saved.", "Harbour <b>Optics</b>", "7 days before")
		for collection, want := range map[string]int{collections.Customers: 2, collections.Events: 1, collections.Reminders: 3} {
			if n, err := s.CountRecords(collection); err != nil || int(n) != want {
				t.Errorf("%d %s, %v", n, collection, err)
			}
		}
	})
}

func TestWeb_EventFormSaysWhatIsWrongWhereItIs(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		customer := s.Customer("Harbour Medical")
		p := signIn(t, s, open, "staff", "/events/new?customer="+customer.Id)
		p.Fill("Title", "")
		p.Click(browser.Button, "Save")
		p.Wait("the focus on the first field that is wrong", `document.activeElement.id === 'field-planned_start_date'`)
		p.See("Fill this in.")
		look(t, p, "event-new-errors")
		start := time.Now().In(hongKong).AddDate(0, 0, 9)
		fillClock(p, "Start", start.Format(time.DateOnly)+"T14:30")
		p.Fill("Title", "Tour of the ward")

		// What was typed survives a reload.
		p.Reload()
		p.See("What you typed before is still here.")
		if got := p.Value("Title"); got != "Tour of the ward" {
			t.Errorf("the title is %q", got)
		}

		// What only the server knows is told at its field, which unfolds.
		leaves := s.User(collections.RoleStaff)
		other := s.NewUser("Ada Wong", "ada@example.test", "en")
		p.Click(browser.Button, "More End, place, people, plan, details")
		p.Fill("Responsible", "Ada")
		p.Click(browser.Option, "Ada Wong")
		p.Click(browser.Button, "More")
		other.SetActive(false)
		s.MustSave(other)
		p.Refuses(http.StatusBadRequest, "/api/collections/events/records")
		p.Refuses(http.StatusBadRequest, "/api/tminus/preview") // of what stands in the form meanwhile
		p.Click(browser.Button, "Save")
		p.See("Ada Wong is inactive. Choose somebody else.")
		p.Wait("the focus there", `document.activeElement.id === 'field-sales_responsible'`)
		look(t, p, "event-new-refused")
		p.Fill("Responsible", leaves.Name())
		p.Click(browser.Option, leaves.Name())
		fillClock(p, "End", start.Format(time.DateOnly)+"T13:30")
		p.Click(browser.Button, "Save")
		p.See("The end is before the start.")
		fillClock(p, "End", start.Format(time.DateOnly)+"T16:30")
		p.Click(browser.Button, "Save")
		p.See("Tour of the ward", "14:30 – 16:30")
	})
}

func TestWeb_EventFormOutlivesTheSession(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		s.Customer("Harbour Medical")
		p := signIn(t, s, open, "staff", "/events/new")
		p.Fill("Customer", "Harb")
		p.Click(browser.Option, "Harbour Medical")
		p.Click(browser.Button, "Now")
		p.Fill("Title", "Typed for a long time")
		p.See("It starts in the past, so no reminders are made.")
		p.Wait("the preview", `!document.querySelector('.preview-side [aria-busy=true]')`)
		// What a first visit reads anew would find the session ended before the form is saved.
		p.Wait("the end of a first visit", `performance.now() > 5000`)
		user := s.User(collections.RoleStaff)
		user.RefreshTokenKey()
		s.MustSave(user)
		for _, path := range []string{"/api/collections/events/records", "/api/collections/users/auth-refresh", "/api/tminus/", "/api/realtime"} {
			for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
				p.Refuses(status, path)
			}
		}
		p.Click(browser.Button, "Save")
		p.See("Sign in again", "Everything on this page stays as it is.")
		p.Within("dialog").Fill("Password", apptest.Password)
		p.Within("dialog").Click(browser.Button, "Sign in")
		p.Wait("the form again", `!document.querySelector('dialog')`)
		p.See("Not saved yet. Sign in, then save again.")
		p.Click(browser.Button, "Save")
		p.See("is saved.", "Typed for a long time")
		if n, err := s.CountRecords(collections.Events); err != nil || n != 1 {
			t.Errorf("%d events, %v", n, err)
		}
	})
}

func TestWeb_EventFormSettlesTwoPeoplesChanges(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetLocation("Ward 3") }).Save()
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/edit")
		p.Fill("Title", "Mine")
		change := func(body map[string]any) {
			t.Helper()
			wantOK(t, "change it elsewhere", s.Do("manager", http.MethodPatch, "/api/collections/events/records/"+e.Id, body))
		}
		change(map[string]any{"title": "Theirs", "location": "Ward 9"})
		p.Click(browser.Button, "Save")
		dialog := p.Within("dialog")
		dialog.See("User manager changed it while you were typing:", "Theirs", "Yours: “\u2068Mine\u2069”", "Ward 9")
		look(t, p, "event-conflict")
		dialog.Click(browser.Button, "Back to the form")
		p.See("Nothing is saved yet.")
		if got := p.Value("Title"); got != "Mine" {
			t.Errorf("the title is %q", got)
		}
		p.Click(browser.Button, "Save")
		dialog.Click(browser.Button, "Keep mine")
		p.See("is saved.", "Mine", "Ward 9")

		// What does not clash is kept from both.
		p.Click(browser.Link, "Edit")
		p.Fill("Place", "Ward 12")
		change(map[string]any{"title": "Theirs again"})
		p.Click(browser.Button, "Save")
		dialog.See("Nothing of yours clashes with it.")
		dialog.Click(browser.Button, "Save both")
		p.See("Theirs again", "Ward 12")

		// Theirs instead of mine.
		p.Click(browser.Link, "Edit")
		p.Fill("Title", "Mine again")
		change(map[string]any{"title": "Theirs at last"})
		p.Click(browser.Button, "Save")
		dialog.Click(browser.Button, "Take theirs")
		p.See("Theirs at last", "Ward 12")

		// Where nothing is typed, their change simply shows.
		p.Click(browser.Link, "Edit")
		p.Wait("the form", `document.querySelector('#field-title')?.value === 'Theirs at last'`)
		change(map[string]any{"title": "Shown at once"})
		p.Wait("the new title in the form", `document.querySelector('#field-title').value === 'Shown at once'`)
	})
}

func TestWeb_EventFormKeepsTheClockInAnotherZone(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).Save()
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/edit")
		clock := inDays(10).In(hongKong).Format("2006-01-02T15:04")
		p.Wait("the start by its clock", `document.querySelector('#field-planned_start_date')?.value === %q`, clock)
		p.Fill("Time zone", "Tokyo")
		p.Click(browser.Option, "")
		p.See("The clock stays: 10:00, Japan Standard Time.", "In Japan Standard Time")
		p.Wait("the same clock", `document.querySelector('#field-planned_start_date').value === %q`, clock)
		if p.Screen.Phone {
			p.Click(browser.Button, "")
		}
		look(t, p, "event-edit-zone")
		p.Click(browser.Button, "Save")
		p.See("is saved.", "Japan Standard Time", "09:00 your time")
		after := s.Reload(e)
		if want := inDays(10).Add(-time.Hour); !after.PlannedStart().Equal(want) || after.Timezone() != "Asia/Tokyo" {
			t.Errorf("it starts at %v in %s, want %v", after.PlannedStart(), after.Timezone(), want)
		}
	})
}

func TestWeb_EventFormShowsWhatMoves(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Pump check") }).Save()
		p := signIn(t, s, open, "staff", "/events/"+e.Id+"/edit")
		moved := inDays(12).In(hongKong)
		p.Wait("the form", `document.querySelector('#field-planned_start_date')`)
		fillClock(p, "Start", moved.Format("2006-01-02T15:04"))
		if p.Screen.Phone {
			p.Click(browser.Button, "3 reminders: 7, 3 and 1 days before")
		}
		p.See("7 days before", moved.AddDate(0, 0, -7).Format("2 Jan"), "instead of "+inDays(3).In(hongKong).Format("Mon 2 Jan"))
		look(t, p, "event-edit-moved")
		if p.Screen.Phone {
			p.Within("dialog").Click(browser.Button, "Close")
		}
		p.Click(browser.Button, "Cancel")
		p.Within("dialog").Click(browser.Button, "Discard")
		p.See("Pump check", "The event begins")
		if after := s.Reload(e); !after.PlannedStart().Equal(e.PlannedStart()) {
			t.Error("what was discarded was saved")
		}

		// A duplicate takes over all but the time.
		p.Click(browser.Button, "More actions")
		p.Click(browser.Item, "Duplicate")
		p.Wait("the copy", `document.querySelector('#field-title')?.value === 'Pump check' && !document.querySelector('#field-planned_start_date').value`)
		look(t, p, "event-duplicate")
	})
}

func TestWeb_EventFormIsForThoseWhoMayChangeEvents(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) {
			e.SetCreatedBy(apptest.UserID(collections.RoleManager))
			e.SetSalesResponsible(apptest.UserID(collections.RoleManager))
		}).Save()
		p := signIn(t, s, open, "viewer", "/events/new")
		p.See("This is not for your role")
		p = signIn(t, s, open, "staff", "/events/"+e.Id+"/edit")
		p.See("This is not for your role")
		look(t, p, "event-edit-forbidden")
	})
}
