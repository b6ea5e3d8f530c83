package webtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/apptest/browser"
	"tminus/apptest/smtpserver"
	"tminus/collections"
)

// inside waits until somebody is signed in, and stands at an address.
func inside(p *browser.Page, address string) {
	p.Wait("the inside at "+address, `document.querySelector('.shell') && location.pathname + location.search === %q`, address)
}

// fill fills fields by their labels.
func fill(p *browser.Page, values ...[2]string) {
	for _, v := range values {
		p.Fill(v[0], v[1])
	}
}

// kept gives the first group of what a pattern finds in the newest mail that was kept and has it.
func kept(t *testing.T, s *apptest.Server, pattern string) string {
	t.Helper()
	wanted, found := regexp.MustCompile(pattern), ""
	s.Eventually("a mail with "+pattern, func() bool {
		mails, err := s.System.Sandbox().List(0)
		if err != nil {
			t.Fatalf("read the mailbox: %v", err)
		}
		for _, mail := range mails {
			if m := wanted.FindStringSubmatch(mail.Text + "\n" + mail.HTML); m != nil {
				found = m[1]
				return true
			}
		}
		return false
	})
	return found
}

// keptLink gives the link to a page from the newest mail that has one, as this server serves it.
func keptLink(t *testing.T, s *apptest.Server, page string) string {
	t.Helper()
	return s.URL + kept(t, s, `https://tminus\.example\.test(/`+page+`#token=[\w.-]+)`)
}

func TestWeb_TheConsolesLinkLeadsThroughTheSetUp(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.Open(t, t.TempDir(), production(t)...).Serve()
		link := s.URL + "/setup#token=" + s.System.API.OfferSetup()
		p := open(link)
		fill(p, [2]string{"Your name", "Ada Wong"}, [2]string{"Email", "ada@example.test"}, [2]string{"Password", "short"}, [2]string{"Company", "Harbour Instruments"})
		if zone := p.Value("Time zone"); zone != "Hong Kong" {
			t.Errorf("the time zone offered is %q, not the browser's", zone)
		}
		p.Fill("Time zone", "shenzhen")
		p.Click(browser.Option, "")
		p.See("China Standard Time, GMT+8")
		look(t, p, "setup")
		p.Click(browser.Button, "Continue")
		p.See("Use at least 10 characters.")
		p.Wait("the focus on the field to mend", `document.activeElement.name === 'password'`)
		p.Fill("Password", apptest.Password)
		p.Click(browser.Button, "Continue")

		p.See("Does mail work?", "No mail server is set.", "EMAIL_HOST")
		if at := browser.Ask[string](p, `location.pathname + location.search + location.hash`); at != "/setup?step=mail" {
			t.Errorf("the token still stands in the address: %s", at)
		}
		p.Click(browser.Button, "Send a test mail to yourself")
		p.See("The test mail for ada@example.test was kept, not sent.")
		look(t, p, "setup-mail")
		p.Click(browser.Button, "Continue")

		p.See("Who works with you?")
		p.Reload()
		fill(p, [2]string{"Name", "Li Xiaoming"}, [2]string{"Email", "xiaoming"})
		p.Refuses(http.StatusBadRequest, "/api/tminus/invitations")
		p.Click(browser.Button, "Send invitation")
		p.See("Enter a whole email address")
		p.Fill("Email", "xiaoming@example.test")
		p.Click(browser.Button, "Send invitation")
		p.See("The invitation for xiaoming@example.test is kept in the sandbox mailbox.")
		look(t, p, "setup-team")
		p.Click(browser.Link, "Open T-minus")
		inside(p, "/")

		settings, err := collections.TheSettings(s.App)
		if err != nil || settings.CompanyName() != "Harbour Instruments" || settings.Timezone() != "Asia/Shanghai" {
			t.Errorf("the company is %v, %v", settings, err)
		}
		again := open(link)
		again.Refuses(http.StatusForbidden, "/api/tminus/setup")
		fill(again, [2]string{"Your name", "Mallory"}, [2]string{"Email", "mallory@example.test"}, [2]string{"Password", apptest.Password}, [2]string{"Company", "Another"})
		again.Click(browser.Button, "Continue")
		again.See("This set-up link is no longer valid")
		look(t, again, "setup-used")
	})
}

func TestWeb_TheMailTestTellsTheServersWords(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		server := smtpserver.Start(t)
		s := apptest.New(t, production(t, withMailServer(server))...).Serve()
		admin := s.User(collections.RoleAdmin)
		admin.SetEmail("nouser@example.test")
		s.MustSave(admin)
		p := open(s.URL + "/login")
		fill(p, [2]string{"Email", "nouser@example.test"}, [2]string{"Password", apptest.Password})
		p.Click(browser.Button, "Sign in")
		inside(p, "/")
		p.Visit(s.URL + "/setup")
		p.See("A mail server is set")
		p.Click(browser.Button, "Send a test mail to yourself")
		p.See("It could not be delivered to nouser@example.test.", "No such user here")
		look(t, p, "setup-mail-refused")
	})
}

