package notifiers

import "encoding/json"

// Carried is what of a message a provider carries: a text, or the values of an approved template, whose own words only
// the provider knows.
type Carried struct {
	Text     string            // empty with a template
	Template string            // the provider's id of the template
	Values   map[string]string // as they are handed over: cleaned and clipped
}

// Carrier is a notifier that carries something else than ShortText.
type Carrier interface {
	Carries(m *Message) Carried
}

var (
	_ Carrier = (*Aliyun)(nil)
	_ Carrier = (*Twilio)(nil)
)

// Carries gives the template and the values that SendSms would be called with. A message that would be refused without a
// call has none.
func (a *Aliyun) Carries(m *Message) Carried {
	s, refused := a.compose(m)
	if refused != nil {
		return Carried{}
	}
	c := Carried{Template: s.template, Values: map[string]string{}}
	_ = json.Unmarshal([]byte(s.params), &c.Values) // compose wrote it
	return c
}

// Carries gives the body that would be posted.
func (t *Twilio) Carries(m *Message) Carried { return Carried{Text: twilioBody(m)} }
