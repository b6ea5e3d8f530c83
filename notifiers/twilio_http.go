package notifiers

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"
)

// twilioAPI calls Twilio's REST API with one account.
type twilioAPI struct {
	client  *resty.Client
	account string // the path under which everything of the account is, without a slash at its end
}

// newTwilioAPI keeps resty from what would send twice or tell too much: it must not repeat (it would, on time-outs), nor
// log (the path holds the account, a query the number), nor keep cookies, nor follow a redirect with the message to
// somewhere else.
func newTwilioAPI(o TwilioOptions) *twilioAPI {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	// Shorter than what servers and their load balancers keep: a request that meets the end of its connection is one
	// more whose fate must be asked for.
	transport.IdleConnTimeout = 30 * time.Second
	client := resty.NewWithClient(&http.Client{
		Transport:     transport,
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	client.SetBaseURL(strings.TrimRight(o.Endpoint, "/")).SetBasicAuth(o.AccountSID, o.AuthToken).
		SetLogger(silence{}).SetRetryCount(0).SetResponseBodyLimit(16<<20).SetHeader("Accept", "application/json")
	if u, err := url.Parse(o.Endpoint); err == nil {
		client.SetDisableWarn(plainLoopback(u))
	}
	return &twilioAPI{client: client, account: "/2010-04-01/Accounts/" + url.PathEscape(o.AccountSID)}
}

func (t *twilioAPI) close() { t.client.GetClient().CloseIdleConnections() }

// plainLoopback says whether u speaks plain HTTP to this very machine, where nobody listens in.
func plainLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// silence is a logger that says nothing: every failure is the caller's to tell, without the URL.
type silence struct{}

func (silence) Errorf(string, ...any) {}
func (silence) Warnf(string, ...any)  {}
func (silence) Debugf(string, ...any) {}

// answer is what came of a call.
type answer struct {
	status    int
	header    http.Header
	body      []byte
	err       error // there is no whole answer
	connected bool  // there was a connection, so that Twilio may have got the request
}

// post sends a form to a path of the account.
func (t *twilioAPI) post(ctx context.Context, path string, form url.Values) answer {
	return t.call(ctx, func(r *resty.Request) (*resty.Response, error) {
		return r.SetFormDataFromValues(form).Post(t.account + path)
	})
}

// get asks for a path from the root on, with its query.
func (t *twilioAPI) get(ctx context.Context, path string) answer {
	return t.call(ctx, func(r *resty.Request) (*resty.Response, error) { return r.Get(path) })
}

func (t *twilioAPI) call(ctx context.Context, do func(*resty.Request) (*resty.Response, error)) answer {
	var connected atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	response, err := do(t.client.R().SetContext(traced))
	a := answer{err: err, connected: connected.Load()}
	if response != nil && response.RawResponse != nil {
		a.status, a.header, a.body = response.StatusCode(), response.Header(), response.Body()
	}
	return a
}

// decode reads the body as JSON, whatever its Content-Type says.
func (a answer) decode(into any) bool { return json.Unmarshal(a.body, into) == nil }
