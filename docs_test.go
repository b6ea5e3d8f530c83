package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
	"tminus/config"
)

const integratorsGuide = "docs/integrators.md"

// example is a ```js block of a guide. Above it may stand `<!-- as: ROLE -->`, who is signed in (staff unless said
// otherwise); below it a ```text or ```json block with what it prints.
type example struct {
	heading string
	line    int
	role    string
	code    string
	want    string
}

func (e example) name() string { return fmt.Sprintf("%s, line %d", e.heading, e.line) }

var (
	role = regexp.MustCompile(`^<!-- as: (\w+) -->$`)
	ids  = regexp.MustCompile(`"[a-z0-9]{15}"`)
)

// TestDocs_TheIntegratorsExamplesRun runs every JavaScript example of the integrators' guide against a server of its
// own and holds what it prints against what the guide says that it prints.
func TestDocs_TheIntegratorsExamplesRun(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("TMINUS_REQUIRE_NODE") != "" {
			t.Fatal("node is missing, and TMINUS_REQUIRE_NODE is set")
		}
		t.Skip("node is missing")
	}
	examples := readExamples(t, integratorsGuide)
	if len(examples) < 10 {
		t.Fatalf("%d examples found; has the guide another form?", len(examples))
	}
	dir := nodeProject(t)
	for _, e := range examples {
		t.Run(e.name(), func(t *testing.T) {
			t.Parallel()
			printed := runExample(t, dir, e)
			if !same(printed, e.want) {
				t.Errorf("%s:%d prints\n%s\nand the guide says\n%s", integratorsGuide, e.line, printed, e.want)
			}
		})
	}
}

// TestDocs_LinksLeadSomewhere follows the relative links of every document.
func TestDocs_LinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, document := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(read(t, document), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(document), found[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", document, found[1])
			}
		}
	}
}

// TestDocs_EveryPromiseNamesTheTestsThatHoldIt holds the README's table against the names of the tests.
func TestDocs_EveryPromiseNamesTheTestsThatHoldIt(t *testing.T) {
	t.Parallel()
	row := regexp.MustCompile(`(?m)^\| P(\d+) \| .* \|$`)
	file := regexp.MustCompile(`\]\(([^)]+_test\.go)\)`)
	rows := row.FindAllStringSubmatch(read(t, "README.md"), -1)
	if len(rows) != 14 {
		t.Fatalf("%d promises in the README, want 14", len(rows))
	}
	for _, r := range rows {
		files := file.FindAllStringSubmatch(r[0], -1)
		if len(files) == 0 {
			t.Errorf("P%s names no test", r[1])
		}
		for _, f := range files {
			if !strings.Contains(read(t, f[1]), "func TestP"+r[1]+"_") {
				t.Errorf("%s holds no test of P%s", f[1], r[1])
			}
		}
	}
}

// TestDocs_TheOperatorsGuideNamesEverySetting holds the guide against .env.example.
func TestDocs_TheOperatorsGuideNamesEverySetting(t *testing.T) {
	t.Parallel()
	guide := read(t, "docs/operators.md")
	for _, found := range regexp.MustCompile(`(?m)^# ([A-Z_]+)=`).FindAllStringSubmatch(read(t, ".env.example"), -1) {
		name, fromFile := strings.CutSuffix(found[1], "_FILE")
		if !strings.Contains(guide, "`"+name+"`") {
			t.Errorf("docs/operators.md does not name %s", name)
		}
		if fromFile && strings.Count(guide, "`"+name+"`") < 2 {
			t.Errorf("docs/operators.md does not say that %s can come from a file", name)
		}
	}
}

// TestDocs_TheIntegratorsGuideNamesEveryErrorCode holds the guide against the code.
func TestDocs_TheIntegratorsGuideNamesEveryErrorCode(t *testing.T) {
	t.Parallel()
	guide := read(t, integratorsGuide)
	code := regexp.MustCompile(`"(validation_[a-z_]+)"`)
	for _, folder := range []string{"api", "hooks"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, found := range code.FindAllStringSubmatch(read(t, file), -1) {
				if !strings.Contains(guide, "`"+found[1]+"`") {
					t.Errorf("%s does not explain %s of %s", integratorsGuide, found[1], file)
				}
			}
		}
	}
}

