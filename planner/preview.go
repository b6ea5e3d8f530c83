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

// Draft is an event as a form holds it, completed as saving would.
type Draft struct {
	Event *collections.Event
	// CustomerName is that of a customer who is not saved yet. It counts if the event names none who is.
	CustomerName string
	// Steps stand in the place of the event's plan; nil leaves the plan. They are not saved; each has an id, which for a
	// step that is saved is its own.
	Steps []*collections.PlanStep
}

// Preview is what saving an event would lead to.
type Preview struct {
	Reminders []PreviewReminder `json:"reminders"`
	Warnings  []Warning         `json:"warnings"`
}

// PreviewReminder is a reminder that would be sent.
type PreviewReminder struct {
	ID        string             `json:"id,omitempty"`  // of a reminder that exists already
	Was       *Was               `json:"was,omitempty"` // what stands now, if its time or status would change
	Step      *int               `json:"step,omitempty"`
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

// Was is how a reminder stands before a change.
type Was struct {
	SendAt time.Time `json:"send_datetime"` // UTC
	Status string    `json:"status"`
}

// wasOf gives how a reminder stands, if that differs from what it is to become.
func wasOf(stands, becomes *collections.Reminder) *Was {
	if stands == nil || (stands.SendAt().Equal(becomes.SendAt()) && stands.Status() == becomes.Status()) {
		return nil
	}
	return &Was{SendAt: stands.SendAt(), Status: stands.Status()}
}

// PreviewRecipient is a person who would get a reminder.
type PreviewRecipient struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Contact  bool              `json:"contact"`
	Locale   string            `json:"locale"`
	Channels map[string]string `json:"channels"` // channel -> "" or the reason for which it is skipped
}

// PreviewMessage is the words of a reminder in one language, as its first reader would read them.
type PreviewMessage struct {
	Locale  string         `json:"locale"`
	Reader  string         `json:"reader,omitempty"` // the name; with SMS and WeChat only
	Subject string         `json:"subject"`
	Text    string         `json:"text"`
	HTML    string         `json:"html"`
	SMS     *PreviewSMS    `json:"sms,omitempty"`
	WeChat  *PreviewWeChat `json:"wechat,omitempty"`
}

// previewing is one run of a preview.
type previewing struct {
	p        *Planner
	l        *loader
	event    *collections.Event
	now      time.Time
	steps    map[string]*collections.PlanStep
	order    map[string]int // the place of a draft's step
	warnings []Warning
}

func (p *Planner) previewing(app core.App, event *collections.Event) *previewing {
	return &previewing{p: p, l: load(app), event: event, now: p.shownAt(), warnings: []Warning{}}
}

// Preview gives what an event would send if it were saved now. It writes nothing.
func (p *Planner) Preview(app core.App, d Draft) (Preview, error) {
	w := p.previewing(app, d.Event)
	if err := w.introduce(d); err != nil {
		return Preview{}, err
	}
	steps, err := w.plan(d)
	if err != nil {
		return Preview{}, err
	}
	state := reminders.State{Now: w.now, Start: d.Event.PlannedStart(), Closed: closedReason(d.Event), Auto: d.Event.AutoReminders()}
	if state.Slots, w.steps, err = p.slots(app, d.Event, steps); err != nil {
		return Preview{}, err
	}
	existing := map[string]*collections.Reminder{}
	if !d.Event.IsNew() {
		found, err := collections.RemindersOf(app, d.Event.Id)
		if err != nil {
			return Preview{}, err
		}
		for _, r := range found {
			existing[r.Id] = r
			state.Rows = append(state.Rows, rowOf(r))
		}
	}
	all, err := w.reminders(state, existing)
	if err != nil {
		return Preview{}, err
	}
	return Preview{Reminders: all, Warnings: append(w.warnings, eventWarnings(state, all)...)}, nil
}

// introduce gives a customer who is not saved yet a record, so that the words find the name.
func (w *previewing) introduce(d Draft) error {
	if d.CustomerName == "" || w.l.customer(d.Event.Customer()) != nil {
		return nil
	}
	customer, err := collections.NewCustomer(w.l.app)
	if err != nil {
		return err
	}
	customer.Id = core.GenerateDefaultRandomId()
	customer.SetName(d.CustomerName)
	w.l.customers[customer.Id] = customer
	d.Event.SetCustomer(customer.Id)
	return nil
}

// plan gives the steps to plan by: the draft's, else those of the event's plan.
func (w *previewing) plan(d Draft) ([]*collections.PlanStep, error) {
	if d.Steps == nil {
		plans, err := w.p.plansSeenBy(w.l.app)
		if err != nil {
			return nil, fmt.Errorf("read the plans: %w", err)
		}
		return plans.stepsFor(d.Event), nil
	}
	w.order = map[string]int{}
	for i, step := range d.Steps {
		w.order[step.Id] = i
		w.l.steps[step.Id] = step
	}
	return d.Steps, nil
}

