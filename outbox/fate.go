package outbox

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/collections"
	"tminus/notifiers"
)

const (
	// askEvery is the longest wait before a question that was not answered is asked again.
	askEvery = time.Minute
	// askInVain is how many questions in a row stay unanswered before nobody asks any more: three days of them.
	askInVain = 3 * 24 * 60
)

// found gives what a finding makes of a row, and whether it changes anything. What is final stays, and a finding about
// an earlier attempt says nothing about the last one.
func (r rules) found(d collections.Delivery, f notifiers.Finding, now time.Time) (collections.Delivery, bool) {
	if !ofLastAttempt(&d, f.ProviderID) {
		return d, false
	}
	switch f.State {
	case notifiers.Delivered:
		return r.arrived(d, f, now)
	case notifiers.Failed:
		return r.failed(d, f, now)
	case notifiers.Accepted:
		return r.accepted(d, f, now)
	default:
		return d, false
	}
}

// ofLastAttempt says whether what the provider knows by that id is the row's last attempt: by its id if that is known,
// otherwise because it is none of the earlier ones'. The provider may name none.
func ofLastAttempt(d *collections.Delivery, providerID string) bool {
	switch {
	case providerID == "" || providerID == d.ProviderID:
		return true
	case d.ProviderID != "":
		return false
	default:
		return !slices.Contains(strings.Fields(d.PastIDs), providerID)
	}
}

// arrived ends a row whose message is where it should be, and so also any further attempt, claimed or waiting.
func (r rules) arrived(d collections.Delivery, f notifiers.Finding, now time.Time) (collections.Delivery, bool) {
	switch d.Status {
	case collections.DeliverySent, collections.DeliveryUnknown:
	case collections.DeliverySending, collections.DeliveryQueued:
		if d.Began.IsZero() {
			return d, false // nothing of it was ever handed over
		}
	default:
		return d, false
	}
	at := f.At
	if at.IsZero() || at.After(now) {
		at = now
	}
	if d.SentAt.IsZero() {
		d.SentAt = begun(&d, at)
	}
	release(&d)
	d.Status, d.DeliveredAt = collections.DeliveryDelivered, collections.DateTime(later(at, d.SentAt.Time()))
	take(&d, f)
	estimate(&d)
	recount(&d, f.Segments)
	return d, true
}

// failed ends a row whose message did not arrive, or has it tried again if that may help.
func (r rules) failed(d collections.Delivery, f notifiers.Finding, now time.Time) (collections.Delivery, bool) {
	switch d.Status {
	case collections.DeliverySent, collections.DeliveryUnknown:
	case collections.DeliverySending:
		if d.AttemptStarted.IsZero() {
			return d, false // the attempt that failed has had its consequence: this is the next, claimed and not begun
		}
	default:
		return d, false
	}
	why := reasonOf(f)
	release(&d)
	take(&d, f)
	recount(&d, f.Segments)
	d.Status, d.Error, d.ErrorClass = collections.DeliveryFailed, why.Reason, string(why.Class)
	if why.Class != notifiers.Permanent {
		r.again(&d, now.Add(max(r.Interval, why.RetryAfter)))
	}
	return d, true
}

// suspected has the provider asked at once whether a message failed, as somebody says who may be anybody. One in doubt is
// asked for soon enough, and not sooner because somebody says so.
func (r rules) suspected(d collections.Delivery, f notifiers.Finding, now time.Time) (collections.Delivery, bool) {
	due := !d.ReceiptAt.IsZero() && !d.ReceiptAt.Time().After(now)
	if d.Status != collections.DeliverySent || due || !r.asked || d.Provider != r.provider || !ofLastAttempt(&d, f.ProviderID) {
		return d, false
	}
	d.ReceiptAt = collections.DateTime(now)
	return d, true
}

// again queues a failed row for another attempt, if any are left.
func (r rules) again(d *collections.Delivery, at time.Time) {
	if d.Attempts < r.Attempts {
		d.Status, d.NextAttemptAt, d.SentAt = collections.DeliveryQueued, collections.DateTime(at), types.DateTime{}
	}
}

// reasonOf gives why a message failed. A provider that says so leaves no doubt, whatever class it is told in.
func reasonOf(f notifiers.Finding) notifiers.Error {
	if f.Err == nil {
		return notifiers.Error{Class: notifiers.Permanent, Reason: notifiers.ReasonProvider}
	}
	why := *f.Err
	if why.Class != notifiers.Permanent && why.Class != notifiers.Configuration {
		why.Class = notifiers.Transient
	}
	return why
}

// accepted ends the doubt about a message that the provider has, and learns what was not known of one that was sent.
func (r rules) accepted(d collections.Delivery, f notifiers.Finding, now time.Time) (collections.Delivery, bool) {
	was := d
	switch d.Status {
	case collections.DeliveryUnknown:
		release(&d)
		d.Status, d.SentAt = collections.DeliverySent, begun(&d, now)
		d.ReceiptAt = collections.DateTime(r.nextReceipt(d.SentAt.Time(), now))
	case collections.DeliverySent:
	default:
		return d, false
	}
	take(&d, f)
	estimate(&d)
	recount(&d, f.Segments)
	return d, d != was
}

