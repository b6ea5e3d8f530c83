package api

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/wechat"
)

const (
	oauthPath   = "/api/tminus/wechat/oauth"
	oauthCookie = "tminus_wechat"
)

// noteScan notes who scanned a code first; a later scan, or one of a code that is too old, changes nothing.
func (a *API) noteScan(tx core.App, scene string, event wechat.Event) error {
	secret, ours := strings.CutPrefix(scene, scenePrefix)
	if !ours {
		return nil
	}
	_, err := a.scan(tx, secret, collections.BindingQR, event.FromUser, event.CreateTime)
	return err
}

// scan notes whose account it is that a binding is about, and gives the binding; nil if it cannot go on.
func (a *API) scan(tx core.App, secret, way, openid string, at time.Time) (*collections.WeChatBinding, error) {
	b, err := collections.WeChatBindingByToken(tx, hashOf(secret))
	if err != nil || b == nil || b.Way() != way || b.State() != collections.BindingWaiting || !b.Open(a.Now()) {
		return nil, err
	}
	b.Scan(openid, at)
	if err := tx.Save(b); err != nil {
		return nil, fmt.Errorf("note who scanned a code: %w", err)
	}
	return b, nil
}

// bindingCookie ties a link to the browser that asked for it. Without that, one could have somebody else open a link of
// one's own, and bind their account.
func (a *API) bindingCookie(e *core.RequestEvent, value string, seconds int) *http.Cookie {
	c := &http.Cookie{Name: oauthCookie, Value: value, MaxAge: seconds, Path: oauthPath, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if u, err := url.Parse(a.PublicURL(e.App)); err == nil {
		c.Path, c.Secure = u.Path+oauthPath, u.Scheme == "https"
	}
	return c
}

// returnFromWeChat answers GET wechat/oauth?code&state, to which a browser inside WeChat comes back: it notes whose account
// that is, and leads on to the profile, where the binding is confirmed: /profile?wechat=ID. Instead of an id it says
// "expired" of a link that is too old, used or another browser's, and "failed" when WeChat did not tell who it is.
func (a *API) returnFromWeChat(e *core.RequestEvent) error {
	client := a.WeChat()
	if client == nil || a.Demo {
		return e.NotFoundError("There is no such route.", nil)
	}
	q := e.Request.URL.Query()
	state := q.Get("state")
	cookie, err := e.Request.Cookie(oauthCookie)
	if err != nil || state == "" || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(state)) != 1 {
		return a.toProfile(e, collections.BindingExpired)
	}
	b, err := collections.WeChatBindingByToken(e.App, hashOf(state))
	if err != nil {
		return err
	}
	if b == nil || b.State() != collections.BindingWaiting || !b.Open(a.Now()) {
		return a.toProfile(e, collections.BindingExpired)
	}
	ctx, cancel := context.WithTimeout(e.Request.Context(), 2*weChatWithin)
	defer cancel()
	openid, err := client.OAuthOpenID(ctx, q.Get("code"))
	if err != nil { // refused by the person, used before, or a page snapshot's visitor, who is nobody
		e.App.Logger().Warn("learn who opened a link inside WeChat", "error", err)
		return a.toProfile(e, "failed")
	}
	err = e.App.RunInTransaction(func(tx core.App) error {
		b, err = a.scan(tx, state, collections.BindingOAuth, openid, a.Now())
		return err
	})
	if err != nil {
		return err
	}
	e.SetCookie(a.bindingCookie(e, "", -1))
	if b == nil { // meanwhile, by the same browser
		return a.toProfile(e, collections.BindingExpired)
	}
	return a.toProfile(e, b.Id)
}

func (a *API) toProfile(e *core.RequestEvent, binding string) error {
	return e.Redirect(http.StatusFound, a.PublicURL(e.App)+"/profile?wechat="+binding)
}
