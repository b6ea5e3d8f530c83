package wechat

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// Nothing is opened that the platform did not sign at about this time; what is opened is within its size.
func FuzzOpen(f *testing.F) {
	key, _ := aesKey(vectorKey)
	f.Add("1409304348", "nonce", "aes", "<xml><Encrypt><![CDATA["+vectorEncrypt+"]]></Encrypt></xml>", true)
	f.Add("1409304348", "n", "", "<xml><MsgType>event</MsgType></xml>", true)
	f.Add("-1", "", "aes", "<!DOCTYPE x [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>", true)
	f.Add("99999999999999999999", "\x00", "AES", "<xml>", false)
	plainly := NewClient(Options{AppID: vectorAppID, Token: vectorToken, Now: func() time.Time { return vectorTime }})
	sealed := NewClient(Options{AppID: vectorAppID, Token: vectorToken, EncodingAESKey: vectorKey, Now: func() time.Time { return vectorTime }})
	f.Fuzz(func(t *testing.T, timestamp, nonce, kind, body string, sign bool) {
		q := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "encrypt_type": {kind}}
		if sign {
			q.Set("signature", Signature(timestamp, nonce, vectorToken))
			if inner, err := sealedText([]byte(body)); err == nil {
				q.Set("msg_signature", Signature(timestamp, nonce, inner, vectorToken))
			}
		}
		for _, c := range []*Client{plainly, sealed} {
			text, err := c.Open(q, strings.NewReader(body))
			if err != nil {
				if text != nil {
					t.Errorf("%q with %v", text, err)
				}
				continue
			}
			if !sign || !c.fresh(timestamp) || len(text) > maxBody {
				t.Errorf("%q was opened", body)
			}
			if c == sealed {
				inner, _ := sealedText([]byte(body))
				if want, app, err := decrypt(key, inner); err != nil || !bytes.Equal(want, text) || string(app) != vectorAppID {
					t.Errorf("opened to %q", text)
				}
			}
		}
		forged := url.Values{"timestamp": {timestamp}, "nonce": {nonce + "x"}, "encrypt_type": {kind},
			"signature": q["signature"], "msg_signature": q["msg_signature"]}
		if _, err := plainly.Open(forged, strings.NewReader(body)); err == nil {
			t.Errorf("another's signature opens %q", body)
		}
	})
}

// What is read as an event has a sender, and the same key each time.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		"<xml><MsgType>event</MsgType><FromUserName>o</FromUserName><Event>SCAN</Event><EventKey>s</EventKey><CreateTime>9223372036854775807</CreateTime></xml>",
		"<xml><MsgType>text</MsgType><FromUserName>o</FromUserName><MsgId>7</MsgId></xml>",
		"<xml><MsgType>event</MsgType><FromUserName>o</FromUserName><SubscribeMsgSentEvent><List><ErrorCode>1</ErrorCode></List></SubscribeMsgSentEvent></xml>",
		"<!DOCTYPE a><xml/>", strings.Repeat("<a>", 500), "<xml>\x00</xml>", "<?xml version=\"1.0\" encoding=\"utf-16\"?><xml/>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse([]byte(text))
		if err != nil {
			if !errors.Is(err, ErrMalformed) || e.MsgType != "" {
				t.Errorf("%q: %v with %+v", text, err, e)
			}
			return
		}
		again, _ := Parse([]byte(text))
		if e.MsgType == "" || e.FromUser == "" || e.Key() != again.Key() || len(e.Key()) != 64 {
			t.Errorf("%q: %+v", text, e)
		}
		if scene, ok := e.Scene(); ok && !strings.HasSuffix(e.EventKey, scene) {
			t.Errorf("%q: scene %q", text, scene)
		}
		if len(e.List) > len(text)/4 {
			t.Errorf("%q: %d entries", text, len(e.List))
		}
	})
}

// What the platform says in an error holds no secret of ours, and is one short line.
func FuzzRefusal(f *testing.F) {
	f.Add(40001, "invalid credential, access_token is invalid rid: 5f-1", "oABCDEFGH")
	f.Add(40164, "invalid ip 1.2.3.4 \u202e\x00", "s3cr&t=")
	f.Fuzz(func(t *testing.T, code int, msg, secret string) {
		e := refusal("stable_token", code, msg, []string{secret})
		if utf8.RuneCountInString(e.Msg) > 200 || strings.ContainsFunc(e.Msg, unicode.IsControl) || !utf8.ValidString(e.Msg) {
			t.Errorf("%q", e.Msg)
		}
		if plainASCII(secret) && len(secret) > 7 && strings.Contains(e.Error(), secret) {
			t.Errorf("%q shows %q", e.Error(), secret)
		}
	})
}

func plainASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') }) < 0
}
