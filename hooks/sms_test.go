package hooks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

func TestP13_SettingsOfSMSThatCannotBeAreRefusedByField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	settings := "/api/collections/settings/records/" + s.Only(collections.SettingsName)
	type body = map[string]any
	for _, tt := range []struct {
		name string
		body body
		want string // the field
		says string // in the sentence
	}{
		{"a daily cap beyond the operators'", body{"sms_daily_cap": 51}, "sms_daily_cap", "no more than 50 a day"},
		{"a negative daily cap", body{"sms_daily_cap": -1}, "sms_daily_cap", "from 1 to 50"},
		{"half a message", body{"sms_daily_cap": 1.5}, "sms_daily_cap", "whole number"},
		{"a word", body{"sms_daily_cap": "many"}, "sms_daily_cap", "Write a number"},
		{"a list", body{"sms_daily_cap": []int{5}}, "sms_daily_cap", "Write a number"},
		{"a truth", body{"sms_monthly_cap": true}, "sms_monthly_cap", "Write a number"},
		{"infinity", body{"sms_daily_cap": "inf"}, "sms_daily_cap", "50"},
		{"a negative monthly cap", body{"sms_monthly_cap": -5}, "sms_monthly_cap", "0 for no limit"},
		{"a part of a part", body{"sms_monthly_cap": 0.5}, "sms_monthly_cap", "whole number"},
		{"a small currency", body{"sms_currency": "hkd"}, "sms_currency", "HKD or CNY"},
		{"a sign", body{"sms_currency": "HK$"}, "sms_currency", "HKD or CNY"},
		{"a currency in words", body{"sms_currency": "港幣"}, "sms_currency", "HKD or CNY"},
		{"a long currency", body{"sms_currency": "HKDD"}, "sms_currency", "HKD or CNY"},
		{"a list of prices", body{"sms_prices": []int{1}}, "sms_prices", `{"CN": 0.045`},
		{"a price for all", body{"sms_prices": 0.5}, "sms_prices", `{"CN": 0.045`},
		{"words", body{"sms_prices": "free"}, "sms_prices", `{"CN": 0.045`},
		{"no country", body{"sms_prices": body{"HKG": 1}}, "sms_prices", `There is no country "HKG"`},
		{"a country in small letters", body{"sms_prices": body{"hk": 1}}, "sms_prices", `There is no country "hk"`},
		{"no name", body{"sms_prices": body{"": 1}}, "sms_prices", `There is no country ""`},
		{"a very long name", body{"sms_prices": body{strings.Repeat("長", 9000): 1}}, "sms_prices", `There is no country "` + strings.Repeat("長", 12) + `…"`},
		{"a negative price", body{"sms_prices": body{"HK": -0.1}}, "sms_prices", `The price for "HK"`},
		{"a price in quotes", body{"sms_prices": body{"HK": "0.3"}}, "sms_prices", "without quotes"},
		{"a dear price", body{"sms_prices": body{"CN": 0.1, "*": 1000.5}}, "sms_prices", `The price for "*"`},
		{"no price", body{"sms_prices": body{"HK": nil}}, "sms_prices", `The price for "HK"`},
		{"a price in a price", body{"sms_prices": body{"HK": body{"CN": 1}}}, "sms_prices", `The price for "HK"`},
	} {
		answer := s.Do("admin", "PATCH", settings, tt.body)
		apptest.WantStatus(t, tt.name, answer, http.StatusBadRequest)
		data, _ := answer.JSON(t)["data"].(map[string]any)
		wrong, _ := data[tt.want].(map[string]any)
		if message, _ := wrong["message"].(string); len(data) != 1 || !strings.Contains(message, tt.says) || len(message) > 250 {
			t.Errorf("%s: %s", tt.name, answer.Body)
		}
	}
	for name, good := range map[string]body{
		"nothing":  {"sms_daily_cap": nil, "sms_monthly_cap": "", "sms_prices": nil, "sms_currency": ""},
		"the ends": {"sms_daily_cap": 1, "sms_monthly_cap": 0, "sms_prices": body{}, "sms_currency": "CNY"},
		"others":   {"sms_daily_cap": 50, "sms_monthly_cap": 100000, "sms_prices": body{"CN": 0.045, "HK": 0.3, "*": 1000, "MO": 0}, "sms_currency": "HKD"},
		"a form's": {"sms_daily_cap": "20", "sms_prices": `{"HK": 0.3}`},
	} {
		apptest.WantStatus(t, name, s.Do("admin", "PATCH", settings, good), http.StatusOK)
	}
	got, err := collections.ReadSMSSettings(s.App.App)
	if err != nil || got.DailyCap < 1 || got.DailyCap > 50 {
		t.Errorf("the settings are %+v, %v", got, err)
	}
}

