package wechat

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/silenceper/wechat/v2/officialaccount/menu"
)

// Check says whether the account's credentials work from this machine: it gets a token and has an API accept it that
// every account may call.
//
// https://developers.weixin.qq.com/doc/service/api/base/api_getcallbackip.html
func (c *Client) Check(ctx context.Context) error {
	return c.withToken(ctx, "getcallbackip", nil, func(_ *call, oa *account) error {
		_, err := oa.GetBasic().GetCallbackIP()
		return err
	})
}

// maxQR is the longest life of a temporary code.
const maxQR = 30 * 24 * time.Hour

// CreateQR makes a code that leads to the account. Who scans it, causes an Event with the scene (1 to 64 characters).
// url is what the code says, to be drawn; the platform draws it too, at
// https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=… with the ticket escaped.
//
// https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode.html
func (c *Client) CreateQR(ctx context.Context, scene string, ttl time.Duration) (ticket, url string, err error) {
	if len(scene) < 1 || len(scene) > 64 || ttl < time.Second || ttl > maxQR {
		return "", "", errors.New("wechat: a scene has 1 to 64 characters and lives for 1 second to 30 days")
	}
	err = c.withToken(ctx, "qrcode/create", []string{scene}, func(k *call, oa *account) error {
		t, err := oa.GetBasic().GetQRTicket(basic.NewTmpQrRequest(ttl, scene))
		if err != nil {
			return err
		}
		if t.Ticket == "" || t.URL == "" {
			return k.lost(Garbage, 0)
		}
		ticket, url = t.Ticket, t.URL
		return nil
	})
	return ticket, url, err
}

// UserSubscribed says whether somebody follows the account. An openid of another account is an *Error, CodeBadOpenID.
//
// https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo.html
func (c *Client) UserSubscribed(ctx context.Context, openID string) (bool, error) {
	const api = "user/info"
	if !ValidOpenID(openID) { // the library does not escape it
		return false, &Error{API: api, Code: CodeBadOpenID, Msg: "invalid openid"}
	}
	var subscribed bool
	err := c.withToken(ctx, api, []string{openID}, func(_ *call, oa *account) error {
		info, err := oa.GetUser().GetUserInfo(openID)
		if err == nil {
			subscribed = info.Subscribe == 1
		}
		return err
	})
	return subscribed, err
}

// Button is one entry of the account's menu: it opens URL, or causes an Event with Key, or opens Sub. There are at most
// 3, and at most 5 below each.
type Button struct {
	Name string
	URL  string
	Key  string
	Sub  []Button
}

func (b Button) forLibrary() *menu.Button {
	switch {
	case len(b.Sub) > 0:
		return menu.NewSubButton(b.Name, forLibrary(b.Sub))
	case b.URL != "":
		return menu.NewViewButton(b.Name, b.URL)
	}
	return menu.NewClickButton(b.Name, b.Key)
}

func forLibrary(buttons []Button) []*menu.Button {
	all := make([]*menu.Button, len(buttons))
	for i, b := range buttons {
		all[i] = b.forLibrary()
	}
	return all
}

// SetMenu replaces the account's menu. People who have the account open see it late, some after a day.
//
// https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu.html
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	return c.withToken(ctx, "menu/create", nil, func(k *call, oa *account) error {
		return k.demandCode(oa.GetMenu().SetMenu(forLibrary(buttons)))
	})
}

// OAuthURL is where a browser inside WeChat is sent to be told apart: it comes back to redirect with code and state in
// the query, without a question. The redirect's domain must be registered with the account; state has letters and
// digits, at most 128.
//
// https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
func (c *Client) OAuthURL(redirect, state string) string {
	return "https://open.weixin.qq.com/connect/oauth2/authorize?appid=" + url.QueryEscape(c.options.AppID) +
		"&redirect_uri=" + url.QueryEscape(redirect) + "&response_type=code&scope=snsapi_base&state=" + url.QueryEscape(state) +
		"#wechat_redirect"
}

// ErrSnapshotUser is the error of a visitor whose page WeChat shows as a snapshot, with an openid that is nobody's.
var ErrSnapshotUser = errors.New("wechat: a virtual account of WeChat's page snapshots")

var codePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,512}$`) })

// OAuthOpenID gives whose the code is that a browser brought back from OAuthURL. A code serves once, for 5 minutes: an
// *Error with CodeBadCode or CodeUsedCode otherwise.
//
// https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken.html
func (c *Client) OAuthOpenID(ctx context.Context, code string) (string, error) {
	const api = "sns/oauth2/access_token"
	if !codePattern().MatchString(code) { // the library does not escape it
		return "", &Error{API: api, Code: CodeBadCode, Msg: "invalid code"}
	}
	var openID string
	k := c.newCall(ctx, api, c.options.AppSecret, code)
	err := k.through(func(oa *account) error {
		answer, err := oa.GetOauth().GetUserAccessTokenContext(ctx, code)
		switch {
		case err != nil:
			return err
		case answer.IsSnapShotUser == 1:
			return ErrSnapshotUser
		case !ValidOpenID(answer.OpenID):
			return k.lost(Garbage, 0)
		}
		openID = answer.OpenID
		return nil
	})
	return openID, err
}
