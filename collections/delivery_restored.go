package collections

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// DeliveryID gives the identity of the message with that key. It depends on nothing else, so that an instance restored from
// a backup gives a message the identity that the former one gave it, by which providers and readers know a repeat.
func DeliveryID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:core.DefaultIdLength])
}

// DoubtQueued makes rows unknown that this instance has not sent and another may have: those waiting or claimed whose time
// has come, at most limit of them, and gives the reminders that they are of. Since is the instant from which on the other
// went its own way.
func DoubtQueued(tx core.App, since, now time.Time, limit int, reason string) (reminders []string, err error) {
	err = tx.NonconcurrentDB().NewQuery(doubt + `id IN (SELECT id FROM deliveries WHERE status IN ('queued', 'sending')
		AND next_attempt_at <= {:now} LIMIT {:limit}) RETURNING reminder`).
		Bind(dbx.Params{"since": DateTime(since), "now": DateTime(now), "limit": limit, "reason": reason}).Column(&reminders)
	return reminders, err
}

// DoubtQueuedOf does so with every waiting row of some reminders, whenever its time is.
func DoubtQueuedOf(tx core.App, reminders []string, since, now time.Time, reason string) (n int64, err error) {
	for _, id := range reminders {
		res, err := tx.NonconcurrentDB().NewQuery(doubt + "reminder = {:id} AND reminder != '' AND status = 'queued'").
			Bind(dbx.Params{"since": DateTime(since), "now": DateTime(now), "id": id, "reason": reason}).Execute()
		if err != nil {
			return n, err
		}
		more, err := res.RowsAffected()
		if err != nil {
			return n, err
		}
		n += more
	}
	return n, nil
}

const doubt = `UPDATE deliveries SET status = 'unknown', error = {:reason}, error_class = 'unknown', holder = '',
	began = CASE began WHEN '' THEN {:since} ELSE began END,
	doubt_since = CASE doubt_since WHEN '' THEN {:since} ELSE doubt_since END,
	next_attempt_at = CASE next_attempt_at WHEN '' THEN {:now} ELSE next_attempt_at END,
	attempt_started = '', updated = {:now} WHERE `

// SkipDoubted ends rows in doubt whose time was not after until, at most limit of them, and gives the reminders that they
// are of: somebody says that the other instance sent them.
func SkipDoubted(tx core.App, until, now time.Time, limit int, doubted, reason string) (reminders []string, err error) {
	err = tx.NonconcurrentDB().NewQuery(`UPDATE deliveries SET status = 'skipped', error = {:reason}, error_class = '',
		next_attempt_at = '', doubt_since = '', updated = {:now}
		WHERE id IN (SELECT d.id FROM deliveries d LEFT JOIN reminders r ON r.id = d.reminder
			WHERE d.status = 'unknown' AND d.error = {:doubted}
			AND COALESCE(NULLIF(r.send_datetime, ''), d.created) <= {:until} LIMIT {:limit}) RETURNING reminder`).
		Bind(dbx.Params{
			"until": DateTime(until), "now": DateTime(now), "limit": limit, "doubted": doubted, "reason": reason,
		}).Column(&reminders)
	return reminders, err
}
