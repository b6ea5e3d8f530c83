package collections

import (
	"sync"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// said holds the statements of the transactions under way, by text.
var said sync.Map // *dbx.Tx -> map[string]*dbx.Query

// statement gives a query for SQL that is said for many rows of one transaction: dbx takes longer to find its parameters
// than SQLite takes to write a row. All of its parameters must be bound each time. Outside of a transaction it is new.
func statement(app core.App, text string) *dbx.Query {
	db := app.NonconcurrentDB()
	tx, within := db.(*dbx.Tx)
	info := app.TxInfo()
	if !within || info == nil {
		return db.NewQuery(text)
	}
	kept, ok := said.Load(tx)
	if !ok {
		kept = map[string]*dbx.Query{}
		said.Store(tx, kept)
		info.OnComplete(func(error) error {
			said.Delete(tx)
			return nil
		})
	}
	queries := kept.(map[string]*dbx.Query)
	q := queries[text]
	if q == nil {
		q = db.NewQuery(text)
		queries[text] = q
	}
	return q
}

// reading is statement for a query that, outside of a transaction, need not wait for those who write.
func reading(app core.App, text string) *dbx.Query {
	if app.TxInfo() == nil {
		return app.ConcurrentDB().NewQuery(text)
	}
	return statement(app, text)
}
