package webapp

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// resource is one file or page, with its representations.
type resource struct {
	kind   string // Content-Type
	body   []byte
	tag    string        // of the body; the ETags are made of it
	packed func() []byte // the body in gzip, made on first need; nil if that is no shorter
}

func newResource(name string, body []byte) *resource {
	f := &resource{kind: contentType(name), body: body, packed: func() []byte { return nil }}
	sum := sha256.Sum256(body)
	f.tag = hex.EncodeToString(sum[:8])
	if compressible(f.kind) {
		f.packed = sync.OnceValue(func() []byte { return zip(body) })
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
	if acceptsGzip(r.Header) {
		if packed := f.packed(); packed != nil {
			body, etag = packed, `"`+f.tag+`-gzip"`
			h.Set("Content-Encoding", "gzip")
		}
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

// zip gives a body in gzip, as small as it gets; nil if it does not get smaller.
func zip(body []byte) []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
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

// acceptsGzip says whether a client takes gzip (RFC 9110 §12.5.3): it names it, or else everything ("*"), with a weight
// above 0. Who does not say gets the plain text.
func acceptsGzip(h http.Header) bool {
	named, every := -1.0, -1.0
	for coding := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, parameter, _ := strings.Cut(coding, ";")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			named = max(named, weight(parameter))
		case "*":
			every = max(every, weight(parameter))
		}
	}
	if named >= 0 {
		return named > 0
	}
	return every > 0
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
