package wechat

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"tminus/apptest/wechatserver"
)

// The vectors were made with the library and checked with Python and openssl.
const (
	vectorToken     = "tok"
	vectorTimestamp = "1409735669"
	vectorNonce     = "xxxxxx"
	vectorSignature = "32164d5ef620aee26accb2a41277f2e1ca841175"
	vectorKey       = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	vectorAppID     = "wxappid"
	vectorXML       = "<xml><A>你好</A></xml>"
	vectorEncrypt   = "jn1L23DB+6ELqJ+6bruv24693cvf23TfQQkJZFQ0lLKjIOCbXM+wQ6c419WM+ooHjQygCpwUVGJ7gKGJReYOJA=="
	vectorSealed    = "66bfdb266a48ccc012d65486b7a657154aa29129"
)

var vectorTime = time.Unix(1409735669, 0)

func vectorOptions() Options {
	return Options{AppID: vectorAppID, Token: vectorToken, EncodingAESKey: vectorKey, Now: func() time.Time { return vectorTime }}
}

func vectorQuery() url.Values {
	return url.Values{
		"signature": {vectorSignature}, "timestamp": {vectorTimestamp}, "nonce": {vectorNonce},
		"encrypt_type": {"aes"}, "msg_signature": {vectorSealed},
	}
}

func vectorBody() string {
	return "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[" + vectorEncrypt + "]]></Encrypt></xml>"
}

func TestVerifyURL_Vector(t *testing.T) {
	t.Parallel()
	if echo, err := VerifyURL(vectorToken, vectorTimestamp, vectorNonce, "5927782489442352469", vectorSignature); err != nil || echo != "5927782489442352469" {
		t.Errorf("got %q, %v", echo, err)
	}
	for name, args := range map[string][5]string{
		"another signature": {vectorToken, vectorTimestamp, vectorNonce, "e", strings.Repeat("0", 40)},
		"no signature":      {vectorToken, vectorTimestamp, vectorNonce, "e", ""},
		"another token":     {"tokk", vectorTimestamp, vectorNonce, "e", vectorSignature},
		"another time":      {vectorToken, "1409735670", vectorNonce, "e", vectorSignature},
		"another nonce":     {vectorToken, vectorTimestamp, "xxxxxy", "e", vectorSignature},
		"upper case":        {vectorToken, vectorTimestamp, vectorNonce, "e", strings.ToUpper(vectorSignature)},
		"no token at all":   {"", vectorTimestamp, vectorNonce, "e", Signature("", vectorTimestamp, vectorNonce)},
	} {
		if echo, err := VerifyURL(args[0], args[1], args[2], args[3], args[4]); !errors.Is(err, ErrSignature) || echo != "" {
			t.Errorf("%s: got %q, %v", name, echo, err)
		}
	}
}

func TestOpen_Vector(t *testing.T) {
	t.Parallel()
	got, err := NewClient(vectorOptions()).Open(vectorQuery(), strings.NewReader(vectorBody()))
	if err != nil || string(got) != vectorXML {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOpen_Refuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(o *Options, q url.Values, body *string)
		want   error
	}{
		"another signature":   {func(_ *Options, q url.Values, _ *string) { q.Set("msg_signature", strings.Repeat("0", 40)) }, ErrSignature},
		"no signature":        {func(_ *Options, q url.Values, _ *string) { q.Del("msg_signature") }, ErrSignature},
		"the plain signature": {func(_ *Options, q url.Values, _ *string) { q.Set("msg_signature", vectorSignature) }, ErrSignature},
		"no token":            {func(o *Options, _ url.Values, _ *string) { o.Token = "" }, ErrSignature},
		"another body":        {func(_ *Options, _ url.Values, b *string) { *b = strings.Replace(*b, "jn1L", "jn1M", 1) }, ErrSignature},
		"six minutes old": {func(o *Options, _ url.Values, _ *string) {
			o.Now = func() time.Time { return vectorTime.Add(6 * time.Minute) }
		}, ErrStale},
		"six minutes ahead": {func(o *Options, _ url.Values, _ *string) {
			o.Now = func() time.Time { return vectorTime.Add(-6 * time.Minute) }
		}, ErrStale},
		"no time":          {func(_ *Options, q url.Values, _ *string) { q.Del("timestamp") }, ErrStale},
		"a huge time":      {func(_ *Options, q url.Values, _ *string) { q.Set("timestamp", "9223372036854775807") }, ErrStale},
		"another account":  {func(o *Options, _ url.Values, _ *string) { o.AppID = "wxother" }, ErrAppID},
		"another key":      {func(o *Options, _ url.Values, _ *string) { o.EncodingAESKey = strings.Repeat("x", 43) }, ErrMalformed},
		"a broken key":     {func(o *Options, _ url.Values, _ *string) { o.EncodingAESKey = "short" }, ErrKey},
		"no key":           {func(o *Options, _ url.Values, _ *string) { o.EncodingAESKey = "" }, ErrMode},
		"plain with a key": {func(_ *Options, q url.Values, _ *string) { q.Del("encrypt_type") }, ErrMode},
		"no XML":           {func(_ *Options, _ url.Values, b *string) { *b = `{"Encrypt":"x"}` }, ErrMalformed},
		"nothing":          {func(_ *Options, _ url.Values, b *string) { *b = "" }, ErrMalformed},
		"nothing sealed":   {func(_ *Options, _ url.Values, b *string) { *b = "<xml><Encrypt></Encrypt></xml>" }, ErrMalformed},
		"entities":         {func(_ *Options, _ url.Values, b *string) { *b = `<!DOCTYPE x [<!ENTITY a "b">]>` + *b }, ErrMalformed},
		"64 KiB and one": {func(_ *Options, _ url.Values, b *string) {
			*b += strings.Repeat(" ", maxBody+1-len(*b))
		}, ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, q, body := vectorOptions(), vectorQuery(), vectorBody()
			tc.change(&o, q, &body)
			got, err := NewClient(o).Open(q, strings.NewReader(body))
			if !errors.Is(err, tc.want) || got != nil {
				t.Errorf("got %q, %v; want %v", got, err, tc.want)
			}
		})
	}
}

