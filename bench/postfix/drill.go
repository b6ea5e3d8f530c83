package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/bench/drills"
	"tminus/collections"
)

// drill is one run against one server.
type drill struct {
	counts
	server   *server
	instance *drills.Instance
	random   *rand.Rand

	first, restarted, second []string // reminders to known readers, those of the restart, those to readers refused before
	took                     time.Duration
	cut                      int // mails accepted when the server was stopped
}

// row is a delivery as far as the drill compares it.
type row struct {
	ID       string `db:"id"`
	Reminder string `db:"reminder"`
	Address  string `db:"address"`
	Subject  string `db:"subject"`
	Status   string `db:"status"`
	Error    string `db:"error"`
	Class    string `db:"error_class"`
	Flagged  bool   `db:"possible_duplicate"`
}

func (r row) waits() bool {
	return r.Status == "queued" || r.Status == "sending" || r.Status == "unknown"
}

// rows gives every delivery of a reminder, by its id.
func (d *drill) rows() (map[string]row, error) {
	var all []row
	err := d.instance.ConcurrentDB().NewQuery(`SELECT id, reminder, address, subject, status, error, error_class, possible_duplicate
		FROM deliveries WHERE kind = 'reminder'`).All(&all)
	byID := map[string]row{}
	for _, r := range all {
		byID[r.ID] = r
	}
	return byID, err
}

// send goes through the parts one after the other.
func (d *drill) send() error {
	if err := d.instance.People(); err != nil {
		return err
	}
	if err := d.write(d.mails, 0, &d.first); err != nil {
		return err
	}
	if err := d.ghosts(known, nil); err != nil {
		return err
	}
	if err := d.ghosts(later, nil); err != nil {
		return err
	}
	if err := d.instance.System.Start(); err != nil {
		return err
	}
	begun := time.Now()
	if err := d.leave(d.mails + 2*d.unknown); err != nil {
		return err
	}
	d.took = time.Since(begun)
	// Whom the server refused must not be tried again.
	if err := d.ghosts(known, &d.second); err != nil {
		return err
	}
	if err := d.leave(d.mails + 3*d.unknown); err != nil {
		return err
	}
	return d.restart()
}

// restart stops the server somewhere in the middle, sees the channel pause, and starts the server again.
func (d *drill) restart() error {
	if err := d.write(d.again, d.mails, &d.restarted); err != nil || d.again == 0 {
		return err
	}
	before, err := d.count("status = 'sent'")
	if err != nil {
		return err
	}
	if err := d.due(); err != nil {
		return err
	}
	at := before + d.again/4 + d.random.IntN(d.again/2)
	if err := d.until("the server to be stopped in the middle", func() (done bool, err error) {
		d.cut, err = d.count("status = 'sent'")
		return d.cut >= at, err
	}); err != nil {
		return err
	}
	d.cut -= before
	if err := d.server.stop(); err != nil {
		return err
	}
	if err := d.until("the channel to pause", func() (bool, error) {
		s, err := collections.ReadChannelState(d.instance.App, "email")
		return s.State == "paused", err
	}); err != nil {
		return err
	}
	if err := d.server.start(); err != nil {
		return err
	}
	return d.settle(d.mails + 3*d.unknown + d.again)
}

// write saves reminders to known readers, every other one in Chinese, a day away.
func (d *drill) write(n, from int, into *[]string) error {
	for i := range n {
		l := drills.Letter{
			Address: address(from + i), Due: time.Now().Add(24 * time.Hour),
			Title:   fmt.Sprintf("Bring the spare lamp, no. %d", from+i),
			Message: "The **second** lamp is worn. Sign it out with the store before you leave.\n.\nThe line above is a single dot.",
		}
		if i%2 == 1 {
			l.Title = fmt.Sprintf("請帶備用燈泡，並於出發前向倉庫辦理借用手續，以免客戶久候：第 %d 號", from+i)
			l.Message = "第二個燈泡已經老化，請於出發前向倉庫借用。"
		}
		id, err := d.instance.Write(l)
		if err != nil {
			return err
		}
		*into = append(*into, id)
	}
	return nil
}

// ghosts saves reminders to readers at a domain who have no mailbox there.
func (d *drill) ghosts(domain string, into *[]string) error {
	for i := range d.unknown {
		id, err := d.instance.Write(drills.Letter{
			Address: fmt.Sprintf("ghost%03d@%s", i, domain), Due: time.Now().Add(24 * time.Hour),
			Title: "To nobody", Message: "Nobody reads this.",
		})
		if err != nil {
			return err
		}
		if into != nil {
			*into = append(*into, id)
		}
	}
	return nil
}

// due has everything leave that waits for its time.
func (d *drill) due() error {
	if err := d.instance.DueNow(); err != nil {
		return err
	}
	d.instance.System.Engine.Wake()
	return nil
}

// leave makes everything due, and waits until so many rows are done.
func (d *drill) leave(n int) error {
	if err := d.due(); err != nil {
		return err
	}
	return d.settle(n)
}

func (d *drill) settle(n int) error {
	return d.until(fmt.Sprintf("%d messages to be done", n), func() (bool, error) {
		done, err := d.count("status NOT IN ('queued', 'sending', 'unknown')")
		return done >= n, err
	})
}

// count gives the deliveries of reminders of which something is so.
func (d *drill) count(where string) (n int, err error) {
	err = d.instance.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM deliveries WHERE kind = 'reminder' AND " + where).
		Bind(dbx.Params{}).Row(&n)
	return n, err
}

func (d *drill) until(what string, so func() (bool, error)) error {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		yes, err := so()
		if yes || err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("waited %s for %s\n%s", patience, what, d.server.log())
		}
	}
}