func TestTheSettingsOfSMSHaveDefaults(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	for _, stored := range []string{"0", "NULL", "''", "-3"} {
		if _, err := a.NonconcurrentDB().NewQuery("UPDATE settings SET sms_daily_cap = " + stored + ", sms_monthly_cap = " + stored).Execute(); err != nil {
			continue // the column takes no NULL
		}
		got, err := collections.ReadSMSSettings(a.App)
		if err != nil || got.DailyCap != 20 || got.MonthlyCap != 0 || got.Currency != "HKD" || len(got.Prices) != 0 {
			t.Errorf("with %s they are %+v, %v", stored, got, err)
		}
	}
	if _, err := a.NonconcurrentDB().NewQuery("UPDATE settings SET sms_daily_cap = 5000").Execute(); err != nil {
		t.Fatal(err)
	}
	if got, err := collections.ReadSMSSettings(a.App); err != nil || got.DailyCap != 50 {
		t.Errorf("SQL cannot raise the limit beyond the operators': %+v, %v", got, err)
	}
	if _, err := a.NonconcurrentDB().NewQuery("DELETE FROM settings").Execute(); err != nil {
		t.Fatal(err)
	}
	if got, err := collections.ReadSMSSettings(a.App); err != nil || got.DailyCap != 20 {
		t.Errorf("before the first start they are %+v, %v", got, err)
	}
}

