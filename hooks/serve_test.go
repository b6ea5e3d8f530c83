package hooks_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/apptest"
	"tminus/collections"
)

// ask opens what a browser would ask for: it takes gzip and Brotli, which Go's client does not unpack if asked for by name.
func ask(t *testing.T, s *apptest.Server, role, method, address string, read func(*http.Response)) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+address, nil)
	must(t, err)
	request.Header.Set("Accept-Encoding", "gzip, deflate, br")
	request.Header.Set("Authorization", s.Token(role))
	response, err := http.DefaultTransport.RoundTrip(request)
	must(t, err)
	defer response.Body.Close()
	read(response)
}

// fetch gives what a browser gets, as it comes over the wire.
func fetch(t *testing.T, s *apptest.Server, role, method, address string) apptest.Answer {
	t.Helper()
	var answer apptest.Answer
	ask(t, s, role, method, address, func(response *http.Response) {
		body, err := io.ReadAll(response.Body)
		must(t, err)
		answer = apptest.Answer{Status: response.StatusCode, Body: body, Header: response.Header}
	})
	return answer
}

// unpack reads a body in the content coding that its header names.
func unpack(t *testing.T, a apptest.Answer) []byte {
	t.Helper()
	var r io.Reader
	switch coding := a.Header.Get("Content-Encoding"); coding {
	case "br":
		r = brotli.NewReader(bytes.NewReader(a.Body))
	case "gzip":
		unzipped, err := gzip.NewReader(bytes.NewReader(a.Body))
		must(t, err)
		r = unzipped
	default:
		t.Fatalf("the body is in the coding %q", coding)
	}
	text, err := io.ReadAll(r)
	must(t, err)
	return text
}

func TestWeb_TheSiteIsServedWhereNothingElseIs(t *testing.T) {
	t.Parallel()
	pages := fstest.MapFS{
		"index.html": {Data: []byte("<!doctype html><title>T-minus</title>" + strings.Repeat("<p>Hello</p>", 50) + `<script src="/js/main.js"></script>`)},
		"js/main.js": {Data: []byte("console.log('" + strings.Repeat("words ", 50) + "');")},
	}
	s := apptest.New(t, apptest.WithWebApp(pages)).Serve()
	for _, tt := range []struct {
		method, address string
		status          int
		kind            string
		cache           string
		policy          bool
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", "no-cache", true},
		{"HEAD", "/", 200, "text/html; charset=utf-8", "no-cache", true},
		{"GET", "/events/xyz?tab=1", 200, "text/html; charset=utf-8", "no-cache", true},
		{"GET", "/js/main.js", 200, "text/javascript; charset=utf-8", "no-cache", false},
		{"GET", "/_a/0123456789ab/js/main.js", 404, "text/plain; charset=utf-8", "no-store", true},
		{"GET", "/favicon.ico", 404, "text/plain; charset=utf-8", "no-store", true},
		{"GET", "/%2e%2e/go.mod", 404, "text/plain; charset=utf-8", "no-store", true},
		{"POST", "/", 404, "application/json", "", false},
		{"DELETE", "/js/main.js", 404, "application/json", "", false},
		{"GET", "/api/nope", 404, "application/json", "no-store", false},
		{"GET", "/api/health", 200, "application/json", "no-store", false},
		{"GET", "/u/nobody.0", 404, "application/json", "no-store", false},
	} {
		answer := fetch(t, s, "", tt.method, tt.address)
		h := answer.Header
		if answer.Status != tt.status || h.Get("Content-Type") != tt.kind || h.Get("Cache-Control") != tt.cache {
			t.Errorf("%s %s: %d %q %q", tt.method, tt.address, answer.Status, h.Get("Content-Type"), h.Get("Cache-Control"))
		}
		if policy := h.Get("Content-Security-Policy"); strings.HasPrefix(policy, "default-src 'none'; script-src 'self';") != tt.policy {
			t.Errorf("%s %s: Content-Security-Policy %q", tt.method, tt.address, policy)
		}
		if tt.method == "GET" && tt.status == 200 && tt.cache == "no-cache" {
			if h.Get("Content-Encoding") != "br" || strings.Count(strings.Join(h.Values("Vary"), ","), "Accept-Encoding") != 1 {
				t.Errorf("%s: Content-Encoding %q, Vary %q", tt.address, h.Values("Content-Encoding"), h.Values("Vary"))
			} else if text := unpack(t, answer); !bytes.Contains(text, []byte("Hello")) && !bytes.Contains(text, []byte("words")) {
				t.Errorf("%s: unpacked once it is %.40q", tt.address, text)
			}
		}
	}
}

