package webapp

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"testing"
)

// elsewhere serves a tree of the product with what another process is said to have packed.
func elsewhere(t *testing.T, packed []byte, err error) *Site {
	t.Helper()
	s := site(t, os.DirFS("../pb_public"))
	s.PackedBy = func() ([]byte, error) { return packed, err }
	if err := s.Ready(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatAnotherProcessPackedIsServedAsIfPackedHere(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	if err := Pack(os.DirFS("../pb_public"), &packed); err != nil {
		t.Fatal(err)
	}
	here, there := site(t, os.DirFS("../pb_public")), elsewhere(t, packed.Bytes(), nil)
	for _, address := range []string{"/", "/events", here.base + mainModule, here.base + mainStyles, here.base + listFile} {
		want, got := get(t, here, address), get(t, there, address)
		if got.Code != http.StatusOK || got.Body.String() != want.Body.String() {
			t.Errorf("%s: %d, %d bytes instead of %d", address, got.Code, got.Body.Len(), want.Body.Len())
		}
	}
	// The packs are those of the other process, not made a second time.
	other := bytes.Replace(packed.Bytes(), []byte("return"), []byte("RETURN"), 1)
	if made := elsewhere(t, other, nil); func() bool {
		a, _ := there.assemble()
		b, _ := made.assemble()
		for name, f := range a.files {
			if !bytes.Equal(f.body, b.files[name].body) {
				return false
			}
		}
		return true
	}() {
		t.Error("what the other process packed is not what is served")
	}
}

func TestWhatAnotherProcessCannotPackIsPackedHere(t *testing.T) {
	t.Parallel()
	var ofAnotherTree bytes.Buffer
	if err := Pack(modules(nil), &ofAnotherTree); err != nil {
		t.Fatal(err)
	}
	want := get(t, site(t, os.DirFS("../pb_public")), "/events").Body.String()
	for name, s := range map[string]*Site{
		"failed": elsewhere(t, nil, errors.New("no memory")), "garbage": elsewhere(t, []byte("panic: …"), nil),
		"of another tree": elsewhere(t, ofAnotherTree.Bytes(), nil),
	} {
		if got := get(t, s, "/events").Body.String(); got != want {
			t.Errorf("%s: %d bytes instead of %d", name, len(got), len(want))
		}
	}
}
