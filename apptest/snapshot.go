package apptest

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
)

// Snapshot is the contents of all tables, by table, but for the schema, the moments that PocketBase stamps on records that
// were saved without a change, and the runs of jobs that the machine's own clock starts.
type Snapshot map[string]string

// snapshots reads the contents again only after a commit: a test looks before and after every request.
type snapshots struct {
	db      *dbx.DB
	version int
	last    Snapshot
}

// Snapshot gives what the database holds now.
func (a *App) Snapshot() Snapshot {
	a.t.Helper()
	if a.snapshots.db == nil {
		db, err := dbx.Open("sqlite", filepath.Join(a.DataDir(), "data.db")+"?_pragma=busy_timeout(10000)")
		a.must(err)
		db.DB().SetMaxOpenConns(1)
		a.t.Cleanup(func() { db.Close() })
		a.snapshots.db = db
	}
	var version int // changes when another connection commits: https://www.sqlite.org/pragma.html#pragma_data_version
	a.must(a.snapshots.db.NewQuery("PRAGMA data_version").Row(&version))
	if a.snapshots.last == nil || version != a.snapshots.version {
		a.snapshots.last, a.snapshots.version = a.contents(), version
	}
	return a.snapshots.last
}

func (a *App) contents() Snapshot {
	a.t.Helper()
	db := a.snapshots.db
	var tables []string
	a.must(db.NewQuery("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'" +
		" AND name NOT IN ('_collections', '_migrations')").Column(&tables))
	contents := Snapshot{}
	for _, table := range tables {
		var rows []dbx.NullStringMap
		a.must(db.NewQuery("SELECT * FROM {{" + table + "}} ORDER BY rowid").All(&rows))
		var told []string
		for _, row := range rows {
			if table == "job_runs" && strings.HasPrefix(row["name"].String, "check-") {
				continue
			}
			delete(row, "updated")
			told = append(told, fmt.Sprint(row))
		}
		contents[table] = strings.Join(told, "\n")
	}
	return contents
}

// Unchanged fails the test if the database holds anything else than before.
func (a *App) Unchanged(t testing.TB, what string, before Snapshot) {
	t.Helper()
	after := a.Snapshot()
	for _, table := range slices.Sorted(maps.Keys(after)) {
		if before[table] != after[table] {
			t.Errorf("%s: %s was changed%s", what, table, firstDifference(before[table], after[table]))
		}
	}
}

func firstDifference(before, after string) string {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			return fmt.Sprintf(":\n%.2000s\nbecame\n%.2000s", was[i], is[i])
		}
	}
	return fmt.Sprintf(" from %d to %d lines", len(was), len(is))
}
