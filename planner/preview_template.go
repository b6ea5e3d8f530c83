package planner

import (
	"fmt"
	"maps"
	"slices"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reminders"
)

// TemplateDraft is a template as a form holds it, already checked by CheckTemplate.
type TemplateDraft struct {
	Template *collections.Template // unsaved; with a locale and a reminder type
	Event    *collections.Event    // what it is about; nil: a made-up event
	Asker    *collections.User     // the reader; nil for a superuser
}

// TemplatePreview is what a template becomes.
type TemplatePreview struct {
	Title     string            `json:"title"`
	Message   string            `json:"message"` // Markdown
	Subject   string            `json:"subject"`
	Text      string            `json:"text"`
	HTML      string            `json:"html"`
	SMS       *PreviewSMS       `json:"sms"`
	WeChat    *PreviewWeChat    `json:"wechat"`
	SMSParams map[string]string `json:"sms_params"`
	// The provider's ids of the approved templates, as they would be sent: without spaces around them. Empty = the
	// configuration's.
	SMSTemplateCode       string     `json:"sms_template_code"`
	SMSTemplateCodeAbroad string     `json:"sms_template_code_intl"`
	WeChatTemplateID      string     `json:"wechat_template_id"`
	Variables             []Variable `json:"variables"`
}

// Variable is something that a template may use, with what it is in the preview.
type Variable struct {
	Name    string `json:"name"`
	Example string `json:"example"`
}

// PreviewTemplate gives what a template becomes for the asker. It writes nothing.
func (p *Planner) PreviewTemplate(app core.App, d TemplateDraft) (TemplatePreview, error) {
	m, vars, err := p.templateMessage(app, d)
	if err != nil {
		return TemplatePreview{}, err
	}
	mail, err := composed(&m)
	if err != nil {
		return TemplatePreview{}, err
	}
	phone := ""
	if d.Asker != nil {
		phone = d.Asker.Phone()
	}
	given := func() map[string]any { return vars }
	text, wechat := m, m
	p.approve(&text, notifiers.SMS, d.Template, given)
	p.approve(&wechat, notifiers.WeChat, d.Template, given)
	sms, err := p.previewSMS(load(app), text, []string{phone})
	if err != nil {
		return TemplatePreview{}, err
	}
	return TemplatePreview{
		Title: m.Title, Message: m.Body, Subject: mail.Subject, Text: mail.Text, HTML: mail.HTML,
		SMS: sms, WeChat: previewWeChat(&wechat),
		SMSParams: p.render(d.Template.SMSParams(), vars), SMSTemplateCode: text.Template, SMSTemplateCodeAbroad: text.TemplateAbroad,
		WeChatTemplateID: wechat.Template,
		Variables:        p.variables(app, d.Template.Locale(), vars),
	}, nil
}

// TemplateMessage gives the message that tests a template: what PreviewTemplate shows, with a note that it is a test.
func (p *Planner) TemplateMessage(app core.App, d TemplateDraft, asker string) (notifiers.Message, error) {
	m, _, err := p.templateMessage(app, d)
	m.Footer = []string{locales.Text(m.Locale, locales.TemplateTestFooter, asker)}
	return m, err
}

func (p *Planner) templateMessage(app core.App, d TemplateDraft) (notifiers.Message, map[string]any, error) {
	l, now, locale := load(app), p.shownAt(), d.Template.Locale()
	b := p.sample(app, locale)
	reading := reminders.Reading{Locale: locale, Reader: locales.Responsible, Now: now}
	reader := b.Responsible
	if d.Asker != nil {
		reader, reading.Zone = d.Asker.Name(), d.Asker.Zone(nil)
	}
	if d.Event != nil {
		b = p.brief(l, d.Event)
		if d.Asker != nil {
			reading.Reader = readerOf(l, d.Event, recipient{user: d.Asker})
		}
	}
	vars := b.Vars(locale, reader, now)
	title, err := p.Templates.Render(d.Template.Title(), vars)
	if err != nil {
		return notifiers.Message{}, nil, fmt.Errorf("render the title: %w", err)
	}
	if title == "" {
		title = locales.ReminderType(locale, d.Template.ReminderType())
	}
	body, err := p.Templates.Render(d.Template.Message(), vars)
	if err != nil {
		return notifiers.Message{}, nil, fmt.Errorf("render the message: %w", err)
	}
	return b.Message(reading, clip(title, 200), clip(body, 20000)), vars, nil
}

// shownAt is the moment at which something is shown, in the precision of the database.
func (p *Planner) shownAt() time.Time { return p.Now().UTC().Truncate(time.Millisecond) }

// sample gives a made-up event of the company.
func (p *Planner) sample(app core.App, locale string) reminders.Brief {
	company := p.Company(app)
	b := reminders.Sample(locale, company.Name, company.Zone, p.shownAt())
	b.URL = p.EventURL(app, "")
	return b
}

// variables lists what a template may use with what it is here; what the event leaves empty is shown of a made-up one.
func (p *Planner) variables(app core.App, locale string, vars map[string]any) []Variable {
	sample := p.sample(app, locale)
	madeUp := sample.Vars(locale, sample.Responsible, p.shownAt())
	var all []Variable
	for _, name := range reminders.VariableNames() {
		source := "{{ " + name + " }}"
		example, err := p.Templates.Render(source, vars)
		if err != nil || example == "" {
			example, _ = p.Templates.Render(source, madeUp) // a variable by itself renders
		}
		all = append(all, Variable{Name: name, Example: example})
	}
	return all
}

// maxTexts bounds the values of an approved template, since each is rendered for every recipient.
const maxTexts = 50

// CheckTemplate says what is wrong with the texts of a template, by field: what Liquid cannot read, what is no variable,
// and what fails when it is rendered.
func (p *Planner) CheckTemplate(app core.App, t *collections.Template) validation.Errors {
	errs := validation.Errors{}
	for field, text := range map[string]string{collections.ReminderTitle: t.Title(), collections.ReminderMessage: t.Message()} {
		if err := p.CheckText(app, t.Locale(), text); err != nil {
			errs[field] = err
		}
	}
	for _, field := range []string{collections.TemplateSMSParams, collections.TemplateWeChatData} {
		texts, err := collections.ReadTexts(t.GetString(field))
		switch {
		case err != nil:
			errs[field] = validation.NewError("validation_texts", `Write the values as an object of texts, such as {"thing1": "{{ event.title }}"}.`)
		case len(texts) > maxTexts:
			errs[field] = validation.NewError("validation_texts", fmt.Sprintf("There are more than %d values. No approved template has so many.", maxTexts))
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			if err := p.CheckText(app, t.Locale(), texts[name]); err != nil && errs[field] == nil {
				errs[field] = err.In(name)
			}
		}
	}
	return errs
}

// CheckText says what is wrong with a Liquid text, or gives nil.
func (p *Planner) CheckText(app core.App, locale, text string) *reminders.TemplateError {
	sample := p.sample(app, locale)
	return p.Templates.Try(text, sample.Vars(locale, sample.Responsible, p.shownAt()))
}
