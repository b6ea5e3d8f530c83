package planner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/reminders"
)

// Weigh gives an SMS its length and its price; other messages stay as they are.
func (p *Planner) Weigh(app core.App, m *notifiers.Message) error { return p.weigh(load(app), m) }

func (p *Planner) weigh(l *loader, m *notifiers.Message) error {
	if m.Channel != notifiers.SMS {
		return nil
	}
	settings, err := l.smsSettings()
	if err != nil {
		return fmt.Errorf("price an SMS: %w", err)
	}
	m.Parts = p.measure(l.app, m).Parts
	m.PartPrice = settings.Prices.Of(collections.NumberOf(m.To.Address).Country)
	return nil
}

// measured is the length of an SMS.
type measured struct {
	reminders.SMSCount
	rule    reminders.SMSRule
	carried notifiers.Carried
}

// templated says that the message is the values of an approved template. Its own words are the provider's, so that the
// count is the least that it can come to, until the provider tells.
func (w measured) templated() bool { return w.carried.Values != nil }

// measure counts an SMS by the rule of its number's country, the signature included where it counts. Nobody pays for less
// than a part.
func (p *Planner) measure(app core.App, m *notifiers.Message) measured {
	w := measured{carried: notifiers.Carried{Text: notifiers.ShortText(m)}}
	w.rule.Mainland = collections.NumberOf(m.To.Address).Country == collections.Mainland
	if w.rule.Mainland {
		w.rule.Signature = p.SMSSignature(app)
	}
	if p.SMSCarries != nil {
		if carried := p.SMSCarries(p.addressed(m)); carried.Text != "" || carried.Values != nil {
			w.carried = carried
		}
	}
	text := w.carried.Text
	if w.templated() {
		text = told(w.carried.Values, m.Params)
	}
	w.SMSCount = reminders.CountSMS(text, w.rule)
	w.Parts = max(1, w.Parts)
	return w
}

// addressed stands a number in where there is none yet, so that a preview shows what a provider carries: of the mainland
// for who reads its language, else of Hong Kong. Neither is anybody's.
func (p *Planner) addressed(m *notifiers.Message) *notifiers.Message {
	if m.To.Address != "" {
		return m
	}
	to := *m
	if to.To.Address = "+85255500100"; m.Locale == locales.ZhCN {
		to.To.Address = "+8619900000100"
	}
	return &to
}

// told gives the values that surely stand in the message: those that the company set. Of the others, which every message
// brings, nobody knows which ones the template takes.
func told(values, set map[string]string) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		all = append(all, values[name])
	}
	return strings.Join(all, " ")
}
