package collections_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

func TestTheIndexesServeTheQuestions(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	db := a.ConcurrentDB().(*dbx.DB)
	var plan []string
	explain := func(what, index string, run func() error) {
		t.Helper()
		var statement string
		db.QueryLogFunc = func(_ context.Context, _ time.Duration, query string, _ *sql.Rows, _ error) { statement = query }
		err := run()
		db.QueryLogFunc = nil
		if err != nil {
			t.Fatal(err)
		}
		var rows []struct {
			Detail string `db:"detail"`
		}
		if err := db.NewQuery("EXPLAIN QUERY PLAN " + statement).All(&rows); err != nil {
			t.Fatal(err)
		}
		plan = plan[:0]
		for _, r := range rows {
			plan = append(plan, r.Detail)
		}
		if got := strings.Join(plan, "; "); !strings.Contains(got, "USING INDEX "+index+" ") && !strings.Contains(got, "USING COVERING INDEX "+index+" ") || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: %s", what, got)
		}
	}
	now := a.Clock.Now()
	explain("the next receipt", "idx_deliveries_receipt", func() error { _, _, err := collections.NextReceipt(a.App, "sms"); return err })
	explain("receipts due", "idx_deliveries_receipt", func() error { _, err := collections.DueReceipts(a.App, "sms", now, 5); return err })
	explain("in doubt", "idx_deliveries_unknown", func() error { _, err := collections.DueUnknown(a.App, "sms", now, 5); return err })
	explain("by the provider's id", "idx_deliveries_provider_id", func() error { _, err := collections.DeliveriesByProviderID(a.App, "sms", "p1"); return err })
	for _, named := range []bool{false, true} {
		explain("by address", "idx_deliveries_unconfirmed", func() error {
			_, err := collections.UnconfirmedDeliveries(a.App, "wechat", "openid-1", now.Add(-time.Minute), now, named)
			return err
		})
	}
}

func TestAMessageInDoubtCountsAsSentAboutItsEvent(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	e := a.Event(apptest.Start.Add(10 * 24 * time.Hour)).Save()
	err := a.RunInTransaction(func(tx core.App) error {
		_, err := collections.InsertDelivery(tx, &collections.Delivery{
			ID: "doubted00000000", Key: "k", Kind: collections.KindReminder, Event: e.Id, Channel: "sms", Status: collections.DeliveryQueued,
		}, a.Clock.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, doubt := range []string{"", "2026-03-02 01:00:00.000Z"} {
		_, err := a.NonconcurrentDB().Update(collections.Deliveries, dbx.Params{"doubt_since": doubt}, dbx.HashExp{"id": "doubted00000000"}).Execute()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := collections.SentAbout(a.App, e.Id); got != (doubt != "") || err != nil {
			t.Errorf("in doubt since %q: %v, %v", doubt, got, err)
		}
	}
}
