package webapp

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// resource is one file or page, with its representations.
type resource struct {
	kind    string // Content-Type
	body    []byte
	tag     string   // of the body; the ETags are made of it
	codings []coding // the best first; none if the body is not to be compressed
}

// coding is a body in a content coding.
type coding struct {
	name string        // as in Content-Encoding
	body func() []byte // made on first need; nil if it is no shorter
}

func newResource(name string, body []byte) *resource {
	f := &resource{kind: contentType(name), body: body}
	sum := sha256.Sum256(body)
	f.tag = hex.EncodeToString(sum[:8])
	if compressible(f.kind) {
		f.codings = []coding{
			{"br", sync.OnceValue(func() []byte { return shrink(body, intoBrotli) })},
			{"gzip", sync.OnceValue(func() []byte { return shrink(body, intoGzip) })},
		}
	}
	return f
}

// serve answers a GET or HEAD with the representation that the request accepts. Each has a strong ETag of its own: two
// codings of one text differ byte by byte, and a strong ETag names bytes (RFC 9110 §8.8.3.3).
func (f *resource) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Add("Vary", "Accept-Encoding") // PocketBase's own Vary stays
	body, etag := f.body, `"`+f.tag+`"`
	if c := f.choose(r.Header); c != nil {
		body, etag = c.body(), `"`+f.tag+"-"+c.name+`"`
		h.Set("Content-Encoding", c.name)
	}
	h.Set("ETag", etag)
	// It answers If-None-Match with 304 and Range with 206, and has no date to compare.
	http.ServeContent(sized{w, len(body)}, r, "", time.Time{}, bytes.NewReader(body))
}

// sized adds the length that http.ServeContent leaves out of an encoded answer.
type sized struct {
	http.ResponseWriter
	length int
}

func (w sized) WriteHeader(status int) {
	if status == http.StatusOK {
		w.Header().Set("Content-Length", strconv.Itoa(w.length))
	}
	w.ResponseWriter.WriteHeader(status)
}

// choose gives the coding that a client likes most, and among equals the best; nil for the plain body.
func (f *resource) choose(h http.Header) (chosen *coding) {
	best := 0.0
	for i, c := range f.codings {
		if w := accepts(h, c.name); w > best && c.body() != nil {
			chosen, best = &f.codings[i], w
		}
	}
	return chosen
}

// brotliQuality is the best that takes less than a tenth of a second for the largest pack. The last, 11, takes more than twice
// as long for 2 % less.
const brotliQuality = 10

func intoBrotli(w io.Writer) (io.WriteCloser, error) {
	return brotli.NewWriterLevel(w, brotliQuality), nil
}

func intoGzip(w io.Writer) (io.WriteCloser, error) {
	return gzip.NewWriterLevel(w, gzip.BestCompression)
}

// shrink compresses a body; nil if it does not get smaller.
func shrink(body []byte, into func(io.Writer) (io.WriteCloser, error)) []byte {
	var packed bytes.Buffer
	w, err := into(&packed)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil {
		return nil
	}
	if err := w.Close(); err != nil || packed.Len() >= len(body) {
		return nil
	}
	return packed.Bytes()
}

// accepts gives the weight with which a client takes a content coding (RFC 9110 §12.5.3), 0 if it does not: it names it, or else
// everything ("*"). Who does not say gets the plain text.
func accepts(h http.Header, coding string) float64 {
	named, every := -1.0, 0.0
	for one := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, parameter, _ := strings.Cut(one, ";")
		switch strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "x-") {
		case coding:
			named = max(named, weight(parameter))
		case "*":
			every = max(every, weight(parameter))
		}
	}
	if named >= 0 {
		return named
	}
	return every
}

// weight reads "q=0.5" (RFC 9110 §12.4.2); none is 1, and what cannot be read is 0.
func weight(parameter string) float64 {
	parameter = strings.ToLower(strings.TrimSpace(parameter))
	if parameter == "" {
		return 1
	}
	value, ok := strings.CutPrefix(parameter, "q=")
	q, err := strconv.ParseFloat(value, 64)
	if !ok || err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// contentTypes are those of the files that a web app has, whatever the machine's own tables say. Modules and styles
// would be refused under another (X-Content-Type-Options: nosniff).
var contentTypes = map[string]string{
	"":             "text/plain; charset=utf-8", // LICENSE
	".css":         "text/css; charset=utf-8",
	".gif":         "image/gif",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8", // RFC 9239
	".json":        "application/json",
	".map":         "application/json",
	".md":          "text/plain; charset=utf-8", // to be read, not saved
	".mjs":         "text/javascript; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
}

func contentType(name string) string {
	if kind, ok := contentTypes[strings.ToLower(path.Ext(name))]; ok {
		return kind
	}
	return "application/octet-stream"
}

// compressible says whether a type is text; the others are compressed already.
func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "+xml")
}
