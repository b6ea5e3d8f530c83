package main

import (
	"fmt"
	"slices"

	"tminus/bench/figures"
)

// found is what the Maildirs hold, beside what the rows say.
type found struct {
	once, repeated, silent int // reminders that arrived, those that did more than once, those of them that are not marked
	unsound                int
	bounces, strange       int // reports that name a row and its reader, and those that do not
	fault                  string
}

// record waits until the server has delivered everything, and compares.
func (d *drill) record() (figures.Record, error) {
	rows, err := d.rows()
	if err != nil {
		return figures.Record{}, err
	}
	var f found
	err = d.until("the Maildirs to fill", func() (bool, error) {
		f, err = d.look(rows)
		return f.once >= d.mails+d.again && f.bounces+f.strange >= d.unknown, err
	})
	if err != nil && f.once+f.bounces == 0 {
		return figures.Record{}, err
	}
	refused, skipped, flagged, waiting := d.tally(rows)
	none := figures.AtMost(0)
	all := func(n int) *figures.Goal { return &figures.Goal{AtLeast: ptr(n), AtMost: ptr(n)} }
	r := figures.Record{Rows: []figures.Row{
		{What: "reminders in their readers' Maildirs", Value: float64(f.once), Goal: all(d.mails + d.again), Note: f.fault},
		{What: "lost", Value: float64(d.mails + d.again - f.once), Goal: none},
		{What: "repeated, of those in whose middle Postfix restarted", Value: float64(f.repeated), Goal: figures.AtMost(4)},
		{What: "repeated without a mark", Value: float64(f.silent), Goal: none},
		{What: "marked as possible duplicates", Value: float64(flagged), Goal: figures.AtMost(4)},
		{What: "with a wrong header, part or line", Value: float64(f.unsound), Goal: none},
		{What: "to unknown readers: refused, and failed for good", Value: float64(refused), Goal: all(d.unknown)},
		{What: "to them again: not sent any more", Value: float64(skipped), Goal: all(d.unknown)},
		{What: "to readers found unknown later: bounces that name the row", Value: float64(f.bounces), Goal: all(d.unknown)},
		{What: "other bounces", Value: float64(f.strange), Goal: none},
		{What: "messages left waiting", Value: float64(waiting), Goal: none},
		{What: "mails accepted before Postfix was stopped", Value: float64(d.cut)},
		{What: "mails a second into Postfix's queue", Value: float64(d.mails+d.unknown) / d.took.Seconds(), Unit: "/s"},
	}}
	r.Line = fmt.Sprintf("%d of %d reminders in their Maildirs, %d repeated after a restart (%d unmarked), %d of %d bounces matched to their rows",
		f.once, d.mails+d.again, f.repeated, f.silent, f.bounces, d.unknown)
	return r, nil
}

func ptr(n int) *float64 { x := float64(n); return &x }

// look reads every mailbox.
func (d *drill) look(rows map[string]row) (f found, err error) {
	again := map[string]bool{}
	for _, id := range d.restarted {
		again[id] = true
	}
	for i := range d.mails + d.again {
		letters, err := d.server.read(address(i))
		if err != nil {
			return f, err
		}
		for _, l := range letters {
			if l.check(rows, address(i)); l.fault != "" {
				f.unsound++
				f.fault = l.fault
			}
			if len(letters) > 1 && (!rows[l.id].Flagged || !again[rows[l.id].Reminder]) {
				f.silent++
			}
		}
		if len(letters) > 0 {
			f.once++
		}
		if len(letters) > 1 {
			f.repeated++
		}
	}
	reports, err := d.server.read(sender)
	for _, l := range reports {
		b, ok := bounced(l.raw)
		if r := rows[b.id]; ok && r.ID != "" && r.Address == b.recipient && r.Status == "sent" {
			f.bounces++
		} else {
			f.strange++
		}
	}
	return f, err
}

// tally counts the rows of those who got nothing: failed for good, and skipped as their address was refused; and the rows
// that are marked or still wait.
func (d *drill) tally(rows map[string]row) (refused, skipped, flagged, waiting int) {
	for _, r := range rows {
		second := slices.Contains(d.second, r.Reminder)
		switch {
		case r.waits():
			waiting++
		case r.Status == "failed" && r.Class == "permanent" && !second:
			refused++
		case r.Status == "skipped" && r.Error == "address refused" && second:
			skipped++
		}
		if r.Flagged {
			flagged++
		}
	}
	return refused, skipped, flagged, waiting
}
