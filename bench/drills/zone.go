package drills

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tminus/bench/figures"
)

// Zone is a drill: the machine's time zone data is missing or broken in several ways.
type Zone struct {
	Setup
	Messages int // mails, in each of the ways
}

// lack is a way in which zone data may be missing.
type lack struct {
	what     string
	settings []string     // of the program
	prepare  func() error // of the machine
}

// Record runs the drill. It needs Private.
func (d Zone) Record() (r figures.Record, err error) {
	s, err := openScene(d.Dir, d.Binary, 0, 4, "smtp")
	if err != nil {
		return r, err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	lacks, err := d.lacks()
	if err != nil {
		return r, err
	}
	wrong, starts := 0, 0
	for _, l := range lacks {
		if l.prepare != nil {
			if err := l.prepare(); err != nil {
				return r, err
			}
		}
		n, err := d.round(s, l)
		if err != nil {
			return r, fmt.Errorf("%s: %w", l.what, err)
		}
		starts++
		wrong += n
		r.Rows = append(r.Rows, bounded("planned at wrong times with "+l.what, n, 0))
	}
	refused, err := d.unknown(s)
	if err != nil {
		return r, err
	}
	r.Rows = append(r.Rows, figures.Row{What: "refuses a zone that there is not, and says how to mend it", Value: float64(refused), Goal: figures.AtLeast(1)})
	rows, line, err := s.tallies(none)
	r.Rows = append(r.Rows, rows...)
	r.Line = fmt.Sprintf("starts in %d of %d ways of lacking zone data, %d reminders at wrong times, a wrong TIME_ZONE is refused with the mend; %s",
		starts, len(lacks), wrong, line)
	return r, err
}

// lacks gives the ways, in an order in which each leaves the next its machine.
func (d Zone) lacks() ([]lack, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("find Go's own zone data: %w", err)
	}
	broken := filepath.Join(filepath.Dir(d.Dir), "zoneinfo")
	if err := garbage(broken); err != nil {
		return nil, err
	}
	system, gos := "/usr/share/zoneinfo", filepath.Join(strings.TrimSpace(string(root)), "lib", "time")
	return []lack{
		{what: "ZONEINFO that leads nowhere", settings: []string{"ZONEINFO=/nowhere"}},
		{what: "broken ZONEINFO", settings: []string{"ZONEINFO=" + broken}},
		{what: "a TZ that there is not", settings: []string{"TZ=Nowhere/Else"}},
		{what: "no zone data on the machine", prepare: func() error { return hide(system, gos) }},
		{what: "no zone data, and a ZONEINFO that leads nowhere", settings: []string{"ZONEINFO=/nowhere", "TZ=Asia/Hong_Kong"}},
		{what: "broken zone data on the machine", prepare: func() error { return garbage(system) }},
	}, nil
}

// hide mounts nothing over folders, so that only this drill sees it.
func hide(dirs ...string) error {
	for _, dir := range dirs {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			continue // nothing to hide
		}
		if err := mountSmall(dir, 1); err != nil {
			return err
		}
	}
	return nil
}

// garbage writes files of the zones that the drill uses that hold none.
func garbage(dir string) error {
	for _, zone := range []string{"Asia/Hong_Kong", "Europe/London"} {
		path := filepath.Join(dir, filepath.FromSlash(zone))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte("TZif2 and then nothing that makes sense"), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// round serves in a way, sends some mails, and counts the reminders of two events that are planned at wrong times.
func (d Zone) round(s *scene, l lack) (wrong int, err error) {
	if err := s.plan(d.Messages); err != nil {
		return 0, err
	}
	if err := s.due(d.Messages); err != nil {
		return 0, err
	}
	p, err := s.start(l.settings...)
	if err != nil {
		return 0, err
	}
	defer p.kill()
	if err := p.ready(time.Minute); err != nil {
		return 0, err
	}
	c, err := s.staff(p)
	if err != nil {
		return 0, err
	}
	sunday := summerTime(time.Now().Year() + 1)
	start := sunday.Add(33 * time.Hour) // on Monday at ten, London's time
	for zone, hours := range map[string][3]int{"Europe/London": {10, 10, 9}, "Asia/Hong_Kong": {9, 9, 9}} {
		n, err := d.planned(s, c, zone, start, hours)
		if err != nil {
			return 0, err
		}
		wrong += n
	}
	if err := s.allSent(s.planned, time.Minute); err != nil {
		return 0, err
	}
	_, err = p.stop(terminate, 2*endsWithin)
	return wrong, err
}

// summerTime gives the day on which it begins in the United Kingdom: March's last Sunday.
func summerTime(year int) time.Time {
	day := time.Date(year, 3, 31, 0, 0, 0, 0, time.UTC)
	return day.AddDate(0, 0, -int(day.Weekday()))
}

// planned saves an event and counts its reminders that are not at the given hours (UTC) 7, 3 and 1 days before.
func (d Zone) planned(s *scene, c *client, zone string, start time.Time, hours [3]int) (wrong int, err error) {
	a, err := c.post("/api/collections/events/records", map[string]any{
		"title": zone, "customer": s.parent.customer, "planned_start_date": start, "timezone": zone,
	})
	if err != nil {
		return 0, err
	}
	var saved struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(a.body), &saved); err != nil || a.status != http.StatusOK {
		return 0, fmt.Errorf("save an event in %s: %d %s", zone, a.status, a.body)
	}
	var at []string
	err = s.parent.ConcurrentDB().NewQuery("SELECT substr(send_datetime, 1, 16) FROM reminders WHERE event = {:event} ORDER BY send_datetime").
		Bind(map[string]any{"event": saved.ID}).Column(&at)
	for i, days := range []int{7, 3, 1} {
		day := start.AddDate(0, 0, -days)
		want := time.Date(day.Year(), day.Month(), day.Day(), hours[i], 0, 0, 0, time.UTC).Format("2006-01-02 15:04")
		if !slices.Contains(at, want) {
			wrong++
		}
	}
	return wrong, err
}

// unknown starts the program with a zone that there is not, and gives 1 if it refuses in words that help.
func (d Zone) unknown(s *scene) (int, error) {
	p, err := s.start("TIME_ZONE=Nowhere/Else")
	if err != nil {
		return 0, err
	}
	defer p.kill()
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		return 0, nil
	}
	if p.err != nil && strings.Contains(p.said.String(), "TIME_ZONE") && strings.Contains(p.said.String(), "Asia/Hong_Kong") {
		return 1, nil
	}
	fmt.Fprintln(os.Stderr, p.said)
	return 0, nil
}
