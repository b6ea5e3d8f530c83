package collections

import (
	"sort"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The statements of the outbox. Those that write must run inside a transaction of at most 100 rows.

// NextQueued gives the time at which the next queued row of a channel may be tried; false if none is queued.
func NextQueued(app core.App, channel string) (time.Time, bool, error) {
	return earliest(app, `SELECT next_attempt_at FROM deliveries WHERE status = 'queued' AND channel = {:channel}
		AND next_attempt_at != '' ORDER BY next_attempt_at LIMIT 1`, dbx.Params{"channel": channel})
}

// NextUnknown gives the time at which the next row of unknown fate is to be looked into; false if there is none.
func NextUnknown(app core.App, channel string) (time.Time, bool, error) {
	return earliest(app, `SELECT next_attempt_at FROM deliveries WHERE status = 'unknown' AND channel = {:channel}
		AND next_attempt_at != '' ORDER BY next_attempt_at LIMIT 1`, dbx.Params{"channel": channel})
}

// ClaimDeliveries takes the oldest queued rows of a channel that may be tried now, for holder.
func ClaimDeliveries(tx core.App, channel, holder string, now time.Time, limit int) ([]*Delivery, error) {
	var rows []*Delivery
	err := tx.NonconcurrentDB().NewQuery(`UPDATE deliveries SET status = 'sending', holder = {:holder}, attempt_started = '', updated = {:now}
		WHERE id IN (SELECT id FROM deliveries WHERE status = 'queued' AND channel = {:channel} AND next_attempt_at != ''
			AND next_attempt_at <= {:now} ORDER BY next_attempt_at LIMIT {:limit})
		RETURNING ` + deliveryColumns).
		Bind(dbx.Params{"channel": channel, "holder": holder, "now": DateTime(now), "limit": limit}).All(&rows)
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].NextAttemptAt.Time().Before(rows[j].NextAttemptAt.Time()) })
	return rows, err
}

