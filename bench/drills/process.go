package drills

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// process is a sender that runs.
type process struct {
	*exec.Cmd
	address string // where it serves; empty if it only sends
	said    *words
	ended   chan struct{}
	err     error // of its end
}

// words keeps what a process writes.
type words struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// start starts the program on the scene's directory, or this one as a sender. Settings are variables besides the scene's.
func (s *scene) start(settings ...string) (*process, error) {
	environment := append(append([]string{}, s.environment...), settings...)
	if s.binary == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find this program: %w", err)
		}
		return started(exec.Command(self), "", append(environment, senderOf+"="+s.dir))
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(s.binary, "serve", "--dir", s.dir, "--http", address)
	cmd.Dir = filepath.Dir(s.binary)
	return started(cmd, address, environment)
}

func started(cmd *exec.Cmd, address string, environment []string) (*process, error) {
	p := &process{Cmd: cmd, address: address, said: &words{}, ended: make(chan struct{})}
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = p.said, p.said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// ready waits until the process answers over HTTP.
func (p *process) ready(timeout time.Duration) error {
	ok, err := until(timeout, func() (bool, error) {
		select {
		case <-p.ended:
			return false, fmt.Errorf("the program ended: %w: %s", p.err, p.said)
		default:
		}
		answer, err := http.Get("http://" + p.address + "/api/health")
		if err != nil {
			return false, nil //nolint:nilerr // not yet
		}
		return answer.StatusCode == http.StatusOK, answer.Body.Close()
	})
	if err == nil && !ok {
		err = fmt.Errorf("the program does not answer after %s: %s", timeout, p.said)
	}
	return err
}

// kill ends the process with -9. It may have ended before.
func (p *process) kill() {
	_ = p.Process.Signal(syscall.SIGKILL)
	<-p.ended
}

// stop ends the process with a signal and gives how long it took. Its own failure, if it ends with one, is the error.
func (p *process) stop(sig os.Signal, most time.Duration) (time.Duration, error) {
	began := time.Now()
	if err := p.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	select {
	case <-p.ended:
		return time.Since(began), p.err
	case <-time.After(most):
		p.kill()
		return time.Since(began), fmt.Errorf("the program did not end within %s: %s", most, p.said)
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
