package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"tminus/collections"
	"tminus/config"
)

const callbacksPath = "/api/tminus/callbacks/"

// How much a provider has to say at once.
const (
	aliyunBodyMax = 1 << 20
	twilioBodyMax = 64 << 10
	weChatBodyMax = 128 << 10 // wechat.Open has a limit of its own and a better answer
)

// bindCallbacks adds the routes that providers call. They sign their calls, or know a secret; nobody signs in.
func (a *API) bindCallbacks(g *router.RouterGroup[*core.RequestEvent]) {
	g.POST("/callbacks/aliyun/{secret}", a.aliyunCallback).BindFunc(discreet, a.LimitRefusals).Bind(apis.BodyLimit(aliyunBodyMax), apis.SkipSuccessActivityLog())
	g.POST("/callbacks/twilio/{delivery}", a.twilioCallback).BindFunc(discreet, a.LimitRefusals).Bind(apis.BodyLimit(twilioBodyMax), apis.SkipSuccessActivityLog())
	g.GET("/callbacks/wechat", a.weChatEcho).BindFunc(discreet, a.LimitRefusals).Bind(apis.SkipSuccessActivityLog())
	g.POST("/callbacks/wechat", a.weChatCallback).BindFunc(discreet, a.LimitRefusals).Bind(apis.BodyLimit(weChatBodyMax), apis.SkipSuccessActivityLog())
}

// discreet keeps what is secret or personal in an address (a secret, an openid, a code) out of PocketBase's log of
// requests, which is written when the answer is.
func discreet(e *core.RequestEvent) error {
	path := e.Request.URL.Path
	if strings.HasPrefix(path, callbacksPath+"aliyun/") {
		path = callbacksPath + "aliyun/-"
	}
	defer func() { e.Request.URL = &url.URL{Path: path} }()
	return e.Next()
}

// AliyunCallbackURL is where Aliyun is to leave its receipts, as its console wants it. Where neither the environment nor
// the database has a secret for it, one is made on demand; otherwise the address is "".
func (a *API) AliyunCallbackURL(app core.App, demand bool) (string, error) {
	if !a.isAliyun() {
		return "", nil
	}
	secret, err := a.callbackSecret(app)
	if err == nil && secret == "" && demand {
		secret, err = collections.KeepSMSCallbackSecret(app, newSecret(24))
	}
	if err != nil || secret == "" {
		return "", err
	}
	return a.PublicURL(app) + callbacksPath + "aliyun/" + secret, nil
}

// callbackSecret gives the secret in the address of Aliyun's receipts; "" where there is none.
func (a *API) callbackSecret(app core.App) (string, error) {
	if own := a.Config.SMS.CallbackSecret; own != "" {
		return own, nil
	}
	return collections.SMSCallbackSecret(app)
}

// WeChatCallbackURL is where WeChat is to post its events, as its console wants it; "" without a token, since nobody could
// tell them from forged ones.
func (a *API) WeChatCallbackURL(app core.App) string {
	if a.Config.WeChat.AppID == "" || a.Config.WeChat.Token == "" {
		return ""
	}
	return a.PublicURL(app) + callbacksPath + "wechat"
}

// TwilioCallbackURL is where Twilio reports on a delivery; "" where it could not. Twilio refuses a message whose callback
// is no public address, so that anything but https is left out, but for a Twilio on this machine.
func (a *API) TwilioCallbackURL(app core.App, delivery string) string {
	base := a.PublicURL(app)
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return ""
	}
	if u.Scheme != "https" && !(onThisMachine(u) && a.twilioIsLocal()) {
		return ""
	}
	return base + callbacksPath + "twilio/" + url.PathEscape(delivery)
}

func (a *API) twilioIsLocal() bool {
	u, err := url.Parse(a.Config.SMS.TwilioEndpoint)
	return err == nil && onThisMachine(u)
}

func onThisMachine(u *url.URL) bool {
	return strings.EqualFold(u.Hostname(), "localhost") || net.ParseIP(u.Hostname()).IsLoopback()
}

// newSecret gives n random bytes in hexadecimal: letters and digits, as every provider takes them.
func newSecret(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails, see crypto/rand
	return hex.EncodeToString(raw)
}

// sameSecret compares without telling by its time how much of a guess was right.
func sameSecret(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return want != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// busy answers a provider that it is to call again.
func busy(e *core.RequestEvent, err error) error {
	e.App.Logger().Error("take in a provider's call", "error", err)
	return e.Error(http.StatusServiceUnavailable, "This cannot be taken in at the moment. Call again.", nil)
}

// isAliyun and isTwilio say who carries SMS.
func (a *API) isAliyun() bool { return a.Config.SMS.Provider == config.Aliyun && !a.Demo }
func (a *API) isTwilio() bool { return a.Config.SMS.Provider == config.Twilio && !a.Demo }
