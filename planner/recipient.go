package planner

import (
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reminders"
)

// recipient is a member of staff or a person at the customer's: exactly one of the two is set.
type recipient struct {
	user    *collections.User
	contact *collections.Contact
}

// recipientsOf gives the people of a reminder; those that no longer exist are left out.
func recipientsOf(l *loader, r *collections.Reminder) []recipient {
	var people []recipient
	for _, id := range r.Recipients() {
		if u := l.user(id); u != nil {
			people = append(people, recipient{user: u})
		}
	}
	for _, id := range r.ContactRecipients() {
		if c := l.contact(id); c != nil {
			people = append(people, recipient{contact: c})
		}
	}
	return people
}

func (t recipient) key() string {
	if t.user != nil {
		return "u" + t.user.Id
	}
	return "c" + t.contact.Id
}

func (t recipient) userID() string {
	if t.user != nil {
		return t.user.Id
	}
	return ""
}

func (t recipient) contactID() string {
	if t.contact != nil {
		return t.contact.Id
	}
	return ""
}

func (t recipient) name() string {
	if t.user != nil {
		return t.user.Name()
	}
	return t.contact.Name()
}

func (t recipient) active() bool {
	if t.user != nil {
		return t.user.Active()
	}
	return t.contact.Active()
}

func (t recipient) locale(fallback string) string {
	var own string
	if t.user != nil {
		own = t.user.Locale()
	} else {
		own = t.contact.Locale()
	}
	if own == "" {
		own = fallback
	}
	return locales.Match(own)
}

// address gives where the recipient is reached on a channel, or "".
func (t recipient) address(channel string) string {
	switch {
	case channel == notifiers.Email && t.user != nil:
		return t.user.Email()
	case channel == notifiers.Email:
		return t.contact.Email()
	case channel == notifiers.SMS && t.user != nil:
		return t.user.Phone()
	case channel == notifiers.SMS:
		return t.contact.Phone()
	case channel == notifiers.WeChat && t.user != nil:
		return t.user.WeChatOpenID()
	case channel == notifiers.WeChat:
		return t.contact.WeChatOpenID()
	}
	return ""
}

// unfollowed says whether somebody followed the WeChat account and no longer does.
func (t recipient) unfollowed() bool {
	if t.user != nil {
		return t.user.WeChatStatus() == collections.WeChatUnfollowed
	}
	return t.contact.WeChatStatus() == collections.WeChatUnfollowed
}

// AddressObstacle gives the reason for which a channel can reach nobody at an address, which may be missing; "" if it can.
func AddressObstacle(channel, address string) string {
	if address == "" {
		return missingAddress(channel)
	}
	if channel != notifiers.SMS {
		return ""
	}
	switch number := collections.NumberOf(address); {
	case !number.Usable: // SQL wrote it
		return reminders.ReasonBadPhone
	case number.NoSMS:
		return reminders.ReasonFixedLine
	}
	return ""
}

func missingAddress(channel string) string {
	switch channel {
	case notifiers.SMS:
		return reminders.ReasonNoPhone
	case notifiers.WeChat:
		return reminders.ReasonNoWeChat
	default:
		return reminders.ReasonNoEmail
	}
}

// obstacle gives the reason for which a recipient gets nothing of a reminder on a channel at present, or "".
func (p *Planner) obstacle(l *loader, r *collections.Reminder, to recipient, channel string) (string, error) {
	if !to.active() {
		return reminders.ReasonInactive, nil
	}
	if ok, reason := p.Channels.Usable(channel); !ok {
		return reason, nil
	}
	if to.user != nil {
		if wanted := to.user.Preferences().Channels; wanted != nil && !slices.Contains(wanted, channel) {
			return reminders.ReasonNotWanted, nil
		}
	}
	address := to.address(channel)
	if reason := AddressObstacle(channel, address); reason != "" {
		return reason, nil
	}
	if channel == notifiers.WeChat {
		if reason, err := p.wechatObstacle(l, r, to); err != nil || reason != "" {
			return reason, err
		}
	}
	refused, err := l.addressRefused(channel, address)
	if err != nil || !refused {
		return "", err
	}
	return reminders.ReasonAddressRefused, nil
}

// wechatObstacle says why an account gets nothing: its owner left, or has agreed to no further message.
func (p *Planner) wechatObstacle(l *loader, r *collections.Reminder, to recipient) (string, error) {
	if to.unfollowed() {
		return reminders.ReasonNotFollowing, nil
	}
	if p.Consent == nil {
		return "", nil
	}
	perUse, err := l.consentPerUse()
	if err != nil || !perUse {
		return "", err
	}
	template := ""
	if t := p.approved(l, r, to); t != nil {
		template = t.WeChatTemplateID()
	}
	agreed, err := p.Consent(l.app, to.address(notifiers.WeChat), template)
	if err != nil {
		return "", fmt.Errorf("look up the consent to another WeChat message: %w", err)
	}
	if !agreed {
		return reminders.ReasonNoConsent, nil
	}
	return "", nil
}

// quiet gives the end of the recipient's quiet hours if a message has to wait for it: never an email, and never past
// the event's start.
func (p *Planner) quiet(app core.App, to recipient, channel string, event *collections.Event, now time.Time) time.Time {
	if channel == notifiers.Email || to.user == nil {
		return time.Time{}
	}
	hours := to.user.Preferences().QuietHours
	if hours == nil {
		return time.Time{}
	}
	until := reminders.QuietUntil(now, to.user.Zone(p.Company(app).Zone), hours.From, hours.To)
	if until.IsZero() || (event.PlannedStart().After(now) && !until.Before(event.PlannedStart())) {
		return time.Time{}
	}
	return until.UTC()
}

// Person is a recipient of a reminder, as checks and previews see one.
type Person struct {
	ID        string
	Name      string
	Contact   bool // a person at the customer's rather than a member of staff
	Active    bool
	Locale    string
	Addresses map[string]string // by channel; empty where there is none
}

// People gives the recipients of a reminder.
func People(app core.App, r *collections.Reminder) ([]Person, error) {
	var people []Person
	for _, to := range recipientsOf(load(app), r) {
		person := Person{
			ID: to.userID() + to.contactID(), Name: to.name(), Contact: to.contact != nil, Active: to.active(),
			Locale: to.locale(""), Addresses: map[string]string{},
		}
		for _, channel := range collections.Channels {
			person.Addresses[channel] = to.address(channel)
		}
		people = append(people, person)
	}
	return people, nil
}
