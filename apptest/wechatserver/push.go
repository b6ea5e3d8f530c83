package wechatserver

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// Pushed is what the callback said to one event.
type Pushed struct {
	Tries  int // the platform gives up after 3
	Status int // of the last try; 0 = no answer
	Body   string
}

// Taken says whether the platform is content: an answer of 200 that says "success" or nothing.
func (p Pushed) Taken() bool {
	return p.Status == http.StatusOK && (p.Body == "" || p.Body == "success")
}

// Callback is the secret that both sides share, to sign and seal with. Forgers have another.
type Callback struct {
	AppID          string
	Token          string
	EncodingAESKey string // empty: plain mode
}

// Sharing is what this account shares with its callback.
func (s *Server) Sharing() Callback {
	return Callback{AppID: s.options.appID, Token: s.options.token, EncodingAESKey: s.options.aesKey}
}

// Seal signs and, with a key, seals an event: the query and the body of the platform's POST. The crypto is the library's,
// so that it checks ours.
func (c Callback) Seal(text string, at time.Time) (url.Values, []byte, error) {
	timestamp, nonce := strconv.FormatInt(at.Unix(), 10), strings.ToLower(rand.Text()[:10])
	q := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "signature": {util.Signature(c.Token, timestamp, nonce)}}
	if c.EncodingAESKey == "" {
		return q, []byte(text), nil
	}
	sealed, err := util.EncryptMsg([]byte(rand.Text()[:16]), []byte(text), c.AppID, c.EncodingAESKey)
	if err != nil {
		return nil, nil, fmt.Errorf("sealing an event: %w", err)
	}
	q.Set("encrypt_type", "aes")
	q.Set("msg_signature", util.Signature(c.Token, timestamp, nonce, string(sealed)))
	return q, fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", account, sealed), nil
}

// SetCallback sets where events are posted to.
func (s *Server) SetCallback(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callback = url
}

func (s *Server) target() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callback
}

// CheckCallback asks the callback as the console does when its address is saved.
func (s *Server) CheckCallback(ctx context.Context) error {
	timestamp, nonce, echo := strconv.FormatInt(s.options.now().Unix(), 10), rand.Text()[:10], rand.Text()
	q := url.Values{
		"timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo},
		"signature": {util.Signature(s.options.token, timestamp, nonce)},
	}
	status, body, err := exchange(ctx, http.MethodGet, s.target()+"?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	if status != http.StatusOK || body != echo {
		return fmt.Errorf("the callback answered %d %q instead of the echostr", status, body)
	}
	return nil
}

// Push posts an event, up to three times until it is taken, and gives what came of it.
func (s *Server) Push(ctx context.Context, text string) (Pushed, error) {
	return s.PushAs(ctx, s.Sharing(), text)
}

// PushAs posts an event signed and sealed by another's secrets, as a forger would.
func (s *Server) PushAs(ctx context.Context, c Callback, text string) (Pushed, error) {
	q, body, err := c.Seal(text, s.options.now())
	if err != nil {
		return Pushed{}, err
	}
	return s.Post(ctx, q, body)
}

// Post posts what Seal made: for a repetition of the very same request, or one that was changed on its way.
func (s *Server) Post(ctx context.Context, q url.Values, body []byte) (Pushed, error) {
	var p Pushed
	var failure error
	for p.Tries < 3 && !p.Taken() {
		p.Tries++
		p.Status, p.Body, failure = exchange(ctx, http.MethodPost, s.target()+"?"+q.Encode(), body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushed = append(s.pushed, p)
	s.note()
	return p, failure
}

// answerWithin is how long the platform waits for an answer.
const answerWithin = 5 * time.Second

func exchange(ctx context.Context, method, target string, body []byte) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, string(answer), err
}

// Pushes is what the callback said to every event so far, in that order.
func (s *Server) Pushes() []Pushed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pushed)
}

// WaitForPushes waits until at least n events were posted, and says whether they were within timeout.
func (s *Server) WaitForPushes(n int, timeout time.Duration) bool {
	return s.waitFor(func() bool { return len(s.pushed) >= n }, timeout)
}
