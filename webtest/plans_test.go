package webtest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/collections"
)

const (
	previewPath  = "/api/tminus/preview"
	templatePath = "/api/tminus/preview/template"
)

// column is a language of a template: on a phone it is brought to the screen.
func column(p *browser.Page, language string) *browser.Page {
	if p.Screen.Phone {
		p.Within(".tpl-choice").Click(browser.Button, language)
	}
	n := map[string]int{"English": 1, "繁體中文": 2, "简体中文": 3}[language]
	return p.Within(fmt.Sprintf(".texts > .tpl-column:nth-child(%d)", n))
}

// mail waits for words in a mail that is shown in a part of the page.
func mail(p *browser.Page, part, words string) {
	p.Wait("a mail with "+words, `[...document.querySelectorAll('%s mail-view')].some((v) => v.shadowRoot?.textContent.includes(%q))`, part, words)
}

// textsOf gives the stored titles of a template by language.
func textsOf(t *testing.T, s *apptest.Server, key string) map[string]*collections.Template {
	t.Helper()
	found, err := collections.TemplatesWithKey(s.App, key)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]*collections.Template{}
	for _, one := range found {
		texts[one.Locale()] = one
	}
	return texts
}

// planNamed gives a stored plan with its steps.
func planNamed(t *testing.T, s *apptest.Server, name string) (*collections.Plan, []*collections.PlanStep) {
	t.Helper()
	record, err := s.FindFirstRecordByData(collections.ReminderPlans, "name", name)
	if err != nil {
		t.Fatalf("find the plan %q: %v", name, err)
	}
	plan := collections.Wrap[collections.Plan](record)
	steps, err := collections.StepsOf(s.App, plan.Id)
	if err != nil {
		t.Fatal(err)
	}
	return plan, steps
}

// wantSteps compares the days of a plan's steps, the earliest first.
func wantSteps(t *testing.T, steps []*collections.PlanStep, want ...int) {
	t.Helper()
	var got []int
	for _, step := range steps {
		got = append(got, step.DaysBefore())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the steps are %v days before, want %v", got, want)
	}
}

// stop opens a step on the way to the event.
func stop(p *browser.Page, days string) {
	p.Wait("the step "+days, `[...document.querySelectorAll('.plan-timeline-card')].some((c) => c.innerText.includes(%q))`, days)
	browser.Ask[bool](p, `([...document.querySelectorAll('.plan-timeline-card')].find((c) => c.innerText.includes(%q)).click(), true)`, days)
}

func TestWeb_TemplatesAreListedByWhatTheyAreFor(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/templates")
		p.See("Pre-Departure Checklist", "出發前檢查清單", "出发前检查清单", "Default plan 7 days before", "No plan sends it", "Code of conduct")
		look(t, p, "templates")
		p.Click(browser.Link, "Equipment Checkout")
		p.Wait("the template", `location.pathname === '/templates/equipment_checkout'`)
		p.See("Equipment Checkout", "Used by", "Default plan")

		viewer := signIn(t, s, open, "staff", "/templates")
		viewer.See("This is not for your role")
		viewer.Visit(s.URL + "/plans")
		viewer.See("This is not for your role")
	})
}