func TestWeb_SigningInLeadsToThePageThatWasAskedFor(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).Save()
		p := open(s.URL + "/events/" + e.Id)
		p.See("No account?")
		look(t, p, "sign-in")
		p.Click(browser.Button, "Sign in")
		p.See("Fill this in.")
		p.Wait("the focus on the field to mend", `document.activeElement.name === 'email'`)

		p.Refuses(http.StatusBadRequest, "/api/collections/users/auth-with-password")
		fill(p, [2]string{"Email", "staff@example.test"}, [2]string{"Password", "not the password"})
		p.Press(kb.Enter)
		p.See("Email or password is wrong.")
		look(t, p, "sign-in-wrong")
		if email, password := p.Value("Email"), p.Value("Password"); email != "staff@example.test" || password != "not the password" {
			t.Errorf("the fields hold %q and %q", email, password)
		}
		p.Fill("Password", apptest.Password)
		p.Click(browser.Button, "Sign in")
		inside(p, "/events/"+e.Id)
		signOut(t, p)
		p.See("No account?")
		if email := p.Value("Email"); email != "staff@example.test" {
			t.Errorf("the address is not remembered: %q", email)
		}
		p.Visit(s.URL + "/login")
		p.Fill("Password", apptest.Password)
		p.Click(browser.Button, "Sign in")
		inside(p, "/")
	})
}

func TestWeb_ACodeByMailSignsInWithoutThePassword(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := open(s.URL + "/calendar")
		p.Click(browser.Button, "Email me a code")
		p.See("A code by mail instead of your password.")
		p.Fill("Email", "staff@example.test")
		p.Click(browser.Button, "Email me a code")
		p.See("a code is on its way", "Another code in")
		p.Wait("the focus on the code", `document.activeElement.autocomplete === 'one-time-code'`)
		look(t, p, "code")

		p.Refuses(http.StatusBadRequest, "/api/collections/users/auth-with-otp")
		code := kept(t, s, `\b(\d{8})\b`)
		wrong := strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
		p.Fill("Code", wrong)
		p.See("This code is wrong or has run out.")
		p.Fill("Code", code[:4])
		p.Click(browser.Button, "Sign in")
		p.See("The code has 8 digits.")
		p.Fill("Code", " "+code[:4]+" "+code[4:]) // as it is pasted
		inside(p, "/calendar")
	})
}

func TestWeb_AForgottenPasswordIsReplacedByALink(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := open(s.URL + "/login")
		p.Click(browser.Button, "Forgotten your password?")
		p.See("We send you a link")
		look(t, p, "forgotten")
		p.Fill("Email", "nobody@example.test")
		p.Click(browser.Button, "Send the link")
		p.See("Look in your mail", "If there is an account for nobody@example.test")
		p.Click(browser.Button, "Back to signing in")
		p.Fill("Email", "staff@example.test")
		p.Click(browser.Button, "Forgotten your password?")
		p.Click(browser.Button, "Send the link")
		p.See("If there is an account for staff@example.test")
		look(t, p, "forgotten-sent")

		link := keptLink(t, s, "reset")
		p.Visit(link)
		p.See("Choose a new password")
		look(t, p, "reset")
		p.Fill("New password", "short")
		p.Click(browser.Button, "Save and sign in")
		p.See("Use at least 8 characters.")
		p.Fill("New password", "a new horse 2")
		p.Click(browser.Button, "Save and sign in")
		inside(p, "/")

		again := open(link)
		again.Refuses(http.StatusBadRequest, "/api/collections/users/confirm-password-reset")
		again.Fill("New password", "another horse 3")
		again.Click(browser.Button, "Save and sign in")
		again.See("This link is no longer valid")
		look(t, again, "reset-used")
	})
}

func TestWeb_AnInvitedPersonChoosesAPasswordAndIsIn(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		wantOK(t, "invite", s.Do("admin", http.MethodPost, "/api/tminus/invitations",
			map[string]any{"email": "new@example.test", "name": "New One", "role": "staff", "locale": "en"}))
		link := keptLink(t, s, "accept")

		p := signIn(t, s, open, "manager", "/") // somebody else has used this browser before
		inside(p, "/")
		p.Visit(s.URL + "/accept#token=broken")
		p.See("This invitation is no longer valid")
		p.Visit(link)
		p.See("Welcome to T-minus")
		if email := p.Value("Email"); email != "new@example.test" {
			t.Errorf("it is for %q", email)
		}
		look(t, p, "accept")
		p.Fill("New password", apptest.Password)
		p.Click(browser.Button, "Save and sign in")
		inside(p, "/")
		if name := browser.Ask[string](p, `JSON.parse(localStorage.getItem('tminus.auth')).record.name`); name != "New One" {
			t.Errorf("signed in is %s", name)
		}
	})
}

