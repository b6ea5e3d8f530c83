package notifiers

import (
	"net/mail"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestReason_IsFitToBeShown(t *testing.T) {
	for in, want := range map[string]string{
		"5.1.1 <john@example.com>: Recipient rejected":                "550 5.1.1 <j***@example.com>: Recipient rejected",
		"5.1.1 The account does not exist.\n5.1.1 Please check\n it.": "550 5.1.1 The account does not exist. Please check it.",
		"No such user here":                       "550 No such user here",
		"5.7.1 a@b.example and \"j d\"@c.example": "550 5.7.1 a***@b.example and j***@c.example",
		"x\x00y\x1b[31m\u202ez":                   "550 x y [31mz",
		"\xc4\xe3\xba\xc3":                        "550 ",
		"張三@example.com 不存在":                      "550 張***@example.com 不存在",
		"":                                        "550",
	} {
		if got := parseReply(550, in).words(); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := parseReply(550, strings.Repeat("長", 1000)).words()
	if utf8.RuneCountInString(long) != 300 {
		t.Errorf("%d runes", utf8.RuneCountInString(long))
	}
}

func FuzzReason(f *testing.F) {
	for _, s := range []string{"5.1.1 <john@example.com> unknown", "a@b@c.d", "\"x y\"@z", "x@[1.2.3.4]", "@@@", "長@長", "a\x00b@c.d", "\u202ea@b"} {
		f.Add(s, "john.doe@example.com")
	}
	f.Fuzz(func(t *testing.T, text, to string) {
		got := words(text)
		if utf8.RuneCountInString(got) > maxReason || !utf8.ValidString(got) {
			t.Errorf("%q: %q", text, got)
		}
		if strings.IndexFunc(got, unicode.IsControl) >= 0 {
			t.Errorf("%q: control characters in %q", text, got)
		}
		a, err := mail.ParseAddress("<" + to + ">")
		if err != nil || a.Address != to || strings.ContainsAny(to, "\"*") || len(to) > 100 || oneLine(to) != to {
			return
		}
		if local := to[:strings.LastIndexByte(to, '@')]; utf8.RuneCountInString(local) > 1 {
			if shown := words("550 <" + to + "> unknown"); strings.Contains(shown, to) {
				t.Errorf("%q shows in %q", to, shown)
			}
		}
	})
}