func TestWeb_ATemplateIsCheckedWhileItIsWritten(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/templates/custom")
		p.Within(".tpl-preview").See("Event Reminder · Harbour Medical Centre")
		mail(p, ".tpl-preview", "Annual calibration")
		look(t, p, "template")

		english := column(p, "English")
		p.Refuses(http.StatusBadRequest, templatePath)
		english.Fill("Message", "See you at {{ event.titel }}.")
		english.See("There is no variable “event.titel”.")
		p.Within(".tpl-preview").See("As it was before the mistake.")
		p.See("Unsaved: English")
		look(t, p, "template-fault")
		english.Click(browser.Button, "Write event.title")
		english.Gone("There is no variable")
		if got := english.Value("Message"); got != "See you at {{ event.title }}." {
			t.Errorf("the message is %q", got)
		}
		mail(p, ".tpl-preview", "See you at Annual calibration.")

		// A chip writes where the caret is; the browser takes it back.
		browser.Ask[bool](p, `((f) => { f.focus(); f.setSelectionRange(0, 0); return true; })(document.getElementById('field-en.message'))`)
		p.Within(".tpl-variables").Click(browser.Button, "Customer")
		if got := english.Value("Message"); got != "{{ customer.name }}See you at {{ event.title }}." {
			t.Errorf("with a variable the message is %q", got)
		}
		browser.Ask[bool](p, `document.execCommand('undo')`)
		if got := english.Value("Message"); got != "See you at {{ event.title }}." {
			t.Errorf("after undoing the message is %q", got)
		}
		p.Within(".tpl-variables").Click(browser.Button, "All with examples")
		p.Within("dialog").See("{{ event.title }}", "Annual calibration", "{{ event.start | date: \"%H:%M\" }}", "10:00")
		look(t, p, "variables")
		p.Within("dialog").Click(browser.Button, "Team {{ team }} Jamie Ho")
		p.Wait("the variable in the field that was written in", `document.getElementById('field-en.message').value.includes('{{ team }}') && document.activeElement.id === 'field-en.message'`)

		p.Click(browser.Button, "Save")
		p.See("Saved.", "All saved")
		texts := textsOf(t, s, "custom")
		if got := texts["en"].Message(); !strings.Contains(got, "See you at {{ event.title }}.") {
			t.Errorf("the stored message is %q", got)
		}
		if got := texts["zh-HK"].GetDateTime("updated"); got.After(texts["zh-HK"].GetDateTime("created")) {
			t.Errorf("the language that nobody changed was written at %v", got)
		}
	})
}

func TestWeb_ATemplateIsNotSavedHalf(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/templates/safety_protocol_review")
		column(p, "English").Fill("Title", "Safety first")
		p.Refuses(http.StatusBadRequest, templatePath)
		p.Refuses(http.StatusBadRequest, "/api/batch")
		chinese := column(p, "简体中文")
		chinese.Fill("Message", "{% if team %}同事")
		chinese.See("{% if %} has no end. Put {% endif %} where it ends.")
		column(p, "English")
		p.Click(browser.Button, "Save")
		p.Wait("the focus on the fault, where it is on the screen", `document.activeElement.id === 'field-zh-CN.message' && document.activeElement.checkVisibility()`)
		if got := textsOf(t, s, "safety_protocol_review")["en"].Title(); got != "Safety Protocol Review" {
			t.Errorf("one language was saved without the other: %q", got)
		}

		// What was typed is there after one has been away.
		p.Visit(s.URL + "/templates")
		p.Click(browser.Link, "Safety Protocol Review")
		p.See("What you typed before is still here.", "Unsaved: English and 简体中文")
		if got := column(p, "English").Value("Title"); got != "Safety first" {
			t.Errorf("the draft's title is %q", got)
		}
		p.Within("main .draft-note").Click(browser.Button, "Discard")
		p.See("All saved")
		if got := column(p, "English").Value("Title"); got != "Safety Protocol Review" {
			t.Errorf("after discarding the title is %q", got)
		}
	})
}

func TestWeb_ANewTemplateIsWrittenInItsLanguages(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/templates")
		p.Click(browser.Link, "New template")
		p.See("New template", "By which programs name it")
		p.Click(browser.Button, "Save")
		column(p, "English").See("Fill this in.")
		column(p, "English").Fill("Title", "Custom!")
		p.Wait("a key that is free", `document.querySelector('[name=key]').value === 'custom_2'`)
		column(p, "English").Fill("Title", "Site survey")
		p.Wait("the key", `document.querySelector('[name=key]').value === 'site_survey'`)
		column(p, "English").Fill("Message", "Bring the **laser** to {{ event.location }}.")
		look(t, p, "template-new")

		hk := column(p, "繁體中文")
		hk.See("Readers of this language get the English text.")
		hk.Click(browser.Button, "Start from English")
		hk.Fill("Title", "實地視察")
		if got := hk.Value("Message"); got != "Bring the **laser** to {{ event.location }}." {
			t.Errorf("the copy is %q", got)
		}
		p.Within(".tpl-preview").Click(browser.Button, "SMS")
		p.Within(".tpl-preview").See("實地視察 Bring the laser to", "one SMS")
		p.Within(".tpl-preview").Click(browser.Button, "WeChat")
		p.Within(".tpl-preview .msg-wechat").See("Harbour Medical Centre")

		p.Click(browser.Button, "SMS and WeChat approval")
		approvals := p.Within(".tpl-approvals .tpl-column:nth-child(2)")
		approvals.Fill("Number of the SMS template", "SMS_42")
		approvals.Within(`[data-field="zh-HK.sms_params"]`).Click(browser.Button, "Add a value")
		approvals.Fill("Name of the value", "place")
		approvals.Fill("What it is filled with", "{{ event.location }}")
		look(t, p, "template-approvals")
		p.Click(browser.Button, "Save")
		p.Wait("its own address", `location.pathname === '/templates/site_survey'`)
		p.See("Site survey", "No plan sends it", "All saved")
		texts := textsOf(t, s, "site_survey")
		if len(texts) != 2 || texts["zh-HK"].Title() != "實地視察" || texts["en"].ReminderType() != "checklist" {
			t.Fatalf("stored are %v", texts)
		}
		if got := texts["zh-HK"].SMSParams(); got["place"] != "{{ event.location }}" || texts["zh-HK"].GetString("sms_template_code") != "SMS_42" {
			t.Errorf("the approved template is stored as %v", got)
		}

		do(p.Within(".page-head"), "More actions", "Delete the template")
		p.Within("dialog").Click(browser.Button, "Delete")
		p.See("Template deleted.")
		p.Wait("the list", `location.pathname === '/templates'`)
		if texts := textsOf(t, s, "site_survey"); len(texts) != 0 {
			t.Errorf("left are %v", texts)
		}
	})
}

