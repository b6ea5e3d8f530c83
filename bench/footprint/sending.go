package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tminus/apptest/smtpserver"
	"tminus/bench/drills"
)

// sinkVariable makes this program an SMTP server, so that its work and its memory are nobody else's.
const sinkVariable = "TMINUS_FOOTPRINT_SINK"

// sinkProcess is that server. It tells its address, and with each line that it reads the number of mails it has.
func sinkProcess() {
	if os.Getenv(sinkVariable) == "" {
		return
	}
	// PocketBase's mailer would not trust a certificate that nobody has signed.
	server, err := smtpserver.New(smtpserver.WithoutSTARTTLS())
	if err != nil {
		fmt.Fprintln(os.Stderr, "sink:", err)
		os.Exit(1)
	}
	fmt.Println(server.Addr())
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(len(server.Mails()))
	}
	os.Exit(0)
}

// sink is such a server, as seen from outside.
type sink struct {
	address string
	ask     io.WriteCloser
	told    *bufio.Reader
	process *exec.Cmd
}

func newSink() (*sink, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &sink{process: exec.Command(self)}
	s.process.Env, s.process.Stderr = append(os.Environ(), sinkVariable+"=yes"), os.Stderr
	if s.ask, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.told = bufio.NewReader(out)
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	address, err := s.told.ReadString('\n')
	s.address = strings.TrimSpace(address)
	return s, err
}

// mails gives how many it has accepted.
func (s *sink) mails() (int, error) {
	if _, err := io.WriteString(s.ask, "\n"); err != nil {
		return 0, err
	}
	line, err := s.told.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

func (s *sink) close() {
	_ = s.ask.Close() // which ends it
	_ = s.process.Wait()
}

// sending lets each send its mails, one program after the other: they would take each other's time.
func (b *bench) sending() error {
	ours, oursRate, err := b.sends(b.ours, func(host, port string) ([]string, error) {
		begin := time.Now().Add(2 * time.Second)
		return append(drills.Environment(10), "EMAIL_HOST="+host, "EMAIL_PORT="+port, "EMAIL_USE_TLS=false",
			"DEFAULT_FROM_EMAIL=T-minus <reminders@example.test>"), b.due(begin)
	})
	if err != nil {
		return err
	}
	theirs, theirRate, err := b.sends(b.bare, func(_, port string) ([]string, error) {
		return []string{fmt.Sprintf("MAILS=%d", b.mails), fmt.Sprintf("RATE=%d", b.rate), "SMTP_PORT=" + port}, nil
	})
	if err != nil {
		return err
	}
	b.beside(fmt.Sprintf("mails a second, %d due a second", b.rate), "/s", oursRate, theirRate, nil)
	b.beside("highest resident memory meanwhile", "MB", ours, theirs, nil)
	return nil
}

// sends gives the highest resident memory from the first mail to the last, and how many there were a second.
func (b *bench) sends(p program, prepare func(host, port string) ([]string, error)) (highest, rate float64, err error) {
	s, err := newSink()
	if err != nil {
		return 0, 0, err
	}
	defer s.close()
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return 0, 0, err
	}
	settings, err := prepare(host, port)
	if err != nil {
		return 0, 0, err
	}
	r, _, err := p.start(filepath.Join(b.dir, p.name+"-empty"), settings...)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = r.stop() }()
	var first time.Time
	patience := 30*time.Second + 3*time.Duration(b.mails)*time.Second/time.Duration(b.rate)
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		n, err := s.mails()
		if err != nil {
			return 0, 0, err
		}
		if first.IsZero() && n > 0 {
			first = time.Now()
		}
		mb, err := r.resident()
		if err != nil {
			return 0, 0, err
		}
		highest = max(highest, mb)
		if n >= b.mails {
			return highest, float64(b.mails) / time.Since(first).Seconds(), nil
		}
		if time.Since(began) > patience {
			_ = r.stop()
			return 0, 0, fmt.Errorf("%s sent %d of %d mails within %s: %s", p.name, n, b.mails, patience, r.said.String())
		}
	}
}
