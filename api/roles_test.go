package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// column is one of those for whom the table below says what happens.
type column struct {
	name string
	role string
	own  bool // the event is one of the staff user's own
}

var columns = []column{
	{"nobody signed in", "", false}, {"viewer", "viewer", false}, {"staff with their own", "staff", true},
	{"staff with another's", "staff", false}, {"manager", "manager", false}, {"admin", "admin", false}, {"superuser", "super", false},
}

// A route and what each column gets. The path and the body may be about a reminder of an event.
type route struct {
	method string
	path   func(s *apptest.Server, r *collections.Reminder) string
	body   func(s *apptest.Server, r *collections.Reminder) any
	want   string
}

func at(path string) func(*apptest.Server, *collections.Reminder) string {
	return func(_ *apptest.Server, r *collections.Reminder) string {
		return strings.NewReplacer("{reminder}", r.Id, "{event}", r.Event()).Replace(path)
	}
}

func with(body any) func(*apptest.Server, *collections.Reminder) any {
	return func(*apptest.Server, *collections.Reminder) any { return body }
}

func routes() []route {
	//                                                     nobody viewer own other manager admin super
	all := []route{
		{"POST", at("/api/tminus/reminders/{reminder}/send"), nil, "401 403 202 403 202 202 202"},
		{"POST", at("/api/tminus/reminders/unknown/send"), nil, "401 404 404 404 404 404 404"},
		{"POST", at("/api/tminus/reminders/{reminder}/retry"), nil, "401 403 400 403 400 400 400"}, // nothing failed
		{"POST", at("/api/tminus/reminders/unknown/retry"), nil, "401 404 404 404 404 404 404"},
		{"POST", at("/api/tminus/events/{event}/replan"), nil, "401 403 200 403 200 200 200"},
		{"POST", at("/api/tminus/events/unknown/replan"), nil, "401 404 404 404 404 404 404"},
		{"POST", at("/api/tminus/preview"), with(map[string]any{"title": "Visit", "planned_start_date": date(in(9))}), "401 403 200 200 200 200 200"},
		{"POST", at("/api/tminus/preview"), func(_ *apptest.Server, r *collections.Reminder) any {
			return map[string]any{"id": r.Event(), "planned_start_date": date(in(9))}
		}, "401 403 200 403 200 200 200"},
		{"POST", at("/api/tminus/preview"), with(map[string]any{"planned_start_date": date(in(9)), "plan": map[string]any{"steps": []any{}}}), "401 403 403 403 200 200 200"},
		{"POST", at("/api/tminus/preview/reminder"), func(_ *apptest.Server, r *collections.Reminder) any { return map[string]any{"event": r.Event()} }, "401 403 200 403 200 200 200"},
		{"POST", at("/api/tminus/preview/reminder"), func(_ *apptest.Server, r *collections.Reminder) any { return map[string]any{"id": r.Id, "title": "X"} }, "401 403 200 403 200 200 200"},
		{"POST", at("/api/tminus/preview/reminder"), with(map[string]any{"id": "unknown00000000"}), "401 404 404 404 404 404 404"},
		{"POST", at("/api/tminus/preview/reminder"), with(map[string]any{"event": "unknown00000000"}), "401 404 404 404 404 404 404"},
		{"POST", at("/api/tminus/preview/template"), with(map[string]any{}), "401 403 403 403 200 200 200"},
		{"POST", at("/api/tminus/templates/test"), with(map[string]any{}), "401 403 403 403 202 202 202"},
		{"GET", at("/api/tminus/company"), nil, "401 200 200 200 200 200 200"},
		{"GET", at("/api/tminus/summary"), nil, "401 200 200 200 200 200 200"},
		{"GET", at("/api/tminus/channels"), nil, "401 200 200 200 200 200 200"},
		{"POST", at("/api/tminus/channels/email/test"), with(map[string]any{"address": "try@example.test"}), "401 403 403 403 403 202 202"},
		{"POST", at("/api/tminus/channels/fax/test"), with(map[string]any{"address": "try@example.test"}), "401 403 403 403 403 404 404"},
		{"GET", at("/api/tminus/status"), nil, "401 403 403 403 200 200 200"},
		{"GET", at("/api/tminus/sandbox"), nil, "401 403 403 403 403 200 200"},
		{"POST", at("/api/tminus/setup"), with(map[string]any{"token": "", "email": "x@example.test", "password": "long enough 1", "name": "X"}), "403 403 403 403 403 403 403"},
		{"POST", at("/api/tminus/invitations"), with(map[string]any{"email": "new@example.test", "name": "New", "role": "staff"}), "401 403 403 403 403 200 200"},
		{"POST", at("/api/tminus/callbacks/aliyun/guessed"), with([]any{}), "403 403 403 403 403 403 403"},
		{"POST", at("/api/tminus/callbacks/twilio/guessed"), nil, "404 404 404 404 404 404 404"}, // Twilio is not the provider
		{"GET", at("/api/tminus/callbacks/wechat"), nil, "404 404 404 404 404 404 404"},          // WeChat is not configured
		{"POST", at("/api/tminus/callbacks/wechat"), nil, "404 404 404 404 404 404 404"},
		{"POST", at("/api/tminus/wechat/bindings"), with(map[string]any{"way": "qr"}), "401 400 400 400 400 400 403"},
		{"POST", at("/api/tminus/wechat/bindings/unknown/confirm"), nil, "401 400 400 400 400 400 403"},
		{"DELETE", at("/api/tminus/wechat/binding"), nil, "401 204 204 204 204 204 403"},
		{"GET", at("/api/tminus/wechat/oauth?code=x&state=y"), nil, "404 404 404 404 404 404 404"},
		{"GET", at("/metrics"), nil, "401 401 401 401 401 401 401"},
		{"GET", unsubscribeLink, nil, "200 200 200 200 200 200 200"},
		{"POST", unsubscribeLink, nil, "200 200 200 200 200 200 200"},
		{"GET", at("/u/unknown"), nil, "404 404 404 404 404 404 404"},
		{"POST", at("/u/unknown"), nil, "404 404 404 404 404 404 404"},
	}
	return all
}

