package notifiers

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"
)

const maxSubject = 200 // runes

// compose makes the mail of m. The same m gives the same bytes, but for the order of two headers, so that every attempt
// sends the same words under the same Message-ID.
func (e *SMTP) compose(m *Message) (*envelope, *Error) {
	to, err := parseAddress(m.To.Address)
	if err != nil {
		return nil, &Error{Class: Permanent, AddressRefused: true, Reason: "the recipient's email address is not valid"}
	}
	to.Name = oneLine(m.To.Name)
	html, text, err := Compose(m)
	if err != nil {
		return nil, &Error{Class: Permanent, Reason: "the mail could not be composed", Err: err}
	}
	from := e.from
	if from.Name == "" {
		from.Name = oneLine(m.Company)
	}
	msg := newMail(m.Subject, html, text)
	msg.SetBoundary(boundary(m.ID))
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &from)
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to)
	if e.replyTo != nil {
		msg.SetAddrHeaderFromMailAddress(gomail.HeaderReplyTo, e.replyTo)
	}
	date := m.CreatedAt
	if date.IsZero() {
		date = e.options.Now()
	}
	msg.SetDateWithValue(date.UTC())
	id := messageID(m.ID, from.Address)
	msg.SetMessageIDWithValue(id)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, 5
	if language.MatchString(m.Locale) {
		msg.SetGenHeader("Content-Language", m.Locale)
	}
	if link := oneClick(m.Unsubscribe); link != "" {
		if err := msg.SetListUnsubscribeOneClick(link); err != nil {
			return nil, &Error{Class: Permanent, Reason: "the mail could not be composed", Err: err}
		}
	}
	sealed, err := seal(msg, from, []*mail.Address{to})
	if err != nil {
		return nil, &Error{Class: Permanent, Reason: "the mail could not be composed", Err: err}
	}
	sealed.messageID = id
	return sealed, nil
}

// newMail is a mail with the two alternatives of RFC 2046, 5.1.4, plain text first; either may be empty.
func newMail(subject, html, text string) *gomail.Msg {
	subject = clip(oneLine(subject), maxSubject)
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding(subject)))
	msg.Subject(encodedSubject(subject))
	if text != "" || html == "" {
		msg.SetBodyString(gomail.TypeTextPlain, crlf(text), gomail.WithPartEncoding(encoding(text)))
	}
	if html != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, crlf(html), gomail.WithPartEncoding(encoding(html)))
	}
	return msg
}

// encodedSubject keeps mail programs from decoding what a person typed: a text with "=?" in it reads like an encoded word
// (RFC 2047, 2), which could spell line breaks and turn text around, so it becomes one. Other texts are left to go-mail.
func encodedSubject(subject string) string {
	if !strings.Contains(subject, "=?") {
		return subject
	}
	const most = 45 // bytes that fill an encoded word of 75 characters
	var words []string
	for rest := subject; rest != ""; {
		n := min(most, len(rest))
		for n < len(rest) && !utf8.RuneStart(rest[n]) {
			n--
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(rest[:n]))+"?=")
		rest = rest[n:]
	}
	return strings.Join(words, " ")
}

// encoding is the shorter of quoted-printable, which stays readable in Latin, and base64.
func encoding(s string) gomail.Encoding {
	foreign := 0
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			foreign++
		}
	}
	if foreign*6 > len(s) {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}

func crlf(s string) string {
	var out strings.Builder
	out.Grow(len(s) + strings.Count(s, "\n"))
	for {
		i := strings.IndexAny(s, "\r\n")
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		out.WriteString("\r\n")
		if strings.HasPrefix(s[i:], "\r\n") {
			i++
		}
		s = s[i+1:]
	}
}

// seal writes msg out and addresses it.
func seal(msg *gomail.Msg, from mail.Address, to []*mail.Address) (*envelope, error) {
	var raw bytes.Buffer
	raw.Grow(16 << 10) // a usual reminder
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("writing the mail: %w", err)
	}
	e := &envelope{content: stuff(raw.Bytes()), from: reversePath(from.Address)}
	for _, a := range to {
		e.to = append(e.to, reversePath(a.Address))
	}
	for _, p := range append(e.to, e.from) {
		e.utf8 = e.utf8 || !ascii(p)
	}
	return e, nil
}

// reversePath is an address as MAIL and RCPT want it, its local part quoted where it needs to be.
func reversePath(address string) string {
	return strings.Trim((&mail.Address{Address: address}).String(), "<>")
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// parseMailbox takes an address with an optional display name (RFC 5322, 3.4).
func parseMailbox(s string) (*mail.Address, error) {
	named, err := mail.ParseAddress(oneLine(s))
	if err != nil {
		return nil, err
	}
	a, err := parseAddress(named.Address)
	if err != nil {
		return nil, err
	}
	a.Name = oneLine(named.Name)
	return a, nil
}

// parseAddress takes one bare address (RFC 5321, 4.1.2); a domain in other letters than ASCII's becomes its A-label.
func parseAddress(s string) (*mail.Address, error) {
	if s != oneLine(s) || strings.ContainsAny(s, "<>(),;\\") || len(s) > 254 {
		return nil, errors.New("not a bare address")
	}
	a, err := mail.ParseAddress("<" + s + ">")
	if err != nil {
		return nil, err
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if !ascii(domain) {
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return nil, err
		}
	}
	a.Address = local + "@" + domain
	return a, nil
}

// messageID is <id>@<the sender's domain> (RFC 5322, 3.6.4).
func messageID(id, from string) string {
	id = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, id)
	return id + "@" + from[strings.LastIndexByte(from, '@')+1:]
}

// boundary parts the mail's alternatives; it follows from the id, so that each attempt gives the same bytes. go-mail
// writes it unquoted, which leaves letters and digits (RFC 2045, 5.1).
func boundary(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "tminus" + hex.EncodeToString(sum[:12])
}

// oneClick is the URL of RFC 8058 if it can stand in a header, else empty.
func oneClick(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" || len(link) > 900 || strings.ContainsAny(link, " <>,\"\\") || !ascii(link) {
		return ""
	}
	return link
}
