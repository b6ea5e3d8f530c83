package hooks_test

import (
	"net/http"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
)

func path(collection, id string) string {
	p := "/api/collections/" + collection + "/records"
	if id != "" {
		p += "/" + id
	}
	return p
}

func date(t time.Time) string { return collections.DateTime(t).String() }

var wantStatus, wantErrors = apptest.WantStatus, apptest.WantErrors

func TestP13_BadInputIsRefusedByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	other := s.Contact(s.Customer("Somebody Else"), "Ms Lee", "lee@example.test")
	event := func(change map[string]any) map[string]any {
		body := map[string]any{"title": "Visit", "customer": customer.Id, "planned_start_date": date(in(10))}
		for k, v := range change {
			body[k] = v
		}
		return body
	}
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"nothing given", map[string]any{"title": "", "customer": "", "planned_start_date": ""}, map[string]string{
			"title": "validation_required", "customer": "validation_required", "planned_start_date": "validation_required"}},
		{"end before start", map[string]any{"planned_end_date": date(in(9))}, map[string]string{"planned_end_date": "validation_end_before_start"}},
		{"no such zone", map[string]any{"timezone": "Asia/HongKong"}, map[string]string{"timezone": "validation_time_zone"}},
		{"another customer's contact", map[string]any{"contact_person": other.Id}, map[string]string{"contact_person": "validation_other_customer"}},
		{"no such type", map[string]any{"event_type": "party"}, map[string]string{"event_type": "validation_invalid_value"}},
		{"forged number", map[string]any{"event_number": "EV-2026-9999"}, map[string]string{"event_number": "validation_read_only"}},
	} {
		wantErrors(t, tt.name, s.Do("staff", "POST", path("events", ""), event(tt.change)), tt.want)
	}
	if n, _ := s.CountRecords(collections.Events); n != 0 {
		t.Errorf("%d events were saved", n)
	}
	wantStatus(t, "a visit of the past", s.Do("staff", "POST", path("events", ""), event(map[string]any{"planned_start_date": date(in(-3))})), http.StatusOK)
}

func TestP13_BadRemindersAreRefusedByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	nobody := s.Contact(s.Customer("X"), "Mr Ho", "")
	reminder := func(change map[string]any) map[string]any {
		body := map[string]any{
			"event": e.Id, "reminder_type": "custom", "title": "Bring the lamp", "recipients": []string{apptest.UserID("staff")},
			"channels": []string{"email"}, "send_datetime": date(in(5)),
		}
		for k, v := range change {
			body[k] = v
		}
		return body
	}
	for _, tt := range []struct {
		name   string
		change map[string]any
		want   map[string]string
	}{
		{"in the past", map[string]any{"send_datetime": date(in(-1))}, map[string]string{"send_datetime": "validation_in_past"}},
		{"no channel", map[string]any{"channels": []string{}}, map[string]string{"channels": "validation_required"}},
		{"no such channel", map[string]any{"channels": []string{"fax"}}, map[string]string{"channels": "validation_invalid_value"}},
		{"no recipient", map[string]any{"recipients": []string{}}, map[string]string{"recipients": "validation_required"}},
		{"nobody there", map[string]any{"recipients": []string{}, "contact_recipients": []string{nobody.Id}, "channels": []string{"sms"}},
			map[string]string{"contact_recipients": "validation_no_address"}},
		{"forged results", map[string]any{"status": "sent", "sent_at": date(in(0)), "channel_status": map[string]any{"email": map[string]any{"sent": 9}}},
			map[string]string{"status": "validation_read_only", "sent_at": "validation_read_only", "channel_status": "validation_read_only"}},
		{"a broken template", map[string]any{"message": "{% if %}"}, map[string]string{"message": "validation_template"}},
	} {
		wantErrors(t, tt.name, s.Do("staff", "POST", path("reminders", ""), reminder(tt.change)), tt.want)
	}
	if n := len(s.Reminders(e)); n != 3 {
		t.Errorf("%d reminders, want the planned three", n)
	}
	wantStatus(t, "a good one", s.Do("staff", "POST", path("reminders", ""), reminder(nil)), http.StatusOK)
}

