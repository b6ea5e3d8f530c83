package hooks_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/locales/localestest"
	"tminus/notifiers"
)

// accounts serves an app whose mails stay in the sandbox.
func accounts(t *testing.T) *apptest.Server {
	t.Helper()
	return apptest.New(t, apptest.WithNotifier(notifiers.Email, nil)).Serve()
}

func auth(s *apptest.Server, what string, body any) apptest.Answer {
	return s.Do("", "POST", "/api/collections/users/"+what, body)
}

func mailsTo(t *testing.T, s *apptest.Server, address string) []notifiers.Kept {
	t.Helper()
	all, err := s.System.Sandbox().List(0)
	must(t, err)
	var found []notifiers.Kept
	for _, k := range all {
		if k.To.Address == address {
			found = append(found, k)
		}
	}
	return found
}

// mailTo waits for the newest of so many mails.
func mailTo(t *testing.T, s *apptest.Server, address string, count int) notifiers.Kept {
	t.Helper()
	s.Eventually("a mail comes to "+address, func() bool { return len(mailsTo(t, s, address)) >= count })
	return mailsTo(t, s, address)[0]
}

var code = regexp.MustCompile(`\b\d{8}\b`)

// inTheAppsWords checks that a mail is one of ours in the language of its reader, and leads nowhere but into the app.
func inTheAppsWords(t *testing.T, k notifiers.Kept, locale, subject string) {
	t.Helper()
	if k.Subject != subject || !strings.Contains(k.HTML, `lang="`+locale+`"`) || !strings.Contains(k.HTML, subject) || k.Text == "" {
		t.Errorf("%s: the mail is %q\n%.300s", locale, k.Subject, k.Text)
	}
	if strange := localestest.Foreign(locale, k.Subject+k.Text); len(strange) > 0 {
		t.Errorf("%s: these are another language's: %v", locale, strange)
	}
	for _, link := range regexp.MustCompile(`https?://[^\s"<>]+`).FindAllString(k.HTML+"\n"+k.Text, -1) {
		if !strings.HasPrefix(link, "https://tminus.example.test/") && !strings.Contains(link, "w3.org") || strings.Contains(link, "/_/") {
			t.Errorf("%s: it links to %s", locale, link)
		}
	}
}

func (r readers) speak(t *testing.T, s *apptest.Server) map[string]string {
	t.Helper()
	addresses := map[string]string{}
	for locale, name := range r {
		addresses[locale] = s.NewUser(name, "reader."+strings.ToLower(locale)+"@example.test", locale).Email()
	}
	return addresses
}

type readers map[string]string

var everyLanguage = readers{"en": "Ada Wong", "zh-HK": "陳大文", "zh-CN": "王小明"}

func TestSomebodySignsInByACodeOfTheirMail(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	for locale, address := range everyLanguage.speak(t, s) {
		answer := auth(s, "request-otp", map[string]any{"email": address})
		wantStatus(t, "ask for a code", answer, http.StatusOK)
		id, _ := answer.JSON(t)["otpId"].(string)
		mail := mailTo(t, s, address, 1)
		inTheAppsWords(t, mail, locale, map[string]string{"en": "Your sign-in code", "zh-HK": "你的登入驗證碼", "zh-CN": "您的登录验证码"}[locale])
		found := code.FindString(mail.Text)
		if found == "" || !strings.Contains(mail.HTML, found) || strings.Contains(mail.Subject, found) || !strings.Contains(mail.Text, address) {
			t.Fatalf("%s: no code in %s", locale, mail.Text)
		}
		wrong := string('0'+(found[0]-'0'+1)%10) + found[1:]
		wantStatus(t, "a wrong code", auth(s, "auth-with-otp", map[string]any{"otpId": id, "password": wrong}), http.StatusBadRequest)
		signedIn := auth(s, "auth-with-otp", map[string]any{"otpId": id, "password": found})
		wantStatus(t, "the code", signedIn, http.StatusOK)
		token, _ := signedIn.JSON(t)["token"].(string)
		wantStatus(t, "the session", s.DoToken(token, "GET", "/api/tminus/channels", nil), http.StatusOK)
		wantStatus(t, "the code again", auth(s, "auth-with-otp", map[string]any{"otpId": id, "password": found}), http.StatusBadRequest)
	}
	users, err := s.FindCollectionByNameOrId(collections.Users)
	must(t, err)
	if !users.OTP.Enabled || users.OTP.Length != 8 || users.OTP.Duration != 600 {
		t.Errorf("codes are %+v", users.OTP)
	}
}

