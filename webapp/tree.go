package webapp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// tree is what the web app is made of.
type tree struct {
	files map[string][]byte // by path, without a leading slash
	hash  string            // of all paths and contents, 12 hexadecimal digits
}

// read takes every file whose path has no segment that begins with a dot.
func read(files fs.FS) (*tree, error) {
	t := &tree{files: map[string][]byte{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case hidden(name) && entry.IsDir():
			return fs.SkipDir
		case hidden(name) || !entry.Type().IsRegular():
			return nil
		}
		t.files[name], err = fs.ReadFile(files, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the web app: %w", err)
	}
	if t.files[indexFile] == nil {
		return nil, fmt.Errorf("the web app has no %s", indexFile)
	}
	t.hash = digest(t.files)[:12]
	return t, nil
}

// digest gives the SHA-256 of the paths, in their order, each with the SHA-256 of its content.
func digest(files map[string][]byte) string {
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(all, "%q %x\n", name, sha256.Sum256(files[name]))
	}
	return hex.EncodeToString(all.Sum(nil))
}
