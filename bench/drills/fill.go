package drills

import (
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// ofNumber turns a number from 1 to 10¹² into an id that lies anywhere among the others, as those of PocketBase do.
func ofNumber(letter, n string) string {
	return "printf('" + letter + "%014d', (" + n + ") * 618033988751 % 1000000000000)"
}

// instant turns seconds since 1970 into a date as PocketBase stores it.
func instant(seconds string) string {
	return "strftime('%Y-%m-%d %H:%M:%S.000Z', " + seconds + ", 'unixepoch')"
}

// Burden fills the table with n pending reminders that fall due from a year on, a second apart, each of an event of its
// hundred.
func (i *Instance) Burden(n int) error {
	const perEvent = 100
	first := time.Now().AddDate(1, 0, 0)
	values := dbx.Params{
		"n": n, "events": (n + perEvent - 1) / perEvent, "first": first.Unix(), "customer": i.customer,
		"start": collections.DateTime(first.Add(time.Duration(2*n) * time.Second)), "now": collections.DateTime(time.Now()),
	}
	return i.bulk([]string{collections.Events, collections.Reminders}, values,
		`INSERT INTO events (id, event_number, title, status, event_type, customer, timezone, planned_start_date, auto_reminders,
			created, updated)
		WITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < {:events})
		SELECT `+ofNumber("b", "x")+`, 'BURDEN-' || x, 'Burden', 'planned', 'other', {:customer}, 'Asia/Hong_Kong', {:start}, FALSE,
			{:now}, {:now} FROM c WHERE x <= {:events}`,
		`INSERT INTO reminders (id, event, reminder_type, title, status, origin, channels, recipients, send_datetime, created, updated)
		WITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < {:n})
		SELECT `+ofNumber("b", "x")+`, `+ofNumber("b", fmt.Sprintf("(x - 1) / %d + 1", perEvent))+`, 'custom', 'Burden', 'pending', 'manual',
			'["email"]', '[]', `+instant("{:first} + x")+`, {:now}, {:now} FROM c WHERE x <= {:n}`,
	)
}

// bulk runs statements that insert a great deal into tables, whose indexes are built afterwards: ten times as fast.
func (i *Instance) bulk(tables []string, values dbx.Params, statements ...string) error {
	err := i.RunInTransaction(func(tx core.App) error {
		run := func(statement string, values dbx.Params) error {
			if _, err := tx.NonconcurrentDB().NewQuery(statement).Bind(values).Execute(); err != nil {
				return fmt.Errorf("%.60s …: %w", strings.Join(strings.Fields(statement), " "), err)
			}
			return nil
		}
		var indexes []struct {
			Name string `db:"name"`
			SQL  string `db:"sql"`
		}
		of := make([]any, len(tables))
		for k, table := range tables {
			of[k] = table
		}
		err := tx.NonconcurrentDB().Select("name", "sql").From("sqlite_master").
			Where(dbx.And(dbx.HashExp{"type": "index", "tbl_name": of}, dbx.NewExp("sql != ''"))).All(&indexes)
		if err != nil {
			return fmt.Errorf("read the indexes: %w", err)
		}
		for _, index := range indexes {
			if err := run("DROP INDEX `"+index.Name+"`", nil); err != nil {
				return err
			}
		}
		for _, statement := range statements {
			if err := run(statement, used(statement, values)); err != nil {
				return err
			}
		}
		for _, index := range indexes {
			if err := run(index.SQL, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// What PocketBase does every midnight.
	if _, err = i.NonconcurrentDB().NewQuery("PRAGMA optimize").Execute(); err != nil {
		return err
	}
	_, err = i.NonconcurrentDB().NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Execute()
	return err
}

// used gives those values that a statement names.
func used(statement string, values dbx.Params) dbx.Params {
	some := dbx.Params{}
	for name, value := range values {
		if strings.Contains(statement, "{:"+name+"}") {
			some[name] = value
		}
	}
	return some
}
