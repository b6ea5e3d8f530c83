package notifiers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"

	"tminus/apptest/smtpserver"
)

func pocketBaseMail() *mailer.Message {
	return &mailer.Message{
		From:    mail.Address{Name: "Support", Address: "support@example.org"},
		To:      []mail.Address{{Name: "陳大文", Address: "a@example.com"}},
		Cc:      []mail.Address{{Address: "b@example.com"}},
		Bcc:     []mail.Address{{Address: "c@example.com"}, {Address: "a@example.com"}},
		Subject: "Reset your password",
		HTML:    `<html><head><style>p{}</style></head><body><p>Hello,</p><p><a href="https://example.org/r/1">Reset</a></p></body></html>`,
		Headers: map[string]string{"X-Kind": "reset\r\nX-Evil: 1", "Content-Type": "text/evil", "Bad Name": "x", "Bcc": "x@example.com"},
	}
}

func TestMailer_SendsPocketBasesMailsOverThePool(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	for range 2 {
		if err := e.Mailer().Send(pocketBaseMail()); err != nil {
			t.Fatal(err)
		}
	}
	got := srv.Mails()[0]
	if !slices.Equal(got.To, []string{"a@example.com", "b@example.com", "c@example.com"}) || got.From != "support@example.org" {
		t.Errorf("envelope %s → %v", got.From, got.To)
	}
	for header, want := range map[string]string{
		"From": `"Support" <support@example.org>`, "Cc": "<b@example.com>", "Bcc": "", "X-Kind": "reset X-Evil: 1", "X-Evil": "",
		"Subject": "Reset your password", "Auto-Submitted": "auto-generated", "Date": "Mon, 02 Mar 2026 01:00:00 +0000",
	} {
		if value := got.Header.Get(header); value != want {
			t.Errorf("%s: %q, want %q", header, value, want)
		}
	}
	if !strings.Contains(string(got.Raw), "Reset (https://example.org/r/1)") || !strings.HasSuffix(got.MessageID, "@example.org>") {
		t.Errorf("the plain part or the Message-ID is missing:\n%s", got.Raw)
	}
	if srv.Connections() != 1 || got.MessageID == srv.Mails()[1].MessageID {
		t.Errorf("%d connections, Message-ID %s", srv.Connections(), got.MessageID)
	}
}

func TestMailer_OneRefusedRecipientDoesNotKeepTheOthersFromIt(t *testing.T) {
	for _, opts := range [][]smtpserver.Option{nil, {smtpserver.WithoutPipelining()}} {
		srv := smtpserver.Start(t, opts...)
		e := newEmail(t, quick(srv.Host(), srv.Port()))
		m := pocketBaseMail()
		m.Cc = []mail.Address{{Address: "nouser@example.com"}}
		err := e.SendMail(context.Background(), m)
		var classed *Error
		if !errors.As(err, &classed) || !classed.AddressRefused || !strings.Contains(classed.Reason, "1 of 3") {
			t.Errorf("got %v", err)
		}
		if got := srv.Mails(); len(got) != 1 || !slices.Equal(got[0].To, []string{"a@example.com", "c@example.com"}) {
			t.Errorf("delivered %+v", got)
		}
	}
}

func TestMailer_AttachmentsAreWholeOrNothingIsSent(t *testing.T) {
	srv := smtpserver.Start(t)
	e := newEmail(t, quick(srv.Host(), srv.Port()))
	m := pocketBaseMail()
	m.Attachments = map[string]io.Reader{"visit.ics": strings.NewReader("BEGIN:VCALENDAR"), "名單.bin": strings.NewReader("\x00\x01")}
	m.InlineAttachments = map[string]io.Reader{"logo.png": strings.NewReader("\x89PNG\r\n\x1a\n")}
	if err := e.SendMail(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	raw := string(srv.Mails()[0].Raw)
	for _, want := range []string{"multipart/mixed", "multipart/related", "multipart/alternative", "Content-Id: <logo.png>", "text/calendar"} {
		if !strings.Contains(raw, want) {
			t.Errorf("no %q in the mail", want)
		}
	}
	if err := walkMIME(raw); err != nil {
		t.Errorf("the mail's structure: %v", err)
	}
	m = pocketBaseMail()
	m.Attachments = map[string]io.Reader{"big.bin": io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("disk gone")))}
	connections := srv.Connections()
	var classed *Error
	if err := e.SendMail(context.Background(), m); !errors.As(err, &classed) || classed.Class != Permanent {
		t.Errorf("got %v", err)
	}
	if len(srv.Mails()) != 1 || srv.Connections() != connections {
		t.Error("a torso was sent")
	}
}

func walkMIME(raw string) error {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return err
	}
	_, after, _ := strings.Cut(m.Header.Get("Content-Type"), "boundary=")
	r := multipart.NewReader(m.Body, strings.Trim(after, `"`))
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, p); err != nil {
			return err
		}
	}
}

func TestMailer_HonoursItsContext(t *testing.T) {
	l := smtpserver.Misbehave(t, smtpserver.Silent)
	e := newEmail(t, quick(l.Host(), l.Port()))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := e.SendMail(ctx, pocketBaseMail()); err == nil {
		t.Error("no error")
	}
}

func TestMailer_RefusesWhatHasNoValidRecipient(t *testing.T) {
	e := NewEmail(quick("127.0.0.1", 1))
	for _, to := range [][]mail.Address{nil, {{Address: "x\r\nRCPT TO:<y@example.com>"}}} {
		m := pocketBaseMail()
		m.To, m.Cc, m.Bcc = to, nil, nil
		if err := e.SendMail(context.Background(), m); err == nil || AsError(err).Class != Permanent {
			t.Errorf("%v: %v", to, err)
		}
	}
}

func TestHTMLToText(t *testing.T) {
	got := htmlToText(`<head><title>x</title></head><p>Hi <b>you</b>,<br>see <a href="https://a.example/b">here</a> or <a href="javascript:x">not</a></p>
	<script>alert(1)</script><ul><li>one</li><li>two &amp; three</li></ul><table><tr><td>a</td></tr></table>`)
	want := "Hi you,\nsee here (https://a.example/b) or not\n\n- one\n\n- two & three\n\na\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !bytes.HasSuffix([]byte(htmlToText("")), []byte("\n")) {
		t.Error("no line end")
	}
}
