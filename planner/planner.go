// Package planner holds reminders to their events in the database: it replans an event inside the transaction that
// saves it, fans out what is due, and takes the last look before a message leaves. When, to whom and in which words is
// decided by package reminders; this package reads and writes the records.
package planner

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
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
	// SMSHeld tells, once for each number and day and once for each month, that a limit holds SMS back.
	SMSHeld(tx core.App, h SMSHold) error
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
	// SMSCarries gives what of a message the SMS provider carries; nil = its ShortText.
	SMSCarries func(m *notifiers.Message) notifiers.Carried
	// Consent says whether somebody who follows the account has agreed to another message of a template; "" is the
	// configuration's. It is asked where the settings want a consent for each. nil = always.
	Consent func(app core.App, openid, template string) (bool, error)
	// Made audits a reminder that the planner wrote, in its transaction, and announces it after the commit.
	Made func(ctx context.Context, tx core.App, r *collections.Reminder) error
	// Wake makes the engine look for new rows; it is called after the commit of what queued them.
	Wake func()

	sick  sickList
	plans atomic.Pointer[catalog]
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
	readingKey
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
	p.wakeAfter(tx)
	return p.Alerts.ChannelPaused(tx, channel, reason, hint, since)
}

// wakeAfter lets an alert leave at once: the engine knows nothing of rows that a look or an alert adds.
func (p *Planner) wakeAfter(tx core.App) {
	if info := tx.TxInfo(); info != nil && p.Wake != nil {
		info.OnComplete(func(failed error) error {
			if failed == nil {
				p.Wake()
			}
			return nil
		})
	}
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
	sms       *collections.SMSSettings
	plans     *catalog        // nil: templates are read one by one
	perUse    *bool           // each WeChat message needs a consent
	refused   map[string]bool // "channel/address" -> refused, of the addresses that were asked for in advance
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

// smsSettings gives what the company set about SMS.
func (l *loader) smsSettings() (collections.SMSSettings, error) {
	if l.sms == nil {
		s, err := collections.ReadSMSSettings(l.app)
		if err != nil {
			return s, fmt.Errorf("read the settings of SMS: %w", err)
		}
		l.sms = &s
	}
	return *l.sms, nil
}

// consentPerUse says whether each WeChat message needs a consent of its own.
func (l *loader) consentPerUse() (bool, error) {
	if l.perUse == nil {
		sender, err := collections.WeChatSender(l.app)
		if err != nil {
			return false, fmt.Errorf("read how WeChat sends: %w", err)
		}
		perUse := sender == collections.WeChatSubscription
		l.perUse = &perUse
	}
	return *l.perUse, nil
}

// template gives a template in a language, else in English, else in any; nil where there is none.
func (l *loader) template(id, locale string) *collections.Template {
	if id == "" {
		return nil
	}
	if l.plans != nil {
		return l.plans.template(id, locale)
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
	return inLanguage(byLocale, locale)
}

// inLanguage gives a template out of its languages; that under "" comes last.
func inLanguage(byLocale map[string]*collections.Template, locale string) *collections.Template {
	for _, want := range []string{locale, "en", ""} {
		if t := byLocale[want]; t != nil {
			return t
		}
	}
	return nil
}
