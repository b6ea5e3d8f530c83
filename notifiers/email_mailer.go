package notifiers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/mail"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"
	gomail "github.com/wneessen/go-mail"
)

// SendMail sends a mail that PocketBase composed (verification, password reset, one-time password) over the same
// connections as the reminders. Each of To, Cc and Bcc is a recipient of its own: if the server refuses some, the others
// get it, and the error names the first refusal. The error is an *Error. m's readers are read to their end.
func (e *SMTP) SendMail(ctx context.Context, m *mailer.Message) error {
	if e.invalid != nil {
		return e.invalid
	}
	composed, err := e.fromPocketBase(m)
	if err != nil {
		return &Error{Class: Permanent, Reason: "the mail could not be composed", Err: err}
	}
	out := e.pool.send(ctx, composed)
	if out.failure != nil {
		return e.classify(out.failure)
	}
	if len(out.refused) > 0 {
		first := e.classify(&failure{stage: stageRcpt, reply: &out.refused[0]})
		first.Reason = fmt.Sprintf("%d of %d recipients were refused: %s", len(out.refused), len(composed.to), first.Reason)
		return first
	}
	return nil
}

// mailTimeout bounds a mail of PocketBase's, whose interface brings no context.
const mailTimeout = 2 * time.Minute

// Mailer is e as PocketBase wants it, for OnMailerSend.
func (e *SMTP) Mailer() mailer.Mailer { return pocketBaseMailer{e} }

type pocketBaseMailer struct{ email *SMTP }

func (p pocketBaseMailer) Send(m *mailer.Message) error {
	ctx, cancel := context.WithTimeout(context.Background(), mailTimeout)
	defer cancel()
	return p.email.SendMail(ctx, m)
}

func (e *SMTP) fromPocketBase(m *mailer.Message) (*envelope, error) {
	from := e.from
	if m.From.Address != "" {
		sender, err := bareAddress(m.From)
		if err != nil {
			return nil, fmt.Errorf("the sender's address: %w", err)
		}
		from = *sender
	}
	text := m.Text
	if text == "" {
		text = htmlToText(m.HTML)
	}
	msg := newMail(m.Subject, m.HTML, text)
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &from)
	to, err := addressees(msg, m)
	if err != nil {
		return nil, err
	}
	id := messageID(rand.Text(), from.Address)
	msg.SetMessageIDWithValue(id)
	msg.SetDateWithValue(e.options.Now().UTC())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	setHeaders(msg, m.Headers)
	if err := attach(m.Attachments, msg.AttachReader); err != nil {
		return nil, err
	}
	if err := attach(m.InlineAttachments, msg.EmbedReader); err != nil {
		return nil, err
	}
	sealed, err := seal(msg, from, to)
	if err != nil {
		return nil, err
	}
	sealed.messageID = id
	return sealed, nil
}

func bareAddress(a mail.Address) (*mail.Address, error) {
	parsed, err := parseAddress(strings.TrimSpace(a.Address))
	if err != nil {
		return nil, err
	}
	parsed.Name = oneLine(a.Name)
	return parsed, nil
}

// addressees sets To and Cc, and gives everyone who gets the mail, Bcc included, each once.
func addressees(msg *gomail.Msg, m *mailer.Message) ([]*mail.Address, error) {
	var all []*mail.Address
	for _, group := range []struct {
		header    gomail.AddrHeader
		addresses []mail.Address
	}{{gomail.HeaderTo, m.To}, {gomail.HeaderCc, m.Cc}, {gomail.HeaderBcc, m.Bcc}} {
		var parsed []*mail.Address
		for _, a := range group.addresses {
			p, err := bareAddress(a)
			if err != nil {
				return nil, fmt.Errorf("a recipient's address: %w", err)
			}
			parsed = append(parsed, p)
			if !slices.ContainsFunc(all, func(other *mail.Address) bool { return other.Address == p.Address }) {
				all = append(all, p)
			}
		}
		if len(parsed) > 0 && group.header != gomail.HeaderBcc {
			msg.SetAddrHeaderFromMailAddress(group.header, parsed...)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no recipient")
	}
	return all, nil
}

// ownHeaders are decided by composing; a caller's value would contradict the mail.
var ownHeaders = []string{"From", "To", "Cc", "Bcc", "Subject", "Mime-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}

// setHeaders takes over a caller's headers, without what could end a header (RFC 5322, 2.2).
func setHeaders(msg *gomail.Msg, headers map[string]string) {
	for name, value := range headers {
		canonical := http.CanonicalHeaderKey(name)
		if !fieldName(name) || slices.Contains(ownHeaders, canonical) {
			continue
		}
		if canonical == "Message-Id" {
			canonical = "Message-ID" // go-mail's spelling, or there would be two
		}
		msg.SetGenHeader(gomail.Header(canonical), oneLine(value))
	}
}

// fieldName is RFC 5322's: printable ASCII without the colon.
func fieldName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == ':' }) < 0
}

// attach reads every file to its end before anything is sent: a reader that fails in the middle of DATA would have the
// server accept a torso.
func attach(files map[string]io.Reader, add func(string, io.Reader, ...gomail.FileOption) error) error {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		content, err := io.ReadAll(files[name])
		if err != nil {
			return fmt.Errorf("reading the attachment %q: %w", name, err)
		}
		kind := mime.TypeByExtension(path.Ext(name))
		if kind == "" {
			kind = http.DetectContentType(content)
		}
		if err := add(oneLine(name), strings.NewReader(string(content)), gomail.WithFileContentType(gomail.ContentType(kind))); err != nil {
			return fmt.Errorf("attaching %q: %w", name, err)
		}
	}
	return nil
}
