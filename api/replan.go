package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/planner"
)

// plannedReminder is what replan answers of each reminder.
type plannedReminder struct {
	ID     string    `json:"id"`
	Type   string    `json:"reminder_type"`
	Title  string    `json:"title"`
	SendAt time.Time `json:"send_datetime"`
	Status string    `json:"status"`
	Reason string    `json:"status_reason,omitempty"`
}

// replan answers POST events/{id}/replan: the event's reminders are held against its plan of now. 200 with all of them.
func (a *API) replan(e *core.RequestEvent) error {
	if _, err := signedIn(e); err != nil {
		return err
	}
	event, err := collections.Find[collections.Event](e.App, collections.Events, e.Request.PathValue("id"))
	if err != nil {
		return e.NotFoundError("There is no such event.", err)
	}
	if err := mayChange(e, event); err != nil {
		return err
	}
	var found []*collections.Reminder
	err = e.App.RunInTransaction(func(tx core.App) error {
		fresh, err := collections.Find[collections.Event](tx, collections.Events, event.Id)
		if err != nil {
			return err
		}
		if err := a.Planner.Replan(planner.WithActor(e.Request.Context(), actor(e)), tx, fresh); err != nil {
			return err
		}
		found, err = collections.RemindersOf(tx, event.Id)
		return err
	})
	if err != nil {
		return fmt.Errorf("replan event %s: %w", event.Id, err)
	}
	a.Engine.Wake()
	answer := make([]plannedReminder, len(found))
	for i, r := range found {
		answer[i] = plannedReminder{ID: r.Id, Type: r.Type(), Title: r.Title(), SendAt: r.SendAt(), Status: r.Status(), Reason: r.StatusReason()}
	}
	return e.JSON(http.StatusOK, map[string]any{"reminders": answer})
}
