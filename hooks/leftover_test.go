package hooks_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"tminus/apptest"
)

// What is left of a body that was refused is no request: after it the connection ends.
func TestTheRestOfARefusedBodyIsNoRequest(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	token := s.Token("staff")
	const hidden = "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, path := range []string{
		"/api/tminus/callbacks/wechat", "/api/tminus/callbacks/aliyun/guessed", "/api/tminus/preview", "/api/collections/events/records",
		"/api/batch", "/api/unknown", "/api/collections/users/auth-with-password", "/u/guessed", "/index.html",
	} {
		for name, header := range map[string]string{
			"told": fmt.Sprintf("Content-Length: %d", 400_000), "in pieces": "Transfer-Encoding: chunked",
		} {
			conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
			must(t, err)
			must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
			go func() {
				_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/json\r\n%s\r\n\r\n", path, token, header)
				if strings.HasPrefix(header, "Transfer") {
					_, _ = fmt.Fprintf(conn, "%x\r\n", 400_000)
				}
				_, _ = io.WriteString(conn, strings.Repeat(hidden, (400_000)/len(hidden)+1)) // the server may be gone by then
			}()
			answer, _ := io.ReadAll(conn) // ends with the connection
			_ = conn.Close()
			if n := strings.Count(string(answer), "HTTP/1.1 "); n > 1 { // none where the connection was reset
				t.Errorf("%s, %s: %d answers to one request: %.600s", path, name, n, answer)
			}
		}
	}
}
