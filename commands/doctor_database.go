package commands

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// database says whether the database is whole and up to date, so that the app can be opened without changing it.
func (x *examination) database() bool {
	path := filepath.Join(x.c.pb.DataDir(), "data.db")
	if !hasDatabase(x.c.pb.DataDir()) {
		x.note("database", "there is none in the data directory yet; tminus serve makes it")
		return false
	}
	db, err := dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		x.fail("database", "%s cannot be opened: %v; restore a backup", path, err)
		return false
	}
	defer db.Close()
	var problems []string
	if err := db.NewQuery("PRAGMA quick_check(5)").Column(&problems); err != nil {
		x.fail("database", "%s cannot be read: %v; restore a backup, or recover it with sqlite3's .recover", path, err)
		return false
	}
	if strings.Join(problems, "") != "ok" {
		x.fail("database", "%s is damaged (%s); stop the server and restore a backup", path, strings.Join(problems, "; "))
		return false
	}
	x.ok("database", "opens, and its integrity check finds nothing")
	return x.migrations(db) && x.open()
}

func (x *examination) migrations(db dbx.Builder) bool {
	seen, err := collections.AppliedMigrations(db)
	if err != nil {
		x.fail("migrations", "their list cannot be read: %v; is this the data directory of T-minus?", err)
		return false
	}
	var missing []string
	known := 0
	for _, group := range []core.MigrationsList{core.SystemMigrations, core.AppMigrations} {
		for _, m := range group.Items() {
			known++
			if !seen[m.File] {
				missing = append(missing, m.File)
			}
		}
	}
	if len(missing) > 0 {
		x.note("migrations", "%d of %d wait (the first is %s); the next tminus serve applies them, so make a backup before", len(missing), known, missing[0])
		return false
	}
	x.ok("migrations", "all %d are applied", known)
	return true
}

func (x *examination) open() bool {
	if err := x.c.pb.Bootstrap(); err != nil {
		x.fail("database", "PocketBase cannot open it: %v", err)
		return false
	}
	return true
}

// clockSlack is how far two writes and a look at the clock may be apart.
const clockSlack = time.Minute

// traces compares the clock with what was last written: a clock that was set back holds every reminder up.
func (x *examination) traces() {
	last, err := collections.LastTrace(x.c.pb)
	if err != nil {
		x.fail("clock", "the newest entry of the data cannot be read: %v", err)
		return
	}
	if ahead := last.Sub(x.c.Now()); ahead > clockSlack {
		x.fail("clock", "the data was last written at %s, %s after what the clock shows now; set the machine's clock, or reminders leave late",
			last.Format(time.RFC3339), ahead.Round(time.Second))
	}
}

func (x *examination) administrator() {
	admins, err := collections.CountActiveAdmins(x.c.pb, "")
	switch {
	case err != nil:
		x.fail("administrator", "the users cannot be read: %v", err)
	case admins == 0:
		x.fail("administrator", `there is no active one; start tminus serve and open the link that it shows, or run: tminus user add you@example.com --name "Your Name" --role admin`)
	default:
		x.ok("administrator", "%d active", admins)
	}
}

// A message that waits longer than this although its time has come is worth a note, or a failure.
const (
	slowAfter  = time.Minute
	stuckAfter = 10 * time.Minute
)

// queues says how much waits, and whether anything is held up.
func (x *examination) queues() {
	now := x.c.Now()
	if at, ok, err := collections.NextDueReminder(x.c.pb, nil); err != nil {
		x.fail("reminders", "they cannot be read: %v", err)
	} else if ok {
		x.wait("reminders", "the next one is due at "+at.In(x.c.Config.Zone()).Format(time.RFC3339), at, now)
	}
	for _, channel := range notifiers.Channels {
		waiting, due, oldest, err := collections.QueueDepth(x.c.pb, channel, now)
		if err != nil {
			x.fail(channel+" queue", "it cannot be read: %v", err)
			continue
		}
		if oldest.IsZero() {
			oldest = now
		}
		if waiting > 0 {
			x.wait(channel+" queue", counted(waiting, due), oldest, now)
		}
		state, err := collections.ReadChannelState(x.c.pb, channel)
		if err == nil && state.State != "ready" {
			x.note(channel+" queue", "the server paused this channel at %s: %s. %s", state.Since.Time().Format(time.RFC3339), state.Reason, state.Hint)
		}
	}
}

// wait tells of work of which the oldest should have been done at oldest.
func (x *examination) wait(what, told string, oldest, now time.Time) {
	switch lag := now.Sub(oldest).Round(time.Second); {
	case lag > stuckAfter:
		x.fail(what, "%s; the oldest should have left %s ago. Is the server running? If it is, look at its log", told, lag)
	case lag > slowAfter:
		x.note(what, "%s; the oldest should have left %s ago", told, lag)
	default:
		x.ok(what, "%s", told)
	}
}

func counted(waiting, due int) string {
	switch {
	case due == 0:
		return fmt.Sprintf("%d waiting for their time", waiting)
	case due == waiting:
		return fmt.Sprintf("%d waiting to leave", waiting)
	default:
		return fmt.Sprintf("%d waiting, of which %d should leave now", waiting, due)
	}
}