func TestWeb_ATemplateInUseIsKept(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/templates/equipment_checkout")
		do(p.Within(".page-head"), "More actions", "Delete the template")
		p.Within("dialog").See("This template is in use", "Default plan 3 days before")
		look(t, p, "template-in-use")
		p.Within("dialog .dialog-foot").Click(browser.Button, "Close")

		// One language may go; the plan sends the others, even if its step named just this one.
		chinese := column(p, "简体中文")
		do(chinese, "More for 简体中文", "Delete this language")
		p.Within("dialog").Click(browser.Button, "Delete")
		column(p, "简体中文").See("Not written yet.")
		english := column(p, "English")
		do(english, "More for English", "Delete this language")
		p.Within("dialog").Click(browser.Button, "Delete")
		column(p, "English").See("Not written yet.")
		texts := textsOf(t, s, "equipment_checkout")
		if len(texts) != 1 || texts["zh-HK"] == nil {
			t.Fatalf("left are %v", texts)
		}
		if _, steps := planNamed(t, s, "Default plan"); steps[1].Template() != texts["zh-HK"].Id {
			t.Errorf("the step sends %q, want what is left", steps[1].Template())
		}
	})
}

func TestWeb_ATemplateIsTestedOnOneself(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		s.Event(inDays(5)).With(func(e *collections.Event) {
			e.SetTitle("Calibrate the scales")
			e.SetCustomer(s.Customer("Peak Foods").Id)
		}).Save()
		p := signIn(t, s, open, "manager", "/templates/pre_departure_checklist")
		preview := p.Within(".tpl-preview")
		preview.See("Pre-Departure Checklist · Harbour Medical Centre")
		p.Fill("Try it with", "scales")
		p.Wait("events to choose from", `document.querySelector('.plan-sample-event [role=option]:not(.none)')`)
		p.Click(browser.Option, "")
		preview.See("Pre-Departure Checklist · Peak Foods")
		preview.Click(browser.Button, "Send me a test in English")
		preview.See("Kept, not sent")
		look(t, p, "template-tested")
		sent, err := s.FindFirstRecordByData(collections.Deliveries, "kind", collections.KindTest)
		if err != nil {
			t.Fatal(err)
		}
		if got := sent.GetString("user"); got != apptest.UserID("manager") {
			t.Errorf("the test went to %q", got)
		}
	})
}

