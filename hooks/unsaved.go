package hooks

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"syscall"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
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
			if status, told := causeOf(err); status != 0 {
				return router.NewApiError(status, told, err) // the log tells the cause, the answer does not
			}
			return err
		},
	}
}

// causeOf gives the status and the words for a cause of the machine's within what a request failed with, or 0. errors.As
// does not find it alone: PocketBase keeps the cause of an answer in its raw data, and of a batch in the answer to each
// request; and dbx lists what a transaction and its end failed with.
func causeOf(failed error) (status int, told string) {
	if status, told := machineCause(failed); status != 0 {
		return status, told
	}
	for _, part := range partsOf(failed) {
		if status, told := causeOf(part); status != 0 {
			return status, told
		}
	}
	return 0, ""
}

func partsOf(failed error) (parts []error) {
	var answered *router.ApiError
	var listed dbx.Errors
	var named validation.Errors
	var batched *apis.BatchResponseError
	switch {
	case errors.As(failed, &answered):
		if cause, ok := answered.RawData().(error); ok {
			parts = append(parts, cause)
		}
	case errors.As(failed, &listed):
		parts = listed
	case errors.As(failed, &named):
		parts = slices.Collect(maps.Values(named))
	case errors.As(failed, &batched):
		answers := map[string]any{}
		batched.Resolve(answers)
		if answer, ok := answers["response"].(error); ok {
			parts = append(parts, answer)
		}
	}
	return parts
}

// machineCause goes by SQLite's primary result codes, https://www.sqlite.org/rescode.html.
func machineCause(err error) (status int, told string) {
	if errors.Is(err, syscall.ENOSPC) {
		return http.StatusInsufficientStorage, fullDisk
	}
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return 0, ""
	}
	switch refused.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return http.StatusInsufficientStorage, fullDisk
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return http.StatusServiceUnavailable, busyBase
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY:
		return http.StatusServiceUnavailable, brokenDisk
	}
	return 0, ""
}
