package hooks_test

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// column is one of those for whom the tables below say what happens.
type column struct {
	name string
	role string
	own  bool // the record is the staff user's own, or of an event of theirs
}

var columns = []column{
	{"nobody signed in", "", false}, {"viewer", "viewer", false}, {"staff with their own", "staff", true},
	{"staff with another's", "staff", false}, {"manager", "manager", false}, {"admin", "admin", false}, {"superuser", "super", false},
}

// subject is a collection with what happens to each column of users. A list gives all, some or none of the records, or
// a status; the rest give statuses.
type subject struct {
	collection string
	save       func(t *testing.T, s *apptest.Server, own bool) string // a new record's id; nil: there is one and no more
	body       func(t *testing.T, s *apptest.Server, own bool) map[string]any
	field      string // that an update changes
	value      string

	list, view, create, update, delete string
}

// The columns:     nobody viewer own   other manager admin super
const (
	allButNobody    = "none   all    all   all   all   all   all"
	seenBySignedIn  = "404    200    200   200   200   200   200"
	madeByEditors   = "400    400    200   200   200   200   200"
	madeByManagers  = "400    400    400   400   200   200   200"
	madeByAdmins    = "400    400    400   400   400   200   200"
	setByManagers   = "404    404    404   404   200   200   200"
	goneByManagers  = "404    404    404   404   204   204   204"
	setByOwners     = "404    404    200   404   200   200   200"
	listedToSuper   = "403    403    403   403   403   403   all"
	seenBySuper     = "403    403    403   403   403   403   200"
	closedToAll     = "403    403    403   403   403   403   403"
	refusedToAll    = "403    403    403   403   403   403   400"
	openToAdminOnly = "404    404    404   404   404   200   200"
)

