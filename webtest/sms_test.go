package webtest

import (
	"net/http"
	"testing"

	"tminus/apptest"
	"tminus/apptest/aliyunserver"
	"tminus/apptest/browser"
	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
)

// storedSMS is what the company set about SMS.
func storedSMS(t *testing.T, s *apptest.Server) collections.SMSSettings {
	t.Helper()
	got, err := collections.ReadSMSSettings(s)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWeb_LimitsAndPricesOfSMSAreSet(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		p := signIn(t, s, open, "admin", "/settings")
		sms := p.Within("#sms")
		sms.See("1 to 50; usually 20.", "Hong Kong Dollar")
		fill(sms, [2]string{"Messages to one number a day", "51"}, [2]string{"Currency", "HK$"})
		sms.Click(browser.Button, "Add a price")
		sms.Fill("Price in Hong Kong", "free")
		sms.Click(browser.Button, "Save")
		sms.See("Give a whole number from 1 to 50.", "Write the currency as three letters", "Write each price as a number")
		p.Wait("the focus on the first field to mend", `document.activeElement.name === 'sms_daily_cap'`)
		look(t, p, "settings-sms-wrong")

		fill(sms, [2]string{"Messages to one number a day", "1"}, [2]string{"SMS parts a month", "1000"}, [2]string{"Currency", "cny"},
			[2]string{"Price in Hong Kong", "0.3"})
		sms.See("Chinese Yuan")
		sms.Click(browser.Button, "Add a price")
		sms.Fill("Price in China", "0,045")
		sms.Click(browser.Button, "Add a price")
		sms.Fill("Price in Everywhere else", "0.5")
		sms.Click(browser.Button, "Save")
		p.See("Saved.")
		want := collections.SMSSettings{DailyCap: 1, MonthlyCap: 1000, Currency: "CNY"}
		got := storedSMS(t, s)
		if got.DailyCap != want.DailyCap || got.MonthlyCap != want.MonthlyCap || got.Currency != want.Currency ||
			got.Prices.Of("HK") != 0.3 || got.Prices.Of("CN") != 0.045 || got.Prices.Of("FR") != 0.5 {
			t.Errorf("stored is %+v", got)
		}
		look(t, p, "settings-sms")

		wantOK(t, "another administrator's change", s.Do("admin", http.MethodPatch, "/api/collections/settings/records/"+s.Only(collections.SettingsName),
			map[string]any{"sms_monthly_cap": 77}))
		p.Wait("what somebody else set", `document.querySelector('[name=sms_monthly_cap]').value === '77'`)
		sms.Click(browser.Button, "Remove Everywhere else")
		sms.Click(browser.Button, "Save")
		s.Eventually("one price less, and the other's limit", func() bool {
			now := storedSMS(t, s)
			return len(now.Prices) == 2 && now.MonthlyCap == 77
		})

		wechat := p.Within("#wechat")
		wechat.See("Template messages (模板消息)", "Need a consent, given inside WeChat, for every single message.")
		browser.Ask[bool](p, `document.querySelector('#sender-subscription').click() ?? true`)
		wechat.Click(browser.Button, "Save")
		s.Eventually("the other kind of message", func() bool {
			settings, err := collections.TheSettings(s)
			return err == nil && settings.WeChatSender() == collections.WeChatSubscription
		})
	})
}

func TestWeb_SMSThatALimitHoldsAreToldAndTheMonthIsSummedUp(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		settings := "/api/collections/settings/records/" + s.Only(collections.SettingsName)
		limit := func(perDay int) {
			t.Helper()
			wantOK(t, "set the limit", s.Do("admin", http.MethodPatch, settings,
				map[string]any{"sms_daily_cap": perDay, "sms_monthly_cap": 500, "sms_currency": "HKD", "sms_prices": map[string]float64{"HK": 0.3}}))
		}
		limit(1)
		e := quiet(s)
		first, second := manual(s, e, "Bring the spare lamp", 24, bySMS), manual(s, e, "Bring the long cable", 25, bySMS)
		for _, r := range []*collections.Reminder{first, second} {
			wantOK(t, "send", s.Do("manager", http.MethodPost, "/api/tminus/reminders/"+r.Id+"/send", nil))
		}
		// Which of two due at once goes first is nobody's promise.
		state := func(r *collections.Reminder) string {
			if rows := s.Deliveries(r.Id); len(rows) == 1 {
				return rows[0].Status + " " + rows[0].Error
			}
			return ""
		}
		held := second
		s.Eventually("one is sent and one held", func() bool {
			if state(first) == "queued held: daily SMS limit" {
				held = first
				return state(second) == "sent "
			}
			return state(first) == "sent " && state(second) == "queued held: daily SMS limit"
		})

		p := signIn(t, s, open, "admin", "/reminders/"+held.Id)
		p.See("Held until", "This number has had its SMS for today.", "1 message waits for a limit")
		look(t, p, "reminder-held")
		p.Visit(s.URL + "/deliveries?status=held")
		p.See("1 message", "Held until", "This number has had its SMS for today.")
		look(t, p, "log-held")
		p.Visit(s.URL + "/events/" + e.Id)
		p.See("Held until")

		p.Visit(s.URL + "/channels")
		sms := panelOf(p, "sms").Within(".sms-months")
		sms.See("1 of 500", "HK$0.30", "At most 1 a day to one number.")
		p.Wait("one is held", `document.querySelector('.sms-months a[href*="status=held"]')?.textContent === '1'`)
		look(t, p, "channels-sms")

		p.Visit(s.URL + "/reminders/" + held.Id)
		p.See("Held until")
		limit(5)
		p.See("The message has been sent", "1 part · HK$0.30")
		p.Gone("Held until")
	})
}

