package notifiers

import (
	"strings"
	"testing"
)

func TestShortWaysGiveWhatTheLongOnesDo(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", " ", "a", " a", "a ", "a b", "a  b", "a\tb", "a\nb", "a\r\nb\rc", "香港", "a\u202eb", "a\x7fb", "a\x00b", "\xff", "~!",
		"a\u2028b", "\n", "\n\n", "\r\r\n\n",
	} {
		if got, want := oneLine(s), strings.Join(strings.Fields(oneLine("香 "+s)), " "); "香 "+got != want && "香"+got != want {
			t.Errorf("oneLine(%q) = %q, behind a Chinese sign %q", s, got, want)
		}
		if got, want := lines(s), strings.TrimPrefix(lines("香"+s), "香"); got != want {
			t.Errorf("lines(%q) = %q, behind a Chinese sign %q", s, got, want)
		}
		want := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(s)
		if got := crlf(s); got != want {
			t.Errorf("crlf(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWhateverIsNestedTooDeepIsLookedAt(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		strings.Repeat(">", 16), "x\n" + strings.Repeat("> ", 16), strings.Repeat("* ", 17) + "x", strings.Repeat("1. ", 16), strings.Repeat("\t-\t", 20),
		"a\n\n  " + strings.Repeat("123456789) > ", 8), strings.Repeat(">", 15), "plain\n- one\n- two",
	} {
		if nested.MatchString(s) && !maybeNested(s) {
			t.Errorf("%q is nested too deep and was not looked at", s)
		}
	}
	if maybeNested("- a list\n  - within\n1. and a number") {
		t.Error("usual words are looked at twice")
	}
}
