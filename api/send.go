package api

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/outbox"
)

// send answers POST reminders/{id}/send: the reminder leaves now, its planned time stays as it was. 202 when queued,
// 400 unless it is pending.
func (a *API) send(e *core.RequestEvent) error {
	r, event, err := a.reminder(e)
	if err != nil {
		return err
	}
	if event.Closed() {
		return e.BadRequestError("The event is "+event.Status()+". Reopen it to remind somebody of it.", nil)
	}
	queued := false
	err = e.App.RunInTransaction(func(tx core.App) (err error) {
		if queued, err = a.Planner.SendNow(tx, r); err != nil || !queued {
			return err
		}
		if err := a.audit(tx, actor(e), r, map[string][2]any{"status": {collections.ReminderPending, collections.ReminderSending}}); err != nil {
			return err
		}
		_, err = outbox.RollUp(tx, []string{r.Id}, a.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("send reminder %s now: %w", r.Id, err)
	}
	if !queued {
		return e.BadRequestError("This reminder is no longer pending, so it cannot be sent now.", nil)
	}
	return a.accepted(e, r.Id)
}

// retry answers POST reminders/{id}/retry: its failed deliveries are tried again, each under its old identity. 202 when
// queued, 400 if none failed.
func (a *API) retry(e *core.RequestEvent) error {
	r, event, err := a.reminder(e)
	if err != nil {
		return err
	}
	if event.Closed() {
		return e.BadRequestError("The event is "+event.Status()+". Reopen it to remind somebody of it.", nil)
	}
	var failed int64
	err = e.App.RunInTransaction(func(tx core.App) (err error) {
		if failed, err = collections.RetryFailed(tx, r.Id, a.Now()); err != nil || failed == 0 {
			return err
		}
		if err := a.audit(tx, actor(e), r, map[string][2]any{"status": {r.Status(), collections.ReminderSending}}); err != nil {
			return err
		}
		_, err = outbox.RollUp(tx, []string{r.Id}, a.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("retry reminder %s: %w", r.Id, err)
	}
	if failed == 0 {
		return e.BadRequestError("Nothing of this reminder failed, so there is nothing to try again.", nil)
	}
	return a.accepted(e, r.Id)
}

func (a *API) accepted(e *core.RequestEvent, reminder string) error {
	a.Engine.Announce(reminder)
	a.Engine.Wake()
	return e.JSON(http.StatusAccepted, map[string]string{"id": reminder, "status": collections.ReminderSending})
}

// reminder gives the reminder that the path names, with its event, if the caller may act on it.
func (a *API) reminder(e *core.RequestEvent) (*collections.Reminder, *collections.Event, error) {
	if _, err := signedIn(e); err != nil {
		return nil, nil, err
	}
	r, err := collections.Find[collections.Reminder](e.App, collections.Reminders, e.Request.PathValue("id"))
	if err != nil {
		return nil, nil, e.NotFoundError("There is no such reminder.", err)
	}
	event, err := collections.Find[collections.Event](e.App, collections.Events, r.Event())
	if err != nil {
		return nil, nil, e.NotFoundError("The reminder's event is gone.", err)
	}
	return r, event, mayChange(e, event)
}
