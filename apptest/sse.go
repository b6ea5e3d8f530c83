package apptest

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Change is what a realtime subscription told of one record.
type Change struct {
	Topic  string
	Action string // create, update or delete
	Record map[string]any
	At     time.Time // when it arrived, by the machine's clock
}

// Stream is a realtime connection that reads, as the PocketBase JavaScript SDK holds one. It ends with the test.
type Stream struct {
	ID string // of the connection, as the server named it

	mu      sync.Mutex
	changes []Change
	ended   bool
}

// Subscribe connects as a role and subscribes to topics ("reminders/*"); it returns when the server has confirmed them.
func (s *Server) Subscribe(role string, topics ...string) *Stream {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.URL+"/api/realtime", nil)
	s.must(err)
	response, err := http.DefaultClient.Do(request)
	s.must(err)
	s.t.Cleanup(func() { response.Body.Close() })

	client := make(chan string, 1)
	stream := &Stream{}
	go stream.read(bufio.NewReader(response.Body), client)
	id, ok := <-client
	if !ok {
		s.t.Fatalf("the realtime connection ended before it began: %d", response.StatusCode)
	}
	stream.ID = id
	answer := s.Do(role, http.MethodPost, "/api/realtime", map[string]any{"clientId": id, "subscriptions": topics})
	if answer.Status != http.StatusNoContent {
		s.t.Fatalf("subscribe to %v: %d %s", topics, answer.Status, answer.Body)
	}
	return stream
}

// read takes the events of a text/event-stream until it ends; the first one names the client.
func (s *Stream) read(body *bufio.Reader, client chan<- string) {
	defer close(client)
	event, data := "", ""
	for {
		line, err := body.ReadString('\n')
		if err != nil {
			s.mu.Lock()
			s.ended = true
			s.mu.Unlock()
			return
		}
		field, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ":")
		switch field {
		case "event":
			event = value
		case "data":
			data = value
		case "":
			if event == "PB_CONNECT" {
				var hello struct{ ClientID string }
				_ = json.Unmarshal([]byte(data), &hello)
				client <- hello.ClientID
			} else if event != "" {
				s.add(event, data)
			}
			event, data = "", ""
		}
	}
}

func (s *Stream) add(topic, data string) {
	change := Change{Topic: topic, At: time.Now()}
	var told struct {
		Action string         `json:"action"`
		Record map[string]any `json:"record"`
	}
	if err := json.Unmarshal([]byte(data), &told); err != nil {
		return
	}
	change.Action, change.Record = told.Action, told.Record
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes = append(s.changes, change)
}

// Changes gives what arrived so far, in order.
func (s *Stream) Changes() []Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Change(nil), s.changes...)
}

// Of gives what arrived so far of one record, in order.
func (s *Stream) Of(id string) []Change {
	var of []Change
	for _, c := range s.Changes() {
		if c.Record["id"] == id {
			of = append(of, c)
		}
	}
	return of
}

// Last gives a field of a record as the last change of it told; nil if none arrived.
func (s *Stream) Last(id, field string) any {
	of := s.Of(id)
	if len(of) == 0 {
		return nil
	}
	return of[len(of)-1].Record[field]
}

// Ended says whether the server ended the connection.
func (s *Stream) Ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}
