package reports

import (
	"time"

	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"
)

// Account is whom a mail about signing in is for. Its words are in the reader's language, its times on the reader's
// clock.
type Account struct {
	Company planner.Company
	Locale  string
	Zone    *time.Location
	To      notifiers.Recipient
	SignIn  string // the address that the person signs in with
}

// message begins a mail about an account.
func (a Account) message(subject, title, lead locales.Key) notifiers.Message {
	return notifiers.Message{
		Locale: locales.Match(a.Locale), Company: a.Company.Name, To: a.To, Subject: locales.Text(a.Locale, subject),
		Title: locales.Text(a.Locale, title), Lead: locales.Text(a.Locale, lead, a.SignIn),
	}
}

func (a Account) until(t time.Time) string {
	t = t.In(a.Zone)
	return locales.DateTime(a.Locale, t) + locales.Parenthesis(a.Locale, locales.Zone(a.Locale, t))
}

// SignInCode is a one-time code.
func (a Account) SignInCode(code string, until time.Time) notifiers.Message {
	m := a.message(locales.CodeSubject, locales.CodeTitle, locales.CodeLead)
	m.Facts = []notifiers.Fact{{Label: locales.Text(a.Locale, locales.CodeLabel), Value: code}}
	m.Footer = []string{locales.Text(a.Locale, locales.CodeValidity, a.until(until)), locales.Text(a.Locale, locales.CodeFooter)}
	return m
}

// PasswordReset asks to choose a new password.
func (a Account) PasswordReset(link string, until time.Time) notifiers.Message {
	m := a.message(locales.ResetSubject, locales.ResetSubject, locales.ResetLead)
	m.Action = &notifiers.Link{Label: locales.Text(a.Locale, locales.InviteButton), URL: link}
	m.Footer = []string{locales.Text(a.Locale, locales.InviteValidity, a.until(until)), locales.Text(a.Locale, locales.ResetFooter)}
	return m
}

// Verification asks to confirm an address.
func (a Account) Verification(link string, until time.Time) notifiers.Message {
	return a.proof(locales.VerifySubject, locales.VerifyLead, locales.VerifyFooter, link, until)
}

// EmailChange asks to confirm a new address to sign in with, which is the account's SignIn here.
func (a Account) EmailChange(link string, until time.Time) notifiers.Message {
	return a.proof(locales.ChangeSubject, locales.ChangeLead, locales.ChangeFooter, link, until)
}

// proof asks to show by a link that an address is one's own.
func (a Account) proof(subject, lead, footer locales.Key, link string, until time.Time) notifiers.Message {
	m := a.message(subject, subject, lead)
	m.Action = &notifiers.Link{Label: locales.Text(a.Locale, locales.VerifyButton), URL: link}
	m.Footer = []string{locales.Text(a.Locale, locales.ActionValidity, a.until(until)), locales.Text(a.Locale, footer)}
	return m
}

// NewSignIn tells of a sign-in from a device that was not seen before; from says when and whence.
func (a Account) NewSignIn(from, profile string) notifiers.Message {
	m := a.message(locales.SignInSubject, locales.SignInSubject, locales.SignInLead)
	m.Facts = []notifiers.Fact{{Label: locales.Text(a.Locale, locales.SignInLabel), Value: from}}
	m.Body = locales.Text(a.Locale, locales.SignInBody)
	m.Action = &notifiers.Link{Label: locales.Text(a.Locale, locales.SignInButton), URL: profile}
	return m
}
