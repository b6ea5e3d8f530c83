package drills

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tminus/apptest/smtpserver"
	"tminus/bench/figures"
	"tminus/notifiers"
)

// quiet is the log of drills whose errors are wanted.
var quiet = slog.New(slog.DiscardHandler)

// mailsOf gives what a mail server has, by its Message-IDs.
func mailsOf(s *smtpserver.Server) (all []Arrival) {
	for _, m := range s.Mails() {
		id, _, _ := strings.Cut(strings.TrimPrefix(m.MessageID, "<"), "@")
		all = append(all, Arrival{id, m.At})
	}
	return all
}

// count compares what the server got in a case with the rows that came since before.
func (b *bench) count(r trial, v *Vendor, before Outcome) (trial, error) {
	o, err := Count(b.App, notifiers.Email)
	if err != nil {
		return r, err
	}
	news := *v
	news.arrived = func() []Arrival {
		return slices.DeleteFunc(v.arrived(), func(a Arrival) bool { _, old := before.IDs[a.Delivery]; return old })
	}
	o.Flagged -= before.Flagged
	if err := r.Tally.count(&news, o); err != nil {
		return r, err
	}
	err = b.ConcurrentDB().NewQuery("SELECT COUNT(*) FROM deliveries WHERE kind = 'alert'").Row(&r.Alerts)
	r.Alerts -= before.Alerts
	r.Broken = r.wrong()
	return r, err
}

// allowed gives how many messages may come twice, marked: each that met a server which left it open whether it has it.
func (r trial) allowed() int {
	if r.doubts() {
		return r.Met
	}
	return 0
}

// wrong gives what was not as it should be, or nothing.
func (r trial) wrong() string {
	allowed := r.allowed()
	switch {
	case r.Met == 0:
		return "the trouble was not met"
	case r.pauses() != (r.Paused > 0):
		return fmt.Sprintf("paused %d times", r.Paused)
	case r.Alerts != r.Paused:
		return fmt.Sprintf("paused %d times, and told so %d times", r.Paused, r.Alerts)
	case r.Extra > allowed || r.Flagged > allowed:
		return fmt.Sprintf("%d arrivals beyond the first, %d marked, where %d are allowed", r.Extra, r.Flagged, allowed)
	case r.doubts() && r.Flagged == 0:
		return "nothing is marked as a possible duplicate"
	}
	return ""
}

// tellTrials tells the cases, each that went wrong by itself.
func tellTrials(trials []trial) (r figures.Record) {
	var all Tally
	paused, alerts := 0, 0
	var broken []figures.Row
	for _, t := range trials {
		all.Planned, all.Accepted, all.Lost = all.Planned+t.Planned, all.Accepted+t.Accepted, all.Lost+t.Lost
		all.Repeated, all.Extra, all.Flagged, all.Silent = all.Repeated+t.Repeated, all.Extra+t.Extra, all.Flagged+t.Flagged, all.Silent+t.Silent
		paused, alerts = paused+t.Paused, alerts+t.Alerts
		if t.Broken != "" {
			broken = append(broken, figures.Row{What: fmt.Sprintf("%s: %s (%s)", t.trouble, t.Broken, t.Reason), Value: 1, Goal: figures.AtMost(0)})
		}
	}
	all.Provider = "smtp"
	doubtful := 0
	for _, t := range trials {
		doubtful += t.allowed()
	}
	r.Rows = append([]figures.Row{
		counted("cases", len(trials)), counted("in which the channel paused", paused), counted("alerts of that", alerts),
		bounded("cases not as promised", len(broken), 0),
	}, append(broken, all.Rows(doubtful)...)...)
	r.Line = fmt.Sprintf("%d troubles of a mail server: the channel paused in %d and said so %d times, all healed, %d not as promised; %s",
		len(trials), paused, alerts, len(broken), all.Line())
	return r
}