func subjects() []subject {
	return []subject{
		{
			collection: collections.Users, save: saveUser, field: "name", value: "Changed", body: newUser,
			list: allButNobody, view: seenBySignedIn, create: madeByAdmins,
			update: "404 404 200 404 404 200 200", delete: "404 404 404 404 404 204 204",
		},
		{
			collection: collections.Customers, save: saveCustomer, field: "name", value: "Changed",
			body: func(*testing.T, *apptest.Server, bool) map[string]any { return map[string]any{"name": "New"} },
			list: allButNobody, view: seenBySignedIn, create: madeByEditors, update: setByOwners, delete: goneByManagers,
		},
		{
			collection: collections.Contacts, field: "title", value: "Changed",
			save: func(t *testing.T, s *apptest.Server, own bool) string {
				customer := apptest.Find[collections.Customer](t, s, collections.Customers, saveCustomer(t, s, own))
				return s.Contact(customer, "Ms Lee", "lee@example.test").Id
			},
			body: func(t *testing.T, s *apptest.Server, own bool) map[string]any {
				return map[string]any{"name": "New", "customer": saveCustomer(t, s, own)}
			},
			list: allButNobody, view: seenBySignedIn, create: madeByEditors, update: setByOwners, delete: goneByManagers,
		},
		{
			collection: collections.ReminderPlans, field: "name", value: "Changed",
			save: func(t *testing.T, s *apptest.Server, _ bool) string { return savePlan(t, s) },
			body: func(*testing.T, *apptest.Server, bool) map[string]any { return map[string]any{"name": "New"} },
			list: allButNobody, view: seenBySignedIn, create: madeByManagers, update: setByManagers, delete: goneByManagers,
		},
		{
			collection: collections.PlanSteps, field: "at", value: "09:30",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				step, err := collections.NewPlanStep(s.App.App)
				must(t, err)
				step.SetPlan(savePlan(t, s))
				step.SetReminderType("safety")
				s.MustSave(step)
				return step.Id
			},
			body: func(t *testing.T, s *apptest.Server, _ bool) map[string]any {
				return map[string]any{"plan": savePlan(t, s), "days_before": 2, "reminder_type": "safety"}
			},
			list: allButNobody, view: seenBySignedIn, create: madeByManagers, update: setByManagers, delete: goneByManagers,
		},
		{
			collection: collections.Templates, field: "title", value: "Changed",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				text, err := collections.NewTemplate(s.App.App)
				must(t, err)
				text.SetKey(fresh("key"))
				text.SetLocale("en")
				text.SetReminderType("safety")
				text.SetTitle("Title")
				s.MustSave(text)
				return text.Id
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"key": fresh("key"), "locale": "en", "reminder_type": "safety", "title": "New"}
			},
			list: allButNobody, view: seenBySignedIn, create: madeByManagers, update: setByManagers, delete: goneByManagers,
		},
		{
			collection: collections.Events, field: "location", value: "Pier 9",
			save: func(_ *testing.T, s *apptest.Server, own bool) string { return eventOf(s, own).Id },
			body: func(_ *testing.T, s *apptest.Server, _ bool) map[string]any {
				return map[string]any{"title": "New", "customer": s.Customer("Harbour Medical").Id, "planned_start_date": date(in(9))}
			},
			list: allButNobody, view: seenBySignedIn, create: madeByEditors, update: setByOwners, delete: "404 404 204 404 204 204 204",
		},
		{
			collection: collections.Reminders, field: "title", value: "Changed",
			save: func(_ *testing.T, s *apptest.Server, own bool) string {
				r := s.Reminder(eventOf(s, own), in(5))
				s.MustSave(r)
				return r.Id
			},
			body: func(_ *testing.T, s *apptest.Server, own bool) map[string]any { return newReminder(eventOf(s, own).Id) },
			list: allButNobody, view: seenBySignedIn, create: "400 400 200 400 200 200 200", update: setByOwners, delete: "404 404 204 404 204 204 204",
		},
		{
			collection: collections.Deliveries, save: saveDelivery, field: "status", value: "failed",
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"key": fresh("key"), "kind": "test", "channel": "email", "status": "sent"}
			},
			list: "none some some some all all all", view: "404 404 200 404 200 200 200", create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.SettingsName, field: "company_name", value: "Changed",
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"company_name": "Second"}
			},
			list: "none none none none none all all", view: openToAdminOnly, create: refusedToAll, update: openToAdminOnly, delete: refusedToAll,
		},
		{
			collection: collections.AuditLog, save: saveAudit, field: "actor", value: "nobody",
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"actor": "x", "action": "delete"}
			},
			list: "none none some some all all all", view: "404 404 200 404 200 200 200", create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.RefusedAddresses, field: "reason", value: "Changed",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				address := fresh("gone") + "@example.test"
				must(t, collections.RefuseAddress(s.App.App, "email", address, "unknown user", s.Clock.Now()))
				return recordWhere(t, s, collections.RefusedAddresses, "address", address)
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"channel": "email", "address": fresh("x") + "@example.test"}
			},
			list: "none none none none all all all", view: setByManagers, create: closedToAll, update: closedToAll, delete: goneByManagers,
		},
		{
			collection: collections.ChannelStates, field: "state", value: "paused",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				name := fresh("c")
				must(t, collections.WriteChannelState(s.App.App, collections.ChannelState{Name: name, State: "ready"}, s.Clock.Now()))
				return recordWhere(t, s, collections.ChannelStates, "name", name)
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"name": "fax", "state": "ready"}
			},
			list: listedToSuper, view: seenBySuper, create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.JobRuns, field: "occasion", value: "2026-03-02",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				name := fresh("job")
				_, err := collections.RecordRun(s.App.App, name, "", s.Clock.Now())
				must(t, err)
				return recordWhere(t, s, collections.JobRuns, "name", name)
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any { return map[string]any{"name": "x"} },
			list: listedToSuper, view: seenBySuper, create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.Counters, field: "value", value: "99",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				name := fresh("series")
				_, err := collections.NextNumber(s.App.App, name)
				must(t, err)
				return recordWhere(t, s, collections.Counters, "name", name)
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any { return map[string]any{"name": "x", "value": 5} },
			list: listedToSuper, view: seenBySuper, create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.WeChatBindings, field: "state", value: "bound",
			save: func(t *testing.T, s *apptest.Server, own bool) string {
				user := apptest.UserID("staff")
				if !own {
					user = s.NewUser("Somebody", fresh("somebody")+"@example.test", "en").Id
				}
				b, err := collections.NewWeChatBinding(s.App.App, user, collections.BindingQR, fresh("hash"), s.Clock.Now().Add(time.Minute))
				must(t, err)
				s.MustSave(b)
				return b.Id
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"user": apptest.UserID("staff"), "state": "bound", "way": "qr"}
			},
			list: listedToSuper, view: "404 404 200 404 404 404 200", create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.WeChatConsents, field: "credits", value: "99",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				template := fresh("template")
				must(t, collections.AddWeChatConsent(s.App.App, "openid-staff", template, s.Clock.Now()))
				return recordWhere(t, s, collections.WeChatConsents, "template", template)
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any {
				return map[string]any{"openid": "openid-staff", "template": "x", "credits": 5}
			},
			list: listedToSuper, view: seenBySuper, create: closedToAll, update: closedToAll, delete: closedToAll,
		},
		{
			collection: collections.Callbacks, field: "key", value: "other",
			save: func(t *testing.T, s *apptest.Server, _ bool) string {
				key := fresh("event")
				_, err := collections.FirstCallback(s.App.App, key, s.Clock.Now())
				must(t, err)
				return recordWhere(t, s, collections.Callbacks, "key", key)
			},
			body: func(*testing.T, *apptest.Server, bool) map[string]any { return map[string]any{"key": "x"} },
			list: listedToSuper, view: seenBySuper, create: closedToAll, update: closedToAll, delete: closedToAll,
		},
	}
}

