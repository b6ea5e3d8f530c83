package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// turns has the sides take turns at each number of clients.
func (o options) turns() (all map[int]map[string][]turn, err error) {
	model := filepath.Join(o.dir, "model")
	m, err := fill(model)
	if err != nil {
		return nil, fmt.Errorf("fill a data directory: %w", err)
	}
	var servers []*server
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.stop())
		}
	}()
	for _, side := range o.sides {
		dir := filepath.Join(o.dir, side)
		if err := copyDir(model, dir); err != nil {
			return nil, err
		}
		var environment []string
		if side == o.sides[0] && o.profile != "" {
			environment = append(environment, profileOf+"="+o.profile)
		}
		s, err := m.start(side, dir, environment...)
		if err != nil {
			return nil, err
		}
		servers = append(servers, s)
		if _, err := s.during(4, o.slice/3, 0); err != nil { // what is compiled or cached at the first save
			return nil, err
		}
	}
	all = map[int]map[string][]turn{}
	for _, clients := range o.clients {
		if all[clients], err = o.takeRounds(servers, clients); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// takeRounds runs the rounds of one number of clients. Each round begins with another side.
func (o options) takeRounds(servers []*server, clients int) (map[string][]turn, error) {
	found := map[string][]turn{}
	for round := range o.rounds {
		for k := range servers {
			s := servers[(round+k)%len(servers)]
			t, err := s.during(clients, o.slice, 0)
			if err != nil {
				return nil, err
			}
			found[s.side] = append(found[s.side], t)
		}
	}
	return found, nil
}

// burst is what one client's saves took while nothing else happened, and while mails left.
type burst struct {
	idle, busy turn
	mails      int
	lasted     time.Duration // until the last mail arrived
}

// burst measures saves before and while mails leave.
func (o options) burst() (b *burst, err error) {
	dir := filepath.Join(o.dir, "burst")
	m, err := fill(dir)
	if err != nil {
		return nil, fmt.Errorf("fill a data directory: %w", err)
	}
	lines, mailServer, err := startSink(o.mails)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end(mailServer)) }()
	// The server takes a second to start; the burst begins by the clock.
	due := time.Now().Add(o.idle + 6*time.Second)
	if err := load(dir, o.mails, due); err != nil {
		return nil, fmt.Errorf("put mails into a data directory: %w", err)
	}
	host, port, _ := strings.Cut(<-lines, ":")
	s, err := m.start(ours, dir, "EMAIL_HOST="+host, "EMAIL_PORT="+port, "EMAIL_USE_TLS=false",
		"DEFAULT_FROM_EMAIL=T-minus <reminders@example.test>")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if _, err := s.during(1, 500*time.Millisecond, 0); err != nil {
		return nil, err
	}
	b = &burst{mails: o.mails}
	rest := time.Until(due) - 200*time.Millisecond
	if rest < o.idle/2 {
		return nil, fmt.Errorf("only %s are left to measure the saves before the mails leave: choose a longer -idle", rest)
	}
	if b.idle, err = s.during(1, rest, o.pause); err != nil {
		return nil, err
	}
	time.Sleep(time.Until(due))
	b.busy, b.lasted, err = s.whileMailsLeave(lines, o.pause)
	return b, err
}

// whileMailsLeave saves until the mail server has all mails.
func (s *server) whileMailsLeave(lines <-chan string, pause time.Duration) (turn, time.Duration, error) {
	const patience = 3 * time.Minute
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	began := time.Now()
	go func() {
		<-lines
		cancel()
	}()
	t, err := s.saveFor(ctx, 1, pause)
	lasted := time.Since(began)
	if err == nil && lasted >= patience {
		err = fmt.Errorf("the mails did not leave within %s", patience)
	}
	return t, lasted, err
}

// startSink starts the mail server, which says its address, and a line when all mails have come.
func startSink(mails int) (<-chan string, *exec.Cmd, error) {
	process, err := self([]string{roleOf + "=" + sink, fmt.Sprintf("%s=%d", mailsOf, mails)})
	if err != nil {
		return nil, nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := process.Start(); err != nil {
		return nil, nil, err
	}
	lines := make(chan string, 2)
	go func() {
		defer close(lines)
		for said := bufio.NewScanner(out); said.Scan(); {
			lines <- said.Text()
		}
	}()
	return lines, process, nil
}
