package hooks

import (
	"database/sql"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reports"
)

// bindSignIn says who gets a code, a link or a session, and in which words. PocketBase does the rest.
func (s *System) bindSignIn() {
	s.bindAccountMails()
	// Who was deactivated is answered as somebody unknown is, and gets nothing.
	s.App.OnRecordRequestOTPRequest(collections.Users).BindFunc(func(e *core.RecordCreateOTPRequestEvent) error {
		if inactive(e.Record) {
			e.Record = nil
		}
		return e.Next()
	})
	s.App.OnRecordRequestPasswordResetRequest(collections.Users).BindFunc(func(e *core.RecordRequestPasswordResetRequestEvent) error {
		if inactive(e.Record) {
			return e.NoContent(http.StatusNoContent)
		}
		return e.Next()
	})
	s.App.OnRecordRequestVerificationRequest(collections.Users).BindFunc(func(e *core.RecordRequestVerificationRequestEvent) error {
		if inactive(e.Record) {
			return e.NoContent(http.StatusNoContent)
		}
		return e.Next()
	})
	s.App.OnRecordAuthWithOTPRequest(collections.Users).BindFunc(func(e *core.RecordAuthWithOTPRequestEvent) error {
		if inactive(e.Record) { // deactivated since the code was sent
			return e.BadRequestError("Invalid or expired OTP", nil)
		}
		return e.Next()
	})
	s.App.OnRecordAuthWithOAuth2Request(collections.Users).BindFunc(s.onlyKnownPeople)
}

func inactive(record *core.Record) bool {
	return record != nil && !collections.Wrap[collections.User](record).Active()
}

// onlyKnownPeople lets a provider sign in those who have an active account here. The first time, the provider must have
// verified the very address of the account: PocketBase leaves out an address that is not. WeChat knows none.
func (s *System) onlyKnownPeople(e *core.RecordAuthWithOAuth2RequestEvent) error {
	linked, err := isLinked(e)
	if err != nil {
		return err
	}
	if e.ProviderName == nameWeChat {
		return s.knownByWeChat(e, linked)
	}
	refusal := e.ForbiddenError("There is no active account for this address. Ask an administrator to invite you.", nil)
	if e.Record == nil || e.IsNewRecord || inactive(e.Record) {
		return refusal
	}
	if !linked && (e.OAuth2User.Email == "" || !strings.EqualFold(e.OAuth2User.Email, e.Record.Email())) {
		return refusal
	}
	return e.Next()
}

// isLinked says whether the person at the provider was linked to the record before.
func isLinked(e *core.RecordAuthWithOAuth2RequestEvent) (bool, error) {
	if e.Record == nil || e.IsNewRecord {
		return false, nil
	}
	_, err := e.App.FindFirstExternalAuthByExpr(dbx.HashExp{
		"collectionRef": e.Collection.Id, "recordRef": e.Record.Id, "provider": e.ProviderName, "providerId": e.OAuth2User.Id,
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("look for the link to %s: %w", e.ProviderName, err)
	}
	return err == nil, nil
}

// checkOldPassword wants the old password of whoever changes their own. PocketBase asks everybody for it but those who
// manage users.
func checkOldPassword(e *core.RecordRequestEvent, body map[string]any) error {
	if e.Record.IsNew() || e.Auth == nil || e.Auth.Id != e.Record.Id || e.Auth.Collection().Id != e.Record.Collection().Id {
		return nil
	}
	if body["password"] == nil || body["password"] == "" {
		return nil
	}
	old, _ := body["oldPassword"].(string)
	if e.Record.Original().ValidatePassword(old) {
		return nil
	}
	return e.BadRequestError("The password was not changed.", validation.Errors{
		"oldPassword": validation.NewError("validation_invalid_old_password", "This is not your present password. If you forgot it, sign out and ask for a new one."),
	})
}

// bindAccountMails puts PocketBase's mails to users into our words and our look, with links into the app.
func (s *System) bindAccountMails() {
	users := collections.Users
	s.App.OnMailerRecordOTPSend(users).BindFunc(func(e *core.MailerRecordEvent) error {
		until := s.Options.Now().Add(e.Record.Collection().OTP.DurationTime())
		return s.sendAccountMail(e, s.account(e).SignInCode(meta(e, "password"), until))
	})
	s.App.OnMailerRecordPasswordResetSend(users).BindFunc(func(e *core.MailerRecordEvent) error {
		until := s.Options.Now().Add(e.Record.Collection().PasswordResetToken.DurationTime())
		return s.sendAccountMail(e, s.account(e).PasswordReset(s.PublicURL(e.App)+"/reset#token="+meta(e, "token"), until))
	})
	s.App.OnMailerRecordVerificationSend(users).BindFunc(func(e *core.MailerRecordEvent) error {
		until := s.Options.Now().Add(e.Record.Collection().VerificationToken.DurationTime())
		return s.sendAccountMail(e, s.account(e).Verification(s.PublicURL(e.App)+"/verify#token="+meta(e, "token"), until))
	})
	s.App.OnMailerRecordEmailChangeSend(users).BindFunc(func(e *core.MailerRecordEvent) error {
		until := s.Options.Now().Add(e.Record.Collection().EmailChangeToken.DurationTime())
		account := s.account(e)
		account.SignIn = meta(e, "newEmail")
		return s.sendAccountMail(e, account.EmailChange(s.PublicURL(e.App)+"/email#token="+meta(e, "token"), until))
	})
	s.App.OnMailerRecordAuthAlertSend(users).BindFunc(func(e *core.MailerRecordEvent) error {
		from := html.UnescapeString(meta(e, "info")) // PocketBase made it safe for its own template
		return s.sendAccountMail(e, s.account(e).NewSignIn(from, s.PublicURL(e.App)+"/profile"))
	})
}

func meta(e *core.MailerRecordEvent, name string) string {
	value, _ := e.Meta[name].(string)
	return value
}

// account gives whom a mail of PocketBase's is for.
func (s *System) account(e *core.MailerRecordEvent) reports.Account {
	user := collections.Wrap[collections.User](e.Record)
	company := s.Company(e.App)
	account := reports.Account{
		Company: company, Locale: company.Locale, Zone: user.Zone(company.Zone), SignIn: user.Email(),
		To: notifiers.Recipient{Name: user.Name()},
	}
	if user.Locale() != "" {
		account.Locale = locales.Match(user.Locale())
	}
	return account
}

// sendAccountMail sends a mail of PocketBase's with other words.
func (s *System) sendAccountMail(e *core.MailerRecordEvent, m notifiers.Message) error {
	body, text, err := notifiers.Compose(&m)
	if err != nil {
		return fmt.Errorf("compose a mail about signing in: %w", err)
	}
	e.Message.Subject, e.Message.HTML, e.Message.Text = m.Subject, body, text
	if e.Message.Headers == nil {
		e.Message.Headers = map[string]string{}
	}
	e.Message.Headers["Content-Language"] = m.Locale
	for i := range e.Message.To {
		e.Message.To[i].Name = m.To.Name
	}
	return e.Next()
}
