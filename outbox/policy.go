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

// resolve says what becomes of a claimed row after an attempt that is its attempts-th. It is pure.
func (p Policy) resolve(d *collections.Delivery, receipt notifiers.Receipt, err error, now time.Time) collections.Outcome {
	if err == nil {
		return collections.Outcome{
			Status: collections.DeliverySent, Provider: receipt.Provider, ProviderID: receipt.ProviderID,
			SentAt: now, Segments: receipt.Segments, Cost: receipt.Cost, ForgetMessage: d.Kind == collections.KindSystem,
		}
	}
	failure := notifiers.AsError(err)
	o := collections.Outcome{Error: failure.Reason, ErrorClass: string(failure.Class)}
	switch failure.Class {
	case notifiers.Configuration:
		o.Status, o.NextAttemptAt, o.UndoAttempt = collections.DeliveryQueued, d.NextAttemptAt.Time(), true
	case notifiers.Permanent:
		o.Status = collections.DeliveryFailed
	case notifiers.Transient:
		o.Status, o.NextAttemptAt = collections.DeliveryQueued, now.Add(max(p.Interval, failure.RetryAfter))
	default:
		o.Status, o.NextAttemptAt = collections.DeliveryUnknown, now.Add(p.Interval)
	}
	if failure.Class != notifiers.Configuration && d.Attempts >= p.Attempts {
		o.Status, o.NextAttemptAt = collections.DeliveryFailed, time.Time{}
	}
	return o
}
