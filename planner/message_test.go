package planner_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/planner"
)

// approve gives the templates of a reminder type a provider's approval, in each language its own.
func approve(t *testing.T, a *apptest.App, kind string) {
	t.Helper()
	found, err := a.FindAllRecords(collections.Templates, dbx.HashExp{"reminder_type": kind})
	must(t, err)
	for _, record := range found {
		text := collections.Wrap[collections.Template](record)
		text.SetSMSTemplateCode(" SMS_" + text.Locale() + "\n")
		text.SetSMSTemplateCodeAbroad("SMS_INTL_" + text.Locale())
		text.SetWeChatTemplateID("TM-" + text.Locale())
		text.SetSMSParams(map[string]string{"what": "{{ event.title }}", "when": "{{ event.start | date: \"%H:%M\" }}"})
		a.MustSave(text)
	}
}

// stored gives the message of a reminder's delivery by a channel.
func stored(t *testing.T, a *apptest.App, reminder, channel string) notifiers.Message {
	t.Helper()
	var m notifiers.Message
	for _, d := range a.Deliveries(reminder) {
		if d.Channel == channel {
			must(t, d.MessageJSON(&m))
		}
	}
	return m
}

// send fans a reminder out now.
func send(t *testing.T, a *apptest.App, id string) {
	t.Helper()
	must(t, a.RunInTransaction(func(tx core.App) error {
		r, err := collections.Find[collections.Reminder](tx, collections.Reminders, id)
		if err == nil {
			_, err = a.System.Planner.SendNow(tx, r)
		}
		return err
	}))
}

func TestAPlannedReminderBringsItsTemplatesApproval(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	approve(t, a, "safety")
	staff := a.User("staff")
	staff.SetLocale("zh-HK")
	staff.SetPhone("+8613800138000")
	a.MustSave(staff)
	e := a.Event(in(10)).Save()
	planned := a.Reminders(e)
	safety := planned[len(planned)-1]
	send(t, a, safety.Id)
	sms, wechat, mail := stored(t, a, safety.Id, "sms"), stored(t, a, safety.Id, "wechat"), stored(t, a, safety.Id, "email")
	if sms.Template != "SMS_zh-HK" || sms.TemplateAbroad != "SMS_INTL_zh-HK" || !reflect.DeepEqual(sms.Params, map[string]string{"what": "Quarterly visit", "when": "09:00"}) {
		t.Errorf("the SMS goes by %q, abroad by %q, with %v", sms.Template, sms.TemplateAbroad, sms.Params)
	}
	if wechat.Template != "TM-zh-HK" || wechat.TemplateAbroad != "" || wechat.Params != nil || wechat.Parts != 0 {
		t.Errorf("WeChat goes by %q with %v", wechat.Template, wechat.Params)
	}
	for _, m := range []notifiers.Message{sms, wechat} {
		want := map[string]string{
			"title": m.Title, "event": "Quarterly visit", "customer": "Harbour Medical", "time": "2026-03-12 09:00", "number": "EV-2026-0001",
			"type": "其他", "responsible": "User staff", "days": "10 天後",
		}
		if !reflect.DeepEqual(m.Values, want) {
			t.Errorf("the values by %s are %v", m.Channel, m.Values)
		}
	}
	if mail.Template != "" || mail.Values != nil || mail.Params != nil {
		t.Errorf("the mail brings %q, %v, %v", mail.Template, mail.Values, mail.Params)
	}
	other := planned[0]
	send(t, a, other.Id)
	if m := stored(t, a, other.Id, "sms"); m.Template != "" || m.TemplateAbroad != "" || m.Params != nil || m.Values["event"] != "Quarterly visit" {
		t.Errorf("without an approval the SMS goes by %q with %v", m.Template, m.Params)
	}
}

