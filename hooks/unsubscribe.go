package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"tminus/collections"
	"tminus/locales"
)

// UnsubscribeURL gives the link that ends a user's digests without signing in (RFC 8058).
func (s *System) UnsubscribeURL(app core.App, user string) string {
	return s.PublicURL(app) + "/u/" + user + "." + unsubscribeMAC(app, user)
}

// unsubscribeMAC proves that we made the link: nobody else knows the secret of the users' tokens.
func unsubscribeMAC(app core.App, user string) string {
	users, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(users.AuthToken.Secret))
	mac.Write([]byte("unsubscribe from digests:" + user))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// bindUnsubscribe serves the link. A GET only shows a page, since scanners of mail follow links; the page's button and
// a mail program's one-click request are POSTs.
func (s *System) bindUnsubscribe(r *router.Router[*core.RequestEvent]) {
	r.GET("/u/{token}", func(e *core.RequestEvent) error {
		user, err := s.unsubscriber(e)
		if err != nil {
			return err
		}
		return s.unsubscribePage(e, user, !user.Preferences().Digest)
	}).BindFunc(s.limitRefusals).Bind(apis.SkipSuccessActivityLog()) // the link is a secret
	r.POST("/u/{token}", func(e *core.RequestEvent) error {
		user, err := s.unsubscriber(e)
		if err != nil {
			return err
		}
		p := user.Preferences()
		p.Digest = false
		user.SetPreferences(p)
		if err := e.App.Save(user); err != nil {
			return fmt.Errorf("save the preferences: %w", err)
		}
		return s.unsubscribePage(e, user, true)
	}).BindFunc(s.limitRefusals).Bind(apis.SkipSuccessActivityLog())
}

func (s *System) unsubscriber(e *core.RequestEvent) (*collections.User, error) {
	id, mac, _ := strings.Cut(e.Request.PathValue("token"), ".")
	user, err := collections.Find[collections.User](e.App, collections.Users, id)
	if err != nil || !hmac.Equal([]byte(mac), []byte(unsubscribeMAC(e.App, id))) {
		return nil, e.NotFoundError("This link is not valid. Change your digest under My profile.", nil)
	}
	return user, nil
}

var unsubscribeTemplate = template.Must(template.New("unsubscribe").Parse(`<!doctype html>
<html lang="{{.Locale}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{{.Title}}</title></head>
<body><main><h1>{{.Title}}</h1><p>{{.Text}}</p>
{{if .Button}}<form method="post"><button>{{.Button}}</button></form>{{end}}</main></body></html>
`))

func (s *System) unsubscribePage(e *core.RequestEvent, user *collections.User, done bool) error {
	locale := locales.Match(user.Locale())
	page := map[string]string{
		"Locale": locale, "Title": locales.Text(locale, locales.UnsubscribeTitle),
		"Text": locales.Text(locale, locales.UnsubscribeAsk), "Button": locales.Text(locale, locales.UnsubscribeButton),
	}
	if done {
		page["Text"], page["Button"] = locales.Text(locale, locales.UnsubscribeDone), ""
	}
	var out strings.Builder
	if err := unsubscribeTemplate.Execute(&out, page); err != nil {
		return fmt.Errorf("render the page: %w", err)
	}
	e.Response.Header().Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'")
	return e.HTML(http.StatusOK, out.String())
}
