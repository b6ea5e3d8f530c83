package planner

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/outbox"
	"tminus/reminders"
)

// Replan brings the reminders of an event into line with it, inside the transaction that saves the event. It is
// idempotent. What changed is audited under the actor of ctx.
func (p *Planner) Replan(ctx context.Context, tx core.App, event *collections.Event) error {
	return p.replan(ctx, tx, event, true)
}

// Plan is Replan for an event that was created in this transaction, so that there is nothing yet to bring into line.
func (p *Planner) Plan(ctx context.Context, tx core.App, event *collections.Event) error {
	return p.replan(ctx, tx, event, false)
}

func (p *Planner) replan(ctx context.Context, tx core.App, event *collections.Event, known bool) error {
	w := &replanning{
		p: p, tx: tx, ctx: byPlanner(ctx), l: reading(ctx, tx), event: event, known: known,
		now: p.Now().UTC().Truncate(time.Millisecond),
	}
	w.l.events[event.Id] = event
	if err := w.read(); err != nil {
		return fmt.Errorf("replan %s: %w", event.Number(), err)
	}
	if err := w.apply(); err != nil {
		return fmt.Errorf("replan %s: %w", event.Number(), err)
	}
	return nil
}

// replanning is one run of Replan.
type replanning struct {
	p     *Planner
	tx    core.App
	ctx   context.Context
	l     *loader
	event *collections.Event
	known bool // the event may have reminders
	now   time.Time

	steps map[string]*collections.PlanStep
	rows  []*collections.Reminder
	dirty map[*collections.Reminder]bool // rows to be saved
	state reminders.State
	brief *reminders.Brief // of the event, once it is needed
}

func (w *replanning) read() error {
	var err error
	if w.l.plans, err = w.p.plansSeenBy(w.tx); err != nil {
		return fmt.Errorf("read the plans: %w", err)
	}
	planned := w.l.plans.stepsFor(w.event)
	slots, steps, err := w.p.slots(w.tx, w.event, planned)
	if err != nil {
		return err
	}
	w.steps, w.dirty = steps, map[*collections.Reminder]bool{}
	w.state = reminders.State{
		Now: w.now, Start: w.event.PlannedStart(), Closed: closedReason(w.event), Auto: w.event.AutoReminders(), Slots: slots,
	}
	if !w.known {
		return nil
	}
	existing, err := collections.RemindersOf(w.tx, w.event.Id)
	if err != nil {
		return err
	}
	for _, r := range existing {
		if err := w.takeBack(r); err != nil {
			return err
		}
		w.rows = append(w.rows, r)
		w.state.Rows = append(w.state.Rows, rowOf(r))
	}
	return nil
}

func rowOf(r *collections.Reminder) reminders.Row {
	row := reminders.Row{
		ID: r.Id, Step: r.PlanStep(), Status: r.Status(), Reason: r.StatusReason(), SendAt: r.SendAt(),
		PlannedFor: r.PlannedFor(), HandTimed: r.IsDetached(collections.ReminderSendAt),
	}
	if r.Origin() == collections.OriginPlan && row.Step == "" {
		row.Step = "deleted:" + r.Id // its step was deleted from the plan: no slot can match it
	}
	return row
}

func closedReason(e *collections.Event) string {
	switch e.Status() {
	case collections.EventCancelled:
		return reminders.ReasonEventCancelled
	case collections.EventCompleted:
		return reminders.ReasonEventCompleted
	}
	return ""
}

// slots gives the instants of steps for an event, the earliest first, and the steps by their ids.
func (p *Planner) slots(app core.App, event *collections.Event, steps []*collections.PlanStep) ([]reminders.Slot, map[string]*collections.PlanStep, error) {
	byID := map[string]*collections.PlanStep{}
	zone := event.Zone(p.Company(app).Zone)
	var slots []reminders.Slot
	for _, step := range steps {
		due, err := reminders.Due(event.PlannedStart(), zone, step.DaysBefore(), step.At())
		if err != nil {
			return nil, nil, err
		}
		byID[step.Id] = step
		slots = append(slots, reminders.Slot{Step: step.Id, Due: due.UTC().Truncate(time.Millisecond)})
	}
	slices.SortStableFunc(slots, func(a, b reminders.Slot) int { return a.Due.Compare(b.Due) })
	return slots, byID, nil
}

