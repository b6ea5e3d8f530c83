package drills

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tminus/hooks"
	"tminus/outbox"
)

// These variables make a program the sender of the instance in a directory, with a Clock of a file, and another timing.
const (
	senderOf     = "TMINUS_DRILL_SENDER"
	senderClock  = "TMINUS_DRILL_CLOCK"
	senderTiming = "TMINUS_DRILL_TIMING"
)

// timing is what a drill changes of an engine's: what takes minutes would make it wait, and shows nothing more.
type timing struct {
	Tick, ProbeAfter, ProbeMax time.Duration
	AskAfter                   []time.Duration
}

// hurried has providers asked at once what became of messages. A wire makes that safe: they know by then.
var hurried = timing{AskAfter: []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond}}

func (t timing) options() outbox.Options {
	return outbox.Options{Tick: t.Tick, ProbeAfter: t.ProbeAfter, ProbeMax: t.ProbeMax, AskAfter: t.AskAfter}
}

// variable gives t as a sender reads it.
func (t timing) variable() string {
	raw, err := json.Marshal(t)
	if err != nil {
		panic(err) // durations are numbers
	}
	return senderTiming + "=" + string(raw)
}

// Sender makes this process a sender, and ends it, if a drill has started it as one; otherwise it does nothing. Programs
// that run drills without a binary call it first.
func Sender() {
	dir := os.Getenv(senderOf)
	if dir == "" {
		return
	}
	if err := send(dir); err != nil {
		fmt.Fprintln(os.Stderr, "sender:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// send sends what an instance has to send, until it is told to stop.
func send(dir string) error {
	o := hooks.Options{Now: time.Now, Outbox: hurried.options()}
	if raw := os.Getenv(senderTiming); raw != "" {
		var t timing
		if err := json.Unmarshal([]byte(raw), &t); err != nil {
			return fmt.Errorf("read %s: %w", senderTiming, err)
		}
		o.Outbox = t.options()
	}
	if path := os.Getenv(senderClock); path != "" {
		clock, err := OpenClock(path)
		if err != nil {
			return err
		}
		o.Now = clock.Now
	}
	i, err := openWith(dir, os.Environ(), o)
	if err != nil {
		return err
	}
	if err := i.System.Start(); err != nil {
		return err
	}
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer release()
	<-stop.Done()
	return i.Close()
}