// BeginAttempt counts an attempt of a claimed row, by d.Provider, and marks it as a possible duplicate if d says so. The
// provider's id of the attempt before joins the past ones, so that its late receipt is not taken for this attempt's.
// False: the row is no longer the holder's.
func BeginAttempt(tx core.App, d *Delivery, now time.Time) (bool, error) {
	res, err := statement(tx, `UPDATE deliveries SET attempts = attempts + 1, attempt_started = {:now}, began = {:now},
		provider = CASE {:provider} WHEN '' THEN provider ELSE {:provider} END,
		possible_duplicate = (possible_duplicate OR {:dup}), past_ids = SUBSTR(TRIM(past_ids || ' ' || provider_id), -2000),
		provider_id = '', receipt_at = '', receipt_tries = 0, absent = 0
		WHERE id = {:id} AND holder = {:holder} AND status = 'sending'`).
		Bind(dbx.Params{
			"id": d.ID, "holder": d.Holder, "now": DateTime(now), "provider": d.Provider, "dup": d.PossibleDuplicate,
		}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	if n > 0 {
		d.Began = DateTime(now)
	}
	return n > 0, err
}

// Outcome is what an attempt, a last look or a rescue makes of a claimed row. The zero value of a field that is not
// mentioned leaves the column as it is where the comment says so.
type Outcome struct {
	Status            string
	NextAttemptAt     time.Time // for queued and unknown
	Error             string
	ErrorClass        string
	Provider          string // empty: as it is
	ProviderID        string // empty: as it is
	PossibleDuplicate bool   // false: as it is
	Late              bool   // false: as it is
	SentAt            time.Time
	Segments          int
	Cost              float64
	ReceiptAt         time.Time // for sent: when to ask for the receipt first; zero: never
	UndoAttempt       bool      // the attempt does not count
	ForgetMessage     bool      // the message holds a secret that has served
}

// SettleDelivery writes an outcome to a row that the holder still holds, and lets go of it. An outcome of the class unknown
// begins the doubt about the message, sent ends it. False: the row is no longer the holder's, and stays as it is.
func SettleDelivery(tx core.App, d *Delivery, o Outcome, now time.Time) (bool, error) {
	undo := 0
	if o.UndoAttempt {
		undo = 1
	}
	res, err := statement(tx, `UPDATE deliveries SET status = {:status}, next_attempt_at = {:next}, error = {:error},
		error_class = {:class}, provider = CASE {:provider} WHEN '' THEN provider ELSE {:provider} END,
		provider_id = CASE {:pid} WHEN '' THEN provider_id ELSE {:pid} END,
		possible_duplicate = (possible_duplicate OR {:dup}), late = (late OR {:late}), sent_at = {:sent}, segments = {:segments},
		cost = {:cost}, attempts = MAX(0, attempts - {:undo}), message = CASE WHEN {:forget} THEN NULL ELSE message END,
		doubt_since = CASE WHEN {:status} = 'sent' THEN '' WHEN {:class} = 'unknown'
			THEN COALESCE(NULLIF(doubt_since, ''), NULLIF(began, ''), {:now}) ELSE doubt_since END,
		receipt_at = {:receipt}, receipt_tries = 0, absent = 0, holder = '', attempt_started = '', updated = {:now}
		WHERE id = {:id} AND holder = {:holder} AND status = 'sending'`).
		Bind(dbx.Params{
			"id": d.ID, "holder": d.Holder, "status": o.Status, "next": DateTime(o.NextAttemptAt), "error": o.Error,
			"class": o.ErrorClass, "provider": o.Provider, "pid": o.ProviderID, "dup": o.PossibleDuplicate, "late": o.Late,
			"sent": DateTime(o.SentAt), "segments": o.Segments, "cost": o.Cost, "undo": undo, "forget": o.ForgetMessage,
			"receipt": DateTime(o.ReceiptAt), "now": DateTime(now),
		}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// RewriteDelivery stores a message that was made anew for a claimed row.
func RewriteDelivery(tx core.App, d *Delivery) error {
	_, err := statement(tx, `UPDATE deliveries SET address = {:address}, subject = {:subject}, message = {:message},
		basis = {:basis}, late = {:late} WHERE id = {:id} AND holder = {:holder}`).
		Bind(dbx.Params{
			"id": d.ID, "holder": d.Holder, "address": d.Address, "subject": d.Subject, "message": nullable(d.Message),
			"basis": d.Basis, "late": d.Late,
		}).Execute()
	return err
}

// Holders gives the processes that hold rows.
func Holders(app core.App) ([]string, error) {
	var holders []string
	err := app.ConcurrentDB().NewQuery("SELECT DISTINCT holder FROM deliveries WHERE status = 'sending'").Column(&holders)
	return holders, err
}

// HeldDeliveries gives rows that a process holds, at most limit.
func HeldDeliveries(app core.App, holder string, limit int) ([]*Delivery, error) {
	var rows []*Delivery
	err := app.NonconcurrentDB().NewQuery("SELECT " + deliveryColumns + ` FROM deliveries
		WHERE status = 'sending' AND holder = {:holder} LIMIT {:limit}`).
		Bind(dbx.Params{"holder": holder, "limit": limit}).All(&rows)
	return rows, err
}

// RequeueUnknown makes rows of unknown fate whose time has come ready for another attempt under the same identity,
// marked as possible duplicates, and says how many.
func RequeueUnknown(tx core.App, channel string, now time.Time, limit int) (int64, error) {
	return requeueUnknown(tx, "TRUE", dbx.Params{"channel": channel, "now": DateTime(now), "limit": limit})
}

// RequeueDeduplicated does the same where provider sends a message once, however often it gets it: only those are marked
// whose doubt began at since or before, or with another provider.
func RequeueDeduplicated(tx core.App, channel, provider string, since, now time.Time, limit int) (int64, error) {
	return requeueUnknown(tx, "(possible_duplicate OR doubt_since <= {:since} OR provider != {:provider})", dbx.Params{
		"channel": channel, "provider": provider, "since": DateTime(since), "now": DateTime(now), "limit": limit,
	})
}

func requeueUnknown(tx core.App, duplicate string, params dbx.Params) (int64, error) {
	res, err := tx.NonconcurrentDB().NewQuery(`UPDATE deliveries SET status = 'queued', possible_duplicate = ` + duplicate + `, updated = {:now}
		WHERE id IN (SELECT id FROM deliveries WHERE status = 'unknown' AND channel = {:channel} AND next_attempt_at != ''
			AND next_attempt_at <= {:now} ORDER BY next_attempt_at LIMIT {:limit})`).Bind(params).Execute()
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// TakeBackQueued cancels the rows of a reminder that nobody has claimed, and says how many.
func TakeBackQueued(tx core.App, reminder, reason string, now time.Time) (int64, error) {
	res, err := tx.NonconcurrentDB().NewQuery(`UPDATE deliveries SET status = 'cancelled', error = {:reason}, next_attempt_at = '', updated = {:now}
		WHERE reminder = {:id} AND status = 'queued'`).
		Bind(dbx.Params{"id": reminder, "reason": reason, "now": DateTime(now)}).Execute()
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// RetryFailed gives the failed rows of a reminder another chance under their old identity, with all their attempts, and
// says how many there were. One that failed without anybody knowing its fate becomes unknown again, to be looked into at
// once: its provider is asked before it is repeated, and where that cannot be, it is marked as a possible duplicate.
func RetryFailed(tx core.App, reminder string, now time.Time) (int64, error) {
	res, err := tx.NonconcurrentDB().NewQuery(`UPDATE deliveries SET status = CASE error_class WHEN 'unknown' THEN 'unknown' ELSE 'queued' END,
		attempts = 0, error = '', error_class = '', next_attempt_at = {:now}, receipt_at = '', receipt_tries = 0, absent = 0, updated = {:now}
		WHERE reminder = {:id} AND status = 'failed'`).
		Bind(dbx.Params{"id": reminder, "now": DateTime(now)}).Execute()
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Tally counts a reminder's deliveries of one channel and status.
type Tally struct {
	Reminder string `db:"reminder"`
	Event    string `db:"event"`
	Channel  string `db:"channel"`
	Status   string `db:"status"`
	Count    int    `db:"n"`
	Error    string `db:"error"`
	Late     bool   `db:"late"`
	SentAt   string `db:"sent_at"`
}

// TallyDeliveries counts the deliveries of the reminders by channel and status.
func TallyDeliveries(tx core.App, reminders []string) ([]Tally, error) {
	var rows []Tally
	// CROSS JOIN, so that SQLite looks the reminders up one by one.
	err := statement(tx, `SELECT d.reminder, r.event, d.channel, d.status, COUNT(*) AS n, MAX(d.error) AS error, MAX(d.late) AS late,
		MIN(d.sent_at) AS sent_at
		FROM json_each({:reminders}) ids CROSS JOIN reminders r ON r.id = ids.value CROSS JOIN deliveries d ON d.reminder = r.id
		GROUP BY d.reminder, d.channel, d.status`).Bind(dbx.Params{"reminders": jsonList(reminders)}).All(&rows)
	return rows, err
}

// LastFailure gives the newest row of a channel whose attempts failed, for good or so far; false if there is none. A row
// that only waits has a reason and no class.
func LastFailure(app core.App, channel string) (*Delivery, bool, error) {
	var found *Delivery
	for _, where := range []string{
		"status = 'failed' AND channel = {:channel} ORDER BY created DESC",
		"status = 'queued' AND channel = {:channel} AND error_class != '' ORDER BY updated DESC",
	} {
		var rows []*Delivery
		err := app.ConcurrentDB().NewQuery("SELECT " + deliveryColumns + ", updated FROM deliveries WHERE " + where + " LIMIT 1").
			Bind(dbx.Params{"channel": channel}).All(&rows)
		if err != nil {
			return nil, false, err
		}
		if len(rows) > 0 && (found == nil || rows[0].Updated.Time().After(found.Updated.Time())) {
			found = rows[0]
		}
	}
	return found, found != nil, nil
}

// QueueDepth counts the rows of a channel that are waiting, and gives the time of the oldest that should have gone.
func QueueDepth(app core.App, channel string, now time.Time) (waiting int, due int, oldest time.Time, err error) {
	err = app.ConcurrentDB().NewQuery(`SELECT COUNT(*), COALESCE(SUM(next_attempt_at <= {:now}), 0) FROM deliveries
		WHERE status = 'queued' AND channel = {:channel}`).
		Bind(dbx.Params{"channel": channel, "now": DateTime(now)}).Row(&waiting, &due)
	if err != nil || due == 0 {
		return waiting, due, time.Time{}, err
	}
	oldest, _, err = NextQueued(app, channel)
	return waiting, due, oldest, err
}
