// Command bare is PocketBase without a line of ours, for the footprint to be compared with. It is no measurement by itself:
//
//	go run ./bench/footprint
//
// With MAILS, it sends that many mails by PocketBase's own mailer, RATE of them a second, to the port SMTP_PORT of this
// machine, as soon as it serves.
package main

import (
	"fmt"
	"net/mail"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"
)

func main() {
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: "pb_data"}) // never in dev mode, wherever it lies
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.InstallerFunc = nil // it would look for a browser
		if mails := number("MAILS"); mails > 0 {
			go send(app, mails, number("RATE"))
		}
		return e.Next()
	})
	if err := app.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func number(variable string) int {
	n, _ := strconv.Atoi(os.Getenv(variable)) // 0 if it is not set
	return n
}

// workers send at once: PocketBase's mailer opens a connection for each mail.
const workers = 10

// send sends each mail when it is due, or as soon as a worker is free.
func send(app core.App, mails, rate int) {
	app.Settings().SMTP.Enabled, app.Settings().SMTP.Host, app.Settings().SMTP.Port = true, "127.0.0.1", number("SMTP_PORT")
	due := make(chan int)
	var busy sync.WaitGroup
	for range workers {
		busy.Go(func() {
			for n := range due {
				if err := app.NewMailClient().Send(message(n)); err != nil {
					fmt.Fprintln(os.Stderr, "bare:", err)
				}
			}
		})
	}
	began := time.Now()
	for n := range mails {
		time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(rate))))
		due <- n
	}
	close(due)
	busy.Wait()
}

// message is of about the size of a reminder.
func message(n int) *mailer.Message {
	line := "Bring the spare lamp, sign it out with the store, and call the customer before you leave. "
	return &mailer.Message{
		From: mail.Address{Name: "PocketBase", Address: "reminders@example.test"},
		To:   []mail.Address{{Address: fmt.Sprintf("reader%05d@example.test", n)}}, Subject: "Quarterly visit",
		Text: strings.Repeat(line, 10), HTML: "<p>" + strings.Repeat(line, 20) + "</p>",
	}
}