// What a person wrote is not what the provider approved, wherever its words came from.
func TestAManualReminderGoesByTheConfigurationsTemplate(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	approve(t, a, "safety")
	e := a.Event(in(10)).Save()
	r := a.Reminder(e, in(1))
	record, err := a.FindFirstRecordByFilter(collections.Templates, "reminder_type = 'safety' && locale = 'en'")
	must(t, err)
	must(t, a.System.Planner.Fill(a.App, e, r, collections.Wrap[collections.Template](record)))
	r.SetChannels([]string{"sms", "wechat"})
	a.MustSave(r)
	send(t, a, r.Id)
	for _, channel := range r.Channels() {
		m := stored(t, a, r.Id, channel)
		if m.Template != "" || m.TemplateAbroad != "" || m.Params != nil {
			t.Errorf("%s goes by %q with %v", channel, m.Template, m.Params)
		}
		if m.Values["title"] != r.Title() || m.Values["time"] != "2026-03-12 09:00" || m.Values["days"] != "in 10 days" {
			t.Errorf("%s has the values %v", channel, m.Values)
		}
	}
}

// A message that is made anew is counted and priced anew.
func TestAnSMSMadeAnewIsCountedAnew(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	set(t, a, func(s *collections.Settings) { s.SetSMSPrices(map[string]float64{"HK": 0.3, "CN": 0.05}) })
	e := a.Event(in(10)).Save()
	r := a.Reminder(e, in(1))
	r.SetTitle(strings.Repeat("x", 100))
	r.SetMessage("y")
	r.SetChannels([]string{"sms"})
	a.MustSave(r)
	send(t, a, r.Id)
	if m := stored(t, a, r.Id, "sms"); m.Parts != 1 || m.PartPrice != 0.3 {
		t.Fatalf("first it has %d parts at %v", m.Parts, m.PartPrice)
	}
	staff := a.User("staff")
	staff.SetPhone("138 0013 8000")
	a.MustSave(staff)
	a.StartEngine()
	a.Eventually("it is sent to the new number", func() bool { return len(a.Outbox.SentTo("+8613800138000")) == 1 })
	if m := a.Outbox.SentTo("+8613800138000")[0]; m.Parts != 2 || m.PartPrice != 0.05 {
		t.Errorf("then it has %d parts at %v", m.Parts, m.PartPrice)
	}
}

// reaches gives the reason for which the staff user gets nothing of a reminder by a channel, from the fan-out.
func reaches(t *testing.T, a *apptest.App, channel string) string {
	t.Helper()
	e := a.Event(in(10)).Save()
	r := a.Reminders(e)[0]
	send(t, a, r.Id)
	for _, d := range a.Deliveries(r.Id) {
		if d.Channel == channel {
			if d.Status == "skipped" {
				return d.Error
			}
			return d.Status
		}
	}
	return "no delivery"
}

func sqlUser(t *testing.T, a *apptest.App, column, value string) {
	t.Helper()
	_, err := a.NonconcurrentDB().NewQuery("UPDATE users SET " + column + " = {:v} WHERE id = {:id}").
		Bind(dbx.Params{"v": value, "id": apptest.UserID("staff")}).Execute()
	must(t, err)
}

func TestP13_ANumberThatSMSCannotReachIsSkippedWithTheReason(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	for number, want := range map[string]string{
		"": "no phone number", "91234567": "unusable phone number", "9123 4567": "unusable phone number", "+8529123456": "unusable phone number",
		"+85221234567": "a fixed line gets no SMS", "+861088888888": "a fixed line gets no SMS", "+14155550100": "queued", "+85291234567": "queued",
	} {
		sqlUser(t, a, "phone", number)
		if got := reaches(t, a, "sms"); got != want {
			t.Errorf("%q: %s, want %s", number, got, want)
		}
	}
}

// SQL may change a number between fan-out and claim.
func TestP10_ANumberThatTurnedUnusableIsFoundAtTheLastLook(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(in(10)).Save()
	for number, want := range map[string]string{"123": "unusable phone number", "+85231234567": "a fixed line gets no SMS"} {
		sqlUser(t, a, "phone", phone)
		r := a.Reminder(e, in(1))
		r.SetChannels([]string{"sms"})
		a.MustSave(r)
		send(t, a, r.Id)
		sqlUser(t, a, "phone", number)
		id := a.Deliveries(r.Id)[0].ID
		if l := look(t, a)[id]; l.Status != "skipped" || l.Reason != want {
			t.Errorf("%s: %+v, want skipped: %s", number, l, want)
		}
	}
}

