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

// Preview is what saving an event would lead to.
type Preview struct {
	Reminders []PreviewReminder `json:"reminders"`
	Warnings  []Warning         `json:"warnings"`
}

// PreviewReminder is a reminder that would be sent.
type PreviewReminder struct {
	ID        string             `json:"id,omitempty"` // of a reminder that exists already
	Type      string             `json:"reminder_type"`
	Title     string             `json:"title"`
	Message   string             `json:"message"`
	SendAt    time.Time          `json:"send_datetime"` // UTC
	LocalTime string             `json:"local_time"`    // in the event's zone, in words
	Status    string             `json:"status"`        // pending, or what becomes of one that exists
	Reason    string             `json:"status_reason,omitempty"`
	Channels  []string           `json:"channels"`
	To        []PreviewRecipient `json:"recipients"`
	Messages  []PreviewMessage   `json:"messages"` // one per language
}

// PreviewRecipient is a person who would get a reminder.
type PreviewRecipient struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Contact  bool              `json:"contact"`
	Locale   string            `json:"locale"`
	Channels map[string]string `json:"channels"` // channel -> "" or the reason for which it is skipped
}

// PreviewMessage is the words of a reminder in one language.
type PreviewMessage struct {
	Locale  string `json:"locale"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

// Warning tells what a person should know before saving.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Preview gives what an event would send if it were saved now. It writes nothing.
func (p *Planner) Preview(app core.App, event *collections.Event) (Preview, error) {
	preview := Preview{Reminders: []PreviewReminder{}, Warnings: []Warning{}}
	now := p.Now().UTC().Truncate(time.Millisecond)
	l := load(app)
	slots, steps, err := p.slots(app, event)
	if err != nil {
		return preview, err
	}
	state := reminders.State{Now: now, Start: event.PlannedStart(), Closed: closedReason(event), Auto: event.AutoReminders(), Slots: slots}
	existing := map[string]*collections.Reminder{}
	if !event.IsNew() {
		found, err := collections.RemindersOf(app, event.Id)
		if err != nil {
			return preview, err
		}
		for _, r := range found {
			existing[r.Id] = r
			state.Rows = append(state.Rows, rowOf(r))
		}
	}
	if err := p.previewReminders(l, event, state, steps, existing, &preview); err != nil {
		return preview, err
	}
	preview.Warnings = append(preview.Warnings, warnings(state, preview)...)
	return preview, nil
}

// previewReminders lists what would be pending, and what would change of the rest.
func (p *Planner) previewReminders(l *loader, event *collections.Event, state reminders.State, steps map[string]*collections.PlanStep, existing map[string]*collections.Reminder, into *Preview) error {
	changed := map[string]bool{}
	for _, change := range reminders.Replan(state) {
		r := existing[change.Row]
		if r == nil {
			var err error
			if r, err = collections.NewReminder(l.app); err != nil {
				return err
			}
			r.SetOrigin(collections.OriginPlan)
			r.SetPlanStep(change.Step)
		}
		r.SetStatus(change.Status, change.Reason)
		r.SetSendAt(change.SendAt)
		changed[change.Row] = true
		if err := p.previewOne(l, event, r, steps[r.PlanStep()], state.Now, into); err != nil {
			return err
		}
	}
	for _, row := range state.Rows {
		if row.Status == reminders.Pending && !changed[row.ID] {
			r := existing[row.ID]
			if err := p.previewOne(l, event, r, steps[r.PlanStep()], state.Now, into); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(into.Reminders, func(a, b PreviewReminder) int { return a.SendAt.Compare(b.SendAt) })
	return nil
}

func (p *Planner) previewOne(l *loader, event *collections.Event, r *collections.Reminder, step *collections.PlanStep, now time.Time, into *Preview) error {
	if step != nil && r.Origin() == collections.OriginPlan {
		fill := &replanning{p: p, tx: l.app, l: l, event: event, now: now, steps: map[string]*collections.PlanStep{step.Id: step}}
		status, reason := r.Status(), r.StatusReason()
		r.SetStatus(collections.ReminderPending, "")
		fill.refresh(r)
		r.SetStatus(status, reason)
	}
	zone := event.Zone(p.Company(l.app).Zone)
	preview := PreviewReminder{
		Type: r.Type(), Title: r.Title(), Message: r.Message(), SendAt: r.SendAt(), Status: r.Status(), Reason: r.StatusReason(),
		LocalTime: locales.DateTime(p.Company(l.app).Locale, r.SendAt().In(zone)), Channels: r.Channels(),
		To: []PreviewRecipient{}, Messages: []PreviewMessage{},
	}
	if !r.IsNew() {
		preview.ID = r.Id
	}
	told := map[string]bool{}
	for _, to := range recipientsOf(l, r) {
		locale := to.locale(p.Company(l.app).Locale)
		person := PreviewRecipient{ID: to.userID() + to.contactID(), Name: to.name(), Contact: to.contact != nil, Locale: locale, Channels: map[string]string{}}
		for _, channel := range r.Channels() {
			reason, err := p.obstacle(l.app, to, channel)
			if err != nil {
				return err
			}
			person.Channels[channel] = reason
			if reason != "" && r.Status() == reminders.Pending {
				into.Warnings = append(into.Warnings, Warning{Code: "unreachable", Message: fmt.Sprintf(
					"%s gets nothing by %s: %s.", to.name(), locales.Channel(locales.EN, channel), reason)})
			}
		}
		preview.To = append(preview.To, person)
		if !told[locale] {
			told[locale] = true
			m := p.message(l, event, r, to, basis{}, maxTime(r.SendAt(), now))
			html, text, err := notifiers.Compose(&m)
			if err != nil {
				return fmt.Errorf("compose the preview: %w", err)
			}
			preview.Messages = append(preview.Messages, PreviewMessage{Locale: locale, Subject: m.Subject, Text: text, HTML: html})
		}
	}
	if len(preview.To) == 0 && r.Status() == reminders.Pending {
		into.Warnings = append(into.Warnings, Warning{Code: "no_recipient", Message: "The reminder “" + r.Title() + "” has no recipient, so it would be skipped."})
	}
	into.Reminders = append(into.Reminders, preview)
	return nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// warnings tells what is special about the plan of an event.
func warnings(state reminders.State, preview Preview) []Warning {
	pending, short := 0, false
	for _, r := range preview.Reminders {
		if r.Status == reminders.Pending {
			pending++
			short = short || (r.ID == "" && r.SendAt.Equal(state.Now))
		}
	}
	warn := func(code, message string) []Warning { return []Warning{{Code: code, Message: message}} }
	switch {
	case state.Closed != "":
		return warn("closed", "The event is closed, so nothing is sent.")
	case !state.Auto:
		return warn("auto_off", "Automatic reminders are off for this event.")
	case !state.Start.After(state.Now):
		return warn("past", "The event starts in the past, so no reminders are made.")
	case len(state.Slots) == 0:
		return warn("no_plan", "No reminder plan applies to this event.")
	case short:
		return warn("short_notice", "The planned times have passed: one reminder is sent at once.")
	case pending == 0:
		return warn("nothing", "Nothing is sent for this event.")
	}
	return nil
}
