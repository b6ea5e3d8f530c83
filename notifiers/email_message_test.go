package notifiers

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"
)

func composed(t *testing.T, o EmailOptions, m *Message) (*envelope, *mail.Message) {
	t.Helper()
	e := NewEmail(o)
	env, failed := e.compose(m)
	if failed != nil {
		t.Fatal(failed)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(bytes.ReplaceAll(env.content, []byte("\n.."), []byte("\n."))))
	if err != nil {
		t.Fatal(err)
	}
	return env, parsed
}

// parts decodes the alternatives of a mail by their media type.
func parts(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = p
		switch p.Header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			body = quotedprintable.NewReader(p)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, p)
		}
		decoded, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
		out[kind] = strings.ReplaceAll(string(decoded), "\r\n", "\n")
	}
}

func TestMessage_Headers(t *testing.T) {
	o := quick("mail.test", 25)
	o.ReplyTo = "Office <office@example.com>"
	_, m := composed(t, o, sampleChinese())
	decoder := new(mime.WordDecoder)
	for header, want := range map[string]string{
		"From":                  "海港儀器有限公司 <reminders@example.com>",
		"To":                    "陳大文 <taiman.chan@example.com>",
		"Reply-To":              `"Office" <office@example.com>`,
		"Subject":               sampleChinese().Subject,
		"Date":                  "Mon, 02 Mar 2026 01:00:00 +0000",
		"Message-Id":            "<d1g3s7t0k5m2n8p@example.com>",
		"Auto-Submitted":        "auto-generated",
		"Content-Language":      "zh-HK",
		"List-Unsubscribe":      "<https://tminus.example.com/u/3f9c2b7e>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Mime-Version":          "1.0",
		"User-Agent":            "",
		"X-Mailer":              "",
	} {
		got, err := decoder.DecodeHeader(m.Header.Get(header))
		if err != nil || got != want {
			t.Errorf("%s: %q (%v), want %q", header, got, err, want)
		}
	}
	html, text, err := Compose(sampleChinese())
	if err != nil {
		t.Fatal(err)
	}
	got := parts(t, m)
	if got["text/html"] != html || got["text/plain"] != text || len(got) != 2 {
		t.Errorf("the parts are not what Compose gives: %d parts", len(got))
	}
}

func TestMessage_ItsOwnDisplayNameWins(t *testing.T) {
	o := quick("mail.test", 25)
	o.From = "Visits <reminders@example.com>"
	_, m := composed(t, o, sampleEnglish())
	if got := m.Header.Get("From"); got != `"Visits" <reminders@example.com>` {
		t.Errorf("From: %s", got)
	}
}

func TestMessage_OneClickOnlyForHTTPS(t *testing.T) {
	for _, link := range []string{"", "http://example.com/u/1", "https://", "javascript:alert(1)", "https://example.com/>, <mailto:x@example.com",
		"https://example.com/\r\nBcc: x@example.com", "https://example.com/" + strings.Repeat("x", 2000), "https://例子.com/u"} {
		m := sampleEnglish()
		m.Unsubscribe = link
		_, parsed := composed(t, quick("mail.test", 25), m)
		if got := parsed.Header.Get("List-Unsubscribe") + parsed.Header.Get("List-Unsubscribe-Post") + parsed.Header.Get("Bcc"); got != "" {
			t.Errorf("%q became %q", link, got)
		}
	}
}

// P7: every attempt sends the same words under the same identity.
func TestP7_EveryAttemptSendsTheSameMail(t *testing.T) {
	e := NewEmail(quick("mail.test", 25))
	first, failed := e.compose(sampleEnglish())
	if failed != nil {
		t.Fatal(failed)
	}
	e.options.Now = func() time.Time { return created.AddDate(0, 0, 1) }
	second, failed := e.compose(sampleEnglish())
	if failed != nil {
		t.Fatal(failed)
	}
	if !bytes.Equal(first.content, second.content) {
		t.Error("the second attempt's mail differs")
	}
}

func TestMessage_NoHeaderCanBeInjected(t *testing.T) {
	const evil = "x\r\nBcc: victim@example.com\r\n\r\n<b>body</b>\x00\x1b[31m\u202emoc"
	m := sampleEnglish()
	m.ID, m.Company, m.Subject, m.Title, m.Locale = evil, evil, evil, evil, evil
	m.To.Name = evil
	m.UnsubscribeLabel = evil
	_, parsed := composed(t, quick("mail.test", 25), m)
	for header, values := range parsed.Header {
		if header == "Bcc" {
			t.Errorf("a header was injected: %q", values)
		}
		for _, v := range values {
			if strings.ContainsAny(v, "\x00\x1b\u202e") {
				t.Errorf("%s: %q", header, v)
			}
		}
	}
	if got := parsed.Header.Get("Subject"); !strings.HasPrefix(got, "x Bcc: victim@example.com") {
		t.Errorf("Subject: %q", got)
	}
}

func TestMessage_BadAddressesNeverReachTheServer(t *testing.T) {
	e := NewEmail(quick("mail.test", 25))
	for _, to := range []string{"", "x", "a@b@c", "a b@example.com", "<a@example.com>", "Name <a@example.com>", "a@example.com, b@example.com",
		"a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com\n", "a\x00@example.com", "@example.com", "a@", strings.Repeat("x", 300) + "@example.com"} {
		m := sampleEnglish()
		m.To.Address = to
		_, failed := e.compose(m)
		if failed == nil || failed.Class != Permanent || !failed.AddressRefused {
			t.Errorf("%q: %+v", to, failed)
		}
	}
}

func TestMessage_UnusualAddresses(t *testing.T) {
	e := NewEmail(quick("mail.test", 25))
	for to, want := range map[string]string{
		`"john doe"@example.com`:  `"john doe"@example.com`,
		"o'brien+tag@example.com": "o'brien+tag@example.com",
		"info@例子.公司":              "info@xn--fsqu00a.xn--55qx5d",
		"張三@example.com":          "張三@example.com",
	} {
		m := sampleEnglish()
		m.To.Address = to
		env, failed := e.compose(m)
		if failed != nil {
			t.Errorf("%s: %v", to, failed)
			continue
		}
		if env.to[0] != want || env.utf8 != strings.HasPrefix(to, "張") {
			t.Errorf("%s: RCPT TO:<%s>, SMTPUTF8 %t", to, env.to[0], env.utf8)
		}
	}
}

func TestMessage_NoLineIsLongerThanRFC5322Allows(t *testing.T) {
	m := sampleChinese()
	m.Subject = strings.Repeat("長", 500)
	m.Body = strings.Repeat("長", 100_000)
	m.To.Name = strings.Repeat("名", 300)
	env, failed := NewEmail(quick("mail.test", 25)).compose(m)
	if failed != nil {
		t.Fatal(failed)
	}
	for _, line := range bytes.Split(env.content, []byte("\r\n")) {
		if len(line) > 998 {
			t.Fatalf("a line of %d bytes: %.60s", len(line), line)
		}
	}
}
