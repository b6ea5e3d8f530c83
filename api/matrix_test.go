package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// matrix is an instance with something in every collection that matters, and everybody's token.
type matrix struct {
	*apptest.Server
	log    *apptest.Buffer
	tokens map[string]string
	ids    map[string]string // of the record of each collection that the requests are about
	rand   *rand.Rand
	// sending says that what was asked before may still be on its way, so that the tables change by themselves.
	sending bool
}

// roles are those who ask. Other is a member of staff with an event of their own, former one who left and kept a token.
var matrixRoles = []string{"nobody", "forger", "former", "viewer", "other", "staff", "manager", "admin", "super"}

// What nobody below a manager may see of others, wherever it stands.
const (
	secretPhone   = "+85261234987"
	secretAddress = "hidden.address@secret.example.test"
	secretOpenID  = "oSECRETopenidSECRETopenid123"
)

func newMatrix(t *testing.T, seed uint64) *matrix {
	t.Helper()
	log := new(apptest.Buffer)
	m := &matrix{Server: apptest.New(t, apptest.WithLog(slog.New(slog.NewTextHandler(log, nil)))).Serve(), log: log,
		tokens: map[string]string{"forger": "eyJhbGciOiJub25lIn0.eyJpZCI6ImFkbWluMDAwMDAwMDAwMCJ9."}, ids: map[string]string{}, rand: rand.New(rand.NewPCG(seed, 1))}
	former, other := m.NewUser("Former", "former@example.test", "en"), m.NewUser("Other", "other@example.test", "en")
	for role, user := range map[string]*collections.User{"former": former, "other": other} {
		token, err := user.NewAuthToken()
		must(t, err)
		m.tokens[role] = token
	}
	former.SetActive(false)
	m.MustSave(former)
	for _, role := range []string{"viewer", "staff", "manager", "admin", "super"} {
		m.tokens[role] = m.Token(role)
	}
	keeper := m.User("manager")
	keeper.SetPhone(secretPhone)
	keeper.SetWeChatOpenID(secretOpenID)
	m.MustSave(keeper)
	m.fill(t, other)
	return m
}

func (m *matrix) fill(t *testing.T, other *collections.User) {
	t.Helper()
	m.Event(in(12)).With(func(e *collections.Event) { e.SetSalesResponsible(other.Id); e.SetCreatedBy(other.Id) }).Save()
	e := m.Event(in(20)).Save()
	customer := apptest.Find[collections.Customer](t, m.Server, collections.Customers, e.Customer())
	m.ids[collections.Events], m.ids[collections.Reminders] = e.Id, m.Reminders(e)[0].Id
	m.ids[collections.Customers], m.ids[collections.Contacts] = customer.Id, m.Contact(customer, "Ms Lee", "lee@example.test").Id
	m.ids[collections.Users] = apptest.UserID("manager")
	deliveries, err := m.FindCollectionByNameOrId(collections.Deliveries)
	must(t, err)
	d := core.NewRecord(deliveries)
	d.Load(map[string]any{"key": "k/1", "kind": "reminder", "channel": "email", "status": "sent", "address": secretAddress, "event": e.Id,
		"reminder": m.ids[collections.Reminders], "user": apptest.UserID("manager")})
	m.MustSave(d)
	m.ids[collections.Deliveries] = d.Id
	for _, name := range []string{collections.ReminderPlans, collections.PlanSteps, collections.Templates, collections.SettingsName, collections.AuditLog} {
		records, err := m.FindRecordsByFilter(name, "", "", 1, 0)
		must(t, err)
		if len(records) > 0 {
			m.ids[name] = records[0].Id
		}
	}
}

// unread is the length from which a body is refused before it is read, so that the connection may end before the answer.
const unread = 8 << 10

