package webtest

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/config"
)

// flip turns a switch by the keyboard.
func flip(p *browser.Page, label string) {
	p.Choose(label)
	p.Press(" ")
}

// preferences waits until a user's wishes are stored as wanted.
func preferences(t *testing.T, s *apptest.Server, role, want string) {
	t.Helper()
	got := ""
	s.Eventually("the wishes "+want, func() bool {
		got = s.User(role).GetString(collections.UserPreferences)
		return got == want
	})
}

func TestWeb_PeopleChangeWhatTheyAreCalledAndWhereTheyAre(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		staff := s.User(collections.RoleStaff)
		staff.SetManager(apptest.UserID(collections.RoleManager))
		s.MustSave(staff)
		p := signIn(t, s, open, "staff", "/profile")
		p.See("Staff · reports to User manager", "staff@example.test", "Empty: the company’s, Hong Kong.")
		look(t, p, "profile")

		p.Refuses(http.StatusBadRequest, "/api/collections/users/records/"+apptest.UserID("staff"))
		fill(p, [2]string{"Name", "王小明 <b>Wing</b>"}, [2]string{"Mobile phone", "12"}, [2]string{"Time zone", "倫敦"})
		p.Click(browser.Option, "")
		p.See("United Kingdom Time")
		p.Click(browser.Button, "Save")
		p.See("This is no phone number.")
		p.Wait("the focus on the field to mend", `document.activeElement.name === 'phone'`)
		look(t, p, "profile-wrong")
		p.Fill("Mobile phone", "6123 4567")
		p.Click(browser.Button, "Save")
		p.See("Saved.", "王小明 <b>Wing</b>")
		p.Wait("the number as it was understood", `document.querySelector('[name=phone]').value === '+85261234567'`)
		saved := s.User(collections.RoleStaff)
		if saved.Name() != "王小明 <b>Wing</b>" || saved.Phone() != "+85261234567" || saved.Timezone() != "Europe/London" {
			t.Errorf("saved are %q, %q, %q", saved.Name(), saved.Phone(), saved.Timezone())
		}

		p.Fill("Name", "Half typed")
		wantOK(t, "an administrator's change", s.Do("admin", http.MethodPatch, "/api/collections/users/records/"+apptest.UserID("staff"),
			map[string]any{"role": "manager"}))
		p.See("Manager · reports to User manager")
		if name := p.Value("Name"); name != "Half typed" {
			t.Errorf("what was being typed is now %q", name)
		}
	})
}

func TestWeb_PeopleChooseWhichRemindersReachThemAndWhen(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "staff", "/profile")
		p.See("Reminders to you", "kept, not sent", "Comes at 08:00, Hong Kong Standard Time, GMT+8.")
		flip(p, "SMS")
		preferences(t, s, "staff", `{"channels":["email","wechat"],"digest":false}`)
		flip(p, "WeChat")
		flip(p, "Daily digest by email")
		preferences(t, s, "staff", `{"channels":["email"],"digest":true}`)
		flip(p, "Email")
		p.See("All channels are off: no reminder reaches you.")
		look(t, p, "profile-no-channel")
		flip(p, "Email")
		p.Gone("All channels are off")

		flip(p, "Quiet hours")
		p.See("From 22:00 to 07:00 the next day, Hong Kong time.")
		p.Choose("From")
		p.See("From 22:30 to 07:00 the next day, Hong Kong time.")
		preferences(t, s, "staff", `{"channels":["email"],"digest":true,"quiet_hours":{"from":"22:30","to":"07:00"}}`)
		look(t, p, "profile-quiet")
		p.Reload()
		p.See("From 22:30 to 07:00 the next day")
		flip(p, "Quiet hours")
		preferences(t, s, "staff", `{"channels":["email"],"digest":true}`)

		p.Refuses(http.StatusBadRequest, "/api/collections/users/records/"+apptest.UserID("staff"))
		s.OnRecordUpdateRequest(collections.Users).BindFunc(refuseAll)
		flip(p, "SMS")
		p.See("Not today.")
		p.Wait("the switch is back", `!document.querySelector('[name=sms]').checked`)
		look(t, p, "profile-refused")
	})
}

func TestWeb_LanguageAndThemeAreChosenInTheProfile(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "staff", "/profile")
		p.See("Language and look")
		loaded := p.Documents()
		p.Click(browser.Button, "繁體中文")
		p.See("我的檔案", "語言及外觀", "已儲存。")
		look(t, p, "profile-zh-HK")
		p.Click(browser.Button, "深色")
		p.Wait("the dark theme", `document.documentElement.dataset.theme === 'dark'`)
		p.Click(browser.Button, "跟隨系統")
		p.Wait("the system's theme", `document.documentElement.dataset.theme === 'light'`)
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
		if locale := s.User(collections.RoleStaff).Locale(); locale != "zh-HK" {
			t.Errorf("messages come in %s", locale)
		}
	})
}