func TestSomebodyWhoForgotThePasswordChoosesANewOneInTheApp(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	for locale, address := range everyLanguage.speak(t, s) {
		before := auth(s, "auth-with-password", map[string]any{"identity": address, "password": apptest.Password}).JSON(t)["token"].(string)
		wantStatus(t, "ask", auth(s, "request-password-reset", map[string]any{"email": address}), http.StatusNoContent)
		mail := mailTo(t, s, address, 1)
		inTheAppsWords(t, mail, locale, map[string]string{"en": "Choose a new password", "zh-HK": "設定新密碼", "zh-CN": "设置新密码"}[locale])
		link := regexp.MustCompile(`https://tminus\.example\.test/reset#token=(\S+)`).FindStringSubmatch(mail.Text)
		if len(link) < 2 || !strings.Contains(mail.HTML, link[1]) {
			t.Fatalf("%s: no link in %s", locale, mail.Text)
		}
		body := map[string]any{"token": link[1], "password": "another long one 2", "passwordConfirm": "another long one 2"}
		wantStatus(t, "choose", auth(s, "confirm-password-reset", body), http.StatusNoContent)
		wantStatus(t, "choose again", auth(s, "confirm-password-reset", body), http.StatusBadRequest)
		wantStatus(t, "the session of before", s.DoToken(before, "GET", "/api/tminus/channels", nil), http.StatusUnauthorized)
		wantStatus(t, "the old password", auth(s, "auth-with-password", map[string]any{"identity": address, "password": apptest.Password}), http.StatusBadRequest)
		wantStatus(t, "the new password", auth(s, "auth-with-password", map[string]any{"identity": address, "password": "another long one 2"}), http.StatusOK)
	}
}

func TestTheOtherMailsAboutAnAccountAreOursToo(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	for locale, address := range everyLanguage.speak(t, s) {
		wantStatus(t, "verify", auth(s, "request-verification", map[string]any{"email": address}), http.StatusNoContent)
		mail := mailTo(t, s, address, 1)
		inTheAppsWords(t, mail, locale, map[string]string{"en": "Confirm your email address", "zh-HK": "確認你的電郵地址", "zh-CN": "确认您的邮箱地址"}[locale])
		token := regexp.MustCompile(`https://tminus\.example\.test/verify#token=(\S+)`).FindStringSubmatch(mail.Text)[1]
		wantStatus(t, "it is theirs", auth(s, "confirm-verification", map[string]any{"token": token}), http.StatusNoContent)

		// The first sign-in is no news; the second, by another program, is.
		for i, program := range []string{"Phone/1", "Phone/1", "Desk/2 <b>x</b> & \"y\""} {
			request, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/collections/users/auth-with-password",
				strings.NewReader(`{"identity":"`+address+`","password":"`+apptest.Password+`"}`))
			must(t, err)
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("User-Agent", program)
			response, err := http.DefaultClient.Do(request)
			must(t, err)
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Fatalf("sign-in %d: %d", i, response.StatusCode)
			}
		}
		mail = mailTo(t, s, address, 2)
		inTheAppsWords(t, mail, locale, map[string]string{"en": "New sign-in to your account", "zh-HK": "你的帳戶有新的登入", "zh-CN": "您的账号有新的登录"}[locale])
		if !strings.Contains(mail.Text, `Desk/2 <b>x</b> & "y"`) || strings.Contains(mail.HTML, "<b>x</b>") || !strings.Contains(mail.Text, "https://tminus.example.test/profile") {
			t.Errorf("%s: the alert says %s", locale, mail.Text)
		}

		session := auth(s, "auth-with-password", map[string]any{"identity": address, "password": apptest.Password}).JSON(t)["token"].(string)
		fresh := "new." + address
		wantStatus(t, "change", s.DoToken(session, "POST", "/api/collections/users/request-email-change", map[string]any{"newEmail": fresh}), http.StatusNoContent)
		mail = mailTo(t, s, fresh, 1)
		inTheAppsWords(t, mail, locale, map[string]string{"en": "Confirm your new email address", "zh-HK": "確認你的新電郵地址", "zh-CN": "确认您的新邮箱地址"}[locale])
		token = regexp.MustCompile(`https://tminus\.example\.test/email#token=(\S+)`).FindStringSubmatch(mail.Text)[1]
		wantStatus(t, "confirm", auth(s, "confirm-email-change", map[string]any{"token": token, "password": apptest.Password}), http.StatusNoContent)
		wantStatus(t, "the new address", auth(s, "auth-with-password", map[string]any{"identity": fresh, "password": apptest.Password}), http.StatusOK)
	}
}