func TestEachRoleDoesWhatItMayWithEachCollectionAndNoMore(t *testing.T) {
	t.Parallel()
	for _, about := range subjects() {
		t.Run(about.collection, func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t).Serve()
			for i, who := range columns {
				about.try(t, s, i, who)
			}
		})
	}
	var known []string
	for _, about := range subjects() {
		known = append(known, about.collection)
	}
	all, err := apptest.New(t).FindAllCollections()
	must(t, err)
	for _, c := range all {
		if !c.System && !slices.Contains(known, c.Name) {
			t.Errorf("nobody says what the roles may do with %s", c.Name)
		}
	}
}

// try makes all five requests as one column: first those that must change nothing, then those that must.
func (about subject) try(t *testing.T, s *apptest.Server, i int, who column) {
	t.Helper()
	cell := func(row string) string { return strings.Fields(row)[i] }
	record := func() string {
		if about.save == nil {
			return s.Only(about.collection)
		}
		return about.save(t, s, who.own)
	}
	what := func(action string) string { return who.name + ": " + action + " " + about.collection }
	steps := []struct {
		action, method, want string
		id                   string
		body                 map[string]any
	}{
		{"view", http.MethodGet, cell(about.view), record(), nil},
		{"create", http.MethodPost, cell(about.create), "", about.body(t, s, who.own)},
		{"update", http.MethodPatch, cell(about.update), record(), map[string]any{about.field: about.value}},
		{"delete", http.MethodDelete, cell(about.delete), record(), nil},
	}
	before := s.Snapshot()
	about.wantList(t, what("list"), s, who, cell(about.list))
	for _, step := range steps {
		if step.want >= "400" || step.method == http.MethodGet {
			wantStatus(t, what(step.action), s.Do(who.role, step.method, path(about.collection, step.id), step.body), number(step.want))
		}
	}
	s.Unchanged(t, who.name+", refused", before)
	for _, step := range steps {
		if step.want >= "400" || step.method == http.MethodGet {
			continue
		}
		answer := s.Do(who.role, step.method, path(about.collection, step.id), step.body)
		wantStatus(t, what(step.action), answer, number(step.want))
		if answer.Status >= 400 {
			continue
		}
		if step.id == "" {
			step.id, _ = answer.JSON(t)["id"].(string)
		}
		found, err := s.FindRecordById(about.collection, step.id)
		switch {
		case step.action == "delete" && err == nil:
			t.Errorf("%s: it is still there", what("delete"))
		case step.action != "delete" && err != nil:
			t.Errorf("%s: %v", what(step.action), err)
		case step.action == "update" && found.GetString(about.field) != about.value:
			t.Errorf("%s: %s is %q", what("update"), about.field, found.GetString(about.field))
		}
	}
}