// A settings form that touches something else lets nothing go for good: what does not fit is held again.
func TestEverySettingsChangeLooksAgainAtWhatIsHeld(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	row := func(i int) *collections.Delivery {
		return &collections.Delivery{
			Key: fmt.Sprint("held/", i), Kind: collections.KindTest, Channel: "sms", Address: "+85291234567", Status: "queued",
			Error: "held: daily SMS limit", NextAttemptAt: collections.DateTime(in(1)), Message: `{"parts": 1}`,
		}
	}
	err := s.RunInTransaction(func(tx core.App) error {
		var err error
		for i := range 250 { // more than a transaction writes
			_, failed := collections.InsertDelivery(tx, row(i), s.Clock.Now())
			err = errors.Join(err, failed)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	counts := func() (sent, waiting int) {
		var rows []struct {
			Status string `db:"status"`
			N      int    `db:"n"`
		}
		if err := s.ConcurrentDB().NewQuery("SELECT status, COUNT(*) AS n FROM deliveries WHERE kind = 'test' GROUP BY status").All(&rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			switch r.Status {
			case "sent":
				sent = r.N
			case "queued":
				waiting = r.N
			}
		}
		return sent, waiting
	}
	settings := "/api/collections/settings/records/" + s.Only(collections.SettingsName)
	apptest.WantStatus(t, "a new name", s.Do("admin", "PATCH", settings, map[string]any{"company_name": "Peak"}), http.StatusOK)
	s.Eventually("twenty leave, the rest is held again", func() bool {
		sent, waiting := counts()
		held, err := collections.SMSHeld(s.App.App, s.Clock.Now(), "held: daily SMS limit")
		return err == nil && sent == 20 && waiting == 230 && len(held) == 230
	})
}

func TestP13_AReminderBySMSToAPhoneThatGetsNoneIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	e := s.Event(in(10)).Save()
	customer := s.Customer("Peak Clinic")
	contact := s.Contact(customer, "Ms Lee", "lee@example.test")
	body := func(change map[string]any) map[string]any {
		all := map[string]any{
			"event": e.Id, "reminder_type": "custom", "title": "X", "channels": []string{"sms"}, "send_datetime": date(in(1)),
		}
		for k, v := range change {
			all[k] = v
		}
		return all
	}
	toStaff, toContact := map[string]any{"recipients": []string{apptest.UserID("staff")}}, map[string]any{"contact_recipients": []string{contact.Id}}
	for number, want := range map[string]string{
		"": "validation_no_address", "91234567": "validation_phone", "+85": "validation_phone", "+85221234567": "validation_fixed_line", "+861088888888": "validation_fixed_line",
	} {
		for table, id := range map[string]string{"users": apptest.UserID("staff"), "contacts": contact.Id} {
			if _, err := s.NonconcurrentDB().NewQuery("UPDATE " + table + " SET phone = {:n} WHERE id = {:id}").Bind(dbx.Params{"n": number, "id": id}).Execute(); err != nil {
				t.Fatal(err)
			}
		}
		apptest.WantErrors(t, "user with "+number, s.Do("staff", "POST", "/api/collections/reminders/records", body(toStaff)), map[string]string{"recipients": want})
		apptest.WantErrors(t, "contact with "+number, s.Do("staff", "POST", "/api/collections/reminders/records", body(toContact)), map[string]string{"contact_recipients": want})
	}
	for _, number := range []string{"+14155550100", "+85291234567", "+8613800138000"} { // the first may be either
		if _, err := s.NonconcurrentDB().NewQuery("UPDATE users SET phone = {:n}").Bind(dbx.Params{"n": number}).Execute(); err != nil {
			t.Fatal(err)
		}
		apptest.WantStatus(t, number, s.Do("staff", "POST", "/api/collections/reminders/records", body(toStaff)), http.StatusOK)
	}
}

// Numbers are written as people say them, of users and of contacts.
func TestPhonesAreReadAsTypedInHongKongAndOnTheMainland(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	contact := s.Contact(s.Customer("Peak Clinic"), "Ms Lee", "lee@example.test")
	for typed, want := range map[string]string{
		"9123 4567": "+85291234567", "(852) 6123-4567": "+85261234567", "138 0013 8000": "+8613800138000", "0086 138 0013 8000": "+8613800138000",
		"２１２３ ４５６７": "+85221234567", "": "",
	} {
		for _, path := range []string{"users/records/" + apptest.UserID("staff"), "contacts/records/" + contact.Id} {
			answer := s.Do("admin", "PATCH", "/api/collections/"+path, map[string]any{"phone": typed})
			apptest.WantStatus(t, path+" "+typed, answer, http.StatusOK)
			var stored string
			table, id, _ := strings.Cut(strings.Replace(path, "/records", "", 1), "/")
			if err := s.ConcurrentDB().NewQuery("SELECT phone FROM " + table + " WHERE id = {:id}").Bind(dbx.Params{"id": id}).Row(&stored); err != nil || stored != want {
				t.Errorf("%s: %q is stored as %q, %v", path, typed, stored, err)
			}
			raw, _ := json.Marshal(answer.JSON(t)["phone"])
			if table == "contacts" && string(raw) != `"`+want+`"` {
				t.Errorf("%q is told as %s", typed, raw)
			}
		}
	}
	for _, typed := range []string{"12", "call me", "9123 456", "+852 9123 4567 8901", "\u202e", "🙂"} {
		for _, path := range []string{"users/records/" + apptest.UserID("staff"), "contacts/records/" + contact.Id} {
			apptest.WantErrors(t, path+" "+typed, s.Do("admin", "PATCH", "/api/collections/"+path, map[string]any{"phone": typed}), map[string]string{"phone": "validation_phone"})
		}
	}
}
