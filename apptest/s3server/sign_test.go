package s3server

import (
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var instant = time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC)

// TestTheSignatureIsTheOneOfAWSsOwnExample is "Example: GET Object" of
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
func TestTheSignatureIsTheOneOfAWSsOwnExample(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequest(http.MethodGet, "https://examplebucket.s3.amazonaws.com/test.txt", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Range", "bytes=0-9")
	r.Header.Set("X-Amz-Content-Sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	r.Header.Set("X-Amz-Date", "20130524T000000Z")
	by := signed{KeyID, "20130524", "us-east-1", "s3", []string{"host", "range", "x-amz-content-sha256", "x-amz-date"}, ""}
	if got, want := signature(Secret, by, stringToSign(r, by)), "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"; got != want {
		t.Errorf("the signature is %s, AWS gives %s", got, want)
	}
}

// send signs a request, lets spoil change it afterwards, and gives the answer.
func send(t *testing.T, s *Server, by signed, secret, method, path, body string, at time.Time, spoil func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Content-Sha256", unsigned)
	r.Header.Set("X-Amz-Date", at.Format(stamp))
	by.headers = []string{"host", "x-amz-content-sha256", "x-amz-date"}
	r.Header.Set("Authorization", algorithm+" Credential="+by.key+"/"+by.day+"/"+by.region+"/s3/aws4_request, SignedHeaders="+
		strings.Join(by.headers, ";")+", Signature="+signature(secret, by, stringToSign(r, by)))
	if spoil != nil {
		spoil(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var failure Failure
	if answer.StatusCode >= 400 {
		if err := xml.Unmarshal(raw, &failure); err != nil {
			t.Fatalf("no XML: %s", raw)
		}
	}
	return answer.StatusCode, failure.Code
}

func TestWhatIsNotInOrderIsRefusedAndStoresNothing(t *testing.T) {
	t.Parallel()
	s := Start(t, func() time.Time { return instant })
	right := signed{key: KeyID, day: "20260302", region: Region, service: "s3"}
	other := func(change func(*signed)) signed { by := right; change(&by); return by }
	object := "/" + Bucket + "/a b+c.zip"
	for name, c := range map[string]struct {
		by     signed
		secret string
		path   string
		at     time.Time
		spoil  func(*http.Request)
		status int
		code   string
	}{
		"a wrong secret":     {right, "wrong", object, instant, nil, 403, "SignatureDoesNotMatch"},
		"an unknown key":     {other(func(by *signed) { by.key = "AKIANOBODY" }), Secret, object, instant, nil, 403, "InvalidAccessKeyId"},
		"another region":     {other(func(by *signed) { by.region = "eu-west-1" }), Secret, object, instant, nil, 400, "AuthorizationHeaderMalformed"},
		"another day":        {other(func(by *signed) { by.day = "20260301" }), Secret, object, instant, nil, 400, "AuthorizationHeaderMalformed"},
		"a wrong clock":      {right, Secret, object, instant.Add(16 * time.Minute), nil, 403, "RequestTimeTooSkewed"},
		"another path":       {right, Secret, object, instant, func(r *http.Request) { r.URL.Path += "x" }, 403, "SignatureDoesNotMatch"},
		"another query":      {right, Secret, object, instant, func(r *http.Request) { r.URL.RawQuery = "uploads=" }, 403, "SignatureDoesNotMatch"},
		"an unsigned header": {right, Secret, object, instant, func(r *http.Request) { r.Header.Set("X-Amz-Acl", "public-read") }, 403, "AccessDenied"},
		"no signature":       {right, Secret, object, instant, func(r *http.Request) { r.Header.Del("Authorization") }, 403, "AccessDenied"},
		"another body's sum": {right, Secret, object, instant, func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", strings.Repeat("0", 64)) }, 400, "XAmzContentSHA256Mismatch"},
		"another MD5":        {right, Secret, object, instant, func(r *http.Request) { r.Header.Set("Content-MD5", "AAAA") }, 400, "BadDigest"},
		"another bucket":     {right, Secret, "/other/a.zip", instant, nil, 404, "NoSuchBucket"},
		"no upload":          {right, Secret, object + "?uploadId=none&partNumber=1", instant, nil, 404, "NoSuchUpload"},
	} {
		if status, code := send(t, s, c.by, c.secret, http.MethodPut, c.path, "content", c.at, c.spoil); status != c.status || code != c.code {
			t.Errorf("%s: %d %s, not %d %s", name, status, code, c.status, c.code)
		}
	}
	if got := s.Objects(); len(got) != 0 {
		t.Errorf("stored: %v", got)
	}
	if status, code := send(t, s, right, Secret, http.MethodPut, object, "content", instant, nil); status != 200 {
		t.Errorf("what is in order is refused: %d %s", status, code)
	}
	if got := s.Objects(); !slices.Equal(got, []string{"a b+c.zip"}) {
		t.Errorf("stored: %v", got)
	}
}
