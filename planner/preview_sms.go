package planner

import (
	"cmp"
	"math"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/reminders"
)

// PreviewSMS is the SMS of a message. One that goes to several people is counted and priced for the number for which it is
// dearest.
type PreviewSMS struct {
	Text string `json:"text"` // the words; what the channel is handed, unless there are Values
	reminders.SMSCount
	Mainland  bool   `json:"mainland"`            // counted by the rule of mainland China
	Signature string `json:"signature,omitempty"` // counted; the provider puts it in front

	// Values fill the provider's approved template, which is sent in the place of Text. Its own words are not known here, so
	// that the parts are the least that it comes to.
	Values   map[string]string `json:"values,omitempty"`
	Template string            `json:"template,omitempty"` // the provider's id of it

	Recipients int     `json:"recipients"` // how many people it reaches
	Price      float64 `json:"price"`      // of one part; 0 = unknown
	Cost       float64 `json:"cost"`       // for all recipients together; 0 = unknown
	Currency   string  `json:"currency"`   // ISO 4217
}

// previewSMS shows what a message becomes for the phones of those who read it, "" for somebody without one.
func (p *Planner) previewSMS(l *loader, m notifiers.Message, phones []string) (*PreviewSMS, error) {
	settings, err := l.smsSettings()
	if err != nil {
		return nil, err
	}
	var dearest *PreviewSMS
	reached, cost, priced := 0, 0.0, true
	for _, phone := range phones {
		m.To.Address = phone
		w := p.measure(l.app, &m)
		sms := &PreviewSMS{
			Text: notifiers.ShortText(&m), SMSCount: w.SMSCount, Mainland: w.rule.Mainland, Signature: w.rule.Bracketed(),
			Values: w.carried.Values, Template: w.carried.Template, Currency: settings.Currency,
			Price: settings.Prices.Of(collections.NumberOf(phone).Country),
		}
		if w.carried.Text != "" {
			sms.Text = w.carried.Text
		}
		if AddressObstacle(notifiers.SMS, phone) == "" {
			reached++
			cost += float64(sms.Parts) * sms.Price
			priced = priced && sms.Price > 0
		}
		if dearest == nil || sms.dearer(dearest) {
			dearest = sms
		}
	}
	if dearest.Recipients = reached; priced {
		dearest.Cost = math.Round(cost*1e6) / 1e6
	}
	return dearest, nil
}

func (s *PreviewSMS) dearer(than *PreviewSMS) bool {
	return cmp.Or(
		cmp.Compare(float64(s.Parts)*s.Price, float64(than.Parts)*than.Price),
		cmp.Compare(s.Parts, than.Parts), cmp.Compare(s.Characters, than.Characters),
	) > 0
}
