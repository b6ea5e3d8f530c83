package api_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"tminus/apptest"
	"tminus/collections"
	"tminus/locales/localestest"
	"tminus/notifiers"
	"tminus/planner"
)

// previewed asks for a preview, and checks that asking saved nothing.
func previewed[T any](t *testing.T, s *apptest.Server, role, path string, body map[string]any) T {
	t.Helper()
	idle(s)
	before := s.Snapshot()
	answer := s.Do(role, "POST", "/api/tminus/"+path, body)
	wantStatus(t, "preview", answer, http.StatusOK)
	s.Unchanged(t, "a preview", before)
	var p T
	must(t, json.Unmarshal(answer.Body, &p))
	return p
}

// preview asks what an event would send.
func preview(t *testing.T, s *apptest.Server, role string, body map[string]any) planner.Preview {
	t.Helper()
	return previewed[planner.Preview](t, s, role, "preview", body)
}

func codes(p planner.Preview) []string {
	var all []string
	for _, w := range p.Warnings {
		if w.Message == "" {
			all = append(all, w.Code+" without words")
		} else if !slices.Contains(all, w.Code) {
			all = append(all, w.Code)
		}
	}
	return all
}

func wantCodes(t *testing.T, what string, p planner.Preview, want ...string) {
	t.Helper()
	if got := codes(p); !slices.Equal(got, want) {
		t.Errorf("%s: warnings %v, want %v", what, p.Warnings, want)
	}
}

func draft(s *apptest.Server, change map[string]any) map[string]any {
	body := map[string]any{"title": "Visit", "customer": s.Customer("Harbour Medical").Id, "planned_start_date": date(in(10))}
	for k, v := range change {
		body[k] = v
	}
	return body
}

func TestAPreviewOfADraftTellsWhatSavingItWillMake(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for name, change := range map[string]map[string]any{
		"far ahead":                   {},
		"two steps passed":            {"planned_start_date": date(in(2))},
		"in an hour":                  {"planned_start_date": date(in(1.0 / 24))},
		"in the past":                 {"planned_start_date": date(in(-1))},
		"at an odd second":            {"planned_start_date": "2026-03-20 03:04:05.678Z"},
		"across the spring change":    {"planned_start_date": "2026-03-31 01:30:00.000Z", "timezone": "Europe/London"},
		"in the hour that is not":     {"planned_start_date": "2026-04-05 01:30:00.000Z", "timezone": "Europe/Berlin"},
		"in the hour that is twice":   {"planned_start_date": "2026-10-26 01:30:00.000Z", "timezone": "Europe/Berlin"},
		"to a team":                   {"assigned_staff": []string{apptest.UserID("viewer"), apptest.UserID("manager")}},
		"with reminders switched off": {"auto_reminders": false},
		"cancelled already":           {"status": "cancelled"},
	} {
		body := draft(s, change)
		foreseen := preview(t, s, "staff", body)
		answer := s.Do("staff", "POST", records("events", ""), body)
		wantStatus(t, name, answer, http.StatusOK)
		id, _ := answer.JSON(t)["id"].(string)
		wantForeseen(t, name, s, foreseen, id)
	}
}

// wantForeseen compares a preview with the reminders that saving made.
func wantForeseen(t *testing.T, what string, s *apptest.Server, p planner.Preview, event string) {
	t.Helper()
	type told struct {
		Type, Title, Status, Reason string
		At                          string
		Channels, To                []string
	}
	var foreseen, made []told
	for _, r := range p.Reminders {
		var to []string
		for _, person := range r.To {
			to = append(to, person.ID)
		}
		foreseen = append(foreseen, told{r.Type, r.Title, r.Status, r.Reason, date(r.SendAt), r.Channels, to})
	}
	all, err := collections.RemindersOf(s.App.App, event)
	must(t, err)
	for _, r := range all {
		status := r.Status()
		if status == "sending" || status == "sent" { // due at once: it left before we looked
			status = "pending"
		}
		to := slices.Concat([]string(nil), r.Recipients(), r.ContactRecipients())
		made = append(made, told{r.Type(), r.Title(), status, r.StatusReason(), date(r.SendAt()), r.Channels(), to})
	}
	if !reflect.DeepEqual(foreseen, made) {
		t.Errorf("%s: foreseen\n%v, made\n%v", what, foreseen, made)
	}
}

