package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

// The engine's own rules (REMINDER_RETRY_ATTEMPTS, REMINDER_RETRY_INTERVAL), as a fresh instance has them.
const (
	attempts = 3
	interval = 5 * time.Minute
)

// holder claims the rows of the past.
const holder = "history"

// trouble is a failure of the past: the first so many attempts of a message about an event on a channel fail with err.
type trouble struct {
	visit, channel string
	title          string // the subject's beginning; empty for any
	address        string // empty for any
	fails          int
	err            notifiers.Error
}

// troubles are told in the words that servers use.
var troubles = []trouble{
	{
		visit: "refused", channel: notifiers.Email, address: refused, fails: attempts,
		err: notifiers.Error{
			Class: notifiers.Permanent, AddressRefused: true,
			Reason: "550 5.1.1 The email account that you tried to reach does not exist",
		},
	},
	{
		visit: "retry", channel: notifiers.SMS, title: classFive, fails: attempts,
		err: notifiers.Error{Class: notifiers.Transient, Reason: "isp.GATEWAY_ERROR: the operator's gateway was busy"},
	},
	{
		visit: "retry", channel: notifiers.Email, title: floorPlan, address: unknown, fails: attempts,
		err: notifiers.Error{
			Class: notifiers.Permanent, AddressRefused: true,
			Reason: "550 5.1.1 Recipient address rejected: user unknown",
		},
	},
	{
		visit: "unreachable", channel: notifiers.SMS, fails: attempts,
		err: notifiers.Error{Class: notifiers.Transient, Reason: "isp.SYSTEM_ERROR: the operator's gateway did not answer"},
	},
	{
		visit: "typhoon", channel: notifiers.Email, title: callAhead, fails: 1,
		err: notifiers.Error{Class: notifiers.Unknown, Reason: "the program ended during the attempt"},
	},
	{
		visit: "unfinished", channel: notifiers.Email, fails: 1,
		err: notifiers.Error{Class: notifiers.Transient, Reason: "451 4.3.0 Temporary lookup failure, please try again later"},
	},
	{
		visit: "near2", channel: notifiers.Email, title: gatePass, fails: 1,
		err: notifiers.Error{Class: notifiers.Transient, Reason: "451 4.7.1 Greylisted, please try again in 300 seconds"},
	},
}

// send makes the attempts on a channel whose time has come.
func (f *filling) send(tx core.App, channel string, at time.Time) error {
	if _, err := collections.RequeueUnknown(tx, channel, at, 100); err != nil {
		return err
	}
	rows, err := collections.ClaimDeliveries(tx, channel, holder, at, 100)
	if err != nil {
		return err
	}
	var touched []string
	for _, d := range rows {
		if _, err := collections.BeginAttempt(tx, d, at); err != nil {
			return err
		}
		d.Attempts++
		outcome, err := f.attempt(tx, d, at)
		if err != nil {
			return fmt.Errorf("the message of %s: %w", at, err)
		}
		if _, err := collections.SettleDelivery(tx, d, outcome, at); err != nil {
			return err
		}
		touched = append(touched, d.Reminder)
	}
	_, err = outbox.RollUp(tx, touched, at)
	return err
}

// attempt gives what came of an attempt.
func (f *filling) attempt(tx core.App, d *collections.Delivery, at time.Time) (collections.Outcome, error) {
	failure := f.failure(d)
	if failure == nil {
		var m notifiers.Message
		if err := d.MessageJSON(&m); err != nil {
			return collections.Outcome{}, err
		}
		receipt, err := f.o.Sandbox.Send(context.Background(), &m)
		if err != nil {
			return collections.Outcome{}, err
		}
		return collections.Outcome{
			Status: collections.DeliverySent, Provider: receipt.Provider, ProviderID: receipt.ProviderID, SentAt: at.Add(300 * time.Millisecond),
		}, nil
	}
	o := collections.Outcome{Error: failure.Reason, ErrorClass: string(failure.Class)}
	switch {
	case failure.AddressRefused:
		o.Status = collections.DeliveryFailed
		return o, collections.RefuseAddress(tx, d.Channel, d.Address, failure.Reason, at)
	case d.Attempts >= attempts:
		o.Status = collections.DeliveryFailed
	case failure.Class == notifiers.Unknown:
		o.Status, o.NextAttemptAt = collections.DeliveryUnknown, at.Add(interval)
	default:
		o.Status, o.NextAttemptAt = collections.DeliveryQueued, at.Add(interval)
	}
	return o, nil
}

func (f *filling) failure(d *collections.Delivery) *notifiers.Error {
	for i := range troubles {
		t := &troubles[i]
		if d.Event == f.events[t.visit] && d.Channel == t.channel && d.Attempts <= t.fails &&
			strings.HasPrefix(d.Subject, t.title) && (t.address == "" || d.Address == t.address) {
			return &t.err
		}
	}
	return nil
}
