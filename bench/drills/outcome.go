package drills

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Outcome counts what came of the deliveries of an instance on a channel.
type Outcome struct {
	Sent, Waiting, Failed, Flagged int
	UnderWay                       int             // of those that wait, handed over by an attempt whose end nobody has written
	IDs                            map[string]bool // deliveries -> whether it is flagged as a possible duplicate
	Others                         map[string]bool // deliveries that are no reminder's, such as alerts
	Reason                         string          // why one of them waits or failed
	Alerts                         int             // of any channel's
	Failing                        int             // of those that wait, after an attempt that failed
}

// Count reads the outcome from the database.
func Count(app core.App, channel string) (Outcome, error) {
	var rows []struct {
		ID      string `db:"id"`
		Kind    string `db:"kind"`
		Status  string `db:"status"`
		Flagged bool   `db:"possible_duplicate"`
		Begun   string `db:"attempt_started"`
		Error   string `db:"error"`
	}
	o := Outcome{IDs: map[string]bool{}, Others: map[string]bool{}}
	err := app.ConcurrentDB().NewQuery(`SELECT id, kind, status, possible_duplicate, attempt_started, error FROM deliveries
		WHERE channel = {:channel}`).Bind(dbx.Params{"channel": channel}).All(&rows)
	if err != nil {
		return o, fmt.Errorf("count the deliveries: %w", err)
	}
	for _, r := range rows {
		if r.Kind != "reminder" {
			o.Others[r.ID] = true
			if r.Kind == "alert" {
				o.Alerts++
			}
			continue
		}
		o.IDs[r.ID] = r.Flagged
		switch r.Status {
		case "sent", "delivered":
			o.Sent++
		case "queued", "sending", "unknown":
			o.Waiting++
		default:
			o.Failed++
		}
		if r.Status == "sending" && r.Begun != "" {
			o.UnderWay++
		}
		if r.Error != "" && (r.Status == "queued" || r.Status == "unknown") {
			o.Failing++
		}
		o.Reason = cmp.Or(o.Reason, r.Error)
		if r.Flagged {
			o.Flagged++
		}
	}
	return o, nil
}

// Percentile gives the p-th percentile (0 to 1) of durations, by the nearest rank; 0 of none.
func Percentile(all []time.Duration, p float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	rank := int(math.Ceil(p * float64(len(sorted)))) // from 1
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// AcceptedAt gives the moment at which the vendor accepted the message of each reminder.
func AcceptedAt(app core.App, v *Vendor) (map[string]time.Time, error) {
	var rows []struct {
		ID       string `db:"id"`
		Reminder string `db:"reminder"`
	}
	err := app.ConcurrentDB().NewQuery("SELECT id, reminder FROM deliveries WHERE kind = 'reminder' AND channel = {:channel}").
		Bind(dbx.Params{"channel": v.Channel}).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read the deliveries: %w", err)
	}
	at := map[string]time.Time{}
	for _, a := range v.Arrived() {
		at[a.Delivery] = a.At
	}
	accepted := map[string]time.Time{}
	for _, r := range rows {
		accepted[r.Reminder] = at[r.ID]
	}
	return accepted, nil
}
