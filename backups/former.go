package backups

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"

	"tminus/collections"
)

// takeOver brings the extracted backup up to date with what the former data says was sent since the backup was made, and
// gives the number of messages. It is called only where the former data is what the backup was taken from, so that it knows
// everything that was sent; events, reminders and people stay as the backup has them.
func takeOver(backup, former string, since time.Time, connect Connect) (n int64, err error) {
	db, err := connect(filepath.Join(backup, mainDatabase))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.DB().SetMaxOpenConns(1) // what is attached belongs to the connection
	_, err = db.NewQuery("ATTACH {:path} AS former").Bind(dbx.Params{"path": filepath.Join(former, mainDatabase)}).Execute()
	if err != nil {
		return 0, fmt.Errorf("open the former data: %w", err)
	}
	columns, err := shared(db, collections.Deliveries)
	if err != nil {
		return 0, err
	}
	err = db.Transactional(func(tx *dbx.Tx) error {
		res, err := tx.NewQuery(fmt.Sprintf(`INSERT OR REPLACE INTO main.deliveries (%[1]s) SELECT %[1]s FROM former.deliveries f
			WHERE (f.updated >= {:since} OR f.began >= {:since} OR f.created >= {:since} OR f.status IN ('sending', 'unknown'))
			AND NOT (f.status IN ('cancelled', 'skipped') AND f.began = '')
			AND (f.reminder = '' OR EXISTS (SELECT 1 FROM main.reminders r WHERE r.id = f.reminder))`, columns)).
			Bind(dbx.Params{"since": collections.DateTime(since)}).Execute()
		if err != nil {
			return fmt.Errorf("take over what was sent: %w", err)
		}
		if n, err = res.RowsAffected(); err != nil {
			return err
		}
		return takeOverStates(tx)
	})
	return n, err
}

// takeOverStates brings the reminders that went out since into the state that they have got to.
func takeOverStates(tx *dbx.Tx) error {
	_, err := tx.NewQuery(`UPDATE main.reminders SET (status, status_reason, sent_at, channel_status, late, generation) =
		(SELECT f.status, f.status_reason, f.sent_at, f.channel_status, f.late, f.generation FROM former.reminders f WHERE f.id = reminders.id)
		WHERE EXISTS (SELECT 1 FROM former.reminders f WHERE f.id = reminders.id AND f.generation >= reminders.generation
			AND f.status IN ('sending', 'sent', 'partial', 'failed') AND (f.status != reminders.status OR f.updated != reminders.updated))`).Execute()
	if err != nil {
		return fmt.Errorf("take over the states of reminders: %w", err)
	}
	return nil
}

// shared gives the columns that a table has in both databases, quoted.
func shared(db *dbx.DB, table string) (string, error) {
	var here, there []string
	for _, q := range []struct {
		schema string
		into   *[]string
	}{{"main", &here}, {"former", &there}} {
		err := db.NewQuery("SELECT name FROM pragma_table_info({:table}, {:schema})").
			Bind(dbx.Params{"table": table, "schema": q.schema}).Column(q.into)
		if err != nil {
			return "", err
		}
	}
	var both []string
	for _, name := range here {
		if slices.Contains(there, name) {
			both = append(both, `"`+name+`"`)
		}
	}
	if len(both) == 0 {
		return "", fmt.Errorf("the former data has no %s: %w", table, sql.ErrNoRows)
	}
	return strings.Join(both, ", "), nil
}

// isOriginOf says whether the backup with that mark was made in a data directory.
func isOriginOf(dir string, mark Mark) (bool, error) {
	if _, err := os.Stat(filepath.Join(dir, mainDatabase)); err != nil {
		return false, nil //nolint:nilerr // there is no former data, or none that can be read
	}
	taken, err := marksTaken(dir)
	return err == nil && slices.Contains(taken, mark.ID), err
}
