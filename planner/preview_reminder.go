package planner

import (
	"maps"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
)

// ReminderDraft is one reminder of an event as a form holds it.
type ReminderDraft struct {
	Event    *collections.Event
	Reminder *collections.Reminder // its time may be missing: then it is shown as if sent now
	Stands   *collections.Reminder // as it is saved; nil for a new one
	Asker    *collections.User     // reads it while nobody else does; nil for a superuser
}

// ReminderPreview is what one reminder would send, by every channel.
type ReminderPreview struct {
	PreviewReminder
	Warnings []Warning `json:"warnings"`
}

// PreviewWeChat is the WeChat message of a message: the values of the company's template, else the facts.
type PreviewWeChat struct {
	Title  string         `json:"title"`
	Fields []PreviewField `json:"fields"`
	Remark string         `json:"remark,omitempty"`
}

// PreviewField is one line of a WeChat message.
type PreviewField struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// PreviewReminder gives what one reminder would send if it were saved now. It writes nothing.
func (p *Planner) PreviewReminder(app core.App, d ReminderDraft) (ReminderPreview, error) {
	w := p.previewing(app, d.Event)
	timed := !d.Reminder.SendAt().IsZero()
	if !timed {
		d.Reminder.SetSendAt(w.now)
	}
	if d.Reminder.Status() == "" {
		d.Reminder.SetStatus(collections.ReminderPending, "")
	}
	preview, err := w.one(d.Reminder)
	if err != nil {
		return ReminderPreview{}, err
	}
	preview.Was = wasOf(d.Stands, d.Reminder)
	if preview.Messages, err = w.byChannel(d); err != nil {
		return ReminderPreview{}, err
	}
	if reason := closedReason(d.Event); reason != "" {
		w.warnings = append(w.warnings, closedWarning(reason))
	}
	moved := d.Stands == nil || !d.Stands.SendAt().Equal(d.Reminder.SendAt())
	if timed && moved && d.Reminder.SendAt().Before(w.now) {
		w.warnings = append(w.warnings, pastTime(d.Reminder.SendAt()))
	}
	return ReminderPreview{PreviewReminder: preview, Warnings: w.warnings}, nil
}

// byChannel gives the words in each language of the readers, as each channel carries them. While there is no reader,
// the asker is one.
func (w *previewing) byChannel(d ReminderDraft) ([]PreviewMessage, error) {
	readers := recipientsOf(w.l, d.Reminder)
	if len(readers) == 0 {
		asker, err := w.asker(d.Asker)
		if err != nil {
			return nil, err
		}
		readers = []recipient{asker}
	}
	all, err := w.messages(d.Reminder, readers)
	if err != nil {
		return nil, err
	}
	for i := range all {
		locale := all[i].Locale
		var same []recipient
		for _, to := range readers {
			if to.locale(w.p.Company(w.l.app).Locale) == locale {
				same = append(same, to)
			}
		}
		if err := w.addChannels(&all[i], d.Reminder, same); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// addChannels adds what SMS and WeChat carry to those who read one language.
func (w *previewing) addChannels(into *PreviewMessage, r *collections.Reminder, readers []recipient) error {
	at := w.leaves(r)
	m := w.p.message(w.l, w.event, r, readers[0], basis{}, at)
	var phones []string
	for _, to := range readers {
		phones = append(phones, to.address(notifiers.SMS))
	}
	into.Reader = readers[0].name()
	approved, vars := w.p.approved(w.l, r, readers[0]), w.p.vars(w.l, w.event, readers[0], at)
	sms, wechat := m, m
	w.p.approve(&sms, notifiers.SMS, approved, vars)
	w.p.approve(&wechat, notifiers.WeChat, approved, vars)
	var err error
	if into.SMS, err = w.p.previewSMS(w.l, sms, phones); err != nil {
		return err
	}
	into.WeChat = previewWeChat(&wechat)
	return nil
}

// asker gives a reader for whom nobody else reads.
func (w *previewing) asker(user *collections.User) (recipient, error) {
	if user != nil {
		return recipient{user: user}, nil
	}
	nobody, err := collections.NewUser(w.l.app)
	if err != nil {
		return recipient{}, err
	}
	nobody.Id = core.GenerateDefaultRandomId()
	return recipient{user: nobody}, nil
}

// previewWeChat shows the values of the company's template if there are any, else what a message tells of its event.
func previewWeChat(m *notifiers.Message) *PreviewWeChat {
	params := m.Params
	card := &PreviewWeChat{Title: m.Title, Fields: []PreviewField{}}
	if card.Title == "" {
		card.Title = m.Subject
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		card.Fields = append(card.Fields, PreviewField{Label: name, Value: params[name]})
	}
	if len(params) > 0 {
		return card
	}
	for _, fact := range m.Facts {
		card.Fields = append(card.Fields, PreviewField{Label: fact.Label, Value: fact.Value})
	}
	card.Remark = m.Lead
	return card
}
