package wechatserver

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// manner is how a request is treated beside its answer.
type manner int

const (
	answers manner = iota
	garbage
	unavailable
	hangs
	cuts
)

// answer is what a request is given instead of what it would get.
type answer struct {
	code   int
	msg    string
	manner manner
	sends  bool // the message reaches its reader all the same
	once   bool // only the first time
}

// object is a JSON answer.
type object map[string]any

// refused is an answer with an errcode, worded as the platform's are.
func refused(code int, msg string) object {
	return object{"errcode": code, "errmsg": msg + " rid: 6554a2b1-2f6b1c2d-0a1b2c3d"}
}

func ok(more object) object {
	answer := object{"errcode": 0, "errmsg": "ok"}
	for k, v := range more {
		answer[k] = v
	}
	return answer
}

// request is one call: its query and its body.
type request struct {
	*http.Request
	body []byte
}

// decode reads the body. It gives the platform's refusal if that is no JSON, or if & < > are written as \u0026 and so
// on: WeChat's own examples warn of JSON made for HTML.
func (r request) decode(v any) object {
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.UseNumber()
	if d.Decode(v) != nil || bytes.Contains(r.body, []byte(`\u0026`)) || bytes.Contains(r.body, []byte(`\u003c`)) {
		return refused(47001, "data format error")
	}
	return nil
}

// api is one path. Its answer may have a manner, for sends.
type api struct {
	method string
	public bool // needs no access token
	handle func(s *Server, r request) (object, manner)
}

func plainly(handle func(s *Server, r request) object) func(*Server, request) (object, manner) {
	return func(s *Server, r request) (object, manner) { return handle(s, r), answers }
}

// apis are the paths under /, without a leading cgi-bin/.
var apis = map[string]api{
	"stable_token":                      {http.MethodPost, true, plainly((*Server).stableToken)},
	"token":                             {http.MethodGet, true, plainly((*Server).classicToken)},
	"getcallbackip":                     {http.MethodGet, false, plainly((*Server).callbackIPs)},
	"template/get_all_private_template": {http.MethodGet, false, plainly((*Server).listTemplates)},
	"wxaapi/newtmpl/gettemplate":        {http.MethodGet, false, plainly((*Server).listSubscriptions)},
	"message/template/send":             {http.MethodPost, false, (*Server).sendTemplate},
	"message/subscribe/bizsend":         {http.MethodPost, false, (*Server).sendSubscription},
	"qrcode/create":                     {http.MethodPost, false, plainly((*Server).createQR)},
	"user/info":                         {http.MethodGet, false, plainly((*Server).userInfo)},
	"menu/create":                       {http.MethodPost, false, plainly((*Server).createMenu)},
	"sns/oauth2/access_token":           {http.MethodGet, true, plainly((*Server).oauthToken)},
	"sns/userinfo":                      {http.MethodGet, true, plainly((*Server).oauthUser)},
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"), "cgi-bin/")
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	if s.options.latency > 0 {
		time.Sleep(s.options.latency)
	}
	s.mu.Lock()
	s.calls[name]++
	failure, failing := s.failures[name]
	s.mu.Unlock()
	var reply object
	var m manner
	a, known := apis[name]
	switch {
	case failing:
		reply, m = refused(failure.code, failure.msg), failure.manner
	case !known:
		http.NotFound(w, r)
		return
	case r.Method != a.method && a.method == http.MethodPost:
		reply = refused(43002, "require POST method")
	case r.Method != a.method:
		reply = refused(43001, "require GET method")
	default:
		if !a.public {
			reply = s.tokenRefused(r)
		}
		if reply == nil {
			reply, m = a.handle(s, request{r, body})
		}
	}
	s.write(w, r, reply, m)
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, reply object, m manner) {
	switch m {
	case hangs:
		s.hang(r.Context())
	case cuts:
		panic(http.ErrAbortHandler)
	case garbage:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><body>This page is not in service.</body></html>")
		return
	case unavailable:
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_ = json.NewEncoder(w).Encode(reply)
}

// Fail makes an API refuse every request, until Heal.
func (s *Server) Fail(api string, code int, msg string) { s.set(api, answer{code: code, msg: msg}) }

// Hang makes an API take requests and not answer until Release, Stop or Close.
func (s *Server) Hang(api string) { s.set(api, answer{code: -1, msg: "system error", manner: hangs}) }

// Cut makes an API cut the connection instead of an answer.
func (s *Server) Cut(api string) { s.set(api, answer{manner: cuts}) }

// Garbage makes an API answer with a page of HTML.
func (s *Server) Garbage(api string) { s.set(api, answer{manner: garbage}) }

// Unavailable makes an API answer with HTTP 503.
func (s *Server) Unavailable(api string) { s.set(api, answer{manner: unavailable}) }

// Heal ends what was done to an API.
func (s *Server) Heal(api string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.failures, api)
}

func (s *Server) set(api string, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[api] = a
}
