package notifiers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// twilioFault is what one of Twilio's codes means.
type twilioFault struct {
	class   Class
	reason  string
	hint    string
	refused bool // the number itself, and so whatever is sent to it
}

const (
	twilioKeysHint     = "Check SMS_API_KEY (the Account SID, AC…) and SMS_API_SECRET (the primary Auth Token) against the Twilio console, and that the account is not suspended."
	twilioAccountHint  = "Look into the Twilio console: top up the balance under Billing, or follow the notice that Twilio sent."
	twilioSenderHint   = "Set TWILIO_FROM to a number of this account that can send SMS, a registered sender id, or a messaging service (MG…) with numbers in its pool."
	twilioEndpointHint = "Check TWILIO_ENDPOINT, and whether a proxy or a firewall stands between: the answer is not Twilio's."
	twilioRegionHint   = "Allow the country in the Twilio console under Messaging, Settings, Geo permissions, then send again."
	twilioTrialHint    = "A trial account sends to verified numbers only: verify the number in the Twilio console, or upgrade the account."
	twilioSpamHint     = "An operator took the message for spam: look at its wording and links, and register the sender in the country."
	twilioUSHint       = "Numbers in the USA need a sender registered for A2P 10DLC: register it in the Twilio console, or send from another."
	twilioRouteHint    = "Twilio has no way from this sender to this number: try another sender in TWILIO_FROM."
)

// twilioFaults holds the codes of the API's refusals and of messages that failed later: https://www.twilio.com/docs/api/errors.
// A code that hits one recipient's country or number alone (21408, 21608, 30034) is not the channel's failure, however
// much it is the account's to mend: it would hold up everybody else's messages.
var twilioFaults = map[int]twilioFault{
	14107: {class: Transient, reason: ReasonBusy},
	20429: {class: Transient, reason: ReasonBusy},
	21611: {class: Transient, reason: ReasonBusy}, // the sender's queue is full
	21730: {class: Transient, reason: ReasonBusy}, // maintenance
	30001: {class: Transient, reason: ReasonBusy}, // queue overflow
	30003: {class: Transient, reason: ReasonUnreachable},
	30008: {class: Transient, reason: ReasonUnreachable}, // unknown
	30022: {class: Transient, reason: ReasonBusy},        // the operator's rate limit

	21211: {class: Permanent, reason: ReasonBadNumber, refused: true},
	21265: {class: Permanent, reason: ReasonBadNumber, refused: true}, // a short code
	21266: {class: Permanent, reason: ReasonBadNumber, refused: true}, // the sender itself
	21604: {class: Permanent, reason: ReasonBadNumber, refused: true}, // none
	21610: {class: Permanent, reason: ReasonOptedOut, refused: true,
		hint: "The recipient wrote STOP: they get SMS again after they write START to the sender."},
	21612: {class: Permanent, reason: ReasonBadNumber, hint: twilioRouteHint},
	21614: {class: Permanent, reason: ReasonBadNumber, refused: true},
	21635: {class: Permanent, reason: ReasonBadNumber, refused: true}, // a landline
	30004: {class: Permanent, reason: ReasonUnreachable},              // blocked, by the operator or the phone
	30005: {class: Permanent, reason: ReasonBadNumber, refused: true}, // unknown to the operator
	30006: {class: Permanent, reason: ReasonBadNumber, refused: true}, // a landline
	30410: {class: Permanent, reason: ReasonUnreachable},              // may have arrived: Twilio does not repeat it either

	21602: {class: Permanent, reason: ReasonContent}, // empty
	21617: {class: Permanent, reason: ReasonContent}, // too long
	30007: {class: Permanent, reason: ReasonContent, hint: twilioSpamHint},

	21408: {class: Permanent, reason: ReasonPermission, hint: twilioRegionHint},
	21608: {class: Permanent, reason: ReasonPermission, hint: twilioTrialHint},
	30034: {class: Permanent, reason: ReasonSender, hint: twilioUSHint},

	10001: {class: Configuration, reason: ReasonAccountClosed, hint: twilioAccountHint},
	20003: {class: Configuration, reason: ReasonCredentials, hint: twilioKeysHint},
	20005: {class: Configuration, reason: ReasonAccountClosed, hint: twilioAccountHint},
	20403: {class: Configuration, reason: ReasonAccountClosed, hint: twilioAccountHint},
	20404: {class: Configuration, reason: ReasonCredentials, hint: twilioKeysHint}, // no such account
	21212: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	21603: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	21606: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	21609: {class: Configuration, reason: ReasonProvider,
		hint: "Twilio does not take the address of the receipts: check PUBLIC_URL, whose host must be public and without underscores."},
	21659: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	21660: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	21661: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	21705: {class: Configuration, reason: ReasonSender, hint: twilioSenderHint},
	30002: {class: Configuration, reason: ReasonAccountClosed, hint: twilioAccountHint},
	63038: {class: Configuration, reason: ReasonQuota,
		hint: "The account's limit of messages a day is reached: wait for the next day, or ask Twilio for a higher one."},
	90010: {class: Configuration, reason: ReasonAccountClosed, hint: twilioAccountHint},
}