func TestP13_ARecipientWithoutANumberIsRefusedForSMS(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	wantStatus(t, "the number is taken away", s.Do("viewer", "PATCH", path("users", apptest.UserID("viewer")), map[string]any{"phone": ""}), http.StatusOK)
	answer := s.Do("staff", "POST", path("reminders", ""), map[string]any{
		"event": e.Id, "reminder_type": "custom", "title": "Lamp", "recipients": []string{apptest.UserID("viewer")},
		"channels": []string{"email", "sms"}, "send_datetime": date(in(5)),
	})
	wantErrors(t, "no number", answer, map[string]string{"recipients": "validation_no_address"})
}

func TestP12_HistoryIsFixed(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	s.Advance(3 * day)
	s.Eventually("the first is sent", func() bool { return s.Reminders(e)[0].Status() == "sent" })
	sent := s.Reminders(e)[0]
	for _, role := range []string{"staff", "manager", "admin", "super"} {
		wantStatus(t, role+" edits a sent reminder", s.Do(role, "PATCH", path("reminders", sent.Id), map[string]any{"title": "x"}), http.StatusBadRequest)
		wantStatus(t, role+" deletes a sent reminder", s.Do(role, "DELETE", path("reminders", sent.Id), nil), http.StatusBadRequest)
		wantStatus(t, role+" deletes its event", s.Do(role, "DELETE", path("events", e.Id), nil), http.StatusBadRequest)
		wantStatus(t, role+" sends it again", s.Do(role, "POST", "/api/tminus/reminders/"+sent.Id+"/send", nil), http.StatusBadRequest)
	}
	d := s.Deliveries(sent.Id)[0]
	for _, method := range []string{"PATCH", "DELETE"} {
		if got := s.Do("super", method, path("deliveries", d.ID), map[string]any{"status": "failed"}); got.Status < 400 {
			t.Errorf("a superuser's %s of a delivery: %d", method, got.Status)
		}
	}
}

func TestP12_AnUnsentEventGoesWithItsReminders(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	wantStatus(t, "delete", s.Do("staff", "DELETE", path("events", e.Id), nil), http.StatusNoContent)
	if n, _ := s.CountRecords(collections.Reminders); n != 0 {
		t.Errorf("%d reminders were left", n)
	}
}

func TestP4_DeletingAPlannedReminderKeepsItAsCancelled(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	planned := s.Reminders(e)[0]
	wantStatus(t, "delete", s.Do("staff", "DELETE", path("reminders", planned.Id), nil), http.StatusNoContent)
	wantStatuses(t, s.App, e, "cancelled: by hand", "pending", "pending")
	wantStatus(t, "move", s.Do("staff", "PATCH", path("events", e.Id), map[string]any{"planned_start_date": date(in(12))}), http.StatusOK)
	wantStatuses(t, s.App, e, "cancelled: by hand", "pending", "pending")

	own := s.Reminder(e, in(5))
	s.MustSave(own)
	wantStatus(t, "delete one's own", s.Do("staff", "DELETE", path("reminders", own.Id), nil), http.StatusNoContent)
	if len(s.Reminders(e)) != 3 {
		t.Error("a manual reminder was kept")
	}
}

func TestP12_WhoIsReferredToIsDeactivatedNotDeleted(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	for _, tt := range []struct{ collection, id string }{
		{"customers", e.Customer()}, {"users", apptest.UserID("staff")},
	} {
		wantStatus(t, "delete "+tt.collection, s.Do("admin", "DELETE", path(tt.collection, tt.id), nil), http.StatusNoContent)
		record, err := s.FindRecordById(tt.collection, tt.id)
		if err != nil || record.GetBool("active") {
			t.Errorf("%s: %v, active", tt.collection, err)
		}
	}
	unknown := s.Customer("Never visited")
	wantStatus(t, "delete", s.Do("manager", "DELETE", path("customers", unknown.Id), nil), http.StatusNoContent)
	if _, err := s.FindRecordById("customers", unknown.Id); err == nil {
		t.Error("a customer that nothing refers to was kept")
	}
	wantStatus(t, "the last admin", s.Do("admin", "DELETE", path("users", apptest.UserID("admin")), nil), http.StatusBadRequest)
}

func TestAnInactiveUserLosesTheTokens(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	token := s.Token("staff")
	wantStatus(t, "before", s.DoToken(token, "GET", "/api/tminus/channels", nil), http.StatusOK)
	wantStatus(t, "deactivate", s.Do("admin", "PATCH", path("users", apptest.UserID("staff")), map[string]any{"active": false}), http.StatusOK)
	wantStatus(t, "after", s.DoToken(token, "GET", "/api/tminus/channels", nil), http.StatusUnauthorized)
	answer := s.Do("", "POST", "/api/collections/users/auth-with-password", map[string]any{"identity": "staff@example.test", "password": apptest.Password})
	if answer.Status < 400 {
		t.Errorf("an inactive user signed in: %d", answer.Status)
	}
}

func TestPhoneNumbersAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for typed, want := range map[string]string{
		"9123 4567": "+85291234567", "852 9123-4567": "+85291234567", "138 0013 8000": "+8613800138000", "+44 20 7946 0000": "+442079460000", "": "",
	} {
		answer := s.Do("staff", "PATCH", path("users", apptest.UserID("staff")), map[string]any{"phone": typed})
		if got := answer.JSON(t)["phone"]; answer.Status != http.StatusOK || got != want {
			t.Errorf("%q became %v (%d %s), want %s", typed, got, answer.Status, answer.Body, want)
		}
	}
	for _, typed := range []string{"123", "call me", "+1", "电话"} {
		wantErrors(t, typed, s.Do("staff", "PATCH", path("users", apptest.UserID("staff")), map[string]any{"phone": typed}), map[string]string{"phone": "validation_phone"})
	}
}

func TestP14_PhonesAndAddressesAreForThoseWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	s.Advance(3 * day)
	s.Eventually("sent", func() bool { return s.Reminders(e)[0].Status() == "sent" })
	d := s.Deliveries(s.Reminders(e)[0].Id)[0]
	for role, sees := range map[string]bool{"viewer": false, "staff": false, "manager": true, "admin": true} {
		if _, has := s.Do(role, "GET", path("deliveries", d.ID), nil).JSON(t)["address"]; has != sees {
			t.Errorf("%s sees a delivery's address: %v", role, has)
		}
		if _, has := s.Do(role, "GET", path("users", apptest.UserID("admin")), nil).JSON(t)["phone"]; has != sees {
			t.Errorf("%s sees another's phone number: %v", role, has)
		}
		answer := s.Do(role, "GET", path("deliveries", d.ID), nil).JSON(t)
		for _, hidden := range []string{"message", "holder", "basis"} {
			if _, has := answer[hidden]; has {
				t.Errorf("%s sees %s", role, hidden)
			}
		}
	}
}

func TestPreferencesThatCouldNotBeFollowedAreRefused(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	mine := path("users", apptest.UserID("staff"))
	for name, preferences := range map[string]any{
		"no such channel": map[string]any{"channels": []string{"fax"}},
		"not a time":      map[string]any{"quiet_hours": map[string]string{"from": "ten", "to": "07:00"}},
		"no object":       []string{"email"},
	} {
		answer := s.Do("staff", "PATCH", mine, map[string]any{"preferences": preferences})
		if answer.Status != http.StatusBadRequest || answer.FieldErrors(t)["preferences"] == "" {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	good := map[string]any{"channels": []string{"email"}, "quiet_hours": map[string]string{"from": "22:00", "to": "07:00"}, "digest": true}
	wantStatus(t, "good ones", s.Do("staff", "PATCH", mine, map[string]any{"preferences": good}), http.StatusOK)
}

func TestWhoIsNoAdministratorAnyMoreLosesTheDashboardToo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	wantStatus(t, "a second administrator", s.Do("admin", "PATCH", path("users", apptest.UserID("manager")), map[string]any{"role": "admin"}), http.StatusOK)
	super, err := s.FindAuthRecordByEmail("_superusers", "super@example.test")
	if err != nil {
		t.Fatal(err)
	}
	super.SetEmail("admin@example.test")
	s.MustSave(super)
	token, err := super.NewAuthToken()
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, "before", s.DoToken(token, "GET", "/api/settings", nil), http.StatusOK)
	wantStatus(t, "deactivate", s.Do("manager", "PATCH", path("users", apptest.UserID("admin")), map[string]any{"active": false}), http.StatusOK)
	if answer := s.DoToken(token, "GET", "/api/settings", nil); answer.Status < 400 {
		t.Errorf("the dashboard is still open: %d", answer.Status)
	}
	answer := s.Do("", "POST", "/api/collections/_superusers/auth-with-password", map[string]any{"identity": "admin@example.test", "password": apptest.Password})
	if answer.Status < 400 {
		t.Errorf("the password still opens the dashboard: %d", answer.Status)
	}
}
