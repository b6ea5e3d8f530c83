package s3server

import (
	"bytes"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// leastPart is how small a part may be that is not the last.
const leastPart = 5 << 20

// act carries a request out that was found genuine.
func (s *Server) act(w http.ResponseWriter, r *http.Request, key string, body []byte) *Failure {
	q := r.URL.Query()
	switch {
	case key == "" && r.Method == http.MethodGet && q.Get("list-type") == "2":
		return s.list(w, r)
	case key == "":
	case r.Method == http.MethodPost && q.Has("uploads"):
		return s.begin(w, r, key)
	case r.Method == http.MethodPut && q.Has("uploadId"):
		return s.part(w, r, key, body)
	case r.Method == http.MethodPost && q.Has("uploadId"):
		return s.complete(w, r, key, body)
	case r.Method == http.MethodDelete && q.Has("uploadId"):
		return s.abort(w, r, key)
	case r.Method == http.MethodPut:
		s.objects[key] = object{body, r.Header.Get("Content-Type"), tagOf(body), s.now()}
		w.Header().Set("ETag", s.objects[key].tag)
		return nil
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		return s.get(w, r, key)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return refuse(http.StatusNotImplemented, "NotImplemented", "This server does not know the call.")
}

func (s *Server) get(w http.ResponseWriter, r *http.Request, key string) *Failure {
	o, ok := s.objects[key]
	if !ok {
		return refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	}
	w.Header().Set("Content-Type", o.kind)
	w.Header().Set("ETag", o.tag)
	http.ServeContent(w, r, "", o.at, bytes.NewReader(o.body))
	return nil
}

// listing is the answer to ListObjectsV2.
type listing struct {
	XMLName     xml.Name `xml:"ListBucketResult"`
	Name        string
	Prefix      string
	KeyCount    int
	MaxKeys     int
	IsTruncated bool
	Next        string `xml:"NextContinuationToken,omitempty"`
	Contents    []listed
}

type listed struct {
	Key          string
	LastModified time.Time
	ETag         string
	Size         int
	StorageClass string
}

// list gives keys in their order, as many as are asked for; the token of the next page is the last key of this one.
func (s *Server) list(w http.ResponseWriter, r *http.Request) *Failure {
	q := r.URL.Query()
	l := listing{Name: Bucket, Prefix: q.Get("prefix"), MaxKeys: 1000}
	if n, err := strconv.Atoi(q.Get("max-keys")); err == nil && n < l.MaxKeys {
		l.MaxKeys = n
	}
	for _, key := range sortedKeys(s.objects, l.Prefix) {
		if key <= q.Get("continuation-token") {
			continue
		}
		if len(l.Contents) == l.MaxKeys {
			l.IsTruncated, l.Next = true, l.Contents[len(l.Contents)-1].Key
			break
		}
		o := s.objects[key]
		l.Contents = append(l.Contents, listed{key, o.at.UTC(), o.tag, len(o.body), "STANDARD"})
	}
	l.KeyCount = len(l.Contents)
	write(w, r, http.StatusOK, l)
	return nil
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request, key string) *Failure {
	s.serial++
	id := "upload-" + strconv.Itoa(s.serial)
	s.uploads[id] = &upload{key: key, kind: r.Header.Get("Content-Type"), parts: map[int][]byte{}}
	write(w, r, http.StatusOK, struct {
		XMLName     xml.Name `xml:"InitiateMultipartUploadResult"`
		Bucket, Key string
		ID          string `xml:"UploadId"`
	}{Bucket: Bucket, Key: key, ID: id})
	return nil
}

// under gives the upload that a request names.
func (s *Server) under(r *http.Request, key string) (*upload, *Failure) {
	u := s.uploads[r.URL.Query().Get("uploadId")]
	if u == nil || u.key != key {
		return nil, refuse(http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.")
	}
	return u, nil
}

func (s *Server) part(w http.ResponseWriter, r *http.Request, key string, body []byte) *Failure {
	u, failure := s.under(r, key)
	if failure != nil {
		return failure
	}
	n, err := strconv.Atoi(r.URL.Query().Get("partNumber"))
	if err != nil || n < 1 || n > 10_000 {
		return refuse(http.StatusBadRequest, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive")
	}
	u.parts[n] = body
	w.Header().Set("ETag", tagOf(body))
	return nil
}

func (s *Server) complete(w http.ResponseWriter, r *http.Request, key string, body []byte) *Failure {
	u, failure := s.under(r, key)
	if failure != nil {
		return failure
	}
	var named struct {
		XMLName xml.Name `xml:"CompleteMultipartUpload"`
		Parts   []struct {
			PartNumber int
			ETag       string
		} `xml:"Part"`
	}
	if err := xml.Unmarshal(body, &named); err != nil || len(named.Parts) == 0 {
		return refuse(http.StatusBadRequest, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	var joined []byte
	for i, p := range named.Parts {
		part, ok := u.parts[p.PartNumber]
		switch {
		case !ok || tagOf(part) != p.ETag:
			return refuse(http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found.")
		case i > 0 && p.PartNumber <= named.Parts[i-1].PartNumber:
			return refuse(http.StatusBadRequest, "InvalidPartOrder", "The list of parts was not in ascending order.")
		case i < len(named.Parts)-1 && len(part) < leastPart:
			return refuse(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.")
		}
		joined = append(joined, part...)
	}
	tag := strings.TrimSuffix(tagOf(joined), `"`) + "-" + strconv.Itoa(len(named.Parts)) + `"`
	s.objects[key] = object{joined, u.kind, tag, s.now()}
	s.joined++
	delete(s.uploads, r.URL.Query().Get("uploadId"))
	write(w, r, http.StatusOK, struct {
		XMLName           xml.Name `xml:"CompleteMultipartUploadResult"`
		Bucket, Key, ETag string
	}{Bucket: Bucket, Key: key, ETag: tag})
	return nil
}

func (s *Server) abort(w http.ResponseWriter, r *http.Request, key string) *Failure {
	if _, failure := s.under(r, key); failure != nil {
		return failure
	}
	delete(s.uploads, r.URL.Query().Get("uploadId"))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func sortedKeys(objects map[string]object, prefix string) []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(objects)) {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys
}
