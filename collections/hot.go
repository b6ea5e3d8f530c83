package collections

import (
	"sync"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// spoken are the statements of one transaction at a time, by text, and what runs them.
type spoken struct {
	dbx.Executor
	queries map[string]*dbx.Query
}

// said holds what the transactions under way speak with.
var said sync.Map // *dbx.Tx -> *spoken

// saidBefore is where an app keeps what its earlier transactions spoke with: a *sync.Pool in its store.
const saidBefore = "tminus:said"

// statement gives a query for SQL that is said again and again: dbx takes longer to find its parameters than SQLite takes
// to write a row. All of its parameters must be bound each time. Outside of a transaction it is new.
func statement(app core.App, text string) *dbx.Query {
	db := app.NonconcurrentDB()
	tx, within := db.(*dbx.Tx)
	info := app.TxInfo()
	if !within || info == nil {
		return db.NewQuery(text)
	}
	builder, ok := tx.Builder.(interface {
		DB() *dbx.DB
		Executor() dbx.Executor
	})
	if !ok {
		return db.NewQuery(text)
	}
	kept, ok := said.Load(tx)
	if !ok {
		kept = speak(app, info, tx, builder.Executor())
	}
	spoken := kept.(*spoken)
	q := spoken.queries[text]
	if q == nil {
		q = dbx.NewQuery(builder.DB(), spoken, text)
		spoken.queries[text] = q
	}
	return q
}

// speak gives a transaction, until its end, the statements of an earlier one.
func speak(app core.App, info *core.TxAppInfo, tx *dbx.Tx, executor dbx.Executor) *spoken {
	pool := app.Store().GetOrSet(saidBefore, func() any {
		return &sync.Pool{New: func() any { return &spoken{queries: map[string]*dbx.Query{}} }}
	}).(*sync.Pool)
	kept := pool.Get().(*spoken)
	kept.Executor = executor
	said.Store(tx, kept)
	info.OnComplete(func(error) error {
		said.Delete(tx)
		kept.Executor = nil
		pool.Put(kept)
		return nil
	})
	return kept
}

// reading is statement for a query that, outside of a transaction, need not wait for those who write.
func reading(app core.App, text string) *dbx.Query {
	if app.TxInfo() == nil {
		return app.ConcurrentDB().NewQuery(text)
	}
	return statement(app, text)
}
