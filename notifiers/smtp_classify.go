package notifiers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"syscall"
)

// classify says what can be done about a failure. Up to the sign-in it is the channel's; from MAIL FROM on it is the
// message's, but for replies that say that this sender may not send at all. RFC 5321, 4.2; RFC 3463; codes of
// https://www.iana.org/assignments/smtp-enhanced-status-codes.
func (e *SMTP) classify(f *failure) *Error {
	switch {
	case f.reply != nil:
		err := classifyReply(f.stage, *f.reply)
		err.Reason = f.reply.words()
		err.Err = &textproto.Error{Code: f.reply.code, Msg: words(f.reply.text)}
		if err.Class == Configuration && err.Hint == "" {
			err.Hint = replyHint(f)
		}
		return err
	case f.note != "":
		err := &Error{Class: Configuration, Reason: f.note, Hint: f.hint}
		if f.stage == stageRcpt {
			err.Class, err.AddressRefused = Permanent, true
		}
		return err
	}
	err := &Error{Class: lostClass(f), Err: f.err, Reason: stageWords[f.stage] + ": " + lossWords(f.err)}
	if err.Class == Configuration {
		err.Reason = words(stageWords[f.stage] + " (" + e.options.addr() + "): " + lossWords(f.err))
		err.Hint = e.lossHint(f)
	}
	return err
}

// lostClass classes a failure without a reply.
func lostClass(f *failure) Class {
	switch {
	case f.stage == stageDot:
		return Unknown
	case f.stage == stageWait || f.stage >= stageReset:
		return Transient
	case errors.Is(f.err, context.Canceled):
		return Transient // the caller gave up, which says nothing about the channel
	default:
		return Configuration
	}
}

// classifyReply classes a refusal by where it came and its codes.
func classifyReply(s stage, r reply) *Error {
	switch {
	case s < stageReset:
		return &Error{Class: Configuration}
	case r.temporary():
		return &Error{Class: Transient}
	case !r.permanent(), r.code == 503:
		return &Error{Class: Transient} // out of step: another connection will do
	case forbidden(r):
		return &Error{Class: Configuration}
	case s == stageReset || s == stageMail:
		if r.enhanced == "5.3.4" || r.code == 552 {
			return &Error{Class: Permanent} // too large
		}
		return &Error{Class: Configuration}
	case r.enhanced == "5.2.2" || s == stageRcpt && r.code == 552 && !strings.HasPrefix(r.enhanced, "5."):
		return &Error{Class: Transient} // mailbox full
	case s == stageRcpt:
		return &Error{Class: Permanent, AddressRefused: addressRefused(r), Hint: relayHint(r)}
	default:
		// Some servers look the recipient up only when they have the content; then the code says so.
		return &Error{Class: Permanent, AddressRefused: aboutAddress(r.enhanced)}
	}
}

// forbidden are the replies that every message of this channel would get: sign-in demanded or refused, the sender's
// domain failing SPF, DKIM or DMARC, the sender's address refused.
func forbidden(r reply) bool {
	switch r.code {
	case 530, 534, 535, 538:
		return true
	}
	switch r.enhanced {
	case "5.7.20", "5.7.21", "5.7.22", "5.7.23", "5.7.26", "5.1.7", "5.1.8", "5.7.8", "5.7.9":
		return true
	}
	return false
}

// addressRefused says whether a 5xx at RCPT is about the recipient's address.
func addressRefused(r reply) bool {
	switch {
	case aboutAddress(r.enhanced):
		return true
	case strings.HasPrefix(r.enhanced, "5.7."), strings.HasPrefix(r.enhanced, "5.6."),
		strings.HasPrefix(r.enhanced, "5.5."), strings.HasPrefix(r.enhanced, "5.3."), r.enhanced == "5.2.3":
		return false // policy, content, protocol, system, length
	}
	return r.code == 550 || r.code == 551 || r.code == 553
}

// aboutAddress are the enhanced codes that name the mailbox itself as gone, moved or disabled.
func aboutAddress(enhanced string) bool {
	return strings.HasPrefix(enhanced, "5.1.") || enhanced == "5.2.1"
}

