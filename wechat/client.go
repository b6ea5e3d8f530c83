// Package wechat speaks with a WeChat official account (service account): template messages and subscription
// notifications, codes to be scanned, sign-in, the menu, and the events that the platform posts back.
//
// The requests are built and read by github.com/silenceper/wechat/v2; fence.go says what stands between it and the
// network. Nothing here logs, and no error holds a token, the account's secret, an openid or a message.
package wechat

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount"
)

// Platform is the vendor's own address, the default of Options.Endpoint.
const Platform = "https://api.weixin.qq.com"

// Options are an account's credentials as its console shows them (设置与开发 → 开发接口管理), and where it is reached.
type Options struct {
	AppID     string
	AppSecret string
	// Token and EncodingAESKey (43 characters) belong to the callback. Without the key messages come in plain.
	Token          string
	EncodingAESKey string

	Endpoint string           // a URL with its scheme; empty = Platform
	Timeout  time.Duration    // for each request, 5 s by default
	Now      func() time.Time // ages tokens and judges callbacks; sockets follow the system's clock
}

func (o Options) withDefaults() Options {
	if o.Endpoint == "" {
		o.Endpoint = Platform
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the wiring
	}
	return o
}

// Client is one account. Its methods may be called from several goroutines; each honours its context and gives back
// an *Error if the platform refused, a *LostError if no answer came that can be read.
type Client struct {
	options   Options
	base      *url.URL // nil if Options.Endpoint is no URL
	transport *http.Transport
	tokens    tokens

	templates     shared[templateList]
	subscriptions shared[templateList]
}

// NewClient makes a client; it opens no connection.
func NewClient(o Options) *Client {
	install()
	o = o.withDefaults()
	c := &Client{options: o, transport: http.DefaultTransport.(*http.Transport).Clone()}
	// Shorter than the platform keeps a silent connection: a request on one that it has closed is a request whose fate
	// nobody knows.
	c.transport.IdleConnTimeout = 30 * time.Second
	c.transport.MaxIdleConnsPerHost = 16
	if u, err := url.Parse(strings.TrimRight(o.Endpoint, "/")); err == nil && u.Scheme != "" && u.Host != "" {
		c.base = u
	}
	return c
}

// AppID gives the account's id.
func (c *Client) AppID() string { return c.options.AppID }

// CloseIdle closes the connections that are not in use. The client can be used afterwards.
func (c *Client) CloseIdle() { c.transport.CloseIdleConnections() }

// account is the library's side of one request.
type account = officialaccount.OfficialAccount
