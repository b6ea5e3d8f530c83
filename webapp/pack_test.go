package webapp

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// modules is a tree of six pages: two share a component, all but one need a library of the app, one fetches a part later.
func modules(changes map[string]string) fs.FS {
	files := fstest.MapFS{}
	for name, body := range map[string]string{
		"index.html":             `<script type="importmap">{"imports": {"kit": "/vendor/kit@1.0/kit.js"}}</script><!-- preload -->`,
		"routes.json":            `[{"path": "/one", "page": "one"}, {"path": "/two", "page": "two"}]`,
		"js/main.js":             "import { draw } from 'kit'; import './lib/base.js'; draw('main');",
		"js/lib/base.js":         "import { draw } from 'kit'; export let count = 0; export const more = () => { count++; draw(import.meta.url); };",
		"js/lib/often.js":        "import { more } from './base.js'; export default function often() { more(); return 'often'; }",
		"js/components/some.js":  "import often from '../lib/often.js'; export const some = [often, 'some'];",
		"js/components/later.js": "import { some } from './some.js'; export const later = [some, 'later'];",
		"js/pages/one.js":        "import { some } from '../components/some.js'; export default () => [some, '訊息', 'one'];",
		"js/pages/two.js":        "import { some } from '../components/some.js'; import { count } from '../lib/base.js'; export default () => [some, count, 'two'];",
		"js/pages/three.js":      "import often from '../lib/often.js'; export default () => often() + 'three';",
		"js/pages/four.js":       "import often from '../lib/often.js'; import only from '../lib/only.js'; export default () => often() + only;",
		"js/pages/five.js":       "export default () => import('../components/later.js');",
		"js/pages/six.js":        "export default () => 'six';",
		"js/lib/only.js":         "export default 'only one page needs this';",
		"js/lib/unused.js":       "export default 'nobody';",
		"css/base.css":           "/* for its readers */\n.a { color : red }\n",
		"vendor/kit@1.0/kit.js":  "export const draw = (what) => console.log(what);",
	} {
		files[name] = &fstest.MapFile{Data: []byte(body)}
	}
	for name, body := range changes {
		files[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return files
}

func TestSite_ModulesComePacked(t *testing.T) {
	t.Parallel()
	s := site(t, modules(nil))
	if err := s.Ready(); err != nil {
		t.Fatal(err)
	}
	body := func(name string) string { return get(t, s, s.base+name).Body.String() }
	for name, holds := range map[string][]string{
		"js/main.js":             {"console.log", `"often"`, "as x", s.base + "js/lib/base.js"},
		"js/pages/four.js":       {"only one page needs this", `}from"` + s.base + `js/main.js"`},
		"js/pages/one.js":        {"訊息", s.base + "js/components/some.js"},
		"js/components/some.js":  {`"some"`, `}from"` + s.base + `js/main.js"`},
		"js/components/later.js": {`"later"`, s.base + "js/components/some.js"},
		"js/pages/five.js":       {s.base + "js/components/later.js"},
		"css/base.css":           {".a{color:red}"},
	} {
		for _, want := range holds {
			if !strings.Contains(body(name), want) {
				t.Errorf("%s lacks %s:\n%s", name, want, body(name))
			}
		}
	}
	for name, lacks := range map[string]string{
		"js/main.js": `"some"`, "js/pages/one.js": `"some"`, "js/pages/five.js": `"later"`, "js/components/later.js": `"some"`, "js/pages/two.js": "console.log",
	} {
		if strings.Contains(body(name), lacks) {
			t.Errorf("%s holds %s, which has another place:\n%s", name, lacks, body(name))
		}
	}
	want := []string{s.base + "js/main.js", s.base + "js/pages/one.js", s.base + "js/components/some.js"}
	if got := linksOf(get(t, s, "/one").Body.String(), "modulepreload"); !slices.Equal(got, want) {
		t.Errorf("the page names %q, want %q", got, want)
	}
}

func TestSite_WhatABrowserPutsByIsListed(t *testing.T) {
	t.Parallel()
	s := site(t, modules(nil))
	list := get(t, s, s.base+"files.json").Body.String()
	for name, want := range map[string]bool{
		`"js/main.js"`: true, `"js/pages/one.js"`: true, `"js/components/some.js"`: true, `"css/base.css"`: true,
		`"js/lib/base.js"`: false, `"index.html"`: false,
	} {
		if strings.Contains(list, name) != want {
			t.Errorf("%s listed: %v, in %s", name, !want, list)
		}
	}
}

func TestSite_WhatCannotBePackedIsSaidAndServedAsItIs(t *testing.T) {
	t.Parallel()
	for want, changes := range map[string]map[string]string{
		`js/pages/six.js imports "./nope.js", but js/pages/nope.js is missing`:              {"js/pages/six.js": "import './nope.js';"},
		`js/pages/six.js imports "htm", which the import map does not name`:                 {"js/pages/six.js": "import htm from 'htm';"},
		`js/pages/six.js imports "https://cdn.example/x.js", which the import map`:          {"js/pages/six.js": "import 'https://cdn.example/x.js';"},
		`js/pages/six.js imports "../../../../etc/passwd", but ../../etc/passwd is missing`: {"js/pages/six.js": "import '../../../../etc/passwd';"},
		"js/pages/six.js:2: ": {"js/pages/six.js": "const a = 1;\nconst = 2;"},
		`No matching export in "js/lib/base.js" for import "x"`: {"js/pages/six.js": "import { x } from '../lib/base.js'; x();"},
	} {
		s := site(t, modules(changes))
		if err := s.Ready(); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "tree:", ""), want) {
			t.Errorf("want an error with %s, have %v", want, err)
		}
		if got := get(t, s, s.base+"js/pages/six.js").Body.String(); got != changes["js/pages/six.js"] {
			t.Errorf("%s: it is served as %s", want, got)
		}
	}
}