// reminders lists what would be pending, and what would change of the rest.
func (w *previewing) reminders(state reminders.State, existing map[string]*collections.Reminder) ([]PreviewReminder, error) {
	all := []PreviewReminder{}
	add := func(r, stands *collections.Reminder) error {
		preview, err := w.one(r)
		if err != nil {
			return err
		}
		preview.Was = wasOf(stands, r)
		all = append(all, preview)
		return nil
	}
	changed := map[string]bool{}
	for _, change := range reminders.Replan(state) {
		stands := existing[change.Row]
		r, err := w.changed(stands, change)
		if err != nil {
			return nil, err
		}
		changed[change.Row] = true
		if err := add(r, stands); err != nil {
			return nil, err
		}
	}
	for _, row := range state.Rows {
		if row.Status == reminders.Pending && !changed[row.ID] {
			if err := add(existing[row.ID], nil); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(all, func(a, b PreviewReminder) int { return a.SendAt.Compare(b.SendAt) })
	return all, nil
}

// changed gives a reminder as planning would leave it. One that stands is not touched.
func (w *previewing) changed(stands *collections.Reminder, change reminders.Change) (*collections.Reminder, error) {
	var r *collections.Reminder
	if stands == nil {
		var err error
		if r, err = collections.NewReminder(w.l.app); err != nil {
			return nil, err
		}
		r.SetOrigin(collections.OriginPlan)
		r.SetPlanStep(change.Step)
	} else {
		r = collections.Wrap[collections.Reminder](stands.Clone())
	}
	r.SetStatus(change.Status, change.Reason)
	r.SetSendAt(change.SendAt)
	return r, nil
}

// one tells of one reminder, and adds its warnings.
func (w *previewing) one(r *collections.Reminder) (PreviewReminder, error) {
	step := w.steps[r.PlanStep()]
	if step != nil && r.Origin() == collections.OriginPlan {
		w.refresh(r, step)
	}
	company := w.p.Company(w.l.app)
	preview := PreviewReminder{
		Type: r.Type(), Title: r.Title(), Message: r.Message(), SendAt: r.SendAt(), Status: r.Status(), Reason: r.StatusReason(),
		LocalTime: locales.DateTime(company.Locale, r.SendAt().In(w.event.Zone(company.Zone))), Channels: r.Channels(), To: []PreviewRecipient{},
	}
	if !r.IsNew() {
		preview.ID = r.Id
	}
	if place, ok := w.order[r.PlanStep()]; ok && step != nil {
		preview.Step = &place
	}
	people := recipientsOf(w.l, r)
	for _, to := range people {
		person, err := w.recipient(r, to)
		if err != nil {
			return preview, err
		}
		preview.To = append(preview.To, person)
	}
	if r.Status() == reminders.Pending {
		for _, warning := range lacking(r, len(people)) {
			w.warnings = warn(w.warnings, warning)
		}
	}
	var err error
	preview.Messages, err = w.messages(r, people)
	return preview, err
}

// refresh gives a planned reminder what its plan decides, whatever its status.
func (w *previewing) refresh(r *collections.Reminder, step *collections.PlanStep) {
	fill := &replanning{p: w.p, tx: w.l.app, l: w.l, event: w.event, now: w.now, steps: map[string]*collections.PlanStep{step.Id: step}}
	status, reason := r.Status(), r.StatusReason()
	r.SetStatus(collections.ReminderPending, "")
	fill.refresh(r)
	r.SetStatus(status, reason)
}

func (w *previewing) recipient(r *collections.Reminder, to recipient) (PreviewRecipient, error) {
	person := PreviewRecipient{
		ID: to.userID() + to.contactID(), Name: to.name(), Contact: to.contact != nil,
		Locale: to.locale(w.p.Company(w.l.app).Locale), Channels: map[string]string{},
	}
	for _, channel := range r.Channels() {
		reason, err := w.p.obstacle(w.l, r, to, channel)
		if err != nil {
			return person, err
		}
		person.Channels[channel] = reason
		if reason != "" && r.Status() == reminders.Pending {
			w.warnings = warn(w.warnings, unreachable(to.name(), channel, reason))
		}
	}
	return person, nil
}

// messages gives the words in each language of the readers.
func (w *previewing) messages(r *collections.Reminder, readers []recipient) ([]PreviewMessage, error) {
	all := []PreviewMessage{}
	told := map[string]bool{}
	for _, to := range readers {
		locale := to.locale(w.p.Company(w.l.app).Locale)
		if told[locale] {
			continue
		}
		told[locale] = true
		m := w.p.message(w.l, w.event, r, to, basis{}, w.leaves(r))
		message, err := composed(&m)
		if err != nil {
			return nil, err
		}
		all = append(all, message)
	}
	return all, nil
}

// leaves gives when a reminder would be sent.
func (w *previewing) leaves(r *collections.Reminder) time.Time {
	if r.SendAt().After(w.now) {
		return r.SendAt()
	}
	return w.now
}

func composed(m *notifiers.Message) (PreviewMessage, error) {
	html, text, err := notifiers.Compose(m)
	if err != nil {
		return PreviewMessage{}, fmt.Errorf("compose the preview: %w", err)
	}
	return PreviewMessage{Locale: m.Locale, Subject: m.Subject, Text: text, HTML: html}, nil
}
