package webtest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/notifiers"
)

// tile waits until a number of the strip is as wanted.
func tile(p *browser.Page, label, want string) {
	p.Wait(label+" is "+want, `[...document.querySelectorAll('.tile')].some((t) => t.querySelector('.tile-label').innerText.trim() === %q && t.querySelector('.tile-value').innerText.trim() === %q)`, label, want)
}

func TestWeb_TodayOfAFreshHouseSaysHowToBegin(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "admin", "/")
		p.See("Welcome to T-minus", "Log the first visit", "Invite your team", "Look at the reminder plan")
		look(t, p, "today-fresh")
		viewer := signIn(t, s, open, "viewer", "/")
		viewer.See("Nothing is logged yet")
		if viewer.Has(browser.Link, "New event") {
			t.Error("a viewer is told to log a visit")
		}
		look(t, viewer, "today-fresh-viewer")

		// The first visit turns the page into what it is for.
		s.Event(inDays(3)).Save()
		p.Within("main").See("All is well", "Next 7 days", "Quarterly visit")
		viewer.Within("main").See("Quarterly visit")
	})
}

func TestWeb_TodayTellsWhatIsOnAndWhatLeavesNext(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		now := time.Now().UTC().Truncate(time.Second)
		s.Event(now.Add(-time.Minute)).With(func(e *collections.Event) {
			e.SetTitle("Now at the customer's")
			e.SetStatus(collections.EventInProgress)
		}).Save()
		soon := s.Event(now.AddDate(0, 0, 5)).With(func(e *collections.Event) { e.SetTitle("In five days") }).Save()
		reminder := s.Reminder(soon, now.Add(20*time.Minute))
		s.MustSave(reminder)
		s.Event(now.AddDate(0, 0, 2)).With(func(e *collections.Event) {
			e.SetTitle("A colleague's visit")
			e.SetCreatedBy(apptest.UserID(collections.RoleManager))
			e.SetSalesResponsible(apptest.UserID(collections.RoleManager))
		}).Save()

		p := signIn(t, s, open, "staff", "/")
		p.See("All is well", "Now at the customer's", "In progress", "In five days")
		p.Wait("the clock of the next one runs", `/^T−1\d:\d\d$/.test(document.querySelector('.due-line.first .due-when').innerText)`)
		p.Within(".due-line.first").See("Bring the spare lamp", "In five days")
		tile(p, "Today", "1")
		if p.Has(browser.Link, "A colleague's visit") {
			t.Error("a colleague's visit is among one's own")
		}
		p.Wait("the chart is drawn", `globalThis.Chart?.getChart(document.querySelector('.chart canvas'))`)
		look(t, p, "today")

		p.Click(browser.Button, "Everyone")
		p.See("A colleague's visit")
		tile(p, "Today", "1")

		// The world moves on, and the page with it.
		loaded := p.Documents()
		s.Event(now.Add(time.Minute)).With(func(e *collections.Event) { e.SetTitle("Just called in"); e.SetStatus(collections.EventInProgress) }).Save()
		p.See("Just called in")
		tile(p, "Today", "2")
		wantOK(t, "send it now", s.Do("staff", http.MethodPost, "/api/tminus/reminders/"+reminder.Id+"/send", nil))
		p.Within(".due").See("Just left", "Kept, not sent")
		if p.Documents() != loaded {
			t.Error("the page was loaded anew")
		}
		p.Click(browser.Link, "Open the calendar")
		p.Wait("the calendar is open", `location.pathname === '/calendar'`)
	})
}