func (about subject) wantList(t *testing.T, what string, s *apptest.Server, who column, want string) {
	t.Helper()
	answer := s.Do(who.role, http.MethodGet, path(about.collection, "")+"?perPage=500", nil)
	if want == "403" {
		wantStatus(t, what, answer, http.StatusForbidden)
		return
	}
	wantStatus(t, what, answer, http.StatusOK)
	there, err := s.CountRecords(about.collection)
	must(t, err)
	seen := int64(len(answer.JSON(t)["items"].([]any)))
	got := "some"
	switch seen {
	case 0:
		got = "none"
	case there:
		got = "all"
	}
	if got != want {
		t.Errorf("%s: %s (%d of %d), want %s", what, got, seen, there, want)
	}
}

func TestStaffChangeTheEventsTheyCreatedAreResponsibleForOrAreAssignedTo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	staff, viewer, manager := apptest.UserID("staff"), apptest.UserID("viewer"), apptest.UserID("manager")
	for _, tt := range []struct {
		name                   string
		created, responsible   string
		assigned               []string
		staffMayChange, viewer int
	}{
		{"created", staff, manager, nil, http.StatusOK, http.StatusNotFound},
		{"responsible", manager, staff, nil, http.StatusOK, http.StatusNotFound},
		{"assigned", manager, manager, []string{viewer, staff}, http.StatusOK, http.StatusNotFound},
		{"neither", manager, manager, []string{apptest.UserID("admin")}, http.StatusNotFound, http.StatusNotFound},
		{"a viewer's", viewer, viewer, []string{viewer}, http.StatusNotFound, http.StatusNotFound},
	} {
		e := s.Event(in(10)).With(func(e *collections.Event) {
			e.SetCreatedBy(tt.created)
			e.SetSalesResponsible(tt.responsible)
			e.SetAssignedStaff(tt.assigned)
		}).Save()
		r := s.Reminders(e)[0]
		for role, want := range map[string]int{"staff": tt.staffMayChange, "viewer": tt.viewer} {
			wantStatus(t, tt.name+": "+role+" changes the event", s.Do(role, "PATCH", path("events", e.Id), map[string]any{"location": role}), want)
			wantStatus(t, tt.name+": "+role+" changes a reminder", s.Do(role, "PATCH", path("reminders", r.Id), map[string]any{"title": role}), want)
			route := http.StatusForbidden
			if want == http.StatusOK {
				route = want
			}
			wantStatus(t, tt.name+": "+role+" replans", s.Do(role, "POST", "/api/tminus/events/"+e.Id+"/replan", nil), route)
		}
	}
}

func TestEveryoneEditsTheirOwnProfile(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, role := range []string{"viewer", "staff", "manager", "admin"} {
		body := map[string]any{
			"name": "Renamed " + role, "phone": "+85291234560", "locale": "zh-HK", "timezone": "Asia/Shanghai",
			"preferences": map[string]any{"channels": []string{"email"}, "digest": true, "quiet_hours": map[string]any{"from": "22:00", "to": "07:00"}},
		}
		wantStatus(t, role, s.Do(role, "PATCH", path("users", apptest.UserID(role)), body), http.StatusOK)
		u := s.User(role)
		p := u.Preferences()
		if u.Name() != "Renamed "+role || u.Phone() != "+85291234560" || u.Locale() != "zh-HK" || u.Timezone() != "Asia/Shanghai" ||
			!p.Digest || !reflect.DeepEqual(p.Channels, []string{"email"}) || p.QuietHours == nil || p.QuietHours.From != "22:00" {
			t.Errorf("%s's profile is %v", role, u.FieldsData())
		}
		if u.Role() != role || !u.Active() {
			t.Errorf("%s became %s, active %v", role, u.Role(), u.Active())
		}
	}
}

