package webtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
)

func wantRows(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	p.Wait("the rows "+strings.Join(want, ", "), `[...document.querySelectorAll('.event-row .cover')].map((a) => a.textContent).join() === %q`, strings.Join(want, ","))
}

func TestWeb_EventsAreFoundNarrowedAndSortedByTheServer(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		visit := func(title, kind string, days int) *collections.Event {
			return s.Event(inDays(days)).With(func(e *collections.Event) { e.SetTitle(title); e.SetType(kind) }).Save()
		}
		visit("Pump check", "maintenance", 3)
		visit("Annual audit", "meeting", 9)
		visit("水泵安裝", "installation", 6)
		visit("Last year's fair", "exhibition", -300)

		p := signIn(t, s, open, "staff", "/events")
		p.See("3 events")
		wantRows(t, p, "Pump check", "水泵安裝", "Annual audit")
		look(t, p, "events")

		p.Fill("Search title, customer, place", "水泵")
		wantRows(t, p, "水泵安裝")
		if at := browser.Ask[string](p, `decodeURIComponent(location.search)`); !strings.Contains(at, "q=水泵") {
			t.Errorf("the search does not stand in the address: %s", at)
		}
		p.Reload()
		wantRows(t, p, "水泵安裝")
		p.Fill("Search title, customer, place", "nothing of the kind")
		p.See("Nothing found for “nothing of the kind”")
		look(t, p, "events-nothing")
		p.Click(browser.Link, "Show coming events")
		wantRows(t, p, "Pump check", "水泵安裝", "Annual audit")

		p.Click(browser.Button, "Past")
		wantRows(t, p, "Last year's fair")
		p.Click(browser.Button, "All")
		p.See("4 events")
		p.Click(browser.Button, "Filters")
		p.Choose("Type")
		p.Choose("Type")
		wantRows(t, p, "水泵安裝")
		look(t, p, "events-filtered")
		p.Click(browser.Link, "Clear")
		wantRows(t, p, "Pump check", "水泵安裝", "Annual audit")

		if p.Screen.Phone {
			return // the heads of columns are not shown there
		}
		p.Click(browser.Button, "Event")
		wantRows(t, p, "Annual audit", "Pump check", "水泵安裝")
		p.Click(browser.Button, "Event")
		wantRows(t, p, "水泵安裝", "Pump check", "Annual audit")
	})
}

func TestWeb_AnAddressThatCannotBeMeantShowsWhatThereIs(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, production(t)...).Serve()
	for n := range 23 {
		s.Event(inDays(n + 1)).With(func(e *collections.Event) { e.SetTitle(fmt.Sprintf("Visit %02d", n+1)) }).Save()
	}
	b := browser.Start(t)
	p := signIn(t, s, func(address string) *browser.Page { return b.Open(t, browser.Desktop, address) }, "staff", "/events?page=9999")
	p.See("23 events")
	wantRows(t, p, "Visit 21", "Visit 22", "Visit 23")
	p.Wait("the last page in the address", `location.search === '?page=2'`)

	p.Visit(s.URL + "/events?page=2&status=lost&type=lost&from=zzz&sort=lost")
	p.See("23 events")
	wantRows(t, p, "Visit 21", "Visit 22", "Visit 23")
	p.Click(browser.Button, "Filters") // which has none to count
	p.Wait("any type", `document.querySelector('.filters select')?.selectedIndex === 0`)
}

func TestWeb_WhatOthersEnterAppearsByItself(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		customer := s.Customer("Lantau Hotels")
		p := signIn(t, s, open, "staff", "/events")
		p.See("Nothing is coming up")
		look(t, p, "events-none")
		loaded := p.Documents()
		answer := s.Do("manager", http.MethodPost, "/api/collections/events/records", map[string]any{
			"title": "On-site maintenance", "customer": customer.Id, "event_type": "maintenance", "planned_start_date": inDays(10),
		})
		wantOK(t, "enter an event", answer)
		p.See("1 event", "On-site maintenance", "Lantau Hotels", "Planned")
		p.Within(".track").See("in 3 d")
		wantOK(t, "cancel it", s.Do("manager", http.MethodPatch, fmt.Sprint("/api/collections/events/records/", answer.JSON(t)["id"]),
			map[string]any{"status": "cancelled"}))
		p.Within(".event-row").See("Cancelled")
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
	})
}

func TestWeb_LanguageAndThemeChangeAtOnceAndStay(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		s.Event(inDays(10)).Save()
		p := signIn(t, s, open, "staff", "/events")
		p.See("1 event")
		label := "Language"
		for _, tt := range []struct{ lang, label, words string }{
			{"zh-HK", "語言", "活動 即將來臨 已安排 3 日後"}, {"zh-CN", "语言", "活动 即将开始 已计划 3天后"},
		} {
			p.Choose(label)
			label = tt.label
			p.See(strings.Fields(tt.words)...)
			if lang := browser.Ask[string](p, `document.documentElement.lang`); lang != tt.lang {
				t.Errorf("the page says that it is in %q, not %s", lang, tt.lang)
			}
			look(t, p, "events-"+tt.lang)
		}
		p.Click(browser.Button, "切换到深色")
		p.Reload()
		p.See("即将开始")
		if paper := browser.Ask[string](p, `getComputedStyle(document.documentElement).backgroundColor`); paper != "rgb(17, 17, 16)" {
			t.Errorf("the dark paper is %s", paper)
		}
		p.Click(browser.Button, "切换到浅色")
		p.Wait("the light theme", `document.documentElement.dataset.theme === 'light'`)
	})
}

func TestWeb_TheKeyboardAloneGoesThroughTheList(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, production(t)...).Serve()
	s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Pump check") }).Save()
	b := browser.Start(t)
	p := signIn(t, s, func(address string) *browser.Page { return b.Open(t, browser.Desktop, address) }, "staff", "/events")
	p.See("1 event")
	p.Press(kb.Tab)
	p.Wait("the way past the navigation", `document.activeElement.className === 'skip'`)
	p.Press(kb.Enter)
	p.Wait("the focus on what matters", `document.activeElement.id === 'main'`)
	for range 30 {
		p.Press(kb.Tab)
		if browser.Ask[string](p, `document.activeElement.textContent`) == "Pump check" {
			break
		}
	}
	p.Press(kb.Enter)
	p.Wait("the event", `location.pathname.startsWith('/events/') && document.activeElement.tagName === 'H1'`)
}