func TestWeb_TodayHasWhatIsOverdueMended(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		past := time.Now().UTC().Add(-26 * time.Hour).Truncate(time.Second)
		visit := s.Event(past).With(func(e *collections.Event) { e.SetTitle("Forgotten visit") }).Save()
		other := s.Event(past).With(func(e *collections.Event) { e.SetTitle("Another one"); e.SetStatus(collections.EventInProgress) }).Save()

		viewer := signIn(t, s, open, "viewer", "/")
		viewer.See("Needs attention", "Forgotten visit", "not started, was planned for")
		if viewer.Has(browser.Button, "Complete “Forgotten visit”") {
			t.Error("a viewer may complete an event")
		}
		p := signIn(t, s, open, "staff", "/")
		p.See("Forgotten visit", "Another one", "not completed, was to end")
		tile(p, "Overdue", "2")
		look(t, p, "today-overdue")
		p.Click(browser.Link, browser.Ask[string](p, `document.querySelectorAll('.tile-link')[1].innerText.replace(/\s+/g, ' ').trim()`))
		p.See("2 events", "Forgotten visit", "Another one")
		p.Visit(s.URL)

		p.Click(browser.Button, "Complete “Another one”")
		p.See("“Another one”: Completed.")
		tile(p, "Overdue", "1")
		viewer.Gone("Another one")
		p.Click(browser.Button, "Undo")
		tile(p, "Overdue", "2")
		if got := s.Reload(other).Status(); got != collections.EventInProgress {
			t.Errorf("undone, it is %s", got)
		}

		p.Click(browser.Button, "More actions for “Forgotten visit”")
		p.Click(browser.Item, "Move to another time")
		p.See("Move “Forgotten visit”")
		to := time.Now().UTC().Truncate(time.Minute).Add(5 * time.Hour) // too soon for any step of the plan
		setTime(p, "planned_start_date", to)
		p.See("Leaves at once", "at once", "Short notice")
		look(t, p, "today-move")
		p.Click(browser.Button, "Move")
		p.See("“Forgotten visit” moved to")
		tile(p, "Overdue", "1")
		if got := s.Reload(visit).PlannedStart(); !got.Equal(to) {
			t.Errorf("it stands at %s, not at %s", got, to)
		}

		p.Click(browser.Button, "Complete “Another one”")
		p.See("All is well")
	})
}

func TestWeb_TodayRetriesWhatFailedAndTellsOfPausedChannels(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		mail := apptest.NewNotifier()
		mail.Answer(func(context.Context, *notifiers.Message, int) error {
			return &notifiers.Error{Class: notifiers.Permanent, Reason: "552 5.2.2 the mailbox is full"}
		})
		s := apptest.New(t, production(t, apptest.WithNotifier(notifiers.Email, mail))...).Serve()
		visit := s.Event(inDays(20)).Save()
		reminder := s.Reminder(visit, inDays(10))
		s.MustSave(reminder)
		p := signIn(t, s, open, "staff", "/")
		p.See("All is well")
		wantOK(t, "send it now", s.Do("staff", http.MethodPost, "/api/tminus/reminders/"+reminder.Id+"/send", nil))
		p.See("Bring the spare lamp", "Failed · Email", "552 5.2.2 the mailbox is full")
		tile(p, "Failed reminders", "1")
		look(t, p, "today-failed")

		mail.Answer(nil)
		p.Click(browser.Button, "Retry “Bring the spare lamp”")
		p.See("Trying again.", "All is well")
		tile(p, "Failed reminders", "0")

		mail.Broken(&notifiers.Error{Class: notifiers.Configuration, Reason: "535 5.7.8 the password was refused"})
		second := s.Reminder(visit, inDays(9))
		s.MustSave(second)
		wantOK(t, "send another", s.Do("staff", http.MethodPost, "/api/tminus/reminders/"+second.Id+"/send", nil))
		p.See("Email has been paused since")
		admin := signIn(t, s, open, "admin", "/")
		p.See("Nothing for you to do")
		admin.See("Email has been paused since")
		admin.Within(".needs").See("Email is paused", "535 5.7.8 the password was refused")
		look(t, admin, "today-paused")
		admin.Click(browser.Link, "Open Channels")
		admin.Wait("the channels are open", `location.pathname === '/channels'`)
	})
}