func TestWeb_ANewAddressIsProvenByALinkAndThePassword(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		staff := s.User(collections.RoleStaff)
		staff.SetVerified(false)
		s.MustSave(staff)
		p := signIn(t, s, open, "staff", "/profile")
		p.See("Not confirmed")
		look(t, p, "profile-unconfirmed")
		p.Click(browser.Button, "Send a link")
		p.See("A mail with a link is on its way to you.")
		p.Visit(keptLink(t, s, "verify"))
		p.See("Your address is confirmed")
		look(t, p, "verified")
		p.Refuses(http.StatusBadRequest, "/api/collections/users/confirm-verification")
		p.Visit(s.URL + "/profile")
		p.See("About you")
		p.Gone("Not confirmed")

		p.Click(browser.Button, "Change email")
		p.Within("dialog").Fill("New email", "staff")
		p.Refuses(http.StatusBadRequest, "/api/collections/users/request-email-change")
		p.Within("dialog").Click(browser.Button, "Send the link")
		p.Within("dialog").See("Enter a whole email address")
		p.Within("dialog").Fill("New email", "new@example.test")
		p.Within("dialog").Click(browser.Button, "Send the link")
		p.See("A mail with a link is on its way to new@example.test.")
		p.Visit(keptLink(t, s, "email"))
		p.See("Your new email address")
		look(t, p, "new-address")
		p.Refuses(http.StatusBadRequest, "/api/collections/users/confirm-email-change")
		// What the page happens to ask while this ends its session.
		p.Refuses(http.StatusUnauthorized, "/api/collections/users/auth-refresh")
		p.Refuses(http.StatusUnauthorized, "/api/tminus/channels")
		p.Fill("Password", "not the password")
		p.Click(browser.Button, "Use this address")
		p.See("This password is wrong.")
		p.Fill("Password", apptest.Password)
		p.Click(browser.Button, "Use this address")
		inside(p, "/profile")
		p.See("new@example.test")
	})
}

// provider is somebody else's sign-in page, which lets everyone in at once as the address it is told.
func provider(t *testing.T, email string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, body map[string]any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Errorf("answer: %v", err)
		}
	}
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		back := r.URL.Query()
		http.Redirect(w, r, back.Get("redirect_uri")+"?"+url.Values{"state": {back.Get("state")}, "code": {"code"}}.Encode(), http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"access_token": "token", "token_type": "Bearer", "expires_in": 3600})
	})
	mux.HandleFunc("/user", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"sub": "id-" + email, "email": email, "email_verified": true, "name": "Somebody"})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func withProvider(t *testing.T, s *apptest.Server, email string) {
	t.Helper()
	other := provider(t, email)
	users, err := s.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	users.OAuth2.Enabled = true
	users.OAuth2.Providers = []core.OAuth2ProviderConfig{{
		Name: "oidc", DisplayName: "Office ID", ClientId: "client", ClientSecret: "secret",
		AuthURL: other.URL + "/authorize", TokenURL: other.URL + "/token", UserInfoURL: other.URL + "/user",
	}}
	s.MustSave(users)
}

func TestWeb_AProviderLetsInWhomItKnowsAndWeDo(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		withProvider(t, s, "stranger@example.test")
		p := open(s.URL + "/events")
		p.See("Continue with Office ID")
		look(t, p, "sign-in-provider")
		p.Refuses(http.StatusForbidden, "/api/collections/users/auth-with-oauth2")
		p.Click(browser.Button, "Continue with Office ID")
		p.See("There is no active account for this address.")
		withProvider(t, s, "staff@example.test")
		p.Click(browser.Button, "Continue with Office ID")
		inside(p, "/events")
	})
}

func TestWeb_WhereTwoProofsAreAskedForTheSecondFollows(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		users, err := s.FindCollectionByNameOrId(collections.Users)
		if err != nil {
			t.Fatal(err)
		}
		users.MFA.Enabled = true
		s.MustSave(users)
		p := open(s.URL + "/events")
		p.Refuses(http.StatusUnauthorized, "/api/collections/users/auth-with-password")
		enter(t, p, "staff")
		p.See("One more step", "a code is on its way")
		look(t, p, "second-proof")
		p.Fill("Code", kept(t, s, `\b(\d{8})\b`))
		inside(p, "/events")
	})
}

func TestWeb_AMailServerThatLetsNobodyInIsNamedInTheSetUp(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		server := smtpserver.Start(t, smtpserver.WithAuth("somebody", "secret"))
		s := apptest.New(t, production(t, withMailServer(server))...).Serve()
		p := signIn(t, s, open, "admin", "/setup")
		p.Click(browser.Button, "Send a test mail to yourself")
		p.See("It waits here for admin@example.test", "Email does not work at the moment.", "530 5.7.0 Authentication required")
		look(t, p, "setup-mail-paused")
	})
}
