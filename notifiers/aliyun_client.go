package notifiers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/dysmsapi"
)

// The SDK composes, signs and decodes. What it leaves open is closed here: a client of it belongs to one goroutine at a
// time; it knows no context; it follows redirects, with the signed request; it takes HTTP_PROXY toward loopback and
// NO_PROXY as regular expressions; its errors hold the whole URL, and an error reply of an unforeseen shape makes it
// panic. So each client gets an http.RoundTripper of ours, which follows the call's context, reads the reply to its end
// and shows the SDK nothing but a 2xx.

const (
	aliyunRegion = "cn-hangzhou"
	// aliyunMaxReply bounds a reply; a page of 50 send details has some 50 KB.
	aliyunMaxReply = 1 << 20
	// aliyunMaxIdle is how many clients are kept for the next calls.
	aliyunMaxIdle = 16
)

// aliyunClients hands out SDK clients, each to one goroutine at a time. All share one connection pool.
type aliyunClients struct {
	options        AliyunOptions
	scheme, domain string
	transport      *http.Transport

	mu   sync.Mutex
	idle []*aliyunClient
}

type aliyunClient struct {
	sms  *dysmsapi.Client
	wire *aliyunWire
}

func newAliyunClients(o AliyunOptions, scheme, domain string) *aliyunClients {
	return &aliyunClients{
		options: o, scheme: scheme, domain: domain,
		transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment, // never for loopback
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: aliyunMaxIdle,
			// A connection that the other side closes just when it is used again leaves an attempt unknown: better a
			// new one than an old one.
			IdleConnTimeout:        5 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
}

func (p *aliyunClients) take() (*aliyunClient, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.make()
}

func (p *aliyunClients) put(c *aliyunClient) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) < aliyunMaxIdle {
		p.idle = append(p.idle, c)
	}
}

func (p *aliyunClients) close() { p.transport.CloseIdleConnections() }

func (p *aliyunClients) make() (*aliyunClient, error) {
	wire := &aliyunWire{transport: p.transport}
	config := sdk.NewConfig().WithScheme(p.scheme).WithAutoRetry(false).WithMaxRetryTime(0).WithTimeout(p.options.Timeout)
	config.Transport = wire
	// dysmsapi's own constructors fill a map of the package without a lock.
	sms := &dysmsapi.Client{}
	key := credentials.NewAccessKeyCredential(p.options.AccessKeyID, p.options.AccessKeySecret)
	if err := sms.InitWithOptions(aliyunRegion, config, key); err != nil {
		return nil, errors.New("making a client of the SDK failed") // its text may hold the key
	}
	sms.Domain = p.domain
	// Anything but the environment's: proxies are the transport's matter, and what the SDK cannot read there would fail
	// every call.
	sms.SetNoProxy("^$")
	sms.SetHttpProxy("http://127.0.0.1")
	sms.SetHttpsProxy("http://127.0.0.1")
	return &aliyunClient{sms: sms, wire: wire}, nil
}

// call makes one request by do, which must set up a fresh request object. It gives what came back; the SDK's own error is
// used only to learn that it could not read a 2xx.
func (p *aliyunClients) call(ctx context.Context, do func(*dysmsapi.Client) error) *aliyunReply {
	if err := ctx.Err(); err != nil {
		return &aliyunReply{lost: err, givenUp: true}
	}
	c, err := p.take()
	if err != nil {
		return &aliyunReply{lost: err}
	}
	inTime, cancel := context.WithTimeout(ctx, p.options.Timeout)
	defer cancel()
	reply := &aliyunReply{}
	c.wire.ctx, c.wire.reply = inTime, reply
	err = do(c.sms)
	c.wire.ctx, c.wire.reply = nil, nil
	p.put(c)
	reply.unreadable = reply.status/100 == 2 && err != nil
	reply.givenUp = errors.Is(ctx.Err(), context.Canceled)
	return reply
}

// aliyunReply is what came back of one call.
type aliyunReply struct {
	status     int  // HTTP; 0 = no answer
	connected  bool // there was a connection, so that the request may have been read
	unreadable bool // a 2xx that is no reply of this service
	givenUp    bool // the caller did not want to wait
	lost       error

	code      string // Aliyun's; "OK" = accepted
	message   string // its words, which may quote the request: never shown
	requestID string
}

// words are the reply's code and request id, which are safe to show.
func (r *aliyunReply) words() string {
	words := safeCode(r.code)
	if words == "" && r.status != 0 {
		words = fmt.Sprintf("HTTP %d", r.status)
	}
	if id := safeCode(r.requestID); id != "" {
		words += ", request " + id
	}
	return words
}

// aliyunWire carries the calls of one SDK client.
type aliyunWire struct {
	transport *http.Transport
	ctx       context.Context // of the call under way
	reply     *aliyunReply
}

var (
	errAliyunRefused  = errors.New("the provider refused the request")
	errAliyunTooLarge = errors.New("the answer is too large")
)

// RoundTrip follows the call's context instead of the SDK's time-out.
func (w *aliyunWire) RoundTrip(request *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(w.ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	response, err := w.transport.RoundTrip(request.WithContext(ctx))
	w.reply.connected = connected.Load()
	if err != nil {
		w.reply.lost = err
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, aliyunMaxReply+1))
	if err == nil && len(body) > aliyunMaxReply {
		err = errAliyunTooLarge
	}
	if err != nil && response.StatusCode/100 == 2 {
		w.reply.lost = err
		return nil, err
	}
	w.reply.status = response.StatusCode
	if response.StatusCode/100 != 2 {
		w.reply.readRefusal(body)
		return nil, errAliyunRefused
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
