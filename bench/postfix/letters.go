package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
)

// letter is one mail as it lies in a Maildir.
type letter struct {
	id    string // of the delivery, from its Message-ID
	fault string // what is wrong with it; empty: nothing
	raw   []byte
}

// read gives what lies in a mailbox; nothing is in one that no mail has come to.
func (s *server) read(address string) (all []letter, err error) {
	for _, dir := range s.mailbox(address) {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, e := range entries {
			raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			all = append(all, letter{raw: raw})
		}
	}
	return all, nil
}

// identify gives the delivery that a Message-ID names.
func identify(messageID string) string {
	id, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(messageID), "<>"), "@")
	return id
}

// check reads a reminder as its reader's program does, and notes what is wrong with it. A Maildir's lines end in LF; that
// they came as CRLF the server has seen to, which refuses others.
func (l *letter) check(rows map[string]row, address string) {
	m, err := mail.ReadMessage(bytes.NewReader(l.raw))
	if err != nil {
		l.fault = err.Error()
		return
	}
	l.id = identify(m.Header.Get("Message-Id"))
	l.fault = l.wrong(m, rows[l.id], address)
}

func (l *letter) wrong(m *mail.Message, r row, address string) string {
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err.Error()
	}
	from, err := mail.ParseAddress(m.Header.Get("From"))
	if err != nil {
		return "From: " + err.Error()
	}
	to, err := mail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return "To: " + err.Error()
	}
	switch _, dated := m.Header.Date(); {
	case r.ID == "":
		return "its Message-ID names no row"
	case r.Address != address || to.Address != address:
		return "it is for somebody else"
	case subject != r.Subject:
		return fmt.Sprintf("its subject is %q, not %q", subject, r.Subject)
	case from.Address != sender || m.Header.Get("Return-Path") != "<"+sender+">":
		return "it is from somebody else"
	case dated != nil:
		return "Date: " + dated.Error()
	case m.Header.Get("Auto-Submitted") != "auto-generated":
		return "it does not say that a program wrote it"
	case bytes.ContainsRune(l.raw, '\r'):
		return "it holds a CR of its own"
	}
	for line := range bytes.Lines(l.raw) {
		if len(bytes.TrimRight(line, "\n")) > 998 { // RFC 5322, 2.1.1
			return "a line is too long"
		}
	}
	return parts(m)
}

// parts says what is wrong with the body: it must be there as text and as HTML.
func parts(m *mail.Message) string {
	found := map[string]int{}
	if err := walk(m.Header.Get("Content-Type"), m.Body, found); err != nil {
		return err.Error()
	}
	if found["text/plain"] == 0 || found["text/html"] == 0 {
		return fmt.Sprintf("its parts are %v", found)
	}
	return ""
}

// walk notes how many bytes there are of each type.
func walk(contentType string, body io.Reader, found map[string]int) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("type %q: %w", contentType, err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		raw, err := io.ReadAll(body)
		found[kind] += len(raw)
		return err
	}
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := walk(p.Header.Get("Content-Type"), p, found); err != nil {
			return err
		}
	}
}

// bounce is what a report of RFC 3464 says.
type bounce struct{ recipient, id string }

// bounced reads a delivery status notification; false if the mail is none.
func bounced(raw []byte) (b bounce, ok bool) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return b, false
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["report-type"] != "delivery-status" {
		return b, false
	}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if err != nil {
			return b, b.recipient != "" && b.id != ""
		}
		text, err := io.ReadAll(p)
		if err != nil {
			return b, false
		}
		switch p.Header.Get("Content-Type") {
		case "message/delivery-status":
			b.recipient = field(string(text), "Final-Recipient")
			_, b.recipient, _ = strings.Cut(b.recipient, ";")
			b.recipient = strings.TrimSpace(b.recipient)
		case "message/rfc822", "text/rfc822-headers":
			b.id = identify(field(string(text), "Message-Id"))
		}
	}
}

// field gives the first value of a header field, whatever else stands around it.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		key, value, found := strings.Cut(line, ":")
		if found && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
