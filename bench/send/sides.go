package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"
)

// prepared is a mail as the loops push it, and its words as PocketBase's mailer takes them.
type prepared struct {
	content    []byte // dot-stuffed, without the final dot
	html, text string
}

const (
	sender    = "reminders@example.test"
	recipient = "reader00000@example.test"
)

// pooled is the limit: as many kept connections as ours has, four round trips a mail, nothing but sending.
func pooled(addr string, p prepared, n, connections int) error {
	return share(n, connections, func(next func() bool) error {
		c, err := smtp.Dial(addr)
		if err != nil {
			return err
		}
		for next() {
			if err := push(c, p.content); err != nil {
				return err
			}
		}
		return c.Quit()
	})
}

func push(c *smtp.Client, content []byte) error {
	if err := c.Mail(sender); err != nil {
		return err
	}
	if err := c.Rcpt(recipient); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	return w.Close()
}

// pipelined is the same with the commands of a mail in one write (RFC 2920): two round trips.
func pipelined(addr string, p prepared, n, connections int) error {
	group := []byte("MAIL FROM:<" + sender + "> BODY=8BITMIME\r\nRCPT TO:<" + recipient + ">\r\nDATA\r\n")
	body := append(append([]byte(nil), p.content...), ".\r\n"...)
	return share(n, connections, func(next func() bool) error {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		defer c.Close()
		in := bufio.NewReader(c)
		if err := expect(in, "220"); err != nil {
			return err
		}
		if err := say(c, in, []byte("EHLO localhost\r\n"), "250"); err != nil {
			return err
		}
		for next() {
			if err := say(c, in, group, "250", "250", "354"); err != nil {
				return err
			}
			if err := say(c, in, body, "250"); err != nil {
				return err
			}
		}
		return say(c, in, []byte("QUIT\r\n"), "221")
	})
}

func say(c net.Conn, in *bufio.Reader, what []byte, codes ...string) error {
	if _, err := c.Write(what); err != nil {
		return err
	}
	for _, code := range codes {
		if err := expect(in, code); err != nil {
			return err
		}
	}
	return nil
}

func expect(in *bufio.Reader, code string) error {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		if !strings.HasPrefix(line, code) {
			return fmt.Errorf("the sink said %q", line)
		}
		if len(line) < 4 || line[3] != '-' {
			return nil
		}
	}
}

// byPocketBase sends by PocketBase's own mailer from as many goroutines.
func byPocketBase(addr string, p prepared, n, connections int) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	return share(n, connections, func(next func() bool) error {
		c := &mailer.SMTPClient{Host: host, Port: number}
		for next() {
			err := c.Send(&mailer.Message{
				From: mail.Address{Name: "T-minus", Address: sender}, To: []mail.Address{{Address: recipient}},
				Subject: "Quarterly maintenance", HTML: p.html, Text: p.text,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// share has workers do n things between them; each asks next whether there is one more.
func share(n, workers int, work func(next func() bool) error) error {
	var taken atomic.Int64
	var group sync.WaitGroup
	failed := make([]error, workers)
	for i := range workers {
		group.Go(func() { failed[i] = work(func() bool { return taken.Add(1) <= int64(n) }) })
	}
	group.Wait()
	return errors.Join(failed...)
}

// clocked gives how long it took, and the CPU time of this process meanwhile.
func clocked(work func() error) (took, cpu time.Duration, err error) {
	before, began := cpuTime(), time.Now()
	err = work()
	return time.Since(began), cpuTime() - before, err
}
