package api

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// readSandbox answers GET sandbox?limit=100: the messages that were kept instead of sent, newest first, for
// administrators and, in the demo, for everyone signed in.
func (a *API) readSandbox(e *core.RequestEvent) error {
	var err error
	if a.Demo {
		_, err = signedIn(e)
	} else {
		_, err = allowed(e, collections.RoleAdmin)
	}
	if err != nil {
		return err
	}
	limit, err := strconv.Atoi(e.Request.URL.Query().Get("limit"))
	if err != nil || limit < 1 || limit > 500 {
		limit = 100
	}
	kept, err := a.Sandbox().List(limit)
	if err != nil {
		return fmt.Errorf("read the sandbox mailbox: %w", err)
	}
	if kept == nil {
		kept = []notifiers.Kept{} // which JSON writes as an empty list
	}
	return e.JSON(http.StatusOK, map[string]any{"items": kept})
}
