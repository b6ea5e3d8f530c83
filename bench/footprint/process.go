package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is one of the two that are compared.
type program struct {
	name, path string
	megabytes  float64
}

// build builds a program as `make build` does.
func build(dir, name, of string) (program, error) {
	p := program{name: name, path: filepath.Join(dir, name)}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=auto", "-ldflags", "-s -w", "-o", p.path, of)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return p, fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	info, err := os.Stat(p.path)
	if err != nil {
		return p, err
	}
	p.megabytes = float64(info.Size()) / 1e6
	return p, nil
}

// running is a program that serves.
type running struct {
	*exec.Cmd
	address string
	said    bytes.Buffer // to be read when it has ended
}

// start starts a program on a directory and gives it with the time that its first answer took.
func (p program) start(dir string, settings ...string) (*running, time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, 0, err
	}
	r := &running{address: l.Addr().String()}
	if err := l.Close(); err != nil {
		return nil, 0, err
	}
	r.Cmd = exec.Command(p.path, "serve", "--dir", dir, "--http", r.address)
	r.Dir = filepath.Dir(p.path) // where there is no .env
	r.Env, r.Stdout, r.Stderr = append(os.Environ(), settings...), &r.said, &r.said
	began := time.Now()
	if err := r.Start(); err != nil {
		return nil, 0, err
	}
	for time.Since(began) < time.Minute {
		if answers(r.address) {
			return r, time.Since(began), nil
		}
		time.Sleep(time.Millisecond)
	}
	_ = r.stop()
	return nil, 0, fmt.Errorf("%s did not answer within a minute: %s", p.name, r.said.String())
}

// answers says whether a server is well. It speaks HTTP itself, since a client's own start would count.
func answers(address string) bool {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET /api/health HTTP/1.0\r\n\r\n"); err != nil {
		return false
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && strings.Contains(line, " 200 ")
}

// stop ends the program in order.
func (r *running) stop() error {
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	cut := time.AfterFunc(20*time.Second, func() { _ = r.Process.Kill() })
	defer cut.Stop()
	_ = r.Wait() // how it ends is not what is measured
	return nil
}

// resident gives VmRSS in MB (proc_pid_status(5)).
func (r *running) resident() (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	line, _, _ := strings.Cut(rest, "kB")
	kB, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	return kB / 1000, err
}

// ticks are the units of utime and stime: Linux counts 100 of them a second on every machine (USER_HZ).
const ticks = 100

// cpu gives the time that the process has run (utime + stime of proc_pid_stat(5)).
func (r *running) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:])) // from the third on
	total := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return time.Duration(total) * time.Second / ticks, nil
}

// starts lets the two start in turns and gives the medians in milliseconds.
func (b *bench) starts(rounds int, dir func(program) (string, error)) (ours, theirs float64, err error) {
	took := map[string][]time.Duration{}
	for range rounds {
		for _, p := range []program{b.ours, b.bare} {
			at, err := dir(p)
			if err != nil {
				return 0, 0, err
			}
			r, first, err := p.start(at)
			if err != nil {
				return 0, 0, err
			}
			if err := r.stop(); err != nil {
				return 0, 0, err
			}
			took[p.name] = append(took[p.name], first)
		}
	}
	median := func(p program) float64 {
		all := took[p.name]
		slices.Sort(all)
		return float64(all[len(all)/2].Microseconds()) / 1000
	}
	return median(b.ours), median(b.bare), nil
}

// view fetches a page and what it names, as a browser does, and gives how much that was.
func view(address, page string) (files int, err error) {
	body, err := fetch("http://" + address + page)
	if err != nil {
		return 0, err
	}
	for _, named := range sources.FindAllStringSubmatch(body, -1) {
		at := named[1]
		if !strings.HasPrefix(at, "/") {
			at = page + strings.TrimPrefix(at, "./")
		}
		if _, err := fetch("http://" + address + at); err != nil {
			return files, err
		}
		files++
	}
	return files, nil
}

func fetch(url string) (string, error) {
	answer, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("fetch %s: %s", url, answer.Status)
	}
	return string(body), err
}