func documents(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md", "CHANGELOG.md"}
	for _, pattern := range []string{"docs/*.md", "docs/decisions/*.md", "docs/zh-CN/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, more...)
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// readExamples gives the ```js blocks of a guide with what surrounds them.
func readExamples(t *testing.T, path string) []example {
	t.Helper()
	var found []example
	heading, as, fence := "", "staff", ""
	var block []string
	answers := false // whether the last thing was an example, so that a block now is its output
	for i, line := range strings.Split(read(t, path), "\n") {
		switch {
		case fence == "" && strings.HasPrefix(line, "```"):
			fence, block = strings.TrimPrefix(line, "```"), nil
			if fence == "" {
				t.Fatalf("%s:%d: a block must say its language", path, i+1)
			}
			if fence == "js" {
				found = append(found, example{heading: heading, line: i + 1, role: as})
			}
		case fence != "" && line == "```":
			text := strings.Join(block, "\n")
			switch {
			case fence == "js":
				found[len(found)-1].code = text
			case answers && (fence == "text" || fence == "json"):
				found[len(found)-1].want = text
			}
			answers, as, fence = fence == "js", "staff", ""
		case fence != "":
			block = append(block, line)
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimLeft(line, "# ")
		case role.MatchString(line):
			as = role.FindStringSubmatch(line)[1]
		case line != "":
			answers = false
		}
	}
	return found
}

// nodeProject gives a folder in which node finds the SDK that the web app uses, under its usual name.
func nodeProject(t *testing.T) string {
	t.Helper()
	sdks, err := filepath.Glob("pb_public/vendor/pocketbase@*/pocketbase.es.*js")
	if err != nil || len(sdks) != 1 {
		t.Fatalf("want one vendored SDK, found %v (%v)", sdks, err)
	}
	dir := t.TempDir()
	sdk := filepath.Join(dir, "node_modules", "pocketbase")
	if err := os.MkdirAll(sdk, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{
		filepath.Join(sdk, "package.json"):    `{"name": "pocketbase", "type": "module", "exports": "./index.js"}`,
		filepath.Join(sdk, "index.js"):        read(t, sdks[0]),
		filepath.Join(dir, "eventsource.mjs"): eventSource,
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runExample runs one example against a fresh server and gives what it prints.
func runExample(t *testing.T, dir string, e example) string {
	t.Helper()
	s := freshInstance(t).Serve()
	customer := s.Customer("Harbour Medical")
	s.Contact(customer, "Dr Helen Yip", "helen.yip@example.test")

	// The guide's first example connects by itself; the others are given pb.
	prelude := fmt.Sprintf("import './eventsource.mjs';\nimport PocketBase from 'pocketbase';\n"+
		"const pb = new PocketBase(%q);\nawait pb.collection('users').authWithPassword(%q, %q);\n", s.URL, e.role+"@example.test", apptest.Password)
	code := e.code
	if strings.Contains(code, "new PocketBase(") {
		prelude, code = "", strings.ReplaceAll(code, "http://127.0.0.1:8090", s.URL)
	}
	file := filepath.Join(dir, fmt.Sprintf("line%d.mjs", e.line))
	if err := os.WriteFile(file, []byte(prelude+code+"\nprocess.exit(0);\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", file)
	var printed, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s:%d: %v\n%s%s", integratorsGuide, e.line, err, printed.String(), complaints.String())
	}
	return strings.TrimSpace(printed.String())
}

// freshInstance gives an instance as an operator finds it: email in the sandbox, the other channels off.
func freshInstance(t *testing.T) *apptest.App {
	t.Helper()
	a := apptest.New(t, apptest.WithNotifier("email", nil), apptest.WithNotifier("sms", nil), apptest.WithNotifier("wechat", nil),
		apptest.WithConfig(func(c *config.Config) { c.Enable.SMS, c.Enable.WeChat = false, false }))
	plan, err := collections.PlanFor(a.App, "", "")
	if err != nil {
		t.Fatal(err)
	}
	steps, err := collections.StepsOf(a.App, plan.Id)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		step.SetChannels([]string{"email"})
		a.MustSave(step)
	}
	return a
}

// same lets ids differ, and the ways to lay JSON out.
func same(printed, want string) bool {
	return reflect.DeepEqual(values(printed), values(want))
}

// values gives the JSON values of a text that is nothing else, and otherwise the text.
func values(text string) []any {
	text = ids.ReplaceAllString(strings.TrimSpace(text), `"…"`)
	var all []any
	for decoder := json.NewDecoder(strings.NewReader(text)); ; {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			return []any{text}
		}
		all = append(all, value)
	}
}

// eventSource is as much of a browser's EventSource as the SDK needs, since node has none.
const eventSource = `
globalThis.EventSource ??= class {
  #listeners = new Map();
  #stop = new AbortController();
  constructor(url) { this.#read(url).catch((error) => this.onerror?.(error)); }
  addEventListener(type, listener) { this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]); }
  removeEventListener(type, listener) { this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((l) => l !== listener)); }
  close() { this.#stop.abort(); }
  async #read(url) {
    const response = await fetch(url, { headers: { Accept: 'text/event-stream' }, signal: this.#stop.signal });
    const decoder = new TextDecoder();
    let text = '';
    for await (const part of response.body) {
      text += decoder.decode(part, { stream: true });
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) this.#tell(text.slice(0, end));
    }
  }
  #tell(message) {
    const event = { type: 'message', data: '', lastEventId: '' };
    for (const line of message.split('\n')) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).trim();
      if (line.startsWith('event:')) event.type = value;
      if (line.startsWith('data:')) event.data += value;
      if (line.startsWith('id:')) event.lastEventId = value;
    }
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
  }
};
`