// takeBack recalls the messages of a reminder that nobody has claimed, if the event was closed or, for a planned one,
// moved. If none is left, the reminder is pending again.
func (w *replanning) takeBack(r *collections.Reminder) error {
	if r.Status() != collections.ReminderSending {
		return nil
	}
	reason := w.state.Closed
	planned := r.Origin() == collections.OriginPlan && !r.IsDetached(collections.ReminderSendAt)
	if reason == "" && planned && !r.PlannedFor().Equal(w.state.Start) {
		reason = reminders.ReasonEventMoved
	}
	if reason == "" {
		return nil
	}
	if _, err := collections.TakeBackQueued(w.tx, r.Id, reason, w.now); err != nil {
		return err
	}
	left, err := collections.TallyDeliveries(w.tx, []string{r.Id})
	if err != nil {
		return err
	}
	for _, t := range left {
		if t.Status != collections.DeliveryCancelled && t.Status != collections.DeliverySkipped {
			return w.rollUp(r)
		}
	}
	r.SetStatus(collections.ReminderPending, "")
	w.dirty[r] = true
	return nil
}

// rollUp settles a reminder of which something has left already.
func (w *replanning) rollUp(r *collections.Reminder) error {
	if _, err := outbox.RollUp(w.tx, []string{r.Id}, w.now); err != nil {
		return err
	}
	fresh, err := w.tx.FindRecordById(collections.Reminders, r.Id)
	if err != nil {
		return err
	}
	r.SetProxyRecord(fresh)
	return nil
}

// apply writes the changes, and what the plan says of recipients and words to the rows that it still decides.
func (w *replanning) apply() error {
	for _, change := range reminders.Replan(w.state) {
		r, err := w.row(change)
		if err != nil {
			return err
		}
		r.SetStatus(change.Status, change.Reason)
		r.SetSendAt(change.SendAt)
		if r.Origin() == collections.OriginPlan {
			r.SetPlannedFor(w.state.Start)
		}
		w.dirty[r] = true
	}
	for _, r := range w.rows {
		open := r.Status() == collections.ReminderPending || r.Status() == collections.ReminderSending
		if open && w.refresh(r) {
			w.dirty[r] = true
		}
		if !w.dirty[r] {
			continue
		}
		if err := w.save(r); err != nil {
			return err
		}
		if err := w.addMissing(r); err != nil {
			return err
		}
	}
	return nil
}

// save writes a reminder. What the planner makes is never refused, and each record that it refers to was read in this
// transaction, so nothing is checked; a new one needs no more of PocketBase than to be announced.
func (w *replanning) save(r *collections.Reminder) error {
	if !r.IsNew() {
		return w.tx.SaveNoValidateWithContext(w.ctx, r)
	}
	if err := collections.InsertReminder(w.tx, r); err != nil {
		return err
	}
	return w.p.Made(w.ctx, w.tx, r)
}

// row gives the reminder that a change is about, a new one if it creates it.
func (w *replanning) row(change reminders.Change) (*collections.Reminder, error) {
	for _, r := range w.rows {
		if change.Row != "" && r.Id == change.Row {
			return r, nil
		}
	}
	r, err := w.create(change.Step)
	if err == nil {
		w.rows = append(w.rows, r)
	}
	return r, err
}

func (w *replanning) create(step string) (*collections.Reminder, error) {
	r, err := collections.NewReminder(w.tx)
	if err != nil {
		return nil, err
	}
	r.SetEvent(w.event.Id)
	r.SetOrigin(collections.OriginPlan)
	r.SetPlanStep(step)
	r.SetCreatedBy(w.event.CreatedBy())
	return r, nil
}

