package drills

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest/smtpserver"
	"tminus/bench/figures"
	"tminus/collections"
	"tminus/hooks"
	"tminus/notifiers"
	"tminus/outbox"
)

// MailServer is a drill: the mail server does wrong whatever it can, at each stage of the dialogue, and then works again.
// The engine is this program's, with shorter time-outs.
type MailServer struct {
	Setup
	Messages int // in each case
	Parallel int // cases at once, each on an instance of its own
	Cases    int // so many by chance; 0: all
}

// patience is how long the drill's sender waits for a server, where tminus waits 10 to 60 s.
const patience = 2 * time.Second

const mailConnections = 2

// stages are those of the dialogue with a server that wants a sign-in, in their order; the first six pause the channel.
var stages = []string{"connect", "greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "dot", "QUIT"}

// troubles gives every case.
func troubles() []trouble {
	all := []trouble{{"every stage", "drip"}, {"handshake", expiredCert}, {"handshake", otherCert}, {"handshake", unknownCert}}
	for _, stage := range append([]string{"STARTTLS", "handshake"}, stages...) {
		for _, what := range []string{"stall", "cut", "nonsense", "421"} {
			if (stage == "connect" || stage == "handshake") && what == "421" || stage == "connect" && what == "nonsense" {
				continue // there is no reply at these stages
			}
			all = append(all, trouble{stage, what})
		}
	}
	return all
}

// pauses says whether a trouble is the channel's and not the message's (P8).
func (t trouble) pauses() bool {
	switch t.stage {
	case "connect", "greeting", "EHLO", "STARTTLS", "handshake", "AUTH":
		return true
	}
	return false
}

// doubts says whether a trouble leaves it open whether the server has the message (P7).
func (t trouble) doubts() bool { return t.stage == "dot" && t.what != "421" }

// trial is what a case came to.
type trial struct {
	trouble
	Tally
	Paused, Alerts int
	Met            int
	Reason         string // that the channel or a message showed
	Broken         string // what was not as it should be, of what the tally does not hold
}

// Record runs the drill.
func (d MailServer) Record() (r figures.Record, err error) {
	cases := troubles()
	d.Random.Shuffle(len(cases), func(a, b int) { cases[a], cases[b] = cases[b], cases[a] })
	if d.Cases > 0 {
		cases = cases[:d.Cases]
	}
	trials, errs := make([]trial, len(cases)), make([]error, d.Parallel)
	var work sync.WaitGroup
	for w := range d.Parallel {
		work.Go(func() {
			b, err := d.openBench(fmt.Sprintf("%s-%d", d.Dir, w))
			if err != nil {
				errs[w] = err
				return
			}
			for n := w; n < len(cases) && errs[w] == nil; n += d.Parallel {
				trials[n], errs[w] = b.try(cases[n], d.Messages)
			}
			b.close()
		})
	}
	work.Wait()
	if err := errors.Join(errs...); err != nil {
		return r, err
	}
	return tellTrials(trials), nil
}

// bench is an instance with a front before each of two mail servers: one that wants a sign-in, and one that speaks TLS.
type bench struct {
	*Instance
	ahead         atomic.Int64 // of the system's clock: two hours more in each case, since alerts come once an hour
	plain, secure *mailEnd
}

type mailEnd struct {
	server *smtpserver.Server
	front  *front
	email  func() *notifiers.SMTP // a new one, with connections of its own
}

func (d MailServer) openBench(dir string) (b *bench, err error) {
	b = &bench{}
	if b.plain, err = plainEnd(); err != nil {
		return nil, err
	}
	if b.secure, err = secureEnd(); err != nil {
		return nil, err
	}
	environment := append(Environment(mailConnections), "ADMIN_EMAIL=office@example.test")
	b.Instance, err = openWith(filepath.Clean(dir), environment, hooks.Options{
		Now:       b.now,
		Notifiers: map[string]notifiers.Notifier{notifiers.Email: b.plain.email()},
		Outbox:    outbox.Options{Tick: 100 * time.Millisecond, ProbeAfter: 200 * time.Millisecond, ProbeMax: 400 * time.Millisecond},
		Log:       quiet,
	})
	if err != nil {
		return nil, err
	}
	if err := b.People(); err != nil {
		return nil, err
	}
	return b, b.Start()
}

func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

func (b *bench) close() {
	_ = b.Instance.Close() // what matters is written
	for _, e := range []*mailEnd{b.plain, b.secure} {
		e.front.close()
		e.server.Close()
	}
}

func plainEnd() (*mailEnd, error) {
	s, err := smtpserver.New(smtpserver.WithAuth("tminus", "password"), smtpserver.WithoutSTARTTLS())
	if err != nil {
		return nil, err
	}
	f, err := newFront(s.Addr(), nil)
	return &mailEnd{s, f, func() *notifiers.SMTP {
		o := f.options()
		o.User, o.Password = "tminus", "password"
		return notifiers.NewEmail(o)
	}}, err
}

func secureEnd() (*mailEnd, error) {
	s, err := smtpserver.New()
	if err != nil {
		return nil, err
	}
	trust := s.TLSConfig()
	certs, err := badCertificates(trust.RootCAs)
	if err != nil {
		return nil, err
	}
	f, err := newFront(s.Addr(), certs)
	return &mailEnd{s, f, func() *notifiers.SMTP {
		o := f.options()
		o.RequireTLS, o.TLSConfig = true, trust
		return notifiers.NewEmail(o)
	}}, err
}

func (f *front) options() notifiers.EmailOptions {
	host, port, _ := net.SplitHostPort(f.addr)
	number, _ := strconv.Atoi(port)
	return notifiers.EmailOptions{
		Host: host, Port: number, From: "T-minus <reminders@example.test>", MaxConnections: mailConnections,
		DialTimeout: patience, CommandTimeout: patience, DataTimeout: patience,
	}
}

// try has the server do something wrong while messages are due, and then work again.
func (b *bench) try(t trouble, messages int) (trial, error) {
	end := b.plain
	if t.stage == "STARTTLS" || t.stage == "handshake" {
		end = b.secure
	}
	v := &Vendor{Channel: notifiers.Email, server: end.server, arrived: func() []Arrival { return mailsOf(end.server) }}
	r := trial{trouble: t, Tally: Tally{Provider: t.String(), Planned: messages}}
	before, err := Count(b.App, notifiers.Email)
	if err != nil {
		return r, err
	}
	if err := end.front.set(t); err != nil {
		return r, err
	}
	b.ahead.Add(int64(2 * time.Hour))
	b.System.Engine.SetNotifier(notifiers.Email, end.email(), mailConnections)
	if err := b.remind(messages); err != nil {
		return r, err
	}
	if t.stage == "QUIT" {
		if err := b.untilSent(before.Sent + messages); err != nil {
			return r, fmt.Errorf("%s: %w", t, err)
		}
		b.System.Engine.SetNotifier(notifiers.Email, end.email(), mailConnections) // the former one says QUIT
	}
	if err := b.untilMet(t, end.front, before.Sent+messages, &r); err != nil {
		return r, fmt.Errorf("%s: %w", t, err)
	}
	if r.Met, err = end.front.heal(); err != nil {
		return r, err
	}
	if err := b.untilSent(before.Sent + messages); err != nil {
		return r, fmt.Errorf("%s: %w", t, err)
	}
	return b.count(r, v, before)
}

// remind makes some messages due at once, however long it takes to save them.
func (b *bench) remind(messages int) error {
	for range messages {
		if _, err := b.Remind(b.now().Add(24*time.Hour), notifiers.Email); err != nil {
			return err
		}
	}
	_, err := b.NonconcurrentDB().NewQuery("UPDATE reminders SET send_datetime = {:now} WHERE status = 'pending'").
		Bind(dbx.Params{"now": collections.DateTime(b.now())}).Execute()
	b.System.Engine.Wake()
	return err
}

// untilMet waits until the trouble had its effect, and notes it.
func (b *bench) untilMet(t trouble, f *front, all int, r *trial) error {
	_, err := until(20*time.Second, func() (bool, error) {
		o, err := Count(b.App, notifiers.Email)
		state := b.System.Engine.Status(notifiers.Email)
		r.Met = f.times()
		if state.State == outbox.StatePaused {
			r.Paused, r.Reason = 1, state.Reason
		} else if r.Paused == 0 {
			r.Reason = o.Reason
		}
		switch {
		case t.pauses():
			return r.Paused > 0, err
		case t.stage == "QUIT", t.what == "drip":
			return o.Sent >= all && r.Met > 0, err
		default:
			return r.Met > 0 && (o.Failing > 0 || o.Sent >= all), err
		}
	})
	return err
}

func (b *bench) untilSent(n int) error {
	var o Outcome
	ok, err := until(30*time.Second, func() (_ bool, err error) {
		o, err = Count(b.App, notifiers.Email)
		return o.Sent >= n && b.System.Engine.Status(notifiers.Email).State == outbox.StateReady, err
	})
	if err == nil && !ok {
		err = fmt.Errorf("%d of %d are sent, %d wait, %d failed (%s)", o.Sent, n, o.Waiting, o.Failed, o.Reason)
	}
	return err
}