// Whoever asks about somebody who left learns no more than about somebody who never was.
func TestP14_SomebodyInactiveGetsNeitherCodeNorLinkAndNobodyLearnsOfIt(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	gone := s.NewUser("Gone", "gone@example.test", "en")
	gone.SetActive(false)
	s.MustSave(gone)
	for _, what := range []string{"request-otp", "request-password-reset", "request-verification"} {
		known := auth(s, what, map[string]any{"email": "gone@example.test"})
		unknown := auth(s, what, map[string]any{"email": "never@example.test"})
		active := auth(s, what, map[string]any{"email": "staff@example.test"})
		for who, answer := range map[string]apptest.Answer{"unknown": unknown, "active": active} {
			if answer.Status != known.Status || shape(answer) != shape(known) {
				t.Errorf("%s: inactive %d %s, %s %d %s", what, known.Status, known.Body, who, answer.Status, answer.Body)
			}
		}
	}
	mailTo(t, s, "staff@example.test", 2) // the others are worked on at the same time
	if mails := mailsTo(t, s, "gone@example.test"); len(mails) != 0 {
		t.Errorf("%q was sent", mails[0].Subject)
	}
	if n, _ := s.CountRecords(core.CollectionNameOTPs); n != 1 {
		t.Errorf("%d codes were made, want the active user's", n)
	}
}

// shape gives an answer without what is made anew each time.
func shape(a apptest.Answer) string {
	var body map[string]any
	if json.Unmarshal(a.Body, &body) != nil {
		return string(a.Body)
	}
	told := ""
	for key, value := range body {
		text, _ := value.(string)
		told += key + strings.Repeat("x", len(text))
	}
	return told
}

func TestACodeIsWorthNothingOnceItsOwnerIsDeactivated(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	u := s.NewUser("Leaver", "leaver@example.test", "en")
	id := auth(s, "request-otp", map[string]any{"email": "leaver@example.test"}).JSON(t)["otpId"]
	found := code.FindString(mailTo(t, s, "leaver@example.test", 1).Text)
	wantStatus(t, "deactivate", s.Do("admin", "PATCH", path("users", u.Id), map[string]any{"active": false}), http.StatusOK)
	wantStatus(t, "the code", auth(s, "auth-with-otp", map[string]any{"otpId": id, "password": found}), http.StatusBadRequest)
	fresh := apptest.Find[collections.User](t, s, collections.Users, u.Id)
	if fresh.Verified() || !fresh.ValidatePassword(apptest.Password) {
		t.Error("the account was changed")
	}
}

