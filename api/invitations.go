package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reports"
)

// invitationLasts is how long an invited person has to choose a password.
const invitationLasts = 7 * 24 * time.Hour

// invite answers POST invitations {"email", "name", "role", "locale"}: an administrator adds somebody, who gets a mail
// with a link to choose a password. 200 with the user's id. Asked again for somebody who has not signed in yet, it
// sends a new link.
func (a *API) invite(e *core.RequestEvent) error {
	if _, err := allowed(e, collections.RoleAdmin); err != nil {
		return err
	}
	var body struct {
		Email  string `json:"email"`
		Name   string `json:"name"`
		Role   string `json:"role"`
		Locale string `json:"locale"`
	}
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	errs := validation.Errors{}
	required(errs, "email", body.Email, "Give the person's email address.")
	required(errs, "name", body.Name, "Give the person's name.")
	if !slices.Contains([]string{collections.RoleAdmin, collections.RoleManager, collections.RoleStaff, collections.RoleViewer}, body.Role) {
		errs["role"] = validation.NewError("validation_role", "Choose admin, manager, staff or viewer.")
	}
	if len(errs) > 0 {
		return e.BadRequestError("Some fields are missing.", errs)
	}
	var user *collections.User
	err := e.App.RunInTransaction(func(tx core.App) (err error) {
		if user, err = invited(tx, body.Email, body.Name, body.Role, body.Locale); err != nil {
			return err
		}
		link, err := a.invitationLink(tx, user)
		if err != nil {
			return err
		}
		to := notifiers.Recipient{Name: user.Name(), Address: user.Email()}
		locale := locales.Match(firstOf(user.Locale(), a.Company(tx).Locale))
		_, err = reports.Queue(tx, reports.Outgoing{
			Key: "invitation/" + core.GenerateDefaultRandomId(), Kind: collections.KindSystem, Channel: notifiers.Email, User: user.Id,
			Message: reports.Invitation(a.Company(tx), locale, actor(e).Name, to, link, a.Now().Add(invitationLasts)),
		}, a.Now())
		return err
	})
	if err != nil {
		return err
	}
	a.Engine.Wake()
	return e.JSON(http.StatusOK, map[string]string{"id": user.Id})
}

// invited creates the user, or finds one who was invited before and has not chosen a password.
func invited(tx core.App, email, name, role, locale string) (*collections.User, error) {
	user, err := collections.NewUser(tx)
	if err != nil {
		return nil, err
	}
	if found, err := tx.FindAuthRecordByEmail(collections.Users, email); err == nil {
		if found.Verified() {
			return nil, validation.Errors{"email": validation.NewError("validation_known", "This person has an account already.")}
		}
		user.SetProxyRecord(found)
	} else {
		user.SetEmail(email)
		user.SetRandomPassword()
	}
	user.SetName(name)
	user.SetRole(role)
	user.SetLocale(locale)
	user.SetActive(true)
	return user, tx.Save(user)
}

// invitationLink gives a link with a token that PocketBase's own confirm-password-reset takes, valid for longer than its
// mails'. The token stands in the fragment, which no server's log ever sees.
func (a *API) invitationLink(tx core.App, user *collections.User) (string, error) {
	token, err := security.NewJWT(jwt.MapClaims{
		core.TokenClaimType:         core.TokenTypePasswordReset,
		core.TokenClaimId:           user.Id,
		core.TokenClaimCollectionId: user.Collection().Id,
		core.TokenClaimEmail:        user.Email(),
	}, user.TokenKey()+user.Collection().PasswordResetToken.Secret, invitationLasts)
	if err != nil {
		return "", err
	}
	return a.PublicURL(tx) + "/accept#token=" + token, nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
