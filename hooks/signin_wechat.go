package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"
	"github.com/pocketbase/pocketbase/tools/types"
	"golang.org/x/oauth2"

	"tminus/collections"
	"tminus/wechat"
)

// nameWeChat is the provider's name in the dashboard and in requests.
const nameWeChat = "wechat"

func init() {
	auth.Providers[nameWeChat] = newWeChatProvider
}

// weChatProvider signs in by the code that a website application of WeChat's open platform shows. Its requests have other
// names than OAuth2's, and whom it tells of has no email address.
//
// https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
type weChatProvider struct{ auth.BaseProvider }

var _ auth.Provider = (*weChatProvider)(nil)

func newWeChatProvider() auth.Provider {
	p := &weChatProvider{}
	p.SetContext(context.Background())
	p.SetDisplayName("WeChat")
	p.SetScopes([]string{"snsapi_login"})
	p.SetAuthURL("https://open.weixin.qq.com/connect/qrconnect")
	p.SetTokenURL("https://api.weixin.qq.com/sns/oauth2/access_token")
	return p
}

// Order places the provider among the others in the dashboard.
func (p *weChatProvider) Order() int { return 30 }

// Logo is two speech bubbles.
func (p *weChatProvider) Logo() string {
	return `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 24 24" fill="#07c160"><path d="M9 4C4.6 4 1 6.9 1 10.5c0 2 1.1 3.8 2.9 5L3.2 18l2.9-1.5C7 16.800 8 17 9 17h.5a5.6 5.6 0 0 1-.2-1.5c0-3.4 3.2-6.1 7.2-6.1h.4C16.3 6.3 13 4 9 4Zm14 11.5c0-2.9-2.9-5.2-6.5-5.2S10 12.6 10 15.5s2.9 5.2 6.5 5.2c.8 0 1.6-.1 2.3-.3l2.2 1.2-.6-1.9c1.6-1 2.6-2.5 2.6-4.2Z"/></svg>`
}

// BuildAuthURL gives the page with the code. PocketBase adds the address to come back to as the last parameter, which is
// why the fragment #wechat_redirect cannot stand at the end; the page asks for neither an order nor that fragment, as
// WeChat's own wxLogin.js shows, which opens it without them.
func (p *weChatProvider) BuildAuthURL(state string, _ ...oauth2.AuthCodeOption) string {
	return p.AuthURL() + "?appid=" + url.QueryEscape(p.ClientId()) + "&response_type=code&scope=" +
		url.QueryEscape(strings.Join(p.Scopes(), ",")) + "&state=" + url.QueryEscape(state)
}

// weChatSignInWithin bounds the one request.
const weChatSignInWithin = 10 * time.Second

// FetchToken learns whose the code is. No error holds the code or the secret, which stand in the address.
func (p *weChatProvider) FetchToken(code string, _ ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(p.Context(), weChatSignInWithin)
	defer cancel()
	query := "?appid=" + url.QueryEscape(p.ClientId()) + "&secret=" + url.QueryEscape(p.ClientSecret()) +
		"&code=" + url.QueryEscape(code) + "&grant_type=authorization_code"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.TokenURL()+query, nil)
	if err != nil {
		return nil, errors.New("the token URL of WeChat is none")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, errors.New("WeChat cannot be reached")
	}
	defer response.Body.Close()
	var answer struct {
		Code      int    `json:"errcode"`
		ExpiresIn int64  `json:"expires_in"`
		Token     string `json:"access_token"`
		OpenID    string `json:"openid"`
		UnionID   string `json:"unionid"`
		Snapshot  int    `json:"is_snapshotuser"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 64<<10)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("WeChat's answer cannot be read (HTTP %d)", response.StatusCode)
	}
	switch {
	case answer.Code != 0:
		return nil, &wechat.Error{API: "sns/oauth2/access_token", Code: answer.Code}
	case answer.Snapshot == 1:
		return nil, wechat.ErrSnapshotUser
	case !wechat.ValidOpenID(answer.OpenID):
		return nil, errors.New("WeChat does not say who it is")
	}
	token := &oauth2.Token{AccessToken: answer.Token, ExpiresIn: answer.ExpiresIn}
	return token.WithExtra(map[string]any{"openid": answer.OpenID, "unionid": answer.UnionID}), nil
}

// FetchRawUserInfo gives what the answer to the code said of the person: nothing else is asked for.
func (p *weChatProvider) FetchRawUserInfo(token *oauth2.Token) ([]byte, error) {
	return json.Marshal(map[string]any{"openid": token.Extra("openid"), "unionid": token.Extra("unionid")})
}

// FetchAuthUser gives the person by their openid, which stays what it is; a unionid comes when the account is tied to
// others. The tokens stay here: they serve nothing more.
func (p *weChatProvider) FetchAuthUser(token *oauth2.Token) (*auth.AuthUser, error) {
	openid, _ := token.Extra("openid").(string)
	if openid == "" {
		return nil, errors.New("WeChat does not say who it is")
	}
	unionid, _ := token.Extra("unionid").(string)
	return &auth.AuthUser{Id: openid, RawUser: map[string]any{"openid": openid, "unionid": unionid}, Expiry: types.DateTime{}}, nil
}

// knownByWeChat lets WeChat sign in whoever linked it before, or links it now while signed in, or has bound the same
// account in their profile. Openids of another application than the official account's are other people's.
func (s *System) knownByWeChat(e *core.RecordAuthWithOAuth2RequestEvent, linked bool) error {
	refusal := e.ForbiddenError("There is no active account with this WeChat. Choose another way to sign in and bind it in your profile, or ask an administrator to invite you.", nil)
	var holder *collections.User
	if id := e.ProviderClient.ClientId(); id != "" && id == s.Options.Config.WeChat.AppID {
		holders, err := collections.UsersByWeChat(e.App, e.OAuth2User.Id)
		if err != nil {
			return fmt.Errorf("look for whose WeChat account it is: %w", err)
		}
		if len(holders) > 0 && holders[0].Active() {
			holder = holders[0]
		}
	}
	if e.Record == nil && holder != nil {
		e.Record, e.IsNewRecord = holder.ProxyRecord(), false
	}
	if e.Record == nil || e.IsNewRecord || inactive(e.Record) {
		return refusal
	}
	ownSession := e.Auth != nil && e.Auth.Id == e.Record.Id
	if !linked && holder != nil && holder.Id != e.Record.Id {
		return e.ForbiddenError("This WeChat account is bound to somebody else here.", nil)
	}
	if !linked && !ownSession && holder == nil {
		return refusal
	}
	if !e.Record.Verified() {
		// PocketBase takes the password from who signs in so with an address that was never verified, lest somebody else
		// has made the account. Here an administrator made it, and WeChat was tied to it from within.
		e.Auth = e.Record
	}
	return e.Next()
}
