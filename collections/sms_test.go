package collections_test

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/apptest"
	"tminus/collections"
)

// smsRow is a row of the outbox in whatever state a test wants.
type smsRow struct {
	number, status, sent, began, doubt string // moments as RFC 3339
	segments                           int
	cost                               float64
	parts                              int // of the message
}

// add writes a row and gives its id.
func add(t *testing.T, a *apptest.App, r smsRow) string {
	t.Helper()
	d := &collections.Delivery{Kind: "reminder", Channel: "sms", Address: r.number, Status: r.status, Message: "{}"}
	if r.parts > 0 {
		d.Message = fmt.Sprintf(`{"parts": %d}`, r.parts)
	}
	d.Key = "test/" + fmt.Sprint(rowNumber(t, a))
	if _, err := collections.InsertDelivery(a.App, d, a.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	_, err := a.NonconcurrentDB().NewQuery(`UPDATE deliveries SET sent_at = {:sent}, began = {:began}, doubt_since = {:doubt},
		segments = {:segments}, cost = {:cost} WHERE id = {:id}`).
		Bind(dbx.Params{"id": d.ID, "sent": at(t, r.sent), "began": at(t, r.began), "doubt": at(t, r.doubt), "segments": r.segments, "cost": r.cost}).Execute()
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

func rowNumber(t *testing.T, a *apptest.App) (n int) {
	t.Helper()
	if err := a.NonconcurrentDB().NewQuery("SELECT COUNT(*) FROM deliveries").Row(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func at(t *testing.T, moment string) any {
	t.Helper()
	if moment == "" {
		return ""
	}
	return collections.DateTime(instant(t, moment))
}

func instant(t *testing.T, moment string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

const (
	number  = "+85291234567"
	another = "+85261234567"
)

// What was sent counts, and what may have been; what was refused, taken back or still waits does not.
func TestSMSToAndSMSParts_CountWhatWasSentOrMayHaveBeen(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	day := collections.Span{From: instant(t, "2026-03-01T16:00:00Z"), To: instant(t, "2026-03-02T16:00:00Z")}
	const before, first, noon, last, after = "2026-03-01T15:59:59.999Z", "2026-03-01T16:00:00Z", "2026-03-02T04:00:00Z", "2026-03-02T15:59:59.999Z", "2026-03-02T16:00:00Z"
	messages, parts := 0, 0
	for _, tt := range []struct {
		name     string
		row      smsRow
		messages int
		parts    int
	}{
		{"sent", smsRow{status: "sent", sent: noon, segments: 2}, 1, 2},
		{"sent, parts not told", smsRow{status: "sent", sent: noon}, 1, 1},
		{"delivered at the first instant", smsRow{status: "delivered", sent: first, segments: 1}, 1, 1},
		{"failed after it was sent, at the last", smsRow{status: "failed", sent: last, segments: 3}, 1, 3},
		{"the day before", smsRow{status: "sent", sent: before, segments: 9}, 0, 0},
		{"the day after", smsRow{status: "sent", sent: after, segments: 9}, 0, 0},
		{"in hand, not begun", smsRow{status: "sending", parts: 2}, 1, 2},
		{"in hand since yesterday", smsRow{status: "sending", began: before, parts: 1}, 1, 1},
		{"unknown", smsRow{status: "unknown", began: noon, doubt: noon, parts: 4}, 1, 4},
		{"unknown of yesterday", smsRow{status: "unknown", began: before, doubt: before, parts: 4}, 0, 0},
		{"failed, nobody knows", smsRow{status: "failed", began: noon, doubt: noon, parts: 1}, 1, 1},
		{"queued again, nobody knows", smsRow{status: "queued", began: noon, doubt: noon}, 1, 1},
		{"refused", smsRow{status: "failed", began: noon, parts: 9}, 0, 0},
		{"waits", smsRow{status: "queued", parts: 9}, 0, 0},
		{"to be tried again", smsRow{status: "queued", began: noon, parts: 9}, 0, 0},
		{"skipped", smsRow{status: "skipped"}, 0, 0},
		{"taken back", smsRow{status: "cancelled"}, 0, 0},
	} {
		tt.row.number = number
		add(t, a, tt.row)
		messages, parts = messages+tt.messages, parts+tt.parts
		if got, err := collections.SMSTo(a.App, number, day, nil); err != nil || got != messages {
			t.Errorf("with %s there are %d messages, %v; want %d", tt.name, got, err, messages)
			messages = got
		}
		if got, err := collections.SMSParts(a.App, day, nil); err != nil || got != parts {
			t.Errorf("with %s there are %d parts, %v; want %d", tt.name, got, err, parts)
			parts = got
		}
	}
	claimed := add(t, a, smsRow{number: number, status: "sending", parts: 5})
	add(t, a, smsRow{number: another, status: "sent", sent: noon, segments: 7})
	if got, err := collections.SMSTo(a.App, number, day, []string{claimed, "no such row"}); err != nil || got != messages {
		t.Errorf("besides the claim there are %d messages, %v; want %d", got, err, messages)
	}
	if got, err := collections.SMSParts(a.App, day, []string{claimed}); err != nil || got != parts+7 {
		t.Errorf("to both numbers there are %d parts, %v; want %d", got, err, parts+7)
	}
}

func TestSumSMS_ByTheSpansInTheirOrder(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	for _, r := range []smsRow{
		{status: "sent", sent: "2026-03-31T15:59:59.999Z", segments: 1, cost: 0.1},
		{status: "delivered", sent: "2026-03-01T00:00:00Z", segments: 3, cost: 0.3},
		{status: "failed", sent: "2026-03-09T00:00:00Z", cost: 0},
		{status: "sent", sent: "2026-03-31T16:00:00Z", segments: 2, cost: 0.2},
		{status: "failed", began: "2026-03-09T00:00:00Z", segments: 9, cost: 9},
		{status: "unknown", began: "2026-03-09T00:00:00Z", segments: 9, cost: 9},
	} {
		r.number = number
		add(t, a, r)
	}
	mail := &collections.Delivery{Key: "mail", Kind: "reminder", Channel: "email", Status: "sent", SentAt: collections.DateTime(instant(t, "2026-03-09T00:00:00Z"))}
	if _, err := collections.InsertDelivery(a.App, mail, a.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	march := collections.Span{From: instant(t, "2026-02-28T16:00:00Z"), To: instant(t, "2026-03-31T16:00:00Z")}
	april := collections.Span{From: march.To, To: instant(t, "2026-04-30T16:00:00Z")}
	may := collections.Span{From: april.To, To: instant(t, "2026-05-31T16:00:00Z")}
	got, err := collections.SumSMS(a.App, []collections.Span{may, april, march})
	want := []collections.SMSSum{{}, {Messages: 1, Parts: 2, Cost: 0.2}, {Messages: 3, Parts: 5, Cost: 0.4}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the sums are %+v, %v; want %+v", got, err, want)
	}
	if got, err := collections.SumSMS(a.App, nil); err != nil || len(got) != 0 {
		t.Errorf("no spans give %+v, %v", got, err)
	}
}

func TestHeldSMSAreReleasedOnceAndNothingElse(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	now := a.Clock.Now()
	row := func(channel, status, why string, next time.Time) string {
		d := &collections.Delivery{
			Key: fmt.Sprint(rowNumber(t, a)), Kind: "reminder", Channel: channel, Address: number, Status: status, Error: why, NextAttemptAt: collections.DateTime(next),
		}
		if _, err := collections.InsertDelivery(a.App, d, now); err != nil {
			t.Fatal(err)
		}
		return d.ID
	}
	later := now.Add(time.Hour)
	late, early := row("sms", "queued", "held: daily SMS limit", later.Add(time.Hour)), row("sms", "queued", "held: monthly SMS limit", later)
	others := []string{
		row("sms", "queued", "", later), row("sms", "queued", "quiet", later), row("sms", "cancelled", "held: daily SMS limit", later),
		row("email", "queued", "held: daily SMS limit", later), row("sms", "queued", "held: daily SMS limit", now), row("sms", "sending", "held: daily SMS limit", later),
	}
	reasons := []string{"held: daily SMS limit", "held: monthly SMS limit"}
	held, err := collections.SMSHeld(a.App, now, reasons...)
	if err != nil || !reflect.DeepEqual(held, []string{early, late}) {
		t.Fatalf("held are %v, %v; want %v", held, err, []string{early, late})
	}
	if waiting, err := collections.SMSWaiting(a.App, number, later); err != nil || waiting != 4 {
		t.Errorf("%d wait, %v; want 4", waiting, err)
	}
	if waiting, err := collections.SMSWaiting(a.App, "", later.Add(time.Hour)); err != nil || waiting != 5 {
		t.Errorf("%d wait in all, %v; want 5", waiting, err)
	}
	if waiting, err := collections.SMSWaiting(a.App, another, later); err != nil || waiting != 0 {
		t.Errorf("%d wait for another number, %v", waiting, err)
	}
	if err := collections.ReleaseHeld(a.App, held, now.Add(time.Second), reasons...); err != nil {
		t.Fatal(err)
	}
	for _, id := range held {
		if d, err := collections.FindDelivery(a.App, id); err != nil || !d.NextAttemptAt.Time().Equal(now.Add(time.Second)) {
			t.Errorf("%s waits until %s, %v", id, d.NextAttemptAt, err)
		}
	}
	for _, id := range others {
		if d, err := collections.FindDelivery(a.App, id); err != nil || d.NextAttemptAt.Time().Equal(now.Add(time.Second)) {
			t.Errorf("%s %s %q was released, %v", d.Channel, d.Status, d.Error, err)
		}
	}
	if held, err := collections.SMSHeld(a.App, now.Add(time.Second), reasons...); err != nil || len(held) != 0 {
		t.Errorf("still held are %v, %v", held, err)
	}
}

// The counts run inside every claim: none may read the whole outbox, which is mostly email.
func TestTheCountsOfSMSAreServedByTheirIndexes(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	span := collections.Span{From: a.Clock.Now().Add(-time.Hour), To: a.Clock.Now()}
	for name, run := range map[string]func() error{
		"SMSTo":      func() error { _, err := collections.SMSTo(a.App, number, span, []string{"x"}); return err },
		"SMSParts":   func() error { _, err := collections.SMSParts(a.App, span, []string{"x"}); return err },
		"SMSWaiting": func() error { _, err := collections.SMSWaiting(a.App, number, span.To); return err },
		"SMSHeld":    func() error { _, err := collections.SMSHeld(a.App, span.To, "a", "b"); return err },
		"SumSMS":     func() error { _, err := collections.SumSMS(a.App, []collections.Span{span, span}); return err },
	} {
		plan := strings.ReplaceAll(explain(t, a, run), "SCAN deliveries USING INDEX idx_deliveries_held", "what is in hand, all of it")
		if strings.Contains(plan, "SCAN deliveries") || !strings.Contains(plan, "deliveries USING") {
			t.Errorf("%s reads the whole table:\n%s", name, plan)
		}
		if wide := map[string]string{"SumSMS": "COVERING INDEX idx_deliveries_sms_sent", "SMSParts": "COVERING INDEX idx_deliveries_sms_sent", "SMSTo": "idx_deliveries_sms_address"}[name]; !strings.Contains(plan, wide) {
			t.Errorf("%s does not use %s:\n%s", name, wide, plan)
		}
		if strings.Contains(plan, "idx_deliveries_sms_sent (sent_at=?)") {
			t.Errorf("%s reads every SMS that was never sent:\n%s", name, plan)
		}
	}
}

// explain gives SQLite's plans of the queries that a function runs.
func explain(t *testing.T, a *apptest.App, run func() error) string {
	t.Helper()
	db := a.ConcurrentDB().(*dbx.DB)
	var queries []string
	db.QueryLogFunc = func(_ context.Context, _ time.Duration, query string, _ *sql.Rows, _ error) {
		queries = append(queries, query)
	}
	err := run()
	db.QueryLogFunc = nil
	if err != nil || len(queries) == 0 {
		t.Fatalf("%d queries, %v", len(queries), err)
	}
	var plan []string
	for _, query := range queries {
		var steps []struct {
			Detail string `db:"detail"`
		}
		if err := db.NewQuery("EXPLAIN QUERY PLAN " + query).All(&steps); err != nil {
			t.Fatal(err)
		}
		for _, step := range steps {
			plan = append(plan, step.Detail)
		}
	}
	return strings.Join(plan, "\n")
}