func TestOpen_PlainMode(t *testing.T) {
	t.Parallel()
	o := vectorOptions()
	o.EncodingAESKey = ""
	c := NewClient(o)
	q := url.Values{"signature": {vectorSignature}, "timestamp": {vectorTimestamp}, "nonce": {vectorNonce}}
	if got, err := c.Open(q, strings.NewReader(vectorXML)); err != nil || string(got) != vectorXML {
		t.Errorf("got %q, %v", got, err)
	}
	full := strings.Repeat("x", maxBody)
	if got, err := c.Open(q, strings.NewReader(full)); err != nil || len(got) != maxBody {
		t.Errorf("64 KiB: %d bytes, %v", len(got), err)
	}
	q.Set("signature", strings.Repeat("0", 40))
	if got, err := c.Open(q, failingReader{t}); !errors.Is(err, ErrSignature) || got != nil {
		t.Errorf("forged: got %q, %v", got, err)
	}
}

// failingReader is a body that must not be read.
type failingReader struct{ t *testing.T }

func (f failingReader) Read([]byte) (int, error) {
	f.t.Error("the body of a forged callback was read")
	return 0, errors.New("read")
}

// seal is the platform's sealing, bent: what a holder of the key could send.
func seal(t *testing.T, plaintext []byte) string {
	t.Helper()
	key, err := aesKey(vectorKey)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.Clone(plaintext)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(out, out)
	return base64.StdEncoding.EncodeToString(out)
}

func TestDecrypt_TakesNoBrokenPadding(t *testing.T) {
	t.Parallel()
	key, _ := aesKey(vectorKey)
	body := func(length byte, pad ...byte) []byte {
		b := append(bytes.Repeat([]byte("r"), 16), 0, 0, 0, length)
		b = append(b, bytes.Repeat([]byte("x"), 64-20-len(pad))...)
		return append(b, pad...)
	}
	repeated := func(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }
	for name, tc := range map[string]struct {
		plaintext []byte
		good      bool
	}{
		"one":                   {body(40, repeated(1, 1)...), true},
		"a whole block":         {body(4, repeated(32, 32)...), true},
		"nought":                {body(4, repeated(0, 4)...), false},
		"33":                    {body(4, repeated(33, 33)...), false},
		"255":                   {body(4, repeated(255, 4)...), false},
		"one byte differs":      {body(4, 3, 4, 4, 4), false},
		"text longer than all":  {body(200, repeated(4, 4)...), false},
		"nothing but padding":   {repeated(32, 32), false},
		"shorter than a header": {append(repeated(1, 32-20), repeated(20, 20)...), false},
	} {
		text, _, err := decrypt(key, seal(t, tc.plaintext))
		if (err == nil) != tc.good || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	for name, sealed := range map[string]string{
		"empty": "", "no base64": "###", "half a block": base64.StdEncoding.EncodeToString(make([]byte, 16)),
		"odd": base64.StdEncoding.EncodeToString(make([]byte, 33)),
	} {
		if _, _, err := decrypt(key, sealed); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDecrypt looks for a panic: lengths and padding are what whoever holds the key writes there.
func FuzzDecrypt(f *testing.F) {
	key, _ := aesKey(vectorKey)
	f.Add(vectorEncrypt)
	f.Add("")
	f.Fuzz(func(t *testing.T, sealed string) {
		if text, _, err := decrypt(key, sealed); err != nil && text != nil {
			t.Errorf("%q with %v", text, err)
		}
	})
}

// What the platform's own crypto seals, in both modes, is opened.
func TestOpen_WhatTheServerSeals(t *testing.T) {
	t.Parallel()
	for _, mode := range []wechatserver.Option{wechatserver.WithPlainCallbacks(), wechatserver.WithCallback("", "t0ken", vectorKey)} {
		srv := wechatserver.Start(t, mode, wechatserver.WithClock(func() time.Time { return start }))
		c := NewClient(optionsOf(srv))
		for _, n := range []int{0, 1, 11, 12, 13, 31, 32, 33, 5000} {
			text := fmt.Sprintf("<xml><A>%s</A></xml>", strings.Repeat("好", n))
			q, body, err := srv.Sharing().Seal(text, start)
			if err != nil {
				t.Fatal(err)
			}
			if q.Get("timestamp") != strconv.FormatInt(start.Unix(), 10) {
				t.Errorf("timestamp %s", q.Get("timestamp"))
			}
			if got, err := c.Open(q, bytes.NewReader(body)); err != nil || string(got) != text {
				t.Errorf("%d: got %d bytes, %v", n, len(got), err)
			}
		}
	}
}
