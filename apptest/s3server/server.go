// Package s3server is a faithful S3 server for tests: one bucket, addressed by path, that checks Signature Version 4 and
// everything else that AWS documents of the calls it knows, answers with S3's XML errors, and keeps what it accepts. It knows
// PutObject, GetObject, HeadObject, DeleteObject, ListObjectsV2 and multipart uploads.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
package s3server

import (
	"crypto/md5" //nolint:gosec // an ETag is one
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// T is what Start needs of *testing.T and *testing.B.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// What the server knows.
const (
	KeyID  = "AKIAIOSFODNN7EXAMPLE"
	Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	Region = "ap-east-1"
	Bucket = "backups-of-tminus"
)

// Server is S3 on a loopback port. Its methods may be called from several goroutines.
type Server struct {
	http *http.Server
	addr string
	now  func() time.Time

	mu      sync.Mutex
	objects map[string]object
	uploads map[string]*upload
	serial  int
	joined  int
	fail    func(*http.Request) *Failure
}

// object is one that is stored.
type object struct {
	body []byte
	kind string // Content-Type
	tag  string // ETag, with its quotes
	at   time.Time
}

// upload is a multipart upload that is under way.
type upload struct {
	key, kind string
	parts     map[int][]byte
}

// Failure is an error as S3 answers it.
type Failure struct {
	XMLName  xml.Name `xml:"Error"`
	Code     string   `xml:"Code"`
	Message  string   `xml:"Message"`
	KeyID    string   `xml:"AWSAccessKeyId,omitempty"`
	ToSign   string   `xml:"StringToSign,omitempty"`
	Resource string   `xml:"Resource,omitempty"`
	Status   int      `xml:"-"`
}

func refuse(status int, code, message string) *Failure {
	return &Failure{Status: status, Code: code, Message: message}
}

// Start runs a server until the test ends.
func Start(t T, now func() time.Time) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("starting the S3 server: %v", err)
	}
	s := &Server{now: now, addr: l.Addr().String(), objects: map[string]object{}, uploads: map[string]*upload{}}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.http.Serve(l) }() // it comes back when the test ends
	t.Cleanup(func() { _ = s.http.Close() })
	return s
}

// URL is the endpoint.
func (s *Server) URL() string { return "http://" + s.addr }

// Objects gives the keys of what is stored.
func (s *Server) Objects() (keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sortedKeys(s.objects, "")
}

// Uploads gives how many multipart uploads are under way, and how many have become objects.
func (s *Server) Uploads() (open, joined int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.uploads), s.joined
}

// Refuse lets a function fail requests that would be in order; nil ends it.
func (s *Server) Refuse(fail func(*http.Request) *Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fail
}

// SlowDown is what S3 answers to too many requests.
func SlowDown() *Failure {
	return refuse(http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
}

// ServeHTTP answers a request of path style: /bucket/key.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, failure := s.verify(r)
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	if failure == nil && s.fail != nil {
		failure = s.fail(r)
	}
	if failure == nil && bucket != Bucket {
		failure = refuse(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	}
	if failure == nil {
		failure = s.act(w, r, key, body)
	}
	if failure != nil {
		failure.Resource = r.URL.Path
		write(w, r, failure.Status, failure)
	}
}

// write answers with XML; a HEAD gets no body, not even an error's.
func write(w http.ResponseWriter, r *http.Request, status int, value any) {
	raw, err := xml.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("s3server: write an answer: %v", err))
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append([]byte(xml.Header), raw...)) // who does not listen any more loses it
	}
}

func tagOf(body []byte) string {
	sum := md5.Sum(body) //nolint:gosec // as S3's own
	return `"` + hex.EncodeToString(sum[:]) + `"`
}
