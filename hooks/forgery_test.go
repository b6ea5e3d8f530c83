package hooks_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/collections"
)

// way is one way to get a body to a record: "" creates one.
type way struct {
	name string
	send func(t *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer
}

var ways = []way{
	{"JSON", func(_ *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer {
		return s.Do(role, method(id), path(collection, id), body)
	}},
	{"multipart form", func(t *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer {
		return form(t, s, role, method(id), path(collection, id), formFields(t, body))
	}},
	{"JSON inside a multipart form", func(t *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer {
		raw, err := json.Marshal(body)
		must(t, err)
		return form(t, s, role, method(id), path(collection, id), [][2]string{{"@jsonPayload", string(raw)}})
	}},
	{"URL-encoded form", func(t *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer {
		values := url.Values{}
		for _, f := range formFields(t, body) {
			values.Add(f[0], f[1])
		}
		return raw(t, s, role, method(id), path(collection, id), "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
	}},
	{"batch", func(_ *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer {
		return batch(s, role, request{method(id), path(collection, id), body})
	}},
	{"upsert in a batch", func(_ *testing.T, s *apptest.Server, role, collection, id string, body map[string]any) apptest.Answer {
		with := map[string]any{}
		for k, v := range body {
			with[k] = v
		}
		if id != "" {
			with["id"] = id
		}
		return batch(s, role, request{http.MethodPut, path(collection, ""), with})
	}},
}

func method(id string) string {
	if id == "" {
		return http.MethodPost
	}
	return http.MethodPatch
}

// formFields writes a body as the fields of a form, one for each of several values.
func formFields(t *testing.T, body map[string]any) [][2]string {
	t.Helper()
	var fields [][2]string
	for k, v := range body {
		switch v := v.(type) {
		case []string:
			for _, one := range v {
				fields = append(fields, [2]string{k, one})
			}
		case map[string]any:
			raw, err := json.Marshal(v)
			must(t, err)
			fields = append(fields, [2]string{k, string(raw)})
		default:
			fields = append(fields, [2]string{k, fmt.Sprint(v)})
		}
	}
	return fields
}

func form(t *testing.T, s *apptest.Server, role, method, path string, fields [][2]string) apptest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		must(t, w.WriteField(f[0], f[1]))
	}
	must(t, w.Close())
	return raw(t, s, role, method, path, w.FormDataContentType(), &body)
}

func raw(t *testing.T, s *apptest.Server, role, method, path, contentType string, body io.Reader) apptest.Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	must(t, err)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", s.Token(role))
	response, err := http.DefaultClient.Do(r)
	must(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	must(t, err)
	return apptest.Answer{Status: response.StatusCode, Body: content, Header: response.Header}
}

// forgery is a field that no request may set, with a value that it does not have.
type forgery struct {
	field  string
	value  any
	hidden bool // PocketBase drops it from requests of others than superusers, without a word
}

func reminderForgeries(step string) []forgery {
	return []forgery{
		{"status", "sent", false}, {"status", "sending", false}, {"status", "cancelled", false}, {"status_reason", "by hand", false},
		{"sent_at", date(in(0)), false}, {"channel_status", map[string]any{"email": map[string]any{"sent": 9}}, false},
		{"origin", "plan", false}, {"plan_step", step, false}, {"created_by", apptest.UserID("admin"), false},
		{"detached", []string{"title"}, false}, {"planned_for", date(in(3)), false}, {"late", true, false}, {"generation", 7, true},
	}
}

func eventForgeries() []forgery {
	return []forgery{
		{"event_number", "EV-2026-9999", false}, {"created_by", apptest.UserID("admin"), false}, {"overdue_alerted", date(in(0)), true},
	}
}

// wantForged checks one forged request: it is refused by the field's name, or the field is as it was.
func wantForged(t *testing.T, what string, answer apptest.Answer, f forgery, role string) {
	t.Helper()
	if f.hidden && role != "super" {
		return
	}
	wantStatus(t, what, answer, http.StatusBadRequest)
	if !strings.Contains(string(answer.Body), "validation_read_only") || !strings.Contains(string(answer.Body), `"`+f.field+`"`) {
		t.Errorf("%s: the error does not name %s: %s", what, f.field, answer.Body)
	}
}

func TestP12_NoRoleForgesAReminder(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"staff", "manager", "admin", "super"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			e := s.Event(in(10)).Save()
			step := s.Reminders(e)[0].PlanStep()
			own := s.Reminder(e, in(5))
			s.MustSave(own)
			before := s.Snapshot()
			for _, w := range ways {
				for _, f := range reminderForgeries(step) {
					what := fmt.Sprintf("%s by %s", f.field, w.name)
					wantForged(t, "change "+what, w.send(t, s, role, "reminders", own.Id, map[string]any{f.field: f.value}), f, role)
					s.Unchanged(t, "change "+what, before)

					if f.hidden && role != "super" {
						continue
					}
					body := newReminder(e.Id)
					body[f.field] = f.value
					wantForged(t, "create with "+what, w.send(t, s, role, "reminders", "", body), f, role)
					s.Unchanged(t, "create with "+what, before)
				}
			}
			body := newReminder(e.Id)
			body["generation"] = 7
			wantStatus(t, "with a hidden field", s.Do(role, "POST", path("reminders", ""), body), map[bool]int{true: http.StatusBadRequest, false: http.StatusOK}[role == "super"])
			for _, r := range s.Reminders(e) {
				if r.Generation() != 0 || r.Status() != "pending" {
					t.Errorf("reminder %s: generation %d, %s", r.Id, r.Generation(), r.Status())
				}
			}
		})
	}
}

func TestP12_NoRoleForgesAnEvent(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"staff", "manager", "admin", "super"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			e := s.Event(in(10)).Save()
			for _, w := range ways {
				for _, f := range eventForgeries() {
					before := s.Snapshot()
					what := fmt.Sprintf("%s by %s", f.field, w.name)
					wantForged(t, "change "+what, w.send(t, s, role, "events", e.Id, map[string]any{f.field: f.value}), f, role)
					s.Unchanged(t, "change "+what, before)
					if f.hidden && role != "super" {
						continue
					}
					body := map[string]any{"title": "Visit", "customer": e.Customer(), "planned_start_date": date(in(9)), f.field: f.value}
					wantForged(t, "create with "+what, w.send(t, s, role, "events", "", body), f, role)
					s.Unchanged(t, "create with "+what, before)
				}
			}
		})
	}
}