func TestAPreviewOfAMoveTellsWhatMovingWillDo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for name, change := range map[string]map[string]any{
		"not at all":             {},
		"later":                  {"planned_start_date": date(in(20))},
		"by an hour":             {"planned_start_date": date(in(10).Add(30 * time.Minute))},
		"earlier":                {"planned_start_date": date(in(8))},
		"so that a step is over": {"planned_start_date": date(in(5))},
		"to short notice":        {"planned_start_date": date(in(0.5))},
		"into the past":          {"planned_start_date": date(in(-0.5))},
		"to another zone":        {"timezone": "America/New_York"},
		"to other people":        {"sales_responsible": apptest.UserID("manager"), "assigned_staff": []string{apptest.UserID("viewer")}},
		"cancelled":              {"status": "cancelled"},
		"without reminders":      {"auto_reminders": false},
	} {
		e := s.Event(in(10)).Save()
		byHand := s.Reminders(e)[1]
		byHand.SetTitle("Bring the long ladder")
		s.MustSave(byHand)
		body := map[string]any{"id": e.Id}
		for k, v := range change {
			body[k] = v
		}
		foreseen := preview(t, s, "staff", body)
		wantStatus(t, name, s.Do("staff", "PATCH", records("events", e.Id), change), http.StatusOK)
		wantForeseen(t, name, s, foreseen, e.Id)
		for i, r := range s.Reminders(e) {
			if i < len(foreseen.Reminders) && foreseen.Reminders[i].ID != r.Id {
				t.Errorf("%s: foreseen in %q, made in %s", name, foreseen.Reminders[i].ID, r.Id)
			}
			if i < len(foreseen.Reminders) && r.Status() == "pending" && foreseen.Reminders[i].Message != r.Message() {
				t.Errorf("%s: foreseen %.90q, made %.90q", name, foreseen.Reminders[i].Message, r.Message())
			}
		}
	}
}

func TestAPreviewWarns(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	gone := s.User("viewer")
	gone.SetActive(false)
	s.MustSave(gone)
	wantStatus(t, "take the number away", s.Do("admin", "PATCH", records("users", apptest.UserID("manager")), map[string]any{"phone": ""}), http.StatusOK)
	must(t, collections.RefuseAddress(s.App.App, "email", "admin@example.test", "unknown user", s.Clock.Now()))
	closed := s.Event(in(10)).With(func(e *collections.Event) { e.SetStatus("completed") }).Save()

	for _, tt := range []struct {
		name string
		body map[string]any
		want []string
	}{
		{"nothing to warn of", draft(s, nil), nil},
		{"past", draft(s, map[string]any{"planned_start_date": date(in(-1))}), []string{"past"}},
		{"at this moment", draft(s, map[string]any{"planned_start_date": date(in(0))}), []string{"past"}},
		{"short notice", draft(s, map[string]any{"planned_start_date": date(in(0.2))}), []string{"short_notice"}},
		{"switched off", draft(s, map[string]any{"auto_reminders": false}), []string{"auto_off"}},
		{"closed", map[string]any{"id": closed.Id}, []string{"closed"}},
		{"to somebody who left", draft(s, map[string]any{"sales_responsible": apptest.UserID("viewer")}), []string{"unreachable"}},
		{"to somebody without a number", draft(s, map[string]any{"sales_responsible": apptest.UserID("manager")}), []string{"unreachable"}},
		{"to an address that was refused", draft(s, map[string]any{"sales_responsible": apptest.UserID("admin")}), []string{"unreachable"}},
	} {
		wantCodes(t, tt.name, preview(t, s, "staff", tt.body), tt.want...)
	}
	// A superuser is nobody's colleague, so an event without a responsible person reminds nobody.
	wantCodes(t, "no recipient", preview(t, s, "super", draft(s, nil)), "no_recipient")

	// Reasons are told per person and channel.
	for _, r := range preview(t, s, "staff", draft(s, map[string]any{"sales_responsible": apptest.UserID("manager")})).Reminders {
		if want := map[string]string{"email": "", "sms": "no phone number", "wechat": ""}; len(r.To) != 1 || !reflect.DeepEqual(r.To[0].Channels, want) {
			t.Errorf("to %v", r.To)
		}
	}
	steps, err := s.FindAllRecords(collections.PlanSteps)
	must(t, err)
	for _, step := range steps {
		wantStatus(t, "empty the plan", s.Do("manager", "DELETE", records("reminder_plan_steps", step.Id), nil), http.StatusNoContent)
	}
	wantCodes(t, "no plan", preview(t, s, "staff", draft(s, nil)), "no_plan")
}

