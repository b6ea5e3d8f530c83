package wechat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"unicode"
)

// The return codes that callers tell apart. Source:
// https://developers.weixin.qq.com/doc/service/guide/dev/errorcode.html
const (
	CodeBusy             = -1    // the system is busy
	CodeBadToken         = 40001 // the access token is wrong or not the latest; on stable_token also the secret
	CodeBadOpenID        = 40003 // no openid of this account
	CodeBadAppID         = 40013 // the appid is wrong
	CodeInvalidToken     = 40014 // the access token is malformed
	CodeBadCode          = 40029 // the OAuth code is unknown or too old
	CodeBadTemplate      = 40037 // no template of this account
	CodeBadSecret        = 40125 // the secret is wrong
	CodeUsedCode         = 40163 // the OAuth code was used before
	CodeAddressRefused   = 40164 // the caller's IP address is not on the account's list
	CodeWeAppID          = 40165 // the mini program's appid
	CodeWeAppPath        = 40166 // the mini program's path
	CodeDuplicate        = 40241 // the same message came within 60 seconds: it was sent
	CodeSecretFrozen     = 40243 // the secret is frozen
	CodeBlocked          = 40249 // the content is blocked
	CodeUnderReview      = 40252 // held for review; the platform sends it itself when it is approved
	CodeNoToken          = 41001 // the access token is missing
	CodeBadPage          = 41030 // the page is wrong
	CodeTokenExpired     = 42001 // the access token has expired
	CodeNotFollowing     = 43004 // the recipient does not follow the account
	CodeNoConsent        = 43101 // the recipient has not agreed, or the agreement is used up
	CodeTooManyToOne     = 43117 // too many messages to this recipient
	CodeQuota            = 45009 // the day's quota is used up
	CodeTooFrequent      = 45011 // too many calls in this minute
	CodeWrongIndustry    = 45027 // the template does not suit the account's industry
	CodeBadJSON          = 47001 // the request is no JSON
	CodeBadArgument      = 47003 // a value does not suit its key
	CodeNotAuthorised    = 48001 // the account may not use this API
	CodeAccountLimited   = 50002 // the account is limited
	CodeConfirmIP        = 89501 // the caller's address waits for an administrator's confirmation
	CodeConfirmIPRefused = 89503 // the caller's address needs an administrator's confirmation
)

// Error is a refusal by the platform.
type Error struct {
	API  string // "template/send"
	Code int
	Msg  string // the platform's words, one line, without tokens, secrets, openids and the message's values
	RID  string // what the platform's support asks for; empty if it gave none
}

func (e *Error) Error() string {
	text := fmt.Sprintf("wechat: %s: errcode %d", e.API, e.Code)
	if e.Msg != "" {
		text += " (" + e.Msg + ")"
	}
	if e.RID != "" {
		text += ", rid " + e.RID
	}
	return text
}

// Kind says why a request got no answer.
type Kind string

// The kinds of LostError, worded for people.
const (
	Interrupted Kind = "interrupted" // the caller gave up
	Silent      Kind = "no answer in time"
	NoEndpoint  Kind = "the endpoint is not a URL"
	NoSuchName  Kind = "the name is not known"
	Refused     Kind = "nothing listens there"
	BadTLS      Kind = "the certificate is not to be trusted"
	Cut         Kind = "the connection was closed"
	Garbage     Kind = "the answer is not the platform's"
	Broken      Kind = "the connection failed"
)

// LostError is a request that got no answer that can be read.
type LostError struct {
	API     string
	Kind    Kind
	Written bool // the request may have reached the platform
	Status  int  // of the HTTP answer with Garbage; 0 elsewhere
}

func (e *LostError) Error() string {
	text := "wechat: " + e.API + ": " + string(e.Kind)
	if e.Status != 0 {
		text += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	return text
}

// kindOf names a failure of the connection. Its own text is not kept: the standard library quotes what it read there.
func kindOf(err error) Kind {
	var dns *net.DNSError
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	var notTLS tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return Silent
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoSuchName
	case errors.Is(err, syscall.ECONNREFUSED), errors.As(err, &op) && op.Op == "dial" && errors.Is(err, syscall.ECONNRESET):
		return Refused
	case errors.As(err, &certificate), errors.As(err, &notTLS):
		return BadTLS
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return Cut
	case strings.Contains(err.Error(), "malformed HTTP"):
		return Garbage
	}
	return Broken
}

var ridPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\s*rid:?\s*([0-9A-Za-z-]{8,64})`) })

// refusal makes the error of an errcode. The platform's words lose everything that is in secrets.
func refusal(api string, code int, msg string, secrets []string) *Error {
	e := &Error{API: api, Code: code}
	for _, s := range secrets {
		if len(s) > 1 {
			msg = strings.ReplaceAll(strings.ReplaceAll(msg, s, "…"), url.QueryEscape(s), "…")
		}
	}
	if m := ridPattern().FindStringSubmatchIndex(msg); m != nil {
		e.RID = msg[m[2]:m[3]]
		msg = msg[:m[0]] + msg[m[1]:]
	}
	e.Msg = plain(msg, 200)
	return e
}

// plain makes foreign words one line of at most n characters.
func plain(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > n {
		r = append(r[:n-1], '…')
	}
	return string(r)
}

// stale says whether err is about the access token alone, so that a fresh one may do. The platform has not looked at the
// rest of the request then.
func stale(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case CodeBadToken, CodeInvalidToken, CodeNoToken, CodeTokenExpired:
		return true
	}
	return false
}
