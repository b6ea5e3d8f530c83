package outbox_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tminus/apptest"
	"tminus/collections"
)

// A process that is killed while it waits holds no claim; what was saved through it must not wait for the safety net.
func TestP11_WhatADeadProcessWaitedForFallsToTheOther(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	a.StartEngine()
	// Saved by the other, so that this engine was not woken for it.
	b := apptest.Open(t, a.DataDir())
	event := b.Event(apptest.Start.Add(10 * day)).With(func(e *collections.Event) { e.SetAutoReminders(false) }).Save()
	b.MustSave(b.Reminder(event, apptest.Start.Add(time.Hour)))
	dead := filepath.Join(a.DataDir(), "senders", "deadprocess0000.lock")
	if err := os.WriteFile(dead, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a.Clock.Advance(time.Hour)
	a.Eventually("it is sent", func() bool { return len(a.Outbox.Sent()) == 1 })
	a.Eventually("the lock of the dead process is gone", func() bool {
		_, err := os.Stat(dead)
		return os.IsNotExist(err)
	})
}

func TestP11_TheLockOfALivingProcessStays(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	b := apptest.Open(t, a.DataDir())
	a.StartEngine()
	b.StartEngine()
	dead := filepath.Join(a.DataDir(), "senders", "deadprocess0000.lock")
	if err := os.WriteFile(dead, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a.Eventually("the dead one's lock is gone", func() bool {
		_, err := os.Stat(dead)
		return os.IsNotExist(err)
	})
	living, err := filepath.Glob(filepath.Join(a.DataDir(), "senders", "*.lock"))
	if err != nil || len(living) != 2 {
		t.Errorf("%d locks of living processes are left of 2 (%v)", len(living), err)
	}
}
