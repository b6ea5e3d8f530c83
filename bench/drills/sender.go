package drills

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"tminus/outbox"
)

// senderOf names the variable that makes a program the sender of the instance in that directory.
const senderOf = "TMINUS_DRILL_SENDER"

// hurried has providers asked at once what became of messages. A wire makes that safe: they know by then.
var hurried = outbox.Options{AskAfter: []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 600 * time.Millisecond}}

// Sender makes this process a sender, and ends it, if a drill has started it as one; otherwise it does nothing. Programs
// that run drills without a binary call it first.
func Sender() {
	dir := os.Getenv(senderOf)
	if dir == "" {
		return
	}
	if err := send(dir); err != nil {
		fmt.Fprintln(os.Stderr, "sender:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// send sends what an instance has to send, until it is told to stop.
func send(dir string) error {
	i, err := open(dir, os.Environ(), nil, hurried)
	if err != nil {
		return err
	}
	if err := i.System.Start(); err != nil {
		return err
	}
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer release()
	<-stop.Done()
	return i.Close()
}

// start starts a sender on the drill's directory.
func (k Kill) start(environment []string) (*exec.Cmd, error) {
	if k.Binary == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find this program: %w", err)
		}
		return started(exec.Command(self), append(environment, senderOf+"="+k.Dir))
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	process := exec.Command(k.Binary, "serve", "--dir", k.Dir, "--http", address)
	process.Dir = filepath.Dir(k.Binary)
	return started(process, environment)
}

func started(process *exec.Cmd, environment []string) (*exec.Cmd, error) {
	process.Env = append(os.Environ(), environment...)
	process.Stderr = &bytes.Buffer{}
	return process, process.Start()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
