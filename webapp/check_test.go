package webapp_test

import (
	"testing"
	"testing/fstest"

	"tminus/webapp"
)

func TestCheckRefusesWhatNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		sound bool
	}{
		"a page":              {map[string]string{"index.html": "<p>"}, true},
		"nothing":             {nil, false},
		"routes":              {map[string]string{"index.html": "<p>", "routes.json": `[{"path": "/", "page": "today"}]`}, true},
		"routes of no app":    {map[string]string{"index.html": "<p>", "routes.json": `{`}, false},
		"a broken import map": {map[string]string{"index.html": `<script type="importmap">{</script>`}, false},
	} {
		tree := fstest.MapFS{}
		for path, text := range c.files {
			tree[path] = &fstest.MapFile{Data: []byte(text)}
		}
		_, err := webapp.New(tree)
		if checked := webapp.Check(tree); (checked == nil) != c.sound || (err == nil) != c.sound {
			t.Errorf("%s: Check says %v, New says %v", name, checked, err)
		}
	}
}
