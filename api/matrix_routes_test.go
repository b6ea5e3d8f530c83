package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tminus/collections"
)

// ours are the routes that the program adds, with the roles that may use them at all, and the keys that their bodies have.
var ours = []struct {
	method, path string
	roles        []string // nil: all; that a secret or a signature opens them is tried elsewhere
	keys         []string
}{
	{"POST", "/api/tminus/reminders/{reminder}/send", []string{"staff", "manager", "admin", "super"}, nil},
	{"POST", "/api/tminus/reminders/{reminder}/retry", []string{"staff", "manager", "admin", "super"}, nil},
	{"POST", "/api/tminus/events/{event}/replan", []string{"staff", "manager", "admin", "super"}, nil},
	{"POST", "/api/tminus/preview", []string{"other", "staff", "manager", "admin", "super"},
		[]string{"id", "title", "customer", "customer_name", "planned_start_date", "planned_end_date", "timezone", "plan", "assigned_staff", "location"}},
	{"POST", "/api/tminus/preview/reminder", []string{"other", "staff", "manager", "admin", "super"},
		[]string{"id", "event", "title", "message", "send_datetime", "recipients", "contact_recipients", "channels", "template", "fill"}},
	{"POST", "/api/tminus/preview/template", []string{"manager", "admin", "super"},
		[]string{"event", "title", "message", "locale", "sms_params", "wechat_data", "reminder_type", "key"}},
	{"POST", "/api/tminus/templates/test", []string{"manager", "admin", "super"}, []string{"title", "message", "sms_params"}},
	{"GET", "/api/tminus/company", []string{"viewer", "other", "staff", "manager", "admin", "super"}, nil},
	{"GET", "/api/tminus/summary", []string{"viewer", "other", "staff", "manager", "admin", "super"}, nil},
	{"GET", "/api/tminus/channels", []string{"viewer", "other", "staff", "manager", "admin", "super"}, nil},
	{"POST", "/api/tminus/channels/email/test", []string{"admin", "super"}, []string{"address"}},
	{"GET", "/api/tminus/status", []string{"manager", "admin", "super"}, nil},
	{"GET", "/api/tminus/sandbox", []string{"admin", "super"}, nil},
	{"POST", "/api/tminus/setup", []string{}, []string{"token", "email", "password", "name"}},
	{"POST", "/api/tminus/invitations", []string{"admin", "super"}, []string{"email", "name", "role", "locale", "timezone", "phone"}},
	{"POST", "/api/tminus/callbacks/aliyun/guessed", []string{}, []string{"out_id"}},
	{"POST", "/api/tminus/callbacks/twilio/guessed", []string{}, []string{"MessageSid"}},
	{"POST", "/api/tminus/callbacks/wechat", []string{}, []string{"MsgType"}},
	{"GET", "/api/tminus/callbacks/wechat", []string{}, nil},
	{"POST", "/api/tminus/wechat/bindings", []string{}, []string{"way"}},
	{"POST", "/api/tminus/wechat/bindings/x/confirm", []string{}, nil},
	{"GET", "/api/tminus/wechat/oauth", []string{}, nil},
	{"GET", "/metrics", []string{}, nil},
	{"GET", "/u/guessed.token", []string{}, nil},
	{"POST", "/u/guessed.token", []string{}, nil},
}

// queriesOfOurs are asked of every route.
var queriesOfOurs = []string{"?limit=-1&offset=99999999999999999999", "?page=x&filter='%22", "?signature=%ff&timestamp=-1&nonce=%00&echostr=x", "?code=" + strings.Repeat("a", 5000) + "&state=.."}

// Our routes by any role, method and value: who may not use them is refused, and nothing breaks.
func TestP13_TheMatrixOfRolesRoutesAndHostileValues(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, 3)
	for _, route := range ours {
		path := strings.NewReplacer("{reminder}", m.ids[collections.Reminders], "{event}", m.ids[collections.Events]).Replace(route.path)
		for _, role := range matrixRoles {
			may := slices.Contains(route.roles, role)
			m.sending = m.sending || may && !strings.Contains(route.path, "/preview")
			for _, key := range route.keys {
				for _, value := range m.sample(depth(2, len(hostile))) {
					m.wantWrite(t, role, route.method, path, []byte(`{"planned_start_date":"2026-09-01 01:00:00Z","`+key+`":`+hostile[value]+`}`), may)
				}
			}
			for _, raw := range rawBodies {
				if may && !strings.HasPrefix(route.path, "/api/tminus/preview") {
					break // it would be done
				}
				m.wantWrite(t, role, route.method, path, []byte(raw), may)
			}
			for _, query := range queriesOfOurs {
				if !may {
					m.wantWrite(t, role, route.method, path+query, nil, false)
				}
			}
			for _, method := range []string{"PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
				m.ask(t, role, method, path, []byte(`{"title":"x"}`))
			}
		}
	}
	m.wantQuietLog(t)
}

// The routes by which one signs in take any value from anybody without a word of who exists.
func TestP14_SigningInTakesAnyValue(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, 4)
	for _, name := range []string{collections.Users, "_superusers"} {
		for action, keys := range map[string][]string{
			"auth-with-password": {"identity", "password", "identityField"}, "request-otp": {"email"}, "auth-with-otp": {"otpId", "password"},
			"request-password-reset": {"email"}, "confirm-password-reset": {"token", "password", "passwordConfirm"}, "request-verification": {"email"},
			"confirm-verification": {"token"}, "request-email-change": {"newEmail"}, "confirm-email-change": {"token", "password"},
			"auth-with-oauth2": {"provider", "code", "codeVerifier", "redirectURL"}, "auth-refresh": {"x"}, "impersonate/" + m.ids[collections.Users]: {"duration"},
		} {
			path := "/api/collections/" + name + "/" + action
			for _, role := range []string{"nobody", "forger", "former", "staff"} {
				for _, key := range keys {
					for _, value := range m.sample(depth(3, len(hostile))) {
						m.ask(t, role, http.MethodPost, path, []byte(`{"`+key+`":`+hostile[value]+`}`))
					}
				}
				for _, raw := range rawBodies[:depth(5, len(rawBodies))] {
					if status, answer := m.ask(t, role, http.MethodPost, path, []byte(raw)); status == 200 && action != "auth-refresh" {
						t.Errorf("%s at %s with %.80q: %.200s", role, path, raw, answer)
					}
				}
			}
		}
	}
	m.wantQuietLog(t)
}

// A forged result is refused by its field, by whoever is not the system.
func TestP12_NoRoleForgesAResult(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, 5)
	for name, fields := range map[string]map[string]any{
		collections.Reminders: {"status": "sent", "sent_at": "2026-01-01 00:00:00Z", "channel_status": map[string]any{"email": map[string]any{"sent": 1}}},
		collections.Events:    {"event_number": "EV-1999-0001"},
	} {
		for _, role := range []string{"staff", "manager", "admin", "super"} {
			for field, value := range fields {
				body, err := json.Marshal(map[string]any{field: value})
				must(t, err)
				status, answer := m.ask(t, role, http.MethodPatch, "/api/collections/"+name+"/records/"+m.ids[name], body)
				if status != http.StatusBadRequest && status != http.StatusForbidden || !strings.Contains(string(answer), `"`+field+`"`) {
					t.Errorf("%s sets %s: %d %.300s", role, field, status, answer)
				}
			}
		}
	}
}