func TestPeopleChangeTheirPasswordWithTheOldOneOnly(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	change := func(old string) apptest.Answer {
		body := map[string]any{"password": "a new pass phrase", "passwordConfirm": "a new pass phrase"}
		if old != "" {
			body["oldPassword"] = old
		}
		return s.Do("staff", "PATCH", path("users", apptest.UserID("staff")), body)
	}
	wantStatus(t, "without the old one", change(""), http.StatusBadRequest)
	wantStatus(t, "with a wrong one", change("something else"), http.StatusBadRequest)
	if !s.User("staff").ValidatePassword(apptest.Password) {
		t.Fatal("a refused change was saved")
	}
	wantStatus(t, "with the right one", change(apptest.Password), http.StatusOK)
	if !s.User("staff").ValidatePassword("a new pass phrase") {
		t.Error("the password was not changed")
	}
}

func TestSignUpIsClosed(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, role := range []string{"", "viewer", "staff", "manager"} {
		body := newUser(t, s, false)
		body["role"] = "viewer"
		wantStatus(t, role+" makes an account", s.Do(role, "POST", path("users", ""), body), http.StatusBadRequest)
	}
	answer := s.Do("", "POST", "/api/collections/users/auth-with-oauth2", map[string]any{"provider": "google", "code": "x", "redirectURL": "x"})
	if answer.Status < 400 {
		t.Errorf("OAuth2: %d", answer.Status)
	}
	if n, _ := s.CountRecords(collections.Users); n != 4 {
		t.Errorf("%d users, want four", n)
	}
}

// A filter or a sort must not tell what the fields themselves do not: comparing reads a hidden value bit by bit.
func TestP14_HiddenFieldsCannotBeGuessedByFilters(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	d := &collections.Delivery{
		Key: "k", Kind: "reminder", Channel: "email", Event: e.Id, Reminder: s.Reminders(e)[0].Id, Address: "secret@example.test", Status: "sent",
		Message: `{"body":"secret"}`,
	}
	_, err := collections.InsertDelivery(s.App.App, d, s.Clock.Now())
	must(t, err)
	for _, query := range []string{
		"users/records?filter=" + `(phone~"852")`, "users/records?sort=phone", "users/records?filter=" + `(wechat_openid!="")`,
		"users/records?filter=" + `(tokenKey~"a")`, "users/records?filter=" + `(password~"$2a")`,
		"events/records?filter=" + `(sales_responsible.phone~"852")`, "events/records?filter=" + `(assigned_staff.wechat_openid?~"open")`,
		"reminders/records?filter=" + `(recipients.phone?~"852")`, "reminders/records?filter=" + `(generation>0)`,
		"deliveries/records?filter=" + `(address~"secret")`, "deliveries/records?sort=address", "deliveries/records?filter=" + `(message~"secret")`,
		"deliveries/records?filter=" + `(user.phone~"852")`, "contacts/records?filter=" + `(wechat_openid!="")`,
		"customers/records?filter=" + `(owner.phone~"852")`, "users/records?filter=" + `(email~"admin@")`,
		"events/records?filter=" + `(sales_responsible.email~"staff@")`,
		"events/records?filter=" + `(deliveries_via_event.address?~"secret")`,
	} {
		answer := s.Do("viewer", "GET", "/api/collections/"+strings.ReplaceAll(query, `"`, "%22"), nil)
		if answer.Status == http.StatusOK && len(answer.JSON(t)["items"].([]any)) > 0 {
			t.Errorf("%s gave %d records", query, len(answer.JSON(t)["items"].([]any)))
		}
	}
	// People see their own number, so the viewer's own record is left out.
	for _, query := range []string{
		path("events", e.Id) + "?expand=sales_responsible,created_by,deliveries_via_event",
		path("reminders", s.Reminders(e)[0].Id) + "?expand=recipients,deliveries_via_reminder",
		path("users", "") + "?fields=*,phone,tokenKey,wechat_openid,password,email&filter=(id!='" + apptest.UserID("viewer") + "')",
		path("deliveries", "") + "?fields=*,address,message&expand=user,event",
	} {
		answer := s.Do("viewer", "GET", query, nil)
		wantStatus(t, query, answer, http.StatusOK)
		for _, secret := range []string{"+85291234567", "openid-", "secret", "$2a$", "staff@example.test", s.User("staff").TokenKey()} {
			if strings.Contains(string(answer.Body), secret) {
				t.Errorf("%s tells %q", query, secret)
			}
		}
	}
}