func TestWeb_AnSMSIsPricedBeforeItLeaves(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		wantOK(t, "set the price", s.Do("admin", http.MethodPatch, "/api/collections/settings/records/"+s.Only(collections.SettingsName),
			map[string]any{"sms_currency": "HKD", "sms_prices": map[string]float64{"HK": 0.3}}))
		r := manual(s, quiet(s), "Bring the spare lamp", 24, bySMS)
		p := signIn(t, s, open, "staff", "/reminders/"+r.Id)
		p.Within(".sms-sum").See("× 1 person ≈ HK$")
		p.Visit(s.URL + "/reminders/" + r.Id + "/edit")
		p.Within(".rem-channel-card:has([value=sms])").See("≈ HK$")
		look(t, p, "reminder-priced")
	})
}

func TestWeb_AnApprovedTemplateIsShownByItsValuesAndItsReceiptIsSeen(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		const secret = "anAddressThatNobodyElseKnows0123456789"
		gateway := aliyunserver.Start(t)
		s := apptest.New(t, production(t, apptest.WithNotifier(notifiers.SMS, nil), apptest.WithConfig(func(c *config.Config) {
			c.SMS = config.SMS{
				Provider: config.Aliyun, APIKey: aliyunserver.KeyID, APISecret: aliyunserver.Secret, SignName: aliyunserver.Sign,
				TemplateCode: aliyunserver.Template, TemplateCodeIntl: aliyunserver.TemplateAbroad, Endpoint: gateway.URL(), CallbackSecret: secret,
			}
		}))...).Serve()
		wantOK(t, "set the price", s.Do("admin", http.MethodPatch, "/api/collections/settings/records/"+s.Only(collections.SettingsName),
			map[string]any{"sms_currency": "HKD", "sms_prices": map[string]float64{"HK": 0.3}}))
		r := manual(s, quiet(s), "Bring the spare lamp", 24, bySMS)
		p := signIn(t, s, open, "manager", "/reminders/"+r.Id)
		p.Within(".sms-values").See("The approved template "+aliyunserver.TemplateAbroad+" is sent, filled with:", "title", "Bring the spare lamp")
		p.Within(".sms-sum").See("1 part × 1 person ≈ HK$0.30", "at least: the template’s own words count as well")
		look(t, p, "reminder-approved")

		wantOK(t, "send it now", s.Do("manager", http.MethodPost, "/api/tminus/reminders/"+r.Id+"/send", nil))
		table := p.Within(".rem-deliveries")
		table.See("Sent", "Taken by Aliyun · 1 part · HK$0.30")
		gateway.Settle(gateway.Messages()[0].OutID, "DELIVERED")
		if err := gateway.Push(s.URL+"/api/tminus/callbacks/aliyun/"+secret, gateway.Reports()...); err != nil {
			t.Fatal(err)
		}
		table.See("Delivered", gateway.Messages()[0].BizID, "2 parts · HK$0.60") // as the provider counted, with the template's words
		look(t, p, "reminder-delivered")

		q := signIn(t, s, open, "admin", "/channels")
		q.Wait("the address for receipts", `document.querySelector('#callback-sms')?.value.endsWith('/api/tminus/callbacks/aliyun/%s')`, secret)
		panelOf(q, "sms").See("Messages leave by Aliyun.", "HK$0.60")
		q.Wait("no copy of the secret is kept", `!JSON.stringify({ ...localStorage, ...sessionStorage }).includes(%q)`, secret)
		look(t, q, "channels-aliyun")
	})
}
