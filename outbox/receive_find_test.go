package outbox_test

import (
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
)

func TestAReportThatFitsNoMessageChangesNothing(t *testing.T) {
	t.Parallel()
	a, _ := asking(t)
	a.StartEngine()
	d := sentSMS(t, a)
	waiting := put(t, a, "sms", dbx.Params{"next_attempt_at": collections.DateTime(a.Clock.Now().Add(time.Hour))})
	for name, r := range map[string]outbox.Report{
		"no such delivery":                  {Delivery: "nobodyknowsthis", Channel: "sms"},
		"SQL":                               {Delivery: "' OR 1=1 --", Channel: "sms"},
		"another channel":                   {Delivery: d.ID, Channel: "wechat"},
		"another channel, by id":            {ProviderID: d.ProviderID, Channel: "wechat"},
		"another channel, by address":       {Address: d.Address, Channel: "wechat"},
		"no channel":                        {Delivery: d.ID},
		"a channel that is none":            {Delivery: d.ID, Channel: "pigeon"},
		"another provider's id":             {Delivery: d.ID, Channel: "sms", ProviderID: "p9"},
		"part of the provider's id":         {Delivery: d.ID, Channel: "sms", ProviderID: d.ProviderID[:10]},
		"another address":                   {Delivery: d.ID, Channel: "sms", Address: "+85299999999"},
		"its id, another address":           {ProviderID: d.ProviderID, Channel: "sms", Address: "+85299999999"},
		"an id that nobody has":             {ProviderID: "p9", Channel: "sms"},
		"an id that nobody has, an address": {ProviderID: "p9", Channel: "sms", Address: d.Address},
		"an address that nobody has":        {Address: "+85299999999", Channel: "sms"},
		"nothing":                           {Channel: "sms"},
	} {
		for _, report := range []outbox.Report{delivered(r), failed(r, notifiers.Permanent), failed(r, notifiers.Transient)} {
			if known, err := a.System.Engine.Receive(report); known != 0 || err != nil {
				t.Errorf("%s: known %d, %v", name, known, err)
			}
		}
	}
	if got := find(t, a, d.ID); *got != *d {
		t.Errorf("the row changed to %+v", got)
	}
	receive(t, a, 2, delivered(outbox.Report{Delivery: waiting, Channel: "sms"}), failed(outbox.Report{Delivery: waiting, Channel: "sms"}, notifiers.Permanent))
	if got := find(t, a, waiting); got.Status != "queued" {
		t.Errorf("a message that was never handed over is %s", got.Status)
	}
}

func TestAReportByItsAddressIsAboutTheOnlyMessageThatItCanBe(t *testing.T) {
	t.Parallel()
	at := func(a *apptest.App, status string, ago time.Duration, more dbx.Params) dbx.Params {
		when := collections.DateTime(a.Clock.Now().Add(-ago))
		p := dbx.Params{"status": status, "began": when, "attempts": 1, "provider": "memory", "next_attempt_at": ""}
		if status == "sent" {
			p["sent_at"] = when
		}
		for k, v := range more {
			p[k] = v
		}
		return p
	}
	for _, tt := range []struct {
		name   string
		rows   func(a *apptest.App) []dbx.Params
		report outbox.Report
		known  int
	}{
		{"the only one", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "sent", time.Minute, nil)} }, outbox.Report{}, 1},
		{"in doubt", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "unknown", time.Minute, nil)} }, outbox.Report{}, 1},
		{"one of two", func(a *apptest.App) []dbx.Params {
			return []dbx.Params{at(a, "sent", time.Minute, nil), at(a, "unknown", 2*time.Minute, nil)}
		}, outbox.Report{}, 0},
		{"the other is over", func(a *apptest.App) []dbx.Params {
			return []dbx.Params{at(a, "sent", time.Minute, nil), at(a, "delivered", time.Minute, dbx.Params{"delivered_at": collections.DateTime(a.Clock.Now())}), at(a, "failed", time.Minute, nil)}
		}, outbox.Report{}, 1},
		{"ten minutes before", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "sent", 10*time.Minute, nil)} }, outbox.Report{}, 1},
		{"longer before", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "sent", 11*time.Minute, nil)} }, outbox.Report{}, 0},
		{"longer before, as the provider says", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "sent", time.Minute, nil)} },
			outbox.Report{Finding: notifiers.Finding{At: apptest.Start.Add(-time.Hour)}}, 0},
		{"the provider's clock is behind", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "sent", time.Minute, nil)} },
			outbox.Report{Finding: notifiers.Finding{At: apptest.Start.Add(-5 * time.Minute)}}, 1},
		{"its id is known, and another", func(a *apptest.App) []dbx.Params {
			return []dbx.Params{at(a, "sent", time.Minute, dbx.Params{"provider_id": "p1"})}
		}, outbox.Report{ProviderID: "p2"}, 0},
		{"its id is not known, since its provider gives none", func(a *apptest.App) []dbx.Params { return []dbx.Params{at(a, "sent", time.Minute, nil)} },
			outbox.Report{ProviderID: "p2"}, 1},
		{"its id is known, and the report names none", func(a *apptest.App) []dbx.Params {
			return []dbx.Params{at(a, "sent", time.Minute, dbx.Params{"provider_id": "p1"})}
		}, outbox.Report{}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, _ := asking(t)
			var ids []string
			for _, row := range tt.rows(a) {
				ids = append(ids, put(t, a, "wechat", row))
			}
			tt.report.Channel, tt.report.Address = "wechat", "+8613900001111"
			receive(t, a, tt.known, delivered(tt.report))
			if got := find(t, a, ids[0]).Status == "delivered"; got != (tt.known == 1) {
				t.Errorf("delivered: %v", got)
			}
		})
	}
}
