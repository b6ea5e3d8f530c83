package outbox

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// foundWithin is how far the beginning of an attempt and a report that names nothing but an address may lie apart.
const foundWithin = 10 * time.Minute

// Report is what a provider tells by itself of a message: a receipt.
type Report struct {
	Delivery   string // the delivery's id as the provider echoes it; "" = it does not
	Channel    string // the channel whose provider tells it
	ProviderID string // the provider's id of the message; "" = it does not say, and Finding.ProviderID counts
	Address    string // the recipient as the provider names it; "" = it does not say
	// Confirm says that anybody could have sent the report: a failure is not believed until the provider, asked, says the
	// same. Where it cannot be asked, nothing comes of the failure.
	Confirm bool
	notifiers.Finding
}

// Receive takes over what a provider tells by itself, and says how many of the reports are about messages that are known.
//
// A report is about the row that its Delivery names, if channel, provider's id and address do not contradict that; without
// one, about the row with its ProviderID; and else about the only row to its Address (deliveries.address: E.164, openid)
// whose attempt began within ten minutes of its At and that may have arrived without anybody having been told.
//
// It may be called with reports that are repeated, late or out of order, before Start, and from several processes at once:
// what is final stays, and what an earlier attempt came to says nothing about the last one. A report that is known only by
// its ProviderID may come before the result of the attempt is written. It then counts as unknown, and nothing of it is
// kept: the caller hands it in again, seconds later, or has the provider do so. After an error all may be handed in again.
// It must not be called inside a transaction.
func (e *Engine) Receive(reports ...Report) (known int, err error) {
	for batch := range slices.Chunk(reports, batchRows) {
		n, err := e.receiveSome(batch)
		if err != nil {
			return known, fmt.Errorf("take over what a provider tells: %w", err)
		}
		known += n
	}
	return known, nil
}

func (e *Engine) receiveSome(reports []Report) (known int, err error) {
	now := e.o.Now()
	var touched []string
	changed := false
	err = e.app.RunInTransaction(func(tx core.App) error {
		known, changed, touched = 0, false, nil
		for _, report := range reports {
			d, err := findReported(tx, &report, now)
			if err != nil {
				return err
			}
			if d == nil {
				continue
			}
			known++
			did, err := e.receiveOne(tx, d, report, now)
			if err != nil {
				return err
			}
			if did {
				changed, touched = true, append(touched, d.Reminder)
			}
		}
		_, err := rollUp(tx, touched, now)
		return err
	})
	if err != nil {
		return 0, err
	}
	if changed {
		e.news.add(touched)
		e.Wake()
	}
	return known, nil
}

// receiveOne writes what a report makes of its row.
func (e *Engine) receiveOne(tx core.App, d *collections.Delivery, report Report, now time.Time) (bool, error) {
	r := e.channels[d.Channel].rules()
	if report.Confirm && report.State == notifiers.Failed {
		next, ok := r.suspected(*d, report.Finding, now)
		if !ok {
			return false, nil
		}
		return collections.TurnDelivery(tx, d, &next, now)
	}
	next, ok := r.found(*d, report.Finding, now)
	if !ok {
		return false, nil
	}
	return turnRow(tx, d, &next, report.Err, now)
}

// findReported gives the row that a report is about, or nil.
func findReported(tx core.App, report *Report, now time.Time) (*collections.Delivery, error) {
	report.Finding.ProviderID = cmp.Or(report.ProviderID, report.Finding.ProviderID)
	if !slices.Contains(collections.Channels, report.Channel) {
		return nil, nil
	}
	if report.Delivery != "" {
		d, err := collections.FindDelivery(tx, report.Delivery)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil || !agrees(d, report) {
			return nil, err
		}
		return d, nil
	}
	if id := report.Finding.ProviderID; id != "" {
		rows, err := collections.DeliveriesByProviderID(tx, report.Channel, id)
		if err != nil || len(rows) > 0 {
			return only(rows, report), err
		}
	}
	if report.Address == "" {
		return nil, nil
	}
	at := report.At
	if at.IsZero() {
		at = now
	}
	rows, err := collections.UnconfirmedDeliveries(tx, report.Channel, report.Address, at.Add(-foundWithin), at.Add(foundWithin), report.Finding.ProviderID != "")
	return only(rows, report), err
}

// only gives the row if it is the only one and agrees with the report.
func only(rows []*collections.Delivery, report *Report) *collections.Delivery {
	if len(rows) != 1 || !agrees(rows[0], report) {
		return nil
	}
	return rows[0]
}

// agrees says whether nothing that a report names contradicts the row. The provider's id may be that of an earlier attempt.
func agrees(d *collections.Delivery, report *Report) bool {
	id := report.Finding.ProviderID
	return d.Channel == report.Channel && sameAddress(d.Address, report.Address) &&
		(ofLastAttempt(d, id) || slices.Contains(strings.Fields(d.PastIDs), id))
}

// sameAddress says whether a provider means our address. Of a number it may leave out the plus and the country.
func sameAddress(ours, theirs string) bool {
	if theirs == "" || ours == theirs {
		return true
	}
	ours, isNumber := strings.CutPrefix(ours, "+")
	theirs = strings.TrimLeft(theirs, "+0")
	return isNumber && len(theirs) >= 8 && strings.HasSuffix(ours, theirs)
}
