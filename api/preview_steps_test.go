package api_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
	"tminus/planner"
)

func step(days any, change map[string]any) map[string]any {
	s := map[string]any{"days_before": days, "reminder_type": "safety", "channels": []string{"email"}, "audience": []string{"sales_responsible"}}
	for k, v := range change {
		s[k] = v
	}
	return s
}

func steps(all ...any) map[string]any { return map[string]any{"steps": append([]any{}, all...)} }

// A draft by its warnings with what a translation needs.
func TestWarningsCarryWhatATranslationNeeds(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	nobody := s.NewUser("Ho Mei-ling", "ho@example.test", "zh-HK")
	p := preview(t, s, "staff", draft(s, map[string]any{"sales_responsible": nobody.Id}))
	var told []map[string]string
	for _, w := range p.Warnings {
		if w.Code == planner.WarnUnreachable {
			told = append(told, w.Params)
		}
	}
	want := []map[string]string{{"name": "Ho Mei-ling", "channel": "sms", "reason": "no phone number"}, {"name": "Ho Mei-ling", "channel": "wechat", "reason": "no WeChat account"}}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("warned of %v, want %v, each once", told, want)
	}
	closed := s.Event(in(10)).With(func(e *collections.Event) { e.SetStatus("cancelled") }).Save()
	if w := preview(t, s, "staff", map[string]any{"id": closed.Id}).Warnings; len(w) != 1 || w[0].Params["reason"] != "event cancelled" {
		t.Errorf("closed: %v", w)
	}
	if w := preview(t, s, "super", draft(s, nil)).Warnings; len(w) != 3 || w[0].Code != "no_recipient" || w[0].Params["title"] != "Pre-Departure Checklist" {
		t.Errorf("nobody: %v", w)
	}
	answer := s.Do("staff", "POST", "/api/tminus/preview", draft(s, map[string]any{"planned_start_date": date(in(0.2))}))
	if strings.Contains(string(answer.Body), `"params":null`) || !strings.Contains(string(answer.Body), `"code":"short_notice"`) {
		t.Errorf("without params: %s", answer.Body)
	}
}

func TestACustomerWhoIsNotSavedYetIsCalledByName(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for name, want := range map[string]string{
		"新客戶有限公司": "新客戶有限公司", `{{ event.title }} <b>x</b>`: `{{ event.title }} <b>x</b>`, strings.Repeat("長", 5000): strings.Repeat("長", 200), "": "",
	} {
		p := preview(t, s, "staff", map[string]any{"title": "Visit", "planned_start_date": date(in(10)), "customer_name": name})
		for _, m := range p.Reminders[0].Messages {
			if want != "" && !strings.Contains(squeeze(m.Subject+m.Text), squeeze(want)) {
				t.Errorf("%.20q is not in %q", name, m.Subject)
			}
		}
		if len(p.Reminders) != 3 {
			t.Errorf("%.20q: %d reminders", name, len(p.Reminders))
		}
	}
	known := preview(t, s, "staff", draft(s, map[string]any{"customer_name": "Somebody Else"}))
	if subject := known.Reminders[0].Messages[0].Subject; !strings.Contains(subject, "Harbour Medical") || strings.Contains(subject, "Somebody") {
		t.Errorf("beside a customer who is saved, the subject is %q", subject)
	}
	fresh := preview(t, s, "staff", map[string]any{"planned_start_date": date(in(10)), "customer": "new", "customer_name": "Somebody Else"})
	if subject := fresh.Reminders[0].Messages[0].Subject; !strings.Contains(subject, "Somebody Else") {
		t.Errorf("beside a customer who is none, the subject is %q", subject)
	}
	for _, odd := range []any{7, []int{1}, map[string]any{"a": 1}, nil, true} {
		preview(t, s, "staff", map[string]any{"planned_start_date": date(in(10)), "customer_name": odd})
	}
	if n, _ := s.CountRecords(collections.Customers); n != 1 {
		t.Errorf("%d customers are saved, want the one of the test", n)
	}
}