func TestWhoLeftTheWeChatAccountGetsNothingByIt(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	for status, want := range map[string]string{"": "queued", "following": "queued", "unfollowed": "the recipient does not follow the account"} {
		sqlUser(t, a, "wechat_status", status)
		if got := reaches(t, a, "wechat"); got != want {
			t.Errorf("%q: %s, want %s", status, got, want)
		}
	}
}

func TestASubscriptionNeedsAConsentForEachMessage(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	approve(t, a, "checklist")
	var asked []string
	agreed := false
	a.System.Planner.Consent = func(_ core.App, openid, template string) (bool, error) {
		asked = append(asked, openid+" "+template)
		return agreed, nil
	}
	if got := reaches(t, a, "wechat"); got != "queued" || len(asked) != 0 {
		t.Errorf("template messages: %s, asked %v", got, asked)
	}
	set(t, a, func(s *collections.Settings) { s.SetWeChatSender("subscription") })
	if got := reaches(t, a, "wechat"); got != "the recipient has not agreed to another message" || !slices.Contains(asked, "openid-staff TM-en") {
		t.Errorf("without consent: %s, asked %v", got, asked)
	}
	agreed = true
	if got := reaches(t, a, "wechat"); got != "queued" {
		t.Errorf("with consent: %s", got)
	}
	a.System.Planner.Consent = func(core.App, string, string) (bool, error) { return false, fmt.Errorf("the database is gone") }
	a.Event(in(10)).Save()
	err := a.RunInTransaction(func(tx core.App) error {
		r, err := collections.Find[collections.Reminder](tx, collections.Reminders, anyPending(t, tx))
		if err == nil {
			_, err = a.System.Planner.SendNow(tx, r)
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "look up the consent") {
		t.Errorf("a question that fails gives %v", err)
	}
}

func anyPending(t *testing.T, app core.App) string {
	t.Helper()
	record, err := app.FindFirstRecordByFilter(collections.Reminders, "status = 'pending'")
	must(t, err)
	return record.Id
}

// What a provider's template carries is counted by the values that the company set: its own words nobody here knows.
func TestAnSMSByAnApprovedTemplateIsCountedByWhatItIsKnownToHold(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	a.System.Planner.SMSSignature = func(core.App) string { return "山頂" }
	a.System.Planner.SMSCarries = func(m *notifiers.Message) notifiers.Carried {
		if m.To.Address == "refused" {
			return notifiers.Carried{}
		}
		return notifiers.Carried{Template: "SMS_1", Values: map[string]string{"a": strings.Repeat("的", 35), "b": strings.Repeat("的", 35), "title": "x"}}
	}
	for _, tt := range []struct {
		address string
		params  map[string]string
		want    int
	}{
		{"+8613800138000", map[string]string{"a": "long", "b": "longer"}, 2}, {"+8613800138000", map[string]string{"a": "long"}, 1}, {"+8613800138000", nil, 1},
		{phone, nil, 1}, {phone, map[string]string{"a": "", "b": "", "c": ""}, 2}, {"refused", nil, 3},
	} {
		m := notifiers.Message{Channel: notifiers.SMS, Title: strings.Repeat("的", 200), Params: tt.params, To: notifiers.Recipient{Address: tt.address}}
		must(t, a.System.Planner.Weigh(a.App, &m))
		if m.Parts != tt.want {
			t.Errorf("to %s with %v: %d parts, want %d", tt.address, tt.params, m.Parts, tt.want)
		}
	}
}

func TestPreviewSaysHowManyPartsToHowManyPeopleAtWhichPrice(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	set(t, a, func(s *collections.Settings) { s.SetSMSPrices(map[string]float64{"HK": 0.3, "CN": 0.05}) })
	chan1, wang, line, none := a.NewUser("Chan", "chan@example.test", "en"), a.NewUser("Wang", "wang@example.test", "en"), a.NewUser("Line", "line@example.test", "en"), a.NewUser("None", "none@example.test", "en")
	for u, number := range map[*collections.User]string{chan1: "+85261234567", wang: "+8613800138000", line: "+85221234567"} {
		u.SetPhone(number)
		a.MustSave(u)
	}
	preview := func(title string, ids ...string) *planner.PreviewSMS {
		e := a.Event(in(10)).Save()
		r := a.Reminder(e, in(1))
		r.SetTitle(title)
		r.SetMessage("y")
		r.SetRecipients(ids)
		r.SetStatus(collections.ReminderPending, "")
		got, err := a.System.Planner.PreviewReminder(a.App, planner.ReminderDraft{Event: e, Reminder: r})
		must(t, err)
		return got.Messages[0].SMS
	}
	staff := apptest.UserID("staff")
	two := strings.Repeat("x", 100) // of the mainland's 70, of the others' 160
	for _, tt := range []struct {
		name   string
		sms    *planner.PreviewSMS
		parts  int
		people int
		price  float64
		cost   float64
	}{
		{"Hong Kong", preview(strings.Repeat("x", 161), staff, chan1.Id), 2, 2, 0.3, 1.2},
		{"Hong Kong and the mainland", preview(two, staff, chan1.Id, wang.Id), 1, 3, 0.3, 0.7},
		{"the mainland", preview(two, wang.Id), 2, 1, 0.05, 0.1},
		{"a fixed line and nothing", preview("x", staff, line.Id, none.Id), 1, 1, 0.3, 0.3},
		{"nobody", preview("x", none.Id), 1, 0, 0, 0},
	} {
		if tt.sms.Parts != tt.parts || tt.sms.Recipients != tt.people || tt.sms.Price != tt.price || tt.sms.Cost != tt.cost || tt.sms.Currency != "HKD" || tt.sms.Values != nil {
			t.Errorf("%s: %s", tt.name, raw(t, tt.sms))
		}
	}
	set(t, a, func(s *collections.Settings) {
		s.SetSMSPrices(map[string]float64{"CN": 0.05})
		s.SetSMSCurrency("CNY")
	})
	if sms := preview("x", staff, wang.Id); sms.Cost != 0 || sms.Recipients != 2 || sms.Currency != "CNY" {
		t.Errorf("with one price unknown: %s", raw(t, sms))
	}
	a.System.Planner.SMSCarries = func(m *notifiers.Message) notifiers.Carried {
		return notifiers.Carried{Template: "SMS_1", Values: map[string]string{"to": m.To.Address}}
	}
	if sms := preview("x", wang.Id); sms.Template != "SMS_1" || sms.Values["to"] != "+8613800138000" || sms.Text != "x\ny" || sms.Parts != 1 {
		t.Errorf("by a template: %s", raw(t, sms))
	}
	if sms := preview("x", none.Id); sms.Values["to"] == "" { // so that the values are seen before there is a number
		t.Errorf("by a template to nobody: %s", raw(t, sms))
	}
}

func raw(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

// A template's preview says by which approved template it would go.
func TestATemplatesPreviewTellsItsApprovals(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	approve(t, a, "safety")
	record, err := a.FindFirstRecordByFilter(collections.Templates, "reminder_type = 'safety' && locale = 'zh-CN'")
	must(t, err)
	a.System.Planner.SMSCarries = func(m *notifiers.Message) notifiers.Carried {
		return notifiers.Carried{Template: m.Template, Values: m.Params}
	}
	got, err := a.System.Planner.PreviewTemplate(a.App, planner.TemplateDraft{Template: collections.Wrap[collections.Template](record), Asker: a.User("manager")})
	must(t, err)
	if got.SMSTemplateCode != "SMS_zh-CN" || got.SMSTemplateCodeAbroad != "SMS_INTL_zh-CN" || got.WeChatTemplateID != "TM-zh-CN" || got.SMS.Template != "SMS_zh-CN" ||
		!reflect.DeepEqual(got.SMS.Values, got.SMSParams) || len(got.SMSParams) != 2 {
		t.Errorf("the preview tells %s", raw(t, got))
	}
}
