package notifiers

import (
	"fmt"
	"net/mail"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"tminus/apptest/smtpserver"
)

// BenchmarkSending measures what docs/decisions needs: one message after the other over one kept connection, each
// written out and sent, by go-mail's own client and by the pool, without and with PIPELINING, at several round trips.
//
//	go test -run '^$' -bench Sending -benchtime 2s -count 5 ./notifiers
func BenchmarkSending(b *testing.B) {
	for _, latency := range []time.Duration{0, time.Millisecond, 10 * time.Millisecond} {
		for _, v := range []struct {
			name string
			opts []smtpserver.Option
			send func(b *testing.B, srv *smtpserver.Server) func() error
		}{
			{"go-mail", nil, byGoMail()},
			{"go-mail-lean", nil, byGoMail(gomail.WithoutNoop(), gomail.WithoutRset())},
			{"pool", []smtpserver.Option{smtpserver.WithoutPipelining()}, byPool},
			{"pool-pipelining", nil, byPool},
		} {
			b.Run(fmt.Sprintf("rtt=%s/%s", latency, v.name), func(b *testing.B) {
				srv := smtpserver.Start(b, append(v.opts, smtpserver.WithoutSTARTTLS(), smtpserver.WithLatency(latency))...)
				send := v.send(b, srv)
				if err := send(); err != nil { // opens the connection
					b.Fatal(err)
				}
				sent := 1
				for b.Loop() {
					if err := send(); err != nil {
						b.Fatal(err)
					}
					sent++
				}
				b.StopTimer()
				if got := len(srv.Mails()); got != sent {
					b.Fatalf("the server has %d mails of %d", got, sent)
				}
			})
		}
	}
}

func benchMail(b *testing.B) *gomail.Msg {
	b.Helper()
	html, text, err := Compose(sampleEnglish())
	if err != nil {
		b.Fatal(err)
	}
	msg := newMail("Benchmark", html, text)
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &mail.Address{Address: "from@example.com"})
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Address: "someone@example.com"})
	msg.SetMessageIDWithValue("benchmark@example.com")
	msg.SetDateWithValue(created)
	return msg
}

func byGoMail(opts ...gomail.Option) func(b *testing.B, srv *smtpserver.Server) func() error {
	return func(b *testing.B, srv *smtpserver.Server) func() error {
		msg := benchMail(b)
		client, err := gomail.NewClient(srv.Host(), append(opts, gomail.WithPort(srv.Port()),
			gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithHELO("localhost"))...)
		if err != nil {
			b.Fatal(err)
		}
		if err := client.DialWithContext(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = client.Close() })
		return func() error { return client.Send(msg) }
	}
}

func byPool(b *testing.B, srv *smtpserver.Server) func() error {
	msg := benchMail(b)
	o := quick(srv.Host(), srv.Port())
	o.MaxConnections = 1
	e := NewEmail(o)
	e.pool.maxUses = 1 << 30 // go-mail's connection is not replaced either
	b.Cleanup(func() { _ = e.Close() })
	ctx := b.Context()
	return func() error {
		sealed, err := seal(msg, mail.Address{Address: "from@example.com"}, []*mail.Address{{Address: "someone@example.com"}})
		if err != nil {
			return err
		}
		if out := e.pool.send(ctx, sealed); out.failure != nil {
			return e.classify(out.failure)
		}
		return nil
	}
}

func BenchmarkCompose(b *testing.B) {
	e, m := NewEmail(quick("mail.test", 25)), sampleChinese()
	b.ReportAllocs()
	for b.Loop() {
		if _, failed := e.compose(m); failed != nil {
			b.Fatal(failed)
		}
	}
}
