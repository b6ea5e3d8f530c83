package webapp

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io"
	"io/fs"
)

// parcel is what one process packs for another.
type parcel struct {
	Hash   string // of the tree
	Files  map[string][]byte
	Needs  map[string][]string
	Inside map[string]bool
}

// Pack packs a tree for Site.PackedBy of another process, as encoding/gob writes it.
func Pack(files fs.FS, to io.Writer) error {
	s, err := New(files)
	if err != nil {
		return err
	}
	made, err := s.packHere()
	if err != nil {
		return err
	}
	return gob.NewEncoder(to).Encode(parcel{Hash: s.tree.hash, Files: made.files, Needs: made.needs, Inside: made.inside})
}

// packHere packs the modules in this process.
func (s *Site) packHere() (*packs, error) {
	made, err := pack(s.tree.files, s.base, s.named)
	if err != nil {
		return nil, fmt.Errorf("pack the modules of the web app: %w", err)
	}
	if err := shorten(s.tree.files, made); err != nil {
		return nil, fmt.Errorf("shorten the web app's files: %w", err)
	}
	return made, nil
}

// packedElsewhere gives what another process has packed; nil if it has not, or if its tree was another one, as when the
// program's file was replaced meanwhile.
func (s *Site) packedElsewhere() *packs {
	if s.PackedBy == nil {
		return nil
	}
	raw, err := s.PackedBy()
	if err != nil {
		return nil
	}
	var p parcel
	if gob.NewDecoder(bytes.NewReader(raw)).Decode(&p) != nil || p.Hash != s.tree.hash {
		return nil
	}
	return &packs{files: p.Files, needs: p.Needs, inside: p.Inside}
}
