package wechat

import (
	"bytes"
	"crypto/sha1" // what the platform signs with
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The platform posts events to the account's callback (设置与开发 → 开发接口管理 → 服务器配置). Anybody can reach that
// address, so nothing is believed before its signature is.
//
// https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html

const (
	maxBody   = 64 << 10        // the longest event has a few KiB
	freshness = 5 * time.Minute // how far a callback's timestamp may lie from our clock
)

// What can be wrong with a callback. None of them says what the callback held.
var (
	ErrSignature = errors.New("wechat: the callback's signature is wrong")
	ErrStale     = errors.New("wechat: the callback's timestamp is too far from now")
	ErrTooLarge  = errors.New("wechat: the callback is too large")
	ErrMalformed = errors.New("wechat: the callback cannot be read")
	ErrAppID     = errors.New("wechat: the callback is for another account")
	ErrMode      = errors.New("wechat: the callback's encryption is not that of the configuration: " +
		"choose 安全模式 in the console and set WECHAT_ENCODING_AES_KEY, or 明文模式 and set none")
	ErrKey = errors.New("wechat: WECHAT_ENCODING_AES_KEY is not a key of 43 letters and digits")
)

// Signature signs as the platform does: the hexadecimal SHA-1 of the parts, sorted.
func Signature(parts ...string) string {
	sorted := slices.Sorted(slices.Values(parts))
	sum := sha1.Sum([]byte(strings.Join(sorted, ""))) // what the platform signs with
	return hex.EncodeToString(sum[:])
}

// VerifyURL answers the platform's check of the callback's address, which it makes when the address is saved in the
// console: it gives echostr, to be sent back as plain text, if the signature was made with token. Open's freshness is
// not asked for, since the answer tells and changes nothing.
func VerifyURL(token, timestamp, nonce, echostr, signature string) (string, error) {
	if !signed(signature, token, timestamp, nonce) {
		return "", ErrSignature
	}
	return echostr, nil
}

// signed compares in constant time. Without a token nothing is signed.
func signed(signature, token string, parts ...string) bool {
	want := Signature(append(parts, token)...)
	return token != "" && subtle.ConstantTimeCompare([]byte(want), []byte(signature)) == 1
}

// Open gives the XML of a callback, from the request's query and body, in plain or in safe mode, checked: signature,
// age, size, account. With an EncodingAESKey only encrypted messages are taken: the signature of a plain one does not
// cover its body.
func (c *Client) Open(query url.Values, body io.Reader) ([]byte, error) {
	timestamp, nonce := query.Get("timestamp"), query.Get("nonce")
	encrypted := query.Get("encrypt_type") == "aes"
	// What is not signed is not even read.
	if !encrypted && !signed(query.Get("signature"), c.options.Token, timestamp, nonce) {
		return nil, ErrSignature
	}
	if !c.fresh(timestamp) {
		return nil, ErrStale
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	switch {
	case err != nil:
		return nil, ErrMalformed
	case len(raw) > maxBody:
		return nil, ErrTooLarge
	case !encrypted && c.options.EncodingAESKey != "":
		return nil, ErrMode
	case !encrypted:
		return raw, nil
	}
	sealed, err := sealedText(raw)
	if err != nil {
		return nil, err
	}
	if !signed(query.Get("msg_signature"), c.options.Token, timestamp, nonce, sealed) {
		return nil, ErrSignature
	}
	if c.options.EncodingAESKey == "" {
		return nil, ErrMode
	}
	return c.unseal(sealed)
}

func (c *Client) fresh(timestamp string) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return false
	}
	return c.options.Now().Sub(time.Unix(seconds, 0)).Abs() <= freshness
}

func (c *Client) unseal(sealed string) ([]byte, error) {
	key, err := aesKey(c.options.EncodingAESKey)
	if err != nil {
		return nil, err
	}
	text, appID, err := decrypt(key, sealed)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(appID, []byte(c.options.AppID)) {
		return nil, ErrAppID
	}
	return text, nil
}
