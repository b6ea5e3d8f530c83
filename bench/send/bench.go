package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime/pprof"
	"slices"
	"strconv"
	"syscall"
	"time"

	"tminus/bench/drills"
	"tminus/notifiers"
)

// bench is what the settings share: an instance that sends, a sink for each latency, and a mail that is at hand.
type bench struct {
	o        options
	instance *drills.Instance
	sinks    map[time.Duration]*drills.SinkProcess
	mail     prepared
	profile  *os.File
}

func open(dir string, o options) (*bench, error) {
	b := &bench{o: o, sinks: map[time.Duration]*drills.SinkProcess{}}
	var err error
	b.instance, err = drills.Open(dir, []string{
		"PUBLIC_URL=https://tminus.example.test", "EMAIL_HOST=127.0.0.1", "EMAIL_PORT=9", "EMAIL_USE_TLS=false",
		"DEFAULT_FROM_EMAIL=T-minus <" + sender + ">",
	}, nil)
	if err != nil {
		return nil, err
	}
	if err := b.instance.People(); err != nil {
		return nil, err
	}
	if err := b.instance.Start(); err != nil {
		return nil, err
	}
	if b.mail, err = b.prepare(); err != nil {
		return nil, fmt.Errorf("prepare a mail: %w", err)
	}
	for _, s := range o.settings() {
		if b.sinks[s.latency] == nil {
			if b.sinks[s.latency], err = drills.StartSink(s.latency); err != nil {
				return nil, err
			}
		}
	}
	if o.profile != "" {
		b.profile, err = os.Create(o.profile)
	}
	return b, err
}

func (b *bench) close() {
	for _, s := range b.sinks {
		s.Close()
	}
	if b.profile != nil {
		_ = b.profile.Close() // what is missing shows when it is read
	}
	if err := b.instance.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "send: close the instance:", err)
	}
}

// connect points our email channel at a server.
func (b *bench) connect(addr string, connections int) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	email := notifiers.NewEmail(notifiers.EmailOptions{
		Host: host, Port: number, From: "T-minus <" + sender + ">", MaxConnections: connections, Now: time.Now,
	})
	b.instance.System.Engine.SetNotifier(notifiers.Email, email, connections)
	return nil
}

// prepare sends some mails the whole way, and keeps what one of them is on the wire.
func (b *bench) prepare() (prepared, error) {
	const some = 20
	sink, err := drills.NewSink(0, some)
	if err != nil {
		return prepared{}, err
	}
	defer sink.Close()
	if err := b.connect(sink.Addr(), 2); err != nil {
		return prepared{}, err
	}
	if _, _, err := b.ours(some); err != nil {
		return prepared{}, err
	}
	var stored string
	err = b.instance.ConcurrentDB().NewQuery("SELECT message FROM deliveries ORDER BY created DESC LIMIT 1").Row(&stored)
	if err != nil {
		return prepared{}, err
	}
	var m notifiers.Message
	err = json.Unmarshal([]byte(stored), &m)
	if err != nil {
		return prepared{}, err
	}
	p := prepared{content: sink.Kept()[some-1]}
	p.html, p.text, err = notifiers.Compose(&m)
	return p, err
}

// ours sends n reminders that have just become due.
func (b *bench) ours(n int) (took, cpu time.Duration, err error) {
	if _, err := b.instance.Mails(n); err != nil {
		return 0, 0, fmt.Errorf("fill in reminders: %w", err)
	}
	before := b.instance.System.Engine.Status(notifiers.Email).Sent
	if b.profile != nil {
		if err := pprof.StartCPUProfile(b.profile); err != nil {
			return 0, 0, err
		}
		defer func() { // one round is enough
			pprof.StopCPUProfile()
			b.profile = nil
		}()
	}
	return clocked(func() error {
		if _, err := b.instance.DueMails(); err != nil {
			return err
		}
		return b.instance.SentMails(before, n, 2*time.Minute)
	})
}

// measure lets the sides take turns.
func (b *bench) measure(_ context.Context, s setting) (result, error) {
	sink := b.sinks[s.latency]
	if err := b.connect(sink.Addr, s.connections); err != nil {
		return result{}, err
	}
	r := result{setting: s, bytes: len(b.mail.content), html: len(b.mail.html), text: len(b.mail.text)}
	n, mailers := b.amounts(s)
	for range b.o.rounds {
		var round round
		for side, send := range []func() (int, time.Duration, time.Duration, error){
			func() (int, time.Duration, time.Duration, error) {
				took, cpu, err := b.ours(n)
				return n, took, cpu, err
			},
			b.side(n, func() error { return pooled(sink.Addr, b.mail, n, s.connections) }),
			b.side(n, func() error { return pipelined(sink.Addr, b.mail, n, s.connections) }),
			b.side(mailers, func() error { return byPocketBase(sink.Addr, b.mail, mailers, s.connections) }),
		} {
			before, err := sink.Accepted()
			if err != nil {
				return r, err
			}
			count, took, cpu, err := send()
			if err != nil {
				return r, err
			}
			after, err := sink.Accepted()
			if err != nil {
				return r, err
			}
			if after-before != count {
				return r, fmt.Errorf("side %d sent %d mails, the sink has %d", side, count, after-before)
			}
			round[side] = pace{float64(count) / took.Seconds(), cpu / time.Duration(count)}
		}
		r.rounds = append(r.rounds, round)
		r.mails += n
	}
	return r, nil
}

func (b *bench) side(n int, send func() error) func() (int, time.Duration, time.Duration, error) {
	return func() (int, time.Duration, time.Duration, error) {
		took, cpu, err := clocked(send)
		return n, took, cpu, err
	}
}

// amounts gives how many mails each side sends in a round; PocketBase's mailer fewer, since it takes longer.
func (b *bench) amounts(s setting) (n, mailers int) {
	if s.latency == 0 {
		n = b.o.mails / b.o.rounds
		if s.connections == 10 {
			n = max(n, min(20_000, 3*b.o.mails)/b.o.rounds)
		}
		return n, max(s.connections, n/3)
	}
	perConnection := max(2, int(b.o.span/time.Duration(b.o.rounds)/(2*s.latency))) // ours takes two round trips
	return s.connections * perConnection, s.connections * max(1, perConnection/6)
}

// cpuTime is what this process has used of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // which no system does
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
