package collections

import (
	"encoding/json"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// The statuses of a delivery.
const (
	DeliveryQueued    = "queued"
	DeliverySending   = "sending"
	DeliverySent      = "sent"
	DeliveryDelivered = "delivered"
	DeliveryFailed    = "failed"
	DeliverySkipped   = "skipped"
	DeliveryCancelled = "cancelled"
	DeliveryUnknown   = "unknown"
)

// The kinds of a delivery.
const (
	KindReminder = "reminder"
	KindDigest   = "digest"
	KindOverdue  = "overdue"
	KindAlert    = "alert"
	KindTest     = "test"
	KindSystem   = "system"
)

// DeliveryFieldsForManagers are hidden from everybody below a manager.
var DeliveryFieldsForManagers = []string{"address"}

// Delivery is a row of the outbox: one message to one recipient on one channel. It is read and written by SQL, since
// the sender handles thousands a second; the API shows the same rows as records, read-only.
type Delivery struct {
	ID                string         `db:"id"`
	Key               string         `db:"key"` // what makes it the same message: nobody gets two with one key
	Kind              string         `db:"kind"`
	Reminder          string         `db:"reminder"`
	Event             string         `db:"event"`
	User              string         `db:"user"`
	Contact           string         `db:"contact"`
	Channel           string         `db:"channel"`
	Address           string         `db:"address"`
	Subject           string         `db:"subject"`
	Status            string         `db:"status"`
	Attempts          int            `db:"attempts"`
	NextAttemptAt     types.DateTime `db:"next_attempt_at"`
	Error             string         `db:"error"`
	ErrorClass        string         `db:"error_class"`
	Provider          string         `db:"provider"`
	ProviderID        string         `db:"provider_id"`
	PossibleDuplicate bool           `db:"possible_duplicate"`
	Late              bool           `db:"late"`
	SentAt            types.DateTime `db:"sent_at"`
	DeliveredAt       types.DateTime `db:"delivered_at"`
	Segments          int            `db:"segments"`
	Cost              float64        `db:"cost"`
	Message           string         `db:"message"` // JSON of notifiers.Message
	Holder            string         `db:"holder"`
	AttemptStarted    types.DateTime `db:"attempt_started"`
	Began             types.DateTime `db:"began"`         // when the last attempt began; kept after it
	DoubtSince        types.DateTime `db:"doubt_since"`   // when the first attempt of unknown fate began; empty = none
	ReceiptAt         types.DateTime `db:"receipt_at"`    // when to ask for the receipt next; empty = not
	ReceiptTries      int            `db:"receipt_tries"` // questions in a row that were not answered
	Absent            int            `db:"absent"`        // answers in a row that the provider has no such message
	PastIDs           string         `db:"past_ids"`      // the provider's ids of earlier attempts, separated by spaces
	Basis             string         `db:"basis"`
	Created           types.DateTime `db:"created"`
	Updated           types.DateTime `db:"updated"` // read by LastFailure alone
}

// DeliveryRecord is the same row as PocketBase's API sees it.
type DeliveryRecord struct{ core.BaseRecordProxy }

func (d *DeliveryRecord) Status() string  { return d.GetString("status") }
func (d *DeliveryRecord) Address() string { return d.GetString("address") }
func (d *DeliveryRecord) Channel() string { return d.GetString("channel") }
func (d *DeliveryRecord) Event() string   { return d.GetString("event") }

const deliveryColumns = `id, key, kind, reminder, event, "user", contact, channel, address, subject, status, attempts,
	next_attempt_at, error, error_class, provider, provider_id, possible_duplicate, late, sent_at, delivered_at, segments,
	cost, COALESCE(message, '') AS message, holder, attempt_started, began, doubt_since, receipt_at, receipt_tries, absent,
	past_ids, basis, created`

// InsertDelivery adds a row unless one with its key or ID is there, and says whether it did. An empty ID is filled in.
func InsertDelivery(tx core.App, d *Delivery, now time.Time) (bool, error) {
	if d.ID == "" {
		d.ID = core.GenerateDefaultRandomId()
	}
	if d.NextAttemptAt.IsZero() && d.Status == DeliveryQueued {
		d.NextAttemptAt = DateTime(now)
	}
	d.Created = DateTime(now)
	res, err := statement(tx, `INSERT INTO deliveries (id, key, kind, reminder, event, "user", contact, channel,
		address, subject, status, attempts, next_attempt_at, error, error_class, provider, provider_id, possible_duplicate, late,
		sent_at, delivered_at, segments, cost, message, holder, attempt_started, basis, created, updated)
		VALUES ({:id}, {:key}, {:kind}, {:reminder}, {:event}, {:user}, {:contact}, {:channel},
		{:address}, {:subject}, {:status}, 0, {:next}, {:error}, '', {:provider}, '', FALSE, {:late},
		{:sent}, '', 0, 0, {:message}, '', '', {:basis}, {:now}, {:now}) ON CONFLICT DO NOTHING`).
		Bind(dbx.Params{
			"id": d.ID, "key": d.Key, "kind": d.Kind, "reminder": d.Reminder, "event": d.Event, "user": d.User,
			"contact": d.Contact, "channel": d.Channel, "address": d.Address, "subject": d.Subject, "status": d.Status,
			"next": d.NextAttemptAt, "error": d.Error, "provider": d.Provider, "late": d.Late, "sent": d.SentAt,
			"message": nullable(d.Message), "basis": d.Basis, "now": d.Created,
		}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// nullable keeps an empty JSON column NULL, as PocketBase does.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// FindDelivery gives one row, or sql.ErrNoRows.
func FindDelivery(app core.App, id string) (*Delivery, error) {
	d := &Delivery{}
	err := app.ConcurrentDB().NewQuery("SELECT " + deliveryColumns + " FROM deliveries WHERE id = {:id}").
		Bind(dbx.Params{"id": id}).One(d)
	return d, err
}

// DeliveriesOf gives the deliveries of a reminder in the order in which they were made.
func DeliveriesOf(app core.App, reminder string) ([]*Delivery, error) {
	var rows []*Delivery
	err := app.ConcurrentDB().NewQuery("SELECT " + deliveryColumns + " FROM deliveries WHERE reminder = {:id} ORDER BY created, id").
		Bind(dbx.Params{"id": reminder}).All(&rows)
	return rows, err
}

// SentAbout says whether any message about the event was handed to a provider, or may have been.
func SentAbout(app core.App, event string) (bool, error) {
	return exists(app, `SELECT 1 FROM deliveries WHERE event = {:id} AND event != '' AND (status IN ('sent','delivered','unknown')
		OR (status = 'sending' AND attempt_started != '') OR possible_duplicate OR doubt_since != '') LIMIT 1`, dbx.Params{"id": event})
}

// MessageJSON reads the stored message.
func (d *Delivery) MessageJSON(into any) error { return json.Unmarshal([]byte(d.Message), into) }

// exists says whether a query gives a row.
func exists(app core.App, query string, params dbx.Params) (bool, error) {
	var rows []int
	err := app.ConcurrentDB().NewQuery(query).Bind(params).Column(&rows)
	return len(rows) > 0, err
}