// PocketBase adds to and takes from a field by a sign beside its name.
func TestP12_SignsBesideAFieldsNameForgeNothing(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	r.SetTitle("By hand")
	s.MustSave(r) // so that detached holds something
	before := s.Snapshot()
	for _, role := range []string{"staff", "manager", "super"} {
		for _, tt := range []struct {
			collection, id, key string
			value               any
		}{
			{"reminders", r.Id, "status+", "sent"}, {"reminders", r.Id, "+status", "sent"}, {"reminders", r.Id, "status-", "pending"},
			{"reminders", r.Id, "detached+", "message"}, {"reminders", r.Id, "+detached", "message"}, {"reminders", r.Id, "detached-", "title"},
			{"reminders", r.Id, "plan_step-", r.PlanStep()}, {"reminders", r.Id, "origin-", "plan"}, {"reminders", r.Id, "created_by-", r.CreatedBy()},
			{"reminders", r.Id, "generation+", 3}, {"reminders", r.Id, "status:autogenerate", ""},
			{"events", e.Id, "created_by+", apptest.UserID("viewer")}, {"events", e.Id, "created_by-", e.CreatedBy()},
			{"events", e.Id, "event_number:autogenerate", ""},
		} {
			for _, w := range []way{ways[0], ways[1], ways[5]} { // JSON, a form, a batch: they read the signs alike
				w.send(t, s, role, tt.collection, tt.id, map[string]any{tt.key: tt.value}) // refused, or without effect
			}
		}
		s.Unchanged(t, role, before)
	}
	// The same signs are at home beside fields that people decide.
	answer := s.Do("staff", "PATCH", path("reminders", r.Id), map[string]any{"recipients+": apptest.UserID("manager"), "channels-": "wechat"})
	wantStatus(t, "add a recipient", answer, http.StatusOK)
	fresh := apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id)
	if len(fresh.Recipients()) != 2 || len(fresh.Channels()) != 2 {
		t.Errorf("to %v by %v", fresh.Recipients(), fresh.Channels())
	}
}