func relayHint(r reply) string {
	if strings.Contains(strings.ToLower(r.text), "relay") {
		return "The mail server does not relay for this sender: check whether it wants a sign-in (EMAIL_HOST_USER)."
	}
	return ""
}

func replyHint(f *failure) string {
	r := *f.reply
	switch {
	case strings.HasPrefix(r.enhanced, "5.7.2"):
		return "The receiving side does not trust the sender's domain: check its SPF, DKIM and DMARC records."
	case f.stage == stageAuth && r.temporary():
		return "The server could not check the password just now. If this lasts, ask who runs it."
	case f.stage == stageAuth || forbidden(r) && r.code != 550 && r.code != 553:
		return "Check EMAIL_HOST_USER and EMAIL_HOST_PASSWORD. Gmail, Outlook, QQ and 163 want an app password (授權碼) made in the account's settings."
	case f.stage == stageGreet && r.temporary():
		return "The server takes no more connections now. If this lasts, lower SMTP_MAX_CONNECTIONS."
	case f.stage == stageGreet:
		return "The server does not accept mail from this machine: check EMAIL_HOST, and whether its operator must allow this address."
	case f.stage == stageTLS:
		return "The server offered encryption and then refused it: ask who runs it."
	case f.stage >= stageMail:
		return "The server does not let this account send as DEFAULT_FROM_EMAIL: use the account's own address, or have this one allowed."
	}
	return "Check EMAIL_HOST and EMAIL_PORT."
}

var stageWords = map[stage]string{
	stageWait:    "waiting for a free connection",
	stageConnect: "connecting to the mail server",
	stageGreet:   "waiting for the mail server's greeting",
	stageHello:   "greeting the mail server",
	stageTLS:     "starting encryption with the mail server",
	stageAuth:    "signing in to the mail server",
	stageReset:   "starting the message",
	stageMail:    "naming the sender",
	stageRcpt:    "naming the recipient",
	stageData:    "announcing the content",
	stageBody:    "sending the content",
	stageDot:     "waiting for the server to confirm the message",
}

// lossWords says why no reply came.
func lossWords(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	var errno syscall.Errno
	var garbage textproto.ProtocolError
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name is not known"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was closed"
	case errors.As(err, &garbage):
		return "the answer is not SMTP"
	case errors.As(err, &errno):
		return words(errno.Error())
	case err == nil:
		return "no answer"
	}
	return words(err.Error())
}

// lossHint says how to mend a channel that gives no reply.
func (e *SMTP) lossHint(f *failure) string {
	var dns *net.DNSError
	var garbage textproto.ProtocolError
	var notTLS tls.RecordHeaderError
	switch {
	case errors.As(f.err, &dns) && dns.IsNotFound:
		return "Check EMAIL_HOST: no machine of that name is known."
	case errors.As(f.err, &dns):
		return "The name server did not answer: check this machine's network."
	case errors.Is(f.err, syscall.ECONNREFUSED):
		return "Nothing listens there: check EMAIL_HOST and EMAIL_PORT, and that the mail server runs."
	case f.stage == stageConnect:
		return "Check EMAIL_HOST and EMAIL_PORT, and whether a firewall is in between; many networks block port 25, use 587 or 465."
	case errors.As(f.err, &notTLS):
		return "The port does not speak TLS from the start: 465 does, 587 starts it later (EMAIL_USE_TLS=true)."
	case f.stage == stageTLS:
		return certificateHint(f.err)
	case errors.As(f.err, &garbage):
		return "Something other than a mail server listens there: check EMAIL_HOST and EMAIL_PORT."
	case f.stage == stageGreet:
		return "The port is open but says nothing: if it wants TLS from the start, set EMAIL_PORT=465; otherwise check the mail server."
	}
	return "Check that the mail server works; it broke the conversation off."
}

func certificateHint(err error) string {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return "The server's certificate is not signed by an authority that this machine knows: install its authority's certificate (SSL_CERT_FILE), or give the server a public one."
	case errors.As(err, &host):
		return "The server's certificate is for another name: set EMAIL_HOST to the name in the certificate."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The server's certificate has expired or is not valid yet: renew it, and check this machine's clock."
	}
	return "The encryption could not be started: check EMAIL_PORT and the server's certificate."
}
