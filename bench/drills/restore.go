package drills

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tminus/bench/figures"
	"tminus/hooks"
)

// Restore is a drill: the command line makes a backup in the middle of a burst, the machine dies, at once or later, and the
// backup is restored and started.
type Restore struct {
	Setup
	Messages int // due, by email and by WeChat each
	Later    int // that fall due after the restore
}

// fate is what becomes of the first machine.
type fate struct {
	name  string
	goes  bool // it goes on sending after the backup was made
	stays bool // its data directory is what the backup is restored into
}

var fates = []fate{
	{name: "died at once"}, {name: "went on", goes: true}, {name: "went on, restored in place", goes: true, stays: true},
}

// Record runs the drill.
func (d Restore) Record() (r figures.Record, err error) {
	for i, f := range fates {
		rows, line, err := d.round(f, fmt.Sprintf("%s-%d", d.Dir, i))
		if err != nil {
			return r, fmt.Errorf("%s: %w", f.name, err)
		}
		r.Rows = append(r.Rows, rows...)
		r.Line += map[bool]string{true: "", false: "; "}[i == 0] + f.name + ": " + line
	}
	return r, nil
}

// round is the drill with one fate.
func (d Restore) round(f fate, dir string) (rows []figures.Row, line string, err error) {
	s, err := openScene(dir, d.Binary, 5*time.Millisecond, 4, "smtp", "wechat")
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = s.close() }() // it has nothing to write
	archive, err := d.burst(s, f)
	if err != nil {
		return nil, "", err
	}
	if err := d.restore(s, f, archive); err != nil {
		return nil, "", err
	}
	return d.start(s, f)
}

// burst sends, makes the backup somewhere in the middle, and ends the machine. It gives the backup's path.
func (d Restore) burst(s *scene, f fate) (archive string, err error) {
	if err := s.plan(d.Messages + d.Later); err != nil {
		return "", err
	}
	if err := s.due(d.Messages); err != nil {
		return "", err
	}
	p, err := s.start()
	if err != nil {
		return "", err
	}
	defer p.kill()
	part := d.Messages/8 + d.Random.IntN(d.Messages/4)
	if ok, err := until(time.Minute, func() (bool, error) { return s.arrived() >= part, nil }); err != nil || !ok {
		return "", fmt.Errorf("a minute did not bring %d messages: %s", part, p.said)
	}
	if err := s.command("backup", "--name", "drill.zip"); err != nil {
		return "", err
	}
	if f.goes {
		if err := s.allSent(d.Messages*3/4, time.Minute); err != nil {
			return "", err
		}
	}
	p.kill()
	return filepath.Join(s.dir, "backups", "drill.zip"), s.settle()
}

// command runs tminus on the scene's directory.
func (s *scene) command(args ...string) error {
	cmd := exec.Command(s.binary, append(args, "--dir", s.dir)...)
	cmd.Dir, cmd.Env = filepath.Dir(s.binary), append(os.Environ(), s.environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("tminus %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// restore moves the scene to where the backup is restored.
func (d Restore) restore(s *scene, f fate, archive string) error {
	if err := s.parent.Close(); err != nil {
		return err
	}
	if !f.stays {
		s.dir += "-new"
	}
	if err := s.command("restore", archive); err != nil {
		s.parent = nil
		return err
	}
	var err error
	s.parent, err = openWith(s.dir, s.environment, hooks.Options{Now: time.Now})
	return err
}

// start starts the restored instance, lets the later messages fall due, and compares.
func (d Restore) start(s *scene, f fate) (rows []figures.Row, line string, err error) {
	before := map[string]int{} // sent, as the restored data has it
	arrived := map[string]int{}
	for i, v := range s.vendors {
		o, err := Count(s.parent.App, v.Channel)
		if err != nil {
			return nil, "", err
		}
		before[s.providers[i]], arrived[s.providers[i]] = o.Sent, len(v.Arrived())
	}
	p, err := s.start()
	if err != nil {
		return nil, "", err
	}
	defer p.kill()
	if err := p.ready(time.Minute); err != nil {
		return nil, "", err
	}
	if err := s.due(d.Later); err != nil {
		return nil, "", err
	}
	if err := s.wake(p); err != nil {
		return nil, "", err
	}
	if err := s.allSent(d.Messages+d.Later, time.Minute); err != nil {
		return nil, "", fmt.Errorf("%w: %s", err, p.said)
	}
	if _, err := p.stop(terminate, 2*endsWithin); err != nil {
		return nil, "", err
	}
	var said []string
	for i, v := range s.vendors {
		provider := s.providers[i]
		t, _, err := tally(s.parent.App, provider, v, d.Messages+d.Later)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, d.rows(f, t, before[provider], arrived[provider])...)
		said = append(said, t.Line())
	}
	return rows, strings.Join(said, ", "), nil
}

// rows holds a tally to what is right. WeChat knows a repeat by its identity. Of mails, those repeat that arrived and of which
// the backup does not know; what the backup did not know to be sent is marked, and what falls due later is not. Where the former data is at hand, only what
// was under way at the end is in doubt: a mail for each connection.
func (d Restore) rows(f fate, t Tally, before, arrived int) []figures.Row {
	repeats, marks := arrived-before, d.Messages-before
	switch {
	case t.Provider == "wechat" && f.stays:
		repeats, marks = 0, 0
	case t.Provider == "wechat":
		repeats = 0
	case f.stays:
		repeats, marks = 4, 4
	}
	rows := slices.Concat([]figures.Row{counted("sent before the machine died by "+t.Provider, arrived)}, []figures.Row{
		counted("of these, known to the restored data", before),
		bounded("lost", t.Lost, 0),
		bounded("arrivals beyond the first", t.Extra, repeats),
		bounded("marked as possible duplicates", t.Flagged, marks),
		bounded("repeated without a mark", t.Silent, 0),
	})
	for i := range rows {
		rows[i].What = f.name + ": " + rows[i].What
	}
	return rows
}
