package hooks

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"
)

// What a person is told who cannot save for a cause that is the machine's.
const (
	fullDisk   = "The server's disk is full, so nothing was saved. An administrator has to make room on it; then try again."
	brokenDisk = "The server could not write to its disk, so nothing was saved. An administrator has to look at it; then try again."
	busyBase   = "The server's database is busy with something else, so nothing was saved. Try again in a minute."
)

// blameNobody answers what the disk or another program's lock made impossible by what it is. PocketBase answers each failed
// save by 400, as if what was sent were wrong.
func blameNobody() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusBlameNobody",
		Func: func(e *core.RequestEvent) error {
			err := e.Next()
			if err == nil || e.Written() {
				return err
			}
			var cause any = err
			if answered := (*router.ApiError)(nil); errors.As(err, &answered) {
				cause = answered.RawData()
			}
			if status, told := causeOf(fmt.Sprint(cause)); status != 0 {
				return router.NewApiError(status, told, cause) // the log tells the cause, the answer does not
			}
			return err
		},
	}
}

// causeOf gives the status and the words for a cause of the machine's, or 0. The texts are SQLite's,
// https://www.sqlite.org/rescode.html, since drivers differ in their types.
func causeOf(text string) (status int, told string) {
	switch {
	case strings.Contains(text, "database or disk is full"), strings.Contains(text, "no space left on device"):
		return http.StatusInsufficientStorage, fullDisk
	case strings.Contains(text, "database is locked"), strings.Contains(text, "table is locked"):
		return http.StatusServiceUnavailable, busyBase
	case strings.Contains(text, "disk I/O error"), strings.Contains(text, "attempt to write a readonly database"):
		return http.StatusServiceUnavailable, brokenDisk
	}
	return 0, ""
}
