package api

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"rsc.io/qr"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/wechat"
)

const (
	bindingLife  = 10 * time.Minute
	bindingsOpen = 5       // of one person at a time
	scenePrefix  = "bind:" // before the secret of a code
	secretBytes  = 16
)

// bindWeChat adds the routes by which people bind their WeChat account to their own record here.
func (a *API) bindWeChat(g *router.RouterGroup[*core.RequestEvent]) {
	g.POST("/wechat/bindings", a.beginBinding).BindFunc(a.Limit(LimitBinding))
	g.POST("/wechat/bindings/{id}/confirm", a.confirmBinding)
	g.DELETE("/wechat/binding", a.unbind)
	g.GET("/wechat/oauth", a.returnFromWeChat).BindFunc(discreet, a.LimitRefusals).Bind(apis.SkipSuccessActivityLog())
}

// WeChatWays gives the ways in which people can bind their WeChat account here.
func (a *API) WeChatWays(app core.App) []string {
	var ways []string
	if a.Demo || a.WeChat() == nil {
		return ways
	}
	if a.Config.WeChat.Token != "" { // a scan is told by an event
		ways = append(ways, collections.BindingQR)
	}
	if strings.HasPrefix(a.PublicURL(app), "http") {
		ways = append(ways, collections.BindingOAuth)
	}
	return ways
}

// bindingAnswer is what the routes tell of a binding.
type bindingAnswer struct {
	ID      string    `json:"id"`
	State   string    `json:"state"`           // waiting, scanned, bound or expired
	Expires time.Time `json:"expires"`         // UTC
	Image   string    `json:"image,omitempty"` // the code to scan, a data: URL of a PNG
	URL     string    `json:"url,omitempty"`   // to be opened inside WeChat, by the same browser that asked for it
	// Status says whether the bound account follows ours, without which no message reaches it.
	Status string `json:"wechat_status,omitempty"`
}

// beginBinding answers POST wechat/bindings {"way": "qr" or "oauth"}: a code to scan with WeChat, or a link to open inside
// WeChat. Whoever does so first is asked for confirmation here. 429 when the caller has five of them open.
func (a *API) beginBinding(e *core.RequestEvent) error {
	user, client, err := a.binder(e)
	if err != nil {
		return err
	}
	var body struct {
		Way string `json:"way"`
	}
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	if err := a.checkWay(e, body.Way); err != nil {
		return err
	}
	secret := newSecret(secretBytes)
	b, err := a.newBinding(e, user.Id, body.Way, secret)
	if err != nil {
		return err
	}
	answer := bindingAnswer{ID: b.Id, State: b.State(), Expires: b.Expires().UTC()}
	if body.Way == collections.BindingOAuth {
		e.SetCookie(a.bindingCookie(e, secret, int(bindingLife/time.Second)))
		answer.URL = client.OAuthURL(a.PublicURL(e.App)+oauthPath, secret)
		return e.JSON(http.StatusOK, answer)
	}
	if answer.Image, err = drawCode(e.Request.Context(), client, secret); err != nil {
		b.SetState(collections.BindingExpired)
		return errors.Join(a.unreachable(e, err), e.App.Save(b))
	}
	return e.JSON(http.StatusOK, answer)
}

// binder gives who binds and the account to bind to.
func (a *API) binder(e *core.RequestEvent) (*collections.User, *wechat.Client, error) {
	user, err := signedIn(e)
	if err != nil {
		return nil, nil, err
	}
	if user == nil {
		return nil, nil, e.ForbiddenError("A superuser is nobody who gets messages. Sign in as a user.", nil)
	}
	if a.Demo {
		return nil, nil, e.BadRequestError("In the demo WeChat is kept in the sandbox, so there is no account to bind to.", nil)
	}
	client := a.WeChat()
	if client == nil {
		return nil, nil, e.BadRequestError("WeChat is not configured. Ask an administrator to set it up.", nil)
	}
	return user, client, nil
}

func (a *API) checkWay(e *core.RequestEvent, way string) error {
	for _, possible := range a.WeChatWays(e.App) {
		if way == possible {
			return nil
		}
	}
	message := "Choose qr or oauth."
	if way == collections.BindingQR {
		message = "Scanning does not work here yet: the server has no WECHAT_TOKEN, so it does not hear of it. Ask an administrator."
	}
	return e.BadRequestError("This is no way to bind WeChat here.", validation.Errors{"way": validation.NewError("validation_way", message)})
}

