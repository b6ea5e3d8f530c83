package s3server

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // Content-MD5 is one
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	algorithm = "AWS4-HMAC-SHA256"
	stamp     = "20060102T150405Z"
	unsigned  = "UNSIGNED-PAYLOAD"
	// skew is how far a request's clock may be from the server's.
	skew = 15 * time.Minute
)

var authorization = regexp.MustCompile(
	`^` + algorithm + ` Credential=([^/,\s]+)/(\d{8})/([^/,\s]+)/(s3)/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`)

// signed is what an Authorization header says.
type signed struct {
	key, day, region, service string
	headers                   []string
	signature                 string
}

// verify checks a request as S3 does and gives its body.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
func (s *Server) verify(r *http.Request) ([]byte, *Failure) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
	}
	if r.Header.Get("Authorization") == "" {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "Access Denied.")
	}
	m := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return nil, refuse(http.StatusBadRequest, "AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.")
	}
	by := signed{m[1], m[2], m[3], m[4], strings.Split(m[5], ";"), m[6]}
	for _, check := range []func(*http.Request, signed, []byte) *Failure{s.known, s.timely, headersSigned, whole, genuine} {
		if failure := check(r, by, body); failure != nil {
			return nil, failure
		}
	}
	return body, nil
}

func (s *Server) known(_ *http.Request, by signed, _ []byte) *Failure {
	if by.key != KeyID {
		return refuse(http.StatusForbidden, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
	}
	if by.region != Region {
		return refuse(http.StatusBadRequest, "AuthorizationHeaderMalformed",
			fmt.Sprintf("The authorization header is malformed; the region '%s' is wrong; expecting '%s'", by.region, Region))
	}
	return nil
}

func (s *Server) timely(r *http.Request, by signed, _ []byte) *Failure {
	at, err := time.Parse(stamp, r.Header.Get("X-Amz-Date"))
	if err != nil {
		return refuse(http.StatusForbidden, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
	}
	if at.Format("20060102") != by.day {
		return refuse(http.StatusBadRequest, "AuthorizationHeaderMalformed", "Invalid credential date. It does not match the date of the request.")
	}
	if s.now().Sub(at).Abs() > skew {
		return refuse(http.StatusForbidden, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
	}
	return nil
}

// headersSigned wants host and every x-amz- header in the signature, and no header in it twice or that is not there.
func headersSigned(r *http.Request, by signed, _ []byte) *Failure {
	if !slices.IsSorted(by.headers) || !slices.Contains(by.headers, "host") {
		return refuse(http.StatusBadRequest, "AuthorizationHeaderMalformed", "The signed headers must be sorted and contain host.")
	}
	for name := range r.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-amz-") && !slices.Contains(by.headers, name) {
			return refuse(http.StatusForbidden, "AccessDenied", "There were headers present in the request which were not signed")
		}
	}
	return nil
}

// whole holds the body against what the headers say of it.
func whole(r *http.Request, _ signed, body []byte) *Failure {
	sum := sha256.Sum256(body)
	switch hash := r.Header.Get("X-Amz-Content-Sha256"); hash {
	case "":
		return refuse(http.StatusBadRequest, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	case unsigned, hex.EncodeToString(sum[:]):
	default:
		return refuse(http.StatusBadRequest, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	if given := r.Header.Get("Content-Md5"); given != "" {
		digest, err := base64.StdEncoding.DecodeString(given)
		if sum := md5.Sum(body); err != nil || !bytes.Equal(digest, sum[:]) { //nolint:gosec // as S3's own
			return refuse(http.StatusBadRequest, "BadDigest", "The Content-MD5 you specified did not match what we received.")
		}
	}
	return nil
}

func genuine(r *http.Request, by signed, _ []byte) *Failure {
	text := stringToSign(r, by)
	if !hmac.Equal([]byte(signature(Secret, by, text)), []byte(by.signature)) {
		failure := refuse(http.StatusForbidden, "SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you provided. Check your key and signing method.")
		failure.KeyID, failure.ToSign = by.key, text
		return failure
	}
	return nil
}

// stringToSign is that of a request, by its canonical form.
func stringToSign(r *http.Request, by signed) string {
	var headers strings.Builder
	for _, name := range by.headers {
		values := r.Header.Values(name)
		if name == "host" {
			values = []string{r.Host}
		}
		for i, v := range values {
			values[i] = strings.Join(strings.Fields(v), " ")
		}
		fmt.Fprintf(&headers, "%s:%s\n", name, strings.Join(values, ","))
	}
	canonical := strings.Join([]string{
		r.Method, encode(r.URL.Path, true), query(r.URL.Query()), headers.String(), strings.Join(by.headers, ";"),
		r.Header.Get("X-Amz-Content-Sha256"),
	}, "\n")
	sum := sha256.Sum256([]byte(canonical))
	return strings.Join([]string{
		algorithm, r.Header.Get("X-Amz-Date"), by.day + "/" + by.region + "/" + by.service + "/aws4_request", hex.EncodeToString(sum[:]),
	}, "\n")
}

func signature(secret string, by signed, text string) string {
	key := []byte("AWS4" + secret)
	for _, part := range []string{by.day, by.region, by.service, "aws4_request", text} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key)
}

// query is the canonical query: encoded, then sorted.
func query(values url.Values) string {
	var pairs []string
	for name, all := range values {
		for _, v := range all {
			pairs = append(pairs, encode(name, false)+"="+encode(v, false))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// encode is AWS's UriEncode: every byte but the unreserved ones of RFC 3986, and in a path the slash.
func encode(s string, path bool) string {
	var out strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~", c) >= 0, path && c == '/':
			out.WriteByte(c)
		default:
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