func TestP12_QueriesForgeNothing(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	own := s.Reminder(e, in(5))
	s.MustSave(own)
	for _, query := range []string{"?status=sent", "?fields=status&status=sent", "?expand=event&role=admin", "?@jsonPayload=%7B%22status%22%3A%22sent%22%7D", "?id=x"} {
		wantStatus(t, query, s.Do("staff", "PATCH", path("reminders", own.Id)+query, map[string]any{}), http.StatusOK)
		wantStatus(t, query, s.Do("staff", "PATCH", path("users", apptest.UserID("staff"))+query, map[string]any{}), http.StatusOK)
	}
	if r := apptest.Find[collections.Reminder](t, s, collections.Reminders, own.Id); r.Status() != "pending" {
		t.Errorf("the reminder is %s", r.Status())
	}
	before := s.Snapshot()
	for _, key := range []string{"id", "created", "updated", "collectionId", "collectionName", "expand", "@actor", "@request.auth.role"} {
		for _, role := range []string{"staff", "admin", "super"} {
			s.Do(role, "PATCH", path("reminders", own.Id), map[string]any{key: "forged00000000x"})
			s.Do(role, "PATCH", path("events", e.Id), map[string]any{key: "forged00000000x"})
		}
	}
	s.Unchanged(t, "what is PocketBase's own", before)
}

// A form sends the whole record back.
func TestRepeatingWhatIsThereIsNoForgery(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).With(func(e *collections.Event) { e.SetAssignedStaff([]string{apptest.UserID("manager")}) }).Save()
	for _, about := range [][2]string{{"events", e.Id}, {"reminders", s.Reminders(e)[0].Id}, {"users", apptest.UserID("staff")}} {
		for _, role := range []string{"staff", "super"} {
			whole := s.Do(role, "GET", path(about[0], about[1]), nil).JSON(t)
			before := s.Snapshot()
			wantStatus(t, role+" repeats "+about[0], s.Do(role, "PATCH", path(about[0], about[1]), whole), http.StatusOK)
			s.Unchanged(t, role+" repeats "+about[0], before)
		}
	}
}

func TestNobodyRaisesTheirOwnRole(t *testing.T) {
	t.Parallel()
	forgeries := []forgery{
		{"role", "admin", false}, {"active", false, false}, {"manager", apptest.UserID("admin"), false}, {"verified", false, false},
		{"email", "other@example.test", false}, {"tokenKey", strings.Repeat("k", 40), true}, {"wechat_openid", "openid-of-another", true},
	}
	for _, role := range []string{"viewer", "staff", "manager"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			before := s.Snapshot()
			for _, w := range ways {
				for _, f := range forgeries {
					answer := w.send(t, s, role, "users", apptest.UserID(role), map[string]any{f.field: f.value})
					if !f.hidden {
						wantStatus(t, f.field+" by "+w.name, answer, http.StatusBadRequest)
						if !strings.Contains(string(answer.Body), `"`+f.field+`"`) {
							t.Errorf("%s by %s: the error names another field: %s", f.field, w.name, answer.Body)
						}
					}
				}
				for _, body := range []map[string]any{
					{"role+": "admin"}, {"+role": "admin"}, {"role-": role}, {"tokenKey:autogenerate": ""}, {"manager+": apptest.UserID("admin")},
					{"role": []string{"admin"}}, {"role": []string{role, "admin"}}, {"role": " admin"}, {"ROLE": "admin"},
				} {
					w.send(t, s, role, "users", apptest.UserID(role), body)
				}
				// Somebody else's record is not theirs at all.
				w.send(t, s, role, "users", apptest.UserID("admin"), map[string]any{"name": "Renamed", "role": "viewer"})
			}
			u := s.User(role)
			if u.Role() != role || !u.Active() || !u.Verified() || u.Manager() != "" || u.Email() != role+"@example.test" ||
				u.WeChatOpenID() != "openid-"+role || u.TokenKey() == strings.Repeat("k", 40) {
				t.Errorf("%s became %v", role, u.FieldsData())
			}
			s.Unchanged(t, role, before)
		})
	}
}

