package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

const (
	// forceEvery keeps us far from the platform's limits: 20 forced renewals a day, 30 s apart.
	forceEvery = time.Minute
	// tokenMargin is how long before its end a token is given up. The platform renews 5 minutes before the end and lets
	// both live on, so that a margin of 5 minutes would ask for each of those minutes' tokens again and again.
	tokenMargin = time.Minute
	minTokenAge = 10 * time.Second

	tokenAPI = "stable_token"
)

// tokens is the account's access token.
type tokens struct {
	current shared[string]

	mu     sync.Mutex
	bad    string    // the last token that the platform refused
	forced time.Time // when a renewal was last forced
}

// token gives an access token.
func (c *Client) token(ctx context.Context) (string, error) {
	token, err := c.tokens.current.get(ctx, c.options.Now, c.fetchToken)
	if err != nil && ctx.Err() != nil {
		return "", &LostError{API: tokenAPI, Kind: kindOf(ctx.Err())}
	}
	return token, err
}

// refused forgets a token that the platform refused.
func (c *Client) refused(token string) {
	c.tokens.mu.Lock()
	c.tokens.bad = token
	c.tokens.mu.Unlock()
	c.tokens.current.drop(func(current string) bool { return current == token })
}

// fetchToken asks for the token; if the platform gives one that it refuses elsewhere, it is made to renew it.
func (c *Client) fetchToken(ctx context.Context) (string, time.Duration, error) {
	token, life, err := c.stableToken(ctx, false)
	if err != nil || !c.mayForce(token) {
		return token, life, err
	}
	return c.stableToken(ctx, true)
}

func (c *Client) mayForce(token string) bool {
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	now := c.options.Now()
	if token != c.tokens.bad || !c.tokens.forced.IsZero() && now.Before(c.tokens.forced.Add(forceEvery)) {
		return false
	}
	c.tokens.forced = now
	return true
}

// stableToken asks for the token and how long to keep it.
//
// https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
func (c *Client) stableToken(ctx context.Context, force bool) (string, time.Duration, error) {
	body := new(bytes.Buffer)
	encoder := json.NewEncoder(body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(map[string]any{
		"grant_type": "client_credential", "appid": c.options.AppID, "secret": c.options.AppSecret, "force_refresh": force,
	})
	if err != nil {
		return "", 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, Platform+"/cgi-bin/stable_token", body)
	if err != nil {
		return "", 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	k := c.newCall(ctx, tokenAPI, c.options.AppSecret)
	resp, err := k.roundTrip(req)
	if err != nil {
		return "", 0, err
	}
	defer resp.Body.Close()
	var answer struct {
		Token     string `json:"access_token"`
		ExpiresIn int64  `json:"expires_in"`
	}
	if err := json.Unmarshal(k.answer, &answer); err != nil || answer.Token == "" {
		return "", 0, k.lost(Garbage, http.StatusOK)
	}
	return answer.Token, tokenLife(answer.ExpiresIn), nil
}

// tokenLife is how long a token is kept that is valid for so many seconds, by the platform 300 to 7200.
func tokenLife(seconds int64) time.Duration {
	d := time.Duration(min(max(seconds, 0), 7200)) * time.Second
	return max(d-min(tokenMargin, d/2), minTokenAge)
}

// withToken makes a call that needs a token, once more if the platform refuses the first one for being stale.
func (c *Client) withToken(ctx context.Context, api string, personal []string, use func(k *call, oa *account) error) error {
	for repeated := false; ; repeated = true {
		token, err := c.token(ctx)
		if err != nil {
			return err
		}
		k := c.newCall(ctx, api, token, personal...)
		err = k.through(func(oa *account) error { return use(k, oa) })
		if repeated || !stale(err) {
			return err
		}
		c.refused(token)
	}
}
