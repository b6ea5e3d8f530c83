package api

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// setupRequest is the body of POST setup.
type setupRequest struct {
	Token       string `json:"token"`
	Name        string `json:"name"`
	Email       string `json:"email"`
	Password    string `json:"password"`
	CompanyName string `json:"company_name"`
	Timezone    string `json:"timezone"`
	Language    string `json:"language"`
}

// OfferSetup makes the one-time token of the first administrator's set-up.
func (a *API) OfferSetup() string {
	raw := make([]byte, 24)
	_, _ = rand.Read(raw) // never fails, see crypto/rand
	token := base64.RawURLEncoding.EncodeToString(raw)
	a.setupToken.Store(&token)
	return token
}

// setup answers POST setup: with the token from the console it creates the first administrator, as a user and as
// PocketBase's superuser, and sets the company up; all or nothing. 204, or 403 when the token is not (or no longer) valid.
func (a *API) setup(e *core.RequestEvent) error {
	var body setupRequest
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	offered := a.setupToken.Load()
	if offered == nil || subtle.ConstantTimeCompare([]byte(body.Token), []byte(*offered)) != 1 {
		return e.ForbiddenError("This set-up link is not valid any more. Start the server again to get a new one.", nil)
	}
	err := e.App.RunInTransaction(func(tx core.App) error {
		admins, err := collections.CountActiveAdmins(tx, "")
		if err != nil {
			return err
		}
		if admins > 0 {
			return e.ForbiddenError("There is an administrator already. Sign in instead.", nil)
		}
		if err := setUpCompany(tx, body); err != nil {
			return err
		}
		return createAdmin(tx, body)
	})
	if err != nil {
		return err
	}
	a.setupToken.Store(nil)
	return e.NoContent(http.StatusNoContent)
}

func createAdmin(tx core.App, body setupRequest) error {
	user, err := collections.NewUser(tx)
	if err != nil {
		return err
	}
	user.SetName(body.Name)
	user.SetEmail(body.Email)
	user.SetPassword(body.Password)
	user.SetVerified(true)
	user.SetRole(collections.RoleAdmin)
	user.SetActive(true)
	user.SetLocale(body.Language)
	if err := tx.Save(user); err != nil {
		return err
	}
	superuser, err := tx.FindAuthRecordByEmail(core.CollectionNameSuperusers, body.Email)
	if err != nil {
		c, err := tx.FindCachedCollectionByNameOrId(core.CollectionNameSuperusers)
		if err != nil {
			return err
		}
		superuser = core.NewRecord(c)
		superuser.SetEmail(body.Email)
	}
	superuser.SetPassword(body.Password)
	if err := tx.Save(superuser); err != nil {
		return fmt.Errorf("create the superuser: %w", err)
	}
	return nil
}

func setUpCompany(tx core.App, body setupRequest) error {
	settings, err := collections.TheSettings(tx)
	if err != nil {
		return err
	}
	if body.CompanyName != "" {
		settings.SetCompanyName(body.CompanyName)
	}
	if body.Timezone != "" {
		settings.SetTimezone(body.Timezone)
	}
	if body.Language != "" {
		settings.SetLanguage(body.Language)
	}
	if err := tx.Save(settings); err != nil {
		return err
	}
	if body.CompanyName == "" {
		return nil
	}
	own, err := tx.Settings().Clone()
	if err != nil {
		return err
	}
	own.Meta.AppName, own.Meta.SenderName = body.CompanyName, body.CompanyName
	return tx.Save(own)
}

// required gives an error for a value that a person must give.
func required(errs validation.Errors, field, value, message string) {
	if value == "" {
		errs[field] = validation.NewError("validation_required", message)
	}
}
