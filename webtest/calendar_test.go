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
)

// wednesday is ten o'clock in Hong Kong on the Wednesday of the week after next: no reminder of it is due yet.
func wednesday() time.Time {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	return monday.AddDate(0, 0, 16).Add(2 * time.Hour)
}

// onDay is the address of a view around a time.
func onDay(view string, at time.Time) string {
	return "/calendar?view=" + view + "&date=" + at.In(hongKong).Format(time.DateOnly)
}

// visitAt saves a visit of two hours.
func visitAt(s *apptest.Server, title string, start time.Time) *collections.Event {
	return s.Event(start).With(func(e *collections.Event) {
		e.SetTitle(title)
		e.SetPlannedEnd(start.Add(2 * time.Hour))
	}).Save()
}

// box is where a thing is in the window, CSS pixels.
type box struct{ X, Y, Width, Height float64 }

func boxOf(p *browser.Page, selector string) box {
	p.Wait(selector+" is drawn", `document.querySelector(%q)`, selector)
	return browser.Ask[box](p, `(({ x, y, width, height }) => ({ X: x, Y: y, Width: width, Height: height }))(document.querySelector(%q).getBoundingClientRect())`, selector)
}

func chipOf(e *collections.Event) string { return ".calendar-grid [data-event='" + e.Id + "']" }

// stands waits until the server has the event at a time.
func stands(t *testing.T, s *apptest.Server, e *collections.Event, start, end time.Time) {
	t.Helper()
	s.Eventually(fmt.Sprintf("%s stands at %s – %s", e.Title(), start, end), func() bool {
		now := s.Reload(e)
		return now.PlannedStart().Equal(start) && now.PlannedEnd().Equal(end)
	})
}

func TestWeb_CalendarShowsTheSameEventsAsMonthWeekAndAgenda(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		at := wednesday()
		visitAt(s, "Pump check", at)
		visitAt(s, "Audit of <b>everything</b>", at.AddDate(0, 0, 1))
		s.Event(at.AddDate(0, 0, -1)).With(func(e *collections.Event) {
			e.SetTitle("Three days of training")
			e.SetPlannedEnd(at.AddDate(0, 0, 1))
			e.SetSalesResponsible(apptest.UserID(collections.RoleManager))
		}).Save()

		p := signIn(t, s, open, "staff", "/calendar")
		if p.Screen.Phone {
			p.Wait("a phone begins with the agenda", `document.querySelector('.segment[aria-pressed=true]')?.textContent === 'Agenda'`)
		} else {
			p.Wait("a desk begins with the week", `document.querySelector('.segment[aria-pressed=true]')?.textContent === 'Week'`)
		}
		p.Refuses(http.StatusNotFound, "/api/realtime") // of a page that was left while it connected
		for _, view := range []string{"agenda", "week", "month"} {
			p.Visit(s.URL + onDay(view, at))
			if view == "month" && p.Screen.Phone {
				// The days of the month, and what is on the chosen one.
				p.Within(".agenda").See("Pump check", "Three days of training", "2/3")
				p.Wait("dots for each event of the day", `document.querySelectorAll('.dots-day[aria-pressed=true] .dot').length === 2`)
			} else {
				p.Within("main").See("Pump check", "Audit of <b>everything</b>", "Three days of training")
			}
			look(t, p, "calendar-"+view)
		}

		p.Click(browser.Button, "Week")
		p.Wait("the view stands in the address", `new URLSearchParams(location.search).get('view') === 'week'`)
		p.Click(browser.Button, "Next week")
		p.Wait("the next week is empty", `document.querySelector('.calendar-grid .ec-main') && !document.querySelector('.calendar-grid [data-event]')`)
		look(t, p, "calendar-week-empty")
		p.Click(browser.Button, "Today")
		p.Wait("a plain address for today", `!new URLSearchParams(location.search).has('date')`)
		p.Visit(s.URL + onDay("agenda", at.AddDate(0, 3, 0)))
		p.See("Nothing in these four weeks")
		look(t, p, "calendar-agenda-none")

		p.Visit(s.URL + onDay("agenda", at) + "&who=mine")
		p.See("Pump check")
		if strings.Contains(p.Text(), "Three days of training") {
			t.Error("another person's event is among one's own")
		}
	})
}

