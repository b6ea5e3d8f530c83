package notifiers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newSandbox(t *testing.T) (*Sandbox, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sandbox")
	return NewSandbox(dir, func() time.Time { return created }, Compose), dir
}

func keepMessage(t *testing.T, s *Sandbox, m *Message) {
	t.Helper()
	if _, err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestSandbox_KeepsAndShows(t *testing.T) {
	s, dir := newSandbox(t)
	if kept, err := s.List(10); err != nil || len(kept) != 0 {
		t.Errorf("an empty sandbox: %v, %v", kept, err)
	}
	keepMessage(t, s, sampleEnglish())
	keepMessage(t, s, sampleChinese())
	kept, err := s.List(10)
	if err != nil || len(kept) != 2 || kept[0].ID != sampleChinese().ID {
		t.Fatalf("List: %+v, %v", kept, err)
	}
	html, text, err := Compose(sampleChinese())
	if err != nil {
		t.Fatal(err)
	}
	k := kept[0]
	if k.HTML != html || k.Text != text || k.Kind != "reminder" || k.Channel != Email || k.Locale != "zh-HK" ||
		k.To != sampleChinese().To || k.Subject != sampleChinese().Subject || !k.CreatedAt.Equal(created) || !k.KeptAt.Equal(created) {
		t.Errorf("kept %+v", k)
	}
	if got, err := s.Get(sampleEnglish().ID); err != nil || got.ID != sampleEnglish().ID {
		t.Errorf("Get: %+v, %v", got, err)
	}
	if _, err := s.Get("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Get of none: %v", err)
	}
	if one, err := s.List(1); err != nil || len(one) != 1 {
		t.Errorf("List(1): %d, %v", len(one), err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory's mode: %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 || !strings.HasSuffix(e.Name(), ".json") {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestSandbox_ARepeatedAttemptShowsOnce(t *testing.T) {
	s, dir := newSandbox(t)
	m := sampleEnglish()
	keepMessage(t, s, m)
	keepMessage(t, s, sampleChinese())
	m.Subject = "again"
	keepMessage(t, s, m)
	other := NewSandbox(dir, func() time.Time { return created.Add(time.Hour) }, Compose) // another run of the program
	m.Subject = "and again"
	keepMessage(t, other, m)
	kept, err := s.List(0)
	if err != nil || len(kept) != 2 || kept[0].Subject != "and again" {
		t.Errorf("%d kept, %v", len(kept), err)
	}
}

func TestSandbox_OtherChannelsAreTitleAndBody(t *testing.T) {
	s, _ := newSandbox(t)
	for _, channel := range []string{SMS, WeChat} {
		m := sampleEnglish()
		m.ID, m.Channel, m.Body = channel, channel, "Bring the **boots**.\n\nThanks"
		keepMessage(t, s, m)
		got, err := s.Get(channel)
		if err != nil || got.HTML != "" || got.Text != m.Title+"\nBring the boots.\nThanks" {
			t.Errorf("%s: %q, %v", channel, got.Text, err)
		}
	}
}

func TestSandbox_KeepsTheNewestThousand(t *testing.T) {
	s, dir := newSandbox(t)
	m := &Message{Channel: SMS, Title: "x"}
	for i := range maxKept + 5 {
		m.ID = fmt.Sprintf("m%d", i)
		keepMessage(t, s, m)
	}
	m.ID = "m7" // replacing one makes no room
	keepMessage(t, s, m)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != maxKept {
		t.Errorf("%d files, %v", len(entries), err)
	}
	if _, err := s.Get("m4"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the oldest is still there: %v", err)
	}
	if _, err := s.Get("m5"); err != nil {
		t.Errorf("m5: %v", err)
	}
}

func TestSandbox_IDsCannotLeaveTheDirectory(t *testing.T) {
	s, dir := newSandbox(t)
	ids := []string{"../../etc/passwd", "..", "a/b", "a-b", "a_b", "a b", "", "長", strings.Repeat("x", 300), strings.Repeat("x", 301), "\x00"}
	for _, id := range ids {
		m := sampleEnglish()
		m.ID = id
		keepMessage(t, s, m)
	}
	for _, id := range ids {
		if got, err := s.Get(id); err != nil || got.ID != id {
			t.Errorf("%q: got %q, %v", id, got.ID, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != len(ids) {
		t.Errorf("%d files, %v, want %d", len(entries), err, len(ids))
	}
}

func TestSandbox_KeepsPocketBasesMails(t *testing.T) {
	s, _ := newSandbox(t)
	if err := s.KeepMail(pocketBaseMail()); err != nil {
		t.Fatal(err)
	}
	kept, err := s.List(1)
	if err != nil || kept[0].To.Address != "a@example.com" || kept[0].Subject != "Reset your password" || kept[0].Kind != "system" ||
		!strings.Contains(kept[0].Text, "https://example.org/r/1") || kept[0].HTML == "" {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestSandbox_AnUnwritableDirectoryIsTheChannelsFailure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewSandbox(filepath.Join(file, "sandbox"), func() time.Time { return created }, Compose)
	_, err := s.Send(t.Context(), sampleEnglish())
	for what, err := range map[string]error{"Send": err, "Check": s.Check(t.Context()), "KeepMail": s.KeepMail(pocketBaseMail())} {
		if err == nil || AsError(err).Class != Configuration || AsError(err).Hint == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func BenchmarkSandbox_TheThousandthMessage(b *testing.B) {
	s := NewSandbox(b.TempDir(), func() time.Time { return created }, Compose)
	m := &Message{Channel: SMS, Title: "x", Body: "y"}
	i := 0
	for ; i < maxKept; i++ {
		m.ID = fmt.Sprintf("m%d", i)
		if _, err := s.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		i++
		m.ID = fmt.Sprintf("m%d", i)
		if _, err := s.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}
