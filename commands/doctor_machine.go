package commands

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// someZones are read to see that zone data is there, old rules and new ones.
var someZones = []string{"Asia/Hong_Kong", "Asia/Shanghai", "Asia/Macau", "Europe/London", "America/New_York", "Australia/Lord_Howe"}

// zones makes sure that local times can be worked out, in zones with daylight saving too.
func (x *examination) zones() {
	for _, name := range someZones {
		if _, err := time.LoadLocation(name); err != nil {
			x.fail("time zones", "%s is not known on this machine (%v); install its zone data, on Debian the package tzdata", name, err)
			return
		}
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return // told above
	}
	_, winter := time.Date(2026, time.January, 15, 12, 0, 0, 0, london).Zone()
	_, summer := time.Date(2026, time.July, 15, 12, 0, 0, 0, london).Zone()
	if winter != 0 || summer != 3600 {
		x.fail("time zones", "the zone data of this machine is wrong: it knows no summer time in London; install it anew, on Debian the package tzdata")
		return
	}
	x.ok("time zones", "known, daylight saving too")
}

// era is before any T-minus: a clock that shows less was never set.
var era = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func (x *examination) clock() {
	now := x.c.Now()
	if now.Before(era) {
		x.fail("clock", "it shows %s, which cannot be; set the machine's clock, or reminders leave at the wrong time", now.UTC().Format(time.RFC3339))
		return
	}
	x.ok("clock", "%s", now.Format(time.RFC1123Z))
}

// wantedSpace is what a day's messages, the log and a backup need at the least.
const wantedSpace = 500 << 20

// directory says whether there is a data directory that can be written to. It makes none.
func (x *examination) directory() bool {
	path := dataPath(x.c.pb)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.note("data", "%s does not exist yet; tminus serve makes it. If there should be data, start in the right directory or name it with --dir", path)
		return false
	case err != nil:
		x.fail("data", "%s cannot be read: %v; give this user access to it", path, err)
		return false
	case !info.IsDir():
		x.fail("data", "%s is a file; name a directory with --dir", path)
		return false
	}
	probe, err := os.CreateTemp(path, ".tminus-doctor-*")
	if err != nil {
		x.fail("data", "%s cannot be written to: %v; give this user access to it", path, err)
		return false
	}
	_ = probe.Close() // nothing was written
	_ = os.Remove(probe.Name())
	x.ok("data", "%s is writable", path)
	x.space(path)
	return true
}

func (x *examination) space(path string) {
	free, known := freeSpace(path)
	if !known {
		return
	}
	if free < wantedSpace {
		x.note("disk", "only %d MB are free where the data is; make room, since a full disk stops everything", free>>20)
		return
	}
	x.ok("disk", "%d MB are free", free>>20)
}

// hasDatabase says whether a data directory holds a database.
func hasDatabase(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "data.db"))
	return err == nil
}