func TestPeopleChangeTheirOwnPasswordWithTheOldOneAndOtherSessionsEnd(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	const fresh = "a new long one 3"
	for _, role := range []string{"viewer", "staff", "manager", "admin"} {
		own := path("users", apptest.UserID(role))
		sessions := []string{s.Token(role), s.Token(role)}
		for name, body := range map[string]map[string]any{
			"no old one":    {"password": fresh, "passwordConfirm": fresh},
			"an empty one":  {"oldPassword": "", "password": fresh, "passwordConfirm": fresh},
			"a wrong one":   {"oldPassword": "guessed guessed", "password": fresh, "passwordConfirm": fresh},
			"another's key": {"oldPassword": []string{apptest.Password}, "password": fresh, "passwordConfirm": fresh},
		} {
			answer := s.DoToken(sessions[0], "PATCH", own, body)
			wantStatus(t, role+": "+name, answer, http.StatusBadRequest)
			if errs := answer.FieldErrors(t); errs["oldPassword"] == "" {
				t.Errorf("%s: %s: errors %v", role, name, errs)
			}
		}
		wantErrors(t, role+": two that differ", s.DoToken(sessions[0], "PATCH", own, map[string]any{"oldPassword": apptest.Password, "password": fresh, "passwordConfirm": "other"}),
			map[string]string{"passwordConfirm": "validation_values_mismatch"})
		wantErrors(t, role+": too short", s.DoToken(sessions[0], "PATCH", own, map[string]any{"oldPassword": apptest.Password, "password": "short", "passwordConfirm": "short"}),
			map[string]string{"password": "validation_min_text_constraint"})
		wantStatus(t, role+": still signed in", s.DoToken(sessions[1], "GET", "/api/tminus/channels", nil), http.StatusOK)

		wantStatus(t, role+": change", s.DoToken(sessions[0], "PATCH", own, map[string]any{"oldPassword": apptest.Password, "password": fresh, "passwordConfirm": fresh}), http.StatusOK)
		for _, session := range sessions {
			wantStatus(t, role+": a session of before", s.DoToken(session, "GET", "/api/tminus/channels", nil), http.StatusUnauthorized)
		}
		wantStatus(t, role+": the old password", auth(s, "auth-with-password", map[string]any{"identity": role + "@example.test", "password": apptest.Password}), http.StatusBadRequest)
		wantStatus(t, role+": the new password", auth(s, "auth-with-password", map[string]any{"identity": role + "@example.test", "password": fresh}), http.StatusOK)
	}
	// Nobody changes another's, but an administrator, who need not know it.
	other := map[string]any{"oldPassword": fresh, "password": "yet another one 4", "passwordConfirm": "yet another one 4"}
	for _, role := range []string{"viewer", "staff", "manager"} {
		wantStatus(t, role+" changes the admin's", s.Do(role, "PATCH", path("users", apptest.UserID("admin")), other), http.StatusNotFound)
	}
	wantStatus(t, "the admin changes staff's", s.Do("admin", "PATCH", path("users", apptest.UserID("staff")),
		map[string]any{"password": "set by admin 5", "passwordConfirm": "set by admin 5"}), http.StatusOK)
}

// Somebody who tries codes is stopped before there is a chance.
func TestP14_CodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	s := accounts(t)
	s.NewUser("Target", "target@example.test", "en")
	id := auth(s, "request-otp", map[string]any{"email": "target@example.test"}).JSON(t)["otpId"]
	found := code.FindString(mailTo(t, s, "target@example.test", 1).Text)
	began := time.Now()
	for i := range 12 {
		answer := auth(s, "auth-with-otp", map[string]any{"otpId": id, "password": "0000000" + string(rune('0'+i%10))})
		if i >= 6 && answer.Status != http.StatusTooManyRequests && time.Since(began) < time.Minute {
			t.Fatalf("guess %d: %d", i, answer.Status)
		}
	}
	if answer := auth(s, "auth-with-otp", map[string]any{"otpId": id, "password": found}); answer.Status != http.StatusTooManyRequests {
		t.Errorf("the code after that: %d", answer.Status)
	}
	for _, body := range []any{map[string]any{"email": "no address"}, map[string]any{}, map[string]any{"email": []int{1}}, "x"} {
		wantStatus(t, "a code to nowhere", auth(s, "request-otp", body), http.StatusBadRequest)
	}
	wantStatus(t, "a code that never was", auth(s, "auth-with-otp", map[string]any{"otpId": url.PathEscape("' OR 1=1"), "password": found}), http.StatusBadRequest)
}