// ask makes a request with a raw body and holds the answer to what is promised of every answer.
func (m *matrix) ask(t *testing.T, role, method, path string, body []byte) (int, []byte) {
	t.Helper()
	what := fmt.Sprintf("%s %s %.120s %.80q", role, method, path, body)
	before := m.Snapshot()
	request, err := http.NewRequestWithContext(t.Context(), method, m.URL+path, bytes.NewReader(body))
	must(t, err)
	request.Header.Set("Content-Type", "application/json")
	if token := m.tokens[role]; token != "" {
		request.Header.Set("Authorization", token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		if len(body) < unread {
			t.Errorf("%s: %v", what, err)
		}
		return http.StatusRequestEntityTooLarge, nil
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	if err != nil {
		if len(body) < unread {
			t.Errorf("%s: %d, and then %v", what, response.StatusCode, err)
		}
		return response.StatusCode, nil
	}
	switch {
	case response.StatusCode >= 500:
		t.Errorf("%s: %d %.300s", what, response.StatusCode, answer)
	case len(answer) > 4<<20:
		t.Errorf("%s: more than 4 MiB come back", what)
	case response.StatusCode >= 400:
		if !m.sending {
			m.Unchanged(t, what, before)
		}
		m.wantRefusal(t, what, method, answer)
	}
	if slices.Contains([]string{"nobody", "forger", "former", "viewer", "other", "staff"}, role) {
		for _, secret := range []string{secretPhone, secretAddress, secretOpenID, "tokenKey", "$2a$"} {
			if bytes.Contains(answer, []byte(secret)) && !bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s: the answer holds %s", what, secret)
			}
		}
	}
	return response.StatusCode, answer
}

// wantRefusal holds a refusal to its form: JSON with a sentence and, by field, a code and a sentence.
func (m *matrix) wantRefusal(t *testing.T, what, method string, answer []byte) {
	t.Helper()
	var told struct {
		Message string
		Data    map[string]any
	}
	if method != http.MethodHead && !strings.Contains(what, "/u/") && !strings.Contains(what, "/metrics") &&
		(json.Unmarshal(answer, &told) != nil || told.Message == "" && !bytes.Contains(answer, []byte("message"))) {
		t.Errorf("%s: the refusal is %.200q", what, answer)
	}
	for field, wrong := range told.Data {
		if wrong, ok := wrong.(map[string]any); ok && wrong["code"] == nil && wrong["message"] == nil && len(wrong) == 0 {
			t.Errorf("%s: the error of %s says nothing", what, field)
		}
	}
}

// hostile are the values that a body's field is given, as JSON.
var hostile = map[string]string{
	"null": `null`, "empty": `""`, "number": `7`, "negative": `-1`, "huge number": `1` + strings.Repeat("0", 400), "float": `1e400`, "bool": `true`,
	"object": `{"a":{"b":[1]}}`, "list": `[[1],{"a":null}]`, "long": `"` + strings.Repeat("長x", 130000) + `"`, "deep": strings.Repeat("[", 10000) + strings.Repeat("]", 10000),
	"not UTF-8": "\"a\xff\xfeb\"", "NUL": `"a\u0000b"`, "lone surrogate": `"\ud800"`, "SQL": `"'; DROP TABLE events; --"`, "Liquid": `"{{ event.title | append: '{%' }}{{"`,
	"path": `"../../../../etc/passwd"`, "emoji": `"🔧👩‍👩‍👧‍👦"`, "turned": `"\u202egnp.exe"`, "lines": `"a\r\nBcc: all@example.test"`, "script": `"<img src=x onerror=alert(1)>"`,
	"many ids": `["` + strings.Repeat(`aaaaaaaaaaaaaaa","`, 10000) + `b"]`, "date": `"9999-12-31 23:59:59.999Z"`, "no date": `"0000-00-00 99:99"`,
	"URL": `"javascript:alert(1)"`, "formula": `"=HYPERLINK(1)"`, "format": `"%s%n%d"`, "modifier": `"@request.auth.id"`,
}

// rawBodies are no objects, or no JSON.
var rawBodies = []string{
	"", "null", "[]", "7", `"x"`, "{", `{"a":`, strings.Repeat(`{"a":`, 10000), strings.Repeat("[", 10000), "\xff\xfe", "\x00", `{"id":"a","id":"b"}`, `{"":""}`,
	`{"a":1}{"b":2}`, strings.Repeat(" ", 100000) + "{}", `{"__proto__":{"role":"admin"},"constructor":1}`, "title=x&role=admin",
}

// sample gives names of the hostile values, each time others: all of them, or few of them with -short.
func (m *matrix) sample(n int) []string {
	names := make([]string, 0, len(hostile))
	for name := range hostile {
		names = append(names, name)
	}
	slices.Sort(names)
	m.rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names[:min(n, len(names))]
}

func depth(short, full int) int {
	if testing.Short() {
		return short
	}
	return full
}

// access is who may do what at all (DESIGN.md, "Rules by role"), by the letters of list, view, create, update and delete. Staff's
// is with their own event; other staff's with the same, which is not theirs.
var access = map[string]map[string]string{
	collections.Users:         {"viewer": "lv", "other": "lv", "staff": "lv", "manager": "lvu", "admin": "lvcud", "super": "lvcud"}, // the record is the manager's
	collections.Customers:     {"viewer": "lv", "other": "lvc", "staff": "lvc", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.Contacts:      {"viewer": "lv", "other": "lvc", "staff": "lvc", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.Events:        {"viewer": "lv", "other": "lvc", "staff": "lvcud", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.Reminders:     {"viewer": "lv", "other": "lvc", "staff": "lvcud", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.ReminderPlans: {"viewer": "lv", "other": "lv", "staff": "lv", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.PlanSteps:     {"viewer": "lv", "other": "lv", "staff": "lv", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.Templates:     {"viewer": "lv", "other": "lv", "staff": "lv", "manager": "lvcud", "admin": "lvcud", "super": "lvcud"},
	collections.Deliveries:    {"viewer": "lv", "other": "lv", "staff": "lv", "manager": "lv", "admin": "lv", "super": "lv"},
	collections.SettingsName:  {"viewer": "l", "other": "l", "staff": "l", "manager": "l", "admin": "lvu", "super": "lvu"},
	collections.AuditLog:      {"viewer": "l", "other": "lv", "staff": "lv", "manager": "lv", "admin": "lv", "super": "lv"},
}

// Whoever writes whatever into any field of any collection: those who may not are refused, nothing breaks, and what is
// refused changes nothing.
func TestP13_TheMatrixOfRolesCollectionsAndHostileValues(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, 1)
	for _, name := range sortedKeys(access) {
		collection, err := m.FindCollectionByNameOrId(name)
		must(t, err)
		for _, role := range matrixRoles {
			may := access[name][role]
			records := "/api/collections/" + name + "/records"
			one := records + "/" + m.ids[name]
			m.wantAccess(t, role, "GET", records, nil, may == "" && role != "nobody" && role != "forger" && role != "former" || strings.Contains(may, "l"))
			m.wantAccess(t, role, "GET", one, nil, strings.Contains(may, "v"))
			// The rows of a refused role are refused whatever they send, so a few values do.
			fields := depth(3, 40)
			for i, field := range shuffled(m, collection.Fields) {
				for _, value := range m.sample(depth(2, 8)) {
					if i >= fields {
						break
					}
					body := []byte(`{"` + field + `":` + hostile[value] + `}`)
					m.wantWrite(t, role, "POST", records, body, strings.Contains(may, "c"))
					m.wantWrite(t, role, "PATCH", one, body, strings.Contains(may, "u"))
				}
			}
			for _, raw := range rawBodies[:depth(6, len(rawBodies))] {
				m.wantWrite(t, role, "POST", records, []byte(raw), strings.Contains(may, "c"))
				m.wantWrite(t, role, "PATCH", one, []byte(raw), strings.Contains(may, "u"))
			}
			for _, method := range []string{"PUT", "OPTIONS", "HEAD"} {
				m.ask(t, role, method, one, []byte(`{"title":"x"}`))
			}
			if !strings.Contains(may, "d") {
				m.wantWrite(t, role, "DELETE", one, nil, false)
			}
		}
	}
	m.wantQuietLog(t)
}

func (m *matrix) wantAccess(t *testing.T, role, method, path string, body []byte, may bool) {
	t.Helper()
	status, answer := m.ask(t, role, method, path, body)
	if got := status < 300; got != may && !(status == 200 && !may && bytes.Contains(answer, []byte(`"totalItems":0`))) && status != 0 {
		t.Errorf("%s %s %s: %d, want it allowed: %v; %.200s", role, method, path, status, may, answer)
	}
}

// wantWrite wants a change refused where it must be; where it may be made, it depends on the value.
func (m *matrix) wantWrite(t *testing.T, role, method, path string, body []byte, may bool) {
	t.Helper()
	if status, answer := m.ask(t, role, method, path, body); status < 300 && !may {
		t.Errorf("%s %s %s %.80q: %d, want it refused; %.200s", role, method, path, body, status, answer)
	}
}

func (m *matrix) wantQuietLog(t *testing.T) {
	t.Helper()
	for _, word := range []string{"panic", "runtime error", secretPhone, secretAddress, secretOpenID} {
		if strings.Contains(m.log.String(), word) {
			t.Errorf("the log holds %q", word)
		}
	}
}

func shuffled(m *matrix, fields core.FieldsList) []string {
	names := fields.FieldNames()
	m.rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names
}

func sortedKeys[T any](all map[string]T) []string {
	keys := make([]string, 0, len(all))
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// queries are hostile filters, orders and expansions.
var queries = []string{
	"filter=" + url.QueryEscape("id != '' || 1=1; DROP TABLE users"), "filter=" + url.QueryEscape(strings.Repeat("(", 5000)+"id=1"), "filter=%00", "filter=%ff",
	"filter=" + url.QueryEscape("name ~ '"+strings.Repeat("%a", 2000)+"'"), "filter=" + url.QueryEscape(strings.Repeat("id='a' || ", 3000)+"id='b'"),
	"filter=" + url.QueryEscape("@collection.users.tokenKey ?~ 'a'"), "filter=" + url.QueryEscape("@request.auth.tokenKey ~ 'a'"), "filter={{", "filter='",
	"sort=@random,-created," + strings.Repeat("-id,", 2000), "sort=tokenKey", "sort=password", "sort=';", "perPage=100000&page=-1", "page=99999999999999999999", "perPage=abc",
	"expand=" + strings.Repeat("customer.", 200) + "owner", "expand=sales_responsible.manager.manager.manager.manager.manager.manager", "expand=users_via_manager.events_via_created_by",
	"fields=*,tokenKey,password", "fields=" + strings.Repeat("a.", 5000), "skipTotal=x", "totals=" + strings.Repeat("x,", 1000), "filter=" + url.QueryEscape("geoDistance(1,2,3) > 'x'"),
	"filter=" + url.QueryEscape("created > @now && created < @yesterday && "+"strftime('%Y', created) = 1"),
}

// guesses are filters by which somebody might learn a hidden value: its beginning, and what is none of it.
func guesses(name string) [][2]string {
	hit, miss := secretPhone[:6], "+99999"
	path := map[string]string{
		collections.Users: "", collections.Events: "sales_responsible.", collections.Reminders: "recipients.", collections.Deliveries: "user.", collections.Customers: "owner.",
	}[name]
	all := [][2]string{
		{path + "phone ~ '" + hit + "'", path + "phone ~ '" + miss + "'"}, {path + "wechat_openid ~ '" + secretOpenID[:9] + "'", path + "wechat_openid ~ 'zzzzzzzzz'"},
		{"@collection.users.phone ?~ '" + hit + "'", "@collection.users.phone ?~ '" + miss + "'"},
		{"@collection.users.wechat_openid ?~ '" + secretOpenID[:9] + "'", "@collection.users.wechat_openid ?~ 'zzzzzzzzz'"},
		{"@collection.deliveries.address ?~ 'hidden.'", "@collection.deliveries.address ?~ 'zzzzzzz'"},
	}
	if name == collections.Deliveries {
		all = append(all, [2]string{"address ~ 'hidden.'", "address ~ 'zzzzzzz'"})
	}
	return all
}

// A query of any kind is answered or refused, and none tells a hidden value, not even by how many records it finds.
func TestP14_NoQueryTellsWhatIsHidden(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, 2)
	for _, name := range sortedKeys(access) {
		for _, role := range matrixRoles {
			records := "/api/collections/" + name + "/records?"
			for _, query := range queries {
				if testing.Short() && m.rand.IntN(3) > 0 {
					continue
				}
				m.ask(t, role, "GET", records+query, nil)
			}
			if slices.Contains([]string{"manager", "admin", "super"}, role) {
				continue
			}
			for _, guess := range guesses(name) {
				hit, found := m.ask(t, role, "GET", records+"filter="+url.QueryEscape(guess[0]), nil)
				miss, none := m.ask(t, role, "GET", records+"filter="+url.QueryEscape(guess[1]), nil)
				if hit != miss || !bytes.Equal(found, none) {
					t.Errorf("%s learns by %s of %s: %d %.100s, %d %.100s", role, guess[0], name, hit, found, miss, none)
				}
			}
		}
	}
	m.wantQuietLog(t)
}