func TestWeb_DraggingAnEventShowsItsRemindersBeforeItMoves(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, production(t)...).Serve()
	at := wednesday()
	visit := visitAt(s, "Pump check", at)
	b := browser.Start(t)
	p := b.Open(t, browser.Desktop, s.URL+onDay("week", at))
	enter(t, p, "staff")
	other := b.Open(t, browser.Desktop, s.URL+onDay("week", at))
	enter(t, other, "manager")
	other.Wait("the visit is there", `document.querySelector(%q)`, chipOf(visit))

	// By the mouse to the next day, an hour later: 26 px are half an hour.
	settled(t, p)
	chip, column := boxOf(p, chipOf(visit)), boxOf(p, ".ec-body .ec-day")
	x, y := chip.X+chip.Width/2, chip.Y+30
	p.Drag(x, y, x+column.Width, y+52)
	p.See("Move “Pump check”", "Pre-Departure Checklist", "Equipment Checkout", "Safety Protocol Review", "Moves")
	p.Wait("from and to are told", `/11:00 – 13:00/.test(document.querySelector('.from-to').innerText) && /10:00 – 12:00/.test(document.querySelector('.from-to').innerText)`)
	look(t, p, "calendar-move")
	stands(t, s, visit, at, at.Add(2*time.Hour))
	p.Click(browser.Button, "Cancel")
	p.Wait("it is back in its place", `Math.abs(document.querySelector(%q).getBoundingClientRect().x - %f) < 2`, chipOf(visit), chip.X)
	if at := browser.Ask[string](p, `location.pathname`); at != "/calendar" {
		t.Errorf("dragging opened %s", at)
	}

	p.Drag(x, y, x+column.Width, y+52)
	p.See("Moves")
	p.Click(browser.Button, "Move")
	p.See("“Pump check” moved to")
	moved := at.AddDate(0, 0, 1).Add(time.Hour)
	stands(t, s, visit, moved, moved.Add(2*time.Hour))
	other.Wait("another window follows", `Math.abs(document.querySelector(%q).getBoundingClientRect().x - %f) < 4`, chipOf(visit), chip.X+column.Width)
	for _, r := range s.Reminders(visit) {
		if r.SendAt().After(moved) || moved.Sub(r.SendAt()) > 8*24*time.Hour {
			t.Errorf("%s did not follow: %s", r.Title(), r.SendAt())
		}
	}
	p.Click(browser.Button, "Undo")
	p.See("“Pump check” is back at")
	stands(t, s, visit, at, at.Add(2*time.Hour))

	// By its lower edge to half an hour more.
	p.Wait("it is back in its place", `Math.abs(document.querySelector(%q).getBoundingClientRect().x - %f) < 2`, chipOf(visit), chip.X)
	p.Drag(x, chip.Y+chip.Height-2, x, chip.Y+chip.Height+24)
	p.See("10:00 – 12:30", "No reminder changes.")
	p.Click(browser.Button, "Move")
	stands(t, s, visit, at, at.Add(150*time.Minute))
}

func TestWeb_AnEventIsMovedWithoutAMouse(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		at := wednesday()
		visit := visitAt(s, "Pump check", at)
		foreign := s.Event(at.Add(4 * time.Hour)).With(func(e *collections.Event) {
			e.SetTitle("Someone else's visit")
			e.SetCreatedBy(apptest.UserID(collections.RoleManager))
			e.SetSalesResponsible(apptest.UserID(collections.RoleManager))
		}).Save()
		done := s.Event(at.Add(6 * time.Hour)).With(func(e *collections.Event) { e.SetTitle("Done already"); e.SetStatus(collections.EventCompleted) }).Save()

		p := signIn(t, s, open, "staff", onDay("agenda", at))
		p.See("Someone else's visit", "Done already")
		for _, e := range []*collections.Event{foreign, done} {
			if p.Has(browser.Button, "Move “"+e.Title()+"” to another time") {
				t.Errorf("%s can be moved", e.Title())
			}
		}
		p.Click(browser.Button, "Move “Pump check” to another time")
		p.See("Choose a time to see which reminders move.")
		p.Wait("the start has the focus", `document.activeElement.id === 'field-planned_start_date'`)
		setTime(p, "planned_start_date", at.AddDate(0, 0, 2))
		p.See("Moves")
		p.Wait("the end follows", `document.querySelector('#field-planned_end_date').value === %q`, at.AddDate(0, 0, 2).Add(2*time.Hour).In(hongKong).Format("2006-01-02T15:04"))
		look(t, p, "calendar-reschedule")

		setTime(p, "planned_end_date", at.AddDate(0, 0, 1))
		p.Click(browser.Button, "Move")
		p.See("The end is before the start.")
		p.Wait("the end has the focus", `document.activeElement.id === 'field-planned_end_date'`)
		setTime(p, "planned_end_date", at.AddDate(0, 0, 2).Add(time.Hour))

		// Someone else is quicker.
		answer := s.Do("manager", http.MethodPatch, "/api/collections/events/records/"+visit.Id, map[string]any{"planned_start_date": at.AddDate(0, 0, 3), "planned_end_date": at.AddDate(0, 0, 3).Add(time.Hour)})
		wantOK(t, "move the event", answer)
		p.See("Someone has moved this event meanwhile.")
		p.Click(browser.Button, "Move")
		p.See("“Pump check” moved to")
		stands(t, s, visit, at.AddDate(0, 0, 2), at.AddDate(0, 0, 2).Add(time.Hour))

		// Moved again since: there is no way back.
		wantOK(t, "move it again", s.Do("manager", http.MethodPatch, "/api/collections/events/records/"+visit.Id, map[string]any{"planned_start_date": at.AddDate(0, 0, 4), "planned_end_date": at.AddDate(0, 0, 4).Add(time.Hour)}))
		p.Click(browser.Button, "Undo")
		p.See("Someone has moved it since, so it stays where it is.")
		stands(t, s, visit, at.AddDate(0, 0, 4), at.AddDate(0, 0, 4).Add(time.Hour))
	})
}

