package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"time"

	"tminus/bench/drills"
)

// instance is a demo in a process of its own, as a newcomer starts it.
type instance struct {
	url    string
	logins map[string]string // EMAIL:PASSWORD of the first of each role
	stop   func()
}

// What the demo prints of itself.
var (
	demoAddress = regexp.MustCompile(`(http://\S+)$`)
	demoLogin   = regexp.MustCompile(`^  (admin|manager|staff|viewer)\s+(\S+@\S+)\s+(\S+)`)
	demoReady   = regexp.MustCompile(`^Ctrl-C `)
)

// startDemo builds the program as it stands, starts a filled instance on a free port and waits until it can be reached.
func startDemo(ctx context.Context) (*instance, error) {
	dir, err := os.MkdirTemp("", "tminus-pictures-demo-")
	if err != nil {
		return nil, err
	}
	i, err := serveDemo(ctx, dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the demo: %w", err), os.RemoveAll(dir))
	}
	end := i.stop
	i.stop = func() { end(); _ = os.RemoveAll(dir) }
	return i, nil
}

func serveDemo(ctx context.Context, dir string) (*instance, error) {
	binary, err := drills.Build(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	program := exec.CommandContext(ctx, binary, "demo", "--http", "127.0.0.1:0")
	program.Dir, program.Stderr = dir, os.Stderr
	program.Env = append(os.Environ(), "TMPDIR="+dir)
	program.Cancel = func() error { return program.Process.Signal(os.Interrupt) } // it removes what it made
	program.WaitDelay = 15 * time.Second
	printed, err := program.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	if err := program.Start(); err != nil {
		cancel()
		return nil, err
	}
	i := &instance{logins: map[string]string{}}
	i.stop = func() { cancel(); _ = program.Wait() } // it was interrupted, and says so
	if err := i.read(printed); err != nil {
		i.stop()
		return nil, err
	}
	return i, nil
}

// read takes the address and the logins from what the demo prints, and leaves the rest.
func (i *instance) read(printed io.Reader) error {
	lines := bufio.NewScanner(printed)
	for lines.Scan() {
		line := lines.Text()
		if found := demoAddress.FindStringSubmatch(line); len(found) > 0 && i.url == "" {
			i.url = found[1]
		}
		if found := demoLogin.FindStringSubmatch(line); len(found) > 0 && i.logins[found[1]] == "" {
			i.logins[found[1]] = found[2] + ":" + found[3]
		}
		if demoReady.MatchString(line) && i.url != "" {
			go func() { _, _ = io.Copy(io.Discard, printed) }()
			return nil
		}
	}
	return errors.Join(errors.New("it ended before it could be reached"), lines.Err())
}
