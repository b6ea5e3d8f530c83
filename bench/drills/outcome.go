package drills

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest/smtpserver"
)

// Outcome counts what came of the deliveries of an instance.
type Outcome struct {
	Sent, Waiting, Failed, Flagged int
	IDs                            map[string]bool // deliveries -> whether it is flagged as a possible duplicate
}

// Count reads the outcome from the database.
func Count(app core.App) (Outcome, error) {
	var rows []struct {
		ID      string `db:"id"`
		Status  string `db:"status"`
		Flagged bool   `db:"possible_duplicate"`
	}
	o := Outcome{IDs: map[string]bool{}}
	err := app.ConcurrentDB().NewQuery("SELECT id, status, possible_duplicate FROM deliveries WHERE kind = 'reminder'").All(&rows)
	if err != nil {
		return o, fmt.Errorf("count the deliveries: %w", err)
	}
	for _, r := range rows {
		o.IDs[r.ID] = r.Flagged
		switch r.Status {
		case "sent", "delivered":
			o.Sent++
		case "queued", "sending", "unknown":
			o.Waiting++
		default:
			o.Failed++
		}
		if r.Flagged {
			o.Flagged++
		}
	}
	return o, nil
}

// Percentile gives the p-th percentile (0 to 1) of durations, by the nearest rank.
func Percentile(all []time.Duration, p float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}

// AcceptedAt gives the moment at which the mail server accepted the message of each reminder.
func AcceptedAt(app core.App, mail *smtpserver.Server) (map[string]time.Time, error) {
	var rows []struct {
		ID       string `db:"id"`
		Reminder string `db:"reminder"`
	}
	if err := app.ConcurrentDB().NewQuery("SELECT id, reminder FROM deliveries WHERE kind = 'reminder'").All(&rows); err != nil {
		return nil, fmt.Errorf("read the deliveries: %w", err)
	}
	at := map[string]time.Time{}
	for _, m := range mail.Mails() {
		at[DeliveryID(m.MessageID)] = m.At
	}
	accepted := map[string]time.Time{}
	for _, r := range rows {
		accepted[r.Reminder] = at[r.ID]
	}
	return accepted, nil
}

// DeliveryID gives the delivery that a Message-ID names.
func DeliveryID(messageID string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(messageID, "<"), "@")
	return id
}