func TestP13_APreviewThatCannotBeWorkedOutSaysWhy(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	before := s.Snapshot()
	for _, tt := range []struct {
		name string
		body any
		want map[string]string
	}{
		{"nothing", map[string]any{}, map[string]string{"planned_start_date": "validation_required"}},
		{"no start", map[string]any{"title": "Visit"}, map[string]string{"planned_start_date": "validation_required"}},
		{"an empty start", map[string]any{"planned_start_date": ""}, map[string]string{"planned_start_date": "validation_required"}},
		{"a start that is no date", map[string]any{"planned_start_date": "soon"}, map[string]string{"planned_start_date": "validation_required"}},
		{"a start that is no text", map[string]any{"planned_start_date": []int{1, 2}}, map[string]string{"planned_start_date": "validation_required"}},
		{"the start taken away", map[string]any{"id": e.Id, "planned_start_date": nil}, map[string]string{"planned_start_date": "validation_required"}},
		{"no such zone", map[string]any{"planned_start_date": date(in(9)), "timezone": "Asia/HongKong"}, map[string]string{"timezone": "validation_time_zone"}},
		{"this machine's zone", map[string]any{"planned_start_date": date(in(9)), "timezone": "Local"}, map[string]string{"timezone": "validation_time_zone"}},
		{"a path for a zone", map[string]any{"planned_start_date": date(in(9)), "timezone": "../../etc/passwd"}, map[string]string{"timezone": "validation_time_zone"}},
		{"end before start", map[string]any{"planned_start_date": date(in(9)), "planned_end_date": date(in(8)), "timezone": "Asia/Hong_Kong"},
			map[string]string{"planned_end_date": "validation_end_before_start"}},
		{"end before start in the default zone", map[string]any{"planned_start_date": date(in(9)), "planned_end_date": date(in(8))},
			map[string]string{"planned_end_date": "validation_end_before_start"}},
		{"an existing event in no zone", map[string]any{"id": e.Id, "timezone": "Mars/Olympus"}, map[string]string{"timezone": "validation_time_zone"}},
	} {
		answer := s.Do("staff", "POST", "/api/tminus/preview", tt.body)
		wantErrors(t, tt.name, answer, tt.want)
	}
	wantStatus(t, "no such event", s.Do("staff", "POST", "/api/tminus/preview", map[string]any{"id": "unknown00000000"}), http.StatusNotFound)
	for _, body := range []any{"a text", []int{1}, 7, true, nil} {
		if answer := s.Do("staff", "POST", "/api/tminus/preview", body); answer.Status != http.StatusBadRequest {
			t.Errorf("%v: %d %s", body, answer.Status, answer.Body)
		}
	}
	s.Unchanged(t, "what was refused", before)
}

// What people type into an event is neither a template nor markup.
func TestAPreviewShowsHostileWordsAsTheyAre(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, words := range []string{
		`{{ recipient.name }} {% for i in (1..3) %}x{% endfor %}`, `{% raw %}`, `{{`, `%}`, `{% if`, `</script><script>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`, `[a](javascript:alert(1))`, `年度校準：香港伊利沙伯醫院`, `設備保養 🔧🚚`, "שלום مرحبا",
		`"quoted" & 'single' \ back`, `%s %d %[1]s $1 ${x}`, `' OR 1=1; --`, "tab\tand\u00a0space", "Zoe\u0301 a\u030a",
	} {
		customer := s.Customer(words)
		p := preview(t, s, "staff", map[string]any{
			"title": words, "customer": customer.Id, "planned_start_date": date(in(10)), "location": words, "description": words, "timezone": "Asia/Hong_Kong",
		})
		if len(p.Reminders) != 3 {
			t.Errorf("%q: %d reminders", words, len(p.Reminders))
			continue
		}
		for _, r := range p.Reminders {
			for _, m := range r.Messages {
				if !strings.Contains(squeeze(m.Text), squeeze(words)) {
					t.Errorf("%q is not in the text:\n%s", words, m.Text)
				}
				if !strings.Contains(squeeze(m.Subject), squeeze(words)) {
					t.Errorf("%q is not in the subject %q", words, m.Subject)
				}
				for _, dangerous := range []string{"<script>alert", "onerror=alert(1)>", `href="javascript:`} {
					if strings.Contains(m.HTML, dangerous) && strings.Contains(words, strings.Trim(dangerous, `href="`)) {
						t.Errorf("%q became markup", words)
					}
				}
			}
		}
	}
}