func unsubscribeLink(s *apptest.Server, _ *collections.Reminder) string {
	return strings.TrimPrefix(s.System.UnsubscribeURL(s.App.App, apptest.UserID("viewer")), s.System.PublicURL(s.App.App))
}

func TestEachRouteAnswersThoseWhoMayAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	all := routes()
	const apps = 4 // each with a part of the routes
	for part := range apps {
		t.Run(fmt.Sprint("part ", part), func(t *testing.T) {
			t.Parallel()
			s := apptest.New(t, apptest.WithConfig(func(c *config.Config) { c.MetricsToken = "a token for the scraper" })).Serve()
			for n, r := range all {
				if n%apps != part {
					continue
				}
				for i, who := range columns {
					r.try(t, s, strings.Fields(r.want)[i], who)
				}
			}
		})
	}
}

func TestWhatDoesNotExistIsAJSON404ForEveryMethodAndEveryone(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	before := s.Snapshot()
	var missing []string
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		for _, path := range []string{"/api/x", "/api/x/", "/api/x/y/z?q=1", "/api/tminus", "/api/tminus/", "/api/tminus/x", "/api/tminus/events/{event}", "/api/tminus/reminders/{reminder}"} {
			missing = append(missing, method+" "+path)
		}
	}
	// What is there for one method is not there for the others.
	missing = append(missing, "GET /api/tminus/setup", "GET /api/tminus/preview", "GET /api/tminus/preview/template", "POST /api/tminus/preview/x",
		"GET /api/tminus/templates/test", "POST /api/tminus/company", "PATCH /api/tminus/summary", "DELETE /api/tminus/channels", "POST /api/tminus/status",
		"PUT /api/tminus/sandbox", "GET /api/tminus/reminders/{reminder}/send", "PATCH /api/tminus/events/{event}/replan", "GET /api/tminus/invitations")
	for _, m := range missing {
		method, path, _ := strings.Cut(m, " ")
		path = at(path)(s, s.Reminders(e)[0])
		for _, who := range columns {
			answer := s.Do(who.role, method, path, nil)
			wantStatus(t, who.name+": "+m, answer, http.StatusNotFound)
			wantRefusal(t, who.name+": "+m, answer)
		}
	}
	s.Unchanged(t, "asking for nothing", before)
}

// wantRefusal checks that a refusal is JSON with a sentence.
func wantRefusal(t *testing.T, what string, answer apptest.Answer) {
	t.Helper()
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") || answer.JSON(t)["message"] == "" {
		t.Errorf("%s: the refusal is %s %s", what, kind, answer.Body)
	}
}

func (r route) try(t *testing.T, s *apptest.Server, want string, who column) {
	t.Helper()
	e := s.Event(in(10)).With(func(e *collections.Event) {
		if !who.own {
			e.SetCreatedBy(apptest.UserID("manager"))
			e.SetSalesResponsible(apptest.UserID("manager"))
		}
	}).Save()
	about := s.Reminders(e)[0]
	var body any
	if r.body != nil {
		body = r.body(s, about)
	}
	path := r.path(s, about)
	what := fmt.Sprintf("%s: %s %s", who.name, r.method, path)
	idle(s)
	before := s.Snapshot()
	answer := s.Do(who.role, r.method, path, body)
	status, err := strconv.Atoi(want)
	must(t, err)
	wantStatus(t, what, answer, status)
	if status >= 400 {
		s.Unchanged(t, what, before)
	}
	if status >= 400 {
		wantRefusal(t, what, answer)
	}
}

// idle waits until nothing is on its way, so that what changes from then on is the request's doing.
func idle(s *apptest.Server) {
	s.Eventually("nothing is on its way", func() bool {
		rows, err := s.CountRecords(collections.Deliveries, dbx.HashExp{"status": []any{"queued", "sending"}})
		due, err2 := s.CountRecords(collections.Reminders, dbx.NewExp("status = 'sending' OR (status = 'pending' AND send_datetime <= {:now})",
			dbx.Params{"now": collections.DateTime(s.Clock.Now())}))
		return err == nil && err2 == nil && rows == 0 && due == 0
	})
}

// --- what the tests of this package share

const day = 24 * time.Hour

func in(days float64) time.Time { return apptest.Start.Add(time.Duration(days * float64(day))) }

func date(t time.Time) string { return collections.DateTime(t).String() }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func records(collection, id string) string {
	p := "/api/collections/" + collection + "/records"
	if id != "" {
		p += "/" + id
	}
	return p
}

var wantStatus, wantErrors = apptest.WantStatus, apptest.WantErrors

func statusOf(t *testing.T, s *apptest.Server, reminder string) string {
	t.Helper()
	return apptest.Find[collections.Reminder](t, s, collections.Reminders, reminder).Status()
}

// waitFor is a provider's answer that comes when the gate opens.
func waitFor(gate <-chan struct{}) func(context.Context, *notifiers.Message, int) error {
	return func(ctx context.Context, _ *notifiers.Message, _ int) error {
		select {
		case <-gate:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