// answered gives what the answer to a question makes of the row that it was about.
func (r rules) answered(d collections.Delivery, f notifiers.Finding, now time.Time) collections.Delivery {
	mine := ofLastAttempt(&d, f.ProviderID)
	switch f.State {
	case notifiers.Absent, notifiers.Accepted, notifiers.Delivered, notifiers.Failed:
	default:
		return r.unanswered(d, 0, now)
	}
	next, _ := r.found(d, f, now)
	switch {
	case next.Status == collections.DeliveryUnknown && (f.State == notifiers.Absent || !mine):
		r.missing(&next, now)
	case next.Status == collections.DeliverySent:
		next.ReceiptAt, next.ReceiptTries = collections.DateTime(r.nextReceipt(next.SentAt.Time(), now)), 0
	default:
		next.ReceiptAt = types.DateTime{}
	}
	return next
}

// missing notes that the provider has no such message. It may take a while to know of one that it has just accepted: two
// answers in a row count (one for each of askAfter but the first), the earliest of them at the second time, and a gap of
// askAfter lies between them. Then the message is free to go again, and nobody can have it twice.
func (r rules) missing(d *collections.Delivery, now time.Time) {
	d.ReceiptTries = 0
	first, last := min(1, len(r.askAfter)-1), len(r.askAfter)-1
	if counts := d.Began.Time().Add(r.askAfter[first]); now.Before(counts) {
		d.NextAttemptAt = collections.DateTime(counts)
		return
	}
	d.Absent++
	if i := first + d.Absent; i <= last {
		d.NextAttemptAt = collections.DateTime(now.Add(r.askAfter[i] - r.askAfter[i-1]))
		return
	}
	why := d.Error
	release(d)
	d.Status, d.Error, d.ErrorClass = collections.DeliveryFailed, why, string(notifiers.Transient)
	r.again(d, now)
}

// unanswered has a question asked again, sooner than the provider wishes never.
func (r rules) unanswered(d collections.Delivery, wish time.Duration, now time.Time) collections.Delivery {
	if d.ReceiptTries >= askInVain {
		d.ReceiptAt = types.DateTime{}
		if d.Status == collections.DeliveryUnknown {
			d.Status, d.NextAttemptAt = collections.DeliveryFailed, types.DateTime{}
		}
		return d
	}
	wait := max(min(r.askAfter[0], askEvery), time.Millisecond)
	for range min(d.ReceiptTries, 16) {
		wait = min(2*wait, askEvery)
	}
	at := collections.DateTime(now.Add(max(wait, wish)))
	d.ReceiptTries++
	if d.Status == collections.DeliveryUnknown {
		d.NextAttemptAt = at
	} else {
		d.ReceiptAt = at
	}
	return d
}

// unaskable gives what becomes of a row about which the question will never be answered: another provider had it, or it is
// too long ago. Its receipt is not awaited any more, and what is in doubt goes again, marked as a possible duplicate.
func (r rules) unaskable(d collections.Delivery, now time.Time) collections.Delivery {
	d.ReceiptAt, d.ReceiptTries, d.Absent = types.DateTime{}, 0, 0
	if d.Status != collections.DeliveryUnknown {
		return d
	}
	if d.Attempts < r.Attempts {
		d.Status, d.NextAttemptAt, d.PossibleDuplicate = collections.DeliveryQueued, collections.DateTime(now), true
	} else {
		d.Status, d.NextAttemptAt = collections.DeliveryFailed, types.DateTime{}
	}
	return d
}

// nextReceipt gives when to ask for the receipt of a message that was sent at sent; zero when it is not asked any more.
func (r rules) nextReceipt(sent, now time.Time) time.Time {
	for _, after := range r.receipts {
		if at := sent.Add(after); at.After(now) {
			return at
		}
	}
	return time.Time{}
}

// release ends what was under way: nobody holds the row, nothing is in doubt and nothing is awaited.
func release(d *collections.Delivery) {
	d.Holder, d.AttemptStarted, d.NextAttemptAt = "", types.DateTime{}, types.DateTime{}
	d.Error, d.ErrorClass, d.DoubtSince = "", "", types.DateTime{}
	d.ReceiptAt, d.ReceiptTries, d.Absent = types.DateTime{}, 0, 0
}

// take keeps the provider's id of the attempt.
func take(d *collections.Delivery, f notifiers.Finding) {
	d.ProviderID = cmp.Or(d.ProviderID, f.ProviderID)
}

// begun gives when the last attempt began, or else at.
func begun(d *collections.Delivery, at time.Time) types.DateTime {
	if d.Began.IsZero() {
		return collections.DateTime(at)
	}
	return d.Began
}

// estimate counts an accepted message that its provider has not counted as it was counted before it left.
func estimate(d *collections.Delivery) {
	if m := messageOf(d); d.Segments == 0 && m.Parts > 0 {
		d.Segments, d.Cost = m.Parts, float64(m.Parts)*m.PartPrice
	}
	if d.Kind == collections.KindSystem {
		d.Message = "" // it holds a secret that has served
	}
}

// recount takes over the provider's own count of an SMS's parts, and the cost with it; 0 = it does not say.
func recount(d *collections.Delivery, counted int) {
	if counted <= 0 || counted == d.Segments {
		return
	}
	if d.Segments > 0 {
		d.Cost = d.Cost * float64(counted) / float64(d.Segments)
	}
	d.Segments = counted
}

// messageOf gives the message as it was stored. Where it was forgotten, what identifies it is left.
func messageOf(d *collections.Delivery) notifiers.Message {
	m := notifiers.Message{ID: d.ID, Channel: d.Channel, Kind: d.Kind, To: notifiers.Recipient{Address: d.Address}}
	if d.Message != "" {
		_ = d.MessageJSON(&m) // one that cannot be read never left
	}
	return m
}