// The number is hidden from other people, so it takes its own way into the record.
func TestAPhoneNumberIsChangedByEveryWayAndOnlyWhenGiven(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for i, w := range ways {
		number := fmt.Sprintf("+8529123450%d", i)
		for _, role := range []string{"staff", "admin", "super"} {
			wantStatus(t, w.name, w.send(t, s, role, "users", apptest.UserID("staff"), map[string]any{"phone": number}), http.StatusOK)
			wantStatus(t, w.name, w.send(t, s, role, "users", apptest.UserID("staff"), map[string]any{"timezone": "Asia/Shanghai"}), http.StatusOK)
			if got := s.User("staff").Phone(); got != number {
				t.Errorf("%s by %s: the number is %q, want %s", role, w.name, got, number)
			}
		}
	}
	wantStatus(t, "typed in a form", form(t, s, "staff", "PATCH", path("users", apptest.UserID("staff")), [][2]string{{"phone", "91234567"}}), http.StatusOK)
	if got := s.User("staff").Phone(); got != "+85291234567" {
		t.Errorf("typed in a form it became %q", got)
	}
}

func TestStaffCannotTakeAnothersReminderToTheirOwnEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	own, other := eventOf(s, true), eventOf(s, false)
	theirs := s.Reminders(other)[0]
	before := s.Snapshot()
	for _, w := range ways {
		answer := w.send(t, s, "staff", "reminders", theirs.Id, map[string]any{"event": own.Id})
		if answer.Status < 400 {
			t.Errorf("%s: %d %s", w.name, answer.Status, answer.Body)
		}
		answer = w.send(t, s, "staff", "reminders", "", newReminder(other.Id))
		if answer.Status < 400 {
			t.Errorf("make one for another's event by %s: %d", w.name, answer.Status)
		}
	}
	s.Unchanged(t, "taking", before)
}

func TestAReminderStaysWithItsEvent(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	from, to := eventOf(s, true), eventOf(s, true)
	manual := s.Reminder(from, in(5))
	s.MustSave(manual)
	for _, role := range []string{"staff", "manager", "admin", "super"} {
		for _, r := range []string{s.Reminders(from)[0].Id, manual.Id} {
			before := s.Snapshot()
			wantErrors(t, role, s.Do(role, "PATCH", path("reminders", r), map[string]any{"event": to.Id}), map[string]string{"event": "validation_other_event"})
			s.Unchanged(t, role, before)
		}
	}
}

func TestP4_EditingRecipientsOrChannelsByHandDetachesThem(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	answer := s.Do("staff", "PATCH", path("reminders", r.Id), map[string]any{"recipients": []string{apptest.UserID("viewer")}, "channels": []string{"email"}})
	wantStatus(t, "edit", answer, http.StatusOK)
	wantStatus(t, "reassign", s.Do("staff", "PATCH", path("events", e.Id), map[string]any{"assigned_staff": []string{apptest.UserID("manager")}}), http.StatusOK)
	r = apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id)
	if fmt.Sprint(r.Recipients(), r.Channels()) != fmt.Sprint([]string{apptest.UserID("viewer")}, []string{"email"}) {
		t.Errorf("the plan took them back: to %v by %v", r.Recipients(), r.Channels())
	}
	if !r.IsDetached("recipients") || !r.IsDetached("channels") || r.IsDetached("title") {
		t.Errorf("detached: %v", r.Detached())
	}
	if other := s.Reminders(e)[1]; len(other.Recipients()) != 2 {
		t.Errorf("the next reminder goes to %v", other.Recipients())
	}
}

