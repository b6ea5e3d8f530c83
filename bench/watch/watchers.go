package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tally is what the watchers say of themselves.
type tally struct {
	Connected int       `json:"connected"`
	Messages  int       `json:"messages"`
	Anew      int       `json:"anew"` // connections begun again, each with a page read
	Last      time.Time `json:"last"` // of a message, or of the end of such a reading
	Behind    int       `json:"behind"`
	Error     string    `json:"error"`
}

// watchers are subscribers in another process.
type watchers struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

const (
	watchURL   = "TMINUS_BENCH_WATCH_URL"
	watchToken = "TMINUS_BENCH_WATCH_TOKEN"
	watchCount = "TMINUS_BENCH_WATCHERS"
)

func startWatchers(url, token string, n int) (*watchers, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &watchers{process: exec.Command(self)}
	w.process.Env = append(os.Environ(), watchURL+"="+url, watchToken+"="+token, watchCount+"="+strconv.Itoa(n))
	w.process.Stderr = os.Stderr
	if w.in, err = w.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewScanner(out)
	if err := w.process.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		t, err := w.ask("0")
		if err != nil || t.Connected == n {
			return w, err
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%d of %d watchers are connected: %s", t.Connected, n, t.Error)
		}
	}
}

// ask gives the tally since the last reset. With a number greater than 0 it says how many watchers have neither heard
// of that many reminders that they were sent nor begun anew; -1 resets.
func (w *watchers) ask(question string) (t tally, err error) {
	if _, err := io.WriteString(w.in, question+"\n"); err != nil {
		return t, err
	}
	if !w.out.Scan() {
		return t, errors.Join(errors.New("the watchers are gone"), w.out.Err())
	}
	return t, json.Unmarshal(w.out.Bytes(), &t)
}

func (w *watchers) close() {
	_ = w.in.Close() // which ends it
	_ = w.process.Wait()
}

// watching makes this process the watchers, and ends it, if startWatchers has started it as them.
func watching() {
	n, err := strconv.Atoi(os.Getenv(watchCount))
	if err != nil {
		return
	}
	c := &crowd{url: os.Getenv(watchURL), token: os.Getenv(watchToken)}
	c.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}
	for range n {
		one := &watcher{crowd: c, sent: map[string]bool{}}
		c.all = append(c.all, one)
		go one.watch()
		time.Sleep(time.Millisecond)
	}
	questions := bufio.NewScanner(os.Stdin)
	for questions.Scan() {
		wanted, _ := strconv.Atoi(questions.Text())
		_ = json.NewEncoder(os.Stdout).Encode(c.answer(wanted)) // a reader that left ends the questions too
	}
	os.Exit(0)
}

// crowd is the watchers within their process.
type crowd struct {
	url, token string
	client     *http.Client
	mu         sync.Mutex
	all        []*watcher
	failed     string
}

type watcher struct {
	*crowd
	connected bool
	begun     bool // it was connected before
	anew      int
	messages  int
	last      time.Time
	sent      map[string]bool
}

func (c *crowd) answer(wanted int) (t tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.all {
		if wanted < 0 {
			w.anew, w.messages, w.last = 0, 0, time.Time{}
			clear(w.sent)
		}
		if w.connected {
			t.Connected++
		}
		if len(w.sent) < wanted && w.anew == 0 {
			t.Behind++
		}
		t.Messages, t.Anew = t.Messages+w.messages, t.Anew+w.anew
		if w.last.After(t.Last) {
			t.Last = w.last
		}
	}
	t.Error = c.failed
	return t
}

// watch holds a connection as the SDK does: it connects again after 200 ms.
func (w *watcher) watch() {
	for {
		err := w.connect()
		w.mu.Lock()
		w.connected = false
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			w.failed = err.Error()
		}
		w.mu.Unlock()
		time.Sleep(200 * time.Millisecond)
	}
}

func (w *watcher) connect() error {
	response, err := w.client.Get(w.url + "/api/realtime")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	in := bufio.NewReader(response.Body)
	event := ""
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return err
		}
		if name, ok := bytes.CutPrefix(line, []byte("event:")); ok {
			event = string(bytes.TrimSpace(name))
		}
		data, ok := bytes.CutPrefix(line, []byte("data:"))
		if !ok {
			continue
		}
		if event != "PB_CONNECT" {
			w.hear(data)
		} else if err := w.subscribe(data); err != nil {
			return err
		}
	}
}

func (w *watcher) hear(data []byte) {
	var change struct {
		Record struct{ ID, Status string }
	}
	err := json.Unmarshal(data, &change)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.failed = err.Error()
	}
	w.messages++
	w.last = time.Now()
	if change.Record.Status == "sent" {
		w.sent[change.Record.ID] = true
	}
}

func (w *watcher) subscribe(hello []byte) error {
	var me struct {
		ClientID string `json:"clientId"`
	}
	if err := json.Unmarshal(hello, &me); err != nil {
		return err
	}
	body := fmt.Sprintf(`{"clientId":%q,"subscriptions":["reminders/*"]}`, me.ClientID)
	if err := w.request(http.MethodPost, "/api/realtime", body, http.StatusNoContent); err != nil {
		return err
	}
	w.mu.Lock()
	again := w.begun
	w.connected, w.begun = true, true
	w.mu.Unlock()
	if !again {
		return nil
	}
	const page = "/api/collections/reminders/records?perPage=30&skipTotal=1&filter=status%3D%22sent%22&sort=-send_datetime"
	if err := w.request(http.MethodGet, page, "", http.StatusOK); err != nil {
		return err
	}
	w.mu.Lock()
	w.anew++
	w.last = time.Now()
	w.mu.Unlock()
	return nil
}

func (w *watcher) request(method, path, body string, want int) error {
	request, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", w.token)
	response, err := w.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body) // so that the connection serves again
	if response.StatusCode != want {
		return fmt.Errorf("%s %s: %d", method, path, response.StatusCode)
	}
	return nil
}
