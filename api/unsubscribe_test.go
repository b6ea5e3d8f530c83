package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tminus/apptest"
	"tminus/collections"
)

func TestUnsubscribingTakesAPostAndAGetChangesNothing(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	u := s.User("manager")
	p := collections.Preferences{Digest: true, Channels: []string{"email"}, QuietHours: &collections.QuietHours{From: "22:00", To: "07:00"}}
	u.SetPreferences(p)
	u.SetLocale("zh-HK")
	s.MustSave(u)
	link := strings.TrimPrefix(s.System.UnsubscribeURL(s.App.App, u.Id), "https://tminus.example.test")
	before := s.Snapshot()
	for range 3 { // scanners of mail follow links
		answer := s.Do("", "GET", link, nil)
		wantStatus(t, "the page", answer, http.StatusOK)
		page := string(answer.Body)
		if !strings.Contains(page, `<form method="post">`) || !strings.Contains(page, `lang="zh-HK"`) || !strings.Contains(page, "noindex") {
			t.Errorf("the page is %s", page)
		}
		if csp := answer.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("the page's policy is %q", csp)
		}
	}
	s.Unchanged(t, "looking at the page", before)

	for range 2 { // the button, and the mail program's own
		answer := s.Do("", "POST", link, nil)
		wantStatus(t, "the button", answer, http.StatusOK)
		if strings.Contains(string(answer.Body), "<form") {
			t.Error("the button is still there")
		}
	}
	after := s.User("manager").Preferences()
	if after.Digest || len(after.Channels) != 1 || after.QuietHours == nil || after.QuietHours.From != "22:00" {
		t.Errorf("the preferences became %+v", after)
	}
	if page := s.Do("", "GET", link, nil); strings.Contains(string(page.Body), "<form") {
		t.Error("the page offers it again")
	}
}

func TestUnsubscribingAsMailProgramsDo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	u := s.User("staff")
	u.SetPreferences(collections.Preferences{Digest: true})
	s.MustSave(u)
	link := strings.TrimPrefix(s.System.UnsubscribeURL(s.App.App, u.Id), "https://tminus.example.test")
	// RFC 8058 §3.1: a form with List-Unsubscribe=One-Click.
	request, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+link, strings.NewReader("List-Unsubscribe=One-Click"))
	must(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	response.Body.Close()
	if response.StatusCode != http.StatusOK || s.User("staff").Preferences().Digest {
		t.Errorf("%d, the digest is still wanted: %v", response.StatusCode, s.User("staff").Preferences().Digest)
	}
}

func TestAForgedUnsubscribeLinkIsNotFound(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	for _, role := range []string{"staff", "manager"} {
		u := s.User(role)
		u.SetPreferences(collections.Preferences{Digest: true})
		s.MustSave(u)
	}
	mine := strings.TrimPrefix(s.System.UnsubscribeURL(s.App.App, apptest.UserID("staff")), "https://tminus.example.test/u/")
	id, mac, _ := strings.Cut(mine, ".")
	before := s.Snapshot()
	for _, forged := range []string{
		apptest.UserID("manager") + "." + mac, id, id + ".", "." + mac, id + "." + mac[1:], id + "." + mac + "x", id + "." + strings.ToUpper(mac),
		"unknown00000000." + mac, "x", "%00", "..", strings.Repeat("x", 5000),
	} {
		for _, method := range []string{"GET", "POST"} {
			if answer := s.Do("", method, "/u/"+forged, nil); answer.Status != http.StatusNotFound {
				t.Errorf("%s %.60s: %d %.200s", method, forged, answer.Status, answer.Body)
			}
		}
	}
	s.Unchanged(t, "forged links", before)
}