// setTime gives a field of the dialog a time by the clocks of Hong Kong.
func setTime(p *browser.Page, name string, at time.Time) {
	browser.Ask[bool](p, `((field) => { field.value = %q; return field.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('#field-%s'))`,
		at.In(hongKong).Format("2006-01-02T15:04"), name)
}

func TestWeb_CalendarIsWalkedByTheKeyboardAndOpensAnEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, production(t)...).Serve()
	at := wednesday()
	visit := visitAt(s, "Pump check", at)
	for range 6 { // more than a day of the month has room for
		visitAt(s, "Busy day", at.AddDate(0, 0, 1))
	}
	p := browser.Start(t).Open(t, browser.Desktop, s.URL+onDay("week", at))
	enter(t, p, "staff")
	p.Wait("the visit is there", `document.querySelector(%q)`, chipOf(visit))
	p.Wait("its name says all of it", `/^Planned, Wednesday.*10:00 – 12:00.*Pump check.*Harbour Medical$/.test(document.querySelector(%q).textContent)`, chipOf(visit))
	browser.Ask[bool](p, `document.querySelector(%q).focus() ?? true`, chipOf(visit))
	p.Press(kb.Tab)
	p.Wait("the next stop moves it", `document.activeElement.matches('[data-move]') && getComputedStyle(document.activeElement).opacity === '1'`)
	p.Press(kb.Enter)
	p.See("Move “Pump check”")
	p.Press(kb.Escape)
	p.Wait("the focus is back", `document.activeElement.matches('[data-move]')`)

	// What another does in the meantime takes nobody's place away.
	wantOK(t, "rename it", s.Do("manager", http.MethodPatch, "/api/collections/events/records/"+visit.Id, map[string]any{"title": "Pump check, renamed"}))
	p.See("Pump check, renamed")
	p.Wait("the focus is still there", `document.activeElement.matches('[data-move]')`)

	p.Visit(s.URL + onDay("month", at))
	p.Click(browser.Button, "+3 more")
	p.Wait("all of the day are told", `document.querySelectorAll('.ec-popup [data-event]').length === 6`)
	look(t, p, "calendar-day")
	p.Press(kb.Escape)
	p.Wait("the list of the day is closed", `!document.querySelector('.ec-popup')`)
	p.Wait("the focus is where it was", `document.activeElement.innerText === '+3 more'`)
	p.Within(chipOf(visit) + " .chip-title").See("Pump check, renamed")
	p.Within(".ec-event:has([data-event='"+visit.Id+"'])").Click(browser.Link, "")
	p.Wait("the event is open", `location.pathname === %q`, "/events/"+visit.Id)
}

func TestWeb_AClickOnFreeTimeBeginsAnEventThere(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, production(t)...).Serve()
	at := wednesday()
	visit := visitAt(s, "Pump check", at)
	b := browser.Start(t)
	for _, role := range []string{"viewer", "staff"} {
		p := b.Open(t, browser.Desktop, s.URL+onDay("week", at))
		enter(t, p, role)
		settled(t, p)
		chip, column := boxOf(p, chipOf(visit)), boxOf(p, ".ec-body .ec-day")
		x, y := chip.X+chip.Width/2+column.Width, chip.Y+4+52 // Thursday, 11:00
		p.Drag(x, y, x, y)
		if role == "viewer" {
			p.Wait("nothing happens", `location.pathname === '/calendar'`)
			continue
		}
		p.Wait("the form is open at that time", `location.pathname === '/events/new' && new URLSearchParams(location.search).get('start') === %q`,
			at.AddDate(0, 0, 1).Add(time.Hour).UTC().Format("2006-01-02T15:04:05.000Z"))
	}
}

func TestWeb_CalendarIsInTheReadersZoneAndNamesAnothers(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		at := wednesday()
		visit := s.Event(at).With(func(e *collections.Event) { e.SetTitle("Call with New York"); e.SetTimezone("America/New_York") }).Save()
		p := signIn(t, s, open, "staff", onDay("agenda", at))
		p.See("Call with New York", "10:00", "Eastern Time")
		p.Click(browser.Button, "Move “Call with New York” to another time")
		p.See("Eastern Time") // its own clocks rule there
		p.Click(browser.Button, "Cancel")
		if p.Screen.Phone {
			return
		}
		p.Visit(s.URL + onDay("week", at))
		p.Wait("the grid has it at the reader's hour", `document.querySelector(%q)?.innerText.includes('10:00')`, chipOf(visit))
		p.Wait("and names its own", `document.querySelector(%q).textContent.includes('Eastern Time')`, chipOf(visit))
	})
}