func TestP13_EditingAReminderChecksItsNewRecipients(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	r := s.Reminders(e)[0]
	silent := s.Contact(apptest.Find[collections.Customer](t, s, collections.Customers, e.Customer()), "Mr Ho", "ho@example.test")
	gone := saveUser(t, s, false)
	user := apptest.Find[collections.User](t, s, collections.Users, gone)
	user.SetActive(false)
	s.MustSave(user)
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"somebody who left", map[string]any{"recipients": []string{gone}, "channels": []string{"email"}}, map[string]string{"recipients": "validation_inactive"}},
		{"a contact without a number", map[string]any{"contact_recipients": []string{silent.Id}}, map[string]string{"contact_recipients": "validation_no_address"}},
		{"nobody", map[string]any{"recipients": []string{}}, map[string]string{"recipients": "validation_required"}},
		{"somebody unknown", map[string]any{"recipients": []string{"unknown00000000"}}, map[string]string{"recipients": "validation_missing_rel_records"}},
		{"no channel", map[string]any{"channels": []string{}}, map[string]string{"channels": "validation_required"}},
		{"into the past", map[string]any{"send_datetime": date(in(-1))}, map[string]string{"send_datetime": "validation_in_past"}},
		{"no time", map[string]any{"send_datetime": ""}, map[string]string{"send_datetime": "validation_required"}},
		{"no title", map[string]any{"title": "  "}, map[string]string{"title": "validation_required"}},
	} {
		before := s.Snapshot()
		wantErrors(t, tt.name, s.Do("staff", "PATCH", path("reminders", r.Id), tt.change), tt.want)
		s.Unchanged(t, tt.name, before)
	}
}

// Templates are rendered while others wait for the database.
func TestP9_ATemplateThatCouldRunWithoutEndIsRefused(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	text := recordWhere(t, s, collections.Templates, "locale", "en")
	for _, endless := range []string{
		"{% for i in (1..1000000000) %}{% endfor %}", "{%- for i in (1..1000000000) -%}x{%- endfor -%}", "{%for i in (1..1000000000)%}x{%endfor%}",
		"{% tablerow i in (1..1000000000) %}x{% endtablerow %}", "{% assign x = 'a' %}", "{% capture x %}{{ x }}{{ x }}{% endcapture %}",
		"{% include '/etc/passwd' %}", "{% render 'x' %}",
	} {
		before := s.Snapshot()
		body := newReminder(e.Id)
		body["message"] = endless
		wantErrors(t, endless, s.Do("staff", "POST", path("reminders", ""), body), map[string]string{"message": "validation_template"})
		wantErrors(t, endless, s.Do("staff", "PATCH", path("reminders", s.Reminders(e)[0].Id), map[string]any{"title": endless}), map[string]string{"title": "validation_template"})
		wantErrors(t, endless, s.Do("manager", "PATCH", path("reminder_templates", text), map[string]any{"message": endless}), map[string]string{"message": "validation_template"})
		s.Unchanged(t, endless, before)
	}
}

// One reminder that renders to more than fits is its own trouble.
func TestP9_ATextThatGrowsTooLongKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).With(func(e *collections.Event) {
		e.SetAutoReminders(false)
		e.SetDescription(strings.Repeat("很長 ", 4000))
	}).Save()
	long := s.Reminder(e, in(1))
	long.SetMessage(strings.Repeat("{{ event.description }}", 20))
	s.MustSave(long)
	sound := s.Reminder(s.Event(in(10)).Save(), in(1))
	s.MustSave(sound)
	s.Advance(day)
	for _, r := range []*collections.Reminder{sound, long} {
		s.Eventually("it is sent", func() bool {
			return apptest.Find[collections.Reminder](t, s, collections.Reminders, r.Id).Status() == "sent"
		})
	}
}
