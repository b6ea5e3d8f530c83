package hooks

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/planner"
	"tminus/reminders"
)

// The cron jobs that users know by name.
const (
	jobReminders = "check-and-send-reminders"
	jobDigest    = "daily-event-digest"
	jobOverdue   = "check-overdue-events"
)

// bindCron adds the jobs. None of them sends by itself: they queue, and the outbox sends.
func (s *System) bindCron() {
	minutes := max(1, int(s.Options.Config.CheckInterval/time.Minute))
	s.App.Cron().MustAdd(jobReminders, fmt.Sprintf("*/%d * * * *", minutes), s.job(jobReminders, s.reconcile))
	s.App.Cron().MustAdd(jobOverdue, "0 * * * *", s.job(jobOverdue, func() error {
		return s.Reports.CheckOverdue(s.App)
	}))
	// The time of the digest is known when the settings are; scheduleDigest puts it right.
	s.App.Cron().MustAdd(jobDigest, "0 0 * * *", s.job(jobDigest, s.digest))
}

// job wraps a job: it is logged, remembered, and wakes the outbox.
func (s *System) job(name string, run func() error) func() {
	return func() {
		if err := run(); err != nil {
			s.log.Error("cron job", "job", name, "error", err)
			return
		}
		if name != jobDigest { // the digest remembers its day itself
			if _, err := collections.RecordRun(s.App, name, "", s.Options.Now()); err != nil {
				s.log.Error("remember a cron job's run", "job", name, "error", err)
			}
		}
		s.Engine.Wake()
	}
}

// reconcile is the safety net below the sleeping clock: it repairs what SQL changed behind the hooks, and sends a digest
// that a suspended machine slept through.
func (s *System) reconcile() error {
	events, err := collections.EventsOutOfStep(s.App, 500)
	if err != nil {
		return fmt.Errorf("find events whose reminders are out of step: %w", err)
	}
	ctx := planner.WithActor(context.Background(), planner.System)
	for _, id := range events {
		err := s.App.RunInTransaction(func(tx core.App) error {
			event, err := collections.Find[collections.Event](tx, collections.Events, id)
			if err != nil {
				return err
			}
			return s.Planner.Replan(ctx, tx, event)
		})
		if err != nil {
			return err
		}
	}
	if err := s.forget(); err != nil {
		return err
	}
	return s.digestIfDue()
}

// callbacksFor is how long the events of providers are remembered: they repeat one for minutes at most.
const callbacksFor = 48 * time.Hour

// forget drops what no provider repeats any more, and the codes that nobody scanned.
func (s *System) forget() error {
	now := s.Options.Now()
	if err := collections.PruneCallbacks(s.App, now.Add(-callbacksFor)); err != nil {
		return fmt.Errorf("forget old events of providers: %w", err)
	}
	if err := collections.PruneWeChatBindings(s.App, now, now.Add(-callbacksFor)); err != nil {
		return fmt.Errorf("forget old codes: %w", err)
	}
	return nil
}

// digest queues today's digest unless it was queued before, and wakes the outbox for it.
func (s *System) digest() error {
	defer s.Engine.Wake()
	defer s.scheduleDigest()
	return s.Reports.QueueDigest(s.App)
}

// digestIfDue queues the digest of a day on which its time has passed: after an outage, or a sleep of the machine.
func (s *System) digestIfDue() error {
	now := s.Options.Now()
	at, err := s.digestTime(now)
	if err != nil || now.Before(at) {
		return err
	}
	return s.digest()
}

func (s *System) digestTime(day time.Time) (time.Time, error) {
	clock, err := collections.DigestTime(s.App)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the time of the digest: %w", err)
	}
	return reminders.TimeOfDay(day, s.Company(s.App).Zone, clock)
}

// scheduleDigest sets the job to the next digest. PocketBase's cron counts in UTC, so the time is worked out anew for
// each day, which takes daylight saving along.
func (s *System) scheduleDigest() {
	now := s.Options.Now()
	next, err := s.digestTime(now)
	if err == nil && !next.After(now) {
		next, err = s.digestTime(next.In(s.Company(s.App).Zone).AddDate(0, 0, 1))
	}
	if err != nil {
		s.log.Error("work out the time of the digest", "error", err)
		return
	}
	next = next.UTC()
	spec := fmt.Sprintf("%d %d * * *", next.Minute(), next.Hour())
	if err := s.App.Cron().Add(jobDigest, spec, s.job(jobDigest, s.digest)); err != nil {
		s.log.Error("schedule the digest", "spec", spec, "error", err)
	}
}
