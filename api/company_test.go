package api_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/config"
)

// loaded gives the configuration of an environment.
func loaded(t *testing.T, environ ...string) apptest.Option {
	t.Helper()
	cfg, err := config.Load(append(environ, "PUBLIC_URL=https://tminus.example.test"), nil)
	must(t, err)
	return apptest.WithConfig(func(c *config.Config) { *c = cfg })
}

func TestEveryoneReadsTheCompanysSettingsThatHold(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	settings := s.Only("settings")
	wantStatus(t, "settings", s.Do("admin", "PATCH", records("settings", settings), map[string]any{
		"company_name": "山頂儀器", "timezone": "Asia/Tokyo", "language": "zh-HK", "digest_time": "07:30",
	}), http.StatusOK)
	for _, role := range []string{"viewer", "staff", "manager"} {
		got := s.Do(role, "GET", "/api/tminus/company", nil).JSON(t)
		want := map[string]any{"name": "山頂儀器", "timezone": "Asia/Tokyo", "locale": "zh-HK", "digest_time": "07:30", "fixed": map[string]any{}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads %v, want %v", role, got, want)
		}
	}
	wantStatus(t, "no digest time", s.Do("admin", "PATCH", records("settings", settings), map[string]any{"digest_time": ""}), http.StatusOK)
	if got := s.Do("viewer", "GET", "/api/tminus/company", nil).JSON(t); got["digest_time"] != "08:00" {
		t.Errorf("without a time the digest is at %v", got["digest_time"])
	}
}

func TestP14_AdministratorsSeeWhichVariablesAreSetAndNeverWhatTo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, loaded(t, "TIME_ZONE=Asia/Shanghai", "METRICS_TOKEN=a secret for the scraper", "EMAIL_HOST=smtp.example.test",
		"EMAIL_HOST_PASSWORD=hush hush", "DEFAULT_FROM_EMAIL=r@example.test", "EVENT_REMINDER_ENABLE_SMS=true")).Serve()
	settings := s.Only("settings")
	wantErrors(t, "what is fixed", s.Do("admin", "PATCH", records("settings", settings), map[string]any{"timezone": "Asia/Tokyo"}), map[string]string{"timezone": "validation_fixed"})
	for role, sees := range map[string]bool{"viewer": false, "staff": false, "manager": false, "admin": true, "super": true} {
		answer := s.Do(role, "GET", "/api/tminus/company", nil)
		got := answer.JSON(t)
		if got["timezone"] != "Asia/Shanghai" || !reflect.DeepEqual(got["fixed"], map[string]any{"timezone": "TIME_ZONE"}) {
			t.Errorf("%s reads %v, fixed %v", role, got["timezone"], got["fixed"])
		}
		if _, has := got["environment"]; has != sees {
			t.Errorf("%s sees the environment: %v", role, has)
		}
		for _, secret := range []string{"hush", "a secret", "smtp.example", "r@example"} {
			if strings.Contains(string(answer.Body), secret) {
				t.Errorf("%s reads %q", role, secret)
			}
		}
	}
	set := map[string]bool{}
	var names []string
	for _, v := range s.Do("admin", "GET", "/api/tminus/company", nil).JSON(t)["environment"].([]any) {
		v := v.(map[string]any)
		name, _ := v["name"].(string)
		set[name], _ = v["set"].(bool)
		names = append(names, name)
	}
	for name, want := range map[string]bool{
		"TIME_ZONE": true, "METRICS_TOKEN": true, "EMAIL_HOST": true, "EMAIL_HOST_PASSWORD": true, "EVENT_REMINDER_ENABLE_SMS": true,
		"ADMIN_EMAIL": false, "SMS_API_SECRET": false, "EVENT_REMINDER_CHECK_INTERVAL_MINUTES": false,
	} {
		if got, known := set[name]; !known || got != want {
			t.Errorf("%s is set: %v (%v), want %v", name, got, known, want)
		}
	}
	if !slices.IsSorted(names) || slices.Contains(names, "METRICS_TOKEN_FILE") {
		t.Errorf("the names are %v", names)
	}
}
