package drills

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"tminus/bench/figures"
)

// saver saves events over HTTP, one after the other, until it is ended, and remembers what it was told.
type saver struct {
	scene   *scene
	prefix  string
	end     chan struct{}
	done    sync.WaitGroup
	mu      sync.Mutex
	answers map[string]answer // by the event's title
	err     error
}

// save begins to save events of titles with that prefix, by some clients at once.
func (s *scene) save(p *process, prefix string, clients int) (*saver, error) {
	c, err := s.staff(p)
	if err != nil {
		return nil, err
	}
	v := &saver{scene: s, prefix: prefix, end: make(chan struct{}), answers: map[string]answer{}}
	for n := range clients {
		v.done.Go(func() { v.run(c, n) })
	}
	return v, nil
}

func (v *saver) run(c *client, client int) {
	for n := 0; ; n++ {
		select {
		case <-v.end:
			return
		default:
		}
		title := fmt.Sprintf("%s %d-%d", v.prefix, client, n)
		a, err := v.scene.saveEvent(c, title)
		v.mu.Lock()
		if v.answers[title] = a; err != nil {
			v.err = err
		}
		v.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// saves is what became of a saver's events.
type saves struct {
	Saved, Refused int
	Unclear        int // refused in words that do not say what to do, or by a status that blames the client
	Half           int // saved without all of their reminders, or the audit of the event
	Vanished       int // told to be saved, and not there
	Ghosts         int // told to be refused, and there
	Example        string
}

// stop ends the saving and compares what was told with what is there.
func (v *saver) stop() (r saves, err error) {
	close(v.end)
	v.done.Wait()
	if v.err != nil {
		return r, fmt.Errorf("save events: %w", v.err)
	}
	var rows []struct {
		Title     string `db:"title"`
		Reminders int    `db:"reminders"`
		Audits    int    `db:"audits"`
	}
	err = v.scene.parent.ConcurrentDB().NewQuery(`SELECT title, (SELECT COUNT(*) FROM reminders r WHERE r.event = e.id) AS reminders,
		(SELECT COUNT(*) FROM audit_log a WHERE a.record = e.id) AS audits FROM events e`).All(&rows)
	if err != nil {
		return r, err
	}
	there := map[string]bool{}
	for _, row := range rows {
		if !strings.HasPrefix(row.Title, v.prefix+" ") {
			continue
		}
		there[row.Title] = true
		if row.Reminders != 3 || row.Audits == 0 {
			r.Half++
		}
	}
	for title, a := range v.answers {
		r.add(a, there[title])
	}
	return r, nil
}

func (r *saves) add(a answer, there bool) {
	if a.status == http.StatusOK {
		r.Saved++
		if !there {
			r.Vanished++
		}
		return
	}
	r.Refused++
	r.Example = fmt.Sprintf("%d %s", a.status, a.body)
	if there {
		r.Ghosts++
	}
	if !isClear(a) {
		r.Unclear++
	}
}

// isClear says whether a refusal is the server's fault by its status, and tells in a sentence what to do.
func isClear(a answer) bool {
	var told struct {
		Message string `json:"message"`
	}
	err := json.Unmarshal([]byte(a.body), &told)
	return err == nil && a.status >= 500 && strings.Contains(told.Message, "again")
}

// plus adds what became of other events.
func (r saves) plus(o saves) saves {
	if r.Example == "" {
		r.Example = o.Example
	}
	return saves{r.Saved + o.Saved, r.Refused + o.Refused, r.Unclear + o.Unclear, r.Half + o.Half, r.Vanished + o.Vanished,
		r.Ghosts + o.Ghosts, r.Example}
}

func (r saves) rows() []figures.Row {
	return []figures.Row{
		counted("events saved over HTTP meanwhile", r.Saved),
		{What: "events refused meanwhile", Value: float64(r.Refused), Note: r.Example},
		bounded("refused without saying what to do", r.Unclear, 0),
		bounded("saved by half", r.Half, 0),
		bounded("told to be saved, and not there", r.Vanished, 0),
		bounded("told to be refused, and there", r.Ghosts, 0),
	}
}

func (r saves) line() string {
	return fmt.Sprintf("%d events saved and %d refused meanwhile, %d by half", r.Saved, r.Refused, r.Half)
}

// clearStart says whether a program that did not start says that the disk is full.
func clearStart(said string) bool {
	return strings.Contains(said, "full") || strings.Contains(said, "no space left")
}