// A character that turns the direction of text makes a subject read as something else.
func TestAPreviewDropsWhatTurnsTextAround(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	p := preview(t, s, "staff", draft(s, map[string]any{"title": "Invoice \u202Efdp.exe\u2066\r\nBcc: all@example.test\x00\x1b[31m", "location": "Pier\u202E9"}))
	for _, m := range p.Reminders[0].Messages {
		for _, bad := range []string{"\u202E", "\u2066", "\x00", "\x1b"} {
			if strings.Contains(m.Subject+m.Text+m.HTML, bad) {
				t.Errorf("the message holds %q", bad)
			}
		}
		if strings.ContainsAny(m.Subject, "\r\n") {
			t.Errorf("the subject %q has lines", m.Subject)
		}
	}
}

// squeeze takes the spaces out: texts are wrapped.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestAPreviewOfHugeInputAnswers(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	long := strings.Repeat("很長的文字 and more ", 2500) // all of them nearly as much as a request may hold
	ids := make([]string, 300)
	for i := range ids {
		ids[i] = apptest.UserID("staff")
	}
	for name, body := range map[string]map[string]any{
		"texts":      draft(s, map[string]any{"title": long, "location": long, "description": long}),
		"people":     draft(s, map[string]any{"assigned_staff": ids}),
		"far ahead":  draft(s, map[string]any{"planned_start_date": "9999-12-31 23:59:59.999Z"}),
		"long ago":   draft(s, map[string]any{"planned_start_date": "0001-01-02 00:00:00.000Z"}),
		"wrong type": draft(s, map[string]any{"title": map[string]any{"a": []int{1}}, "assigned_staff": 7, "auto_reminders": "maybe", "reminder_plan": []string{"x"}}),
		"unknown":    draft(s, map[string]any{"customer": "unknown00000000", "sales_responsible": "unknown00000000", "reminder_plan": "unknown00000000", "x": 1}),
		"system's":   draft(s, map[string]any{"event_number": "EV-1", "created_by": apptest.UserID("admin"), "overdue_alerted": date(in(1)), "created": "x"}),
	} {
		began := time.Now()
		before := s.Snapshot()
		answer := s.Do("staff", "POST", "/api/tminus/preview", body)
		s.Unchanged(t, name, before)
		if answer.Status != http.StatusOK && answer.Status != http.StatusBadRequest {
			t.Errorf("%s: %d %.300s", name, answer.Status, answer.Body)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func TestAPreviewSpeaksEachRecipientsLanguageAsTheMessagesWill(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	hk, cn := s.NewUser("陳大文", "chan@example.test", "zh-HK"), s.NewUser("王小明", "wang@example.test", "zh-CN")
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetAssignedStaff([]string{hk.Id, cn.Id, apptest.UserID("manager")}) }).Save()
	p := preview(t, s, "staff", map[string]any{"id": e.Id})
	first := p.Reminders[0]
	inLocale := map[string]planner.PreviewMessage{}
	for _, m := range first.Messages {
		inLocale[m.Locale] = m
		if strange := localestest.Foreign(m.Locale, m.Subject+m.Text); len(strange) > 0 {
			t.Errorf("%s: these are another language's: %v", m.Locale, strange)
		}
		if chinese := strings.ContainsFunc(m.Subject, func(r rune) bool { return unicode.Is(unicode.Han, r) }); chinese != (m.Locale != "en") {
			t.Errorf("%s: the subject is %q", m.Locale, m.Subject)
		}
		if m.HTML == "" || m.Text == "" {
			t.Errorf("%s: no body", m.Locale)
		}
	}
	if len(first.Messages) != 3 || len(inLocale) != 3 {
		t.Fatalf("%d messages in %d languages, want one in each of three", len(first.Messages), len(inLocale))
	}
	for _, person := range first.To {
		if want := apptest.Find[collections.User](t, s, collections.Users, person.ID); want.Locale() != person.Locale || want.Name() != person.Name {
			t.Errorf("%s reads %s, the preview says %s in %s", want.Name(), want.Locale(), person.Name, person.Locale)
		}
	}
	// And so they are sent.
	s.Advance(3 * day)
	s.Eventually("the first is sent", func() bool { return statusOf(t, s, first.ID) == "sent" })
	for address, locale := range map[string]string{"staff@example.test": "en", "chan@example.test": "zh-HK", "wang@example.test": "zh-CN"} {
		sent := s.Outbox.SentTo(address)
		if len(sent) != 1 {
			t.Errorf("%d mails to %s", len(sent), address)
			continue
		}
		_, text, err := notifiers.Compose(&sent[0])
		must(t, err)
		if sent[0].Subject != inLocale[locale].Subject || text != inLocale[locale].Text {
			t.Errorf("%s got %q\n%s\nthe preview said %q\n%s", address, sent[0].Subject, text, inLocale[locale].Subject, inLocale[locale].Text)
		}
	}
}
