package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"tminus/apptest/smtpserver"
	"tminus/config"
	"tminus/hooks"
	_ "tminus/pb_migrations"
)

// What a process of this program can be besides the measuring one.
const (
	roleOf = "TMINUS_SAVE_ROLE" // the variable that says it
	ours   = "ours"             // T-minus
	hook   = "hook"             // bare PocketBase with one hook that makes the reminders
	batch  = "batch"            // bare PocketBase
	sink   = "sink"             // the mail server

	dataOf, addressOf, profileOf, mailsOf = "TMINUS_SAVE_DATA", "TMINUS_SAVE_ADDRESS", "TMINUS_SAVE_PROFILE", "TMINUS_SAVE_MAILS"
)

var allSides = []string{ours, hook, batch}

// play plays a role until the process is told to stop.
func play(role string) error {
	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer release()
	if role == sink {
		return takeMails(stop)
	}
	app := pocketbase.NewWithConfig(settings(role))
	switch role {
	case ours:
		cfg, err := config.Load(os.Environ(), nil)
		if err != nil {
			return err
		}
		hooks.Register(app, hooks.Options{Config: cfg, Now: time.Now})
	case hook:
		app.OnServe().BindFunc(func(e *core.ServeEvent) error {
			if err := bindHook(e.App); err != nil {
				return err
			}
			return e.Next()
		})
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.InstallerFunc = nil
		return e.Next()
	})
	return serve(stop, app)
}

// settings are those of the command line, except that bare PocketBase opens its database as it does by itself.
func settings(role string) pocketbase.Config {
	c := pocketbase.Config{DefaultDataDir: os.Getenv(dataOf), HideStartBanner: true}
	if role == ours {
		c.DBConnect = hooks.Connect
	}
	return c
}

func serve(stop context.Context, app core.App) error {
	if file := os.Getenv(profileOf); file != "" {
		to, err := os.Create(file)
		if err != nil {
			return err
		}
		defer to.Close()
		if err := pprof.StartCPUProfile(to); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	if err := app.Bootstrap(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- apis.Serve(app, apis.ServeConfig{HttpAddr: os.Getenv(addressOf)}) }()
	select {
	case err := <-done:
		return fmt.Errorf("the server ended by itself: %w", err)
	case <-stop.Done():
	}
	event := new(core.TerminateEvent)
	event.App = app
	return app.OnTerminate().Trigger(event, func(e *core.TerminateEvent) error { return e.App.ResetBootstrapState() })
}

// bindHook makes the three reminders of every event as a hook of a few lines would: copies of those that the data holds.
func bindHook(app core.App) error {
	models, err := app.FindRecordsByFilter("reminders", "origin = 'plan'", "send_datetime", 3, 0)
	if err != nil {
		return err
	}
	if len(models) != 3 {
		return errors.New("there are no three reminders to copy")
	}
	app.OnRecordCreate("events").BindFunc(func(e *core.RecordEvent) error {
		return e.App.RunInTransaction(func(tx core.App) error {
			outer := e.App
			e.App = tx
			defer func() { e.App = outer }()
			if err := e.Next(); err != nil {
				return err
			}
			for k, model := range models {
				if err := tx.Save(copied(model, e.Record, daysBefore[k])); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return nil
}

func copied(model, event *core.Record, days int) *core.Record {
	r := core.NewRecord(model.Collection())
	for _, field := range copiedFields {
		r.Set(field, model.Get(field))
	}
	start := event.GetDateTime("planned_start_date")
	r.Set("event", event.Id)
	r.Set("created_by", event.GetString("created_by"))
	r.Set("planned_for", start)
	due, _ := types.ParseDateTime(start.Time().AddDate(0, 0, -days))
	r.Set("send_datetime", due)
	return r
}

// takeMails is a mail server that prints its address, and a line when all mails have come.
func takeMails(stop context.Context) error {
	var n int
	if _, err := fmt.Sscan(os.Getenv(mailsOf), &n); err != nil {
		return err
	}
	s, err := smtpserver.New(smtpserver.WithoutSTARTTLS())
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println(s.Addr())
	go func() {
		for !s.WaitFor(n, time.Minute) {
			if stop.Err() != nil {
				return
			}
		}
		fmt.Println(n)
	}()
	<-stop.Done()
	return nil
}
