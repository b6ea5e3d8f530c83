package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// Server is an app behind its real router, with the engine running.
type Server struct {
	*App
	URL  string
	away atomic.Bool
	cut  func()
}

// Away cuts every connection and answers none until it is called with false: what a reader sees when the network or the server
// is gone.
func (s *Server) Away(away bool) {
	s.away.Store(away)
	s.cut()
}

// Serve serves the app on loopback as production does, until the test ends.
func (a *App) Serve() *Server {
	a.t.Helper()
	handler, err := Handler(a.App)
	a.must(err)
	a.Cron().Stop() // a job that fell due by the real clock would disturb the test
	served := &Server{App: a}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served.away.Load() {
			panic(http.ErrAbortHandler)
		}
		handler.ServeHTTP(w, r)
	}))
	a.t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	served.URL, served.cut = s.URL, s.CloseClientConnections
	return served
}

// Handler gives what production answers requests with.
func Handler(app core.App) (http.Handler, error) {
	router, err := apis.NewRouter(app)
	if err != nil {
		return nil, err
	}
	event := new(core.ServeEvent)
	event.App, event.Router, event.Server = app, router, &http.Server{ReadHeaderTimeout: time.Minute}
	err = app.OnServe().Trigger(event, func(e *core.ServeEvent) error {
		e.Server.Handler, err = e.Router.BuildMux()
		return err
	})
	return event.Server.Handler, err
}

// Answer is what the server said.
type Answer struct {
	Status int
	Body   []byte
	Header http.Header
}

// JSON reads the body as an object.
func (r Answer) JSON(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(r.Body, &object); err != nil {
		t.Fatalf("the answer %d %q is no JSON object: %v", r.Status, r.Body, err)
	}
	return object
}

// FieldErrors gives the codes of a 400's errors by field.
func (r Answer) FieldErrors(t testing.TB) map[string]string {
	t.Helper()
	codes := map[string]string{}
	data, _ := r.JSON(t)["data"].(map[string]any)
	for field, e := range data {
		if e, ok := e.(map[string]any); ok {
			codes[field], _ = e["code"].(string)
		}
	}
	return codes
}

// Token gives a token of the user with a role; "super" is PocketBase's superuser, "" nobody.
func (a *App) Token(role string) string {
	a.t.Helper()
	if role == "" {
		return ""
	}
	var record *core.Record
	var err error
	if role == "super" {
		record, err = a.FindAuthRecordByEmail(core.CollectionNameSuperusers, "super@example.test")
	} else {
		record, err = a.FindRecordById(collections.Users, UserID(role))
	}
	a.must(err)
	token, err := record.NewAuthToken()
	a.must(err)
	return token
}

// Do makes a request as a role with a JSON body (nil: none).
func (s *Server) Do(role, method, path string, body any) Answer {
	s.t.Helper()
	return s.DoToken(s.Token(role), method, path, body)
}

// DoToken makes a request with a token.
func (s *Server) DoToken(token, method, path string, body any) Answer {
	s.t.Helper()
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", token)
	}
	return s.DoHeader(header, method, path, body)
}

// DoHeader makes a request with headers of its own.
func (s *Server) DoHeader(header http.Header, method, path string, body any) Answer {
	s.t.Helper()
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		s.must(err)
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, content)
	s.must(err)
	request.Header = header
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	s.must(err)
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	s.must(err)
	return Answer{Status: response.StatusCode, Body: raw, Header: response.Header}
}