func TestWeb_ANewPasswordEndsTheOtherSessionsOnly(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		other := signIn(t, s, open, "staff", "/events")
		inside(other, "/events")
		for _, path := range []string{"/api/collections/users/auth-refresh", "/api/tminus/channels", "/api/realtime", "/api/collections/events/records"} {
			other.Refuses(http.StatusUnauthorized, path)
		}
		p := signIn(t, s, open, "staff", "/profile")
		p.See("Present password")
		p.Refuses(http.StatusBadRequest, "/api/collections/users/records/"+apptest.UserID("staff"))
		p.Refuses(http.StatusUnauthorized, "/api/collections/users/auth-refresh") // asked before the change, answered after
		fill(p, [2]string{"Present password", "wrong"}, [2]string{"New password", "a new horse 2"})
		p.Click(browser.Button, "Change password")
		p.See("This is not your present password.")
		p.Fill("Present password", apptest.Password)
		p.Click(browser.Button, "Change password")
		p.See("Your password is changed.")
		wantOK(t, "an administrator's change", s.Do("admin", http.MethodPatch, "/api/collections/users/records/"+apptest.UserID("staff"),
			map[string]any{"role": "manager"}))
		p.Within("main").See("Manager") // changes still come by themselves
		p.Visit(s.URL + "/events")
		inside(p, "/events")

		other.Reload()
		other.See("Sign in again")
		other.Within("dialog").Fill("Password", "a new horse 2")
		other.Within("dialog").Click(browser.Button, "Sign in")
		other.Gone("Sign in again")
	})
}

// withEnvironment gives an instance what the server's environment would.
func withEnvironment(t *testing.T, environ ...string) apptest.Option {
	t.Helper()
	loaded, err := config.Load(append(environ, "EVENT_REMINDER_ENABLE_SMS=true", "EVENT_REMINDER_ENABLE_WECHAT=true"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return apptest.WithConfig(func(c *config.Config) { *c = loaded })
}

func TestWeb_AnAdministratorChangesWhatHoldsForTheCompany(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "admin", "/settings")
		p.See("Server environment", "EVENT_REMINDER_ENABLE_SMS set", "TIME_ZONE not set")
		look(t, p, "settings")
		fill(p, [2]string{"Company name", "山頂儀器"}, [2]string{"Time zone", "Singapore"})
		p.Click(browser.Option, "")
		p.Choose("Daily digest")
		p.Click(browser.Button, "Save")
		p.See("Saved.")
		settings, err := collections.TheSettings(s.App)
		if err != nil || settings.CompanyName() != "山頂儀器" || settings.Timezone() != "Asia/Singapore" || settings.DigestTime() != "08:30" {
			t.Errorf("the settings are %v, %v", settings, err)
		}
		p.Fill("Company name", " ")
		p.Click(browser.Button, "Save")
		p.See("Fill this in.")

		wantOK(t, "another administrator's change", s.Do("admin", http.MethodPatch, "/api/collections/settings/records/"+settings.Id,
			map[string]any{"digest_time": "06:15"}))
		p.Fill("Company name", "Peak Instruments")
		p.Click(browser.Button, "Save")
		p.Gone("Fill this in.")
		p.Wait("the other's change", `document.querySelector('[name=digest_time]').value === '06:15'`)
		if settings, _ := collections.TheSettings(s.App); settings.DigestTime() != "06:15" || settings.CompanyName() != "Peak Instruments" {
			t.Errorf("the settings are %s, %s", settings.DigestTime(), settings.CompanyName())
		}
		if href := browser.Ask[string](p, `[...document.querySelectorAll('main a')].find((a) => a.innerText.trim() === 'Open the dashboard')?.getAttribute('href')`); href != "/_/" {
			t.Errorf("the dashboard is said to be at %q", href)
		}
	})
}

func TestWeb_WhatTheEnvironmentFixesIsShownAsFixed(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t, withEnvironment(t, "TIME_ZONE=Asia/Singapore"))...).Serve()
		p := signIn(t, s, open, "admin", "/settings")
		p.See("Singapore", "Fixed by TIME_ZONE in the server’s environment.", "TIME_ZONE set")
		if browser.Ask[bool](p, `document.querySelector('[name=timezone]') !== null`) {
			t.Error("the time zone can be changed")
		}
		look(t, p, "settings-fixed")
		p.Fill("Company name", "Lion City Instruments")
		p.Click(browser.Button, "Save")
		p.See("Saved.")

		manager := signIn(t, s, open, "manager", "/settings")
		manager.See("This is not for your role")
	})
}

func TestWeb_MoreLeadsToEveryPlaceOfTheRole(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "admin", "/more")
		p.See("User admin", "Administrator", "admin@example.test")
		look(t, p, "more")
		main := p.Within("main")
		for _, place := range []string{"Customers", "Templates", "Reminder plans", "Delivery log", "Sandbox mailbox", "Channels", "Team", "Settings"} {
			if !main.Has(browser.Link, place) {
				t.Errorf("there is no way to %s", place)
			}
		}
		main.Click(browser.Link, "Settings")
		inside(p, "/settings")

		viewer := signIn(t, s, open, "viewer", "/more")
		viewer.See("User viewer", "Viewer")
		for _, place := range []string{"Templates", "Channels", "Team", "Settings"} {
			if viewer.Within("main").Has(browser.Link, place) {
				t.Errorf("a viewer is led to %s", place)
			}
		}
		viewer.Within("main").Choose("Language")
		viewer.See("更多", "登出")
		viewer.Press(kb.Escape)
		viewer.Wait("the list of languages is shut", `!document.querySelector('select:open')`)
		viewer.Within("main").Click(browser.Button, "登出")
		viewer.See("沒有帳戶？")
	})
}

// refuseAll is a server that takes no change.
func refuseAll(e *core.RecordRequestEvent) error {
	return e.BadRequestError("Not today.", nil)
}
