package hooks

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"
)

// How large requests may be. A record's longest text is 20,000 characters, 120 kB where each is written \u1234; a batch
// holds up to 200 records. Superusers, and collections with files that an operator adds, have PocketBase's own limits: a
// backup is uploaded whole.
const (
	recordBodyMax = 256 << 10
	batchBodyMax  = 8 << 20

	// What is read of a body that is refused: a client that still writes when the connection closes may never see why.
	refusedBodyMax = 1 << 20
)

// limitBodies answers 413 to a body that is larger than anything that is asked for here. A route may bind a smaller limit.
func (s *System) limitBodies() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusLimitBodies", Priority: apis.DefaultBodyLimitMiddlewarePriority + 1,
		Func: func(e *core.RequestEvent) error {
			limit := bodyMax(e)
			if limit == 0 {
				return e.Next()
			}
			body := &boundedBody{ReadCloser: e.Request.Body, limit: limit, exceeded: e.Request.ContentLength > limit}
			if body.exceeded {
				return body.refuse(e)
			}
			e.Request.Body = body
			err := e.Next()
			if err != nil && body.exceeded {
				return body.refuse(e)
			}
			return err
		},
	}
}

// bodyMax is 0 where PocketBase's or the route's own limit is enough.
func bodyMax(e *core.RequestEvent) int64 {
	path := e.Request.URL.Path
	switch {
	case e.HasSuperuserAuth(), strings.HasPrefix(path, "/api/tminus/callbacks/"):
		return 0
	case path == "/api/batch":
		return batchBodyMax
	}
	if name, found := strings.CutPrefix(path, "/api/collections/"); found {
		name, _, _ = strings.Cut(name, "/")
		if c, err := e.App.FindCachedCollectionByNameOrId(name); err == nil && takesFiles(c) {
			return 0
		}
	}
	return recordBodyMax
}

func takesFiles(c *core.Collection) bool {
	for _, field := range c.Fields {
		if field.Type() == core.FieldTypeFile {
			return true
		}
	}
	return false
}

// boundedBody reads no more than it may. It can be read again, as PocketBase's own body can.
type boundedBody struct {
	io.ReadCloser
	limit, read int64
	exceeded    bool
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.exceeded {
		return 0, apis.ErrRequestEntityTooLarge
	}
	n, err := b.ReadCloser.Read(p)
	if b.read += int64(n); b.read > b.limit {
		b.exceeded = true
		return 0, apis.ErrRequestEntityTooLarge
	}
	if err != nil {
		b.read = 0 // PocketBase's body begins again by itself, with what it kept
	}
	return n, err
}

func (b *boundedBody) refuse(e *core.RequestEvent) error {
	_, _ = io.CopyN(io.Discard, b.ReadCloser, refusedBodyMax)
	return e.Error(http.StatusRequestEntityTooLarge, fmt.Sprintf("The request is too large. At most %d kB are taken here.", b.limit>>10), nil)
}

// Reread begins again, with what was read.
func (b *boundedBody) Reread() {
	if inner, ok := b.ReadCloser.(router.Rereader); ok {
		inner.Reread()
		b.read = 0
	}
}
