package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/bench/drills"
	"tminus/collections"
)

// saver saves events at one server, each under a number of its own.
type saver struct {
	material
	side   string
	url    string
	client *http.Client
	number *atomic.Int64
}

// bodyOf gives, for each side, what one save sends, and where to.
var bodyOf = map[string]func(s *saver, k int) (path string, body any){
	ours: func(s *saver, k int) (string, any) { return "/api/collections/events/records", s.event(k) },
	hook: func(s *saver, k int) (string, any) {
		return "/api/collections/events/records", s.numbered(k)
	},
	batch: func(s *saver, k int) (string, any) {
		event := s.numbered(k)
		event["id"] = core.GenerateDefaultRandomId()
		type request struct {
			Method string         `json:"method"`
			URL    string         `json:"url"`
			Body   map[string]any `json:"body"`
		}
		all := []request{{http.MethodPost, "/api/collections/events/records", event}}
		for n, model := range s.models {
			r := maps.Clone(model)
			r["event"], r["created_by"], r["planned_for"] = event["id"], s.user, event["planned_start_date"]
			r["send_datetime"] = collections.DateTime(start(k).AddDate(0, 0, -daysBefore[n]))
			all = append(all, request{http.MethodPost, "/api/collections/reminders/records", r})
		}
		return "/api/batch", map[string]any{"requests": all}
	},
}

// event gives the fields of the k-th event that a client sends.
func (s *saver) event(k int) map[string]any {
	fields := maps.Clone(s.fields)
	fields["planned_start_date"] = collections.DateTime(start(k))
	fields["planned_end_date"] = collections.DateTime(start(k).Add(2 * time.Hour))
	return fields
}

// numbered adds what the system gives an event where it is ours.
func (s *saver) numbered(k int) map[string]any {
	fields := s.event(k)
	fields["event_number"], fields["created_by"] = fmt.Sprintf("EV-2026-%07d", k), s.user
	return fields
}

// save saves one event and gives how long the answer took, from the first byte sent to the last one read.
func (s *saver) save() (time.Duration, error) {
	path, fields := bodyOf[s.side](s, int(s.number.Add(1)))
	body, err := json.Marshal(fields)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", s.token)
	began := time.Now()
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	took := time.Since(began)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d: %s", s.side, answer.StatusCode, said)
	}
	return took, err
}

// turn is what a side did in one turn.
type turn struct {
	took   []time.Duration
	lasted time.Duration
	cpu    time.Duration // of the server; zero where it cannot be read
}

func (t turn) rate() float64 { return float64(len(t.took)) / t.lasted.Seconds() }

func (t turn) ms(p float64) float64 {
	return float64(drills.Percentile(t.took, p).Microseconds()) / 1000
}

func (t turn) cpuOfOne() float64 {
	return float64(t.cpu.Microseconds()) / 1000 / float64(max(1, len(t.took)))
}

// saveFor has clients save, each the next event as soon as the last is answered and a pause is over, until ctx ends.
func (s *saver) saveFor(ctx context.Context, clients int, pause time.Duration) (turn, error) {
	var mu sync.Mutex
	var all turn
	var failed error
	var work sync.WaitGroup
	began := time.Now()
	for range clients {
		work.Go(func() {
			var mine []time.Duration
			var err error
			for err == nil && ctx.Err() == nil {
				var took time.Duration
				if took, err = s.save(); err == nil {
					mine = append(mine, took)
				}
				if pause > 0 {
					time.Sleep(pause)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			all.took = append(all.took, mine...)
			if err != nil {
				failed = err
			}
		})
	}
	work.Wait()
	all.lasted = time.Since(began)
	return all, failed
}
