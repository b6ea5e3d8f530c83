// Package demo fills a throw-away instance with a company that has been at work for a while: people, customers, two
// months of events behind and ahead, and reminders in every state. The past is played through the same planner and the
// same statements as the present, under a clock that is set back, so that nothing in it could not have happened.
package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/planner"
)

// Planner is what the filling needs of planner.Planner.
type Planner interface {
	FanOut(tx core.App, now time.Time, limit int) (touched []string, more bool, err error)
	TakeBackByHand(ctx context.Context, app core.App, r *collections.Reminder) error
}

var _ Planner = (*planner.Planner)(nil)

// Options are the parts of the instance that is filled.
type Options struct {
	Planner Planner
	Sandbox notifiers.Notifier // keeps the messages of the past
	Clock   *Clock             // the one that the instance was registered with
	URL     string             // at which people reach the instance, without a trailing slash
}

// Logins are the accounts of a filled instance. Each has a password of its own, made anew for every instance.
type Logins struct {
	People    []Login // from most to least power
	Superuser Login   // of PocketBase's dashboard
}

// Login is one account.
type Login struct {
	Role, Name, Email, Password, Locale string
}

// Fill fills a fresh instance: migrated, prepared (hooks.System.Prepare) with every channel in the sandbox, and not yet
// sending. History ends at now; from then on manual reminders fall due every few seconds for two minutes. It is meant for
// an empty database and is not atomic: after an error the instance is to be thrown away.
func Fill(app core.App, now time.Time, o Options) (Logins, error) {
	zone, err := time.LoadLocation("Asia/Hong_Kong")
	if err != nil {
		return Logins{}, fmt.Errorf("load the company's zone: %w", err)
	}
	f := &filling{
		app: app, o: o, now: now.Truncate(time.Second), zone: zone, users: map[string]*collections.User{}, customers: map[string]*collections.Customer{},
		contacts: map[string]*collections.Contact{}, plans: map[string]string{}, events: map[string]string{},
	}
	defer o.Clock.Follow()
	for _, part := range []struct {
		what string
		fill func() error
	}{
		{"set the company up", f.fillCompany},
		{"add the people", f.fillPeople},
		{"add the customers", f.fillCustomers},
		{"set the plans up", f.fillPlans},
		{"play the past", f.playHistory},
		{"add what falls due now", f.addLive},
	} {
		if err := part.fill(); err != nil {
			return Logins{}, fmt.Errorf("%s: %w", part.what, err)
		}
	}
	return f.logins, nil
}

// filling is one run of Fill. The maps go by the keys of the tables.
type filling struct {
	app    core.App
	o      Options
	now    time.Time
	zone   *time.Location
	logins Logins

	users     map[string]*collections.User
	customers map[string]*collections.Customer
	contacts  map[string]*collections.Contact
	plans     map[string]string // ids
	events    map[string]string // ids
}

// as gives the context of a save by one of the people, for the history.
func (f *filling) as(who string) context.Context {
	u := f.users[who]
	return planner.WithActor(context.Background(), planner.Actor{ID: u.Id, Name: u.Name()})
}

// ids gives the ids of people by their keys.
func (f *filling) ids(keys ...string) []string {
	var ids []string
	for _, key := range keys {
		ids = append(ids, f.users[key].Id)
	}
	return ids
}