// refresh sets what the plan decides of a planned reminder, except where a person decided, and says whether anything
// changed.
func (w *replanning) refresh(r *collections.Reminder) bool {
	step := w.steps[r.PlanStep()]
	if r.Origin() != collections.OriginPlan || step == nil {
		return false
	}
	before := []any{r.Type(), r.Title(), r.Message(), r.Recipients(), r.ContactRecipients(), r.Channels()}
	users, contacts := audience(w.l, w.event, step)
	set := func(field string, assign func()) {
		if !r.IsDetached(field) {
			assign()
		}
	}
	set(collections.ReminderRecipients, func() { r.SetRecipients(users) })
	set(collections.ReminderContactRecipients, func() { r.SetContactRecipients(contacts) })
	if r.Status() == collections.ReminderPending {
		set(collections.ReminderType, func() { r.SetType(step.ReminderType()) })
		set(collections.ReminderChannels, func() { r.SetChannels(step.Channels()) })
		if w.brief == nil {
			brief := w.p.brief(w.l, w.event)
			w.brief = &brief
		}
		title, message := w.p.words(w.l, *w.brief, w.event, step, r.SendAt())
		set(collections.ReminderTitle, func() { r.SetTitle(title) })
		set(collections.ReminderMessage, func() { r.SetMessage(message) })
	}
	after := []any{r.Type(), r.Title(), r.Message(), r.Recipients(), r.ContactRecipients(), r.Channels()}
	return fmt.Sprint(before...) != fmt.Sprint(after...)
}

// addMissing queues messages for those who became recipients while the reminder is being sent; those who no longer are
// drop out at the last look.
func (w *replanning) addMissing(r *collections.Reminder) error {
	if r.Status() != collections.ReminderSending {
		return nil
	}
	if _, err := w.p.expand(w.l, r, r.Generation(), w.now, false); err != nil {
		return err
	}
	_, err := outbox.RollUp(w.tx, []string{r.Id}, w.now)
	return err
}

// audience gives the people of a step, each once, in the order of the step.
func audience(l *loader, event *collections.Event, step *collections.PlanStep) (users, contacts []string) {
	add := func(ids ...string) {
		for _, id := range ids {
			if id != "" && !slices.Contains(users, id) {
				users = append(users, id)
			}
		}
	}
	for _, who := range step.Audience() {
		switch who {
		case collections.AudienceSalesResponsible:
			add(event.SalesResponsible())
		case collections.AudienceAssignedStaff:
			add(event.AssignedStaff()...)
		case collections.AudienceManager:
			if responsible := l.user(event.SalesResponsible()); responsible != nil {
				add(responsible.Manager())
			}
		case collections.AudienceContactPerson:
			if event.ContactPerson() != "" {
				contacts = []string{event.ContactPerson()}
			}
		}
	}
	return users, contacts
}

// TakeBackByHand cancels a pending reminder that a person deleted; the row stays, so that replanning respects it.
func (p *Planner) TakeBackByHand(ctx context.Context, app core.App, r *collections.Reminder) error {
	r.SetStatus(collections.ReminderCancelled, reminders.ReasonByHand)
	return app.SaveWithContext(byPlanner(ctx), r)
}

// Edited gives the fields of a reminder in which a person's edit wins over the plan, where they differ.
func Edited(old, r *collections.Reminder) []string {
	var edited []string
	for _, field := range collections.DetachableFields {
		if !collections.Same(old.Record, r.Record, field) {
			edited = append(edited, field)
		}
	}
	return edited
}

// Detach takes the fields that a person edited out of the plan's hands.
func Detach(old, r *collections.Reminder) {
	if edited := Edited(old, r); len(edited) > 0 && old.Origin() == collections.OriginPlan {
		r.Detach(edited...)
	}
}