// twilioError is the error of a code that is not 0. Twilio's own text is left out, since it holds the number.
func twilioError(code int) *Error {
	fault, ok := twilioFaults[code]
	if !ok {
		fault = twilioFault{class: Permanent, reason: ReasonProvider}
	}
	name := "Twilio " + strconv.Itoa(code)
	return &Error{
		Class: fault.class, AddressRefused: fault.refused, Reason: because(fault.reason, name), Hint: fault.hint,
		Err: errors.New(name),
	}
}

// failure classes an answer to a request that may have sent something; nil for 2xx.
func (a answer) failure(now time.Time) *Error {
	switch {
	case a.err != nil:
		return a.loss()
	case a.status >= 200 && a.status < 300:
		return nil
	}
	var said struct {
		Code int `json:"code"`
	}
	if !a.decode(&said) || said.Code < 10000 {
		said.Code = 0 // a proxy or a load balancer spoke
	}
	failed := a.byStatus()
	// The meaning of 5xx is that Twilio does not know either, whatever the code.
	if said.Code != 0 && a.status < 500 {
		if _, ok := twilioFaults[said.Code]; ok || failed.Class != Transient && a.status == http.StatusBadRequest {
			failed = twilioError(said.Code)
		}
	}
	if failed.Class == Transient {
		failed.RetryAfter = retryAfter(a.header.Get("Retry-After"), now)
	}
	failed.Err = fmt.Errorf("HTTP %d, Twilio's code %d, request %s", a.status, said.Code, word(a.header.Get("Twilio-Request-Id")))
	return failed
}

// byStatus classes an answer by its HTTP status, when it holds no code that is known.
func (a answer) byStatus() *Error {
	said := "HTTP " + strconv.Itoa(a.status)
	switch {
	case a.status == http.StatusTooManyRequests: // never processed
		return &Error{Class: Transient, Reason: because(ReasonBusy, said)}
	case a.status >= 500 || a.status == http.StatusRequestTimeout || a.status < 300:
		return &Error{Class: Unknown, Reason: because(ReasonNoAnswer, said)}
	case a.status == http.StatusUnauthorized:
		return &Error{Class: Configuration, Reason: because(ReasonCredentials, said), Hint: twilioKeysHint}
	case a.status == http.StatusPaymentRequired:
		return &Error{Class: Configuration, Reason: because(ReasonNoBalance, said), Hint: twilioAccountHint}
	case a.status == http.StatusForbidden && a.decode(&struct{}{}):
		return &Error{Class: Configuration, Reason: because(ReasonPermission, said), Hint: twilioAccountHint}
	case a.status == http.StatusRequestEntityTooLarge:
		return &Error{Class: Permanent, Reason: because(ReasonContent, said)}
	}
	return &Error{Class: Configuration, Reason: because(ReasonUnreadable, said), Hint: twilioEndpointHint}
}

// unreadable is the error of an answer that says 2xx and is not Twilio's.
func (a answer) unreadable(class Class) *Error {
	return &Error{
		Class: class, Reason: because(ReasonUnreadable, "HTTP "+strconv.Itoa(a.status)), Hint: twilioEndpointHint,
		Err: fmt.Errorf("HTTP %d with %d bytes that cannot be read", a.status, len(a.body)),
	}
}

// loss classes the lack of an answer: without a connection nothing was sent, and the channel is to blame; with one,
// Twilio may have the message. The error's own text is left out, since it holds the URL, or what a stranger answered.
func (a answer) loss() *Error {
	words, hint := lossOf(a.err)
	failed := &Error{Class: Unknown, Reason: because(ReasonNoAnswer, words), Err: errors.New(words)}
	switch {
	case a.connected:
	case errors.Is(a.err, context.Canceled):
		failed.Class = Transient // the caller gave up, which says nothing about the channel
	default:
		failed.Class, failed.Reason, failed.Hint = Configuration, because(ReasonOutOfReach, words), hint
	}
	return failed
}

func lossOf(err error) (words, hint string) {
	var dns *net.DNSError
	var timeout net.Error
	var errno syscall.Errno
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	hint = "Check TWILIO_ENDPOINT and this machine's network, and whether a firewall or a proxy (HTTPS_PROXY) is in between."
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted", hint
	case errors.As(err, &dns):
		return "the name cannot be resolved", "Check TWILIO_ENDPOINT and this machine's name server."
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "the certificate is not trusted",
			"Check TWILIO_ENDPOINT and this machine's clock; behind a proxy that opens TLS, install its authority's certificate (SSL_CERT_FILE)."
	case errors.As(err, &record):
		return "the port does not speak TLS", "Check TWILIO_ENDPOINT: its port does not speak https."
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time", hint
	case errors.As(err, &errno):
		return errno.Error(), hint
	}
	return "the connection broke off", hint
}

// retryAfter reads the header of RFC 9110, 10.2.3: seconds or a date; at most a day, since a longer wish would be
// another's mistake.
func retryAfter(header string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.ParseInt(strings.TrimSpace(header), 10, 64); err == nil {
		wait = time.Duration(min(seconds, 86400)) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), 24*time.Hour)
}

// asked turns the failure of a mere question into one of the channel, or of this time: nothing was sent, and nothing is
// wrong with a message.
func asked(failed *Error) *Error {
	if failed != nil && failed.Class != Configuration {
		failed.Class, failed.AddressRefused = Transient, false
	}
	return failed
}
