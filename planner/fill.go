package planner

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// Fill writes the words of a template into a reminder as a person would have written them: what is known of the event
// stands there, ready to be edited. Only the reader's name and the days that are left stay variables, since the same words
// go to several people, at a time that may still be changed. It saves nothing.
func (p *Planner) Fill(app core.App, event *collections.Event, r *collections.Reminder, t *collections.Template) error {
	at := r.SendAt()
	if now := p.shownAt(); at.Before(now) {
		at = now
	}
	vars := tame(p.brief(load(app), event).Vars(t.Locale(), "", at))
	vars["recipient"] = map[string]any{"name": "{{ recipient.name }}"}
	vars["days_left_text"] = "{{ days_left_text }}"
	title, err := p.Templates.Render(t.Title(), vars)
	if err != nil {
		return fmt.Errorf("render the title of the template %s: %w", t.Id, err)
	}
	message, err := p.Templates.Render(t.Message(), vars)
	if err != nil {
		return fmt.Errorf("render the template %s: %w", t.Id, err)
	}
	r.SetType(t.ReminderType())
	r.SetTitle(clip(title, 200))
	r.SetMessage(clip(message, 20000))
	return nil
}

// tame parts the signs with which Liquid begins, in place: what people typed into an event is no template.
func tame(vars map[string]any) map[string]any {
	for name, value := range vars {
		switch value := value.(type) {
		case string:
			vars[name] = strings.NewReplacer("{{", "{ {", "{%", "{ %").Replace(value)
		case map[string]any:
			tame(value)
		}
	}
	return vars
}
