package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/util"
)

// The library sends everything by one http.Client of the whole process, without a context and without a timeout, writes
// the access token and the account's secret into URLs that its errors quote, and loses the platform's code. So it gets
// neither token nor secret, but a marker that names one call. The process-wide client has a transport of ours, which
// finds the call by the marker and makes the request itself: to that client's endpoint, with that caller's context, with
// the real token. It keeps the platform's answer too, so that no text of the library has to be read.

// maxAnswer is more than the platform's longest answer, that of 25 templates.
const maxAnswer = 1 << 20

// calls are the requests on their way: marker → *call.
var calls sync.Map

var lastCall atomic.Uint64

// install puts the fence around the library. Nothing else in this process uses its client.
var install = sync.OnceFunc(func() { util.DefaultHTTPClient = &http.Client{Transport: fence{}} })

// call is one request and what came of it.
type call struct {
	ctx     context.Context
	client  *Client
	api     string
	marker  string
	secret  string   // what stands for the marker in the URL: the access token, or the account's secret
	secrets []string // must not show in an error

	written atomic.Bool
	answer  []byte // the platform's JSON, if it holds no error
	failure error  // *Error or *LostError
}

func (c *Client) newCall(ctx context.Context, api, secret string, personal ...string) *call {
	return &call{
		ctx: ctx, client: c, api: api, secret: secret, marker: fmt.Sprintf("call-%d", lastCall.Add(1)),
		secrets: append([]string{secret, c.options.AppSecret}, personal...),
	}
}

// through makes the call by way of the library: use calls one of its methods, which builds the request and reads the
// answer.
func (k *call) through(use func(oa *account) error) error {
	calls.Store(k.marker, k)
	defer calls.Delete(k.marker)
	// One account object per call: it makes its parts when they are first asked for, unguarded.
	oa := officialaccount.NewOfficialAccount(&config.Config{
		AppID: url.QueryEscape(k.client.options.AppID), AppSecret: k.marker, Cache: noCache{},
	})
	oa.SetAccessTokenHandle(marker(k.marker))
	err := use(oa)
	var lost *LostError
	switch {
	case k.failure != nil:
		return k.failure
	case err == nil, errors.As(err, &lost), errors.Is(err, ErrSnapshotUser):
		return err
	}
	return k.lost(Garbage, 0) // well formed, and of another shape than the API's
}

func (k *call) lost(kind Kind, status int) error {
	return &LostError{API: k.api, Kind: kind, Written: k.written.Load(), Status: status}
}

// marker is the library's token source: it gives the marker.
type marker string

// GetAccessToken implements the library's credential.AccessTokenHandle.
func (m marker) GetAccessToken() (string, error) { return string(m), nil }

// noCache is the cache that the library demands, and does not use with a token source of ours.
type noCache struct{}

func (noCache) Get(string) any                       { return nil }
func (noCache) Set(string, any, time.Duration) error { return nil }
func (noCache) IsExist(string) bool                  { return false }
func (noCache) Delete(string) error                  { return nil }

// errStray is a request of the library that belongs to no call.
var errStray = errors.New("wechat: a request without a call")

// fence is the transport of the library's client.
type fence struct{}

// RoundTrip implements http.RoundTripper.
func (fence) RoundTrip(req *http.Request) (*http.Response, error) {
	query := req.URL.Query()
	k, ok := calls.Load(query.Get("access_token"))
	if !ok {
		k, ok = calls.Load(query.Get("secret"))
	}
	if !ok {
		closeBody(req)
		return nil, errStray
	}
	return k.(*call).roundTrip(req)
}

// roundTrip makes the request to the client's endpoint. It gives back only answers without an error code; the rest is
// in k.failure.
func (k *call) roundTrip(req *http.Request) (*http.Response, error) {
	defer closeBody(req)
	if k.client.base == nil {
		k.failure = k.lost(NoEndpoint, 0)
		return nil, k.failure
	}
	ctx, cancel := context.WithTimeout(k.ctx, k.client.options.Timeout)
	defer cancel()
	out, err := k.rewrite(ctx, req)
	if err == nil {
		err = k.exchange(out)
	}
	if err != nil {
		k.failure = err
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Request: req,
		Body: io.NopCloser(bytes.NewReader(k.answer)), ContentLength: int64(len(k.answer)),
	}, nil
}

// unused is what the library says of a mini program where there is none. In a string of JSON its quotes would be
// escaped, so it cannot be part of a message.
var unused = []byte(`,"miniprogram":{"appid":"","pagepath":""}`)

// rewrite gives the request as it leaves: with the token, to the endpoint.
func (k *call) rewrite(ctx context.Context, req *http.Request) (*http.Request, error) {
	target := *k.client.base
	target.Path += req.URL.Path
	target.RawQuery = strings.ReplaceAll(req.URL.RawQuery, k.marker, url.QueryEscape(k.secret))
	var body io.Reader
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, k.lost(Broken, 0)
		}
		body = bytes.NewReader(bytes.Replace(b, unused, nil, 1))
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { k.written.Store(true) }})
	out, err := http.NewRequestWithContext(ctx, req.Method, target.String(), body)
	if err != nil {
		return nil, k.lost(NoEndpoint, 0)
	}
	out.Header = req.Header.Clone()
	return out, nil
}

// exchange sends the request and keeps the answer.
func (k *call) exchange(req *http.Request) error {
	resp, err := k.client.transport.RoundTrip(req)
	if err != nil {
		return k.lost(kindOf(err), 0)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case resp.StatusCode != http.StatusOK:
		return k.lost(Garbage, resp.StatusCode)
	case err != nil:
		return k.lost(kindOf(err), 0)
	case len(body) > maxAnswer:
		return k.lost(Garbage, http.StatusOK)
	}
	return k.read(body)
}

// read tells an answer from a refusal. Both come with HTTP 200; a missing errcode is a success.
func (k *call) read(body []byte) error {
	var head struct {
		Code int    `json:"errcode"`
		Msg  string `json:"errmsg"`
	}
	object := bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{"))
	if err := json.Unmarshal(body, &head); err != nil || !object {
		return k.lost(Garbage, http.StatusOK)
	}
	if head.Code != 0 {
		return refusal(k.api, head.Code, head.Msg, k.secrets)
	}
	k.answer = body
	return nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
