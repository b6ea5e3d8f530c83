package webtest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"testing"
)

func TestWeb_VendoredFilesAreThoseOfTheManifest(t *testing.T) {
	t.Parallel()
	type library struct {
		Name, Version, Licence, File, SHA256 string
		LicenceFile                          string `json:"licence_file"`
	}
	files, err := fs.Sub(pages(), "vendor")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Error(err)
		}
		return raw
	}
	var libraries []library
	if err := json.Unmarshal(read("manifest.json"), &libraries); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"manifest.json": true}
	for _, l := range libraries {
		listed[l.File], listed[l.LicenceFile] = true, true
		if sum := sha256.Sum256(read(l.File)); hex.EncodeToString(sum[:]) != l.SHA256 {
			t.Errorf("%s is not what the manifest lists", l.File)
		}
		if l.Name == "" || l.Version == "" || !strings.HasSuffix(path.Dir(l.File), "@"+l.Version) {
			t.Errorf("%s lies in another folder than its version's: %+v", l.File, l)
		}
		if text := string(read(l.LicenceFile)); l.Licence == "" || !strings.Contains(text, "Copyright") {
			t.Errorf("%s has no licence text", l.Name)
		}
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !listed[name] {
			t.Errorf("%s is not in the manifest", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