func TestAMoveTellsHowEachReminderStoodBefore(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	if p := preview(t, s, "staff", map[string]any{"id": e.Id, "title": "Another title"}); len(p.Reminders) != 3 || p.Reminders[0].Was != nil {
		t.Errorf("not moved: %+v", p.Reminders[0].Was)
	}
	p := preview(t, s, "staff", map[string]any{"id": e.Id, "planned_start_date": date(in(5))})
	for i, want := range []struct {
		was          float64
		stood, comes string
	}{{3, "pending", "skipped"}, {7, "pending", "pending"}, {9, "pending", "pending"}} {
		r := p.Reminders[i]
		if r.Was == nil || !r.Was.SendAt.Equal(in(want.was)) || r.Was.Status != want.stood || r.Status != want.comes {
			t.Errorf("reminder %d was %+v and is %s at %s", i, r.Was, r.Status, r.SendAt)
		}
	}
	for _, r := range preview(t, s, "staff", map[string]any{"id": e.Id, "status": "cancelled"}).Reminders {
		if r.Was == nil || r.Was.Status != "pending" || !r.Was.SendAt.Equal(r.SendAt) || r.Status != "cancelled" {
			t.Errorf("cancelled: was %+v, is %s", r.Was, r.Status)
		}
	}
	for _, r := range preview(t, s, "staff", draft(s, nil)).Reminders {
		if r.Was != nil || r.Step != nil {
			t.Errorf("a new one was %+v, of step %v", r.Was, r.Step)
		}
	}
}

