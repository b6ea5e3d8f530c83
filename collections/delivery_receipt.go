package collections

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The statements about what became of a message that a provider took, or may have taken. Those that write must run
// inside a transaction of at most 100 rows.

// NextReceipt gives the time at which a receipt of a channel is to be asked for next; false if none is awaited.
func NextReceipt(app core.App, channel string) (time.Time, bool, error) {
	return earliest(app, `SELECT receipt_at FROM deliveries WHERE channel = {:channel} AND receipt_at != ''
		ORDER BY receipt_at LIMIT 1`, dbx.Params{"channel": channel})
}

// DueUnknown gives rows of unknown fate whose time has come, the most overdue first, at most limit of them.
func DueUnknown(app core.App, channel string, now time.Time, limit int) ([]*Delivery, error) {
	return someDeliveries(app, `status = 'unknown' AND channel = {:channel} AND next_attempt_at != '' AND next_attempt_at <= {:now}
		ORDER BY next_attempt_at LIMIT {:limit}`, dbx.Params{"channel": channel, "now": DateTime(now), "limit": limit})
}

// DueReceipts gives rows whose receipt is to be asked for, the most overdue first, at most limit of them.
func DueReceipts(app core.App, channel string, now time.Time, limit int) ([]*Delivery, error) {
	return someDeliveries(app, `channel = {:channel} AND receipt_at != '' AND receipt_at <= {:now}
		ORDER BY receipt_at LIMIT {:limit}`, dbx.Params{"channel": channel, "now": DateTime(now), "limit": limit})
}

// DeliveriesByProviderID gives the rows of a channel whose last attempt the provider knows by that id, at most two.
func DeliveriesByProviderID(app core.App, channel, providerID string) ([]*Delivery, error) {
	return someDeliveries(app, `provider_id = {:pid} AND provider_id != '' AND channel = {:channel} LIMIT 2`,
		dbx.Params{"channel": channel, "pid": providerID})
}

// UnconfirmedDeliveries gives the rows to an address of a channel whose last attempt began with from <= began <= to and
// may have arrived without anybody having been told, at most two. With named, which means that the provider told its id
// of the message, they are those alone of which that id is not known and will not come with the result of an attempt.
func UnconfirmedDeliveries(app core.App, channel, address string, from, to time.Time, named bool) ([]*Delivery, error) {
	state := "(status IN ('sent','unknown') OR (status = 'sending' AND attempt_started != ''))"
	if named {
		state = "status IN ('sent','unknown') AND provider_id = ''"
	}
	return someDeliveries(app, `address = {:address} AND began >= {:from} AND began <= {:to} AND channel = {:channel}
		AND channel != 'email' AND delivered_at = '' AND began != '' AND `+state+` LIMIT 2`,
		dbx.Params{"channel": channel, "address": address, "from": DateTime(from), "to": DateTime(to)})
}

func someDeliveries(app core.App, where string, params dbx.Params) ([]*Delivery, error) {
	var rows []*Delivery
	err := app.ConcurrentDB().NewQuery("SELECT " + deliveryColumns + " FROM deliveries WHERE " + where).Bind(params).All(&rows)
	return rows, err
}

// TurnDelivery writes next, what a receipt or an answer made of was, and says whether it did: not if the row is no longer
// in the state of was. What was made of the message, its recipient and its words stay as they are, but for the words of
// a next without a message, which are forgotten.
func TurnDelivery(tx core.App, was, next *Delivery, now time.Time) (bool, error) {
	res, err := tx.NonconcurrentDB().NewQuery(`UPDATE deliveries SET status = {:status}, next_attempt_at = {:next}, error = {:error},
		error_class = {:class}, provider_id = {:pid}, possible_duplicate = {:dup}, sent_at = {:sent}, delivered_at = {:delivered},
		segments = {:segments}, cost = {:cost}, doubt_since = {:doubt}, receipt_at = {:receipt}, receipt_tries = {:tries},
		absent = {:absent}, message = CASE WHEN {:forget} THEN NULL ELSE message END, holder = {:holder},
		attempt_started = {:started}, updated = {:now}
		WHERE id = {:id} AND status = {:was_status} AND holder = {:was_holder} AND attempt_started = {:was_started}
			AND began = {:was_began} AND provider_id = {:was_pid} AND next_attempt_at = {:was_next} AND receipt_at = {:was_receipt}
			AND receipt_tries = {:was_tries} AND absent = {:was_absent}`).
		Bind(dbx.Params{
			"id": was.ID, "status": next.Status, "next": next.NextAttemptAt, "error": next.Error, "class": next.ErrorClass,
			"pid": next.ProviderID, "dup": next.PossibleDuplicate, "sent": next.SentAt, "delivered": next.DeliveredAt,
			"segments": next.Segments, "cost": next.Cost, "doubt": next.DoubtSince, "receipt": next.ReceiptAt,
			"tries": next.ReceiptTries, "absent": next.Absent, "forget": next.Message == "" && was.Message != "",
			"holder": next.Holder, "started": next.AttemptStarted, "now": DateTime(now),
			"was_status": was.Status, "was_holder": was.Holder, "was_started": was.AttemptStarted, "was_began": was.Began,
			"was_pid": was.ProviderID, "was_next": was.NextAttemptAt, "was_receipt": was.ReceiptAt,
			"was_tries": was.ReceiptTries, "was_absent": was.Absent,
		}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
