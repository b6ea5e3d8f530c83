package notifiers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"
)

// maxKept is how many messages a sandbox keeps; the oldest go first.
const maxKept = 1000

// Kept is one message that was kept instead of sent.
type Kept struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Channel   string    `json:"channel"`
	Locale    string    `json:"locale"`
	To        Recipient `json:"to"`
	Subject   string    `json:"subject"`
	HTML      string    `json:"html"` // empty for sms and wechat
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"created_at"`
	KeptAt    time.Time `json:"kept_at"`
}

// Sandbox keeps each message as a file instead of sending it, for any channel. A message that is kept again under the
// same ID, as a repeated attempt is, takes the place of the earlier one.
type Sandbox struct {
	dir     string
	now     func() time.Time
	compose func(*Message) (html, text string, err error)

	mu    sync.Mutex
	names []string  // file names in dir, oldest first; nil until the first message of this process
	last  time.Time // in the newest of this process's names
}

var _ Notifier = (*Sandbox)(nil)

// NewSandbox keeps messages in dir, which is made when the first one comes. compose gives the bodies of an email.
func NewSandbox(dir string, now func() time.Time, compose func(*Message) (html, text string, err error)) *Sandbox {
	return &Sandbox{dir: dir, now: now, compose: compose}
}

// Provider is "sandbox".
func (s *Sandbox) Provider() string { return "sandbox" }

// Send keeps m. An SMS counts and costs what it would have: the sandbox shows what a provider's bill would say.
func (s *Sandbox) Send(_ context.Context, m *Message) (Receipt, error) {
	k := Kept{
		ID: m.ID, Kind: m.Kind, Channel: m.Channel, Locale: m.Locale, To: m.To, Subject: m.Subject, CreatedAt: m.CreatedAt,
	}
	if m.Channel == Email {
		var err error
		if k.HTML, k.Text, err = s.compose(m); err != nil {
			return Receipt{}, &Error{Class: Permanent, Reason: "the message could not be composed", Err: err}
		}
	} else {
		k.Text = ShortText(m)
	}
	if err := s.keep(k); err != nil {
		return Receipt{}, notKept(err)
	}
	return Receipt{
		Provider: s.Provider(), ProviderID: m.ID, Response: "kept, not sent", Segments: m.Parts,
		Cost: math.Round(float64(m.Parts)*m.PartPrice*1e6) / 1e6,
	}, nil
}

// KeepMail keeps a mail of PocketBase's own, under a new ID. Attachments are not kept.
func (s *Sandbox) KeepMail(m *mailer.Message) error {
	k := Kept{
		ID: rand.Text(), Kind: "system", Channel: Email, Subject: oneLine(m.Subject), HTML: m.HTML, Text: m.Text, CreatedAt: s.now().UTC(),
	}
	if k.Text == "" {
		k.Text = htmlToText(m.HTML)
	}
	if all := slices.Concat(m.To, m.Cc, m.Bcc); len(all) > 0 {
		k.To = Recipient{Name: oneLine(all[0].Name), Address: all[0].Address}
	}
	if err := s.keep(k); err != nil {
		return notKept(err)
	}
	return nil
}

// Check makes sure that messages can be kept.
func (s *Sandbox) Check(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return notKept(err)
	}
	f, err := os.CreateTemp(s.dir, temporary+"*")
	if err != nil {
		return notKept(err)
	}
	_ = f.Close() // nothing was written
	if err := os.Remove(f.Name()); err != nil {
		return notKept(err)
	}
	return nil
}

// Close has nothing to let go of.
func (s *Sandbox) Close() error { return nil }

func notKept(err error) *Error {
	return &Error{Class: Configuration, Reason: "the sandbox could not keep the message", Err: err,
		Hint: "Check that the data directory is writable and its disk is not full."}
}

// temporary begins the names of files that are not whole yet.
const temporary = ".tmp-"

// stamp is the time in a file's name: UTC, of fixed length, so that names sort by time.
const stamp = "20060102T150405.000000000Z"

// load reads the names once; from then on this process knows them.
func (s *Sandbox) load() error {
	if s.names != nil {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("making the sandbox's directory: %w", err)
	}
	names, err := s.read()
	if err != nil {
		return err
	}
	s.names = append(make([]string, 0, maxKept+1), names...)
	return nil
}

// read gives the names of the kept messages, oldest first.
func (s *Sandbox) read() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the sandbox's directory: %w", err)
	}
	var names []string
	for _, e := range entries { // ReadDir sorts by name
		if strings.HasSuffix(e.Name(), ".json") && !strings.HasPrefix(e.Name(), temporary) && len(e.Name()) > len(stamp) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (s *Sandbox) keep(k Kept) error {
	k.KeptAt = s.now().UTC()
	content, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("encoding the message: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	at := k.KeptAt
	if !at.After(s.last) {
		at = s.last.Add(1) // names sort as the messages came, whatever the clock does
	}
	s.last = at
	suffix := "-" + fileID(k.ID) + ".json"
	name := at.Format(stamp) + suffix
	if err := s.write(name, content); err != nil {
		return err
	}
	for _, gone := range s.admit(name, suffix) {
		if err := s.remove(gone); err != nil {
			return err
		}
	}
	return nil
}

// admit adds name and gives the names that make room for it: the earlier one of the same ID, and the oldest.
func (s *Sandbox) admit(name, suffix string) (gone []string) {
	if i := slices.IndexFunc(s.names, func(n string) bool { return strings.HasSuffix(n, suffix) }); i >= 0 {
		gone = append(gone, s.names[i])
		s.names = slices.Delete(s.names, i, i+1)
	}
	if n := len(s.names) - (maxKept - 1); n > 0 {
		gone = append(gone, s.names[:n]...)
		s.names = slices.Delete(s.names, 0, n)
	}
	s.names = append(s.names, name)
	return gone
}

func (s *Sandbox) write(name string, content []byte) error {
	f, err := os.CreateTemp(s.dir, temporary+"*") // mode 0600
	if err != nil {
		return fmt.Errorf("making a file: %w", err)
	}
	_, err = f.Write(content)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(s.dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
		return fmt.Errorf("writing the message: %w", err)
	}
	return nil
}

func (s *Sandbox) remove(name string) error {
	err := os.Remove(filepath.Join(s.dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing an earlier message: %w", err)
	}
	return nil
}

// List gives at most limit messages, the newest first; limit <= 0 means all.
func (s *Sandbox) List(limit int) ([]Kept, error) {
	names, err := s.read()
	if err != nil {
		return nil, err
	}
	var kept []Kept
	seen := map[string]bool{} // a crash between writing and removing leaves an earlier file of the same ID
	for _, name := range slices.Backward(names) {
		if limit > 0 && len(kept) == limit {
			break
		}
		id := name[len(stamp):]
		if seen[id] {
			continue
		}
		seen[id] = true
		k, err := s.open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // replaced since the directory was read
		}
		if err != nil {
			return nil, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}

// Get gives one message by its ID; the error is fs.ErrNotExist if there is none.
func (s *Sandbox) Get(id string) (Kept, error) {
	names, err := s.read()
	if err != nil {
		return Kept{}, err
	}
	suffix := "-" + fileID(id) + ".json"
	for _, name := range slices.Backward(names) {
		if name[len(stamp):] == suffix {
			return s.open(name)
		}
	}
	return Kept{}, fmt.Errorf("finding the message: %w", fs.ErrNotExist)
}

func (s *Sandbox) open(name string) (Kept, error) {
	content, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return Kept{}, fmt.Errorf("reading a message: %w", err)
	}
	var k Kept
	if err := json.Unmarshal(content, &k); err != nil {
		return Kept{}, fmt.Errorf("decoding %s: %w", name, err)
	}
	return k, nil
}

// fileID is an ID as part of a file's name. What is not plain, or long, is told apart by a sum.
func fileID(id string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_' {
			return r
		}
		return '_'
	}, clip(id, 40))
	if plain == id {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return plain + "_" + hex.EncodeToString(sum[:6])
}
