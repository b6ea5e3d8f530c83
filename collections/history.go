package collections

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// DateByAudit gives events and reminders the dates of their first and last entry in the audit log as the ones at which
// they were created and changed. PocketBase dates what it saves by the machine's clock, which is wrong for a history that
// was made under another one.
func DateByAudit(tx core.App) error {
	for _, table := range []string{Events, Reminders} {
		_, err := tx.NonconcurrentDB().NewQuery(`UPDATE {{` + table + `}} SET
			created = COALESCE((SELECT MIN(a.created) FROM audit_log a WHERE a.record = {{` + table + `}}.id), created),
			updated = COALESCE((SELECT MAX(a.created) FROM audit_log a WHERE a.record = {{` + table + `}}.id), updated)`).Execute()
		if err != nil {
			return err
		}
	}
	return nil
}

// LastTrace gives the newest moment at which anything is known to have happened to the data; zero for a fresh database.
func LastTrace(app core.App) (time.Time, error) {
	var newest time.Time
	for _, query := range []string{
		"SELECT created FROM audit_log ORDER BY created DESC LIMIT 1",
		"SELECT created FROM deliveries ORDER BY created DESC LIMIT 1",
		"SELECT COALESCE(MAX(last_run), '') FROM job_runs",
		"SELECT COALESCE(MAX(updated), '') FROM users",
	} {
		at, _, err := earliest(app, query, nil)
		if err != nil {
			return time.Time{}, err
		}
		if at.After(newest) {
			newest = at
		}
	}
	return newest, nil
}

// AppliedMigrations gives the names of the migrations that a database has seen.
func AppliedMigrations(db dbx.Builder) (map[string]bool, error) {
	var files []string
	if err := db.Select("file").From(core.DefaultMigrationsTable).Column(&files); err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(files))
	for _, file := range files {
		seen[file] = true
	}
	return seen, nil
}
