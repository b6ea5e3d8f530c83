package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// server is a process of this program in a role.
type server struct {
	saver
	process *exec.Cmd
	errs    bytes.Buffer
}

// start starts the server of a side on a data directory, and waits until it answers.
func (m material) start(side, dir string, environment ...string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	s := &server{saver: saver{
		material: m, side: side, url: "http://" + address, number: new(atomic.Int64),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, Timeout: time.Minute},
	}}
	environment = append(environment, roleOf+"="+side, dataOf+"="+dir, addressOf+"="+address)
	if s.process, err = self(environment); err != nil {
		return nil, err
	}
	s.process.Stderr = &s.errs
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	return s, s.answers()
}

// self gives this program, to be started as another process.
func self(environment []string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	process := exec.Command(program)
	process.Env = append(os.Environ(), environment...)
	return process, nil
}

func (s *server) answers() error {
	for range 400 {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+"/api/health", http.NoBody)
		if err != nil {
			return err
		}
		answer, err := s.client.Do(request)
		if err == nil {
			return answer.Body.Close()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return errors.Join(fmt.Errorf("%s does not answer: %s", s.side, s.errs.String()), s.stop())
}

func (s *server) stop() error { return end(s.process) }

// end has a process end in order.
func end(process *exec.Cmd) error {
	if err := process.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return process.Wait()
}

// cpu gives the processor time that the server has used, user and system; zero where /proc does not tell (proc(5)).
func (s *server) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	var user, system int64
	if len(fields) < 13 {
		return 0
	}
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		return 0
	}
	return time.Duration(user+system) * (time.Second / 100) // USER_HZ is 100 on every port of Linux that Go knows
}

// during has clients save for a while, and adds what the server needed.
func (s *server) during(clients int, d, pause time.Duration) (turn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	before := s.cpu()
	t, err := s.saveFor(ctx, clients, pause)
	t.cpu = s.cpu() - before
	if err == nil && len(t.took) == 0 {
		err = fmt.Errorf("%s saved nothing in %s", s.side, d)
	}
	return t, err
}
