// Package planner holds reminders to their events in the database: it replans an event inside the transaction that
// saves it, fans out what is due, and takes the last look before a message leaves. When, to whom and in which words is
// decided by package reminders; this package reads and writes the records.
package planner

import (
	"context"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/outbox"
	"tminus/reminders"
)

var _ outbox.Source = (*Planner)(nil)

// Company is what messages and times depend on besides the event.
type Company struct {
	Name   string
	Zone   *time.Location
	Locale string
}

// Channels says what the planner needs to know of the channels.
type Channels interface {
	// Usable says whether reminders can be handed to a channel (a paused one counts: it heals), else why not: one of
	// the reasons of package reminders.
	Usable(channel string) (ok bool, reason string)
	// Configured says whether a channel has a provider at all, whether or not reminders may use it.
	Configured(channel string) bool
}

// Alerter queues alerts to the administrators.
type Alerter interface {
	ChannelPaused(tx core.App, channel, reason, hint string, since time.Time) error
}

// Planner plans, fans out and looks a last time.
type Planner struct {
	Now       func() time.Time
	Company   func(app core.App) Company
	EventURL  func(app core.App, event string) string
	Channels  Channels
	Alerts    Alerter
	Templates *reminders.Renderer
	// SMSSignature gives the sender's name as it stands in front of a message to the mainland, without brackets.
	SMSSignature func(app core.App) string

	sick sickList
}

// Actor is who causes a change, for the audit log.
type Actor struct {
	ID, Name, IP string
}

// System is the actor of what nobody asked for.
var System = Actor{ID: "system"}

type contextKey int

const (
	actorKey contextKey = iota
	plannedKey
)

// WithActor names the actor of the saves made with ctx.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey, a)
}

// ActorOf gives the actor that ctx names.
func ActorOf(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey).(Actor)
	return a, ok
}

// ByPlanner says whether a save was made by the planner, so that it is neither validated as a person's input nor taken
// for an edit by hand.
func ByPlanner(ctx context.Context) bool {
	planned, _ := ctx.Value(plannedKey).(bool)
	return planned
}

func byPlanner(ctx context.Context) context.Context { return context.WithValue(ctx, plannedKey, true) }

// ChannelPaused implements outbox.Source.
func (p *Planner) ChannelPaused(tx core.App, channel, reason, hint string, since time.Time) error {
	return p.Alerts.ChannelPaused(tx, channel, reason, hint, since)
}

// NextDue implements outbox.Source.
func (p *Planner) NextDue(app core.App) (time.Time, bool, error) {
	sick := p.sick.ids(p.Now())
	next, ok, err := collections.NextDueReminder(app, sick)
	if again, some := p.sick.next(); some && (!ok || again.Before(next)) {
		return again, true, err
	}
	return next, ok, err
}

// loader reads each record at most once for a piece of work inside one transaction.
type loader struct {
	app       core.App
	events    map[string]*collections.Event
	customers map[string]*collections.Customer
	contacts  map[string]*collections.Contact
	users     map[string]*collections.User
	steps     map[string]*collections.PlanStep
	texts     map[string]map[string]*collections.Template // template id -> locale
}

func load(app core.App) *loader {
	return &loader{
		app: app, events: map[string]*collections.Event{}, customers: map[string]*collections.Customer{},
		contacts: map[string]*collections.Contact{}, users: map[string]*collections.User{},
		steps: map[string]*collections.PlanStep{}, texts: map[string]map[string]*collections.Template{},
	}
}

// find gives a record from the cache or the database; nil where there is none.
func find[T any](cache map[string]*T, id string, read func(id string) (*T, error)) *T {
	if id == "" {
		return nil
	}
	if found, ok := cache[id]; ok {
		return found
	}
	found, err := read(id)
	if err != nil {
		found = nil
	}
	cache[id] = found
	return found
}

func (l *loader) event(id string) *collections.Event {
	return find(l.events, id, func(id string) (*collections.Event, error) {
		return collections.Find[collections.Event](l.app, collections.Events, id)
	})
}

func (l *loader) customer(id string) *collections.Customer {
	return find(l.customers, id, func(id string) (*collections.Customer, error) {
		return collections.Find[collections.Customer](l.app, collections.Customers, id)
	})
}

func (l *loader) contact(id string) *collections.Contact {
	return find(l.contacts, id, func(id string) (*collections.Contact, error) {
		return collections.Find[collections.Contact](l.app, collections.Contacts, id)
	})
}

func (l *loader) user(id string) *collections.User {
	return find(l.users, id, func(id string) (*collections.User, error) {
		return collections.Find[collections.User](l.app, collections.Users, id)
	})
}

func (l *loader) step(id string) *collections.PlanStep {
	return find(l.steps, id, func(id string) (*collections.PlanStep, error) {
		return collections.Find[collections.PlanStep](l.app, collections.PlanSteps, id)
	})
}

// template gives a template in a language, else in English, else in any; nil where there is none.
func (l *loader) template(id, locale string) *collections.Template {
	if id == "" {
		return nil
	}
	byLocale, ok := l.texts[id]
	if !ok {
		byLocale = map[string]*collections.Template{}
		l.texts[id] = byLocale
		if own, err := collections.Find[collections.Template](l.app, collections.Templates, id); err == nil {
			byLocale[""] = own
			if all, err := collections.TemplatesWithKey(l.app, own.Key()); err == nil {
				for _, t := range all {
					byLocale[t.Locale()] = t
				}
			}
		}
	}
	for _, want := range []string{locale, "en", ""} {
		if t := byLocale[want]; t != nil {
			return t
		}
	}
	return nil
}
