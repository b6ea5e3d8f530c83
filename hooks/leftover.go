package hooks

import (
	"io"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// leftoverMax is what Go's server still reads of a body that nobody read (maxPostHandlerReadBytes of net/http).
const leftoverMax = 256 << 10

// endLeftovers ends the connection after the answer to a large body, or to one of unknown length. Go does so itself when much of
// a body is left unread, but looks for that in the request's body, which PocketBase has exchanged (tools/router,
// RereadableReadCloser). The rest of a refused body was read as the next request: behind a proxy that shares its connections,
// another person's (request smuggling, RFC 9112, 11.2).
func endLeftovers() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusEndLeftovers", Priority: -100_000, // before all that may refuse
		Func: func(e *core.RequestEvent) error {
			if n := e.Request.ContentLength; n < 0 || n > leftoverMax {
				closeAfterAnswer(e.Response)
			}
			return e.Next()
		},
	}
}

// closeAfterAnswer has Go's server end the connection as it does where http.MaxBytesReader hits its limit: it says so, closes
// its own side first, and waits a moment, so that a client that still writes reads the answer before its connection is reset.
// Only such a reader can ask for that.
func closeAfterAnswer(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	for {
		wrapped, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = wrapped.Unwrap()
	}
	over := http.MaxBytesReader(w, io.NopCloser(strings.NewReader("over")), 0)
	_, _ = over.Read(make([]byte, 1)) // fails, as it is meant to
}
