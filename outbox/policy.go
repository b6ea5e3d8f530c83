package outbox

import (
	"time"

	"tminus/collections"
	"tminus/notifiers"
)

// Policy says how often and when a message is tried again.
type Policy struct {
	Attempts int           // in all, the first included
	Interval time.Duration // between two attempts
}

// means is what a provider offers against doubt. The zero value offers nothing, like SMTP.
type means struct {
	provider string
	asked    bool            // it can be asked what became of a message: notifiers.Inquirer
	receipts []time.Duration // after acceptance, when to ask for the receipt
	repeats  time.Duration   // how long it sends one message once, however often it gets it: notifiers.Deduplicator
}

func meansOf(n notifiers.Notifier) means {
	if n == nil {
		return means{}
	}
	m := means{provider: n.Provider()}
	if i, ok := n.(notifiers.Inquirer); ok {
		m.asked, m.receipts = true, i.ReceiptAfter()
	}
	if d, ok := n.(notifiers.Deduplicator); ok {
		m.repeats = d.DeduplicatesFor()
	}
	return m
}

// rules decide what becomes of the rows of one channel. They are pure.
type rules struct {
	Policy
	means
	askAfter []time.Duration // see Options.AskAfter
}

// resolve says what becomes of a claimed row after an attempt that is its attempts-th.
func (r rules) resolve(d *collections.Delivery, receipt notifiers.Receipt, err error, now time.Time) collections.Outcome {
	if err == nil {
		return collections.Outcome{
			Status: collections.DeliverySent, Provider: receipt.Provider, ProviderID: receipt.ProviderID,
			SentAt: now, Segments: receipt.Segments, Cost: receipt.Cost, ReceiptAt: r.nextReceipt(now, now),
			ForgetMessage: d.Kind == collections.KindSystem,
		}
	}
	failure := notifiers.AsError(err)
	o := collections.Outcome{Error: failure.Reason, ErrorClass: string(failure.Class)}
	switch failure.Class {
	case notifiers.Configuration:
		o.Status, o.NextAttemptAt, o.UndoAttempt = collections.DeliveryQueued, d.NextAttemptAt.Time(), true
		return o
	case notifiers.Permanent:
		o.Status = collections.DeliveryFailed
	case notifiers.Transient:
		o.Status, o.NextAttemptAt = collections.DeliveryQueued, now.Add(max(r.Interval, failure.RetryAfter))
	default:
		o.Status, o.NextAttemptAt = collections.DeliveryUnknown, r.lookInto(d, now)
		if r.asked {
			return o // the answer ends the attempts, not the silence
		}
	}
	if d.Attempts >= r.Attempts {
		o.Status, o.NextAttemptAt = collections.DeliveryFailed, time.Time{}
	}
	return o
}

// lookInto gives the time at which a message that has just become of unknown fate is asked for or repeated.
func (r rules) lookInto(d *collections.Delivery, now time.Time) time.Time {
	switch {
	case r.asked:
		return later(d.Began.Time().Add(r.askAfter[0]), now)
	case r.repeats > 0 && d.DoubtSince.IsZero():
		return now.Add(r.askAfter[0])
	default:
		return now.Add(r.Interval)
	}
}

// interrupted says what becomes of a row whose process died during the attempt.
func (r rules) interrupted(d *collections.Delivery, now time.Time) collections.Outcome {
	o := collections.Outcome{
		Status: collections.DeliveryUnknown, NextAttemptAt: now, ErrorClass: string(notifiers.Unknown),
		Error: "the program ended during the attempt",
	}
	if r.asked {
		o.NextAttemptAt = r.lookInto(d, now)
	}
	return o
}

// doubtful says whether an attempt at now may bring the message a second time.
func (r rules) doubtful(d *collections.Delivery, now time.Time) bool {
	if d.DoubtSince.IsZero() {
		return false
	}
	return r.repeats == 0 || d.Provider != r.provider || now.Sub(d.DoubtSince.Time()) >= r.repeats
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