func TestWeb_APlanIsMadeOnItsWayToTheEvent(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "manager", "/plans")
		p.See("Default plan", "All events that no other plan names", "7 days before", "The event")
		look(t, p, "plans")
		p.Click(browser.Link, "New plan")
		p.See("No reminders yet", "There is one default plan; now it is “Default plan”.")
		look(t, p, "plan-new")
		p.Click(browser.Button, "Save")
		p.Within("[data-field=name]").See("Fill this in.")
		p.Fill("Name of the plan", "Trainings")
		p.Click(browser.Box, "Training")
		p.Click(browser.Button, "Start with the reminders of “Default plan”")
		p.See("Pre-Departure Checklist", "Safety Protocol Review", "responsible, team")

		p.Click(browser.Button, "Add a reminder")
		p.Wait("the focus on its day", `document.activeElement.type === 'number' && document.activeElement.value === '14'`)
		p.Within(".plan-step").Click(browser.Button, "One day earlier")
		p.Wait("its place", `document.querySelector('.plan-timeline-stop').innerText.includes('15 days before')`)
		p.Within(".plan-step").Click(browser.Button, "Set time")
		p.See("at 09:00")
		p.Within(".plan-step").Click(browser.Box, "Email")
		p.Within(".plan-step").Click(browser.Box, "SMS")
		p.Within(".plan-step").Click(browser.Box, "Customer's contact")
		p.See("responsible, team, contact")
		p.Click(browser.Button, "Save")
		p.Wait("its own address", `/^\/plans\/[a-z0-9]{15}$/.test(location.pathname)`)
		p.See("Trainings", "All saved", "0 coming events go by this plan.")
		look(t, p, "plan")

		plan, steps := planNamed(t, s, "Trainings")
		wantSteps(t, steps, 15, 7, 3, 1)
		if got := fmt.Sprint(plan.EventTypes(), steps[0].At(), steps[0].Channels(), steps[0].Audience()); got != "[training]09:00[wechat] [sales_responsible assigned_staff contact_person]" {
			t.Errorf("stored is %s", got)
		}
		event := s.Event(inDays(20)).With(func(e *collections.Event) { e.SetType("training") }).Save()
		if got := len(s.Reminders(event)); got != 4 {
			t.Errorf("a training has %d reminders", got)
		}
		p.See("1 coming event goes by this plan.")
	})
}

func TestWeb_AStepIsRemovedDoubledAndRefused(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		plan, _ := planNamed(t, s, "Default plan")
		p := signIn(t, s, open, "manager", "/plans/"+plan.Id)
		p.See("There is always one default plan.")
		stop(p, "3 days before")
		p.Within(".plan-step").Click(browser.Button, "Remove")
		p.Within(".plan-timeline").Gone("3 days before")
		p.Within(".toasts").Click(browser.Button, "Undo")
		p.Within(".plan-timeline").See("3 days before")
		p.Wait("nothing to save", `document.querySelector('.plan-save').innerText.includes('All saved')`)

		stop(p, "1 day before")
		step := p.Within(".plan-step")
		step.Click(browser.Button, "Duplicate")
		p.Refuses(http.StatusBadRequest, previewPath)
		step.Fill("Days before the event", "400")
		step.See("Give a whole number of days from 0 to 365.")
		step.Click(browser.Box, "Person responsible")
		step.Click(browser.Box, "Team of the event")
		p.Click(browser.Button, "Save")
		step.See("Choose at least one.")
		p.Wait("the mark at the step", `document.querySelectorAll('.plan-timeline-stop.wrong').length === 1`)
		look(t, p, "plan-refused")
		step.Fill("Days before the event", "0")
		step.Click(browser.Box, "Their manager")
		step.Click(browser.Button, "Set time")
		p.Wait("the time", `document.querySelector('.plan-step input[type=time]')`)
		browser.Ask[bool](p, `((f) => { f.value = '08:30'; return f.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('.plan-step input[type=time]'))`)
		p.See("On the day", "at 08:30")
		p.Click(browser.Button, "Save")
		p.See("Saved.")
		_, steps := planNamed(t, s, "Default plan")
		wantSteps(t, steps, 7, 3, 1, 0)
		if got := fmt.Sprint(steps[3].At(), steps[3].Audience()); got != "08:30[manager]" {
			t.Errorf("stored is %s", got)
		}
	})
}