// --- what the tests of this package share

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err) // a table of this file
	}
	return n
}

// fresh gives a name that was not used before.
func fresh(prefix string) string {
	return prefix + "_" + strings.ToLower(core.GenerateDefaultRandomId())
}

func recordWhere(t *testing.T, s *apptest.Server, collection, field, value string) string {
	t.Helper()
	record, err := s.FindFirstRecordByData(collection, field, value)
	must(t, err)
	return record.Id
}

// eventOf saves an event of the staff user's own, or of the manager's.
func eventOf(s *apptest.Server, own bool) *collections.Event {
	return s.Event(in(10)).With(func(e *collections.Event) {
		if !own {
			e.SetCreatedBy(apptest.UserID("manager"))
			e.SetSalesResponsible(apptest.UserID("manager"))
		}
	}).Save()
}

func newReminder(event string) map[string]any {
	return map[string]any{
		"event": event, "reminder_type": "custom", "title": "Bring the lamp", "recipients": []string{apptest.UserID("staff")},
		"channels": []string{"email"}, "send_datetime": date(in(5)),
	}
}

func newUser(*testing.T, *apptest.Server, bool) map[string]any {
	return map[string]any{
		"name": "New", "email": fresh("new") + "@example.test", "role": "staff", "password": apptest.Password, "passwordConfirm": apptest.Password,
	}
}

func saveUser(t *testing.T, s *apptest.Server, own bool) string {
	t.Helper()
	if own {
		return apptest.UserID("staff")
	}
	u, err := collections.NewUser(s.App.App)
	must(t, err)
	u.SetName("Somebody")
	u.SetEmail(fresh("somebody") + "@example.test")
	u.SetRole(collections.RoleStaff)
	u.SetActive(true)
	u.SetTokenKey(fresh("key") + fresh("key"))
	u.SetRaw(core.FieldNamePassword, &core.PasswordFieldValue{Hash: "nobody signs in with this"}) // bcrypt is slow
	s.MustSave(u)
	return u.Id
}

func saveCustomer(_ *testing.T, s *apptest.Server, own bool) string {
	c := s.Customer("Harbour Medical")
	c.SetOwner(apptest.UserID("manager"))
	if own {
		c.SetOwner(apptest.UserID("staff"))
	}
	s.MustSave(c)
	return c.Id
}

func savePlan(t *testing.T, s *apptest.Server) string {
	t.Helper()
	plan, err := collections.NewPlan(s.App.App)
	must(t, err)
	plan.SetName("Exhibitions")
	s.MustSave(plan)
	return plan.Id
}

// saveDelivery saves one about an event, which everyone sees, and gives another that is about none: the staff user's
// digest, or a test that an administrator sent.
func saveDelivery(t *testing.T, s *apptest.Server, own bool) string {
	t.Helper()
	about := &collections.Delivery{Key: fresh("key"), Kind: "reminder", Channel: "email", Event: eventOf(s, own).Id, Status: "sent"}
	other := &collections.Delivery{Key: fresh("key"), Kind: "test", Channel: "email", Status: "sent"}
	if own {
		other.Kind, other.User = "digest", apptest.UserID("staff")
	}
	for _, d := range []*collections.Delivery{about, other} {
		_, err := collections.InsertDelivery(s.App.App, d, s.Clock.Now())
		must(t, err)
	}
	return other.ID
}

// saveAudit gives an entry about an event, or about a user.
func saveAudit(t *testing.T, s *apptest.Server, own bool) string {
	t.Helper()
	a := collections.Audit{Actor: fresh("actor"), Action: "update", Collection: collections.Users, Record: apptest.UserID("admin")}
	if own {
		a.Collection = collections.Events
	}
	must(t, collections.WriteAudit(s.App.App, a, s.Clock.Now()))
	return recordWhere(t, s, collections.AuditLog, "actor", a.Actor)
}

func statusIs(status string) dbx.Expression { return dbx.HashExp{"status": status} }