func (a *API) newBinding(e *core.RequestEvent, user, way, secret string) (b *collections.WeChatBinding, err error) {
	now := a.Now()
	err = e.App.RunInTransaction(func(tx core.App) error {
		open, err := collections.CountOpenWeChatBindings(tx, user, now)
		if err != nil {
			return fmt.Errorf("count the open bindings: %w", err)
		}
		if open >= bindingsOpen {
			return e.TooManyRequestsError("Too many codes are open. Use one of them, or wait ten minutes.", nil)
		}
		if b, err = collections.NewWeChatBinding(tx, user, way, hashOf(secret), now.Add(bindingLife)); err != nil {
			return err
		}
		return tx.Save(b)
	})
	return b, err
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// drawCode gives the picture of a code that leads to the account.
func drawCode(ctx context.Context, client *wechat.Client, secret string) (string, error) {
	_, address, err := client.CreateQR(ctx, scenePrefix+secret, bindingLife)
	if err != nil {
		return "", err
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return "", fmt.Errorf("draw the code: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()), nil
}

// unreachable answers when WeChat did not do what it was asked. Its errors hold nothing that is secret or personal.
func (a *API) unreachable(e *core.RequestEvent, err error) error {
	e.App.Logger().Warn("ask WeChat", "error", err)
	reason := "WeChat does not answer."
	var refused *wechat.Error
	if errors.As(err, &refused) {
		reason = fmt.Sprintf("WeChat refused (errcode %d).", refused.Code)
	}
	return e.Error(http.StatusServiceUnavailable, reason+" Try again; if it stays so, ask an administrator to look at Channels.", nil)
}

// confirmBinding answers POST wechat/bindings/{id}/confirm: the caller, who began it, binds the account that scanned the
// code. 200 also when that was done before; 404 for another's; 400 before the scan, and after ten minutes.
func (a *API) confirmBinding(e *core.RequestEvent) error {
	user, client, err := a.binder(e)
	if err != nil {
		return err
	}
	b, err := collections.Find[collections.WeChatBinding](e.App, collections.WeChatBindings, e.Request.PathValue("id"))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err != nil || b.User() != user.Id {
		return e.NotFoundError("There is no such code.", nil)
	}
	status := collections.WeChatFollowing
	if b.Way() == collections.BindingOAuth && b.OpenID() != "" {
		// Who opens a link need not follow the account. If WeChat does not say, the first message will.
		if follows, err := client.UserSubscribed(e.Request.Context(), b.OpenID()); err == nil && !follows {
			status = collections.WeChatUnfollowed
		}
	}
	err = e.App.RunInTransaction(func(tx core.App) error {
		b, err = a.bind(e, tx, b.Id, status)
		return err
	})
	if err != nil {
		return err
	}
	if user, err = collections.Find[collections.User](e.App, collections.Users, user.Id); err != nil {
		return err
	}
	return e.JSON(http.StatusOK, bindingAnswer{ID: b.Id, State: b.State(), Expires: b.Expires().UTC(), Status: user.WeChatStatus()})
}

// bind binds the account that scanned a code to the user who asked for it.
func (a *API) bind(e *core.RequestEvent, tx core.App, id, status string) (*collections.WeChatBinding, error) {
	b, err := collections.Find[collections.WeChatBinding](tx, collections.WeChatBindings, id)
	switch {
	case err != nil:
		return nil, err
	case b.State() == collections.BindingBound:
		return b, nil
	case !b.Open(a.Now()):
		return nil, e.BadRequestError("This code has expired. Ask for a new one.", nil)
	case b.State() == collections.BindingWaiting:
		return nil, e.BadRequestError("Nobody has scanned this code yet. Scan it with WeChat first.", nil)
	}
	openid, scanned := b.OpenID(), b.ScannedAt()
	if err := a.freeAccount(e, tx, openid, b.User()); err != nil {
		return nil, err
	}
	user, err := collections.Find[collections.User](tx, collections.Users, b.User())
	if err != nil {
		return nil, err
	}
	user.IgnoreUnchangedFields(true)
	user.BindWeChat(openid, status, scanned)
	if err := tx.SaveNoValidate(user); err != nil {
		return nil, fmt.Errorf("bind the WeChat account: %w", err)
	}
	if status == collections.WeChatFollowing {
		if err := collections.ForgiveAddress(tx, notifiers.WeChat, openid); err != nil {
			return nil, err
		}
	}
	b.Bind()
	if err := tx.Save(b); err != nil {
		return nil, err
	}
	return b, collections.EndWeChatBindings(tx, user.Id, collections.BindingWaiting, collections.BindingScanned)
}

// freeAccount takes an account from somebody who left, and refuses one of somebody who did not.
func (a *API) freeAccount(e *core.RequestEvent, tx core.App, openid, user string) error {
	holders, err := collections.UsersByWeChat(tx, openid)
	if err != nil {
		return err
	}
	for _, other := range holders {
		switch {
		case other.Id == user:
		case other.Active():
			return e.BadRequestError("The WeChat account was not bound.", validation.Errors{"wechat": validation.NewError("validation_wechat_taken",
				"This WeChat account is bound to somebody else here. Unbind it in that profile first, or scan with another account.")})
		default:
			other.IgnoreUnchangedFields(true)
			other.BindWeChat("", "", time.Time{})
			if err := tx.SaveNoValidate(other); err != nil {
				return fmt.Errorf("take the WeChat account from who left: %w", err)
			}
		}
	}
	return nil
}

// unbind answers DELETE wechat/binding: the caller's WeChat account is no longer bound. 204, also if none was.
func (a *API) unbind(e *core.RequestEvent) error {
	user, err := signedIn(e)
	if err != nil {
		return err
	}
	if user == nil {
		return e.ForbiddenError("A superuser has no WeChat account here.", nil)
	}
	err = e.App.RunInTransaction(func(tx core.App) error {
		if user, err = collections.Find[collections.User](tx, collections.Users, user.Id); err != nil {
			return err
		}
		user.IgnoreUnchangedFields(true)
		user.BindWeChat("", "", time.Time{})
		if err := tx.SaveNoValidate(user); err != nil {
			return err
		}
		return collections.EndWeChatBindings(tx, user.Id, collections.BindingWaiting, collections.BindingScanned, collections.BindingBound)
	})
	if err != nil {
		return fmt.Errorf("unbind the WeChat account: %w", err)
	}
	return e.NoContent(http.StatusNoContent)
}