func TestWeb_APlanShowsWhatItWouldSend(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		event := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Calibrate the scales") }).Save()
		plan, _ := planNamed(t, s, "Default plan")
		p := signIn(t, s, open, "manager", "/plans/"+plan.Id)
		sample := p.Within(".plan-sample")
		sample.See("Pre-Departure Checklist", "Equipment Checkout", "Safety Protocol Review")
		if p.Screen.Phone {
			browser.Ask[bool](p, `(document.querySelector('.plan-sample-button').click(), true)`)
		}
		sample.See("User manager", "Email")
		mail(p, ".plan-sample", "Annual calibration")

		p.Fill("Try it with", "scales")
		p.Wait("the event", `document.querySelector('.plan-sample-event [role=option]:not(.none)')`)
		sample.Click(browser.Option, "")
		sample.See("User staff", inDays(3).Format("2 Jan"))
		look(t, p, "plan-sample")
		stop(p, "7 days before")
		p.Within(".plan-step").Fill("Days before the event", "11")
		sample.See("Skipped")
		p.Within(".plan-step").Fill("Days before the event", "9")
		sample.See("Moves")
		if got := s.Reminders(event)[0].SendAt(); !got.Equal(inDays(3)) {
			t.Errorf("trying a plan has moved a reminder to %v", got)
		}

		p.Click(browser.Button, "Save")
		p.See("Saved.", "1 coming event goes by this plan.")
		if got := s.Reminders(event)[0].SendAt(); !got.Equal(inDays(3)) {
			t.Errorf("saving a plan has moved a reminder to %v", got)
		}
		p.Click(browser.Button, "Plan them again")
		p.Within("dialog").See("Plan 1 event again?")
		p.Within("dialog").Click(browser.Button, "Plan them again")
		p.See("1 event planned again.")
		if got := s.Reminders(event)[0].SendAt(); !got.Equal(inDays(1)) {
			t.Errorf("planned again, the reminder is due at %v, want %v", got, inDays(1))
		}
	})
}

func TestWeb_APlanInUseIsKeptAndAnotherMadeTheDefault(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		answer := s.Do("manager", http.MethodPost, "/api/collections/reminder_plans/records", map[string]any{"name": "Mainland <b>visits</b>", "event_types": []string{"meeting"}})
		wantOK(t, "save a plan", answer)
		id := answer.JSON(t)["id"].(string)
		event := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Far away"); e.SetReminderPlan(id) }).Save()
		p := signIn(t, s, open, "manager", "/plans/"+id)
		p.See("Mainland <b>visits</b>")
		do(p.Within(".page-head"), "More actions", "Delete the plan")
		p.Within("dialog").See("This plan is in use", "1 open event has chosen it.", "Far away")
		look(t, p, "plan-in-use")
		p.Within("dialog .dialog-foot").Click(browser.Button, "Close")
		p.Wait("the focus where it was", `document.activeElement.matches('.page-head [aria-haspopup=menu]')`)

		flip(p, "Default plan")
		p.Click(browser.Button, "Save")
		p.See("Saved.", "There is always one default plan.")
		if plan, _ := planNamed(t, s, "Default plan"); plan.IsDefault() {
			t.Error("two plans are the default")
		}
		flip(p, "Default plan")
		p.Visit(s.URL + "/plans")
		p.Within(".plan-card:first-child").See("Mainland <b>visits</b>", "Default", "No reminders yet")

		event.SetReminderPlan("")
		s.MustSave(event)
		plan, _ := planNamed(t, s, "Default plan")
		p.Visit(s.URL + "/plans/" + plan.Id)
		do(p.Within(".page-head"), "More actions", "Delete the plan")
		p.Within("dialog").Click(browser.Button, "Delete")
		p.See("Plan deleted.")
		p.Gone("Events that choose it")
	})
}

func TestWeb_TwoWhoEditAPlanSeeEachOther(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		plan, _ := planNamed(t, s, "Default plan")
		path := "/api/collections/reminder_plans/records/" + url.PathEscape(plan.Id)
		p := signIn(t, s, open, "manager", "/plans/"+plan.Id)
		p.See("All saved")
		settled(t, p)
		wantOK(t, "rename the plan", s.Do("admin", http.MethodPatch, path, map[string]any{"name": "House plan"}))
		p.Wait("their name in a form that nobody touched", `document.querySelector('[name=name]').value === 'House plan'`)
		p.Fill("Name of the plan", "My plan")
		wantOK(t, "rename the plan again", s.Do("admin", http.MethodPatch, path, map[string]any{"name": "Their plan"}))
		p.See("Somebody else has saved this in the meantime.")
		if got := p.Value("Name of the plan"); got != "My plan" {
			t.Errorf("what was typed has become %q", got)
		}
		look(t, p, "plan-outdated")
		p.Click(browser.Button, "Show theirs instead")
		p.Wait("their name", `document.querySelector('[name=name]').value === 'Their plan'`)
		p.See("All saved")
	})
}