func TestAManagerTriesStepsThatAreNotSaved(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	text, err := s.FindFirstRecordByFilter(collections.Templates, "key = 'equipment_checkout' && locale = 'zh-HK'")
	must(t, err)
	body := draft(s, map[string]any{"timezone": "Asia/Hong_Kong", "plan": steps(
		step(0, map[string]any{"at": "08:30", "channels": []string{"sms"}}),
		step(9, map[string]any{"template": text.Id, "reminder_type": "equipment"}),
		step(2, map[string]any{"audience": []string{"manager"}, "channels": []string{}}),
	)})
	p := preview(t, s, "manager", body)
	type told struct {
		step             int
		kind, title, at  string
		channels, people int
	}
	var got []told
	for _, r := range p.Reminders {
		got = append(got, told{*r.Step, r.Type, r.Title, r.SendAt.Format(time.DateTime), len(r.Channels), len(r.To)})
	}
	want := []told{
		{1, "equipment", "Equipment Checkout", "2026-03-03 01:00:00", 1, 1},
		{2, "safety", "Safety", "2026-03-10 01:00:00", 0, 0},
		{0, "safety", "Safety", "2026-03-12 00:30:00", 1, 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("told\n%v, want\n%v", got, want)
	}
	wantCodes(t, "a step without anybody and anything", p, "no_recipient", "no_channel")
	wantCodes(t, "no steps", preview(t, s, "admin", draft(s, map[string]any{"plan": steps()})), "no_plan")
	if n, _ := s.CountRecords(collections.PlanSteps); n != 3 {
		t.Errorf("%d steps are saved", n)
	}
}

// Steps that are saved keep their ids in the draft, so their reminders are seen to move.
func TestTriedStepsMoveTheRemindersOfTheStepsThatTheyChange(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	made := s.Reminders(e)
	p := preview(t, s, "manager", map[string]any{"id": e.Id, "plan": steps(
		step(5, map[string]any{"id": made[0].PlanStep()}), // 7 days before until now
		step(3, map[string]any{"id": made[1].PlanStep()}),
		step(2, nil), // new; the one of 1 day before is gone
	)})
	if len(p.Reminders) != 4 {
		t.Fatalf("%d reminders", len(p.Reminders))
	}
	moved, kept, fresh, gone := p.Reminders[0], p.Reminders[1], p.Reminders[2], p.Reminders[3]
	if moved.ID != made[0].Id || moved.Was == nil || !moved.Was.SendAt.Equal(in(3)) || !moved.SendAt.Equal(in(5)) || *moved.Step != 0 {
		t.Errorf("moved: %+v, was %+v", moved.SendAt, moved.Was)
	}
	if kept.ID != made[1].Id || kept.Was != nil || *kept.Step != 1 {
		t.Errorf("kept: %s, was %+v", kept.ID, kept.Was)
	}
	if fresh.ID != "" || !fresh.SendAt.Equal(in(8)) || *fresh.Step != 2 {
		t.Errorf("new: %q at %s", fresh.ID, fresh.SendAt)
	}
	if gone.ID != made[2].Id || gone.Status != "cancelled" || gone.Reason != "plan changed" || gone.Was.Status != "pending" || gone.Step != nil {
		t.Errorf("gone: %s %s, was %+v", gone.Status, gone.Reason, gone.Was)
	}
	if moved.Type != "safety" || kept.Type != "safety" {
		t.Errorf("the draft's words are not those of the steps as tried: %s, %s", moved.Type, kept.Type)
	}
}

func TestP13_StepsThatCannotBeUsedAreRefusedByRowAndField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical").Id
	before := s.Snapshot()
	for _, tt := range []struct {
		name string
		plan any
		want map[string]string
	}{
		{"no steps", map[string]any{}, map[string]string{"plan": "validation_plan"}},
		{"no plan", "weekly", map[string]string{"plan": "validation_plan"}},
		{"a list", []any{step(1, nil)}, map[string]string{"plan": "validation_plan"}},
		{"steps of another kind", map[string]any{"steps": "7,3,1"}, map[string]string{"plan": "validation_plan"}},
		{"a step of another kind", steps(step(1, nil), 7), map[string]string{"steps.1": "validation_step"}},
		{"no days", steps(map[string]any{"reminder_type": "safety"}), map[string]string{"steps.0.days_before": "validation_days"}},
		{"days in words", steps(step("soon", nil)), map[string]string{"steps.0.days_before": "validation_days"}},
		{"days before zero", steps(step(-1, nil)), map[string]string{"steps.0.days_before": "validation_days"}},
		{"half a day", steps(step(1.5, nil)), map[string]string{"steps.0.days_before": "validation_days"}},
		{"too far ahead", steps(step(366, nil)), map[string]string{"steps.0.days_before": "validation_days"}},
		{"an endless number", steps(step(1e300, nil)), map[string]string{"steps.0.days_before": "validation_days"}},
		{"no time of day", steps(step(1, map[string]any{"at": "9am"})), map[string]string{"steps.0.at": "validation_time"}},
		{"25 o'clock", steps(step(1, map[string]any{"at": "25:00"})), map[string]string{"steps.0.at": "validation_time"}},
		{"no type", steps(step(1, map[string]any{"reminder_type": ""})), map[string]string{"steps.0.reminder_type": "validation_reminder_type"}},
		{"a type that is none", steps(step(1, map[string]any{"reminder_type": "party"})), map[string]string{"steps.0.reminder_type": "validation_reminder_type"}},
		{"a channel that is none", steps(step(1, map[string]any{"channels": []string{"fax"}})), map[string]string{"steps.0.channels": "validation_channel"}},
		{"an audience that is none", steps(step(1, map[string]any{"audience": []string{"everybody"}})), map[string]string{"steps.0.audience": "validation_audience"}},
		{"a template that is none", steps(step(1, map[string]any{"template": "unknown00000000"})), map[string]string{"steps.0.template": "validation_unknown"}},
		{"one step twice", steps(step(1, map[string]any{"id": "x"}), step(2, map[string]any{"id": "x"})), map[string]string{"steps.1.id": "validation_twice"}},
		{"several at once", steps(step(-1, map[string]any{"at": "x"}), step(1, nil), step("", map[string]any{"channels": "fax"})), map[string]string{
			"steps.0.days_before": "validation_days", "steps.0.at": "validation_time", "steps.2.days_before": "validation_days", "steps.2.channels": "validation_channel"}},
	} {
		body := map[string]any{"customer": customer, "planned_start_date": date(in(10)), "plan": tt.plan}
		wantErrors(t, tt.name, s.Do("manager", "POST", "/api/tminus/preview", body), tt.want)
	}
	var many []any
	for range 51 {
		many = append(many, step(1, nil))
	}
	body := map[string]any{"planned_start_date": date(in(10)), "plan": steps(many...)}
	wantErrors(t, "too many", s.Do("manager", "POST", "/api/tminus/preview", body), map[string]string{"steps": "validation_too_many_values"})
	s.Unchanged(t, "what was refused", before)

	people := make([]string, 201)
	for i := range people {
		people[i] = apptest.UserID("x")[:10] + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "xyz"
	}
	answer := s.Do("staff", "POST", "/api/tminus/preview", map[string]any{"planned_start_date": date(in(10)), "assigned_staff": people})
	wantErrors(t, "more people than an event holds", answer, map[string]string{"assigned_staff": "validation_too_many_values"})
}

// previewOne asks what a reminder would send.
func previewOne(t *testing.T, s *apptest.Server, role string, body map[string]any) planner.ReminderPreview {
	t.Helper()
	return previewed[planner.ReminderPreview](t, s, role, "preview/reminder", body)
}
