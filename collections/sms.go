package collections

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The statements that count SMS. A message counts at the moment at which its provider took it; one of which nobody knows
// whether it was taken, at the beginning of its last attempt; one that is in hand, now. What was refused counts for
// nothing. Each is written so that SQLite finds the index that holds SMS alone, which needs the channel as a constant.

// inDoubt is the condition that a row without sent_at may have been sent in a span, or may be any moment. Rows of the claim
// that asks are left out.
const inDoubt = `(status = 'sending' OR ((status = 'unknown' OR doubt_since != '') AND began >= {:from} AND began < {:to}))
	AND id NOT IN (SELECT value FROM json_each({:claim}))`

// SMSTo counts the SMS to a number that were sent in a span, or may have been, besides the rows of a claim under way.
func SMSTo(tx core.App, number string, s Span, claim []string) (int, error) {
	return count(tx, `SELECT (SELECT COUNT(*) FROM deliveries WHERE channel = 'sms' AND address = {:number} AND sent_at >= {:from} AND sent_at < {:to})
		+ (SELECT COUNT(*) FROM deliveries WHERE channel = 'sms' AND address = {:number} AND sent_at = '' AND `+inDoubt+`)`,
		spanParams(s, claim, dbx.Params{"number": number}))
}

// SMSParts counts the parts of all SMS that were sent in a span, or may have been, besides the rows of a claim under way.
// What a provider does not count is one part. The pluses keep SQLite to the index of what is in hand.
func SMSParts(tx core.App, s Span, claim []string) (int, error) {
	const own = "COALESCE(SUM(MAX(1, COALESCE(json_extract(message, '$.parts'), 1))), 0)"
	return count(tx, `SELECT (SELECT COALESCE(SUM(MAX(1, segments)), 0) FROM deliveries WHERE channel = 'sms' AND sent_at >= {:from} AND sent_at < {:to})
		+ (SELECT `+own+` FROM deliveries WHERE channel = 'sms' AND sent_at = '' AND began >= {:from} AND began < {:to}
			AND status != 'sending' AND `+inDoubt+`)
		+ (SELECT `+own+` FROM deliveries WHERE +channel = 'sms' AND status = 'sending' AND +sent_at = '' AND `+inDoubt+`)`,
		spanParams(s, claim, dbx.Params{}))
}

func spanParams(s Span, claim []string, params dbx.Params) dbx.Params {
	ids, _ := json.Marshal(append([]string{}, claim...)) // no null, in which SQL finds nothing; texts cannot fail
	params["from"], params["to"], params["claim"] = DateTime(s.From), DateTime(s.To), string(ids)
	return params
}

// SMSWaiting counts the SMS that wait for a time before until: those to a number, or all if it is empty.
func SMSWaiting(tx core.App, number string, until time.Time) (int, error) {
	return count(tx, `SELECT COUNT(*) FROM deliveries WHERE status = 'queued' AND channel = 'sms' AND next_attempt_at <= {:until}
		AND ({:number} = '' OR address = {:number})`, dbx.Params{"number": number, "until": DateTime(until)})
}

// SMSHeld gives the ids of the SMS that wait for one of the reasons until after now.
func SMSHeld(app core.App, now time.Time, reasons ...string) ([]string, error) {
	var ids []string
	err := app.ConcurrentDB().Select("id").From(Deliveries).
		Where(dbx.NewExp("status = 'queued' AND channel = 'sms' AND next_attempt_at > {:now}", dbx.Params{"now": DateTime(now)})).
		AndWhere(dbx.HashExp{"error": anySlice(reasons)}).OrderBy("next_attempt_at").Column(&ids)
	return ids, err
}

// ReleaseHeld makes those of the rows that still wait for one of the reasons due now.
func ReleaseHeld(tx core.App, ids []string, now time.Time, reasons ...string) error {
	_, err := tx.NonconcurrentDB().Update(Deliveries, dbx.Params{"next_attempt_at": DateTime(now), "updated": DateTime(now)},
		dbx.And(dbx.HashExp{"id": anySlice(ids), "status": DeliveryQueued, "error": anySlice(reasons)})).Execute()
	return err
}

// SMSSum is what the SMS of a span come to.
type SMSSum struct {
	Messages int     `db:"messages"`
	Parts    int     `db:"parts"`
	Cost     float64 `db:"cost"` // in the currency of the settings, as priced when each was sent
}

// SumSMS sums up the SMS that were sent in each of the spans, in their order.
func SumSMS(app core.App, spans []Span) ([]SMSSum, error) {
	sums := make([]SMSSum, len(spans))
	if len(spans) == 0 {
		return sums, nil
	}
	var values []string
	params := dbx.Params{}
	for i, s := range spans {
		values = append(values, fmt.Sprintf("(%d, {:from%d}, {:to%d})", i, i, i))
		params[fmt.Sprintf("from%d", i)], params[fmt.Sprintf("to%d", i)] = DateTime(s.From), DateTime(s.To)
	}
	var rows []struct {
		Span int `db:"span"`
		SMSSum
	}
	err := app.ConcurrentDB().NewQuery(`WITH spans (span, begins, ends) AS (VALUES ` + strings.Join(values, ", ") + `)
		SELECT span, COUNT(*) AS messages, SUM(MAX(1, segments)) AS parts, ROUND(SUM(cost), 6) AS cost
		FROM spans CROSS JOIN deliveries ON channel = 'sms' AND sent_at >= begins AND sent_at < ends GROUP BY span`).Bind(params).All(&rows)
	for _, row := range rows {
		sums[row.Span] = row.SMSSum
	}
	return sums, err
}