func TestWeb_ATreeThatCannotWorkStopsTheStart(t *testing.T) {
	t.Parallel()
	a := apptest.New(t, apptest.WithWebApp(fstest.MapFS{
		"index.html":  {Data: []byte("<!-- routes -->")},
		"routes.json": {Data: []byte("[")},
	}))
	router, err := apis.NewRouter(a.App)
	must(t, err)
	event := new(core.ServeEvent)
	event.App, event.Router, event.Server = a.App, router, &http.Server{}
	if err := a.OnServe().Trigger(event); err == nil || !strings.Contains(err.Error(), "read routes.json") {
		t.Errorf("the error is %v", err)
	}
}

func TestGzip_ListsAreCompressed(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	customer := s.Customer("Harbour Medical")
	must(t, s.RunInTransaction(func(tx core.App) error {
		for range 200 {
			e, err := collections.NewEvent(tx)
			must(t, err)
			e.SetTitle("Quarterly visit")
			e.SetCustomer(customer.Id)
			e.SetPlannedStart(in(10))
			if err := tx.Save(e); err != nil {
				return err
			}
		}
		return nil
	}))
	address := path(collections.Events, "") + "?perPage=200"
	plain := s.Do("staff", http.MethodGet, address, nil) // Go's client unpacks what it asked for itself
	packed := fetch(t, s, "staff", http.MethodGet, address)
	if packed.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(packed.Header.Values("Vary"), ","), "Accept-Encoding") {
		t.Fatalf("%d %v", packed.Status, packed.Header)
	}
	text := unpack(t, packed)
	var list struct {
		Items []struct{ Title string }
	}
	must(t, json.Unmarshal(text, &list))
	if len(list.Items) != 200 || list.Items[199].Title != "Quarterly visit" || !bytes.Equal(text, plain.Body) {
		t.Errorf("%d events in %.100s", len(list.Items), text)
	}
	t.Logf("200 events: %d bytes in gzip, %d without", len(packed.Body), len(text))
	if len(packed.Body)*5 > len(text) {
		t.Errorf("%d bytes are %d in gzip", len(text), len(packed.Body))
	}
	if one := fetch(t, s, "staff", http.MethodGet, "/api/health"); one.Header.Get("Content-Encoding") != "" {
		t.Error("a short answer is compressed")
	}
	if refused := fetch(t, s, "", http.MethodGet, "/api/tminus/status"); refused.Status != http.StatusUnauthorized || refused.Header.Get("Content-Encoding") != "" {
		t.Errorf("a refusal is %d %v", refused.Status, refused.Header)
	}
}

func TestGzip_TheStreamOfChangesComesAtOnce(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	ask(t, s, "staff", http.MethodGet, "/api/realtime", func(response *http.Response) {
		if response.Header.Get("Content-Type") != "text/event-stream" || response.Header.Get("Content-Encoding") != "" {
			t.Fatalf("%v", response.Header)
		}
		// It stays open, and its first event is here.
		lines := bufio.NewReader(response.Body)
		for _, want := range []string{"id:", "event:PB_CONNECT"} {
			if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, want) {
				t.Fatalf("%q, %v", line, err)
			}
		}
	})
	stream := s.Subscribe("staff", "events/*") // takes gzip as well
	e := s.Event(in(10)).Save()
	s.Eventually("the change is told", func() bool { return len(stream.Of(e.Id)) > 0 })
}

func TestGzip_FilesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	papers := core.NewBaseCollection("papers")
	papers.ViewRule = types.Pointer("")
	papers.Fields.Add(&core.FileField{Name: "paper"})
	must(t, s.Save(papers))
	content := strings.Repeat("words ", 1000)
	file, err := filesystem.NewFileFromBytes([]byte(content), "paper.txt")
	must(t, err)
	record := core.NewRecord(papers)
	record.Set("paper", file)
	must(t, s.Save(record))
	answer := fetch(t, s, "", http.MethodGet, "/api/files/papers/"+record.Id+"/"+record.GetString("paper"))
	if answer.Header.Get("Content-Encoding") != "" || string(answer.Body) != content {
		t.Errorf("%d %v, %d bytes", answer.Status, answer.Header, len(answer.Body))
	}
}
